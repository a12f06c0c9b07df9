# SPDX-License-Identifier: Apache-2.0
"""What an insurer asks: profile and reference coefficient, each factor with its fact and its source, on both deployments."""
import json
import os
import re
import shutil
import tempfile
import unittest

import harness
from harness import fact

MINE, QUIET, BARE, BUILDER = "91140000MA07E5716U", "91140100MA0HH0013W", "91140200MA0HH0021W", "91320105780688132K"
NOBODY = "91350100M000100Y43"
SMALL, SILENT = "91141190MA72R2EK74", "91141090MA6XK07F4C"
HAZARD, LISTED, INSURED = "91140300MA0HH003XR", "91140400MA0HH0048Y", "91140500MA0HH0056Y"
REPAIRED = "91140600MA0HH0064Y"
ELSEWHERE = "91110100MA0HH0072K"
ACCIDENT, CLAIMED, FROM = "2026-03-10", "2026-03-20", "2026-09-01"


def edit(path, was, now):
    with open(path, encoding="utf-8") as file:
        text, count = re.subn(was, now, file.read(), flags=re.MULTILINE)
    assert count == 1, path
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def claim(revision, paid, reserved, number="赔1", accident="事1", code=MINE):
    return fact(code, number, "insuranceClaim", {
        "claimNumber": number, "policyNumber": "保1", "insurer": "测试保险", "accidentId": accident, "reportedOn": CLAIMED,
        "paidFen": str(paid), "reservedFen": str(reserved), "claimState": "CLAIM_STATE_OPEN"}, occurredOn=ACCIDENT, revision=revision)


def facts():
    for code in (MINE, QUIET, SMALL, SILENT):
        yield fact(code, f"std-{code}", "standardisation", {"level": "STANDARDISATION_LEVEL_TWO", "validFrom": "2024-01-01",
                                                            "validUntil": "2027-12-31"})
        yield fact(code, f"heads-{code}", "exposure", {"periodFrom": "2025-01-01", "periodUntil": "2025-12-31", "employees": "100",
                                                       "labourHours": "200000"})
        yield fact(code, f"policy-{code}", "insurancePolicy", {
            "policyNumber": "保1", "insurer": "测试保险", "coveredFrom": "2026-01-01", "coveredUntil": "2026-12-31",
            "limitPerDeathFen": "40000000", "insuredHeads": 100, "premiumFen": "28000000"})
    for code in (MINE, QUIET, SMALL):
        yield fact(code, f"inspection-{code}", "inspection", {"documentNumber": f"检{code}", "authority": "某局"}, occurredOn="2025-05-01")
    for code in (MINE, SMALL):
        names = ("accident", "fine") if code == MINE else (f"accident-{code}", f"fine-{code}")
        accident = "事1" if code == MINE else "事2"
        yield fact(code, names[0], "accident", {
            "accidentId": accident, "category": "015", "categoryEdition": "1986", "deaths": 1, "liability": "LIABILITY_MAIN",
            "stage": "ACCIDENT_STAGE_APPROVED"}, occurredOn=ACCIDENT, decidedOn="2026-06-01")
        yield fact(code, names[1], "enforcementPenalty", {
            "documentNumber": f"罚{names[1]}", "authority": "某局", "tier": "PENALTY_TIER_GENERAL",
            "categories": ["PENALTY_CATEGORY_FINE"], "fineFen": "6000000", "accidentId": accident},
            occurredOn=ACCIDENT, decidedOn="2026-06-10")
    yield claim("1", 1000000, 0, "赔2", "事2", SMALL)
    yield claim("1", 0, 50000000)
    yield fact(BARE, "statement", "exposure", {"periodFrom": "2025-01-01", "periodUntil": "2025-12-31", "employees": "7"})
    yield fact(HAZARD, "hazard", "hazard", {"hazardId": "患1", "level": "HAZARD_LEVEL_MAJOR", "foundOn": "2026-02-01",
                                            "finder": "HAZARD_FINDER_AUTHORITY"}, occurredOn="2026-02-01")
    yield fact(LISTED, "listed", "listEntry", {
        "list": "LIST_KIND_SERIOUS_DISHONESTY", "authority": "某厅", "documentNumber": "列2", "listedFrom": "2026-05-01",
        "listedUntil": "2029-04-30"}, decidedOn="2026-05-01")
    yield fact(INSURED, "policy", "insurancePolicy", {
        "policyNumber": "保9", "insurer": "测试保险", "coveredFrom": "2026-01-01", "coveredUntil": "2026-12-31",
        "limitPerDeathFen": "40000000", "insuredHeads": 50, "premiumFen": "14000000"})
    yield {**fact(BUILDER, "licence", "licence", {
        "licenceNumber": "许1", "documentNumber": "许1", "authority": "某厅", "kind": "LICENCE_KIND_CONSTRUCTION",
        "licenceState": "LICENCE_STATE_VALID", "validFrom": "2025-01-01", "validUntil": "2027-12-31"}),
        "region": "370100", "industry": "4710"}
    yield {**fact(ELSEWHERE, "std", "standardisation", {"level": "STANDARDISATION_LEVEL_TWO", "validFrom": "2024-01-01",
                                                        "validUntil": "2027-12-31"}), "region": "110100", "industry": "4710"}


def penalty(reference, **body):
    state = {name: body.pop(name) for name in ("state", "useUntil") if name in body}
    return fact(REPAIRED, reference, "enforcementPenalty", {
        "documentNumber": reference, "authority": "某局", "tier": "PENALTY_TIER_GENERAL", "categories": ["PENALTY_CATEGORY_FINE"],
        "fineFen": "1000000", **body}, decidedOn="2026-05-01", **state)


def no_longer_used():
    yield penalty("罚在")
    yield penalty("罚修", state="FACT_STATE_REPAIRED")
    yield penalty("罚撤", state="FACT_STATE_WITHDRAWN")
    yield penalty("罚期", state="FACT_STATE_EXPIRED")
    yield penalty("罚用", useUntil="2026-06-30")
    yield penalty("罚轻", tier="PENALTY_TIER_MINOR")  # three months, by the pack
    yield fact(REPAIRED, "事", "accident", {
        "accidentId": "事9", "deaths": 1, "liability": "LIABILITY_NONE"}, occurredOn="2026-05-01")


class Quote(harness.Deployed):
    @classmethod
    def begin(cls):
        cls.send(facts())
        cls.send(no_longer_used())
        cls.send([claim("2", 30000000, 25000000)])

    def quote(self, *words, code=0):
        done = self.d.run("quote", *words, "--json", check=False)
        self.assertEqual(done.returncode, code, done.err)
        return [json.loads(line) for line in done.out.splitlines()]

    def factors(self, answer):
        return {f["factorId"]: f for f in answer["factors"]}

    def test_the_coefficient_is_the_product_of_its_factors(self):
        for code in (MINE, QUIET):
            [answer] = self.quote(code, "--from", FROM)
            product = 1.0
            for f in answer["factors"]:
                product *= f["valuePpm"] / 1e6
                self.assertTrue(f["provenance"] == "ours" or f["legalBasis"], f)
                self.assertTrue(f["titleZh"] and f["titleEn"], f)
            self.assertAlmostEqual(answer["productPpm"] / 1e6, product, places=5)
            clamped = min(max(answer["productPpm"], answer["clampMinPpm"]), answer["clampMaxPpm"])
            self.assertEqual(answer["coefficientPpm"], clamped)
            base = int(answer["basePremiumFen"])
            self.assertEqual(base, 100 * 40000000 * 7 // 1000)  # heads from facts, the least limit, 0.7 %
            self.assertEqual(int(answer["referencePremiumFen"]), (base * answer["coefficientPpm"] + 500000) // 1000000)
            self.assertTrue(answer["exposureFromFacts"])
            self.assertEqual((answer["tariff"], answer["baseRate"]["baseId"]), ("shanxi-2023", "coal-heads"))

    def moved(self, code):
        [answer], [quiet] = self.quote(code, "--from", FROM), self.quote(QUIET, "--from", FROM)
        by_group, was = ({f.split(".")[0]: x["valuePpm"] for f, x in self.factors(a).items()} for a in (answer, quiet))
        return answer, {group for group in was if by_group[group] != was[group]}

    def test_an_accident_with_its_penalty_and_its_claim_counts_once(self):
        small, moved = self.moved(SMALL)
        self.assertEqual(moved, {"accident"})
        self.assertEqual(self.factors(small)["accident.general"]["reference"], f"accident-{SMALL}")
        once = small["countedOnce"]
        self.assertEqual([once[k] for k in ("countedIn", "accidents", "accidentsLeftOut", "claimsLeftOut", "penaltiesLeftOut")],
                         ["accident", 1, 0, 1, 1])
        self.assertEqual((small["losses"]["claims"], small["losses"]["claimsInAccidentFactor"]), (0, 1))
        self.assertIn("the worst alone counts", once["textEn"])
        self.assertIn("只按其中最重的一起计", once["textZh"])
        # 550,000 yuan cost more as losses: there they count, and the accident does not.
        mine, moved = self.moved(MINE)
        self.assertEqual(moved - {"credit"}, {"loss"})
        self.assertEqual(self.factors(mine)["accident.counted_elsewhere"]["valuePpm"], 900000)
        once = mine["countedOnce"]
        self.assertEqual([once[k] for k in ("countedIn", "accidents", "accidentsLeftOut", "claimsLeftOut", "penaltiesLeftOut")],
                         ["elsewhere", 1, 1, 0, 0])
        self.assertEqual(once["otherProductPpm"], small["productPpm"])
        self.assertGreater(mine["productPpm"], small["productPpm"])
        self.assertNotIn("countedOnce", self.quote(QUIET, "--from", FROM)[0])
        # The level itself has moved, and what is priced is not that level.
        levels = [self.d.json("rating", code)["level"] for code in (MINE, QUIET)]
        self.assertNotEqual(levels[0], levels[1])

    def test_silence_is_no_reward(self):
        [answer] = self.quote(SILENT)
        self.assertTrue(self.d.json("rating", SILENT)["silent"])
        self.assertEqual([self.factors(answer)[f]["valuePpm"] for f in ("accident.missing", "loss.missing")], [1000000, 1000000])
        self.assertIn("silent", self.missing(answer))
        [early] = self.quote(QUIET, "--from", "2023-06-01")  # all that is known of it is later
        self.assertIn("accident.missing", self.factors(early))
        self.assertIn("accidents", self.missing(early))

    def test_what_happened_on_the_first_day_of_cover_counts(self):
        for day, factor in (("2026-03-09", "accident.none"), (ACCIDENT, "accident.general"), ("2026-03-11", "accident.general")):
            self.assertIn(factor, self.factors(self.quote(SMALL, "--from", day)[0]), day)

    def test_the_measure_is_the_tariffs_own(self):
        for words, told in ((("quote", MINE, "--contract-price", "1000000"), ("--contract-price: ", "prices the industry by heads",
                                                                             '(found "1000000.00")')),
                            (("quote", MINE, "--vehicles", "7"), ("--vehicles: ", "by heads, not by vehicles", '(found "7")')),
                            (("quote", BUILDER, "--exposure", "300"), ("--exposure: ", "by contract_price, not by heads", '(found "300")')),
                            (("quote", MINE, "--contract-price", "1", "--lang", "zh"), ("--contract-price：", "按从业人数计价"))):
            done = self.d.run(*words, check=False)
            self.assertEqual(done.returncode, 1)
            for word in told:
                self.assertIn(word, done.err)
        self.assertEqual(self.d.run("quote", MINE, "--vehicles", "1", "--exposure", "1", check=False).returncode, 2)
        refused, answered = self.quote(MINE, BUILDER, "--contract-price", "1000000", code=1)
        self.assertEqual((refused["error"], refused["why"]["field"], refused["why"]["value"]), ("INVALID", "contract_price_fen", "100000000"))
        self.assertEqual(answered["basePremiumFen"], "65000")
        page = self.d.run("quote", MINE, BUILDER, "--contract-price", "1000000", "--lang", "en", check=False).out
        self.assertIn("--contract-price: this tariff prices the industry by heads", page)
        [answer] = self.quote(MINE, "--exposure", "3")
        self.assertEqual((answer["exposure"], answer["basePremiumFen"]), ("3", "840000"))

    def test_least_limit_by_first_day_of_cover(self):
        [answer] = self.quote(MINE, "--from", "2025-03-28", "--limit", "300000")
        self.assertEqual((answer["limitPerDeathFen"], answer["leastLimitPerDeathFen"]), ("30000000", "30000000"))
        done = self.d.run("quote", MINE, "--from", "2025-03-29", "--limit", "399999", check=False)
        self.assertEqual(done.returncode, 1)
        for word in ("--limit: ", "is 400000.00 yuan (40000000 fen)", "27号", '(found "399999.00")'):
            self.assertIn(word, done.err)
        done = self.d.run("quote", MINE, "--from", "2025-03-29", "--limit", "100", "--lang", "zh", check=False)
        for word in ("--limit：低于该起保日的每人最低限额", "（实际为“100.00”）"):
            self.assertIn(word, done.err)
        [answer] = self.quote(MINE, "--from", "2025-03-29")
        self.assertEqual(answer["limitPerDeathFen"], "40000000")

    def test_what_is_missing_is_said(self):
        [answer] = self.quote(BARE)
        self.assertEqual([m["inputId"] for m in answer["missing"]], ["standardisation", "rating", "premium"])
        self.assertIn("credit.unrated", self.factors(answer))
        [builder] = self.quote(BUILDER)
        self.assertEqual(builder["tariff"], "shandong-construction-2018")
        self.assertEqual([m["inputId"] for m in builder["missing"]][:2], ["base", "exposure"])
        [builder] = self.quote(BUILDER, "--contract-price", "10000000")
        self.assertEqual((builder["basePremiumFen"], builder["limitPerDeathFen"]), ("650000", "50000000"))
        self.assertEqual(self.quote(NOBODY, code=3), [])

    def test_a_measure_that_no_base_takes_is_said(self):
        here, there = ("tariff shandong-construction-2018", "费率表 shandong-construction-2018"), ("tariff national-2026", "费率表 national-2026")
        no_row = ("has no row under bases for industry 4710", "的 bases 中没有行业 4710 的条目")
        for words, unused, exposure, told in (
                # Rows of the trade, and none of this limit.
                ((BUILDER, "--contract-price", "5", "--limit", "400000"), "contract_price_fen", "500",
                 (here, ("limit_per_death_fen 40000000 and these options; the 5.00 yuan of contract price that were given are not used",
                         "limit_per_death_fen 40000000、options；所给工程造价（元） 5.00 未被采用"))),
                ((BUILDER,), "", "0", (here, ("prices industry 4710 by contract_price, and how much that is is not known",
                                              "对行业 4710 按 contract_price 计价，而其数未知"))),
                # No row of the trade.
                ((ELSEWHERE, "--contract-price", "5"), "contract_price_fen", "500",
                 (there, no_row, ("; the 5.00 yuan of contract price that were given are not used", "；所给工程造价（元） 5.00 未被采用"))),
                ((ELSEWHERE, "--exposure", "12"), "exposure", "12",
                 (there, no_row, ("; the 12 heads that were given are not used", "；所给从业人数（人） 12 未被采用"))),
                ((ELSEWHERE, "--vehicles", "3"), "vehicles", "3",
                 (there, no_row, ("; the 3 vehicles that were given are not used", "；所给车辆数（辆） 3 未被采用"))),
                ((ELSEWHERE,), "", "0", (there, no_row))):
            [answer] = self.quote(*words)
            [base] = [m for m in answer["missing"] if m["inputId"] == "base"]
            self.assertEqual((base["unusedField"], answer["exposure"], answer["referencePremiumFen"]), (unused, exposure, "0"))
            for i, (lang, key) in enumerate((("en", "textEn"), ("zh", "textZh"))):
                page = self.d.run("quote", *words, "--lang", lang).out
                for part in told:
                    self.assertIn(part[i], base[key])
                self.assertIn(base[key], page)
                self.assertEqual(("are not used" in page or "未被采用" in page), unused != "", page)

    def missing(self, answer):
        return {m["inputId"]: m["textEn"] for m in answer["missing"]}

    def test_what_is_missing_is_true(self):
        [hazard], [listed], [insured] = self.quote(HAZARD), self.quote(LISTED), self.quote(INSURED)
        self.assertNotIn("hazard", self.missing(hazard)["accidents"])
        self.assertNotIn("penalty", self.missing(hazard)["accidents"])
        self.assertEqual(self.d.json("rating", LISTED)["level"], "LEVEL_D")
        self.assertIn("credit", self.missing(listed))
        self.assertNotIn("rating", self.missing(listed))
        self.assertEqual(insured["exposure"], "50")
        for answer in (insured, self.d.json("profile", INSURED)):
            self.assertNotIn("exposure", self.missing(answer))
        self.assertIn("exposure", self.missing(self.d.json("profile", HAZARD)))

    def test_a_list_keeps_its_order(self):
        codes = [QUIET, NOBODY, MINE, QUIET]
        answers = self.quote(*codes, "--from", FROM, code=1)
        self.assertEqual([a["enterprise"] for a in answers], codes)
        self.assertEqual(answers[1]["error"], "NOT_FOUND")
        self.assertEqual(answers[0], answers[3])
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write("\n".join([QUIET, "", "# x", f"{MINE},x"]))
            file.flush()
            self.assertEqual(self.quote("--file", file.name, "--from", FROM), [answers[0], answers[2]])
        self.assertEqual(self.quote(MINE, "--from", FROM), [answers[2]])

    def test_bad_questions(self):
        for words, field in ((("--options", "metro"), "--options: "), (("--from", "2199-01-01"), "--from: ")):
            done = self.d.run("quote", MINE, *words, check=False)
            self.assertEqual((done.returncode, field in done.err), (1, True), done.err)
        self.assertEqual(self.d.run("quote", MINE, "--exposure", "x", check=False).returncode, 2)
        done = self.d.run("quote", MINE, "--exposure", "900000000000", "--lang", "zh", check=False)
        self.assertEqual((done.returncode, "--exposure：保险费将超过" in done.err), (1, True), done.err)
        self.assertEqual(self.d.run("quote", check=False).returncode, 2)
        for words in (("--from", "2026-02-01", "--until", "2026-01-01"), ("--until", "2199-01-01")):
            done = self.d.run("profile", MINE, *words, check=False)
            self.assertEqual((done.returncode, "changed_until" in done.err), (1, True), done.err)
        done = self.d.run("profile", MINE, "--from", "2199-12-31", check=False)  # until today
        self.assertEqual((done.returncode, "changed_from" in done.err, "2199-12-31" in done.err), (1, True, True), done.err)

    def test_roles(self):
        for role, code in (("insurer", 0), ("operator", 0), ("licensing", 4), ("procurement", 4), ("enterprise", 4)):
            for command in ("quote", "profile"):
                self.assertEqual(self.d.run(command, MINE, "--as", role, check=False).returncode, code, (role, command))

    def test_profile(self):
        profile = self.d.json("profile", MINE)
        self.assertEqual(profile["rating"]["enterprise"], MINE)
        self.assertEqual([(e["employees"], e["labourHours"]) for e in profile["exposures"]], [("100", "200000")])
        [year] = [y for y in profile["years"] if y["year"] == 2026]
        self.assertEqual([year[k] for k in ("accidents", "deaths", "claims", "claimsOfAccidents", "penalties", "finesFen", "paidFen",
                                            "reservedFen", "premiumsFen")],
                         [1, 1, 1, 1, 1, "6000000", "30000000", "25000000", "28000000"])
        [told] = profile["claims"]
        self.assertTrue(told["ofCountedAccident"])
        self.assertEqual([(p["paidFen"], p["reservedFen"], p["knownOn"]) for p in told["development"]],
                         [("0", "50000000", harness.TODAY), ("30000000", "25000000", harness.TODAY)])
        expected = profile["expected"]
        self.assertGreater(int(expected["costFen"]), 0)
        self.assertGreater(int(expected["lostTimePpm"]), 0)
        self.assertIn("riskScore", profile["rating"])
        [policy] = profile["policies"]
        self.assertEqual((policy["insurer"], policy["premiumFen"], policy["levelNow"]), ("测试保险", "28000000", profile["rating"]["level"]))

    def test_profile_says_what_changed(self):
        changes = self.d.json("profile", MINE, "--from", harness.TODAY, "--until", harness.TODAY)["changes"]
        self.assertEqual((changes["levelBefore"], changes["from"]), ("LEVEL_UNRATED", harness.TODAY))
        # All of it is older than the day on which it became known: on that day the enterprise did not change.
        self.assertEqual((changes["levelBeforeRestated"], changes["levelPointsBeforeRestated"]),
                         (changes["levelAfter"], changes["levelPointsAfter"]))
        self.assertNotEqual(changes["levelBeforeRestated"], "LEVEL_UNRATED")
        year = self.d.json("profile", MINE, "--from", "2026-03-01", "--until", harness.TODAY)["changes"]
        self.assertNotEqual(year["levelBeforeRestated"], year["levelAfter"])
        told = {(f["reference"], f["change"]) for f in changes["facts"]}
        self.assertIn(("accident", "added"), told)
        self.assertIn(("赔1", "added"), told)  # revised within the period, and not known before it
        before = self.d.json("profile", MINE, "--from", "2026-01-01", "--until", "2026-01-31")["changes"]
        self.assertEqual((before["facts"], before["levelAfter"]), ([], "LEVEL_UNRATED"))
        kinds = [f["kind"] for f in changes["facts"]]
        self.assertEqual(len(set(kinds)), len([k for i, k in enumerate(kinds) if i == 0 or kinds[i - 1] != k]), kinds)
        page = self.d.run("profile", MINE, "--from", harness.TODAY, "--until", harness.TODAY, "--lang", "en").out
        self.assertIn("data loaded", page)
        self.assertIn(f"{harness.TODAY}  added accident: 1", page)
        self.assertIn(f"{harness.TODAY}  新增 事故: 1", self.d.run("profile", MINE, "--lang", "zh").out)
        now = changes["levelAfter"].removeprefix("LEVEL_")
        self.assertIn(f"{harness.TODAY}: {now} → {now} (known then: unrated)", page)

    def test_what_is_no_longer_used_is_not_shared(self):
        answer = self.d.json("profile", REPAIRED)
        [year] = answer["years"]
        self.assertEqual((year["penalties"], year["finesFen"]), (1, "1000000"))
        told = {f["reference"] for f in answer["changes"]["facts"]}
        self.assertEqual(told, {"罚在", "事"})
        self.assertEqual((year["accidents"], year["deaths"], year["accidentsNotLiable"], year["deathsNotLiable"]), (1, 1, 1, 1))
        for lang, words in (("en", "2026: not liable for 1 accident (1 death)"), ("zh", "2026：其中 1 起事故认定无责任（死亡 1 人）")):
            self.assertIn(words, self.d.run("profile", REPAIRED, "--lang", lang).out)

    def test_words(self):
        self.assertIn("参考系数", self.d.run("quote", MINE, "--lang", "zh").out)
        self.assertIn("reference coefficient", self.d.run("quote", MINE, "--lang", "en").out)
        page = self.d.run("quote", SMALL, "--from", FROM, "--lang", "en").out
        for words in ("280000.00 = 100 heads (as facts have it) × 400000.00 × 0.7000 %", "bounds 0.7000 – 1.6000", "premiums: 186411.00",
                      "in the accident factor instead: 1", "the worst alone counts", "; the other way: "):
            self.assertIn(words, page)
        self.assertIn("is past", self.d.run("quote", MINE, "--from", "2025-04-01", "--lang", "en").out)
        self.assertNotIn("is past", self.d.run("quote", MINE, "--lang", "en").out)
        self.assertEqual(self.d.run("quote", MINE, "--exposure", "1", "--contract-price", "1", check=False).returncode, 2)
        self.assertIn("未来十二个月", self.d.run("profile", MINE, "--lang", "zh").out)
        for lang, words in (("en", "no fact is known about it"), ("zh", "没有关于该企业的事实")):
            page = self.d.run("quote", MINE, NOBODY, "--lang", lang, check=False).out
            self.assertIn(words, page)
            self.assertNotIn("NOT_FOUND", page)

    def test_what_the_house_remarks_is_in_one_language(self):
        for words in (("rating", LISTED), ("check", LISTED, "--purpose", "licensing"), ("profile", LISTED), ("quote", LISTED),
                      ("rating", LISTED, "--explain")):
            english = self.d.run(*words, "--lang", "en", check=False).out
            chinese = self.d.run(*words, "--lang", "zh", check=False).out
            self.assertNotIn("本项目", english)
            self.assertNotIn("ours", chinese)
            if words == ("rating", LISTED):
                self.assertIn("ours: applied to earlier acts", english)
                self.assertIn("本项目: 亦用于更早的行为", chinese)

    def test_z_a_marked_change_under_a_live_policy_cites_the_law(self):
        self.send([fact(QUIET, "list", "listEntry", {
            "list": "LIST_KIND_SERIOUS_DISHONESTY", "authority": "某厅", "documentNumber": "列1", "listedFrom": "2026-05-01",
            "listedUntil": "2029-04-30"}, decidedOn="2026-05-01")])
        [policy] = self.d.json("profile", QUIET)["policies"]
        self.assertEqual((policy["levelNow"], policy["levelAtStart"]), ("LEVEL_D", "LEVEL_UNRATED"))
        self.assertNotIn(policy["levelAtStartRestated"], ("LEVEL_D", "LEVEL_UNRATED"))
        self.assertEqual([hint["legalBasis"] for hint in policy["hints"]], ["保险法 (2015) 第五十二条"])
        [answer] = self.quote(QUIET)
        self.assertEqual(self.factors(answer)["listed"]["valuePpm"], 1100000)
        self.assertEqual(self.factors(answer)["listed"]["reference"], "list")

    def test_the_portfolio_of_each_tariff_has_a_mean_of_one(self):
        facts_file = os.path.join(self.d.root, "portfolio.jsonl")
        packs = os.path.join(harness.ROOT, "scoring", "packs")
        tariffs = [os.path.join(packs, name, "tariff.yaml") for name in sorted(os.listdir(packs))]
        tariffs = [t for t in tariffs if os.path.exists(t)]
        self.assertGreaterEqual(len(tariffs), 6)
        made = None
        for tariff in tariffs:
            with open(tariff, encoding="utf-8") as file:
                [command] = [line.split('"')[1] for line in file if line.strip().startswith("portfolio:")]
            if made != command:
                with open(facts_file, "wb") as file:
                    file.write(self.d.run(*command.split()[1:]).stdout)
                made = command
            answer = self.d.json("tariff", "balance", tariff, "--on", facts_file, "--from", "2026-01-01", "--packs", packs)
            with open(tariff, encoding="utf-8") as file:
                [shipped] = re.findall(r"^off_balance:\n +value: \{ppm: (\d+),", file.read(), re.MULTILINE)
            self.assertEqual(answer["offBalancePpm"], int(shipped), f"{tariff}: compute it anew by {command}")
            self.assertAlmostEqual(answer["meanPpm"], 1000000, delta=1, msg=f"{tariff}: {answer}")
            self.assertEqual((answer["enterprises"], answer["outside"]), (int(command.split()[3]), 0), tariff)  # all in its scope


class OnOneMachine(Quote):
    make = harness.Embedded


ROW = """  - id: either.{0}
    title_zh: 车辆或人数
    title_en: heads or vehicles
    industries: ["54"]
    unit: {0}
    over: 1000000
    fen_per_unit: 100
    provenance: ours
"""


class ByEither(unittest.TestCase):
    def test_of_several_measures_the_one_asked_by_is_named(self):
        d = harness.Embedded()
        self.addCleanup(d.close)
        shutil.copytree(os.path.join(harness.ROOT, "scoring", "packs"), os.path.join(d.home, "either"))
        edit(os.path.join(d.home, "either", "shanxi-2023", "tariff.yaml"), r"^bases:\n", "bases:\n" + ROW.format("heads") + ROW.format("vehicles"))
        edit(os.path.join(d.home, "anxin.yaml"), r"^packs_dir: .*$", "packs_dir: either")
        d.stop()
        d.start()
        d.submit("-", stdin=json.dumps({**fact(MINE, "std", "standardisation", {
            "level": "STANDARDISATION_LEVEL_TWO", "validFrom": "2024-01-01", "validUntil": "2027-12-31"}), "industry": "5430"}) + "\n")
        d.settle()
        for words, en, zh in (
                (("--vehicles", "3"), "no row under bases for industry 5430, this vehicles (over", "行业 5430、vehicles（over"),
                (("--exposure", "3"), "no row under bases for industry 5430, this heads (over", "行业 5430、heads（over"),
                ((), "prices industry 5430 by heads or vehicles, and how much", "对行业 5430 按 heads 或 vehicles 计价")):
            [base] = [m for m in d.json("quote", MINE, *words)["missing"] if m["inputId"] == "base"]
            self.assertIn(en, base["textEn"])
            self.assertIn(zh, base["textZh"])
        done = d.run("quote", MINE, "--contract-price", "5", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("prices the industry by one of heads or vehicles, not by contract_price (shanxi-2023)", done.err)
        self.assertIn("按几种计量之一计价", d.run("quote", MINE, "--contract-price", "5", "--lang", "zh", check=False).err)


class OnACluster(Quote):
    make = harness.Cluster

    test_the_portfolio_of_each_tariff_has_a_mean_of_one = None  # the same files everywhere


if __name__ == "__main__":
    harness.main()
