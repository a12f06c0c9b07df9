# SPDX-License-Identifier: Apache-2.0
"""Midnight in UTC+8 in a real deployment whose clock stands a few seconds before it (AX_CLOCK_OFFSET_S): a rating changes,
and watchers hear of it, with no fact."""
import json
import os
import subprocess
import threading
import time
import unittest

import harness

BEFORE_S = 10  # enough to start and to load
DAY_S = 86400
CODE = "91140100MA0HH0013W"


def local_now():
    return time.time() + 8 * 3600


class Midnight(unittest.TestCase):
    def heard(self, d, day):
        """The first rating of that day that a watcher hears of."""
        watcher = subprocess.Popen([os.path.join(harness.BIN, "anxin"), "watch", "--changes-only", "--json", *d.where],
                                   stdout=subprocess.PIPE)
        late = threading.Timer(BEFORE_S + 20, watcher.kill)
        late.start()
        try:
            for line in watcher.stdout:
                rating = json.loads(line).get("rating", {})
                if rating.get("ratedOn") == day:
                    return rating
            self.fail("no watcher heard of midnight")
        finally:
            late.cancel()
            watcher.kill()
            watcher.wait()
            watcher.stdout.close()

    def test_a_rating_changes_with_no_fact(self):
        # Last midnight and not the next: certificates must be valid by the real clock, too.
        offset = -(int(local_now()) % DAY_S + BEFORE_S)
        day, eve = (time.strftime("%Y-%m-%d", time.gmtime(local_now() - back)) for back in (0, DAY_S))
        os.environ["AX_CLOCK_OFFSET_S"] = str(offset)
        self.addCleanup(os.environ.pop, "AX_CLOCK_OFFSET_S")
        d = harness.Embedded()
        self.addCleanup(d.close)
        fact = {"source": "test", "reference": "s1", "revision": "1", "enterprise": CODE, "occurredOn": "2025-01-01",
                "region": "140100", "standardisation": {"level": "STANDARDISATION_LEVEL_ONE", "validFrom": "2025-01-01",
                                                        "validUntil": eve}}
        d.submit("-", stdin=json.dumps(fact))
        facts = d.settle()["facts"]
        before = d.json("rating", CODE)
        self.assertEqual((before["ratedOn"], before["nextChangeOn"]), (eve, day))
        self.assertEqual(self.heard(d, day)["enterprise"], CODE)
        after = d.json("rating", CODE)
        self.assertEqual(after["ratedOn"], day)
        self.assertNotEqual((after["level"], after["levelPoints"]), (before["level"], before["levelPoints"]))
        self.assertEqual(after["ledgerDigest"], before["ledgerDigest"])
        self.assertEqual(d.settle()["facts"], facts)
        self.assertEqual(d.json("audit-store")["differences"], 0)
        self.assertEqual(d.json("rating", CODE, "--as-of", eve)["levelPoints"], before["levelPoints"])


if __name__ == "__main__":
    harness.main()
