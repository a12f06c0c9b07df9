# SPDX-License-Identifier: Apache-2.0
"""All of the real data, embedded and on a cluster: equal digests, equal lists, nothing changed by the same files again,
shuffled, from two processes at once; a replay gives the same."""
import os
import random
import unittest
from concurrent.futures import ThreadPoolExecutor

import harness

DAY = "2010-06-30"  # these facts count on this day
FILES = ("mine_quarter.csv", "coal_mine_year.csv")
UPPER_BIG_BRANCH = "91990000M46084369Y"


def shuffled(root, seed):
    """Both files with their rows in another order."""
    paths = []
    for name in FILES:
        with open(harness.shared("msha", name), encoding="utf-8", newline="") as source:
            head, *rows = source.read().splitlines(keepends=True)
        random.Random(seed).shuffle(rows)
        paths.append(os.path.join(root, f"{seed}-{name}"))
        with open(paths[-1], "w", encoding="utf-8", newline="") as out:
            out.write("".join([head, *rows]))
    return paths


class Msha(unittest.TestCase):
    def load(self, d):
        for name in FILES:
            _, summary = d.submit(harness.shared("msha", name))
            self.assertEqual((summary["rejected"], summary["accepted"]), (0, summary["read"]))
        d.settle()

    def audit(self, d):
        audit = d.json("audit-store", "--as-of", DAY, timeout=600)
        self.assertEqual(audit["differences"], 0)
        return {name: audit[name] for name in ("enterprises", "facts", "digest")}

    def load_again_from_two_processes(self, d):
        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(d.submit, *shuffled(d.root, seed)) for seed in (1, 2)]
            for run in runs:
                _, summary = run.result()
                self.assertEqual((summary["rejected"], summary["notAccepted"], summary["conflict"]), (0, 0, 0))
        d.settle()

    def check(self, d):
        """Loads, loads again, replays: the digest and the rows of the list."""
        self.load(d)
        digest = self.audit(d)
        rows = d.lines("list", "--as-of", DAY, timeout=600)
        self.load_again_from_two_processes(d)
        self.assertEqual(self.audit(d), digest)
        again = d.lines("list", "--as-of", DAY, timeout=600)
        for row in rows + again:
            row.pop("asOf")
        self.assertEqual(again, rows)
        d.run("replay", timeout=600)
        d.settle()
        self.assertEqual(self.audit(d), digest)
        for row in rows:
            row.pop("revision")
        return digest, rows

    def test_embedded_and_cluster_agree(self):
        for name in FILES:
            harness.shared("msha", name)
        embedded = harness.Embedded()
        self.addCleanup(embedded.close)
        digest, rows = self.check(embedded)
        self.assertGreaterEqual(len({r["level"] for r in rows}), 4)
        self.assertIn(UPPER_BIG_BRANCH, [r["enterprise"] for r in rows])
        scored = [r for r in rows if r["riskModel"]]
        self.assertTrue(all(r["riskModel"].startswith("msha-2013/") for r in scored))
        self.assertGreaterEqual(len({r["riskGrade"] for r in scored}), 7)
        embedded.stop()
        cluster = harness.Cluster()
        self.addCleanup(cluster.close)
        cluster_digest, cluster_rows = self.check(cluster)
        self.assertEqual(cluster_digest, digest)
        self.assertEqual(cluster_rows, rows)


if __name__ == "__main__":
    harness.main()
