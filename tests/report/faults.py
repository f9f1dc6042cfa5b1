"""The faults that were found and the tests that keep them away, read from faults.txt."""

from __future__ import annotations

from pathlib import Path

LIST = Path(__file__).parent / "faults.txt"


def faults() -> list[tuple[str, str, str]]:
    """Group, fault and test of each row."""
    found, group = [], ""
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            group = line[3:]
        elif not line.startswith("#"):
            fault, test = line.rsplit(" | ", 1)
            found.append((group, fault, test))
    return found


def table() -> list[str]:
    """The rows as a table."""
    rows = [f"| {group} | {fault} | `{test}` |" for group, fault, test in faults()]
    return ["| group | fault | test |", "|---|---|---|", *(r.replace("\\|", "\\\\|") for r in rows)]
