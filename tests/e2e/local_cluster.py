# SPDX-License-Identifier: Apache-2.0
"""deploy/local-cluster: what it starts, that it starts only what does not run, stops what it started, keeps data until
--purge, and that nobody is let in without a certificate."""
import os
import signal
import socket
import subprocess
import unittest

import harness

NAMES = ["kafka-1", "redis-1", "redis-2", "ingest-1", "scorer-1", "scorer-2", "exchange-1"]


class LocalCluster(unittest.TestCase):
    def pids(self, cluster):
        rows = cluster.processes()
        self.assertEqual(list(rows), NAMES)
        self.assertTrue(all(row["ready"] for row in rows.values()), rows)
        return {name: row["pid"] for name, row in rows.items()}

    def ports(self, cluster):
        with open(os.path.join(cluster.dir, "state"), encoding="utf-8") as state:
            pairs = dict(line.strip().split("=", 1) for line in state)
        return {name: int(pairs["port." + name]) for name in NAMES}

    def check_plain_text_is_not_answered(self, cluster):
        for name, port in self.ports(cluster).items():
            with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
                plain.settimeout(10)
                plain.sendall(b"PING\r\n\r\n")
                try:
                    self.assertNotIn(b"PONG", plain.recv(64), name)
                except ConnectionError:
                    pass

    def script(self, cluster, *args):
        return subprocess.run([cluster.SCRIPT, *args, "--dir", cluster.dir], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=120, env={**os.environ, "AX_BIN": harness.BIN})

    def test_life(self):
        cluster = harness.Cluster(redis=2, scorers=2)
        self.addCleanup(cluster.close)
        first = self.pids(cluster)
        self.check_plain_text_is_not_answered(cluster)
        facts = cluster.run("synth", "--enterprises", "20", "--seed", "2", "--until", harness.TODAY, "--format", "jsonl").stdout
        cluster.submit("-", stdin=facts)
        cluster.settle()
        digest = cluster.json("audit-store")["digest"]

        cluster.up()
        self.assertEqual(self.pids(cluster), first)
        cluster.kill("scorer-2")
        cluster.up()
        second = self.pids(cluster)
        self.assertNotEqual(second.pop("scorer-2"), first.pop("scorer-2"))
        self.assertEqual(second, first)
        wrong = self.script(cluster, "up", "--scorers", "3")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn(b"--scorers 2", wrong.stderr)

        stranger = subprocess.Popen(["sleep", "60"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.send_signal, signal.SIGKILL)
        with open(os.path.join(cluster.dir, "run", "ingest-1.pid"), "r+", encoding="utf-8") as file:
            started = file.read().split()[1]
            file.seek(0)  # a pid that was given out again: another start time
            file.truncate()
            file.write(f"{stranger.pid} {started}\n")
        self.assertEqual(cluster.processes()["ingest-1"]["pid"], 0)
        os.kill(first["ingest-1"], signal.SIGTERM)
        self.assertEqual(self.script(cluster, "down").returncode, 0)
        self.assertIsNone(stranger.poll())
        self.assertTrue(all(row["pid"] == 0 and not row["ready"] for row in cluster.processes().values()))

        cluster.up()
        cluster.settle()
        self.assertEqual(cluster.json("audit-store")["digest"], digest)
        self.assertEqual(self.script(cluster, "down", "--purge").returncode, 0)
        self.assertFalse(os.path.exists(cluster.dir))
        self.assertEqual(self.script(cluster, "status").returncode, 1)


if __name__ == "__main__":
    harness.main()
