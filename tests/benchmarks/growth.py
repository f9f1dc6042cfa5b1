"""How work grows with the question: `python -m tests.benchmarks.growth [NAME ...] [--most 1000] [--limit 20]`.

Each family is asked at growing n; the exponent is the slope of log(time) by log(nodes) between the last two sizes
that were reached within the limit, a time in seconds.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable

import matcalc
from matcalc.terms.expression import fn
from matcalc.terms.walks import postorder


def scalars(n: int) -> tuple[str, str, str]:
    """A product of n scalars."""
    names = [f"x{i}" for i in range(n)]
    return "*".join(names), "x0", ", ".join(f"{x}: scalar" for x in names)


def polynomial(n: int) -> tuple[str, str, str]:
    """(x + 1)*...*(x + n)."""
    return "*".join(f"(x + {i})" for i in range(1, n + 1)), "x", "x: scalar"


def polynomial_down(n: int) -> tuple[str, str, str]:
    """(x - 1)*...*(x - n)."""
    return "*".join(f"(x - {i})" for i in range(1, n + 1)), "x", "x: scalar"


def powers(n: int) -> tuple[str, str, str]:
    """x^1 + ... + x^n."""
    return " + ".join(f"x^{i}" for i in range(1, n + 1)), "x", "x: scalar"


def inverses(n: int) -> tuple[str, str, str]:
    """A trace of inv(A + inv(A + ...))."""
    return "tr(" + "inv(A + " * n + "A" + ")" * n + ")", "A", "A: matrix(m,m)"


def traces(n: int) -> tuple[str, str, str]:
    """A sum of n traces."""
    names = [f"B{i}" for i in range(n)]
    return " + ".join(f"tr({b}*X)" for b in names), "X", ", ".join(f"{b}: matrix(m,m)" for b in [*names, "X"])


FAMILIES: dict[str, Callable[[int], tuple[str, str, str]]] = {
    "scalars": scalars, "polynomial": polynomial, "polynomial-down": polynomial_down, "powers": powers,
    "inverses": inverses, "traces": traces,
}  # fmt: skip


def residual_net(n: int) -> tuple[matcalc.Expr, str]:
    """A residual net of n layers as a shared graph: x + W*tanh(x) again and again."""
    x, W = matcalc.vector("x", "m"), matcalc.matrix("W", "m", "m")
    h = x
    for _ in range(n):
        h = h + W @ fn("tanh", h)
    return h.T @ h, "x"


def measured(name: str, n: int) -> tuple[float, int]:
    """The time of a derivation and the nodes of question and answer."""
    if name == "residual":
        e, x = residual_net(n)
    else:
        text, x, where = FAMILIES[name](n)
        e = matcalc.parse(text, where)
    start = time.perf_counter()
    d = matcalc.diff(e, x)
    spent = time.perf_counter() - start
    return spent, sum(1 for _ in postorder(e)) + sum(1 for _ in postorder(d.expr))


def main() -> int:
    """Report."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("names", nargs="*", default=[*FAMILIES, "residual"])
    p.add_argument("--most", type=int, default=1000)
    p.add_argument("--limit", type=float, default=20)
    a = p.parse_args()
    sizes = [n for n in (16, 31, 62, 125, 250, 500, 1000, 2000, 4000, 8000) if n <= a.most]
    for name in a.names:
        rows: list[tuple[int, float, int]] = []
        for n in sizes:
            spent, nodes = measured(name, n)
            rows.append((n, spent, nodes))
            if spent > a.limit / 4:
                break
        (_, t0, n0), (_, t1, n1) = rows[-2:]
        slope = math.log(t1 / t0) / math.log(n1 / n0)
        shown = "  ".join(f"{n}: {1e3 * spent:.0f} ms, {nodes} nodes" for n, spent, nodes in rows[-3:])
        print(f"{name:16} exponent {slope:4.1f}   {shown}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
