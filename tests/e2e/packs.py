# SPDX-License-Identifier: Apache-2.0
"""Rule packs from the command line: checked, shown, compared; and what-if questions."""
import json
import os
import shutil
import tempfile
import unittest

import harness

CODE = "91140890MATJ5P4R9B"
PACKS = os.path.join(harness.ROOT, "scoring", "packs")
SHANXI = os.path.join(PACKS, "shanxi-2023")
SERIOUS = 3
LISTED = "91140100MA0HH0013W"


def penalty(reference, tier, **more):
    return json.dumps({"source": "t", "reference": reference, "enterprise": CODE, "region": "140100", "occurredOn": harness.TODAY,
                       "decidedOn": harness.TODAY, "enforcementPenalty": {"documentNumber": "D" + reference, "tier": tier}, **more})


def facts():
    return "".join(penalty(str(i), "PENALTY_TIER_SERIOUS") + "\n" for i in range(SERIOUS))


def points(explained, rule):
    return sum(line["points"] for line in explained["lines"] if line["ruleId"] == rule)


class Packs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.d = harness.Embedded()
        cls.dir = tempfile.mkdtemp(prefix="anxin-e2e-")
        cls.file = os.path.join(cls.dir, "facts.jsonl")
        with open(cls.file, "w", encoding="utf-8") as file:
            file.write(facts())
        cls.d.submit(cls.file)
        cls.d.settle()

    @classmethod
    def tearDownClass(cls):
        cls.d.close()
        shutil.rmtree(cls.dir)

    def changed(self, name, *changes):
        """A copy of Shanxi's pack in a folder of its own, with some text replaced."""
        pack = os.path.join(self.dir, name, "shanxi-2023")
        shutil.copytree(SHANXI, pack)
        path = os.path.join(pack, "pack.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return pack

    def test_what_is_shipped_is_sound(self):
        checked = self.d.json("pack", "check", PACKS)
        self.assertTrue(checked["ok"])
        self.assertIn("shanxi-2023", [pack["id"] for pack in checked["packs"]])

    def test_options_and_word_in_any_order(self):
        plain = self.d.json("pack", "show", "shanxi-2023", "--rule", "penalty.minor")
        for args in (["--lang", "en", "pack", "show", "--rule", "penalty.minor", "shanxi-2023"],
                     ["--json", "pack", "--rule", "penalty.minor", "show", "shanxi-2023"],
                     ["--as", "list", "pack", "--rule=penalty.minor", "show", "shanxi-2023", "--as", "operator"]):
            self.assertEqual(self.d.json(*args), plain)
        self.assertEqual(self.d.run("--as", "operator", "pack", "list").out, self.d.run("pack", "list").out)
        self.assertEqual(self.d.run("--as", "operator", "rejects", "list").out, self.d.run("rejects", "list").out)
        self.assertEqual(self.d.run("--as", "operator", "pki", "policy").out, self.d.run("pki", "policy").out)
        self.assertEqual(self.d.run("pack", "--as", "show", check=False).returncode, 2)  # no word

    def editions(self, name, *packs):
        """A folder of copies of Shanxi's pack: id, and what its effective_from becomes."""
        folder = os.path.join(self.dir, name)
        with open(os.path.join(SHANXI, "pack.yaml"), encoding="utf-8") as file:
            text = file.read()
        for pack, days in packs:
            os.makedirs(os.path.join(folder, pack))
            with open(os.path.join(folder, pack, "pack.yaml"), "w", encoding="utf-8") as file:
                file.write(text.replace("id: shanxi-2023\n", f"id: {pack}\n", 1).replace("effective_from: 2000-01-01", days, 1))
        return folder

    def test_editions_are_looked_at_together(self):
        since = "effective_from: 2000-01-01"
        twice = self.editions("twice", ("aaa", since), ("shanxi-2023", since))
        done = self.d.run("pack", "check", twice, "--json", check=False)
        self.assertEqual(done.returncode, 1)
        [problem] = json.loads(done.out)["problems"]
        self.assertIn("aaa/pack.yaml and shanxi-2023/pack.yaml, place \"14\", industry \"\", from 2000-01-01", problem["rule"])
        gap = self.editions("gap", ("shanxi-2023", since + "\neffective_to: 2026-06-30"), ("shanxi-2027", "effective_from: 2027-01-01"))
        checked = self.d.json("pack", "check", gap)
        self.assertTrue(checked["ok"])
        [note] = [note for note in checked["notes"] if "days without an edition" in note["rule"]]
        self.assertEqual((note["file"], note["value"]), (os.path.join(gap, "shanxi-2023", "pack.yaml"), "shanxi-2023"))
        self.assertIn("from 2026-07-01 to 2026-12-31", note["rule"])

    def test_a_bad_pack_says_where_and_why(self):
        bad = self.changed("bad", ("  - id: penalty.general\n", "  - id: penalty.minor\n"))
        done = self.d.run("pack", "check", bad, SHANXI, "--json", check=False)
        self.assertEqual(done.returncode, 1)
        checked = json.loads(done.out)
        self.assertEqual([pack["id"] for pack in checked["packs"]], ["shanxi-2023"])
        self.assertEqual(len(checked["problems"]), 1)
        [problem] = checked["problems"]
        with open(os.path.join(bad, "pack.yaml"), encoding="utf-8") as file:
            second = [i for i, line in enumerate(file, 1) if line == "  - id: penalty.minor\n"][1]
        self.assertEqual((problem["line"], problem["field"], problem["rule"]), (second, "id", "penalty.minor: is there twice"))
        self.assertEqual(self.d.run("pack", "check", os.path.join(self.dir, "none"), check=False).returncode, 1)

    def test_a_word_that_no_key_has(self):
        bad = self.changed("word", ("provenance: S\n", "provenance: Q\n"))
        done = self.d.run("pack", "check", bad, "--json", check=False)
        self.assertEqual(done.returncode, 1)
        problems = json.loads(done.out)["problems"]
        with open(os.path.join(bad, "pack.yaml"), encoding="utf-8") as file:
            lines = [i for i, line in enumerate(file, 1) if line.strip() == "provenance: Q"]
        self.assertGreater(len(lines), 20)  # all of them are told, not the first alone
        self.assertEqual([(p["line"], p["field"], p["value"]) for p in problems], [(i, "provenance", "Q") for i in lines])
        self.assertTrue(all("one of T, S, K, ours" in p["rule"] for p in problems))
        said = self.d.run("pack", "check", bad, "--lang", "en", check=False).err.splitlines()
        self.assertIn(f"line {lines[1]}: provenance: must be one of T, S, K, ours", said[1])
        self.assertEqual(said[-1], f"{len(lines)} problems; nothing of this may be activated")

    def test_counts_are_said_as_they_are(self):
        said = self.d.run("pack", "check", os.path.join(PACKS, "chemicals-tianjin"), "--lang", "en").out
        self.assertIn(": 1 file, ", said)
        self.assertIn(": 2 files, ", self.d.run("pack", "check", SHANXI, "--lang", "en").out)

    def problems_of(self, name, of, following, change, to):
        """What `pack check` finds where a twin of a rule is put behind it, changed in one thing."""
        with open(os.path.join(SHANXI, "pack.yaml"), encoding="utf-8") as file:
            text = file.read()
        rule = text[text.index("  - id: %s\n" % of):text.index("  - id: %s\n" % following)]
        self.assertIn(change, rule)
        twin = rule.replace(of, "twin").replace(change, to)
        done = self.d.run("pack", "check", self.changed(name, (rule, rule + twin)), "--json", check=False)
        self.assertEqual(done.returncode, 1)
        problems = json.loads(done.out)["problems"]
        self.assertTrue(all(p["line"] > 0 for p in problems if p["value"] == "twin"), problems)
        return [(p["field"], p["value"]) for p in problems]

    def test_rules_that_contradict_each_other_are_found(self):
        found = self.problems_of("odd", "bonus.three-safety-engineers", "bonus.five-safety-engineers", "points: 1", "points: -1")
        self.assertIn(("contradiction", "twin"), found)

    def test_a_rule_that_rewards_a_penalty_is_found(self):
        found = self.problems_of("kind", "penalty.minor", "penalty.general", "points: -1", "points: 2")
        self.assertIn(("monotony", "twin"), found)

    def test_show(self):
        shown = self.d.json("pack", "show", "shanxi-2023")
        self.assertEqual(shown["id"], "shanxi-2023")
        self.assertEqual(len(shown["rules"]), self.d.json("pack", "check", SHANXI)["packs"][0]["rules"])
        page = self.d.run("pack", "show", SHANXI, "--lang", "zh").out
        for rule in shown["rules"]:
            self.assertIn(rule["legal_basis"] if "legal_basis" in rule else "[ours]", page)
        rule = self.d.json("pack", "show", "shanxi-2023", "--rule", "penalty.serious")
        self.assertEqual(rule["points"], -10)
        self.assertEqual(self.d.run("pack", "show", "shanxi-2023", "--rule", "no.such", check=False).returncode, 3)
        self.assertEqual(self.d.run("pack", "show", "no-such-pack", check=False).returncode, 3)

    def test_show_of_what_has_no_level_rules(self):
        """A gate's rules are a table, too; a model's numbers are readable, and in --json they have every digit."""
        for pack in ("national-2026", "msha-2013", "fuyang", "common-2026"):
            page = self.d.run("pack", "show", pack, "--lang", "en").out
            self.assertEqual(page.splitlines()[0], pack)
            self.assertFalse([line for line in page.splitlines() if line.strip() in ("", "[]") and line], pack)
        gate = self.d.run("pack", "show", "national-2026", "--lang", "en").out
        self.assertRegex(gate, r"procurement\.listed +deny +procurement +36 months +On the list")
        self.assertRegex(gate, r"closure\.three-in-180-days +review +all +180 days ")
        self.assertIn("decision: deny", self.d.run("pack", "show", "national-2026", "--rule", "procurement.listed").out)
        model = self.d.run("pack", "show", "msha-2013").out
        self.assertIn("credibility_min: 0.15\n", model)
        self.assertRegex(model, r"quantiles: \[[\d.]+, [\d.]+, [\d.]+, … 101 …, [\d.]+\]")
        self.assertLess(max(len(line) for line in model.splitlines()), 200)
        risk = self.d.json("pack", "show", "msha-2013")["files"]["risk.yaml"]
        self.assertEqual(risk["scale"]["credibility_min"], "0.14999999999999999")
        self.assertEqual(len(risk["models"][0]["peers"][0]["quantiles"]), 101)
        self.assertIn(" 1 month ", self.d.run("pack", "show", "construction-wuxi-2025", "--lang", "en").out)

    def test_files_without_facts_are_an_error(self):
        path = os.path.join(self.dir, "none.jsonl")
        tariff = os.path.join(PACKS, "shanxi-2023", "tariff.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"colour": "red"}\n')
        for words in (["pack", "diff", SHANXI, SHANXI], ["tariff", "balance", tariff, "--from", harness.TODAY]):
            done = self.d.run(*words, "--on", path, "--lang", "en", check=False)
            self.assertEqual((done.returncode, done.out), (1, ""))
            self.assertIn("none.jsonl: line 1: ", done.err)
        with open(path, "a", encoding="utf-8") as file:
            file.write(facts())
        for words in (["pack", "diff", SHANXI, SHANXI], ["tariff", "balance", tariff, "--from", harness.TODAY]):
            done = self.d.run(*words, "--on", path, "--lang", "en")
            self.assertIn("left out: 1; the first:", done.err)
            self.assertIn("none.jsonl: line 1: ", done.err)

    def test_diff_says_who_moves_and_why(self):
        other = self.changed("harsher", ("points: -10\n    cap: 40", "points: -12\n    cap: 40"))
        for where in (["--on", self.file], ["--on", self.d.home], ["--live"]):
            *movers, summary = self.d.lines("pack", "diff", SHANXI, other, *where)
            self.assertEqual((summary["enterprises"], summary["changed"], len(movers)), (1, 1, 1), where)
            self.assertEqual([rule["ruleId"] for rule in summary["rules"]], ["penalty.serious"])
            mover = movers[0]
            self.assertEqual(mover["enterprise"], CODE)
            moved = mover["to"]["levelPoints"] - mover["from"]["levelPoints"]
            self.assertLess(moved, 0)
            self.assertEqual(sum(w["pointsAfter"] - w["pointsBefore"] for w in mover["why"]), moved)
            self.assertEqual([w["ruleId"] for w in mover["why"] if w["ruleId"]], ["penalty.serious"])
        same = self.d.json("pack", "diff", PACKS, PACKS, "--live")
        self.assertEqual((same["changed"], same["rules"]), (0, []))
        self.assertIn("penalty.serious", self.d.run("pack", "diff", SHANXI, other, "--live").out)

    def test_diff_of_a_gate_goes_rule_by_rule_and_says_whose_answer_changes(self):
        other = os.path.join(self.dir, "open-gate")
        shutil.copytree(PACKS, other)
        path = os.path.join(other, "national-2026", "gate.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        start = text.index("  - purposes: [procurement]\n    decision: deny\n    rule:\n      id: procurement.listed\n")
        rest = text[text.index("  - purposes:", start + 1):].replace("id: level.low\n    title_zh: \"", "id: level.low\n    title_zh: \"新")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[:start] + rest)
        listed = os.path.join(self.dir, "listed.jsonl")
        with open(listed, "w", encoding="utf-8") as file:
            file.write(penalty("1", "PENALTY_TIER_MINOR") + "\n" + json.dumps(
                {"source": "t", "reference": "l", "enterprise": LISTED, "region": "140100", "decidedOn": harness.TODAY, "listEntry": {
                    "list": "LIST_KIND_SERIOUS_DISHONESTY", "authority": "某厅", "documentNumber": "L1", "listedFrom": harness.TODAY}}) + "\n")
        *movers, summary = self.d.lines("pack", "diff", PACKS, other, "--on", listed)
        self.assertEqual([(r["file"], r["ruleId"], r["what"], r["head"]) for r in summary["rules"]],
                         [("gate.yaml", "procurement.listed", "removed", False), ("gate.yaml", "level.low", "changed", False)])
        self.assertEqual([(m["key"], m["after"][0]) for m in summary["rules"][1]["members"]], [("title_zh", "新")])
        self.assertEqual((summary["enterprises"], summary["changed"], summary["gateChanged"]), (2, 0, 1))
        [total] = summary["gate"]
        self.assertEqual((total["purpose"], total["from"], total["enterprises"]), ("PURPOSE_PROCUREMENT", "DECISION_DENY", 1))
        [mover] = movers
        self.assertEqual((mover["enterprise"], mover["moved"], [r["ruleId"] for r in mover["gate"][0]["rules"]]),
                         (LISTED, False, ["procurement.listed"]))
        page = self.d.run("pack", "diff", PACKS, other, "--on", listed, "--lang", "en").out
        self.assertIn("procurement: deny → review: 1", page)
        self.assertIn("- procurement.listed", page)
        self.assertLess(max(len(line) for line in page.splitlines()), 400)
        files = [os.path.join(folder, "national-2026", "gate.yaml") for folder in (PACKS, other)]
        summary = self.d.lines("pack", "diff", *files, "--on", listed)[-1]
        self.assertEqual(([r["ruleId"] for r in summary["rules"] if not r["head"]], summary["gateChanged"]), (["procurement.listed"], 1))

    def test_diff_says_whose_flags_differ(self):
        with open(os.path.join(SHANXI, "pack.yaml"), encoding="utf-8") as file:
            text = file.read()
        start = text.index("  - id: candidate.a1\n")
        rule = text[start:text.index("\n  - id: ", start + 1) + 1]
        self.assertIn("effect: flag", rule)
        other = self.changed("flagless", (rule, ""))
        facts_of = os.path.join(self.dir, "deaths.jsonl")
        with open(facts_of, "w", encoding="utf-8") as file:
            for i, code in enumerate((CODE, LISTED)):
                file.write(json.dumps({"source": "t", "reference": f"a{i}", "enterprise": code, "region": "140100", "occurredOn": harness.TODAY,
                                       "accident": {"accidentId": f"a{i}", "deaths": 10 * i, "seriousInjuries": 1, "liability": "LIABILITY_MAIN",
                                                    "stage": "ACCIDENT_STAGE_INVESTIGATED"}}) + "\n")
        *movers, summary = self.d.lines("pack", "diff", SHANXI, other, "--on", facts_of)
        self.assertEqual((summary["changed"], summary["moved"], summary["flagsChanged"]), (0, 0, 1))
        self.assertEqual([(f["ruleId"], f["added"], f["removed"]) for f in summary["flags"]], [("candidate.a1", 0, 1)])
        [mover] = movers
        self.assertEqual((mover["enterprise"], mover["moved"], [(f["ruleId"], f["what"]) for f in mover["flags"]]),
                         (LISTED, False, [("candidate.a1", "removed")]))
        page = self.d.run("pack", "diff", other, SHANXI, "--on", facts_of, "--lang", "en").out
        self.assertIn("0 move, 0 differ in level, points or score, 1 in flags", page)
        self.assertRegex(page, r"candidate\.a1 .*: \+1 −0")
        self.assertIn(LISTED, page)

    def test_how_often_it_may_be_inspected(self):
        coal = json.dumps({"source": "t", "reference": "coal", "enterprise": LISTED, "region": "140100", "industry": "0610",
                           "occurredOn": harness.TODAY, "accident": {"accidentId": "c", "deaths": 3, "liability": "LIABILITY_MAIN"}})
        self.d.submit("-", stdin=coal + "\n")
        self.d.settle()
        names = ["inspectionsAtMost", "inspectionsAtMostStopped", "visitsAtMost", "inspectionsProvenance"]
        for code, expected in ((CODE, [6, 0, 3, "S"]), (LISTED, [6, 4, 3, "S"])):  # any trade, no standardisation; coal, level D
            answer = self.d.json("rating", code, "--explain")
            self.assertEqual([answer[name] for name in names], expected)
            self.assertIn("2025-04-23", answer["inspectionsLegalBasis"])
        self.assertEqual(answer["rating"]["level"], "LEVEL_D")
        self.assertIn("At most 6 inspections and 3 visits a year.", self.d.run("rating", LISTED, "--explain", "--lang", "en").out)

    def test_simulate_adds_and_takes_out(self):
        before = self.d.json("rating", CODE, "--explain")
        answer = self.d.json("simulate", CODE, "--remove", "t", "0", "--remove", "t", "1")
        self.assertEqual(answer["before"]["levelPoints"], before["rating"]["levelPoints"])
        gained = answer["rating"]["levelPoints"] - answer["before"]["levelPoints"]
        self.assertGreater(gained, 0)
        self.assertEqual(sum(d["pointsAfter"] - d["pointsBefore"] for d in answer["differences"]), gained)
        serious = next(d for d in answer["differences"] if d["ruleId"] == "penalty.serious")
        self.assertEqual(serious["pointsBefore"], points(before, "penalty.serious"))
        more = os.path.join(self.dir, "more.jsonl")
        with open(more, "w", encoding="utf-8") as file:
            file.write(penalty("9", "PENALTY_TIER_MINOR") + "\n")
        answer = self.d.json("simulate", CODE, "--add", more)
        self.assertEqual(answer["rating"]["facts"], SERIOUS + 1)
        self.assertIn("penalty.minor", [d["ruleId"] for d in answer["differences"]])
        self.assertEqual(self.d.json("simulate", CODE, "--add", more, "--remove", "t", "0")["rating"]["facts"], SERIOUS)
        self.assertEqual(self.d.json("rating", CODE, "--explain"), before)  # nothing is stored

    def test_simulate_refuses_what_it_does_not_know(self):
        for words, text in (("--remove t 77", "77"), ("--pack no-such-pack", "no-such-pack")):
            done = self.d.run("simulate", CODE, *words.split(), check=False)
            self.assertEqual(done.returncode, 3, done.err)
            self.assertIn(text, done.err)
        self.assertEqual(self.d.run("simulate", CODE, "--remove", "t", check=False).returncode, 2)

    def test_both_times_combine(self):
        before = self.d.run("rating", CODE, "--known-at", "2020-01-01", "--as-of", harness.TODAY, check=False)
        self.assertEqual(before.returncode, 3)
        self.assertEqual(self.d.run("history", CODE, "--known-at", "2020-01-01", check=False).returncode, 3)
        now = self.d.json("rating", CODE, "--known-at", harness.TODAY + "T23:59:59", "--as-of", harness.TODAY)
        self.assertEqual(now["levelPoints"], self.d.json("rating", CODE)["levelPoints"])
        self.assertEqual(self.d.lines("history", CODE, "--as-of", "2020-01-01"), [])


if __name__ == "__main__":
    unittest.main()
