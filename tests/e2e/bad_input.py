# SPDX-License-Identifier: Apache-2.0
"""Every kind of bad input named in docs/CONNECTORS.md: a clear error, kept in rejects, the rows beside it go in, exit 1."""
import json
import os
import unittest

import harness

HEADER = ("行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,法定代表人证件号码,行政处罚决定书文号,"
          "违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),处罚决定日期,处罚机关,处罚机关统一社会信用代码,处罚有效期,"
          "数据来源单位,数据来源单位统一社会信用代码")
GOOD = {"name": "晋示例一煤业有限公司", "kind": "法人及非法人组织", "code": "91140100MA0HH0013W", "person": "张三", "id": "140101199001010011",
        "doc": "晋应急罚〔2026〕1号", "type": "违章作业", "facts": "未按规定培训", "basis": "安全生产法第九十七条", "category": "罚款",
        "content": "罚款五万元", "fine": "5", "on": "2026-03-01", "by": "太原市应急管理局", "bycode": "", "until": "2099/12/31",
        "origin": "太原市应急管理局", "origincode": ""}


WIDE_HEADER = HEADER.replace("(", "（").replace(")", "）")  # as the official layout of 2018 has it


def row(**changes):
    return ",".join({**GOOD, **changes}.values())


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.d = harness.Embedded()
        cls.serial = 0

    @classmethod
    def tearDownClass(cls):
        cls.d.close()

    def file(self, data, name="penalties.csv"):
        path = os.path.join(self.d.root, name)
        with open(path, "wb") as out:
            out.write(data if isinstance(data, bytes) else data.encode())
        return path

    def good(self):
        type(self).serial += 1
        return row(doc=f"晋应急罚〔2026〕{1000 + self.serial}号")

    def refuse(self, bad, *words, rejected=1, masked=True, header=HEADER):
        """The bad row between two good ones: those go in, it is rejected, named, and kept."""
        before = {r["id"] for r in self.d.lines("rejects", "list")}
        first, last = self.good(), self.good()
        bad = bad if isinstance(bad, bytes) else bad.encode()
        done, summary = self.d.submit(self.file(b"\n".join([header.encode(), first.encode(), bad, last.encode(), b""])), check=False)
        self.assertEqual(done.returncode, 1, done.err)
        self.assertEqual((summary["accepted"], summary["rejected"]), (2, rejected), done.err)
        for word in words:
            self.assertIn(word, done.err)
        new = [r for r in self.d.lines("rejects", "list") if r["id"] not in before]
        self.assertEqual(len(new), rejected)
        self.assertEqual([r["raw"]["row"] for r in new[:1]], ["2"])
        if masked:
            shown = self.d.run("rejects", "show", new[0]["id"]).out
            self.assertIn("行政相对人名称", shown)
            self.assertNotIn("张三", shown)
            self.assertNotIn(GOOD["id"], shown)
        return new

    def test_wrong_check_character(self):
        for header in (HEADER, WIDE_HEADER):
            self.refuse(row(code="91140100MA0HH0013X"), "2", "91140100MA0HH0013X", "enterprise", header=header)

    def test_placeholder_code(self):
        for header in (HEADER, WIDE_HEADER):
            new = self.refuse(row(code="00000000000000000X", doc=f"晋应急罚〔2026〕{len(header)}号"), "00000000000000000X", "enterprise",
                              header=header)
            self.d.run("rejects", "retry", new[0]["id"], "--set", "行政相对人代码_1(统一社会信用代码)=91140100MA0HH0013W")

    def test_impossible_date(self):
        self.refuse(row(on="2026-02-30"), "2026-02-30", "decided_on")

    def test_negative_money(self):
        self.refuse(row(fine="-1"), "-1", "fine_fen")

    def test_seven_decimals(self):
        self.refuse(row(fine="1.1234567"), "1.1234567", "fine_fen")

    def test_in_the_future(self):
        self.refuse(row(on="2099-01-01"), "2099-01-01")

    def test_oversized_text(self):
        self.refuse(row(facts="长" * 5001), "violation")

    def test_oversized_row(self):
        self.refuse(row(facts="长" * 70000), "64")

    def test_invalid_utf8(self):
        new = self.refuse(row().encode().replace("违章作业".encode(), b"\xff\xfe\xfd"), "UTF-8")
        shown = self.d.run("rejects", "show", new[0]["id"]).out
        self.assertIn("\\xff\\xfe\\xfd", shown)

    def test_arguments_that_are_no_utf8(self):
        other = os.fsdecode(b"\xff\xfe")
        code = GOOD["code"]
        for command in (("rating", other), ("history", other), ("find", other), ("profile", other), ("simulate", other),
                        ("list", "--region", other), ("watch", "--region", other, "--count", "1"),
                        ("check", code, "--purpose", "licensing", "--matter", other), ("check", other, "--purpose", "licensing"),
                        ("quote", code, "--options", other), ("withdraw", other, "1", "--reason", "x")):
            done = self.d.run(*command, check=False)
            self.assertIn(done.returncode, (1, 2), (command, done.err))
            self.assertIn("UTF-8", done.err, command)

    def test_arguments_that_are_no_codes(self):
        for option, value, rule in (("--region", "99", "GB/T 2260"), ("--region", "141", "GB/T 2260"), ("--industry", "abc", "GB/T 4754"),
                                    ("--industry", "9999", "GB/T 4754")):
            done = self.d.run("list", option, value, check=False)
            self.assertEqual(done.returncode, 2, done.err)
            for word in (option, value, rule):
                self.assertIn(word, done.err)

    def test_wrong_usage_is_json_where_json_is_asked_for(self):
        for command, field, value, rule in (
                (("list", "--region", "99", "--json"), "--region", "99", "GB/T 2260"),
                (("list", "--json", "--level", "Q"), "--level", "Q", "A1"),
                (("list", "--as-of", "2009-13-01", "--json"), "--as-of", "2009-13-01", "a day"),
                (("fit", "--panel", "x", "--out", "y", "--until", "2009-13-01", "--json"), "--until", "2009-13-01", "YYYY-MM-DD"),
                (("predict", "--panel", "x", "--json"), "--pack", "", "must be given"),
                (("synth", "--enterprises", "x", "--json"), "--enterprises", "x", "whole number"),
                (("list", "--bogus", "--json"), "", "--bogus", "unknown option"),
                (("find", "--json"), "", "", "too few arguments")):
            done = self.d.run(*command, check=False)
            self.assertEqual(done.returncode, 2, done.err)
            said = json.loads(done.err)
            self.assertEqual((said["error"], said["field"], said["value"]), ("INVALID", field, value))
            self.assertIn(rule, said["rule"])
        done = self.d.run("fit", "--panel", "x", "--out", "y", "--until", "2009-13-01", check=False)
        self.assertIn("2009-13-01", done.err)

    def test_nul(self):
        self.refuse(row().encode().replace("违章作业".encode(), b"a\x00b"), "NUL")

    def test_unknown_category(self):
        self.refuse(row(category="斩立决"), "斩立决", "categories")

    def test_natural_person(self):
        self.refuse(row(kind="自然人"), "自然人")

    def test_half_a_line_at_the_end(self):
        data = "\n".join([HEADER, self.good(), row(doc="晋应急罚〔2026〕9号")[:60]])
        done, summary = self.d.submit(self.file(data), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual((summary["accepted"], summary["rejected"]), (1, 1), done.err)

    def test_unknown_column(self):
        data = "\n".join([HEADER + ",星座", self.good() + ",白羊"])
        done, _ = self.d.submit(self.file(data), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("星座", done.err)

    def test_empty_file(self):
        done, _ = self.d.submit(self.file(b""), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("empty", done.err)

    def test_directory(self):
        done, _ = self.d.submit(self.d.root, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("director", done.err)

    def test_missing_file(self):
        done, _ = self.d.submit(os.path.join(self.d.root, "nowhere.csv"), check=False)
        self.assertIn(done.returncode, (1, 3))
        self.assertIn("nowhere.csv", done.err)

    def test_length_prefix_of_2_gib(self):
        done, _ = self.d.submit(self.file(b"\x7f\xff\xff\xff" + b"\x00" * 64, "facts.bin"), check=False)
        self.assertEqual(done.returncode, 1)

    def test_the_same_file_again_adds_no_reject(self):
        path = self.file("\n".join([HEADER, row(doc="晋应急罚〔2026〕31号", on="2026-02-31"), row(doc="晋应急罚〔2026〕32号", fine="x"), ""]))
        before = len(self.d.lines("rejects", "list", "--all"))
        for _ in range(3):
            _, summary = self.d.submit(path, check=False)
            self.assertEqual(summary["rejected"], 2)
        self.assertEqual(len(self.d.lines("rejects", "list", "--all")), before + 2)

    def test_retry_mends_json(self):
        fact = {"source": "creditchina", "reference": "j2", "revision": "1", "enterprise": GOOD["code"], "occurredOn": "2026-02-30",
                "enforcementPenalty": {"documentNumber": "x", "authority": "y", "tier": "PENALTY_TIER_HEAVENLY"}}
        before = {r["id"] for r in self.d.lines("rejects", "list")}
        done, summary = self.d.submit("-", stdin=json.dumps(fact) + "\n", check=False)
        self.assertEqual(summary["rejected"], 1, done.err)
        (new,) = [r["id"] for r in self.d.lines("rejects", "list") if r["id"] not in before]
        still = self.d.run("rejects", "retry", new, "--set", "occurredOn=2026-02-28", check=False)
        self.assertEqual(still.returncode, 1)
        self.assertIn("enforcement_penalty.tier", still.err)
        self.d.run("rejects", "retry", new, "--set", "occurredOn=2026-02-28", "--set", "enforcementPenalty.tier=PENALTY_TIER_GENERAL")
        self.assertNotIn(new, [r["id"] for r in self.d.lines("rejects", "list")])

    def test_identity_numbers_in_free_text(self):
        text = "作业人员11010519491231002X未培训"
        new = self.refuse(row(facts=text, on="2026-02-29", doc="晋应急罚〔2026〕33号"), "2026-02-29")
        shown = self.d.run("rejects", "show", new[0]["id"]).out
        self.assertIn("110105************", shown)
        self.assertNotIn("11010519491231002X", shown)

    def test_gbk_goes_in(self):
        done, summary = self.d.submit(self.file("\n".join([HEADER, self.good(), ""]).encode("gbk")))
        self.assertEqual((summary["accepted"], summary["rejected"]), (1, 0), done.err)

    def test_unknown_enum_and_field_in_json(self):
        fact = {"source": "creditchina", "reference": "j1", "revision": "1", "enterprise": GOOD["code"], "occurredOn": "2026-03-01",
                "enforcementPenalty": {"documentNumber": "x", "authority": "y", "tier": "PENALTY_TIER_HEAVENLY"}}
        done, summary = self.d.submit("-", stdin=json.dumps(fact) + "\n", check=False)
        self.assertEqual((done.returncode, summary["rejected"]), (1, 1), done.err)
        self.assertIn("PENALTY_TIER_HEAVENLY", done.err)
        fact["enforcementPenalty"] = {"colour": "red"}
        done, summary = self.d.submit("-", stdin=json.dumps(fact) + "\n", check=False)
        self.assertEqual((done.returncode, summary["rejected"]), (1, 1), done.err)
        self.assertIn("colour", done.err)

    def test_revision_and_conflict_are_no_errors(self):
        line = self.good()
        _, one = self.d.submit(self.file("\n".join([HEADER, line, ""])), "--revision", "5")
        self.assertEqual(one["accepted"], 1)
        self.d.settle()
        changed = line.replace("罚款五万元", "罚款六万元")
        done, lower = self.d.submit(self.file("\n".join([HEADER, changed, ""])), "--revision", "3")
        self.assertEqual((done.returncode, lower["accepted"]), (0, 1))
        self.d.settle()
        done, equal = self.d.submit(self.file("\n".join([HEADER, changed, ""])), "--revision", "5")
        self.assertEqual((done.returncode, equal["accepted"]), (0, 1))
        self.assertIn("conflict", done.err)
        self.d.settle()
        self.assertGreaterEqual(self.d.json("rating", GOOD["code"])["conflicts"], 1)

    def test_retry_mends(self):
        new = self.refuse(row(on="2026-02-30", doc="晋应急罚〔2026〕777号"), "2026-02-30")
        still = self.d.run("rejects", "retry", new[0]["id"], check=False)
        self.assertEqual(still.returncode, 1)
        self.d.run("rejects", "retry", new[0]["id"], "--set", "处罚决定日期=2026-02-28")
        self.assertNotIn(new[0]["id"], [r["id"] for r in self.d.lines("rejects", "list")])
        self.assertIn(new[0]["id"], [r["id"] for r in self.d.lines("rejects", "list", "--all")])

    def test_retry_of_a_row_with_two_facts(self):
        path = self.file("mine_id,year,quarter,violations,days_lost,days_restricted,deaths,perm_disab\n"
                         "9900001,2009,5,3,10,0,0,0\n", "mine_quarter.csv")
        before = {r["id"] for r in self.d.lines("rejects", "list")}
        facts = self.d.settle()["facts"]
        done, _ = self.d.submit(path, check=False)
        self.assertEqual(done.returncode, 1)
        (new,) = [r["id"] for r in self.d.lines("rejects", "list") if r["id"] not in before]
        late = self.d.run("rejects", "retry", new, "--set", "quarter=4", "--set", "year=2099", check=False)
        self.assertEqual(late.returncode, 1)
        self.assertIn("2099", late.err)
        self.assertIn(new, [r["id"] for r in self.d.lines("rejects", "list")])
        self.assertEqual(self.d.settle()["facts"], facts)
        self.d.run("rejects", "retry", new, "--set", "quarter=4")
        self.assertNotIn(new, [r["id"] for r in self.d.lines("rejects", "list")])
        self.assertEqual(self.d.settle()["facts"], facts + 2)

    def test_dry_run_writes_nothing(self):
        before = self.d.json("status")["facts"]
        done, summary = self.d.submit(self.file("\n".join([HEADER, self.good(), row(on="2026-02-30"), ""])), "--dry-run", check=False)
        self.assertEqual((done.returncode, summary["rejected"]), (1, 1), done.err)
        self.assertEqual(self.d.json("status")["facts"], before)


if __name__ == "__main__":
    harness.main()
