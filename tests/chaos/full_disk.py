# SPDX-License-Identifier: Apache-2.0
"""The disk of an embedded deployment fills up in the middle of a load: what was acknowledged is kept, the rest is reported
as not accepted, questions are answered all the time; when there is room again it goes on by itself and says so. The disk
is a small tmpfs, mounted by root or in a user namespace."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e"))
import harness  # noqa: E402

DISK_MIB = 96
LEFT_KIB = 600  # of the disk while it is full: some facts go in before it is


def mount(path):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", path], stderr=subprocess.PIPE).returncode == 0


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.disk = tempfile.mkdtemp(prefix="anxin-disk-")
        self.addCleanup(os.rmdir, self.disk)
        if not mount(self.disk):
            if os.environ.get("AX_IN_NAMESPACE") is None:
                os.rmdir(self.disk)
                os.execvpe("unshare", ["unshare", "-rm", sys.executable, *sys.argv], {**os.environ, "AX_IN_NAMESPACE": "1"})
            raise unittest.SkipTest("no tmpfs can be mounted here")
        self.addCleanup(subprocess.run, ["umount", self.disk], check=True)

    def fill(self):
        stat = os.statvfs(self.disk)
        size = stat.f_bavail * stat.f_bsize - LEFT_KIB * 1024
        with open(os.path.join(self.disk, "filler"), "wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, size)

    def make_room(self):
        os.unlink(os.path.join(self.disk, "filler"))

    def audit(self, d):
        audit = d.json("audit-store")
        self.assertEqual(audit["differences"], 0)
        return audit

    def test_full_and_free_again(self):
        reference = harness.Embedded()
        self.addCleanup(reference.close)
        facts = reference.run("synth", "--enterprises", "400", "--seed", "9", "--until", harness.TODAY, "--format", "jsonl").stdout
        lines = facts.splitlines(keepends=True)
        first, rest = b"".join(lines[:1000]), b"".join(lines[1000:])
        reference.submit("-", stdin=facts)
        reference.settle()
        expected = self.audit(reference)

        d = harness.Embedded(home=os.path.join(self.disk, "home"))
        self.addCleanup(d.close)
        d.submit("-", stdin=first)
        d.settle()
        code = d.lines("list")[0]["enterprise"]
        self.fill()
        done, full = d.submit("-", "--patience", "1", stdin=rest, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertGreater(full["notAccepted"], 0, done.err[-500:])
        self.assertEqual(full["read"], full["accepted"] + full["notAccepted"])
        self.assertIn("send it again", done.err)
        self.assertIn("disk is full", done.err)
        self.assertIsNone(d.process.poll(), d.said()[-2000:])
        self.assertEqual(d.json("rating", code)["enterprise"], code)
        said = d.said()

        self.make_room()
        status = d.settle(60)
        self.assertEqual(status["facts"], 1000 + full["accepted"])
        _, again = d.submit("-", stdin=rest)
        self.assertEqual((again["read"], again["duplicate"]), (len(lines) - 1000, full["accepted"]))
        self.assertEqual(again["read"], again["accepted"] + again["duplicate"])
        d.settle()
        self.assertEqual(self.audit(d), expected)
        self.assertIn("log.lost", said)
        for what in ("log", "store"):
            if said.count(f"{what}.lost") > said.count(f"{what}.recovered"):
                self.assertIn(f"{what}.recovered", d.said()[len(said):])


if __name__ == "__main__":
    harness.main()
