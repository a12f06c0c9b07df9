# SPDX-License-Identifier: Apache-2.0
"""kill -9 of scorer, ingest, exchange, Redis and Kafka in the middle of a load, again and again: afterwards nothing that
was acknowledged is missing, no rating differs from the log, and the digest is that of an undisturbed deployment."""
import os
import random
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e"))
import harness  # noqa: E402

ENTERPRISES = os.environ.get("AX_CHAOS_ENTERPRISES", "600")
CHUNKS = 60
KILLS = int(os.environ.get("AX_CHAOS_KILLS", "10"))
SEED = int(os.environ.get("AX_CHAOS_SEED", str(random.SystemRandom().randrange(1 << 30))))
VICTIMS = ("scorer-1", "redis-1", "scorer-2", "kafka-1", "ingest-1", "exchange-1")


class Load:
    """Sends the facts in chunks, a share of them after each kill, and between the shares what was sent before once more."""

    def __init__(self, cluster, facts, choose):
        lines = facts.splitlines(keepends=True)
        step = len(lines) // CHUNKS + 1
        self.chunks = [b"".join(lines[at:at + step]) for at in range(0, len(lines), step)]
        self.cluster = cluster
        self.choose = choose
        self.kills = 0  # so far
        self.sent = 0
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def send(self, chunk):
        while self.cluster.submit("-", stdin=chunk, check=False)[0].returncode != 0:
            time.sleep(0.2)  # what is not accepted is sent again, as the message says

    def run(self):
        while self.sent < len(self.chunks):
            if self.sent * (KILLS + 1) < (self.kills + 1) * len(self.chunks):
                self.send(self.chunks[self.sent])
                self.sent += 1
            else:
                self.send(self.choose(self.chunks[:self.sent]))


class Kill9(unittest.TestCase):
    def reference(self):
        embedded = harness.Embedded()
        self.addCleanup(embedded.close)
        facts = embedded.run("synth", "--enterprises", ENTERPRISES, "--seed", "11", "--until", harness.TODAY, "--format",
                             "jsonl").stdout
        embedded.submit("-", stdin=facts)
        embedded.settle()
        return facts, embedded.json("audit-store")

    def test_same_digest_after_kills(self):
        print(f"seed {SEED}", file=sys.stderr)
        source = random.Random(SEED)
        facts, expected = self.reference()
        cluster = harness.Cluster(scorers=2)
        self.addCleanup(cluster.close)
        load = Load(cluster, facts, random.Random(SEED).choice)
        for number in range(KILLS):
            time.sleep(source.uniform(0.2, 1.2))
            cluster.kill(VICTIMS[number % len(VICTIMS)])
            time.sleep(source.uniform(0, 0.5))
            cluster.up()
            load.kills += 1
        load.thread.join(300)
        self.assertEqual(load.sent, len(load.chunks), "the load did not end")
        cluster.settle()
        audit = cluster.json("audit-store")
        self.assertEqual(audit["differences"], 0)
        for name in ("enterprises", "facts", "digest"):
            self.assertEqual(audit[name], expected[name], name)


if __name__ == "__main__":
    harness.main()
