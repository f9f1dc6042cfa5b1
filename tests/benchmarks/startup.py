"""The time of the whole command against that of `python -c pass`, in runs in turn."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.benchmarks.measuring import cell, table

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "matcalc diff '||Xw - y||^2' w": [sys.executable, "-m", "matcalc", "diff", "||Xw - y||^2", "w"],
    "matcalc --version": [sys.executable, "-m", "matcalc", "--version"],
    "import numpy": [sys.executable, "-c", "import numpy"],
    "import sympy": [sys.executable, "-c", "import sympy"],
}


def once(command: list[str]) -> float:
    """The time of one run, in milliseconds."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=ENVIRONMENT)
    return 1e3 * (time.perf_counter() - start)


ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def start(quick: bool, told: dict[str, str]) -> Iterator[str]:
    """The table."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(3 if quick else 15):
        for name, command in COMMANDS.items():
            times[name].append(once(command))
    base = statistics.median(times["python -c pass"])
    rows = [[cell(name), f"{statistics.median(got):.0f} ms", f"{statistics.median(got) / base:.1f}"]
            for name, got in times.items()]  # fmt: skip
    head = ["command", "median", "by `python -c pass`"]
    yield from ["## From the start of a process to its end", "", *table(head, rows), ""]
    told["start"] = rows[1][2]
