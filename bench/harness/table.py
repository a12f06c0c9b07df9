# SPDX-License-Identifier: Apache-2.0
"""Results as a table for people. Chinese characters are two columns wide."""
import os
import unicodedata

HEAD = ("row", "value", "unit", "beside", "value", "ratio", "target", "met")


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def cells(result: dict) -> tuple[str, ...]:
    met = {True: "yes", False: "NO", None: ""}[result["met"]]
    return (result["name"], number(result["value"]), result["unit"], result["beside"] or "", number(result["besideValue"]),
            number(result["ratio"]), result["target"] or "", met)


def text(results: list[dict], runs: int) -> str:
    lines = [HEAD, *(cells(r) for r in results)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(HEAD))]
    out = []
    for line in lines:
        padded = []
        for i, cell in enumerate(line):
            blanks = " " * (widths[i] - width(cell))
            padded.append(blanks + cell if HEAD[i] in ("value", "ratio") else cell + blanks)
        out.append("  ".join(padded).rstrip())
    load = os.getloadavg()[0]
    out.append(f"median of {runs}; {os.cpu_count()} cores; load average of the last minute {load:.1f}")
    return "\n".join(out)
