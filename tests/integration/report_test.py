# SPDX-License-Identifier: Apache-2.0
"""The report of a made-up panel: its numbers are those computed again from its rows; the same input gives the same bytes."""
import os
import subprocess
import tempfile
import unittest

from report_check import Check

PROGRAM = os.path.join(os.environ.get("AX_BUILD", "build/dev"), "tests", "report_made_up")


def write(folder):
    subprocess.run([PROGRAM, folder], check=True, timeout=120)


class Report(unittest.TestCase):
    def test_numbers_are_those_computed_again(self):
        with tempfile.TemporaryDirectory() as folder:
            write(folder)
            check = Check(self, folder)
            check.everything()
            self.assertIn("1 of the 3 dates", check.report["warning_en"])
            self.assertEqual(check.table("sensitivity", "sensitivity")[1]["variant"], "doubled")
            self.assertAlmostEqual(check.table("sensitivity", "sensitivity")[0]["auc_lost_time"],
                                   check.table("sensitivity", "sensitivity")[1]["auc_lost_time"])
            self.assertEqual(check.table("sensitivity", "sensitivity")[2]["refused"], "not allowed")
            self.assertTrue(all(r["deaths"] >= 5 for r in check.table("disasters", "disasters")))
            self.assertEqual(len(check.table("disasters", "disasters")), sum(r["deaths"] >= 5 for r in check.all))

    def test_the_same_input_gives_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            write(one)
            write(two)
            self.assertEqual(sorted(os.listdir(one)), sorted(os.listdir(two)))
            for name in os.listdir(one):
                with open(os.path.join(one, name), "rb") as a, open(os.path.join(two, name), "rb") as b:
                    self.assertEqual(a.read(), b.read(), name)

    def test_a_folder_that_cannot_be_made_is_said(self):
        with tempfile.NamedTemporaryFile() as file:
            done = subprocess.run([PROGRAM, os.path.join(file.name, "x")], capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 1)
            self.assertIn(file.name, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
