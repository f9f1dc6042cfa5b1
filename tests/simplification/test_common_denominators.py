"""Rational expressions of scalars are no longer than what SymPy's `together`, `cancel` and `factor` make of them."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.simplification.normal import Simplifier, seed
from matcalc.simplification.search import shorten
from matcalc.terms.expression import Expr
from tests.simplification.equal_questions import unordered

sympy = pytest.importorskip("sympy")
WHERE = ", ".join(f"{name}: scalar" for name in "abcdknpqxy")

RATIONAL = [
    "k/p - (n - k)/(1 - p)",
    "1/x + 1/(1 - x)",
    "1/(1 + x) - x/(1 + x)^2",
    "a/(a + b) - a^2/(a + b)^2",
    "x/(1 - x) + 1",
    "a/x + b/y",
    "1/(1 - x) + 1/(1 - x)^2",
    "a/(c*x + d) - c*(a*x + b)/(c*x + d)^2",
    "2*x/(1 + x^2) - 2*x^3/(1 + x^2)^2",
    "(a*x + b)/(x + 1) - a",
]


def shortest(text: str) -> Expr:
    s = Simplifier()
    e = matcalc.parse(text, WHERE)
    seed(s, e)
    return shorten(s.run(e), s)


@pytest.mark.parametrize("text", RATIONAL)
def test_no_longer_than_sympy(text: str) -> None:
    found = shortest(text)
    e = sympy.sympify(text.replace("^", "**"))
    assert sympy.simplify(sympy.sympify(str(found).replace("^", "**")) - e) == 0
    theirs = [sympy.together(e), sympy.cancel(e), sympy.factor(e)]
    others = [matcalc.parse(str(x).replace("**", "^"), WHERE) for x in theirs]
    assert found.cost <= min(x.cost for x in others), (str(found), found.cost, [(str(x), x.cost) for x in others])


def test_the_forms_are_told_apart() -> None:
    assert unordered(shortest("1/(1 + x) - x/(1 + x)^2")) == unordered(matcalc.parse("1/(1 + x)^2", WHERE))
