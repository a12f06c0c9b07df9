# SPDX-License-Identifier: Apache-2.0
"""What the rows run on: the built programs, a folder of their own, a Kafka broker, Redis servers and services, and what
they cost. Everything is started here and stopped here."""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / "build" / "bench" / "bin"
START_S = 60
CATCH_UP_S = 600
POLL_S = 0.01
TICKS = os.sysconf("SC_CLK_TCK")


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(*words: object, **options: object) -> str:
    """Runs a program to its end and gives what it prints; says what it said if it fails."""
    done = subprocess.run([str(w) for w in words], cwd=ROOT, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


def run_json(*words: object) -> dict:
    return json.loads(run(*words).strip().splitlines()[-1])


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mib(pid: int, what: str = "VmHWM") -> float:
    return int(re.search(rf"{what}:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=START_S)
    except subprocess.TimeoutExpired:
        say(f"process {process.pid} does not end by itself")
        process.kill()
        process.wait()


class Redis:
    def __init__(self, machine: "Machine", name: str) -> None:
        self.dir = machine.dir / name
        self.machine = machine
        self.tls: list[object] = []
        self.start()

    def start(self, tls: bool = False) -> None:
        self.port = free_port()
        pki = self.machine.pki() if tls else None
        self.tls = []
        if pki is not None:
            self.tls = ["--cacert", pki / "ca.crt", "--cert", pki / "server/tls.crt", "--key", pki / "server/tls.key"]
        words = ["--tls-ca", self.tls[1], "--tls-cert", self.tls[3], "--tls-key", self.tls[5]] if tls else []
        run(ROOT / "deploy/redis/server", "start", "--dir", self.dir, "--port", self.port, *words)
        self.pid = int((self.dir / "redis.pid").read_text())

    def ask(self, *words: object) -> str:
        return run("redis-cli", "-p", self.port, *(["--tls", *self.tls] if self.tls else []), *words).strip()

    def used_bytes(self) -> int:
        return int(re.search(r"used_memory:(\d+)", self.ask("INFO", "memory"))[1])

    def stop(self) -> None:
        run(ROOT / "deploy/redis/server", "stop", "--dir", self.dir)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.dir)


class Service:
    """anxin-NAME as a process of its own."""

    def __init__(self, machine: "Machine", name: str, settings: dict[str, object], cores: str | None = None,
                 under: list[object] | None = None) -> None:
        self.metrics = free_port()
        self.log = machine.dir / f"{name}-{self.metrics}.log"
        settings = {"metrics_listen": f"127.0.0.1:{self.metrics}", "rpc.listen": "127.0.0.1:0", **settings}
        words = [str(BIN / f"anxin-{name}"), "--config", str(machine.config())]
        for key, value in settings.items():
            words += ["--set", f"{key}={value}"]
        if cores is not None:
            words = ["taskset", "-c", cores, *words]
        if under is not None:
            words = [*map(str, under), *words]
        self.began = time.monotonic()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(words, cwd=ROOT, stderr=log, stdout=log)
        self.pid = self.process.pid
        machine.services.append(self)
        self.machine = machine

    def check(self, until: float, what: str) -> None:
        if self.process.poll() is not None or time.monotonic() > until:
            sys.exit(f"bench: {what}\n{self.log.read_text()[-4000:]}")

    def port(self) -> int:
        until = time.monotonic() + START_S
        while True:
            found = re.search(r"rpc\.listening.*port=(\d+)", self.log.read_text())
            if found:
                return int(found[1])
            self.check(until, "the service does not listen")
            time.sleep(POLL_S)

    def metric(self, name: str) -> float:
        """The sum over its labels; 0 while nothing answers."""
        try:
            text = urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/metrics", timeout=5).read().decode()
        except OSError:
            return 0
        return sum(float(v) for v in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE))

    def wait_for(self, metric: str, count: int) -> float:
        """Seconds from the start of the process."""
        until = time.monotonic() + CATCH_UP_S
        while self.metric(metric) < count:
            self.check(until, f"{metric} does not reach {count}")
            time.sleep(POLL_S)
        return time.monotonic() - self.began

    def stop(self) -> None:
        self.machine.services.remove(self)
        end(self.process)


class Echo:
    """bench_rpc_echo: gRPC core and nothing else."""

    def __init__(self, machine: "Machine", answer_bytes: int, tls: bool, cores: str) -> None:
        words = ["taskset", "-c", cores, BIN / "bench_rpc_echo", "--bytes", answer_bytes]
        if tls:
            server = machine.pki() / "server"
            words += ["--ca", machine.pki() / "ca.crt", "--cert", server / "tls.crt", "--key", server / "tls.key"]
        self.process = subprocess.Popen([str(w) for w in words], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        self.port = int(self.process.stdout.readline())
        machine.services.append(self)
        self.machine = machine

    def stop(self) -> None:
        self.machine.services.remove(self)
        end(self.process)


class Machine:
    def __init__(self, facts: int, enterprises: int, seconds: float) -> None:
        self.facts = facts
        self.enterprises = enterprises
        self.seconds = seconds
        self.services: list[Service | Echo] = []
        self.redises: list[Redis] = []
        self.kept: dict[str, object] = {}
        self.broker_dirs: list[Path] = []

    def __enter__(self) -> "Machine":
        say("building the bench preset")
        run("cmake", "--preset", "bench")
        run("cmake", "--build", ROOT / "build/bench", "-j", "2")
        self.dir = Path(tempfile.mkdtemp(prefix="anxin-bench-"))
        return self

    def __exit__(self, *_: object) -> None:
        for service in list(self.services):
            service.stop()
        for redis in self.redises:
            if redis.dir.exists():
                redis.stop()
        for broker in self.broker_dirs:
            run(ROOT / "deploy/kafka/broker", "stop", "--dir", broker)
        shutil.rmtree(self.dir, ignore_errors=True)

    def once(self, key: str, make):  # noqa: ANN001, ANN201
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]

    def start_broker(self, name: str, *words: object) -> str:
        say(f"starting {name}")
        run(ROOT / "deploy/kafka/fetch")
        broker = self.dir / name
        self.broker_dirs.append(broker)
        run(ROOT / "deploy/kafka/broker", "start", "--dir", broker, *words)
        return (broker / "bootstrap").read_text().strip()

    def brokers(self) -> str:
        return self.once("brokers", lambda: self.start_broker("kafka"))

    def tls_brokers(self) -> str:
        """With the topics, and nothing in them."""
        pki = self.pki()
        words = ["--tls-ca", pki / "ca.crt", "--tls-cert", pki / "server/tls.crt", "--tls-key", pki / "server/tls.key"]
        return self.once("tls brokers", lambda: self.start_broker("kafka-tls", *words))

    def redis(self, name: str) -> Redis:
        redis = Redis(self, name)
        self.redises.append(redis)
        return redis

    def echo(self, answer_bytes: int, tls: bool, cores: str) -> Echo:
        return Echo(self, answer_bytes, tls, cores)

    def pki(self) -> Path:
        def make() -> Path:
            pki = self.dir / "pki"
            run(BIN / "anxin", "pki", "init", "--dir", pki)
            run(BIN / "anxin", "pki", "server", "server", "--dir", pki, "--role", "exchange")
            return pki

        return self.once("pki", make)

    def config(self) -> Path:
        """What all services here have in common; TLS is off unless a row sets the files."""
        def make() -> Path:
            path = self.dir / "anxin.yaml"
            path.write_text(f'packs_dir: "{ROOT}/scoring/packs"\ntls: {{ca_file: "", cert_file: "", key_file: ""}}\n'
                            "log: {replication: 1}\n")
            return path

        return self.once("config", make)

    def tls_settings(self) -> dict[str, object]:
        pki = self.pki()
        return {"tls.ca_file": pki / "ca.crt", "tls.cert_file": pki / "server/tls.crt",
                "tls.key_file": pki / "server/tls.key"}

    def load(self) -> dict[str, Path]:
        """The load of docs/BENCH.md as files: records of the topic, requests of SubmitFacts, requests of GetRating."""
        def make() -> dict[str, Path]:
            files = {name: self.dir / f"load.{name}" for name in ("records", "requests", "asks")}
            run(BIN / "bench_synth_load", "--count", self.facts, "--enterprises", self.enterprises,
                *(word for name, path in files.items() for word in (f"--{name}", path)))
            return files

        return self.once("load", make)

    def fill_kafka(self, prefix: str, records: Path | None = None) -> str:
        """A topic with the load in it; gives its prefix."""
        def make() -> str:
            run(BIN / "bench_kafka_fill", "--brokers", self.brokers(), "--prefix", prefix, "--file",
                records or self.load()["records"], "--count", 0)
            return prefix

        return self.once(f"kafka {prefix}", make)

    def filled_sqlite(self) -> Path:
        def make() -> Path:
            path = self.dir / "filled.db"
            run(BIN / "bench_kafka_fill", "--path", path, "--file", self.load()["records"], "--count", 0)
            return path

        return self.once("sqlite", make)
