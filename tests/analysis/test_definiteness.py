"""Which matrices are definite, with the reason."""

from __future__ import annotations

import pytest

from matcalc.analysis.verdicts import definiteness, refute
from matcalc.language.parse import parse_expression
from matcalc.terms.errors import InternalError
from matcalc.terms.expression import num

N = "n"
ROWS = [  # expression, declarations, verdict
    ("X'*X", None, "positive semidefinite"),
    ("X'*diag(exp(w))*X", None, "positive semidefinite"),
    ("X'*X + l*eye(n)", "X: matrix(m,n), l: positive scalar", "positive definite"),
    ("X'*X + l*eye(n)", "X: matrix(m,n), l: nonnegative scalar", "positive semidefinite"),
    ("-X'*S*X", "S: psd matrix(m,m)", "negative semidefinite"),
    ("X'*S*X", "S: symmetric matrix(m,m), X: matrix(m,n)", "indefinite"),
    ("S", "S: spd matrix(n,n)", "positive definite"),
    ("-inv(S)", "S: spd matrix(n,n)", "negative definite"),
    ("S.*R", "S: spd matrix(n,n), R: spd matrix(n,n)", "positive definite"),
    ("(X'*X).*R", "R: psd matrix(n,n)", "positive semidefinite"),
    ("kron(S, R)", "S: psd matrix(n,n), R: spd matrix(m,m)", "positive semidefinite"),
    ("diag(softmax(x)) - softmax(x)*softmax(x)'", None, "positive semidefinite"),
    ("A'*(diag(softmax(A*x)) - softmax(A*x)*softmax(A*x)')*A", None, "positive semidefinite"),
    ("diag(p) - p*p'", "p: vector(n)", "indefinite"),
    ("diag(p)*sum(p) - p*p'", "p: positive vector(n)", "positive semidefinite"),
    ("eye(n) - x*x'/(1 + x'*x)", "x: vector(n)", "positive definite"),
    ("x'*x*eye(n) - x*x'", "x: vector(n)", "positive semidefinite"),
    ("x'*S*x*S - S*x*x'*S", "S: psd matrix(n,n)", "positive semidefinite"),
    ("x'*x*eye(3) - 2*x*x'", "x: vector(3)", "indefinite"),
    ("x*x' - x'*x*eye(n)", "x: vector(n)", "negative semidefinite"),
    ("S^2", "S: symmetric matrix(n,n)", "positive semidefinite"),
    ("S^(-1) + x*x'", "S: spd matrix(n,n)", "positive definite"),
    ("0*S", "S: spd matrix(n,n)", "zero"),
    ("[2, 1; 1, 2]", None, "positive definite"),
    ("[1, 1; 1, 1]", None, "positive semidefinite"),
    ("[1, 2; 2, 1]", None, "indefinite"),
    ("[2/y, -2*x/y^2; -2*x/y^2, 2*x^2/y^3]", "x: scalar, y: positive scalar", "positive semidefinite"),
    ("exp(x)/(1 + exp(x)) - exp(x)^2/(1 + exp(x))^2", "x: scalar", "positive definite"),
    ("a", "a: scalar", "unknown"),
    ("A + A'", "A: matrix(3,3)", "indefinite"),
]  # fmt: skip


@pytest.mark.parametrize("text, where, want", ROWS, ids=[r[0] for r in ROWS])
def test_verdict(text: str, where: str | None, want: str) -> None:
    found = definiteness(parse_expression(text, where).expr)
    assert found.verdict == want
    assert found.reason, "a verdict says why"


def test_what_is_given_is_used_and_told() -> None:
    h = parse_expression("diag(vector(1)./x)", "x: vector(n)").expr
    x = parse_expression("x", "x: vector(n)").expr
    assert definiteness(h).verdict == "indefinite"
    found = definiteness(h, known=[("positive", (x,))])
    assert found.verdict == "positive definite"
    assert found.reason[-1] == "vector(1)./x > 0, since x > 0"


def test_numbers_refute_a_wrong_proof() -> None:
    with pytest.raises(InternalError, match="eigenvalue of the other sign"):
        refute("positive semidefinite", [-1.0], [2.0], num(1))
