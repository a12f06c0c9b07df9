# SPDX-License-Identifier: Apache-2.0
"""Computes a back-test report again from its rows, by other means, and compares. Used on a made-up panel and on a real one."""
import array
import bisect
import csv
import itertools
import json
import math
import os
import re
import xml.etree.ElementTree as xml

GRADES = ["AAA", "AA", "A", "BBB", "BB", "B", "C", "NR"]


def number(text):
    return float(text) if text != "" else math.nan


def rows_of(folder, name):
    with open(os.path.join(folder, f"rows_{name}.csv"), encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    words = {"enterprise", "date", "grade", "size", "region", "ownership", "industry"}
    return [{k: v if k in words else number(v) for k, v in row.items()} for row in rows]


def auc(p, y):
    """By ranks; equal ones share theirs."""
    order = sorted(p)
    good = sum(1 for v in y if not v)
    bad = len(y) - good
    ranks = sum((bisect.bisect_left(order, a) + bisect.bisect_right(order, a) + 1) / 2 for a, v in zip(p, y) if v)
    return (ranks - bad * (bad + 1) / 2) / (bad * good)


def capture(p, y):
    rows = sorted(zip(p, y), key=lambda r: -r[0])
    room, caught = len(rows) / 10, 0.0
    for _, tied in itertools.groupby(rows, key=lambda r: r[0]):
        tied = list(tied)
        part = min(len(tied), room)
        caught += sum(v for _, v in tied) * part / len(tied)
        room -= part
    return caught / sum(y)


def lorenz(rate, count, exposure):
    order = sorted(range(len(rate)), key=lambda i: -rate[i])
    all_exposure, all_count, done, below = sum(exposure), sum(count), 0.0, 0.0
    for _, tied in itertools.groupby(order, key=lambda i: rate[i]):
        tied = list(tied)
        e, c = sum(exposure[i] for i in tied) / all_exposure, sum(count[i] for i in tied) / all_count
        below += e * (done + c / 2)
        done += c
    return below - 0.5


def gini(rate, count, exposure):
    return lorenz(rate, count, exposure) / lorenz([c / e for c, e in zip(count, exposure)], count, exposure)


def deviance(mu, count):
    return 2 * sum((c * math.log(c / m) if c else 0) - (c - m) for m, c in zip(mu, count))


def rates(mu, exposure):
    """To single precision, as the report does: what was one rate times hours is one rate again."""
    return list(array.array("f", (m / h for m, h in zip(mu, exposure))))


def saturated(row):
    return 4 * -math.expm1(-row["expected_lost_time"] * row["actual_exposure"] / row["exposure"] / 4)


def chance(row, lost):
    """Of rows with hours: in the hours that were worked."""
    expected = row["expected_lost_time" if lost else "expected_severe"]
    return -math.expm1(-expected * row["actual_exposure"] / row["exposure"])


class Check:
    def __init__(self, test, folder):
        self.test = test
        self.folder = folder
        with open(os.path.join(folder, "backtest.json"), encoding="utf-8") as source:
            self.report = json.load(source)
        self.all = rows_of(folder, "all")
        self.hours = [r for r in rows_of(folder, "hours") if r["actual_exposure"] > 0]

    def table(self, section, name):
        return self.report["sections"][section]["tables"][name]["rows"]

    def near(self, got, want, what, tolerance=1e-6):
        self.test.assertIsNotNone(got, what)
        self.test.assertLessEqual(abs(got - want), tolerance * max(1, abs(want)), f"{what}: {got} in the report, {want} computed again")

    def everything(self):
        self.measures()
        self.hours_measures()
        self.comparators()
        self.lift()
        self.grades()
        self.transition()
        self.audit()
        self.stability()
        self.claims()
        self.page()
        self.tables_as_csv()

    def measures(self):
        for row in self.table("summary", "measures"):
            hours, lost = row["population"] == "hours", row["head"] == "lost time"
            some = [r for r in (self.hours if hours else self.all) if row["date"] in ("all", r["date"])]
            p = [chance(r, lost) if hours else r["p_lost_time" if lost else "p_severe"] for r in some]
            y = [1 if (r["lost_quarters"] if lost else r["severe"]) > 0 else 0 for r in some]
            what = f"{row['head']} {row['date']}"
            self.test.assertEqual((row["rows"], row["events"]), (len(y), sum(y)), what)
            self.near(row["auc"], auc(p, y), what + " auc")
            self.near(row["gini"], 2 * auc(p, y) - 1, what + " gini")
            self.near(row["worst_tenth"], capture(p, y), what + " worst tenth")
            self.near(row["brier"], sum((a - b) ** 2 for a, b in zip(p, y)) / len(y), what + " brier")
            if not (hours and lost):
                self.near(row["oe"], sum(y) / sum(p), what + " oe")

    def hours_measures(self):
        if not self.hours:
            return
        mu, count = [saturated(r) for r in self.hours], [r["lost_quarters"] for r in self.hours]
        hours = [r["actual_exposure"] for r in self.hours]
        flat = [sum(count) / sum(hours) * h for h in hours]
        row = next(r for r in self.table("summary", "measures") if (r["population"], r["head"], r["date"]) == ("hours", "lost time", "all"))
        self.near(row["d2"], 1 - deviance(mu, count) / deviance(flat, count), "d2")
        self.near(row["exposure_gini"], gini(rates(mu, hours), count, hours), "exposure gini")
        self.near(row["lorenz_gini"], 2 * lorenz(rates(mu, hours), count, hours), "lorenz gini")
        self.near(row["oe"], sum(count) / sum(mu), "oe of counts")
        for row in self.table("summary", "intervals"):
            self.test.assertTrue(row["low"] <= row["value"] <= row["high"], f"{row}: outside of its interval")

    def comparators(self):
        for row in self.table("comparators", "comparators"):
            if row["model"] == "model":
                continue
            rows = self.all if row["population"] == "all" else self.hours
            p = [r[row["model"]] for r in rows]
            self.near(row["auc_lost_time"], auc(p, [r["lost_quarters"] > 0 for r in rows]), row["model"])
            self.near(row["auc_severe"], auc(p, [r["severe"] > 0 for r in rows]), row["model"])
            if row["population"] == "hours":
                hours, count = [r["actual_exposure"] for r in rows], [r["lost_quarters"] for r in rows]
                flat = [sum(count) / sum(hours) * h for h in hours]
                self.near(row["d2"], 1 - deviance(p, count) / deviance(flat, count), row["model"] + " d2")
                self.near(row["exposure_gini"], gini(rates(p, hours), count, hours), row["model"] + " gini")

    def lift(self):
        for population, head in {(r["population"], r["head"]) for r in self.table("lift", "lift")}:
            tenths = [r for r in self.table("lift", "lift") if (r["population"], r["head"]) == (population, head)]
            rows = self.all if population == "all" else self.hours
            self.test.assertEqual([r["tenth"] for r in tenths], list(range(1, 11)))
            self.test.assertEqual(sum(r["rows"] for r in tenths), len(rows))
            if population == "all":
                self.test.assertEqual(sum(r["observed"] for r in tenths),
                                      sum((r["lost_quarters"] if head == "lost time" else r["severe"]) > 0 for r in rows))
            else:
                self.test.assertEqual(sum(r["observed"] for r in tenths), sum(r["lost_quarters"] for r in rows))
            self.near(tenths[-1]["cumulative"], 1, "all events are captured by all rows")

    def grades(self):
        for row in self.table("grades", "outcomes"):
            some = [r for r in self.all if r["grade"] == row["grade"] and row["date"] in ("all", r["date"])]
            self.test.assertEqual(row["rows"], len(some))
            if some:
                self.near(row["lost_time"], sum(r["lost_quarters"] > 0 for r in some) / len(some), "lost time of a grade")
                self.near(row["severe"], sum(r["severe"] > 0 for r in some) / len(some), "severe of a grade")

    def transition(self):
        dates = sorted({r["date"] for r in self.all})
        by_date = {d: {r["enterprise"]: r["grade"] for r in self.all if r["date"] == d} for d in dates}
        moves = [(g, by_date[b].get(e, "withdrawn")) for a, b in zip(dates, dates[1:]) for e, g in by_date[a].items()]
        for row in self.table("transition", "transition"):
            own = [to for grade, to in moves if grade == row["from"]]
            self.test.assertEqual(row["rows"], len(own))
            for to in GRADES + ["withdrawn"]:
                if own:
                    self.near(row[to], own.count(to) / len(own), f"{row['from']} to {to}")
        kept = [a == b for a, b in moves if b != "withdrawn"]
        self.near(self.table("transition", "stability")[0]["value"], sum(kept) / len(kept) if kept else 0, "kept")

    def audit(self):
        for row in self.table("audit", "audit"):
            counted = row["population"] == "hours" and row["head"] == "lost time"
            some = [r for r in (self.all if row["population"] == "all" else self.hours) if r[row["axis"]] == row["value"]]
            lost = row["head"] == "lost time"
            if row["population"] == "hours":
                expected = sum(saturated(r) if counted else chance(r, lost) for r in some)
            else:
                expected = sum(r["p_lost_time" if lost else "p_severe"] for r in some)
            observed = sum(r["lost_quarters"] if counted else (r["lost_quarters"] if lost else r["severe"]) > 0 for r in some)
            self.test.assertEqual(row["rows"], len(some), row)
            self.near(row["expected"], expected, "expected")
            self.test.assertEqual(row["observed"], observed, row)
            if expected > 0:
                self.test.assertTrue(row["oe_low"] <= row["oe"] <= row["oe_high"], row)

    def stability(self):
        for row in self.table("stability", "stability"):
            if row["index"] != "PSI":
                continue
            base = sorted(r["score"] for r in self.all if r["date"] == row["from"] and not math.isnan(r["score"]))
            after = [r["score"] for r in self.all if r["date"] == row["to"] and not math.isnan(r["score"])]
            cuts = sorted({base[len(base) * k // 10] for k in range(1, 10)})
            e, a = ([0] * (len(cuts) + 1) for _ in range(2))
            for x in base:
                e[bisect.bisect_right(cuts, x)] += 1 / len(base)
            for x in after:
                a[bisect.bisect_right(cuts, x)] += 1 / len(after)
            psi = sum((max(q, 1e-6) - max(p, 1e-6)) * math.log(max(q, 1e-6) / max(p, 1e-6)) for p, q in zip(e, a))
            self.near(row["value"], psi, f"PSI {row['from']} {row['to']}", 1e-5)

    def claims(self):
        section = self.report["sections"]["claims"]
        self.test.assertTrue(section["simulated"])
        for table in section["tables"].values():
            self.test.assertIn("simulated", table["title_en"])
            self.test.assertIn("模拟", table["title_zh"])
        rows = self.all
        scale = sum(r["simulated_ultimate_fen"] for r in rows) / sum(r["peer_cost_fen"] for r in rows)
        off = sum(r["peer_cost_fen"] for r in rows) / sum(r["peer_cost_fen"] * r["coefficient"] for r in rows)
        for row in self.table("claims", "by_grade"):
            own = [r for r in rows if r["grade"] == row["grade"]]
            if own:
                ultimate = sum(r["simulated_ultimate_fen"] for r in own)
                premium = scale * sum(r["peer_cost_fen"] for r in own)
                after = scale * off * sum(r["peer_cost_fen"] * r["coefficient"] for r in own)
                self.near(row["loss_ratio_before"], ultimate / premium, "loss ratio")
                self.near(row["loss_ratio_after"], ultimate / after, "loss ratio after")
                own_cost = sum(r["expected_cost_fen"] for r in own) / sum(r["expected_cost_fen"] for r in rows)
                self.near(row["loss_ratio_own"], ultimate / (own_cost * sum(r["simulated_ultimate_fen"] for r in rows)), "by expected cost")
                share = sum(r["peer_cost_fen"] * r["tariff"] for r in own) / sum(r["peer_cost_fen"] * r["tariff"] for r in rows)
                self.near(row["loss_ratio_tariff"], ultimate / (share * sum(r["simulated_ultimate_fen"] for r in rows)), "by the tariff")
        whole = self.table("claims", "quintiles")
        self.near(sum(r["ultimate_yuan"] for r in whole) / sum(r["premium_yuan"] for r in whole), 1, "all premiums are all claims")
        growth = self.table("claims", "development")
        for before, now in zip(growth, growth[1:]):
            if before["date"] == now["date"]:
                self.test.assertLessEqual(before["paid_yuan"], now["paid_yuan"])
                self.test.assertLessEqual(before["incurred_yuan"], now["incurred_yuan"])
            self.test.assertLessEqual(now["paid_yuan"], now["incurred_yuan"])
            self.test.assertLessEqual(now["incurred_yuan"], now["ultimate_yuan"] * (1 + 1e-9))

    def page(self):
        with open(os.path.join(self.folder, "backtest.html"), encoding="utf-8") as source:
            text = source.read()
        page = xml.fromstring(text.split("\n", 1)[1])  # well-formed
        self.test.assertEqual(re.findall(r"https?:|<script|<link|<img|@import|url\(", text), [], "nothing from elsewhere")
        ids = [e.get("id") for e in page.iter() if e.get("id")]
        for plot in ("plot-lift-all-0", "plot-captured", "plot-calibration-all-0", "plot-calibration-all-1", "plot-lorenz", "plot-grades", "plot-transition",
                     "plot-audit-all-size", "plot-audit-all-region", "plot-loss-ratio"):
            self.test.assertIn(plot, ids)
        for name, section in self.report["sections"].items():
            self.test.assertIn(name, ids)
            self.test.assertTrue(section["title_en"] and re.search("[一-鿿]", section["title_zh"]), name)
        self.test.assertEqual(text.count("nan"), 0)
        claims = next(e for e in page.iter("section") if e.get("id") == "claims")
        self.test.assertGreaterEqual("".join(claims.itertext()).count("模拟"), 8)
        for stamp in ("parameters", "data"):
            self.test.assertIn(self.report["stamps"][stamp], text)

    def tables_as_csv(self):
        for name, section in self.report["sections"].items():
            for table, content in section["tables"].items():
                path = os.path.join(self.folder, f"{'simulated_' if section['simulated'] else ''}{name}_{table}.csv")
                with open(path, encoding="utf-8", newline="") as source:
                    rows = list(csv.DictReader(source))
                self.test.assertEqual(len(rows), len(content["rows"]), path)
                for a, b in zip(rows, content["rows"]):
                    for key, value in b.items():
                        if isinstance(value, str) or value is None:
                            self.test.assertEqual(a[key], value or "", path)
                        else:
                            self.test.assertEqual(float(a[key]), value, path)
