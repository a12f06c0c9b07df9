# SPDX-License-Identifier: Apache-2.0
"""kill -9 of scorer, ingest, exchange, Redis and Kafka in the middle of a load, again and again: afterwards nothing that
was acknowledged is missing, no rating differs from the log, and the digest is that of an undisturbed deployment."""
import itertools
import os
import random
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e"))
import harness  # noqa: E402

ENTERPRISES = os.environ.get("AX_CHAOS_ENTERPRISES", "600")
CHUNKS = 100  # so many submits, one after the other
KILLS = int(os.environ.get("AX_CHAOS_KILLS", "10"))
SEED = int(os.environ.get("AX_CHAOS_SEED", str(random.SystemRandom().randrange(1 << 30))))
VICTIMS = ("scorer-1", "redis-1", "scorer-2", "kafka-1", "ingest-1", "exchange-1")


class Kill9(unittest.TestCase):
    def reference(self):
        embedded = harness.Embedded()
        self.addCleanup(embedded.close)
        facts = embedded.run("synth", "--enterprises", ENTERPRISES, "--seed", "11", "--until", harness.TODAY, "--format",
                             "jsonl").stdout
        _, summary = embedded.submit("-", stdin=facts)
        embedded.settle()
        return facts, summary, embedded.json("audit-store")

    def test_same_digest_after_kills(self):
        print(f"seed {SEED}", file=sys.stderr)
        random_source = random.Random(SEED)
        facts, expected_summary, expected = self.reference()
        cluster = harness.Cluster(scorers=2)
        self.addCleanup(cluster.close)
        killed = threading.Event()
        loaded = threading.Event()
        summaries = []

        def load():
            lines = facts.splitlines(keepends=True)
            step = max(1, len(lines) // CHUNKS)
            chunks = [b"".join(lines[at:at + step]) for at in range(0, len(lines), step)]
            # Once, and then again from the start for as long as anything is killed: a fact twice changes nothing.
            for number, chunk in enumerate(itertools.cycle(chunks)):
                if number >= len(chunks) and killed.is_set():
                    break
                while True:  # what is not accepted is sent again, as the message says
                    done, summary = cluster.submit("-", stdin=chunk, check=False)
                    if done.returncode == 0:
                        summaries.append(summary)
                        break
                    time.sleep(0.2)
            del summaries[len(chunks):]
            loaded.set()

        loader = threading.Thread(target=load, daemon=True)
        loader.start()
        for number in range(KILLS):
            time.sleep(random_source.uniform(0.2, 1.2))
            victim = VICTIMS[number % len(VICTIMS)]
            cluster.kill(victim)
            time.sleep(random_source.uniform(0, 0.5))
            cluster.up()
        killed.set()
        loader.join(400)
        self.assertTrue(loaded.is_set(), "the load did not end")
        cluster.settle()
        audit = cluster.json("audit-store")
        self.assertEqual(audit["differences"], 0)
        self.assertEqual(sum(s["read"] for s in summaries), expected_summary["read"])
        for name in ("enterprises", "facts", "digest"):
            self.assertEqual(audit[name], expected[name], name)


if __name__ == "__main__":
    harness.main()
