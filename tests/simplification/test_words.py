"""Answers in the words of the question."""

from __future__ import annotations

import pytest

import matcalc

# expression, variable, the gradient
MEANS = [
    ("||x - mean(x)||^2", "x", "2*(x - mean(x))"),
    ("||x - sum(x)/n||^2", "x", "2*(x - sum(x)/n)"),
    ("(x - mean(x))'*(y - mean(y))", "x", "y - mean(y)"),
    ("mean(x)^2", "x", "2*mean(x)*vector(1, n)/n"),
    ("mean(X)^2", "X", "2*mean(X)*matrix(1, m, n)/m/n"),
    ("exp(mean(log(x)))", "x", "exp(mean(log(x)))./x/n"),
    ("mean((A*x - y).^2)", "x", "2*A'*(A*x - y)/m"),
    ("sqrt(mean((A*x - y).^2))", "x", "A'*(A*x - y)/m/sqrt(mean((A*x - y).^2))"),
]


@pytest.mark.parametrize("text, wrt, expected", MEANS, ids=[row[0] for row in MEANS])
def test_means(text: str, wrt: str, expected: str) -> None:
    d = matcalc.grad(text, wrt, where="x: vector(n)" if "A" not in text and "X" not in text else None)
    assert str(d) == expected
    assert d.check().ok
