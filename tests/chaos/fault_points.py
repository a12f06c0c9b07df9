# SPDX-License-Identifier: Apache-2.0
"""Ends the process at each named point (base/fault.h) in the middle of a load, as kill -9 would, starts it again and loads
on: afterwards the digest and the counts are those of an undisturbed run, and no rating differs from the log. Embedded,
`anxin up` is ended; on a cluster, a scorer. A control, which increments in Redis and leaves its position to Kafka's automatic
commit, must count wrong when it is ended between the two."""
import os
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e"))
import harness  # noqa: E402

CHUNKS = 12
# A point and its pass: after the load has begun, before it has ended.
EMBEDDED = (("scorer.after_decode", 1), ("scorer.before_commit", 4), ("scorer.after_commit", 4),
            ("scorer.before_note", 2), ("scorer.after_note", 2), ("store.sqlite.before_position", 4),
            ("ingest.after_append", 4), ("log.before_append", 6), ("log.after_append", 6), ("log.sqlite.before_commit", 6))
# Taking eight partitions sends eight requests, what follows are commits.
CLUSTER = (("scorer-1", "store.redis.sent", 12), ("scorer-1", "scorer.before_commit", 3), ("scorer-1", "scorer.after_commit", 3),
           ("scorer-1", "log.after_append", 1), ("ingest-1", "log.before_append", 2), ("ingest-1", "ingest.after_append", 2))


def has_faults():
    with open(os.path.join(harness.BUILD, "CMakeCache.txt"), encoding="utf-8") as cache:
        return any(line.startswith("AX_FAULTS:") and line.rstrip().endswith("=ON") for line in cache)


class FaultPoints(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not has_faults():
            raise unittest.SkipTest(f"{harness.BUILD} is built without AX_FAULTS")
        d = harness.Embedded()
        try:
            facts = d.run("synth", "--enterprises", "60", "--seed", "5", "--until", harness.TODAY, "--format", "jsonl").stdout
            lines = facts.splitlines(keepends=True)
            step = len(lines) // CHUNKS + 1
            cls.chunks = [b"".join(lines[at:at + step]) for at in range(0, len(lines), step)]
            d.submit("-", stdin=facts)
            d.settle()
            cls.expected = cls.audit(d)
        finally:
            d.close()

    @staticmethod
    def audit(d):
        audit = d.json("audit-store")
        if audit["differences"] != 0:
            raise AssertionError(audit)
        return {name: audit[name] for name in ("enterprises", "facts", "digest")}

    def check_embedded(self, point, number):
        d = harness.Embedded(wait=False, AX_FAULT=f"{point}:{number}")
        self.addCleanup(d.close)
        codes = []

        def restart():
            codes.append(d.process.wait())
            d.env.pop("AX_FAULT")
            d.start(wait=False)

        watcher = threading.Thread(target=restart, daemon=True)
        watcher.start()
        for chunk in self.chunks:
            d.submit("-", stdin=chunk)  # which waits, and sends again what was not acknowledged
            d.settle()
            time.sleep(0.1 if point.endswith("_note") else 0)  # notes are written twice a second
        watcher.join(10)
        self.assertEqual(codes, [-signal.SIGKILL], f"{point} was not passed {number} times: {d.said()[-2000:]}")
        self.assertEqual(self.audit(d), self.expected)

    def test_embedded(self):
        for point, number in EMBEDDED:
            with self.subTest(point):
                self.check_embedded(point, number)

    def naive(self, cluster, group, fault=None):
        env = {**os.environ, **({"AX_FAULT": fault} if fault else {})}
        return subprocess.run([os.path.join(harness.BUILD, "tests", "naive_consumer"), cluster.where[1], group],
                              stdout=subprocess.PIPE, timeout=120, env=env)

    def check_cluster(self, cluster, victim, fault, chunks):
        time.sleep(0.7)  # what is left to publish is published, so that starting passes no point of the feed
        cluster.kill(victim)
        cluster.up(AX_FAULT=fault)
        ended = threading.Event()

        def restart():
            while cluster.processes()[victim]["pid"] != 0:
                time.sleep(0.05)
            ended.set()
            cluster.up()

        watcher = threading.Thread(target=restart, daemon=True)
        watcher.start()
        for chunk in chunks:
            cluster.submit("-", stdin=chunk)
            cluster.settle()
        watcher.join(60)
        self.assertTrue(ended.is_set(), f"{victim} did not come to {fault}")

    def test_cluster_and_control(self):
        cluster = harness.Cluster()
        self.addCleanup(cluster.close)
        chunks = list(self.chunks)
        for victim, point, number in CLUSTER:
            with self.subTest(point):
                self.check_cluster(cluster, victim, f"{point}:{number}", [chunks.pop(), chunks.pop()])
        self.assertEqual(chunks, [])
        facts = cluster.settle()["facts"]
        self.assertEqual(self.audit(cluster), self.expected)

        undisturbed = self.naive(cluster, "undisturbed")
        self.assertEqual((undisturbed.returncode, int(undisturbed.stdout)), (0, facts))
        ended = self.naive(cluster, "ended", f"naive.between:{facts // 2}")
        self.assertEqual(ended.returncode, -signal.SIGKILL)
        again = self.naive(cluster, "ended")
        self.assertEqual(again.returncode, 0)
        self.assertNotEqual(int(again.stdout), facts, "the control counted right: the fault does not strike")


if __name__ == "__main__":
    harness.main()
