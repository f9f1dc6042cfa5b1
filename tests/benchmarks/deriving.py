"""The time to derive, against SymPy and tensorgrad where they are installed: the smallest of runs in turn."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from typing import Any

import matcalc
from tests.benchmarks.measuring import calls, cell, least, table

PROBLEMS = [
    ("||Xw - y||^2", "w"), ("x'*A*x", "x"), ("tr(P*S*B)", "S"), ("tr(P*inv(S)*B)", "S"), ("||T - U*V'||_F^2", "U"),
]  # fmt: skip
QUESTIONS = [  # what people derive, for a figure of its own: text, variable, declarations
    ("x'*A*x", "x", "x: vector(n), A: matrix(n,n)"),
    ("||A*x - b||^2 + c*||x||^2", "x", "A: matrix(m,n), b: vector(m), x: vector(n), c: scalar"),
    ("sum(log(1 + exp(-y.*(X*w))))", "w", "X: matrix(m,n), y: vector(m), w: vector(n)"),
    ("tr(A*X*B*X'*C)", "X", "A: matrix(k,m), X: matrix(m,n), B: matrix(n,n), C: matrix(m,k)"),
    ("log(det(X))", "X", "X: invertible matrix(n,n)"),
    ("a'*inv(X)*b", "X", "X: invertible matrix(n,n), a: vector(n), b: vector(n)"),
    ("logdet(S) + tr(inv(S)*C)", "S", "S: spd matrix(n,n), C: symmetric matrix(n,n)"),
    ("||T - U*V'||_F^2", "U", "T: matrix(m,n), U: matrix(m,k), V: matrix(n,k)"),
    ("tanh(W*x + b)", "x", "W: matrix(m,n), x: vector(n), b: vector(m)"),
    ("softmax(x)", "x", "x: vector(n)"),
    ("logsumexp(A*x)", "x", "A: matrix(m,n), x: vector(n)"),
    ("x'*A*x/(x'*x)", "x", "x: vector(n), A: symmetric matrix(n,n)"),
    ("||x||", "x", "x: vector(n)"),
    ("exp(-(x - m)'*inv(S)*(x - m)/2)", "x", "x: vector(n), m: vector(n), S: spd matrix(n,n)"),
    ("c'*sigmoid(W2*tanh(W1*x))", "W1", "W1: matrix(m,n), W2: matrix(k,m), x: vector(n), c: vector(k)"),
    ("1/(1 + exp(-a*x - b))", "x", "a: scalar, b: scalar, x: scalar"),
    ("(x - a)^2*exp(b*x)", "x", "x: scalar, a: scalar, b: scalar"),
    ("diag(exp(x))*A*x", "x", "x: vector(n), A: matrix(n,n)"),
    ("sum((x - mean(x)).^2)", "x", "x: vector(n)"),
    ("norm1(A*x - b)", "x", "A: matrix(m,n), x: vector(n), b: vector(m)"),
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


def questions(seconds: float) -> Iterator[str]:
    """The median of a fixed list, as a time and as calls of functions, which another load of the machine leaves."""
    runs = [lambda t=t, x=x, w=w: matcalc.diff(t, x, where=w) for t, x, w in QUESTIONS]  # type: ignore[misc]
    counts = [(run(), calls(run))[1] for run in runs]  # what is read and made once is there then
    times = [1e3 * least(run, seconds=seconds) for run in runs]
    yield f"{len(runs)} questions of the field with their declarations: median {statistics.median(times):.2f} ms,"
    yield f"the longest {max(times):.2f} ms; {statistics.median(counts):,.0f} calls of functions, median."
    yield ""


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
    yield from questions(seconds / 4)
    told["SymPy by deriving"] = f"{statistics.median(found):.0f}, at least {min(found):.0f}"
