# SPDX-License-Identifier: Apache-2.0
"""Another bundle of packs is activated: proposed by one, approved by another, from a day on; on the embedded deployment
over a midnight (AX_CLOCK_OFFSET_S), and on a cluster."""
import datetime
import json
import os
import shutil
import tempfile
import time
import unittest

import harness

PACKS = os.path.join(harness.ROOT, "scoring", "packs")
CODE = "91140890MATJ5P4R9B"
LISTED = "91140100MA0HH0013W"
ID = "0d9f6a1e-0000-4000-8000-000000000001"  # of the first proposal
DAY_S = 86400
POINTS = (-10, -25)  # of one serious penalty, by the packs of this house and by the harsher ones


def day(offset):
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600 + offset * DAY_S))


def fact(on):
    return json.dumps({"source": "t", "reference": "1", "enterprise": CODE, "region": "140100", "occurredOn": on, "decidedOn": on,
                       "enforcementPenalty": {"documentNumber": "D1", "tier": "PENALTY_TIER_SERIOUS"}})


def list_entry(on):
    return json.dumps({"source": "t", "reference": "list", "enterprise": LISTED, "region": "140100", "listEntry": {
        "list": "LIST_KIND_SERIOUS_DISHONESTY", "authority": "某厅", "documentNumber": "L1", "listedFrom": on}, "decidedOn": on})


def harsher(folder):
    """All packs, with one rule changed."""
    shutil.copytree(PACKS, folder)
    path = os.path.join(folder, "shanxi-2023", "pack.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    before = f"points: {POINTS[0]}\n    cap: 40"
    assert before in text
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(before, f"points: {POINTS[1]}\n    cap: 40"))


def wrong(folder):
    """All packs, and in one of them a larger accident that counts for less time than a general one."""
    shutil.copytree(PACKS, folder)
    path = os.path.join(folder, "nanjing-2022", "pack.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    start = text.index("  - id: accident.larger.liable.history\n")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text[:start] + text[text.index("  - id: accident.larger.liable\n"):])


def rename_gate_rule(folder):
    path = os.path.join(folder, "national-2026", "gate.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert "id: procurement.listed\n" in text
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("id: procurement.listed\n", "id: procurement.listed.anew\n"))


class Activation(unittest.TestCase):
    def points(self, d, *args):
        lines = d.json("rating", CODE, "--explain", *args)["lines"]
        return sum(line["points"] for line in lines if line["ruleId"] == "penalty.serious")

    def refused(self, d, code, text, *args):
        done = d.run("pack", *args, check=False)
        self.assertEqual(done.returncode, code, done.err)
        self.assertIn(text, done.err)

    def activate(self, d, bundle, today, tomorrow):
        """Everything that must not work, and then what must."""
        champion = d.json("pack", "list")["championDigest"]
        self.refused(d, 1, "effective_on", "propose", bundle, "--effective-on", today, "--reason", "too late")
        self.refused(d, 1, "bundle_digest", "propose", "ab" * 32, "--effective-on", tomorrow, "--reason", "unknown")
        self.refused(d, 1, "reason", "propose", bundle, "--effective-on", tomorrow, "--reason", " ")
        bad = os.path.join(os.path.dirname(bundle), "wrong")
        wrong(bad)
        self.refused(d, 1, "nanjing-2022: a graver act counts less", "propose", bad, "--effective-on", tomorrow, "--reason", "wrong")
        shutil.rmtree(bad)
        self.unwise(d, os.path.join(os.path.dirname(bundle), "unwise"), tomorrow)
        self.gap(d, bundle, today, tomorrow)
        self.refused(d, 4, "", "propose", bundle, "--effective-on", tomorrow, "--reason", "no business of theirs", "--as", "insurer")
        words = ["propose", bundle, "--effective-on", tomorrow, "--reason", "harsher", "--request-id", ID]
        proposal = d.json("pack", *words)
        self.assertEqual(proposal["warnings"], [])
        self.assertEqual(d.json("pack", *words), proposal)  # sent again: the same
        self.assertEqual((proposal["stage"], proposal["replacesDigest"]), ("PACK_STAGE_PROPOSED", champion))
        self.refused(d, 1, ID, *words[:-3], "another", "--request-id", ID)
        self.refused(d, 3, "p2", "approve", "p2", "--as", "regulator")
        self.refused(d, 4, "somebody else", "approve", ID)
        if isinstance(d, harness.Embedded):
            d.run("pki", "client", "operator-as-regulator", "--role", "regulator", "--id", "operator")
            self.refused(d, 4, "somebody else", "approve", ID, "--as", "operator-as-regulator")
        self.refused(d, 1, "is not what was proposed", "approve", ID, "--digest", champion, "--as", "regulator")
        self.assertEqual(self.points(d, "--as-of", tomorrow), POINTS[0])  # nothing of this counts yet
        beside = ["propose", champion, "--effective-on", tomorrow, "--reason", "as it was", "--request-id", "p3"]
        d.json("pack", *beside)
        approved = d.json("--as", "regulator", "pack", "approve", ID)
        self.assertEqual((approved["stage"], approved["approvedBy"]), ("PACK_STAGE_APPROVED", "regulator/regulator"))
        self.assertEqual(d.json("pack", "approve", ID, "--as", "regulator"), approved)
        # What was proposed beside it would undo it unseen.
        self.refused(d, 1, "propose it again", "approve", "p3", "--as", "regulator")
        yesterday = (datetime.date.fromisoformat(tomorrow) - datetime.timedelta(1)).isoformat()
        rates = {b["digest"]: b.get("rates") for b in d.json("pack", "list")["bundles"]}
        self.assertEqual(rates[champion], [{"from": "", "to": yesterday}])
        self.assertEqual(rates[approved["bundleDigest"]], [{"from": tomorrow, "to": ""}])
        page = d.run("pack", "list", "--lang", "en").out
        self.assertIn(f"{champion}  to {yesterday}", page)
        self.assertIn(f"{approved['bundleDigest']}  from {tomorrow}", page)
        for words in (["approve", ID, "--as", "regulator"], ["list"]):
            self.assertIn(ID, d.run("pack", *words).out)  # whole, since it is what approve asks for
        return champion, approved["bundleDigest"]

    def unwise(self, d, folder, tomorrow):
        """What an earlier release took is read, since it may rate days, and refused where it would be one more."""
        had = {b["digest"] for b in d.json("pack", "list")["bundles"]}
        shutil.copytree(PACKS, folder)
        path = os.path.join(folder, "shanxi-2023", "pack.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("ceilings: [2, 4, 6, 6]\n    stopped: 4\n", "ceilings: [2, 4, 6, 4]\n"))
        [digest] = {b["digest"] for b in d.json("pack", "list")["bundles"]} - had
        for bundle in (folder, digest):
            self.refused(d, 1, "never fewer for the worse", "propose", bundle, "--effective-on", tomorrow, "--reason", "as before")
        shutil.rmtree(folder)

    def gap(self, d, bundle, today, tomorrow):
        """One that leaves Shanxi without an edition from its first day on is told so."""
        folder = os.path.join(os.path.dirname(bundle), "gap")
        shutil.copytree(PACKS, folder)
        path = os.path.join(folder, "shanxi-2023", "pack.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("effective_from: 2000-01-01", f"effective_from: 2000-01-01\neffective_to: {today}", 1))
        words = ["propose", folder, "--effective-on", tomorrow, "--reason", "too short", "--request-id", "gap"]
        [warning] = d.json("pack", *words)["warnings"]
        self.assertIn(f"no pack.yaml covers place \"14\" and industry \"\" from {tomorrow} on", warning)
        self.assertIn(f"from {tomorrow} on", d.run("pack", *words).err)
        shutil.rmtree(folder)

    def denied_until(self, d):
        answer = json.loads(d.run("check", LISTED, "--purpose", "procurement", "--json", check=False).out)
        return {reason["rule"]["ruleId"]: reason["endsOn"] for reason in answer["reasons"] if reason["decision"] == "DECISION_DENY"}

    def foretold(self, d, on):
        """The next change is the day on which the harsher bundle begins, whoever says it."""
        self.until(lambda: d.json("rating", CODE)["nextChangeOn"] == on)
        self.assertEqual([row["nextChangeOn"] for row in d.lines("list") if row["enterprise"] == CODE], [on])
        upcoming = d.json("rating", CODE, "--explain")["upcoming"]
        self.assertEqual(upcoming[0]["on"], on)
        there = d.json("rating", CODE, "--as-of", on)
        self.assertEqual((upcoming[0]["pack"], upcoming[0]["packDigest"]), (there["pack"], there["packDigest"]))
        self.assertEqual((upcoming[1]["pack"], upcoming[1]["packDigest"]), ("", ""))
        self.assertIn(f"by other rules: {there['pack']} (of the packs {there['packDigest']})",
                      d.run("rating", CODE, "--explain", "--lang", "en").out)
        for change in upcoming[:2]:
            there = d.json("rating", CODE, "--as-of", change["on"])
            self.assertEqual((change["level"], change["levelPoints"]), (there["level"], there["levelPoints"]))
        self.assertEqual(upcoming[1]["on"], d.json("rating", CODE, "--as-of", on)["nextChangeOn"])

    def gone(self, d, digest):
        """What would work out every rating by other packs than the log says stops instead."""
        for command in ("audit-store", "replay"):
            done = d.run(command, check=False)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertIn(digest, done.err.splitlines()[-1])
            self.assertNotIn("differs", done.err)

    def until(self, what):
        end = time.time() + 60
        while not what():
            self.assertLess(time.time(), end)
            time.sleep(0.1)

    def audited(self, d, *args):
        audit = d.json("audit-store", *args)
        self.assertEqual(audit["differences"], 0)
        return audit["digest"]

    def test_embedded_over_midnight(self):
        yesterday, today = day(-1), day(0)
        os.environ["AX_CLOCK_OFFSET_S"] = str(-DAY_S)
        self.addCleanup(os.environ.pop, "AX_CLOCK_OFFSET_S", None)
        d = harness.Embedded()
        self.addCleanup(d.close)
        harsher(os.path.join(d.home, "bundles", "harsher"))
        rename_gate_rule(os.path.join(d.home, "bundles", "harsher"))
        with open(os.path.join(d.home, "anxin.yaml"), "a", encoding="utf-8") as file:
            file.write("packs_bundles_dir: bundles\n")
        d.stop()
        d.start()
        d.submit("-", stdin=fact(yesterday) + "\n" + list_entry(yesterday) + "\n")
        d.settle()
        for _ in range(2):  # the second answer is one that was kept
            self.assertGreater(self.denied_until(d)["procurement.listed"], day(365))
        champion, challenger = self.activate(d, os.path.join(d.home, "bundles", "harsher"), yesterday, today)
        self.until(lambda: self.points(d, "--as-of", today) == POINTS[1])
        self.foretold(d, today)
        self.assertEqual(self.denied_until(d), {"procurement.listed": today})  # that rule is none of tomorrow's
        self.assertEqual(self.points(d), POINTS[0])
        self.assertEqual(d.json("rating", CODE)["packDigest"], champion)
        self.assertEqual(d.json("rating", CODE, "--as-of", today)["packDigest"], challenger)
        self.until(lambda: d.json("audit-store")["differences"] == 0)
        self.foretold(d, today)
        eve = self.audited(d, "--as-of", yesterday)

        d.kill()
        os.environ["AX_CLOCK_OFFSET_S"] = d.env["AX_CLOCK_OFFSET_S"] = "0"
        d.start()
        d.settle()
        self.assertEqual(list(self.denied_until(d)), ["procurement.listed.anew"])
        self.assertEqual(self.points(d), POINTS[1])
        self.assertEqual(self.points(d, "--as-of", yesterday), POINTS[0])
        rating = d.json("rating", CODE)
        self.assertEqual((rating["packDigest"], rating["revision"]["day"]), (challenger, today))
        self.assertEqual([row["packDigest"] for row in d.lines("history", CODE)][:2], [challenger, champion])
        listed = d.json("pack", "list")
        self.assertEqual((listed["championDigest"], listed["missingDigest"]), (challenger, ""))
        self.audited(d)
        self.assertEqual(self.audited(d, "--as-of", yesterday), eve)
        d.run("replay")
        d.settle()
        self.assertEqual(self.points(d), POINTS[1])
        self.audited(d)

        # A bundle that is gone: the one before it goes on, and status says so.
        d.stop()
        os.rename(os.path.join(d.home, "bundles"), os.path.join(d.home, "elsewhere"))
        d.start(wait=False)
        d.endpoint()
        self.until(lambda: d.json("status")["partitions"][0]["missingPack"] == challenger)
        self.assertFalse(d.json("status")["ready"])
        self.assertEqual(self.points(d), POINTS[0])
        self.gone(d, challenger)
        d.stop()
        self.gone(d, challenger)
        os.rename(os.path.join(d.home, "elsewhere"), os.path.join(d.home, "bundles"))
        d.start()
        d.settle()
        self.assertEqual(self.points(d), POINTS[1])

    def test_a_policy_that_is_older_than_the_program(self):
        d = harness.Embedded()
        self.addCleanup(d.close)
        self.assertNotIn("policy.older", d.said())
        path = os.path.join(d.home, "policy.yaml")
        with open(path, encoding="utf-8") as file:
            lines = file.readlines()
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(line for line in lines if "ApprovePack" not in line)
        d.stop()
        d.start()
        said = [line for line in d.said().splitlines() if "policy.older" in line]
        self.assertEqual(len(said), 1)
        self.assertIn("methods=/anxin.v1.AdminService/ApprovePack ", said[0])
        self.assertIn(path, said[0])

    def test_a_challenger_is_rated_beside(self):
        d = harness.Embedded()
        self.addCleanup(d.close)
        self.assertEqual(d.run("pack", "diff", "--live", check=False).returncode, 1)  # there is none
        harsher(os.path.join(d.home, "challenger"))
        with open(os.path.join(d.home, "anxin.yaml"), "a", encoding="utf-8") as file:
            file.write("packs_shadow_dir: challenger\n")
        d.submit("-", stdin=fact(day(0)) + "\n")
        d.submit("-", stdin=d.run("synth", "--enterprises", "40", "--seed", "5", "--until", day(-1), "--format", "jsonl").out)
        d.settle()
        before = d.ratings()
        d.stop()
        d.start()
        d.submit("-", stdin=d.run("synth", "--enterprises", "10", "--seed", "6", "--until", day(-1), "--format", "jsonl").out)
        d.settle()
        found = []

        def rated():
            found[:] = d.lines("pack", "diff", "--live")
            return found[-1]["stored"] == found[-1]["enterprises"] and found[-1]["storedDiffers"] == 0
        self.until(rated)
        *movers, summary = found
        self.assertGreaterEqual(summary["enterprises"], 41)
        self.assertEqual([rule["ruleId"] for rule in summary["rules"]], ["penalty.serious"])
        mine = next(mover for mover in movers if mover["enterprise"] == CODE)
        self.assertEqual(mine["to"]["levelPoints"] - mine["from"]["levelPoints"], POINTS[1] - POINTS[0])
        listed = d.json("pack", "list")
        self.assertEqual([b["digest"] for b in listed["bundles"] if b["challenger"]], [summary["to"]])
        self.assertEqual((listed["championDigest"], d.json("rating", CODE)["packDigest"]), (summary["from"], summary["from"]))
        codes = {row["enterprise"] for row in before}
        self.assertEqual([row for row in d.ratings() if row["enterprise"] in codes and row["enterprise"] != CODE][:5],
                         [row for row in before if row["enterprise"] != CODE][:5])  # never served
        self.audited(d)

        d.stop()  # another challenger: everything is rated again
        shutil.rmtree(os.path.join(d.home, "challenger"))
        shutil.copytree(PACKS, os.path.join(d.home, "challenger"))
        d.start()
        d.settle()
        self.until(rated)
        self.assertEqual((found[-1]["changed"], found[-1]["from"]), (0, found[-1]["to"]))

    def test_cluster(self):
        bundles = tempfile.mkdtemp(prefix="anxin-e2e-")
        self.addCleanup(shutil.rmtree, bundles)
        harsher(os.path.join(bundles, "harsher"))
        keys = {"packs_bundles_dir": bundles, "packs_shadow_dir": os.path.join(bundles, "harsher")}
        cluster = harness.Cluster(sets=[f"{key}={value}" for key, value in keys.items()], scorers=2)
        self.addCleanup(cluster.close)
        today, tomorrow = day(0), day(1)
        cluster.submit("-", stdin=fact(today) + "\n")
        cluster.settle()
        _, challenger = self.activate(cluster, os.path.join(bundles, "harsher"), today, tomorrow)
        cluster.kill("scorer-1")
        self.until(lambda: self.points(cluster, "--as-of", tomorrow) == POINTS[1])
        self.foretold(cluster, tomorrow)
        self.assertEqual(self.points(cluster), POINTS[0])
        self.assertEqual(cluster.json("rating", CODE, "--as-of", tomorrow)["packDigest"], challenger)
        cluster.up()
        cluster.settle()
        with open(os.path.join(cluster.dir, "anxin.yaml"), "a", encoding="utf-8") as file:
            file.writelines(f"{key}: {value}\n" for key, value in keys.items())  # audit-store looks for bundles itself
        self.until(lambda: cluster.json("pack", "diff", "--live")["stored"] == 1)
        found = cluster.json("pack", "diff", "--live")
        self.assertEqual((found["changed"], found["storedDiffers"], found["to"]), (1, 0, challenger))
        self.until(lambda: cluster.json("audit-store")["differences"] == 0)  # once every rating knows of tomorrow
        self.foretold(cluster, tomorrow)


if __name__ == "__main__":
    harness.main()
