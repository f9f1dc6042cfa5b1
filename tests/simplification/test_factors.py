"""Shared factors of sums: up to sign, and beside a multiple of themselves."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.simplification.factoring import factored
from matcalc.simplification.factors import shared_factors
from matcalc.simplification.normal import Simplifier
from matcalc.simplification.pieces import piece
from tests.simplification.equal_questions import unordered

WHERE = (
    "a: scalar, b: scalar, s: scalar, A: matrix(m,n), B: matrix(m,n), C: matrix(n,p), D: matrix(n,p), "
    "x: vector(n), y: vector(n), z: vector(n)"
)

# a sum, and its form with the factor taken out
TAKEN = [
    ("(A - B)*C + (B - A)*D", "(A - B)*(C - D)"),
    ("C'*(A - B)' - D'*(B - A)'", "(C + D)'*(A - B)'"),
    ("(x - y).*z + x - y", "(x - y).*(z + vector(1, n))"),
    ("(x - y).*z - 3*x + 3*y", "(x - y).*(z - 3*vector(1, n))"),
    ("(A - B)*C*C' + s*A - s*B", "(A - B)*(C*C' + s*eye(n))"),
    ("(a - b)*exp(s) + (b - a)*exp(a)", "(b - a)*(exp(a) - exp(s))"),
    ("(a - b)*exp(s) + a - b", "(a - b)*(exp(s) + 1)"),
]


@pytest.mark.parametrize("text, expected", TAKEN)
def test_taken_out(text: str, expected: str) -> None:
    s = Simplifier()
    e = s.run(matcalc.parse(text, WHERE))
    want = s.run(matcalc.parse(expected, WHERE))
    assert unordered(factored(e, s)) == unordered(want)


@pytest.mark.parametrize("text", [
    "(x - y).*z + x - 2*y",  # no multiple of x - y
    "(x - y).*z + x + y",
    "(A - B)*C + (A - 2*B)*D",
])
def test_no_factor(text: str) -> None:
    s = Simplifier()
    e = s.run(matcalc.parse(text, WHERE))
    found = shared_factors(e, [piece(a) for a in e.args], s)
    assert not [f for f in found if (f.keys[0][1].args[0] if f.keys[0][1].op == "t" else f.keys[0][1]).op == "add"]


def test_the_cost_of_a_sum_does_not_depend_on_the_order_of_its_terms() -> None:
    assert matcalc.parse("x - y", WHERE).cost == matcalc.parse("-y + x", WHERE).cost
    assert matcalc.parse("-x - y", WHERE).cost > matcalc.parse("-y + x", WHERE).cost


def test_decimals_of_many_digits_stay_in_their_terms() -> None:
    d = matcalc.diff("1.0507009873554805*sin(x) + 1.7580993408473766*exp(x)", "x", where="x: scalar")
    assert str(d) == "1.0507009873554805*cos(x) + 1.7580993408473766*exp(x)"
