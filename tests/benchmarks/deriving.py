"""The time to derive, against SymPy and tensorgrad where they are installed: the smallest of runs in turn."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from typing import Any

import matcalc
from tests.benchmarks.measuring import cell, least, table

PROBLEMS = [
    ("||Xw - y||^2", "w"), ("x'*A*x", "x"), ("tr(P*S*B)", "S"), ("tr(P*inv(S)*B)", "S"), ("||T - U*V'||_F^2", "U"),
]  # fmt: skip
Run = Callable[[], Any]


def in_sympy() -> list[Run]:
    """The problems in SymPy."""
    import sympy as sp

    m, n, k = sp.symbols("m n k")
    X, A, S = sp.MatrixSymbol("X", m, n), sp.MatrixSymbol("A", n, n), sp.MatrixSymbol("S", n, n)
    w, y, x = sp.MatrixSymbol("w", n, 1), sp.MatrixSymbol("y", m, 1), sp.MatrixSymbol("x", n, 1)
    T, U, V = sp.MatrixSymbol("T", m, n), sp.MatrixSymbol("U", m, k), sp.MatrixSymbol("V", n, k)
    P, B = sp.MatrixSymbol("P", k, n), sp.MatrixSymbol("B", n, k)
    return [
        lambda: ((X * w - y).T * (X * w - y)).diff(w), lambda: (x.T * A * x).diff(x),
        lambda: sp.Trace(P * S * B).diff(S), lambda: sp.Trace(P * S.inv() * B).diff(S),
        lambda: sp.Trace((T - U * V.T) * (T - U * V.T).T).diff(U),
    ]  # fmt: skip


def in_tensorgrad() -> list[Run | None]:
    """The problems in tensorgrad that it has a name for each axis of."""
    import tensorgrad as tg

    i, j, k = tg.symbols("i j k")
    X, w, y = tg.Variable("X", i, j), tg.Variable("w", j), tg.Variable("y", i)
    T, U, V = tg.Variable("T", i, j), tg.Variable("U", i, k), tg.Variable("V", j, k)
    return [
        lambda: tg.Derivative(tg.frobenius2(X @ w - y), w).full_simplify(), None, None, None,
        lambda: tg.Derivative(tg.frobenius2(T - U @ V), U).full_simplify(),
    ]  # fmt: skip


def deriving(seconds: float, told: dict[str, str]) -> Iterator[str]:
    """The table, as ratios to our time."""
    from sympy.core.cache import clear_cache

    ours = [least(lambda t=t, x=x: matcalc.diff(t, x), seconds=seconds) for t, x in PROBLEMS]  # type: ignore[misc]
    theirs = [least(run, clear_cache, seconds=seconds) for run in in_sympy()]
    found = [b / a for a, b in zip(ours, theirs, strict=True)]
    others = [""] * len(PROBLEMS)
    try:
        networks = in_tensorgrad()
        others = ["" if run is None else f"{least(run, seconds=seconds) / a:.1f}"
                  for a, run in zip(ours, networks, strict=True)]  # fmt: skip
    except ImportError:
        others = ["not installed"] * len(PROBLEMS)
    rows = [[cell(t), f"{1e3 * a:.2f} ms", f"{r:.0f}", o]
            for (t, _), a, r, o in zip(PROBLEMS, ours, found, others, strict=True)]  # fmt: skip
    rows.append(["median", "", f"{statistics.median(found):.0f}", ""])
    yield "## Deriving: the smallest time from text to a verified answer, and that of others by it"
    yield from ["", *table(["", "matcalc", "SymPy", "tensorgrad"], rows), ""]
    told["SymPy by deriving"] = f"{statistics.median(found):.0f}, at least {min(found):.0f}"
