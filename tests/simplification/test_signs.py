"""Signs of sums in products."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.simplification.normal import Simplifier, seed
from matcalc.simplification.signs import alike, as_written, without_sign
from tests.simplification.equal_questions import unordered

WHERE = "a: scalar, b: scalar, A: matrix(n,n), P: matrix(n,n), x: vector(n), u: vector(n), z: vector(n)"

ALIKE = [
    ("(x - u)'*P*(u - x)", "-(x - u)'*P*(x - u)"),
    ("(x - u)*(u - x)'*P*(u - x)", "(x - u)*(x - u)'*P*(x - u)"),
    ("(x - u)'*P*(u - z)", "(x - u)'*P*(u - z)"),
]


@pytest.mark.parametrize("text, expected", ALIKE)
def test_opposite_sums_are_one(text: str, expected: str) -> None:
    assert alike(matcalc.parse(text, WHERE), Simplifier()) is matcalc.parse(expected, WHERE)


# what is asked, an expression, and the same as the reader would write it
WRITTEN = [
    ("x - u", "(u - x)'*P*(u - z)", "(x - u)'*P*(z - u)"),
    ("x - u", "(u - x)'*P*x", "(u - x)'*P*x"),
    ("u - x", "(x - z).*(x - u).*(x.^2 - vector(1, n))", "(x - z).*(u - x).*(vector(1, n) - x.^2)"),
    ("a - b", "(b - a)^2", "(a - b)^2"),
    ("a - b", "(b - a)^3", "(b - a)^3"),
    ("a*b", "(a^2 - 1)*(b - 1)", "(1 - a^2)*(1 - b)"),
]


@pytest.mark.parametrize("question, text, expected", WRITTEN)
def test_as_written(question: str, text: str, expected: str) -> None:
    s = Simplifier()
    seed(s, matcalc.parse(question, WHERE))
    assert as_written(matcalc.parse(text, WHERE), s) is s.run(matcalc.parse(expected, WHERE))


def test_the_sign_goes_where_the_reader_wrote_nothing() -> None:
    s = Simplifier()
    seed(s, matcalc.parse("x - u", WHERE))
    e = s.run(matcalc.parse("-(x - u)*(z - A*x)'", WHERE))
    assert str(without_sign(e, s)) == "(x - u)*(A*x - z)'"


# equal questions with the signs elsewhere
GRADIENTS = [
    ("exp(-(x - u)'*P*(x - u)/2)", "exp((x - u)'*P*u/2 - (x - u)'*P*x/2)", "x", "P: spd matrix(n,n)"),
    ("sigmoid(z).*h + (1 - sigmoid(z)).*g", "h.*sigmoid(z) + g.*(1 - sigmoid(z))", "z", "z: vector(n), h: vector(n)"),
    ("||x[1:] - x[:3]||^2", "||-x[:3] + x[1:]||^2", "x", "x: vector(4)"),
]


@pytest.mark.parametrize("first, second, wrt, where", GRADIENTS)
def test_equal_questions(first: str, second: str, wrt: str, where: str) -> None:
    one, other = (matcalc.diff(f, wrt, where=where, layout="denominator") for f in (first, second))
    assert unordered(one.expr) == unordered(other.expr)
    assert one.check().ok
