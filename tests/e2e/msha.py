# SPDX-License-Identifier: Apache-2.0
"""All of the real data, embedded and on a cluster: equal digests, equal lists, nothing changed by the same files again,
shuffled, from two processes at once; a replay gives the same."""
import os
import random
import threading
import unittest

import harness

DAY = "2010-06-30"


class Msha(unittest.TestCase):
    def load(self, d):
        for name in ("mine_quarter.csv", "coal_mine_year.csv"):
            _, summary = d.submit(harness.shared("msha", name))
            self.assertEqual(summary["rejected"], 0)
        d.settle()

    def audit(self, d):
        audit = d.json("audit-store", "--as-of", DAY, timeout=600)
        self.assertEqual(audit["differences"], 0)
        return audit

    def test_embedded_and_cluster_agree(self):
        harness.shared("msha", "mine_quarter.csv")
        harness.shared("msha", "coal_mine_year.csv")
        embedded = harness.Embedded()
        self.addCleanup(embedded.close)
        self.load(embedded)
        expected = self.audit(embedded)
        rows = embedded.ratings("--as-of", DAY)
        self.assertGreaterEqual(len({r["level"] for r in rows}), 4)
        self.assertIn("91990000M46084369Y", [r["enterprise"] for r in rows])
        embedded.run("replay", timeout=600)
        embedded.settle()
        self.assertEqual(self.audit(embedded), expected)

        cluster = harness.Cluster()
        self.addCleanup(cluster.close)
        self.load(cluster)
        for name in ("enterprises", "facts", "digest"):
            self.assertEqual(self.audit(cluster)[name], expected[name], name)
        self.assertEqual(cluster.ratings("--as-of", DAY), rows)
        self.again_shuffled(cluster)
        for name in ("enterprises", "facts", "digest"):
            self.assertEqual(self.audit(cluster)[name], expected[name], name)

    def again_shuffled(self, d):
        """The same files, rows in another order, from two processes at once."""
        paths = []
        for seed in (1, 2):
            with open(harness.shared("msha", "mine_quarter.csv"), encoding="utf-8") as source:
                head, *rows = source.read().splitlines()
            random.Random(seed).shuffle(rows)
            paths.append(os.path.join(d.root, f"shuffled-{seed}.csv"))
            with open(paths[-1], "w", encoding="utf-8") as out:
                out.write("\n".join([head, *rows]) + "\n")
        threads = [threading.Thread(target=d.submit, args=(path,)) for path in paths]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        d.settle()


if __name__ == "__main__":
    harness.main()
