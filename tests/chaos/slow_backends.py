# SPDX-License-Identifier: Apache-2.0
"""Redis, then Kafka, is stopped for ten seconds in the middle of a load: what was acknowledged is kept, what is not accepted
is reported, no question hangs, and the services go on by themselves and say so."""
import os
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e"))
import harness  # noqa: E402

STOPPED_S = 10
APPEND_TIMEOUT_MS = 3000
STORE_TIMEOUT_MS = 2000  # ingest waits for one, and then the scorer; both must be over well before the store goes on
ANSWER_MAX_S = 20


class SlowBackends(unittest.TestCase):
    def audit(self, d):
        audit = d.json("audit-store")
        self.assertEqual(audit["differences"], 0)
        return {name: audit[name] for name in ("enterprises", "facts", "digest")}

    def stopped(self, cluster, name):
        """Stops the process; goes on ten seconds later."""
        cluster.kill(name, signal.SIGSTOP)
        timer = threading.Timer(STOPPED_S, cluster.kill, (name, signal.SIGCONT))
        timer.start()
        self.addCleanup(timer.join)
        return timer

    def ask(self, cluster, *args):
        began = time.monotonic()
        done = cluster.run("rating", *args, check=False, timeout=60)
        self.assertLess(time.monotonic() - began, ANSWER_MAX_S, done.err)
        return done.returncode

    def test_stopped_and_gone_on(self):
        embedded = harness.Embedded()
        self.addCleanup(embedded.close)
        facts = embedded.run("synth", "--enterprises", "60", "--seed", "6", "--until", harness.TODAY, "--format", "jsonl").stdout
        lines = facts.splitlines(keepends=True)
        parts = [b"".join(lines[at::3]) for at in range(3)]
        embedded.submit("-", stdin=facts)
        embedded.settle()
        expected = self.audit(embedded)

        cluster = harness.Cluster(sets=[f"log.append_timeout_ms={APPEND_TIMEOUT_MS}", f"store.timeout_ms={STORE_TIMEOUT_MS}"])
        self.addCleanup(cluster.close)
        cluster.submit("-", stdin=parts[0])
        cluster.settle()
        code = cluster.lines("list")[0]["enterprise"]

        timer = self.stopped(cluster, "redis-1")
        cluster.submit("-", stdin=parts[1])  # is taken: the log is there
        self.assertNotEqual(self.ask(cluster, code), 3)  # an error, or an answer when Redis is back, but never "not found"
        timer.join()
        cluster.settle(60)
        self.assertEqual(self.ask(cluster, code), 0)
        scorer = cluster.said("scorer-1")
        lost = max(map(scorer.rfind, ("store.lost", "store.unavailable")))
        self.assertGreater(lost, 0)
        self.assertGreater(max(map(scorer.rfind, ("store.recovered", "store.back"))), lost)

        timer = self.stopped(cluster, "kafka-1")
        done, summary = cluster.submit("-", "--patience", "1", stdin=parts[2], check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(summary["read"], summary["notAccepted"], done.err[-500:])
        self.assertEqual(self.ask(cluster, code), 0)  # views need no log
        timer.join()
        cluster.submit("-", stdin=parts[2])
        cluster.settle(60)
        ingest = cluster.said("ingest-1")
        self.assertIn("log.lost", ingest)
        self.assertGreater(ingest.rfind("log.recovered"), ingest.rfind("log.lost"))
        self.assertEqual(self.audit(cluster), expected)


if __name__ == "__main__":
    harness.main()
