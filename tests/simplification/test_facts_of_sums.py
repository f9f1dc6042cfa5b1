"""Small choices of the normal form: numbers, signs, finite sums, the turn of a trace."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.simplification.normal import simplify
from matcalc.terms.expression import mul, num, power

ROWS = [
    ("0^2", "0"),
    ("0^0", "1"),
    ("2^(-1)", "1/2"),
    ("sum(i=0..k, (X^i)')", "sum(i=0..k, X^i)'"),
    ("sum(i=0..k, 2*X^i)", "2*sum(i=0..k, X^i)"),
    ("sum(i=0..k, A*X^i)", "A*sum(i=0..k, X^i)"),
    ("-(a - b)", "b - a"),
    ("-(a + b)", "-(a + b)"),
    ("x*(y'*z)", "y'*z*x"),
    ("x*y'*z", "y'*z*x"),
]


@pytest.mark.parametrize("text, want", ROWS)
def test_form(text: str, want: str) -> None:
    where = "X: matrix(n,n), A: matrix(n,n), a: scalar, b: scalar, k: scalar, x: vector(n), y: vector(n), z: vector(n)"
    e = matcalc.parse(text, where=where)
    assert str(simplify(e)) == want


@pytest.mark.parametrize("exponent", [-1, -2, -3])
def test_a_negative_power_of_zero_stays(exponent: int) -> None:
    """It has no value, so it is no number."""
    e = power(num(0), num(exponent))
    assert simplify(e) is e
    assert simplify(mul(e, num(3))) is not num(0)
