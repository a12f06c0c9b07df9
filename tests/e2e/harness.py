# SPDX-License-Identifier: Apache-2.0
"""Starts real deployments and drives the real command line, as a person would. Standard library only."""
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("AX_BUILD", os.path.join(ROOT, "build", "release"))
BIN = os.path.join(BUILD, "bin")
SHARED = os.environ.get("AX_SHARED_DATA", os.path.join(os.path.dirname(ROOT), "shared", "data"))
TODAY = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))


class Deployment:
    """What embedded and cluster have in common: the same words."""

    where = []  # arguments that name it
    root = ""

    def run(self, *args, stdin=None, timeout=300, check=True, binary=None):
        command = [binary or os.path.join(BIN, "anxin"), *args, *self.where]
        done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        done.out = done.stdout.decode()
        done.err = done.stderr.decode()
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: exit {done.returncode}\n{done.out[-2000:]}\n{done.err[-4000:]}")
        return done

    def json(self, *args, **kwargs):
        lines = self.run(*args, "--json", **kwargs).out.splitlines()
        return json.loads(lines[-1])

    def lines(self, *args, **kwargs):
        return [json.loads(line) for line in self.run(*args, "--json", **kwargs).out.splitlines()]

    def submit(self, *args, stdin=None, check=True, timeout=900):
        if isinstance(stdin, str):
            stdin = stdin.encode()
        done = self.run("submit", *args, "--json", stdin=stdin, check=check, timeout=timeout)
        summary = json.loads(done.out.splitlines()[-1]) if done.out.strip() else None
        return done, summary

    def settle(self, timeout=300):
        """Until every acknowledged fact is in a rating."""
        end = time.time() + timeout
        status = None
        while time.time() < end:
            done = self.run("status", "--json", check=False)
            if done.returncode == 0:
                status = json.loads(done.out)
                if status["ready"] and status["lag"] == 0:
                    return status
            time.sleep(0.1)
        raise AssertionError(f"does not settle: {status}")

    def ratings(self, *args):
        """list --json without what may differ between deployments."""
        rows = self.lines("list", *args, timeout=600)
        for row in rows:
            row.pop("asOf", None)
            row.pop("revision", None)
        return rows


class Embedded(Deployment):
    """`anxin up`; `env` is for it alone. `command` may put words before it, such as a limit."""

    def __init__(self, wait=True, command=(), home=None, **env):
        self.root = tempfile.mkdtemp(prefix="anxin-e2e-")
        self.home = home or os.path.join(self.root, "home")
        self.where = ["--home", self.home]
        self.command = list(command)
        self.env = {**os.environ, **env}
        self.process = None
        self.log = open(os.path.join(self.root, "log"), "ab")
        atexit.register(self.close)  # unittest does not clean up after an interrupt
        try:
            self.start(wait)
        except BaseException:
            self.close()
            raise

    def start(self, wait=True):
        """The first time on a free port, then on the same, so that clients find it again. listen = None: where `up` likes."""
        listen = getattr(self, "listen", "127.0.0.1:0")
        where = ["--listen", listen] if listen else []
        self.process = subprocess.Popen([*self.command, os.path.join(BIN, "anxin"), "up", *where, *self.where],
                                        stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, env=self.env)
        if wait:
            self.settle(60)
        if listen and listen.endswith(":0"):
            self.listen = self.endpoint()

    def endpoint(self, timeout=60):
        end = time.time() + timeout
        path = os.path.join(self.home, "endpoint")
        while time.time() < end and self.process.poll() is None:
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    return file.read().strip()
            time.sleep(0.02)
        raise AssertionError(f"no endpoint: {self.said()[-2000:]}")

    def said(self):
        """What it has written so far."""
        with open(os.path.join(self.root, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("does not end on SIGTERM")

    def close(self):
        try:
            self.stop()
        finally:
            self.log.close()
            shutil.rmtree(self.root, ignore_errors=True)


class Cluster(Deployment):
    SCRIPT = os.path.join(ROOT, "deploy", "local-cluster")

    def __init__(self, sets=(), **shape):
        self.root = tempfile.mkdtemp(prefix="anxin-e2e-")
        self.dir = os.path.join(self.root, "cluster")
        self.where = ["--config", os.path.join(self.dir, "anxin.yaml")]
        atexit.register(self.close)
        self.shape = [word for name, value in shape.items() for word in (f"--{name}", str(value))]
        self.shape += [word for pair in sets for word in ("--set", pair)]
        try:
            self.up()
        except BaseException:
            self.close()
            raise

    def up(self, **env):
        """`env` is for what this call starts."""
        done = subprocess.run([self.SCRIPT, "up", "--dir", self.dir, *self.shape], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=180,
                              env={**os.environ, "AX_BIN": BIN, **env})
        if done.returncode != 0:
            raise AssertionError(f"local-cluster up: {done.stdout.decode()[-4000:]}")

    def processes(self):
        done = subprocess.run([self.SCRIPT, "status", "--dir", self.dir, "--json"], stdout=subprocess.PIPE, check=True)
        return {row["name"]: row for row in json.loads(done.stdout)}

    def said(self, name):
        """What a service has written so far."""
        with open(os.path.join(self.dir, name, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def kill(self, name, number=signal.SIGKILL):
        os.kill(self.processes()[name]["pid"], number)

    def close(self):
        subprocess.run([self.SCRIPT, "down", "--dir", self.dir, "--purge"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=120)
        shutil.rmtree(self.root, ignore_errors=True)


class Deployed(unittest.TestCase):
    """Tests that hold on every deployment: one a class, which `make` makes."""

    make = None

    @classmethod
    def setUpClass(cls):
        if cls.make is None:
            raise unittest.SkipTest("base class")
        cls.d = cls.make()
        try:
            cls.begin()
        except BaseException:
            cls.d.close()
            raise

    @classmethod
    def tearDownClass(cls):
        if cls.make is not None:
            cls.d.close()

    @classmethod
    def begin(cls):
        """What is sent before the first test."""

    @classmethod
    def send(cls, many):
        """Facts, until they are in the ratings."""
        _, summary = cls.d.submit("-", stdin="\n".join(json.dumps(f, ensure_ascii=False) for f in many))
        assert summary["rejected"] == 0 and summary["accepted"] == summary["read"], summary
        cls.d.settle()


def fact(code, reference, kind, body, **more):
    """As JSON has it: of a coal mine in Taiyuan unless `more` says otherwise."""
    return {"source": "e2e", "reference": reference, "revision": "1", "enterprise": code, "enterpriseName": "测试企业",
            "region": "140100", "industry": "0610", "industryEdition": "2017", "state": "FACT_STATE_ACTIVE", kind: body, **more}


def shared(*names):
    """A file of the shared data, or a skip that names it."""
    path = os.path.join(SHARED, *names)
    if not os.path.exists(path):
        raise unittest.SkipTest(f"no {os.path.join('shared/data', *names)} here")
    return path


def main():
    """Like unittest.main, with 77 where everything was skipped."""
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if result.testsRun == 0 or len(result.skipped) == result.testsRun else 0)
