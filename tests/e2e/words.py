# SPDX-License-Identifier: Apache-2.0
"""What the command line says to people: usage errors, tables, explanations, Chinese."""
import glob
import os
import re
import socket
import unittest

import harness

CODE = "91140890MATJ5P4R9B"
SHANDONG = "91370100MA1BB00331"
MINOR = 13  # the rule of minor penalties takes 1 point each, 10 at most


def penalties(count):
    yield "kind,source,reference,enterprise,region,industry,occurred_on,decided_on,enforcement_penalty.document_number,enforcement_penalty.tier"
    for i in range(count):
        yield f"enforcement_penalty,t,{i},{CODE},140100,0610,{harness.TODAY},{harness.TODAY},D{i},PENALTY_TIER_MINOR"
    yield f"enforcement_penalty,t,S,{SHANDONG},370100,3011,{harness.TODAY},{harness.TODAY},S,PENALTY_TIER_MINOR"


class Words(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.d = harness.Embedded()
        cls.d.submit("-", stdin="\n".join(penalties(MINOR)) + "\n")
        cls.d.settle()

    @classmethod
    def tearDownClass(cls):
        cls.d.close()

    def test_a_day_that_is_none_is_a_usage_error(self):
        for command in (["rating", CODE], ["list"], ["audit-store"]):
            done = self.d.run(*command, "--as-of", "2026-13-01", check=False)
            self.assertEqual(done.returncode, 2, command)
            self.assertEqual(done.out, "")
            self.assertIn("2026-13-01", done.err)
        self.assertEqual(self.d.json("rating", CODE, "--as-of", "2026/1/3"), self.d.json("rating", CODE, "--as-of", "2026-01-03"))

    def test_a_cap_names_its_rule(self):
        said = self.d.run("rating", CODE, "--explain").out
        lines = self.d.json("rating", CODE, "--explain")["lines"]
        title = next(line["titleEn"] for line in lines if line["kind"] == "LINE_KIND_POINTS")
        self.assertEqual(sum(title in line for line in said.splitlines() if line.startswith("  -1 ")), MINOR)
        self.assertIn(f"cap: {title}", said)
        self.assertIn("上限：", self.d.run("rating", CODE, "--explain", "--lang", "zh").out)
        self.assertNotIn("  +0 ", said)

    def test_a_rule_without_a_law_is_ours(self):
        rating = self.d.json("rating", SHANDONG)
        self.assertTrue(any(rule["legalBasis"] == "" for rule in rating["flags"] + rating["overrides"]))
        for lang, ours in (("en", "; ours, no source)"), ("zh", "; 本项目设定，无出处)")):
            said = self.d.run("rating", SHANDONG, "--lang", lang).out
            self.assertIn(ours, said)
            self.assertNotIn("; )", said)

    def test_upcoming_days_differ(self):
        said = self.d.run("rating", CODE, "--explain").out
        changes = [line.split(": ", 1)[1].split(";")[0] for line in said.splitlines() if line.startswith("  From ")]
        self.assertIn("Next change on ", said)
        self.assertEqual(changes, [c for i, c in enumerate(changes) if i == 0 or c != changes[i - 1]])

    def test_rules_in_chinese_beside_the_english(self):
        done = self.d.run("rating", CODE[:-1] + "X", "--lang", "zh", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("校验码（第 18 位）错误", done.err)
        self.assertIn("GB 32100", done.err)
        self.assertIn("实际为", done.err)
        self.assertNotIn("found", done.err)

    def test_every_rule_in_the_table_is_still_said(self):
        sources = ""
        for folder in ("base", "connectors", "scoring", "services"):
            for path in glob.glob(os.path.join(harness.ROOT, folder, "**", "*.c"), recursive=True):
                if not path.endswith("rules_zh.c"):
                    with open(path, encoding="utf-8") as file:
                        sources += file.read()
        with open(os.path.join(harness.ROOT, "services", "anxin", "rules_zh.c"), encoding="utf-8") as file:
            begins, within = self.rules_in(file.read())
        self.assertGreater(min(len(begins), len(within)), 10)
        self.assertEqual([b for b in begins if f'"{b}' not in sources and f": {b}" not in sources], [])
        self.assertEqual([w for w in within if w not in sources], [])

    @staticmethod
    def rules_in(table):
        """The English texts that rules_zh.c knows by how they begin, and by what stands within them."""
        at = table.index("within[] = {")
        end = table.index("};", at)
        rule = re.compile(r'^ +\{"([^"]+)",', re.M)
        return rule.findall(table[:at] + table[end:]), rule.findall(table[at:end])

    maxDiff = None

    def test_what_the_commands_of_packs_and_models_say_is_said_in_chinese(self):
        """Each text of an error or a finding, by the tables as ax_rule_zh goes through them."""
        with open(os.path.join(harness.ROOT, "services", "anxin", "rules_zh.c"), encoding="utf-8") as file:
            begins, within = self.rules_in(file.read())

        def known(text):
            return any(text.startswith(b) for b in begins) or any(w in text for w in within) or re.match(r"\d.* to ", text)
        call = re.compile(r'\b(?:ax_fail|ax_fail_field|ax_sheet_fail|fail_line|broken|ax_pack_fault_add|ax_lint_add)\(((?:[^;"]|"(?:[^"\\]|\\.)*")*);')
        missing, seen = [], 0
        for folder in ("anxin", "exchange", "lib/pack", "lib/model", "lib/backtest", "lib/schedule"):
            for path in sorted(glob.glob(os.path.join(harness.ROOT, "services", folder, "*.c"))):
                if os.path.basename(path) in ("hub.c", "watch.c", "parking.c", "upload.c", "live.c", "cmd_synth.c", "cmd_rejects.c", "cmd_submit.c"):
                    continue
                with open(path, encoding="utf-8") as file:
                    source = re.sub(r'"\s+"', "", file.read())
                for found in call.findall(source):
                    for text in re.findall(r'"((?:[^"\\]|\\.)*)"', found):
                        text = re.sub(r"%(?:\.\*)?[-+0-9]*[lz]*[a-z]", "7", text).replace('\\"', '"')
                        places = text.split(": ")
                        tails = [": ".join(places[i:]) for i in range(len(places))]
                        if " " in tails[-1] and tails[-1] != "the same level":  # more than particulars
                            seen += 1
                            missing += [] if any(known(tail) for tail in tails) else [f"{os.path.basename(path)}: {text}"]
        self.assertGreater(seen, 150)
        self.assertEqual(missing, [])

    def test_every_rule_of_a_pack_is_said_in_chinese(self):
        """What the checks of scoring/ say of a pack file, by the table and the few patterns beside it."""
        with open(os.path.join(harness.ROOT, "services", "anxin", "rules_zh.c"), encoding="utf-8") as file:
            begins, _ = self.rules_in(file.read())
        missing = []
        for name in ("pack_check", "pack_check_rule", "risk_model", "gate", "codes", "deadlines", "tariff_check"):
            path = os.path.join(harness.ROOT, "scoring", name + ".c")
            if not os.path.exists(path):
                continue
            with open(path, encoding="utf-8") as file:
                source = re.sub(r'"\s+"', "", file.read())
            said = re.findall(r'broken\([^;]*?, "((?:[^"\\]|\\.)* (?:[^"\\]|\\.)*)"\)', source)
            self.assertTrue(said, name)
            missing += [text for text in said if not any(text.startswith(b) for b in begins) and not re.match(r"\d.* to ", text)]
        with open(os.path.join(harness.ROOT, "scoring", "tariff_monotony.c"), encoding="utf-8") as file:
            said = re.findall(r'"((?:[^"\\]|\\.)*)"', re.sub(r'"\s+"', "", file.read()))
        said = [text for text in said if " " in text and "%s: " not in text]
        self.assertGreater(len(said), 5)
        missing += [text for text in said if not any(text.startswith(b) for b in begins)]
        self.assertEqual(missing, [])

    def test_a_bad_pack_is_refused_in_chinese(self):
        folder = os.path.join(self.d.root, "bad-2026")
        os.mkdir(folder)
        with open(os.path.join(harness.ROOT, "scoring", "packs", "shanxi-2023", "pack.yaml"), encoding="utf-8") as file:
            text = file.read().replace("id: shanxi-2023", "id: bad-2026").replace("    points: -1\n", "    points: -999999\n", 1)
        with open(os.path.join(folder, "pack.yaml"), "w", encoding="utf-8") as file:
            file.write(text)
        done = self.d.run("pack", "check", folder, "--lang", "zh", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("应为范围内的整数（penalty.minor: must be a whole number from -100000 to 100000）", done.out + done.err)
        self.assertIn("pack.yaml", done.out + done.err)

    def test_what_holds_no_facts_is_said_in_chinese(self):
        pack = os.path.join(harness.ROOT, "scoring", "packs", "shanxi-2023")
        said = {"a,b\n1,2\n": "没有格式与这些列相符的系统", "kind,source,reference,enterprise\n": "其中没有事实", "": "内容为空"}
        for text, words in said.items():
            path = os.path.join(self.d.root, "none.csv")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            done = self.d.run("pack", "diff", pack, pack, "--on", path, "--lang", "zh", check=False)
            self.assertEqual(done.returncode, 1, done.err)
            self.assertIn(words, done.err)

    def test_a_file_that_cannot_be_read_has_no_counts(self):
        done = self.d.run("submit", self.d.root, check=False)
        self.assertEqual((done.returncode, done.out), (1, ""))
        done, summary = self.d.submit(self.d.root, check=False)
        self.assertEqual((done.returncode, summary["read"]), (1, 0))

    def test_help_and_the_api_page_name_every_option(self):
        """Of each command the options that its source takes; and what docs/API.md says of commands is what help says."""
        said = self.d.run("--help", "--lang", "en").out
        usage = dict(re.findall(r"^  ([a-z-]+) +\S.*\n((?: {15}.*\n)+)", said, re.M))
        options = re.compile(r'\{"([a-z-]+)", (?:&[\w.]+|NULL), (?:&\w+|NULL)\}')
        files = {"simulate": "cmd_simulate", "check": "cmd_check", "quote": "cmd_quote", "profile": "cmd_profile", "tariff": "cmd_tariff",
                 "backtest": "cmd_backtest", "pack": "pack_*"}
        for command, name in files.items():
            taken = set()
            for path in glob.glob(os.path.join(harness.ROOT, "services", "anxin", name + ".c")):
                with open(path, encoding="utf-8") as file:
                    taken |= set(options.findall(file.read()))
            self.assertTrue(taken, command)
            self.assertEqual({o for o in taken if f"--{o}" not in usage[command]} - {"as-of"}, set(), command)  # simulate: --on
        with open(os.path.join(harness.ROOT, "docs", "API.md"), encoding="utf-8") as file:
            page = file.read().replace("\\|", "|")
        for command in (*files, "rating", "history", "fit", "predict"):
            told = [words for words in re.findall(r"`([a-z]+ [^`]*)`", page) if words.split()[0] == command]
            self.assertTrue(told, command)
            for words in told:
                named = re.findall(r"--[a-z-]+", words)
                self.assertEqual([o for o in named if o not in usage[command]], [], words)

    def test_help_says_what_is_there(self):
        said = self.d.run("--help").out
        self.assertIn("[--listen HOST:PORT]", said)
        self.assertNotIn("--detach", said)


class Port(unittest.TestCase):
    """Without --listen, `up` takes the port that it had; another where that is taken. Tables have no head above an error."""

    def test_last_port(self):
        d = harness.Embedded()
        self.addCleanup(d.close)
        first = d.listen
        d.kill()
        done = d.run("list", check=False)
        self.assertEqual((done.returncode, done.out), (1, ""))
        self.assertEqual(self.up(d), first)
        d.stop()
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", int(first.rsplit(":", 1)[1])))
            taken.listen()
            second = self.up(d)
        self.assertNotEqual(second, first)
        d.stop()
        self.assertEqual(self.up(d), second)

    @staticmethod
    def up(d):
        d.listen = None
        d.start()
        return d.endpoint()


if __name__ == "__main__":
    harness.main()
