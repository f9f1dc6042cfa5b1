"""Ratios of runs in turn, tables in Markdown, and the setting in which they are measured."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

Call = Callable[[], Any]
Values = dict[str, Any]

SETTING = {  # one thread, and memory that is kept, so that no side pays for new pages
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1", "JAX_PLATFORMS": "cpu",
    "MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "4000000000",
}  # fmt: skip
LIBRARIES = ("numpy", "scipy", "jax", "torch", "sympy", "tensorgrad")


def set_up() -> None:
    """Start this process again in the setting, which is read when libraries are loaded, unless it is in it."""
    if any(os.environ.get(name) != value for name, value in SETTING.items()) or "OPENBLAS_CORETYPE" in os.environ:
        os.environ.update(SETTING)
        os.environ.pop("OPENBLAS_CORETYPE", None)
        os.execv(sys.executable, [sys.executable, "-m", "tests.benchmarks", *sys.argv[1:]])


def called(f: Callable[..., Any], values: Values) -> Call:
    """A call of a function with the values of its parameters."""
    code = f.__code__
    args = [values[n] for n in code.co_varnames[: code.co_argcount]]
    return lambda: f(*args)


def ratio(ours: Call, theirs: Call, seconds: float) -> float:
    """The median time of the first by that of the second; they run in turn."""
    for _ in range(3):
        theirs(), ours()
    start = time.perf_counter()
    theirs(), ours()
    once = time.perf_counter() - start
    inner = max(4 if once < 0.02 else 1, int(4e-4 / once))
    times: tuple[list[float], list[float]] = ([], [])
    pairs = list(zip((ours, theirs), times, strict=True))
    for turn in range(max(8, min(400, int(seconds / (once * inner))))):
        for call, kept in pairs if turn % 2 else pairs[::-1]:
            call()  # so that both find the memory that they have just freed
            start = time.perf_counter()
            for _ in range(inner):
                call()
            kept.append(time.perf_counter() - start)
    return statistics.median(times[0]) / statistics.median(times[1])


def least(run: Call, before: Call | None = None, seconds: float = 0.3) -> float:
    """The smallest time of a run in seconds, for what runs once in use and is slowed down by nothing but others."""
    best, spent = float("inf"), 0.0
    while spent < seconds or best == float("inf"):
        if before is not None:
            before()
        start = time.perf_counter()
        run()
        once = time.perf_counter() - start
        best, spent = min(best, once), spent + once
    return best


def calls(run: Call) -> int:
    """How many functions a run calls, built-in ones too: the same on every machine, whatever else it does.

    >>> calls(lambda: [abs(-1), max(1, 2)])
    3
    """
    count = 0

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        run()
    finally:
        sys.setprofile(before)
    return count - 1  # the end of counting is a call


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """The slope of the line through log(time) by log(size).

    >>> round(exponent([1, 2, 4], [3, 12, 48]), 6)
    2.0
    """
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def mean(ratios: Sequence[float]) -> float:
    """The geometric mean."""
    return float(np.exp(np.mean(np.log(ratios))))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table in Markdown."""
    return ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]


def cell(name: str) -> str:
    """A name as it stands in a cell of a table."""
    return name.replace("|", "\\|")


def versions() -> str:
    """What was measured with what."""
    found = [f"Python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} is not installed")
    return ", ".join(found)
