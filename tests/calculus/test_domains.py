"""What an answer takes for granted: the domain of each operation that was differentiated."""

from __future__ import annotations

import pytest

import matcalc


@pytest.mark.parametrize(
    "text, wrt, where, assumptions",
    [
        ("1/x", "x", "x: scalar", ["nonzero(x)"]),
        ("1/x^2", "x", "x: scalar", ["nonzero(x)"]),
        ("x^3", "x", "x: scalar", []),
        ("x^1.5", "x", "x: scalar", ["positive(x)"]),
        ("1/(a'*x)", "x", "", ["nonzero(a'*x)"]),
        ("cot(x)", "x", "x: scalar", ["nonzero(sin(x))"]),
        ("csc(x)", "x", "x: scalar", ["nonzero(sin(x))"]),
        ("round(x)", "x", "x: scalar", ["fractional(2*x)"]),
        ("acosh(x)", "x", "x: scalar", ["above_one(x)"]),
        ("logdet(D)", "D", "D: diagonal matrix(n,n)", ["invertible(D)"]),
        ("logdet(S)", "S", "S: spd matrix(n,n)", []),
        ("||x||", "x", "x: vector(n)", ["nonzero(x)"]),
        ("||x||^2", "x", "x: vector(n)", []),
        ("max(x, y)", "x", "x: vector(n), y: vector(n)", ["distinct(x, y)"]),
        ("relu(x)", "x", "x: positive vector(n)", []),
    ],
)
def test_assumptions(text: str, wrt: str, where: str, assumptions: list[str]) -> None:
    assert matcalc.diff(text, wrt, where=where).assumptions == assumptions


def test_a_scaled_inverse_needs_no_word_about_its_scale() -> None:
    assert str(matcalc.diff("inv(s*X)", "s", where="s: scalar, X: matrix(n,n)")) == "-inv(X)/s^2"
