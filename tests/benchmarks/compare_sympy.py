"""The time to derive, against SymPy: the smallest of several runs, interleaved.

    python tests/benchmarks/compare_sympy.py [repetitions]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy.core.cache import clear_cache

import matcalc

M, N, K = sp.symbols("m n k")
X, A, S = sp.MatrixSymbol("X", M, N), sp.MatrixSymbol("A", N, N), sp.MatrixSymbol("S", N, N)
W, Y, V = sp.MatrixSymbol("w", N, 1), sp.MatrixSymbol("y", M, 1), sp.MatrixSymbol("x", N, 1)
T, U, Q = sp.MatrixSymbol("T", M, N), sp.MatrixSymbol("U", M, K), sp.MatrixSymbol("V", N, K)
P, B = sp.MatrixSymbol("P", K, N), sp.MatrixSymbol("B", N, K)

PROBLEMS: list[tuple[str, str, Callable[[], Any]]] = [
    ("||Xw - y||^2", "w", lambda: ((X * W - Y).T * (X * W - Y)).diff(W)),
    ("x'*A*x", "x", lambda: (V.T * A * V).diff(V)),
    ("tr(P*S*B)", "S", lambda: sp.Trace(P * S * B).diff(S)),
    ("tr(P*inv(S)*B)", "S", lambda: sp.Trace(P * S.inv() * B).diff(S)),
    ("||T - U*V'||_F^2", "U", lambda: sp.Trace((T - U * Q.T) * (T - U * Q.T).T).diff(U)),
]


def once(run: Callable[[], Any]) -> float:
    """The time of one run, in milliseconds."""
    start = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - start)


def main() -> None:
    """Print the table."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    print(f"{'expression':<20} {'matcalc':>10} {'SymPy':>10} {'ratio':>8}")
    for text, wrt, symbolic in PROBLEMS:
        ours, theirs = [], []
        for _ in range(repetitions):
            ours.append(once(lambda: matcalc.diff(text, wrt)))  # noqa: B023
            clear_cache()
            theirs.append(once(symbolic))
        print(f"{text:<20} {min(ours):>7.2f} ms {min(theirs):>7.2f} ms {min(theirs) / min(ours):>7.1f}x")


if __name__ == "__main__":
    main()
