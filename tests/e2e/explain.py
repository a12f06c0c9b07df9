# SPDX-License-Identifier: Apache-2.0
"""ExplainRating and its page: sums, reasons, what would raise it, what time will do, clocks, ledgers of many facts. All made up."""
import datetime
import json
import unittest

import harness

CODE = "91140890MATJ5P4R9B"
LONG = "91140100MA0HH0013W"
HIDING = "91140100MA1BB0017H"
TWICE = "91140100MA1BB0025C"
MOVED = "91140100MA1BB00412"
ELSEWHERE = "91440100MA1BB0092E"
MANY = 6000
TODAY = datetime.date.fromisoformat(harness.TODAY)


def day(back):
    return (TODAY - datetime.timedelta(days=back)).isoformat()


def fact(kind, reference, body, code=CODE, **more):
    return harness.fact(code, reference, kind, body, source="t", enterpriseName="示例煤业有限公司", **more)


def penalty(reference, back, tier, code=CODE, **more):
    body = {"documentNumber": f"（示）应急罚{reference}号", "authority": "示例市应急管理局", "tier": f"PENALTY_TIER_{tier}",
            "fineFen": "3000000", "categories": ["PENALTY_CATEGORY_FINE"]}
    return fact("enforcementPenalty", reference, body, code, occurredOn=day(back), decidedOn=day(back), **more)


def facts():
    yield fact("standardisation", "标准化", {"level": "STANDARDISATION_LEVEL_TWO", "validFrom": day(500), "validUntil": day(-600)})
    for i in range(3):
        yield fact("exposure", f"工时{i}", {"periodFrom": day(365 * (i + 1) - 1), "periodUntil": day(365 * i), "employees": "120",
                                          "labourHours": "240000"})
    yield penalty("甲", 60, "SERIOUS", state="FACT_STATE_OBJECTED")
    yield penalty("乙", 200, "GENERAL")
    yield penalty("丙", 700, "SERIOUS", synthetic=True)
    yield penalty("丁", 500, "MINOR")
    yield fact("accident", "事故1", {"accidentId": "事故1", "grade": "ACCIDENT_GRADE_GENERAL", "liability": "LIABILITY_GENERAL",
                                   "seriousInjuries": 1, "lostWorkdays": "150", "stage": "ACCIDENT_STAGE_APPROVED"}, occurredOn=day(300))
    yield fact("hazard", "隐患1", {"hazardId": "隐患1", "level": "HAZARD_LEVEL_MAJOR", "foundOn": day(90), "dueOn": day(30),
                                 "finder": "HAZARD_FINDER_AUTHORITY", "supervised": True}, occurredOn=day(90))
    yield fact("insuranceClaim", "赔案1", {"claimNumber": "赔案1", "insurer": "示例保险", "minorInjuries": 1, "paidFen": "8000000",
                                        "claimState": "CLAIM_STATE_PAID", "reportedOn": day(120)}, occurredOn=day(120))


def hiding():
    """Under objection: an accident that the penalty for it answers, and one of two reports of a penalty."""
    yield fact("accident", "事故甲", {"accidentId": "事故甲", "grade": "ACCIDENT_GRADE_GENERAL", "liability": "LIABILITY_MAIN", "deaths": 1,
                                   "stage": "ACCIDENT_STAGE_APPROVED"}, HIDING, occurredOn=day(300), state="FACT_STATE_OBJECTED")
    answer = penalty("子", 200, "SERIOUS", HIDING)
    answer["enforcementPenalty"]["accidentId"] = "事故甲"
    yield answer
    yield penalty("丑", 100, "SERIOUS", TWICE, state="FACT_STATE_OBJECTED")
    yield {**penalty("丑", 100, "SERIOUS", TWICE), "reference": "丑（另一来源）"}
    yield fact("accident", "事故丙", {"accidentId": "事故丙", "liability": "LIABILITY_MAIN", "deaths": 12, "stage": "ACCIDENT_STAGE_APPROVED"},
               ELSEWHERE, occurredOn=day(300), region="4401", industry="2610")
    for code in (HIDING, TWICE):
        yield fact("exposure", "人数", {"periodFrom": day(364), "periodUntil": day(0), "employees": "120"}, code)


class Explain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.d = harness.Embedded()
        try:
            stated = fact("exposure", "L工时", {"periodFrom": day(364), "periodUntil": day(0), "employees": "5000"}, LONG)
            rows = [*facts(), *hiding(), stated] + [penalty(f"L{i}", i % 900, ("MINOR", "GENERAL", "SERIOUS")[i % 3], LONG) for i in range(MANY)]
            done, summary = cls.d.submit("-", stdin="".join(json.dumps(row) + "\n" for row in rows))
            assert summary["accepted"] == len(rows), (summary, done.err[-2000:])
            cls.d.settle()
            cls.answer = cls.d.json("rating", CODE, "--explain")
        except BaseException:
            cls.d.close()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.d.close()

    def check_sums(self, answer):
        self.assertEqual(sum(line["points"] for line in answer["lines"]), answer["rating"]["levelPoints"])
        score = answer["score"]
        self.assertEqual(score["start"] + sum(line["points"] for line in score["lines"]), answer["rating"]["riskScore"])
        for channel in score["channels"]:
            of_it = [line for line in score["lines"] if line["channel"] == channel["channel"]]
            self.assertEqual(sum(line["points"] for line in of_it), channel["points"], channel)
            self.assertEqual(sum(line["facts"] for line in of_it), channel["facts"], channel)

    def test_points_add_up(self):
        self.check_sums(self.answer)
        self.assertEqual(self.answer["rating"]["riskScore"], self.d.json("rating", CODE)["riskScore"])

    def test_reasons_are_few_of_both_parts_and_in_both_languages(self):
        reasons = self.answer["reasons"]
        self.assertTrue(1 <= len(reasons) <= 4)
        self.assertTrue(any(r["ruleId"] for r in reasons))
        for reason in reasons:
            self.assertTrue(reason["textZh"] and reason["textEn"])

    def test_an_upheld_objection_is_what_a_simulation_says(self):
        found = {i["reference"]: i for i in self.answer["improvements"] if i["kind"] == "IMPROVEMENT_KIND_OBJECTION"}
        self.assertEqual(list(found), ["甲"])
        gone = next(f for f in facts() if f["reference"] == "甲")
        gone.update(revision="2", state="FACT_STATE_WITHDRAWN")
        path = f"{self.d.root}/gone.jsonl"
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps(gone) + "\n")
        simulated = self.d.json("simulate", CODE, "--add", path)
        then = simulated["rating"]
        now = self.answer["rating"]
        self.assertEqual(sum(d["pointsAfter"] - d["pointsBefore"] for d in simulated["scoreDifferences"]),
                         then["riskScore"] - now["riskScore"])
        self.assertEqual(found["甲"]["level"], then["level"])
        self.assertEqual(found["甲"]["levelPoints"], then["levelPoints"] - now["levelPoints"])
        self.assertEqual(found["甲"]["scorePoints"], then["riskScore"] - now["riskScore"])
        without = self.answer["ratingWithoutObjected"]
        self.assertEqual((without["level"], without["riskScore"]), (then["level"], then["riskScore"]))

    def simulated(self, code, *args, add=None):
        path = f"{self.d.root}/added.jsonl"
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps(add) + "\n")
        return self.d.json("simulate", code, *args, *(() if add is None else ("--add", path)))["rating"]

    def test_without_is_as_if_the_facts_under_objection_were_not_there(self):
        for code, reference in ((HIDING, "事故甲"), (TWICE, "丑"), (CODE, "甲")):
            without = self.d.json("rating", code, "--explain")["ratingWithoutObjected"]
            removed = self.simulated(code, "--remove", "t", reference)
            for name in ("level", "levelPoints", "riskScore", "facts", "ledgerDigest"):
                self.assertEqual(without[name], removed[name], (reference, name))
            self.assertEqual(without["objected"], 0)

    def test_the_other_side_of_an_event_is_told(self):
        answer = self.d.json("rating", HIDING, "--explain")
        self.check_sums(answer)
        lines = answer["score"]["lines"]
        aside = {line["reference"] for line in lines if line["kind"] == "SCORE_LINE_KIND_ASIDE"}
        counted = {line["reference"] for line in lines if line["kind"] == "SCORE_LINE_KIND_FACT"}
        self.assertEqual(len(aside), 1)
        self.assertEqual(aside | counted, {"事故甲", "子"})
        self.assertFalse(aside & counted)
        self.assertTrue(all(line["points"] == 0 for line in lines if line["reference"] in aside))
        for language, words in (("zh", "同一事件只计较重的一面"), ("en", "one event counts once, with its graver side")):
            self.assertIn(words, self.d.run("rating", HIDING, "--explain", "--lang", language).out.partition("= ")[2])

    def test_standardisation_is_what_a_simulation_says(self):
        for code in (HIDING, TWICE, LONG):
            answer = self.d.json("rating", code, "--explain")
            found = [i for i in answer["improvements"] if i["kind"] == "IMPROVEMENT_KIND_STANDARDISATION"]
            three = fact("standardisation", "三级", {"level": "STANDARDISATION_LEVEL_THREE", "validFrom": day(0)}, code)
            then = self.simulated(code, add=three)
            self.assertEqual(len(found), 1, code)
            self.assertEqual((found[0]["level"], found[0]["levelPoints"], found[0]["scorePoints"]),
                             (then["level"], then["levelPoints"] - answer["rating"]["levelPoints"],
                              then["riskScore"] - answer["rating"]["riskScore"]))

    def test_what_would_raise_it_lowers_nothing(self):
        for code in (CODE, HIDING, TWICE, LONG):
            for item in self.d.json("rating", code, "--explain")["improvements"]:
                self.assertFalse(item["levelPoints"] < 0 and item["scorePoints"] <= 0, item)

    def test_what_can_be_repaired_or_closed_is_told(self):
        kinds = {i["reference"]: i["kind"] for i in self.answer["improvements"]}
        self.assertEqual(kinds["乙"], "IMPROVEMENT_KIND_REPAIR")
        self.assertEqual(kinds["隐患1"], "IMPROVEMENT_KIND_CLOSE_HAZARD")
        self.assertNotIn("事故1", kinds)

    def send(self, *rows):
        done, summary = self.d.submit("-", stdin="".join(json.dumps(row) + "\n" for row in rows))
        self.assertEqual(summary["accepted"], len(rows), (summary, done.err[-2000:]))
        self.d.settle()

    def test_a_fact_dated_later_moves_no_day_before_it(self):
        own = ("nextChangeOn", "ledgerDigest", "asOf", "revision")
        then = [day(back) for back in (900, 700, 400, 31, 30)]

        def past():
            ratings = [self.d.json("rating", MOVED, "--as-of", on) for on in then]
            for rating in ratings:
                explained = self.d.json("rating", MOVED, "--explain", "--as-of", rating["ratedOn"])
                self.assertEqual(explained["rating"], rating)
                self.check_sums(explained)
            history = [row for row in self.d.lines("history", MOVED) if row["ratedOn"] < day(29)]
            return [{name: value for name, value in row.items() if name not in own} for row in ratings + history]

        self.send(fact("standardisation", "标准化", {"level": "STANDARDISATION_LEVEL_TWO", "validFrom": day(2000)}, MOVED),
                  fact("exposure", "人数", {"periodFrom": day(1200), "periodUntil": day(0), "employees": "120"}, MOVED),
                  penalty("寅", 800, "SERIOUS", MOVED), penalty("卯", 600, "GENERAL", MOVED))
        before = past()
        self.send({**fact("inspection", "检查", {"documentNumber": "检查"}, MOVED, occurredOn=day(29)),
                   "region": "370100", "industry": "3011"},
                  fact("exposure", "今年", {"periodFrom": day(20), "periodUntil": day(0), "employees": "9000"}, MOVED, occurredOn=day(20)))
        self.assertEqual(past(), before)
        self.assertEqual(self.d.json("rating", MOVED, "--as-of", day(30))["pack"], "shanxi-2023")
        self.assertEqual(self.d.json("rating", MOVED, "--as-of", day(29))["pack"], "shandong-2013")
        self.assertEqual(self.d.json("rating", MOVED, "--as-of", day(30))["nextChangeOn"], day(29))
        self.assertIn(day(29), [row["ratedOn"] for row in self.d.lines("history", MOVED)])

    def test_lines_of_a_rule_are_in_order_of_day_and_the_first_moves_the_level(self):
        for code in (CODE, LONG):
            overrides = [line for line in self.d.json("rating", code, "--explain")["lines"] if line["kind"] == "LINE_KIND_OVERRIDE"]
            for rule in {line["ruleId"] for line in overrides if line["ruleId"]}:
                of_it = [line for line in overrides if line["ruleId"] == rule and line["facts"] == 1]
                days = [line["occurredOn"] for line in of_it]
                self.assertEqual(days, sorted(days, reverse=True), rule)
                self.assertFalse(any(line["levelShift"] for line in of_it[1:]), rule)

    def test_what_was_known_at_an_instant_says_so(self):
        for args in (["--explain"], []):
            self.assertNotIn("known at", self.d.run("rating", CODE, *args, "--lang", "en").out)
            page = self.d.run("rating", CODE, *args, "--known-at", TODAY.isoformat() + "T23:59:30", "--lang", "en").out
            self.assertIn(f"y what was known at {TODAY} 23:59:30 UTC+8", page)

    def test_every_improvement_says_what_it_is_about(self):
        of_score = next(i for i in self.answer["improvements"] if i["reference"] == "丁")
        self.assertEqual((of_score["ruleId"], of_score["levelPoints"]), ("", 0))
        self.assertGreater(of_score["scorePoints"], 0)
        self.assertIn("只计入风险评分", of_score["textZh"])
        self.assertIn("risk score alone", of_score["textEn"])
        for item in self.answer["improvements"]:
            self.assertFalse(item["textZh"].endswith("：") or item["textEn"].endswith(": "), item)

    def test_a_coming_change_is_the_rating_of_that_day(self):
        self.assertEqual(self.answer["upcoming"][0]["on"], self.answer["rating"]["nextChangeOn"])
        for change in self.answer["upcoming"][:4]:
            then = self.d.json("rating", CODE, "--as-of", change["on"])
            self.assertEqual((change["level"], change["levelPoints"], change["riskScore"]),
                             (then["level"], then["levelPoints"], then["riskScore"]))
        self.assertTrue(self.answer["upcoming"][0]["differences"])

    def test_time_alone_reaches_the_next_grade(self):
        on = self.answer["score"]["nextGradeOn"]
        if on == "":
            self.skipTest("no better grade within ten years")
        before = (datetime.date.fromisoformat(on) - datetime.timedelta(days=1)).isoformat()
        self.assertEqual(self.d.json("rating", CODE, "--as-of", on)["riskGrade"], self.answer["score"]["nextGrade"])
        self.assertEqual(self.d.json("rating", CODE, "--as-of", before)["riskGrade"], self.answer["rating"]["riskGrade"])

    def test_outlook_is_the_score_now_less_the_score_then(self):
        then = self.d.json("rating", CODE, "--as-of", day(90))
        self.assertEqual(self.answer["score"]["outlookPoints"], self.answer["rating"]["riskScore"] - then["riskScore"])

    def test_negative_records_have_their_clocks(self):
        line = next(line for line in self.answer["lines"] if line["reference"] == "乙")
        self.assertTrue(line["publishUntil"] and line["useUntil"] and line["archiveUntil"])
        self.assertTrue(line["publishUntil"] <= line["useUntil"] <= line["archiveUntil"])

    def test_what_no_pack_covers_is_named(self):
        """Neither unknown nor good: chemicals in Guangzhou, of which no rule pack is."""
        answer = self.d.json("rating", ELSEWHERE, "--explain")
        self.assertEqual((answer["rating"]["level"], answer["rating"]["pack"]), ("LEVEL_UNRATED", ""))
        words = (f"No rule pack covers place 4401 and trade 2610 on {TODAY}", f"没有规则包适用于地区 4401、行业 2610（{TODAY}）")
        self.assertTrue(answer["reasons"][0]["textEn"].startswith(words[0]) and answer["reasons"][0]["textZh"].startswith(words[1]))
        self.assertEqual([(line["kind"], line["reference"]) for line in answer["lines"]], [("LINE_KIND_NOT_COUNTED", "事故丙")])
        for lang, said in zip(("en", "zh"), words):
            page = self.d.run("rating", ELSEWHERE, "--explain", "--lang", lang).out
            self.assertIn(said, page)
            self.assertFalse(any(text in page for text in ("nothing is known of it", "没有可供评价的记录", "= 0\n", "BASIS")), page)

    def test_made_up_facts_are_counted_and_marked(self):
        self.assertEqual(self.answer["syntheticFacts"], 1)
        for lang, mark in (("zh", "［虚构］"), ("en", "[made up]")):
            page = self.d.run("rating", CODE, "--explain", "--lang", lang).out
            self.assertTrue(any(mark in line and "丙" in line for line in page.splitlines()))
            self.assertFalse(any(mark in line and "乙" in line for line in page.splitlines()))

    def test_the_page_says_what_the_message_says(self):
        heads = {"zh": ("结论", "主要原因", "等级的由来", "评分的由来", "未来十二个月预计", "如何改善", "无新事实时的变化", "异议处理中的事实",
                        "各条记录的期限", "数据与摘要"),
                 "en": ("In short", "Principal reasons", "How the level came about", "How the score came about",
                        "What is to be expected in 12 months", "What would raise it", "What time alone will do",
                        "Facts under objection", "How long each record lasts", "What it was made from")}
        rating = self.answer["rating"]
        for lang, expected in heads.items():
            page = self.d.run("rating", CODE, "--explain", "--lang", lang).out
            at = [page.index(head) for head in expected]
            self.assertEqual(at, sorted(at))
            for text in (str(rating["riskScore"]), rating["ledgerDigest"], rating["packDigest"],
                         self.answer["score"]["parametersDigest"], rating["nextChangeOn"]):
                self.assertIn(text, page)
            for reason in self.answer["reasons"]:
                self.assertIn(reason["textZh" if lang == "zh" else "textEn"], page)
            self.assertNotIn("{", page)

    def test_many_facts_are_summed_up_and_still_add_up(self):
        answer = self.d.json("rating", LONG, "--explain")
        self.check_sums(answer)
        self.assertLess(len(answer["lines"]), MANY)
        self.assertTrue(any(line["facts"] > 1 for line in answer["lines"]))
        self.assertTrue(any(line["facts"] > 1 for line in answer["score"]["lines"]))
        by_digest = {line["factDigest"] for line in answer["lines"] if line["factDigest"]}
        self.assertLess(len(by_digest), MANY)
        self.assertTrue(answer["improvementsLeftOff"])
        self.assertLess(len(self.d.run("rating", LONG, "--explain").out.splitlines()), 400)

    def test_history_has_score_and_grade(self):
        rows = self.d.lines("history", CODE)
        said = self.d.run("history", CODE).out.splitlines()
        self.assertEqual(len(rows), len(said))
        for row, line in zip(rows, said):
            grade = row["riskGrade"].removeprefix("RISK_GRADE_")
            self.assertIn(row["ratedOn"], line)
            self.assertTrue(line.endswith(f"{row['riskScore']} {grade}" if "riskScore" in row else grade), line)


if __name__ == "__main__":
    harness.main()
