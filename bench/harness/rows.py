# SPDX-License-Identifier: Apache-2.0
"""The rows: what is measured, beside what, and how much is wanted. A row's measures of one run are made one after the
other, so that both sides of a ratio meet the same machine."""
from __future__ import annotations

import json
import operator
import re
import shutil
import statistics
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from harness.machine import BIN, ROOT, Machine, Redis, Service, cpu_seconds, memory_mib, run, run_json, say

MEMORY_MIB = 128
PREFETCH_MIB = 32  # log.prefetch_kib as it comes
SERVER_CORE = "0"
LOAD_CORE = "1"
COMPARE = {">=": operator.ge, "<=": operator.le}


@dataclass
class Sample:
    value: float
    beside: float | None = None


@dataclass
class Row:
    """`target` is of the ratio where there is something beside, else of the value."""
    unit: str
    beside: str | None = None
    target: tuple[str, float] | None = None


@dataclass
class Group:
    """Rows that come out of the same runs."""
    rows: dict[str, Row]
    prepare: Callable[[Machine], dict]
    sample: Callable[[Machine, dict], dict[str, Sample]]
    finish: Callable[[Machine, dict], None] = lambda machine, state: None

    def measure(self, machine: Machine, runs: int) -> list[dict]:
        state = self.prepare(machine)
        samples: dict[str, list[Sample]] = {name: [] for name in self.rows}
        for i in range(runs):
            say(f"{', '.join(self.rows)}: run {i + 1} of {runs}")
            for name, sample in self.sample(machine, state).items():
                samples[name].append(sample)
        self.finish(machine, state)
        return [result(name, row, samples[name]) for name, row in self.rows.items()]


def result(name: str, row: Row, samples: list[Sample]) -> dict:
    value = statistics.median(s.value for s in samples)
    beside = ratio = None
    if row.beside is not None:
        beside = statistics.median(s.beside for s in samples)
        ratio = statistics.median(s.value / s.beside for s in samples)
    met = None
    if row.target is not None:
        met = COMPARE[row.target[0]](value if ratio is None else ratio, row.target[1])
    return {"name": name, "value": value, "unit": row.unit, "beside": row.beside, "besideValue": beside, "ratio": ratio,
            "target": None if row.target is None else f"{row.target[0]} {row.target[1]:g}", "met": met}


def on_kafka(machine: Machine, redis: Redis, prefix: str) -> dict[str, object]:
    return {"log.backend": "kafka", "log.brokers": machine.brokers(), "log.topic_prefix": prefix,
            "store.backend": "redis", "store.port": redis.port}


def embedded(path: Path) -> dict[str, object]:
    return {"log.path": path, "store.path": path}


# Log to committed rating.

def rating_bytes(redis: Redis) -> float:
    """The mean of a few stored ratings, without the 8 bytes of the span of days."""
    keys = [k for k in redis.ask("SCAN", "0", "MATCH", "*:e:*", "COUNT", "2000").splitlines() if ":e:" in k]
    return statistics.mean(int(redis.ask("HSTRLEN", key, "r")) - 8 for key in keys[:50])


def score_kafka(machine: Machine, state: dict) -> dict[str, Sample]:
    prefix = machine.fill_kafka("load-")
    drain = run_json(BIN / "bench_kafka_drain", "--brokers", machine.brokers(), "--prefix", prefix)["perSecond"]
    redis = machine.redis("score-redis")
    redis_cpu = cpu_seconds(redis.pid)
    scorer = Service(machine, "scorer", on_kafka(machine, redis, prefix))
    seconds = scorer.wait_for("ax_facts_applied_total", machine.facts)
    million = machine.facts / 1e6
    own_cpu = cpu_seconds(scorer.pid) / million
    redis_cpu = (cpu_seconds(redis.pid) - redis_cpu) / million
    memory = memory_mib(scorer.pid)
    scorer.stop()
    rating = round(rating_bytes(redis))
    redis.remove()
    blind = {}
    for line in run(BIN / "bench_redis_blind", "--dir", machine.dir / "blind", "--facts", machine.facts, "--enterprises",
                    machine.enterprises, "--rating-bytes", rating).splitlines():
        measure = json.loads(line)
        blind[measure["name"]] = measure["value"]
    facts = machine.facts / seconds
    return {"score-kafka": Sample(facts, drain), "score-kafka-blind": Sample(facts, blind["facts_per_second"]),
            "score-kafka-cpu": Sample(own_cpu), "score-kafka-redis-cpu": Sample(redis_cpu),
            "scorer-memory": Sample(memory)}


def copy_of(path: Path) -> Path:
    copy = path.with_name("copy.db")
    for old in path.parent.glob("copy.db*"):
        old.unlink()
    shutil.copyfile(path, copy)
    return copy


def raw_sqlite(machine: Machine) -> float:
    path = machine.dir / "raw.db"
    measure = run_json(BIN / "bench_sqlite_insert", "--path", path, "--file", machine.load()["records"], "--count", 0)
    for old in machine.dir.glob("raw.db*"):
        old.unlink()
    return measure["perSecond"]


def score_embedded(machine: Machine, state: dict) -> dict[str, Sample]:
    raw = raw_sqlite(machine)
    scorer = Service(machine, "scorer", embedded(copy_of(machine.filled_sqlite())))
    seconds = scorer.wait_for("ax_facts_applied_total", machine.facts)
    scorer.stop()
    return {"score-embedded": Sample(machine.facts / seconds, raw)}


# SubmitFacts.

def submit(machine: Machine, settings: dict[str, object]) -> float:
    ingest = Service(machine, "ingest", settings)
    measure = run_json(BIN / "bench_rpc_load", "--target", f"127.0.0.1:{ingest.port()}", "--path",
                       "/anxin.v1.IngestService/SubmitFacts", "--connections", 4, "--inflight", 2, "--once",
                       machine.load()["requests"])
    answered = ingest.metric("ax_ingest_facts_total")
    ingest.stop()
    if measure["errors"] != 0 or answered != machine.facts:
        raise SystemExit(f"bench: {measure['errors']} calls failed, {answered:.0f} of {machine.facts} facts were answered")
    return machine.facts / measure["seconds"]


def submit_kafka(machine: Machine, state: dict) -> dict[str, Sample]:
    state["run"] = state.get("run", 0) + 1
    raw_prefix, prefix = f"raw{state['run']}-", f"submit{state['run']}-"
    for name in (raw_prefix, prefix):  # so that the topics are there
        run(BIN / "bench_kafka_fill", "--brokers", machine.brokers(), "--prefix", name, "--count", 1)
    raw = run_json(BIN / "bench_kafka_produce", "--brokers", machine.brokers(), "--prefix", raw_prefix, "--file",
                   machine.load()["records"], "--count", 0)["perSecond"]
    redis = machine.redis("submit-redis")
    facts = submit(machine, on_kafka(machine, redis, prefix))
    redis.remove()
    return {"submit-kafka": Sample(facts, raw)}


def submit_embedded(machine: Machine, state: dict) -> dict[str, Sample]:
    raw = raw_sqlite(machine)
    path = machine.dir / "submit.db"
    facts = submit(machine, embedded(path))
    for old in machine.dir.glob("submit.db*"):
        old.unlink()
    return {"submit-embedded": Sample(facts, raw)}


# Many facts of one enterprise: what they cost must grow as they do.

ONE_PART = 4


def one_enterprise_cpu(machine: Machine, facts: int) -> float:
    """CPU-seconds of ingest and scorer over one SQLite file, from the first fact to the last one rated."""
    requests, path = machine.dir / f"one-{facts}.requests", machine.dir / "one.db"
    run(BIN / "bench_synth_load", "--count", facts, "--enterprises", 1, "--duplicates-ppm", 0, "--requests", requests)
    services = [Service(machine, name, embedded(path)) for name in ("ingest", "scorer")]
    ports = [service.port() for service in services]
    began = sum(cpu_seconds(service.pid) for service in services)
    load = run_json(BIN / "bench_rpc_load", "--target", f"127.0.0.1:{ports[0]}", "--path",
                    "/anxin.v1.IngestService/SubmitFacts", "--connections", 4, "--inflight", 2, "--once", requests)
    services[1].wait_for("ax_facts_applied_total", facts)
    seconds = sum(cpu_seconds(service.pid) for service in services) - began
    for service in services:
        service.stop()
    for old in machine.dir.glob("one*"):
        old.unlink()
    if load["errors"] != 0:
        raise SystemExit(f"bench: {load['errors']} calls failed")
    return seconds


def one_enterprise(machine: Machine, state: dict) -> dict[str, Sample]:
    facts = machine.facts // 10
    part = one_enterprise_cpu(machine, facts // ONE_PART)
    return {"one-enterprise": Sample(one_enterprise_cpu(machine, facts), ONE_PART * part)}


# GetRating.

def score_all(machine: Machine, settings: dict[str, object], facts: int) -> None:
    scorer = Service(machine, "scorer", settings)
    scorer.wait_for("ax_facts_applied_total", facts)
    scorer.stop()


def redis_with_ratings(machine: Machine) -> Redis:
    def make() -> Redis:
        redis = machine.redis("rated-redis")
        score_all(machine, on_kafka(machine, redis, machine.fill_kafka("load-")), machine.facts)
        return redis

    return machine.once("rated redis", make)


def sqlite_with_ratings(machine: Machine) -> Path:
    def make() -> Path:
        path = machine.dir / "rated.db"
        shutil.copyfile(machine.filled_sqlite(), path)
        score_all(machine, embedded(path), machine.facts)
        return path

    return machine.once("rated sqlite", make)


def sqlite_with_few(machine: Machine) -> Path:
    """The first facts of the load, two an enterprise: few are as bad as those of the whole load."""
    def make() -> Path:
        path, records = machine.dir / "few.db", machine.dir / "few.records"
        facts = 2 * machine.enterprises
        run(BIN / "bench_synth_load", "--count", facts, "--enterprises", machine.enterprises, "--records", records)
        run(BIN / "bench_kafka_fill", "--path", path, "--file", records, "--count", 0)
        score_all(machine, embedded(path), facts)
        return path

    return machine.once("few sqlite", make)


def ask(machine: Machine, port: int, pid: int, tls: bool) -> dict:
    words = ["taskset", "-c", LOAD_CORE, BIN / "bench_rpc_load", "--target", f"127.0.0.1:{port}", "--seconds",
             machine.seconds, "--pid", pid, "--requests", machine.load()["asks"]]
    if tls:
        client = machine.pki() / "clients/operator"
        words += ["--ca", machine.pki() / "ca.crt", "--cert", client / "tls.crt", "--key", client / "tls.key"]
    return run_json(*words)


def get_rating(machine: Machine, settings: dict[str, object], tls: bool) -> Sample:
    exchange = Service(machine, "exchange", settings, cores=SERVER_CORE)
    ours = ask(machine, exchange.port(), exchange.pid, tls)
    exchange.stop()
    echo = machine.echo(round(ours["responseBytes"]), tls, SERVER_CORE)
    bare = ask(machine, echo.port, echo.pid, tls)
    echo.stop()
    if ours["errors"] + bare["errors"] != 0:
        raise SystemExit(f"bench: {ours['errors']} and {bare['errors']} calls failed")
    return Sample(ours["callsPerServerCpuSecond"], bare["callsPerServerCpuSecond"])


# CheckCredit and GetUnderwritingProfile.

CHECKED = "/anxin.v1.GateService/CheckCredit"
PROFILED = "/anxin.v1.InsuranceService/GetUnderwritingProfile"
WARM_SECONDS = 1
ECHO = "bare gRPC-core echo"


def check_requests(machine: Machine) -> Path:
    """The load's questions of GetRating (field 1 the code) as questions of the gate: field 2 the code, field 3 licensing."""
    def make() -> Path:
        path = machine.dir / "load.checks"
        lines = machine.load()["asks"].read_text().split()
        path.write_text("".join(f"12{line[2:]}1801\n" for line in lines))
        return path

    return machine.once("checks", make)


def once_each(machine: Machine, requests: Path) -> Path:
    """The same questions as frames, each of them once."""
    def make() -> Path:
        path = requests.with_name(requests.name + ".once")
        lines = dict.fromkeys(requests.read_text().split())
        path.write_bytes(b"".join(struct.pack(">I", len(line) // 2) + bytes.fromhex(line) for line in lines))
        return path

    return machine.once(f"once {requests.name}", make)


def answered(machine: Machine, settings: dict[str, object], path: str, requests: Path) -> tuple[Sample, Sample]:
    """Answers to those who ask again, while facts and day are the same; and the first answer about each enterprise."""
    exchange = Service(machine, "exchange", settings, cores=SERVER_CORE)
    words = ["taskset", "-c", LOAD_CORE, BIN / "bench_rpc_load", "--target", f"127.0.0.1:{exchange.port()}", "--path", path,
             "--pid", exchange.pid]
    first = run_json(*words, "--once", once_each(machine, requests))
    then = run_json(*words, "--requests", requests, "--warm", WARM_SECONDS, "--seconds", machine.seconds)
    exchange.stop()
    echo = machine.echo(round(then["responseBytes"]), False, SERVER_CORE)
    bare = ask(machine, echo.port, echo.pid, False)
    echo.stop()
    if first["errors"] + then["errors"] + bare["errors"] != 0:
        raise SystemExit(f"bench: {first['errors']}, {then['errors']} and {bare['errors']} calls failed")
    beside = bare["callsPerServerCpuSecond"]
    return Sample(then["callsPerServerCpuSecond"], beside), Sample(first["callsPerServerCpuSecond"], beside)


def answered_group(name: str, prepare: Callable[[Machine], dict], path: str, requests: Callable[[Machine], Path]) -> Group:
    def sample(machine: Machine, state: dict) -> dict[str, Sample]:
        kept, first = answered(machine, state["settings"], path, requests(machine))
        return {name: kept, f"{name}-first": first}

    return Group({name: Row("calls/CPU-s", ECHO, (">=", 0.5)), f"{name}-first": Row("calls/CPU-s", ECHO, (">=", 0.5))}, prepare, sample)


def get_rating_redis(machine: Machine) -> dict:
    redis = redis_with_ratings(machine)
    return {"settings": on_kafka(machine, redis, "load-")}


def get_rating_redis_tls(machine: Machine) -> dict:
    """All of it speaks TLS: the server, Redis, and Kafka, whose ratings feed the exchange follows."""
    redis = redis_with_ratings(machine)
    redis.stop()
    redis.start(tls=True)
    settings = {**on_kafka(machine, redis, ""), "log.brokers": machine.tls_brokers(), **machine.tls_settings()}
    scorer = Service(machine, "scorer", {**settings, "store.key_prefix": "unused"})  # makes the topics
    scorer.port()
    scorer.stop()
    return {"settings": settings}


def get_rating_embedded(tls: bool) -> Callable[[Machine], dict]:
    def prepare(machine: Machine) -> dict:
        return {"settings": {**embedded(sqlite_with_ratings(machine)), **(machine.tls_settings() if tls else {})}}

    return prepare


def get_rating_group(name: str, prepare: Callable[[Machine], dict], tls: bool, target: float) -> Group:
    return Group({name: Row("calls/CPU-s", ECHO, (">=", target))}, prepare,
                 lambda machine, state: {name: get_rating(machine, state["settings"], tls)})


# rate() and bytes.

def rate(machine: Machine, state: dict) -> dict[str, Sample]:
    measures = dict(line.split()[:2] for line in run(BIN / "bench_rate", ROOT / "scoring/packs").splitlines())
    return {"rate": Sample(float(measures["rate_20_facts"]) / 1000),
            "rate-allocations": Sample(float(measures["rate_20_facts_allocations"])),
            "level-and-risk": Sample(float(measures["level_and_risk_20_facts"]) / 1000),
            "explained": Sample(float(measures["explained_20_facts"]) / 1000),
            "fact-applied": Sample(float(measures["merge_per_fact_batches_of_1"])),
            "fact-applied-in-fives": Sample(float(measures["merge_per_fact_batches_of_5"])),
            "rerate-1000000": Sample(float(measures["rerate_1000000"])),
            "rescore-1000000": Sample(float(measures["rescore_1000000"]))}


# The same in instructions, which a busy machine does not change: of so many ledgers of 20 facts.
COUNTED = {"level-and-risk-instructions": ("run_level_and_risk", 200), "explained-instructions": ("run_explained", 200),
           "fact-applied-instructions": ("run_merge_ones", 200 * 20)}


def instructions(machine: Machine, state: dict) -> dict[str, Sample]:
    samples = {}
    for row, (function, times) in COUNTED.items():
        said = subprocess.run(["valgrind", "--tool=callgrind", f"--toggle-collect={function}",
                               f"--callgrind-out-file={machine.dir / function}", BIN / "bench_rate",
                               ROOT / "scoring/packs", function], capture_output=True, text=True, check=True).stderr
        samples[row] = Sample(int(re.search(r"Collected : (\d+)", said)[1]) / times)
    return samples


COUNTED_ANSWERS = 1000


def part_of(requests: Path, count: int) -> Path:
    """The first frames of a file of them."""
    whole, at = requests.read_bytes(), 0
    for _ in range(count):
        at += 4 + struct.unpack_from(">I", whole, at)[0]
    part = requests.with_name(f"{requests.name}.{count}")
    part.write_bytes(whole[:at])
    return part


def answer_instructions(machine: Machine, state: dict) -> dict[str, Sample]:
    """From the handler on, with store and scoring, without gRPC core's threads: first answers, then the same again."""
    samples = {}
    for name, path, handler, requests in (
            ("check-credit", CHECKED, "ax_exchange_check_credit", check_requests(machine)),
            ("profile", PROFILED, "ax_exchange_get_profile", machine.load()["asks"])):
        out = machine.dir / f"{name}.callgrind"
        exchange = Service(machine, "exchange", embedded(sqlite_with_ratings(machine)), under=[
            "valgrind", "--tool=callgrind", f"--toggle-collect={handler}", f"--callgrind-out-file={out}"])
        words = [BIN / "bench_rpc_load", "--target", f"127.0.0.1:{exchange.port()}", "--path", path, "--once",
                 part_of(once_each(machine, requests), COUNTED_ANSWERS)]
        failed = run_json(*words)["errors"]
        run("callgrind_control", "--dump", exchange.pid)
        failed += run_json(*words)["errors"]
        exchange.stop()
        if failed != 0:
            raise SystemExit(f"bench: {failed} calls failed")
        for row, file in ((f"{name}-first-instructions", f"{out}.1"), (f"{name}-instructions", out)):
            count = re.search(r"^totals: (\d+)", Path(file).read_text(), re.MULTILINE)[1]
            samples[row] = Sample(int(count) / COUNTED_ANSWERS)
    return samples


def redis_bytes(machine: Machine, state: dict) -> dict[str, Sample]:
    enterprises = machine.enterprises // 5
    facts = enterprises * 20
    records = machine.dir / "bytes.records"
    made = run_json(BIN / "bench_synth_load", "--count", facts, "--enterprises", enterprises, "--duplicates-ppm", 0,
                    "--revisions-ppm", 0, "--records", records)
    prefix = machine.fill_kafka("bytes-", records)
    redis = machine.redis("bytes-redis")
    before = redis.used_bytes()
    scorer = Service(machine, "scorer", on_kafka(machine, redis, prefix))
    scorer.wait_for("ax_facts_applied_total", facts)
    scorer.stop()
    used = (redis.used_bytes() - before) / enterprises
    protobuf = made["canonicalBytes"] / enterprises + rating_bytes(redis)
    redis.remove()
    return {"redis-bytes": Sample(used, protobuf)}


def nothing(machine: Machine) -> dict:
    return {}


GROUPS = [
    Group({"score-kafka": Row("facts/s", "raw librdkafka drain", (">=", 0.15)),
           "score-kafka-blind": Row("facts/s", "blind pipelined writes", (">=", 1.3)),
           "score-kafka-cpu": Row("CPU-s/million", None, ("<=", 2)),
           "score-kafka-redis-cpu": Row("CPU-s/million"),
           "scorer-memory": Row("MiB", None, ("<=", MEMORY_MIB + PREFETCH_MIB))}, nothing, score_kafka),
    Group({"score-embedded": Row("facts/s", "raw SQLite inserts", (">=", 0.3))}, nothing, score_embedded),
    Group({"submit-kafka": Row("facts/s", "raw idempotent producer", (">=", 0.3))}, nothing, submit_kafka),
    Group({"submit-embedded": Row("facts/s", "raw SQLite inserts", (">=", 0.3))}, nothing, submit_embedded),
    Group({"one-enterprise": Row("CPU-s", "four times a quarter", ("<=", 1.5))}, nothing, one_enterprise),
    get_rating_group("get-rating-redis-plain", get_rating_redis, False, 0.7),
    get_rating_group("get-rating-redis-tls", get_rating_redis_tls, True, 0.6),
    get_rating_group("get-rating-embedded-plain", get_rating_embedded(False), False, 0.8),
    get_rating_group("get-rating-embedded-tls", get_rating_embedded(True), True, 0.65),
    answered_group("check-credit-redis", get_rating_redis, CHECKED, check_requests),
    answered_group("check-credit-embedded", get_rating_embedded(False), CHECKED, check_requests),
    answered_group("check-credit-few", lambda machine: {"settings": embedded(sqlite_with_few(machine))}, CHECKED,
                   check_requests),
    answered_group("profile-redis", get_rating_redis, PROFILED, lambda machine: machine.load()["asks"]),
    answered_group("profile-embedded", get_rating_embedded(False), PROFILED, lambda machine: machine.load()["asks"]),
    Group({"rate": Row("µs", None, ("<=", 2)), "rate-allocations": Row("allocations", None, ("<=", 0)),
           "level-and-risk": Row("µs", None, ("<=", 1)), "explained": Row("µs", None, ("<=", 5)),
           "fact-applied": Row("ns", None, ("<=", 300)), "fact-applied-in-fives": Row("ns", None, ("<=", 300)),
           "rerate-1000000": Row("s", None, ("<=", 1)), "rescore-1000000": Row("s", None, ("<=", 1))}, nothing, rate),
    Group({"redis-bytes": Row("bytes/enterprise", "protobuf bytes", ("<=", 2.5))}, nothing, redis_bytes),
]
if shutil.which("valgrind"):
    GROUPS.append(Group({row: Row("instructions") for row in COUNTED}, nothing, instructions))
    GROUPS.append(Group({f"{name}{which}-instructions": Row("instructions") for name in ("check-credit", "profile")
                         for which in ("", "-first")}, nothing, answer_instructions))
else:
    say("valgrind is not there: no instructions are counted")
