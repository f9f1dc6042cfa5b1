"""The traits of operations: what they state is true, and it is used."""

from __future__ import annotations

import pytest

import matcalc
from matcalc import RuleError
from matcalc.numbers.rulecheck import verify
from matcalc.rulebook.reader import Rule
from matcalc.rulebook.traits import commuted, trait_rules
from matcalc.simplification.normal import Simplifier
from matcalc.simplification.search import shorten
from matcalc.terms.signatures import Operation, operations, read_operation

RULES = trait_rules(operations().values())


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.label)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_trait_holds(rule: Rule) -> None:
    verdict = verify(rule)
    assert verdict.ok and verdict.tried >= 8, str(verdict)


def _of(trait: str) -> list[Operation]:
    return [op for op in operations().values() if getattr(op.traits, trait)]


@pytest.mark.parametrize("op", _of("commutative"), ids=lambda op: op.name)
def test_a_commutative_operation_commutes(op: Operation) -> None:
    assert verify(commuted(op)).ok


SIMPLER = [
    ("sinh(-x)", "-sinh(x)"),
    ("cosh(-2*x)", "cosh(2*x)"),
    ("atan(-x) + atan(x)", "vector(0, n)"),
    ("asin(-2*a*x)", "-asin(2*a*x)"),
    ("norm1(-A)", "||A||_1"),
    ("pinv(-A)", "-pinv(A)"),
    ("max(x, y) - max(y, x)", "vector(0, n)"),
    ("min(A, A)", "A"),
    ("relu(relu(x))", "relu(x)"),
    ("tril(tril(X))", "tril(X)"),
    ("tril(3*X)", "3*tril(X)"),
    ("triu(X) + triu(Y) - triu(X + Y)", "zeros(n, n)"),
    ("x'*(triu(X) + triu(Y) - triu(X + Y))*y", "0"),
    ("diag(diag(x) - X)", "x - diag(X)"),
    ("kron(2*A, 3*B)", "6*kron(A, B)"),
    ("sylvester(X, Y, a*Z)", "a*sylvester(X, Y, Z)"),
    ("dexpm(X, Y - Y)", "zeros(n, n)"),
]
WHERE = (
    "A: matrix(m,n), B: matrix(k,l), X: matrix(n,n), Y: matrix(n,n), Z: matrix(n,n), x: vector(n), y: vector(n), "
    "a: scalar"
)


@pytest.mark.parametrize(("text", "expected"), SIMPLER)
def test_simplification(text: str, expected: str) -> None:
    s = Simplifier()
    assert str(shorten(s.run(matcalc.parse(text, where=WHERE)), s)) == expected


DERIVATIVES = [
    ("sinh(-x)", "x", "x: scalar", "-cosh(x)"),
    ("sin(-x)", "x", "x: scalar", "-cos(x)"),
    ("sum(min(0, x))", "x", "", "step(-x)'"),
    ("sum(max(0, x))", "x", "", "step(x)'"),
]


@pytest.mark.parametrize(("text", "by", "where", "expected"), DERIVATIVES)
def test_derivatives(text: str, by: str, where: str, expected: str) -> None:
    d = matcalc.diff(text, by, where=where)
    assert str(d) == expected
    assert d.check().ok


WRONG = ["f(A[m,n]) -> [m,n]  linaer", "f(A[m,n]) -> [m,n]  directional", "f(A[m,n]) -> [m,n]  jump low"]


@pytest.mark.parametrize("line", WRONG)
def test_what_is_no_trait_is_refused(line: str) -> None:
    with pytest.raises(RuleError):
        read_operation(line)
