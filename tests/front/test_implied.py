"""What is assumed is only what the declarations do not imply."""

from __future__ import annotations

import pytest

import matcalc

# expression, variable, declarations
IMPLIED = [
    ("logdet(A + x*x')", "x", "A: spd matrix(n,n), x: vector(n)"),
    ("logdet(A + W*W')", "W", "A: spd matrix(n,n), W: matrix(n,k)"),
    ("logdet(A + W'*W)", "W", "A: spd matrix(n,n), W: matrix(k,n)"),
    ("tr(inv(W*W' + s*eye(n)))", "W", "W: matrix(n,k), s: positive scalar"),
    ("logdet(W*W' + diag(d))", "d", "W: matrix(n,k), d: positive vector(n)"),
    ("tr(inv(A.*B))", "A", "A: spd matrix(n,n), B: spd matrix(n,n)"),
    ("log(1 + ((x - u)/s)^2)", "u", "x: scalar, u: scalar, s: scalar"),
    ("sqrt(x^2 + y^2)", "x", "x: positive scalar, y: scalar"),
    ("sqrt(x^4 + 1)", "x", "x: scalar"),
    ("tr(inv(B'*A*B))", "A", "A: spd matrix(n,n), B: invertible matrix(n,n)"),
]


@pytest.mark.parametrize("text, wrt, where", IMPLIED, ids=[row[0] for row in IMPLIED])
def test_no_assumption(text: str, wrt: str, where: str) -> None:
    d = matcalc.grad(text, wrt, where=where)
    assert not d.assumptions
    assert d.check().ok


def test_a_sum_of_squares_may_be_zero() -> None:
    d = matcalc.grad("sqrt(x^2 + y^2)", "x", where="x: scalar, y: scalar")
    assert d.assumptions == ["positive(x^2 + y^2)"]


def test_an_assumption_that_nothing_implies() -> None:
    d = matcalc.grad("logdet(A + x*x')", "x", where="A: symmetric matrix(n,n), x: vector(n)")
    assert [str(a) for a in d.assumptions] == ["invertible(A + x*x')"]


def test_the_distance_of_covariances() -> None:
    """tr (A^(1/2) B A^(1/2))^(1/2), as in the Bures-Wasserstein distance."""
    d = matcalc.grad("tr(sqrtm(sqrtm(A)*B*sqrtm(A)))", "B", where="A: spd matrix(n,n), B: spd matrix(n,n)")
    assert str(d) == "sqrtm(A)*inv(sqrtm(sqrtm(A)*B*sqrtm(A)))*sqrtm(A)/2"
    assert d.check().ok
