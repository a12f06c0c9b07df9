# SPDX-License-Identifier: Apache-2.0
"""anxin backtest on a part of the real mine panel, with parameters fitted before the test years: every number is computed again
from the rows, the rows are those of anxin predict, the same command gives the same bytes, and what is wrong is said."""
import csv
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from report_check import Check

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ANXIN = os.path.join(os.environ.get("AX_BUILD", os.path.join(ROOT, "build", "dev")), "bin", "anxin")
SHARED = os.environ.get("AX_SHARED_DATA", os.path.join(os.path.dirname(ROOT), "shared", "data"))
KEPT = ("4608436",)  # Upper Big Branch


def anxin(*args):
    return subprocess.run([ANXIN, *args], capture_output=True, text=True, timeout=300, env={**os.environ, "LC_ALL": "C.UTF-8"})


def part_of_the_panel(folder):
    """Every eighth mine, and one of them all."""
    for name in ("mines.csv", "mine_quarter.csv", "coal_mine_year.csv"):
        with open(os.path.join(SHARED, "msha", name), encoding="utf-8", newline="") as source, \
                open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as out:
            rows = csv.reader(source)
            write = csv.writer(out)
            write.writerow(next(rows))
            write.writerows(r for r in rows if r[0] in KEPT or hash_of(r[0]) % 8 == 0)


def hash_of(mine):
    return int(mine) * 2654435761 % 4294967296 >> 8


class Backtest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.path.exists(os.path.join(SHARED, "msha", "mine_quarter.csv")):
            raise unittest.SkipTest("no shared/data/msha here")
        cls.root = tempfile.TemporaryDirectory()
        cls.panel, cls.pack = (os.path.join(cls.root.name, name) for name in ("panel", "pack"))
        os.mkdir(cls.panel)
        part_of_the_panel(cls.panel)
        done = anxin("fit", "--panel", cls.panel, "--until", "2009-01-01", "--out", cls.pack)
        assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.root.cleanup()

    def backtest(self, out, *more):
        return anxin("backtest", "--panel", self.panel, "--pack", self.pack, "--from", "2009-01-01", "--to", "2012-12-31", "--out", out, *more)

    def test_numbers_are_those_computed_again(self):
        out = os.path.join(self.root.name, "out")
        done = self.backtest(out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines(), [f"{out}/backtest.html", f"{out}/backtest.json"])
        check = Check(self, out)
        check.everything()
        self.assertEqual({r["date"] for r in check.all}, {f"{year}-01-01" for year in range(2009, 2013)})
        self.assertEqual(len(check.report["stamps"]["parameters"]), 64)
        self.assertEqual(len(check.report["stamps"]["data"]), 64)
        self.assertEqual(check.report["stamps"]["tariff"], "national-2026")
        self.assertEqual((check.report["stamps"]["fitted_until"], check.report["warning_en"], done.stderr), ("2009-01-01", "", ""))
        ubb = [r for r in check.table("disasters", "disasters") if r["enterprise"].startswith("4608436 ")]
        self.assertEqual([(r["date"], r["deaths"]) for r in ubb], [("2010-01-01", 29)])
        self.assertLess(ubb[0]["rank_severe"], ubb[0]["of"] / 20)
        self.outcomes(check)
        self.predictions(check)

    def predict(self, on, *more):
        return anxin("predict", "--panel", self.panel, "--pack", self.pack, "--on", on, *more)

    def test_rows_with_hours_are_those_that_are_judged(self):
        out = os.path.join(self.root.name, "hours")
        self.assertEqual(self.backtest(out).returncode, 0)
        check = Check(self, out)
        with open(os.path.join(out, "rows_hours.csv"), encoding="utf-8", newline="") as source:
            rows = list(csv.DictReader(source))
        self.assertTrue(rows and all(float(r["actual_exposure"]) > 0 for r in rows))
        self.assertEqual(check.report["stamps"]["rows"], f"{len(check.all)} all, {len(rows)} hours")
        measured = next(r for r in check.table("summary", "measures") if (r["population"], r["head"], r["date"]) == ("hours", "lost time", "all"))
        self.assertEqual(measured["rows"], len(rows))

    def test_predict_beyond_the_panel(self):
        at_its_end, later = self.predict("2013-01-01"), self.predict("2014-01-01")
        self.assertEqual((at_its_end.returncode, at_its_end.stderr), (0, ""))
        self.assertEqual(later.returncode, 0)
        self.assertIn("2012-12-31", later.stderr)
        self.assertIn("2014-01-01", later.stderr)
        self.assertTrue(later.stdout.startswith("mine_id,on,"))
        for on in ("2030-01-01", "2000-01-01"):
            none = self.predict(on)
            self.assertEqual((none.returncode, none.stdout), (1, ""))
            self.assertIn(on, none.stderr)
            self.assertIn("2012-12-31", none.stderr)
        self.assertEqual(self.predict("2000-01-01", "--coal").returncode, 1)

    def test_what_is_in_sample_is_said(self):
        out = os.path.join(self.root.name, "inside")
        command = ("backtest", "--panel", self.panel, "--pack", self.pack, "--from", "2008-01-01", "--to", "2009-01-01", "--out", out)
        for lang, word in (("en", "in sample"), ("zh", "样本内")):
            done = anxin(*command, "--lang", lang)
            self.assertEqual(done.returncode, 0)
            self.assertIn(word, done.stderr)
            self.assertIn("2009-01-01", done.stderr)
        with open(os.path.join(out, "backtest.json"), encoding="utf-8") as source:
            report = json.load(source)
        self.assertEqual((report["stamps"]["fitted_until"], report["stamps"]["in_sample"]), ("2009-01-01", "1"))
        self.assertTrue("2009-01-01" in report["warning_en"] and "2009-01-01" in report["warning_zh"])
        with open(os.path.join(out, "backtest.html"), encoding="utf-8") as source:
            page = source.read()
        self.assertTrue(report["warning_en"] in page and report["warning_zh"] in page)
        for on, inside in (("2008-12-31", True), ("2009-01-01", False)):
            done = self.predict(on, "--json")
            self.assertEqual("in sample" in done.stderr, inside)
            self.assertEqual((json.loads(done.stdout)["in_sample"], json.loads(done.stdout)["fitted_until"]), (inside, "2009-01-01"))

    def test_a_fit_says_until_when_there_were_facts(self):
        texts = []
        for until in ("2020-01-01", "2013-01-01"):
            out = os.path.join(self.root.name, "until", until)
            done = anxin("fit", "--panel", self.panel, "--until", until, "--out", out)
            self.assertEqual(done.returncode, 0)
            self.assertEqual("2013-01-01" in done.stderr and "2020-01-01" in done.stderr, until == "2020-01-01")
            with open(os.path.join(out, "risk.yaml"), encoding="utf-8") as source:
                texts.append(source.read())
        self.assertEqual(texts[0], texts[1])
        self.assertIn("  until: 2013-01-01\n", texts[0])

    def test_predict_by_a_pack_that_was_not_fitted(self):
        common = os.path.join(ROOT, "scoring", "packs", "common-2026")
        for more, few in (((), False), (("--coal",), True)):
            done = anxin("predict", "--panel", self.panel, "--pack", common, "--on", "2010-01-01", *more)
            grades = [r["grade"] for r in csv.DictReader(done.stdout.splitlines())]
            self.assertEqual(2 * grades.count("NR") > len(grades), few)
            said = f"{grades.count('NR')} of {len(grades)} mines are NR"
            self.assertEqual(said in done.stderr, few, done.stderr)

    def test_pack_check_takes_what_fit_writes(self):
        file = os.path.join(self.root.name, "fitted.yaml")
        shutil.copyfile(os.path.join(self.pack, "risk.yaml"), file)
        for path in (self.pack, file):
            done = anxin("pack", "check", path)
            self.assertEqual(done.returncode, 0, done.stderr)
        said = anxin("pack", "check", self.pack).stderr  # what a bundle wants
        self.assertTrue("mines-2009-01-01" in said and "note" in said and "suspect" not in said, said)
        with open(file, encoding="utf-8") as source:
            text = source.read()
        for good, bad, key in (('id: "mines-2009-01-01"', 'id: "../../x"', "id"), ('industries: ["06"]', 'industries: ["zz"]', "industries")):
            self.assertIn(good, text)
            with open(file, "w", encoding="utf-8") as out:
                out.write(text.replace(good, bad))
            done = anxin("pack", "check", "--json", file)
            problems = [(p["field"], p["line"] > 0) for p in json.loads(done.stdout)["problems"]]
            self.assertEqual((done.returncode, problems[:1]), (1, [(key, True)]), done.stdout)
        named = os.path.join(self.root.name, "bundle", "mines-2009-01-01")
        shutil.copytree(self.pack, named)
        for path in (named, os.path.dirname(named)):
            done = anxin("pack", "check", path)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        os.rename(named, os.path.join(os.path.dirname(named), "other"))
        self.assertEqual(anxin("pack", "check", os.path.dirname(named)).returncode, 1)

    def outcomes(self, check):
        """Days lost and deaths of the year after, from the panel itself."""
        with open(os.path.join(self.panel, "mine_quarter.csv"), encoding="utf-8", newline="") as source:
            rows = [r for r in csv.DictReader(source) if r["year"] == "2010"]
        for row in (r for r in check.all if r["date"] == "2010-01-01"):
            own = [r for r in rows if r["mine_id"] == row["enterprise"]]
            self.assertEqual(row["days_lost"], sum(int(r["days_lost"]) for r in own), row["enterprise"])
            self.assertEqual(row["lost_quarters"], sum(int(r["days_lost"]) > 0 for r in own), row["enterprise"])
            self.assertEqual(row["severe"], sum(int(r["deaths"]) + int(r["perm_disab"]) for r in own), row["enterprise"])

    def predictions(self, check):
        done = anxin("predict", "--panel", self.panel, "--pack", self.pack, "--on", "2010-01-01")
        predicted = {r["mine_id"]: r for r in csv.DictReader(done.stdout.splitlines())}
        rows = [r for r in check.all if r["date"] == "2010-01-01"]
        self.assertEqual({r["enterprise"] for r in rows}, set(predicted))
        for row in rows:
            other = predicted[row["enterprise"]]
            self.assertAlmostEqual(row["p_severe"], float(other["p_severe"]), places=9)
            self.assertEqual(row["grade"], other["grade"])

    def test_the_same_command_gives_the_same_bytes(self):
        one, two = (os.path.join(self.root.name, name) for name in ("one", "two"))
        for out in (one, two):
            done = self.backtest(out, "--json")
            self.assertEqual(done.returncode, 0)
            self.assertEqual(json.loads(done.stdout), {"html": f"{out}/backtest.html", "json": f"{out}/backtest.json"})
        self.assertEqual(sorted(os.listdir(one)), sorted(os.listdir(two)))
        for name in os.listdir(one):
            with open(os.path.join(one, name), "rb") as a, open(os.path.join(two, name), "rb") as b:
                self.assertEqual(a.read(), b.read(), name)

    def test_what_is_wrong_is_said(self):
        missing = anxin("backtest", "--panel", self.panel)
        self.assertEqual(missing.returncode, 2)
        self.assertIn("--pack", missing.stderr)
        day = anxin("backtest", "--panel", self.panel, "--pack", self.pack, "--from", "2009", "--to", "2012-01-01", "--out", "x")
        self.assertEqual(day.returncode, 2)
        self.assertIn("--from", day.stderr)
        late = anxin("backtest", "--panel", self.panel, "--pack", self.pack, "--from", "2012-06-01", "--to", "2012-12-31", "--out", "x")
        self.assertEqual(late.returncode, 1)
        self.assertIn("2013-01-01", late.stderr)
        turned = anxin("backtest", "--panel", self.panel, "--pack", self.pack, "--from", "2010-01-01", "--to", "2009-01-01", "--out", "x")
        self.assertEqual(turned.returncode, 1)
        self.assertIn("lies before", turned.stderr)
        for panel, pack, word in ((self.root.name + "/none", self.pack, "none"), (self.panel, self.root.name + "/none.yaml", "none.yaml")):
            done = anxin("backtest", "--panel", panel, "--pack", pack, "--from", "2009-01-01", "--to", "2009-01-01", "--out", "x")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(word, done.stderr)
        self.assertFalse(os.path.exists("x"))

    def test_json_says_what_is_wrong_in_json(self):
        day = ("--pack", self.pack, "--from", "2010-01-01", "--to", "2009-01-01", "--out", "x")
        for command, error, field in ((("predict", "--panel", self.panel, "--pack", self.pack, "--on", "2000-01-01"), "INVALID", "on"),
                                      (("fit", "--panel", self.root.name + "/none", "--until", "2009-01-01", "--out", "x"), "NOT_FOUND", "panel"),
                                      (("backtest", "--panel", self.panel, *day), "INVALID", "")):
            done = anxin(*command, "--json")
            said = json.loads(done.stderr.splitlines()[-1])
            self.assertEqual((done.stdout, said["error"], said["field"]), ("", error, field))
            self.assertTrue(said["rule"])
            self.assertEqual(done.returncode, anxin(*command).returncode)


if __name__ == "__main__":
    result = unittest.main(verbosity=2, exit=False).result
    raise SystemExit(1 if not result.wasSuccessful() else 77 if result.skipped and not result.testsRun else 0)
