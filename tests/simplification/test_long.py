"""Long sums and products: those of one question are joined, those that are shared again and again stay parts."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.simplification.normal import simplify
from matcalc.terms.expression import LONG, add, fn
from matcalc.terms.walks import postorder


def test_a_sum_of_a_thousand_terms_is_one() -> None:
    names = [f"x{i}" for i in range(1000)]
    e = simplify(matcalc.parse(" + ".join([*names, *names]), ", ".join(f"{x}: scalar" for x in names)))
    assert e.op == "prod" and len(e.args[1].args) == 1000


def test_long_sums_cancel() -> None:
    text = " + ".join(f"x{i}" for i in range(3 * LONG))
    assert simplify(matcalc.parse(f"({text}) - ({text} + y) + y")).op == "zeros"


@pytest.mark.parametrize("turn", [False, True])
def test_shared_sums_take_linear_space(turn: bool) -> None:
    def size(n: int) -> int:
        x, W = matcalc.vector("x", "m"), matcalc.matrix("W", "m", "m")
        h = x
        for _ in range(n):
            h = add(h, fn("tanh", W @ h)) if turn else add(h, W @ fn("tanh", h))
        return sum(len(e.args) for e in postorder(matcalc.diff(h.T @ h, "x", verify=False).expr))

    assert size(320) < 2.6 * size(160)
