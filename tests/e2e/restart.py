# SPDX-License-Identifier: Apache-2.0
"""One long submit and one long watch while `anxin up` is killed with -9 and started again, on its port and on another."""
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import harness

CHUNK_BYTES = 1 << 16
ENTERPRISES = 2500
PATIENCE_S = 4


def feed(pipe, data, done):
    """The file through a slow pipe: about ten seconds."""
    pause = 8.0 / (len(data) / CHUNK_BYTES)
    try:
        for at in range(0, len(data), CHUNK_BYTES):
            pipe.write(data[at:at + CHUNK_BYTES])
            pipe.flush()
            done[0] = at / len(data)
            time.sleep(pause)
        pipe.close()
    except BrokenPipeError:
        pass
    done[0] = 1.0


class Client:
    """A command that runs in the background, its words and data in files."""

    def __init__(self, d, name, *args, stdin=None):
        self.out = open(os.path.join(d.root, name + ".out"), "wb+")
        self.err = open(os.path.join(d.root, name + ".err"), "wb+")
        self.process = subprocess.Popen([os.path.join(harness.BIN, "anxin"), *args, *d.where], stdin=stdin,
                                        stdout=self.out, stderr=self.err, env={**os.environ, "LC_ALL": "C.UTF-8"})

    def data(self):
        with open(self.out.name, "rb") as file:
            return file.read().decode()

    def words(self):
        with open(self.err.name, "rb") as file:
            return file.read().decode()

    def end(self, timeout):
        code = self.process.wait(timeout)
        self.out.close()
        self.err.close()
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.end(30)


class Restart(unittest.TestCase):
    def setUp(self):
        self.d = harness.Embedded()
        self.addCleanup(self.d.close)

    def client(self, *args, **kwargs):
        client = Client(self.d, *args, **kwargs)
        self.addCleanup(client.close)
        return client

    def restart(self, listen):
        self.d.kill()
        time.sleep(1)
        if listen is not None:
            self.d.listen = listen
        self.d.start()

    def wait_for(self, what, condition, timeout=60):
        end = time.time() + timeout
        while time.time() < end:
            if condition():
                return
            time.sleep(0.2)
        self.fail(f"timed out: {what}")

    def test_submit_and_watch_outlive_the_server(self):
        facts = self.d.run("synth", "--enterprises", str(ENTERPRISES), "--seed", "5", "--until", harness.TODAY, "--format",
                           "jsonl").stdout
        watch = self.client("watch", "watch", "--json")
        self.wait_for("the snapshot", lambda: "snapshotEnd" in watch.data())
        submit = self.client("submit", "submit", "-", "--json", stdin=subprocess.PIPE)
        done = [0.0]
        threading.Thread(target=feed, args=(submit.process.stdin, facts, done), daemon=True).start()
        self.wait_for("a third", lambda: done[0] > 0.3)
        self.restart(None)  # where it was
        self.wait_for("two thirds", lambda: done[0] > 0.6)
        self.restart("127.0.0.1:0")  # somewhere else
        self.assertEqual(submit.end(180), 0, submit.words()[-4000:])
        summary = json.loads(submit.data().splitlines()[-1])
        self.assertEqual(summary["read"], len(facts.splitlines()))
        self.assertEqual(summary["read"], summary["accepted"] + summary["duplicate"])
        status = self.d.settle()
        self.assertEqual(status["facts"], len({(f["source"], f["reference"], f["revision"]) for f in map(json.loads, facts.splitlines())}))
        self.assertEqual(self.d.json("audit-store")["differences"], 0)
        self.check_watch(watch)

    def check_watch(self, watch):
        wanted = {row["enterprise"]: row["revision"] for row in self.d.lines("list")}
        self.assertEqual(len(wanted), ENTERPRISES)

        def seen():
            last = {}
            for line in watch.data().splitlines():
                rating = json.loads(line).get("rating") if line.endswith("}") else None
                if rating:
                    last[rating["enterprise"]] = rating["revision"]
            return last

        self.wait_for("the watch to see the last of every rating", lambda: seen() == wanted, 90)
        self.assertIsNone(watch.process.poll(), watch.words()[-2000:])
        self.assertIn("going on from the token", watch.words())
        self.assertEqual(watch.data().count('"snapshotEnd":{'), 1)  # from its token, not from the start
        watch.process.send_signal(signal.SIGINT)
        self.assertEqual(watch.end(30), 0, watch.words()[-4000:])

    def test_patience_is_for_the_whole_file(self):
        """With nobody there for good, submit ends after its patience and says where, however many batches are left."""
        facts = self.d.run("synth", "--enterprises", "400", "--seed", "6", "--until", harness.TODAY, "--format", "jsonl").stdout
        self.assertGreater(len(facts.splitlines()), 8000)
        self.d.kill()
        begun = time.time()
        with tempfile.TemporaryFile() as file:
            file.write(facts)
            file.seek(0)
            submit = self.client("submit", "submit", "-", "--json", "--patience", str(PATIENCE_S), stdin=file)
            self.assertEqual(submit.end(60), 1)
        self.assertLess(time.time() - begun, PATIENCE_S * 2)
        summary = json.loads(submit.data().splitlines()[-1])
        self.assertEqual(summary["accepted"], 0)
        self.assertEqual(summary["read"], summary["notAccepted"])
        self.assertIn("submit it again later", submit.words())


if __name__ == "__main__":
    harness.main()
