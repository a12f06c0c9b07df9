# SPDX-License-Identifier: Apache-2.0
"""The one path, in the same words on both deployments: synth, submit, rating, list, history, watch, withdraw, audit, replay."""
import json
import os
import subprocess

import harness


class Spine(harness.Deployed):
    @classmethod
    def begin(cls):
        cls.facts = cls.d.run("synth", "--enterprises", "120", "--seed", "7", "--until", harness.TODAY, "--format", "jsonl").stdout
        _, cls.summary = cls.d.submit("-", stdin=cls.facts)
        cls.status = cls.d.settle()

    def worst(self):
        return self.d.lines("list", "--level", "D")[0]

    def test_submit_counts_facts(self):
        self.assertEqual(self.summary["read"], len(self.facts.splitlines()))
        self.assertEqual(self.summary["read"], self.summary["accepted"] + self.summary["duplicate"])
        self.assertEqual(self.summary["rejected"], 0)

    def test_submit_again_changes_nothing(self):
        before = self.d.json("audit-store")
        _, again = self.d.submit("-", stdin=self.facts)
        self.d.settle()
        self.assertEqual(again["duplicate"], again["read"])
        self.assertEqual(self.d.json("audit-store"), before)

    def test_every_enterprise_is_rated(self):
        rows = self.d.lines("list")
        self.assertEqual(len(rows), 120)
        self.assertEqual([r["enterprise"] for r in rows], sorted(r["enterprise"] for r in rows))
        self.assertTrue(all(r["synthetic"] for r in rows))
        self.assertGreaterEqual(len({r["level"] for r in rows}), 4)

    def test_rating_has_what_scripts_rely_on(self):
        rating = self.d.json("rating", self.worst()["enterprise"])
        for name in ("enterprise", "name", "level", "levelPoints", "overrides", "ratedOn", "nextChangeOn", "revision",
                     "ledgerDigest", "packDigest", "asOf"):
            self.assertIn(name, rating)
        for name in ("riskGrade", "credibilityPpm", "riskModel", "watch", "silent", "exposureEstimated"):
            self.assertIn(name, rating)
        self.assertEqual("riskScore" in rating, rating["riskGrade"] != "RISK_GRADE_NR")
        self.assertEqual(rating["ratedOn"], harness.TODAY)
        self.assertRegex(rating["ledgerDigest"], "^[0-9a-f]{64}$")
        self.assertEqual(rating["level"], "LEVEL_D")

    def test_explanation_adds_up(self):
        for row in self.d.lines("list")[:40]:
            answer = self.d.json("rating", row["enterprise"], "--explain")
            kinds = ("LINE_KIND_BASE", "LINE_KIND_POINTS", "LINE_KIND_CAP", "LINE_KIND_CLAMP")
            total = sum(line["points"] for line in answer["lines"] if line["kind"] in kinds)
            self.assertEqual(total, answer["rating"]["levelPoints"], row["enterprise"])
            self.assertEqual(answer["rating"]["level"], row["level"])

    def test_texts_in_both_languages(self):
        code = self.worst()["enterprise"]
        self.assertIn("等级", self.d.run("rating", code, "--explain", "--lang", "zh").out)
        self.assertIn("Level", self.d.run("rating", code, "--explain", "--lang", "en").out)

    def test_as_of_and_history(self):
        code = self.worst()["enterprise"]
        history = self.d.lines("history", code)
        self.assertGreater(len(history), 1)
        days = [h["ratedOn"] for h in history]
        self.assertEqual(days, sorted(days, reverse=True))
        for entry in history[:5]:
            asked = self.d.json("rating", code, "--as-of", entry["ratedOn"])
            self.assertEqual((asked["level"], asked["levelPoints"]), (entry["level"], entry["levelPoints"]))

    RISK = ("riskScore", "riskGrade", "credibilityPpm", "scoreLow", "scoreHigh", "peerPercentile", "watch", "silent",
            "exposureEstimated", "riskModel")

    def risk(self, rating):
        return [rating.get(name) for name in self.RISK]

    def test_risk_score_is_the_days_wherever_it_is_served(self):
        rows = self.d.lines("list")
        self.assertGreaterEqual(len({r.get("riskScore") for r in rows}), 20)
        self.assertGreaterEqual(len({r["riskGrade"] for r in rows}), 3)
        for row in rows[:10]:
            code = row["enterprise"]
            self.assertEqual(self.risk(self.d.json("rating", code)), self.risk(row), code)
            self.assertEqual(self.risk(self.d.json("rating", code, "--explain")["rating"]), self.risk(row), code)
            # By the stored sums, and from the ledger alone.
            by_ledger = self.d.json("rating", code, "--as-of", harness.TODAY, "--known-at", "2099-01-01")
            self.assertEqual(self.risk(by_ledger), self.risk(row), code)
            for entry in self.d.lines("history", code)[:3]:
                asked = self.d.json("rating", code, "--as-of", entry["ratedOn"])
                self.assertEqual(self.risk(asked), self.risk(entry), code)

    def test_find(self):
        row = self.d.lines("list")[0]
        self.assertIn(row["enterprise"], [r["enterprise"] for r in self.d.lines("find", row["name"][:6])])

    def test_not_found_usage_and_refused(self):
        self.assertEqual(self.d.run("rating", "91140000MA07E5716U", check=False).returncode in (0, 3), True)
        self.assertEqual(self.d.run("rating", "91350100M000100Y43", check=False).returncode, 3)
        wrong = self.d.run("rating", "91350100M000100Y44", check=False)
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("enterprise", wrong.err)
        self.assertEqual(self.d.run("rating", check=False).returncode, 2)
        self.assertEqual(self.d.run("nonsense", check=False).returncode, 2)
        self.assertEqual(self.d.run("submit", "-", "--as", "insurer", stdin=self.facts.splitlines()[0], check=False).returncode, 4)

    def test_watch_snapshot_change_resume(self):
        events = [json.loads(line) for line in self.d.run("watch", "--count", "120", "--json").out.splitlines()]
        self.assertEqual(len({e["rating"]["enterprise"] for e in events if "rating" in e}), 120)
        watcher = subprocess.Popen([os.path.join(harness.BIN, "anxin"), "watch", "--changes-only", "--count", "1", "--json",
                                    *self.d.where], stdout=subprocess.PIPE)
        try:
            first = json.loads(watcher.stdout.readline())  # a heartbeat or the end of the snapshot: it listens
            fact = json.loads(next(f for f in self.facts.splitlines() if b"enforcementPenalty" in f))
            fact["reference"] = "watch-test"
            self.d.submit("-", stdin=json.dumps(fact, ensure_ascii=False))
            seen = [first]
            while "rating" not in seen[-1]:
                seen.append(json.loads(watcher.stdout.readline()))
            self.assertEqual(seen[-1]["rating"]["enterprise"], fact["enterprise"])
        finally:
            watcher.kill()
            watcher.wait()
            watcher.stdout.close()

    def test_withdraw_takes_the_effect_back(self):
        fact = json.loads(next(f for f in self.facts.splitlines() if b"enforcementPenalty" in f))
        fact["reference"] = "withdraw-test"
        before = self.d.json("rating", fact["enterprise"])
        self.d.submit("-", stdin=json.dumps(fact, ensure_ascii=False))
        self.d.settle()
        self.assertNotEqual(self.d.json("rating", fact["enterprise"])["ledgerDigest"], before["ledgerDigest"])
        self.d.run("withdraw", fact["source"], "withdraw-test")
        self.d.settle()
        after = self.d.json("rating", fact["enterprise"])
        self.assertEqual((after["level"], after["levelPoints"], after["facts"]), (before["level"], before["levelPoints"], before["facts"]))

    def test_z_replay_gives_the_same_digest(self):
        before = self.d.json("audit-store")
        self.assertEqual(before["differences"], 0)
        self.d.run("replay")
        self.d.settle()
        self.assertEqual(self.d.json("audit-store"), before)


class OnOneMachine(Spine):
    make = harness.Embedded


class OnACluster(Spine):
    make = harness.Cluster


if __name__ == "__main__":
    harness.main()
