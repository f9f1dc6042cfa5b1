"""Common denominators, and what cancels above them."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.language.parse import parse_expression
from matcalc.simplification.expansion import expanded

SQUARES = "A: matrix(n,n), B: matrix(n,n), C: matrix(n,n), D: matrix(n,n), s: scalar, r: scalar"
SCALARS = ", ".join(f"{name}: scalar" for name in "abcdxy")

# expression, variable, the derivative
QUOTIENTS = [
    ("x/(1 + x)", "x", "1/(1 + x)^2"),
    ("x/(1 + x^2)", "x", "(1 - x^2)/(1 + x^2)^2"),
    ("(1 + x)/(1 - x)", "x", "2/(1 - x)^2"),
    ("exp(x)/(1 + exp(x))", "x", "exp(x)/(1 + exp(x))^2"),
    ("log(x)/x", "x", "(1 - log(x))/x^2"),
    ("sqrt(x)/(1 + x)", "x", "(1 - x)/sqrt(x)/(1 + x)^2/2"),
    ("-a*log(x) - (1 - a)*log(1 - x)", "x", "(x - a)/x/(1 - x)"),
    ("(a*x + b)/(c*x + d)", "x", "(a*d - b*c)/(c*x + d)^2"),
    ("log(x + sqrt(1 + x^2))", "x", "1/sqrt(1 + x^2)"),
    ("log(sqrt(1 + x^2) - x)", "x", "-1/sqrt(1 + x^2)"),
    ("log((1 + x)/(1 - x))", "x", "2/(1 - x^2)"),
    ("log((x + y)/(x - y))", "x", "-2*y/(x - y)/(x + y)"),
    ("sin(x)/(1 + cos(x))", "x", "1/(1 + cos(x))"),
    ("(exp(x) - exp(-x))/(exp(x) + exp(-x))", "x", "4/(exp(x) + exp(-x))^2"),
    ("a*sin(x)^2 + a*cos(x)^2", "a", "1"),
    ("x^x", "x", "x^x*(1 + log(x))"),
    ("log(1 + ((x - a)/b)^2)", "x", "2*(x - a)/((x - a)^2 + b^2)"),
    ("4*a*((b/x)^12 - (b/x)^6)", "x", "24*a*(b^6/x^7 - 2*b^12/x^13)"),
    ("sin(a*x)*cos(a*x)", "x", "a*(cos(a*x)^2 - sin(a*x)^2)"),
    ("x^2*sin(y) + x^2*cos(y)", "x", "2*x*(cos(y) + sin(y))"),
    ("sin(x*y) + x^3*y^2", "y", "x*cos(x*y) + 2*x^3*y"),
    ("x^a*(1 - x)^b", "x", "x^(a - 1)*(1 - x)^(b - 1)*(a*(1 - x) - x*b)"),
    ("x^(a - 1)*exp(-b*x)", "x", "exp(-b*x)*x^(a - 2)*(a - b*x - 1)"),
    ("y*log(sigmoid(x)) + (1 - y)*log(1 - sigmoid(x))", "x", "y - sigmoid(x)"),
    ("log(sigmoid(x)) - a*x", "x", "sigmoid(-x) - a"),
]


@pytest.mark.parametrize("text, wrt, expected", QUOTIENTS, ids=[q[0] for q in QUOTIENTS])
def test_a_quotient_has_one_denominator(text: str, wrt: str, expected: str) -> None:
    d = matcalc.diff(text, wrt, where=SCALARS)
    assert str(d) == expected
    assert d.check().ok


def test_entry_by_entry() -> None:
    d = matcalc.grad("sum(x./sqrt(c + x.^2))", "x", where="c: positive scalar, x: vector(n)")
    assert str(d) == "c*vector(1)./(c + x.^2).^(3/2)"
    assert d.check().ok


def test_a_quotient_of_quadratic_forms_has_the_quotient_in_its_gradient() -> None:
    d = matcalc.grad("x'*A*x/(x'*B*x)", "x")  # shorter than (x'*B*x*(A + A') - x'*A*x*(B + B'))*x/(x'*B*x)^2
    assert str(d) == "(A + A' - x'*A*x*(B + B')/(x'*B*x))*x/(x'*B*x)"
    assert d.check().ok


def test_zero_is_no_formula() -> None:
    zero = matcalc.diff("((A + B)*(A - B) - A^2 + A*B - B*A + B^2)*x", "x")
    assert str(zero) == "zeros(n, n)"


@pytest.mark.parametrize("text, expected", [
    ("A*(B + C)*D", "A*B*D + A*C*D"),
    ("(A + B)*(C - D)", "A*C - A*D + B*C - B*D"),
    ("s*(B + C)", "s*B + s*C"),
    ("(A + B).*(C + D)", "A.*C + A.*D + B.*C + B.*D"),
    ("(s + r)^2", "s*(s + r) + r*(s + r)"),
])
def test_multiplied_out(text: str, expected: str) -> None:
    e = parse_expression(text, SQUARES).expr
    once = expanded(e)
    want = parse_expression(expected, SQUARES).expr
    assert once is not None
    assert once is want or expanded(want) is once


def test_no_more_terms_than_the_bound() -> None:
    e = parse_expression("*".join(["(A + B)"] * 8), "A: matrix(n,n), B: matrix(n,n)").expr
    assert expanded(e) is None
