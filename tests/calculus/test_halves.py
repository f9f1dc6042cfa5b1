"""Derivatives of long products stay short, and are right."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.calculus.halves import in_halves


@pytest.mark.parametrize(("factor", "wrt", "where"), [
    ("(x + {})", "x", "x: scalar"),
    ("(x - {})", "x", "x: scalar"),
    ("(tr(A) + {}*x)", "x", "x: scalar, A: matrix(n,n)"),
    ("sin(x + {})", "x", "x: scalar"),
])  # fmt: skip
def test_a_long_product(factor: str, wrt: str, where: str) -> None:
    def derivative(n: int) -> matcalc.Derivative:
        return matcalc.diff("*".join(factor.format(i) for i in range(1, n + 1)), wrt, where=where)

    costs = [derivative(n).expr.cost for n in (32, 64, 128)]
    assert costs[2] < 3 * costs[1] < 9 * costs[0], "about n*log(n), not n*n"
    assert derivative(40).certificate


def test_a_product_of_few_factors_stays() -> None:
    e = matcalc.parse("*".join(f"(x + {i})" for i in range(20)) + "*a*b*c*d*e*f", "x: scalar")
    assert in_halves(e, "x") is e
    assert in_halves(e, "a") is e


def test_what_does_not_depend_on_the_variable_stays_together() -> None:
    e = matcalc.parse("*".join(f"(x + {i})" for i in range(30)) + "*a*b*z", "x: scalar, a: scalar, b: scalar")
    assert {str(f) for f in in_halves(e, "x").args} >= {"a", "b", "z"}
    assert matcalc.diff(e, "x").certificate
