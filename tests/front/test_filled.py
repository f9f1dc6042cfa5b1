"""Scalars beside arrays come back as they went in: x - mean(x), or x - mean(x)*vector(1)."""

from __future__ import annotations

import pytest

import matcalc

# question, variable, declarations, the derivative in denominator layout
FILLED = [
    ("sum((x - mean(x)).^2)", "x", "x: vector(n)", "2*(x - mean(x))"),
    ("sum((x - mean(x)*vector(1)).^2)", "x", "x: vector(n)", "2*(x - mean(x)*vector(1))"),
    ("sum(sqrt(x.^2 + e))", "x", "x: vector(n), e: scalar", "x./sqrt(x.^2 + e)"),
    ("sum(tanh(W*x + 1))", "W", "W: matrix(m,n), x: vector(n)", "(1 - tanh(W*x + 1).^2)*x'"),
    ("sum(tanh(W*x))", "W", "W: matrix(m,n), x: vector(n)", "(vector(1) - tanh(W*x).^2)*x'"),
    ("sum(log(X + c))", "c", "X: matrix(m,n), c: scalar", "sum(matrix(1)./(X + c))"),
    ("||X*v + c||^2", "v", "X: matrix(m,n), v: vector(n), c: scalar", "2*X'*(X*v + c)"),
    # a scalar beside the identity is read as a multiple of it by many
    ("x - mean(x)", "x", "x: vector(n)", "eye(n) - matrix(1)/n"),
]


@pytest.mark.parametrize("question, by, where, expected", FILLED)
def test_as_it_went_in(question: str, by: str, where: str, expected: str) -> None:
    d = matcalc.diff(question, by, "denominator", where)
    assert str(d) == expected
    assert matcalc.parse(str(d), where) is d.expr
    assert matcalc.parse(d.unicode(), where).shape == d.expr.shape


def test_every_notation_and_format_does_it() -> None:
    d = matcalc.grad("sum(sqrt(x.^2 + e))", "x", where="x: vector(n), e: scalar")
    assert d.latex() == r"\mathbf{x} \oslash \sqrt{\mathbf{x}^{\odot 2} + e}"
    assert d.unicode() == "x ⊘ √(x.^2 + e)"
    assert '"x./sqrt(x.^2 + e)"' in d.json()
    assert str(d.expr) == "x./sqrt(x.^2 + e*vector(1))"


def test_a_derivative_of_a_derivative_does_it() -> None:
    d = matcalc.diff("sum(exp(x.^2 + 1))", "x", where="x: vector(n)")
    assert str(matcalc.diff(d, "x")) == "diag(exp(x.^2 + 1).*(4*x.^2 + 2))"
