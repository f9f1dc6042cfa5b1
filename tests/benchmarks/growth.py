"""How work grows with the question: five families of graphs for the report, and texts, one at a time.

`python -m tests.benchmarks.growth [NAME ...] [--most 1000] [--limit 20]` asks texts at growing n; the exponent is the
slope of log(time) by log(nodes) between the last two sizes that were reached within the limit, a time in seconds.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from pathlib import Path

import matcalc
from matcalc.codegen.function import function
from matcalc.codegen.targets.numpy import numpy
from matcalc.printing.unicode import unicode
from matcalc.terms.expression import add, apply, fn
from matcalc.terms.walks import postorder
from tests.benchmarks.measuring import exponent, least, table
from tests.benchmarks.plot import plot

PLOT = Path(__file__).parent / "growth.svg"


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


# --- expressions as graphs: five families for the report --------------------------------------------------


def matrices(letter: str, n: int) -> list[matcalc.Expr]:
    """Square matrices."""
    return [matcalc.matrix(f"{letter}{k}", "m", "m") for k in range(n)]


def products(n: int) -> matcalc.Expr:
    """||A1*...*An*x||^2."""
    x = reduce(lambda v, A: A @ v, matrices("A", n), X)
    return x.T @ x


def layers(n: int) -> matcalc.Expr:
    """||tanh(Wn*tanh(...*x))||^2."""
    h = reduce(lambda h, W: fn("tanh", W @ h), matrices("W", n), X)
    return h.T @ h


def residual_layers(n: int) -> matcalc.Expr:
    """The same with h + tanh(W*h)."""
    h = reduce(lambda h, W: h + fn("tanh", W @ h), matrices("W", n), X)
    return h.T @ h


def terms(n: int) -> matcalc.Expr:
    """||A1*x - b1||^2 + ... + ||An*x - bn||^2."""
    parts = [A @ X - matcalc.vector(f"b{k}", "m") for k, A in enumerate(matrices("A", n))]
    return add(*(r.T @ r for r in parts))


def quadratics(n: int) -> matcalc.Expr:
    """tr(B1*x*x') + ... + tr(Bn*x*x')."""
    return add(*(apply("tr", B @ X @ X.T) for B in matrices("B", n)))


X = matcalc.vector("x", "m")
GRAPHS: dict[str, Callable[[int], matcalc.Expr]] = {
    "products": products, "layers": layers, "residual layers": residual_layers, "terms": terms, "traces": quadratics,
}  # fmt: skip
STEPS: dict[str, Callable[[matcalc.Derivative], object]] = {
    "code": lambda d: d.code(), "text": lambda d: d.unicode(),
}  # fmt: skip
Times = dict[str, dict[str, list[tuple[int, float]]]]  # by step and family


def derived(e: matcalc.Expr) -> matcalc.Derivative:
    """The gradient by x, with limits for large questions."""
    return matcalc.grad(e, "x", limits=matcalc.Limits(work=10**9, nodes=10**7))


def timed(sizes: Sequence[int], longest: float) -> Times:
    """The times of each step of each family; a family ends behind a step of more than so many seconds."""
    found: Times = {step: {name: [] for name in GRAPHS} for step in ("deriving", *STEPS)}
    for name, build in GRAPHS.items():
        for n in sizes:
            e = build(n)
            d = derived(e)
            found["deriving"][name].append((n, least(lambda e=e: derived(e), seconds=0.2)))  # type: ignore[misc]
            for step, write in STEPS.items():
                found[step][name].append((n, least(lambda d=d, write=write: write(d), seconds=0.2)))  # type: ignore[misc]
            if max(times[name][-1][1] for times in found.values()) > longest:
                break
    return found


def growth(quick: bool, told: dict[str, str]) -> Iterator[str]:
    """The exponents of deriving, code and text, a plot of them, and nets of a thousand layers."""
    sizes = (31, 62, 125) if quick else (62, 125, 250, 500, 1000, 2000)
    timed(sizes[:1], 1.0)  # what is made once
    found = timed(sizes, 1.0 if quick else 6.0)
    slopes: dict[str, list[float]] = {step: [] for step in found}
    rows = [[name] for name in GRAPHS]
    for step, families in found.items():
        for row, reached in zip(rows, families.values(), strict=True):
            n, t = reached[-1]
            if len(reached) > 1:
                slopes[step].append(exponent(*zip(*reached, strict=True)))
            slope = f"{slopes[step][-1]:.2f}" if len(reached) > 1 else "?"
            row.append(f"{slope} ({t:.2f} s at {n})")
    yield from ["## Growth: exponents by the size n of a gradient, and the time of the largest", ""]
    yield from [*table(["", *found], rows), ""]
    for step, own in slopes.items():
        told[f"exponent of {step}"] = f"{max(own, default=float('nan')):.2f}"
    if not quick:
        PLOT.write_text(plot({name: found["deriving"][name] for name in GRAPHS}), encoding="utf-8")
    yield from nets(250 if quick else 1000)


def nets(n: int) -> Iterator[str]:
    """Code and text of nets."""
    rows = []
    for name, build in (("layers", layers), ("residual layers", residual_layers)):
        e, row = build(n), [name]
        for write in (lambda e: numpy(function([e], "net")), unicode):
            start = time.perf_counter()
            text = write(e)
            row.append(f"{time.perf_counter() - start:.2f} s, {len(text) // 1000} kB")
        rows.append(row)
    yield from [f"## A net of {n:,} layers", "", *table(["", "code", "text"], rows), ""]


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
