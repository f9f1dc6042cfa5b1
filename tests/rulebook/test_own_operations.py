"""Operations of the user's own: declared by their line, with traits, they have all that shipped ones have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc import RuleError

LINE = "flip(A[m,n]) -> [m,n]  linear numpy flipud   # the rows in reverse order\n"
RULES = """
let A[m,n], G[m,n]
flip:      d(flip(A)) = flip(d(A))
flip-back: <G, flip(d(A))> = <flip(G), d(A)>
"""
BOOKS = {"its line alone": matcalc.read_rules(LINE), "with its transpose": matcalc.read_rules(LINE + RULES)}
WHERE = "A: matrix(m,n), B: matrix(n,m), X: matrix(m,n), x: vector(n), y: vector(m)"

ANSWERS: list[tuple[Callable[..., Any], str, str, str]] = [
    (matcalc.grad, "tr(B*flip(X))", "X", "flip(B')"),
    (matcalc.grad, "||flip(A*x) - y||^2", "x", "2*A'*flip(flip(A*x) - y)"),
    (matcalc.jacobian, "flip(A*x)", "x", "flip()*A"),
    (matcalc.jacobian, "flip(3*a*(A*x))", "x", "3*a*flip()*A"),
    (matcalc.hessian, "||flip(A*x) - y||^2", "x", "2*A'*flip()^2*A"),
    (matcalc.jacobian, "flip(X)", "X", "einsum('ijkl->ijlk', flip())"),
    (matcalc.jacobian, "(flip(A) + flip(X) - flip(A + X))*x", "x", "zeros(m, n)"),
    (matcalc.grad, "sum(flip(exp(X)))", "X", "flip(matrix(1)).*exp(X)"),
]


@pytest.mark.parametrize(("derive", "text", "by", "expected"), ANSWERS, ids=[a[1] for a in ANSWERS])
def test_a_linear_operation(derive: Callable[..., Any], text: str, by: str, expected: str) -> None:
    d = derive(text, by, where=WHERE, rules=BOOKS["with its transpose"])
    assert str(d) == expected
    assert d.check().ok
    assert d.latex() and d.unicode() and d.steps().text()
    alone = derive(text, by, where=WHERE, rules=BOOKS["its line alone"])
    assert alone.check().ok


def test_its_code_runs() -> None:
    d = matcalc.jacobian("flip(A*x)", "x", where=WHERE, rules=BOOKS["its line alone"])
    a = np.random.default_rng(0).standard_normal((3, 4))
    np.testing.assert_allclose(d.compile()(A=a, x=np.ones(4)), np.flipud(a))
    np.testing.assert_allclose(d.evaluate(A=a), np.flipud(a))


def test_an_odd_function() -> None:
    book = matcalc.read_rules(
        "let A[m,n]\nsoft: d(soft(A)) = d(A) ./ (1 + abs(A)).^2  odd\nsoft(A) := A ./ (1 + abs(A))"
    )
    assert str(matcalc.diff("soft(-2*x)", "x", where="x: scalar", rules=book)) == "-2/(1 + 2*abs(x))^2"
    assert str(matcalc.diff("soft(-x)*y + soft(x)*y", "y", where="x: scalar, y: scalar", rules=book)) == "0"


def test_a_commutative_operation() -> None:
    book = matcalc.read_rules(
        "length(A[m,n], B[m,n]) -> [m,n]  entrywise commutative numpy hypot\n"
        "let A[m,n], B[m,n]\n"
        "length: d(length(A, B)) = A ./ length(A, B) .* d(A) + B ./ length(A, B) .* d(B)   if nonzero(A)\n"
        "length-zero: length(A, zeros(m, n)) -> abs(A)\n"
    )
    where = "x: vector(n), y: vector(n), z: vector(n)"
    assert str(matcalc.diff("z'*(length(x, y) - length(y, x))", "z", where=where, rules=book)) == "vector(0, n)'"
    assert str(matcalc.grad("sum(length(0, x))", "x", rules=book)) == "sign(x)"
    d = matcalc.grad("sum(length(x, y))", "x", where=where, rules=book)
    assert str(d) == "x./length(x, y)"
    assert d.check().ok


WRONG = [
    ("flip(A[m,n]) -> [m,n]  linear numpy load", "load is no function of NumPy"),
    ("square(A[m,n]) -> [m,n]  linear numpy prod", "this does not hold"),
    ("last(A[m,n], B[m,n]) -> [m,n]  commutative entrywise numpy copysign", "this does not hold"),
    ("flip(A[m,n]) -> [m,n]  lineer", "lineer is no trait"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_wrong_is_refused(text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        matcalc.read_rules(text)


def test_an_operation_without_a_value() -> None:
    book = matcalc.read_rules("turn(A[m,n]) -> [m,n]  linear")
    d = matcalc.grad("sum(turn(X))", "X", rules=book)
    with pytest.raises(matcalc.EvaluationError, match="turn has no value"):
        matcalc.parse("turn(X)", rules=book).evaluate(X=np.eye(2))
    assert d.latex()
