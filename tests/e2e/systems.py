# SPDX-License-Identifier: Apache-2.0
"""The samples of every built-in system go in as a person would send them, and what they say of their sources shows in status."""
import os
import unittest

import harness

SYSTEMS = os.path.join(harness.ROOT, "connectors", "systems")
UNITS = ("91140000MA07E5716U", "91140100MA0HH0013W", "91140200MA0HH0021W")  # of one accident
DAY = "2025-06-01"


class Systems(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.d = harness.Embedded()

    @classmethod
    def tearDownClass(cls):
        cls.d.close()

    def send(self, system, sample):
        path = os.path.join(SYSTEMS, system, "sample", sample)
        _, summary = self.d.submit(path, "--system", system)
        self.assertEqual(summary["rejected"], 0)
        return summary

    def test_samples(self):
        self.assertEqual(self.send("accident-report", "accidents.json")["accepted"], 4)
        self.assertEqual(self.send("accident-report", "accidents.csv")["duplicate"], 4)
        self.assertEqual(self.send("claims", "claims.json")["accepted"], 4)
        self.assertEqual(self.send("policies", "policies.csv")["accepted"], 2)
        self.assertEqual(self.send("exposure", "exposure.csv")["accepted"], 3)
        self.assertEqual(self.send("indicators", "indicators.csv")["accepted"], 3)
        self.send("creditchina", "layout-2018.csv")
        status = self.d.settle()
        sources = {source["source"]: source for source in status["sources"]}
        # One accident of three units was reported after 95 minutes; every published penalty is older than its seven days.
        self.assertEqual(sources["accident-report"], {"source": "accident-report", "accepted": 4, "late": 3, "unknownCodes": 0})
        self.assertEqual(sources["claims"]["accepted"], 4)
        self.assertGreater(sources["creditchina"]["late"], 0)
        for code in UNITS:
            rating = self.d.json("rating", code, "--as-of", DAY)
            self.assertTrue(rating["synthetic"])
            self.assertIn("accident.reported-late", str(rating["flags"]))


if __name__ == "__main__":
    harness.main()
