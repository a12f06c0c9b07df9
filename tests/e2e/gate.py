# SPDX-License-Identifier: Apache-2.0
"""The gate as an authority asks it: allow, review, deny, unrated, unknown, each with its facts, on both deployments."""
import base64
import json

import harness
from harness import fact

CLEAN, LISTED, STOPPED, SILENT, LOW = ("91140000MA07E5716U", "91140100MA0HH0013W", "91140200MA0HH0021W",
                                       "91140400MA0HH003XY", "91140500MA0HH00484")
NOBODY = "91350100M000100Y43"
DAY = "2026-05-20"


def facts():
    for code in (CLEAN, LISTED, STOPPED):
        yield fact(code, "std", "standardisation", {"level": "STANDARDISATION_LEVEL_ONE", "validFrom": "2025-01-01"})
    yield fact(LISTED, "list", "listEntry", {
        "list": "LIST_KIND_SERIOUS_DISHONESTY", "authority": "某省应急管理厅", "documentNumber": "列〔2026〕1号",
        "listedFrom": "2026-01-10", "listedUntil": "2029-01-09"}, decidedOn="2026-01-10")
    yield fact(STOPPED, "stop", "enforcementPenalty", {
        "documentNumber": "罚〔2026〕7号", "authority": "某市应急管理局", "tier": "PENALTY_TIER_SERIOUS",
        "categories": ["PENALTY_CATEGORY_PRODUCTION_SUSPENSION"]}, occurredOn=DAY, decidedOn=DAY)
    yield fact(SILENT, "heads", "exposure", {"periodFrom": "2025-01-01", "periodUntil": "2025-12-31", "employees": "40"})
    for i in range(30):
        yield fact(LOW, f"p{i}", "enforcementPenalty", {
            "documentNumber": f"罚〔2026〕{i}号", "authority": "某市应急管理局", "tier": "PENALTY_TIER_SERIOUS"},
            occurredOn=DAY, decidedOn=DAY)


class Gate(harness.Deployed):
    @classmethod
    def begin(cls):
        cls.send(facts())

    def check(self, purpose, *codes, code=0, **kwargs):
        done = self.d.run("check", *codes, "--purpose", purpose, "--json", check=False, **kwargs)
        self.assertEqual(done.returncode, code, done.err)
        return [json.loads(line) for line in done.out.splitlines()]

    def test_clean_is_allowed_for_every_purpose(self):
        for purpose in ("licensing", "procurement", "project_approval"):
            [answer] = self.check(purpose, CLEAN)
            self.assertEqual((answer["decision"], answer["reasons"], answer["gate"]), ("DECISION_ALLOW", [], "national-2026"))
            self.assertEqual(answer["rating"]["level"], "LEVEL_A2")
            self.assertEqual(len(base64.b64decode(answer["evidence"])), 32)

    def test_a_denial_names_the_law_and_the_fact(self):
        for purpose, rule, law in (("licensing", "licensing.listed", "令第11号"), ("procurement", "procurement.listed", "政府采购法"),
                                   ("project_approval", "project.listed", "第七十八条")):
            [answer] = self.check(purpose, LISTED, code=4)
            reason = answer["reasons"][0]
            self.assertEqual((answer["decision"], reason["decision"], reason["rule"]["ruleId"]), ("DECISION_DENY", "DECISION_DENY", rule))
            self.assertIn(law, reason["rule"]["legalBasis"])
            self.assertNotEqual(reason["provenance"], "ours")
            self.assertEqual((reason["source"], reason["reference"], reason["endsOn"], reason["subject"]),
                             ("e2e", "list", "2029-01-10", "列〔2026〕1号"))

    def test_a_suspension_denies_procurement_and_is_looked_at_elsewhere(self):
        [answer] = self.check("procurement", STOPPED, code=4)
        self.assertEqual(answer["reasons"][0]["rule"]["ruleId"], "procurement.major-violation")
        for purpose in ("licensing", "project_approval"):
            [answer] = self.check(purpose, STOPPED, code=5)
            self.assertEqual((answer["decision"], answer["reasons"][0]["rule"]["ruleId"]), ("DECISION_REVIEW", "suspension.by-penalty"))

    def test_low_level_alone_is_review_by_no_law(self):
        [answer] = self.check("licensing", LOW, code=5)
        self.assertEqual(answer["rating"]["level"], "LEVEL_D")
        self.assertEqual(answer["decision"], "DECISION_REVIEW")
        low = [r for r in answer["reasons"] if r["rule"]["ruleId"] == "level.low"]
        self.assertEqual([(r["provenance"], r["source"], r["endsOn"]) for r in low], [("ours", "", "2029-05-20")])
        for lang, ours, theirs in (("en", "ours: the line)", "ours"), ("zh", "等级界限为本项目自定)", "本项目")):
            page = self.d.run("check", LOW, "--purpose", "licensing", "--lang", lang, check=False).out
            [told] = [line for line in page.splitlines() if "level.low" in line]
            self.assertTrue(told.endswith(ours), told)
            self.assertEqual(told.count(theirs), 1, told)

    def test_unrated_and_unknown_are_answers(self):
        [answer] = self.check("licensing", SILENT, code=5)
        self.assertEqual((answer["decision"], answer["rating"]["level"]), ("DECISION_UNRATED", "LEVEL_UNRATED"))
        [answer] = self.check("licensing", NOBODY, code=3)
        self.assertEqual(answer["decision"], "DECISION_UNKNOWN")
        self.assertNotIn("rating", answer)
        self.assertEqual(answer["asOf"]["day"], harness.TODAY)

    def test_a_list_keeps_its_order_and_the_gravest_exit(self):
        codes = [NOBODY, LISTED, CLEAN, SILENT, LOW, CLEAN]
        answers = self.check("procurement", *codes, code=4)
        self.assertEqual([a["enterprise"] for a in answers], codes)
        self.assertEqual([a["decision"][9:] for a in answers], ["UNKNOWN", "DENY", "ALLOW", "UNRATED", "REVIEW", "ALLOW"])
        listed = "# 名单\n" + "\n".join(f"{c}, x" for c in codes)
        self.assertEqual(self.check("procurement", "--file", "-", code=4, stdin=listed.encode()), answers)
        self.assertEqual(self.check("procurement", LISTED, code=4), [answers[1]])

    def test_a_wrong_line_of_a_list_is_named_and_the_rest_answered(self):
        listed = f"{LISTED}\n# x\nfoo, y\n91350100M000100Y44\n{CLEAN}\n"
        done = self.d.run("check", "--file", "-", "--purpose", "licensing", "--lang", "en", check=False, stdin=listed.encode())
        self.assertEqual(done.returncode, 1)
        for words in ('line 3: enterprise: GB 32100', '(found "foo")', 'line 4: enterprise: GB 32100: the check, character 18'):
            self.assertIn(words, done.err)
        for code in (LISTED, CLEAN):
            self.assertIn(code, done.out)
        two = self.d.run("check", "--file", "-", "--purpose", "licensing", "--lang", "zh", check=False,
                         stdin=f"{CLEAN},名称,{LISTED.lower()}; {LISTED}\n".encode())
        self.assertEqual((two.returncode, two.err.count("一行一个代码"), two.err.count("第 1 行")), (1, 2, 2), two.err)
        self.assertEqual((CLEAN in two.out, LISTED in two.out), (True, False))
        answers = self.check("licensing", "--file", "-", code=1, stdin=listed.encode())
        self.assertEqual([(a["enterprise"], a.get("line"), a.get("error")) for a in answers[:2]],
                         [("foo", 3, "INVALID"), ("91350100M000100Y44", 4, "INVALID")])
        self.assertEqual([a["enterprise"] for a in answers[2:]], [LISTED, CLEAN])

    def test_words(self):
        done = self.d.run("check", LISTED, "--purpose", "licensing", "--lang", "zh", check=False)
        self.assertIn("依法不予", done.out)
        self.assertIn("列〔2026〕1号", done.out)
        self.assertIn("deny", self.d.run("check", LISTED, "--purpose", "licensing", "--lang", "en", check=False).out)

    def test_bad_questions(self):
        insurance = self.d.run("check", CLEAN, "--purpose", "insurance", "--lang", "en", check=False)
        self.assertEqual(insurance.returncode, 2)
        self.assertIn("no gate", insurance.err)
        self.assertEqual(self.d.run("check", CLEAN, check=False).returncode, 2)
        self.assertEqual(self.d.run("check", "--purpose", "licensing", check=False).returncode, 2)
        self.assertEqual(self.d.run("check", "--purpose", "licensing", "--file", "/no/such", check=False).returncode, 2)
        wrong = self.d.run("check", "91350100M000100Y44", "--purpose", "licensing", check=False)
        self.assertEqual((wrong.returncode, "enterprise" in wrong.err), (1, True))
        long = self.d.run("check", CLEAN, "--purpose", "licensing", "--matter", "长" * 100, check=False)
        self.assertEqual((long.returncode, "matter" in long.err), (1, True))

    def test_roles(self):
        for role, code in (("licensing", 0), ("procurement", 0), ("insurer", 4), ("enterprise", 4), ("provider", 4)):
            done = self.d.run("check", CLEAN, "--purpose", "licensing", "--as", role, check=False)
            self.assertEqual(done.returncode, code, role)

    def test_z_what_changes_is_seen_at_once(self):
        before = self.check("licensing", LISTED, code=4)
        self.send([fact(LISTED, "list", "listEntry", {
            "list": "LIST_KIND_SERIOUS_DISHONESTY", "authority": "某省应急管理厅", "documentNumber": "列〔2026〕1号",
            "listedFrom": "2026-01-10", "listedUntil": "2029-01-09", "removedOn": DAY}, decidedOn="2026-01-10", revision="2")])
        [after] = self.check("licensing", LISTED)
        self.assertEqual(after["decision"], "DECISION_ALLOW")
        self.assertNotEqual(after["evidence"], before[0]["evidence"])
        contested = fact(STOPPED, "stop", "enforcementPenalty", {
            "documentNumber": "罚〔2026〕7号", "authority": "某市应急管理局", "tier": "PENALTY_TIER_SERIOUS",
            "categories": ["PENALTY_CATEGORY_PRODUCTION_SUSPENSION"]}, occurredOn=DAY, decidedOn=DAY, revision="2")
        contested["state"] = "FACT_STATE_OBJECTED"
        self.send([contested])
        [answer] = self.check("procurement", STOPPED, code=4)
        self.assertTrue(answer["reasons"][0]["contested"])
        self.d.run("withdraw", "e2e", "stop")
        self.d.settle()
        self.assertEqual(self.check("procurement", STOPPED)[0]["decision"], "DECISION_ALLOW")


class OnOneMachine(Gate):
    make = harness.Embedded


class OnACluster(Gate):
    make = harness.Cluster


if __name__ == "__main__":
    harness.main()
