"""Faults that were found, by number, each with what it gives now; read from rows.txt."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

import matcalc

LIST = Path(__file__).parent / "rows.txt"


class Row(NamedTuple):
    """A fault: its number, what it was, calls with what they give, tests of the suite, and a reason."""

    number: str
    fault: str
    calls: list[tuple[str, str]]
    tests: list[str]
    reason: str


def rows() -> list[Row]:
    """All of them."""
    found: list[Row] = []
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            number, _, fault = line[3:].partition(" ")
            found.append(Row(number, fault, [], [], ""))
        elif line.startswith("> "):
            found[-1].tests.append(line[2:])
        elif line.startswith("= "):
            found[-1] = found[-1]._replace(reason=line[2:])
        elif line.startswith("  "):
            call, _ = found[-1].calls.pop()
            found[-1].calls.append((call, line[2:]))
        elif line and not line.startswith("#"):
            found[-1].calls.append((line, ""))
    return found


def diff(text: str, by: str, where: str | None = None, limits: matcalc.Limits | None = None) -> str:
    """A derivative as text."""
    return str(matcalc.diff(text, by, where=where, limits=limits))


def remarks(text: str, by: str, where: str | None = None) -> str:
    """What is remarked on a reading."""
    return "; ".join(matcalc.diff(text, by, where=where).remarks)


def given(call: str) -> str:
    """What a call gives, or the error with which it is refused."""
    names = {"diff": diff, "remarks": remarks, "m": matcalc, "np": np}
    try:
        return str(eval(call, names))
    except matcalc.MatcalcError as error:
        return f"! {error}"


def table() -> list[str]:
    """The rows as a table."""
    lines = ["| number | fault | kept away by |", "|---|---|---|"]
    for row in rows():
        own = [f"`report/test_rows.py::test_row[{row.number}]`"] if row.calls else []
        kept = [*own, *(f"`{t}`" for t in row.tests), *([row.reason] if row.reason else [])]
        lines.append(f"| {row.number} | {row.fault} | {'; '.join(kept)} |")
    return lines
