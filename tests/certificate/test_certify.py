"""What a certificate says, for each kind of expression."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.certificate.certify import certify
from matcalc.certificate.claims import Claim
from matcalc.front.cli import main

EXACT, POINTS = "equal with probability above 1 − 2⁻⁴⁰", "checked at 3 random points"
CASES = [
    ("||Xw - y||^2", "w", "", EXACT),
    ("X*A*X", "X", "", EXACT),
    ("norm(x)", "x", "", EXACT),
    ("sum(sin(A*x).^2 + cos(A*x).^2)", "x", "", EXACT),
    ("log(det(X))", "X", "", EXACT),
    ("inv(Q)*x", "x", "Q: orthogonal matrix(n,n)", EXACT),
    ("x'*inv(S)*x", "S", "S: spd matrix(n,n)", EXACT),
    ("sum(log(x)) + sum(sqrt(x))", "x", "x: positive vector(n)", EXACT),
    ("u(A*x)'*y", "x", "u: vector(m) -> vector(m), A: matrix(m,n), x: vector(n), y: vector(m)", EXACT),
    ("kron(A, X)", "X", "", EXACT),
    ("x^1000000000000*exp(x)", "x", "x: scalar", POINTS),  # so high a degree that one point proves less
    ("sum(relu(W*x))", "x", "", POINTS),
    ("max(x, y)'*y", "x", "", POINTS),
    ("A^k", "A", "A: matrix(n,n), k: scalar", POINTS),
    ("x^r", "x", "x: positive scalar, r: scalar", POINTS),
    ("sum(s.^amin(x*v))", "x", "s: positive vector(n), x: vector(n), v: scalar", POINTS),
    ("expm(X)", "X", "", POINTS),
    ("logm(S)", "S", "S: spd matrix(n,n)", POINTS),
    ("norm2(X) + normnuc(X)", "X", "X: matrix(n,n)", POINTS),
    ("sum(gamma(x) + digamma(x) + erfi(x))", "x", "x: positive vector(n)", EXACT),
    ("sum(cbrt(x))", "x", "", EXACT),
    ("acos(abs(A*B*x))", "x", "A: matrix(m,n), B: matrix(n,n)", POINTS),
    ("x[17]^2", "x", "", EXACT),
    ("x'*x", "x", "x: vector(100000)", "not checked: there is no check of the size 100000"),
]


@pytest.mark.parametrize("text, by, where, says", CASES)
def test_statements(text: str, by: str, where: str, says: str) -> None:
    assert str(matcalc.diff(text, by, where=where).certificate) == says
    assert str(matcalc.diff(text, by, where=where, layout="denominator").certificate) == says


@pytest.mark.parametrize("text, by, where", [
    ("tr(S*A*S)", "S", "S: symmetric matrix(n,n), A: matrix(n,n)"),
    ("A*K*x", "K", "K: skew matrix(n,n), A: matrix(m,n)"),
    ("x'*D*x", "D", "D: diagonal matrix(n,n)"), ("||L*x||^2", "L", "L: lower matrix(n,n)"),
    ("tr(U*A)", "U", "U: upper matrix(n,n), A: matrix(n,n)"), ("logdet(P)", "P", "P: spd matrix(n,n)"),
])  # fmt: skip
def test_structures(text: str, by: str, where: str) -> None:
    for structure in ("free", "entries", "tangent"):
        assert str(matcalc.diff(text, by, where=where, structure=structure).certificate) == EXACT


def test_other_forms() -> None:
    assert str(matcalc.diff("diag(sign(x))", "x").index()) == "∂Y[i,j]/∂x[k] = 0"
    d = matcalc.diff("X*A*X", "X")
    assert str(d.vec().certificate) == EXACT
    assert str(matcalc.hessian("logsumexp(A*x)", "x").certificate) == EXACT
    assert str(matcalc.grad("logsumexp(A*x)", "x").hvp("v").certificate) == EXACT
    assert str(matcalc.diff(d, "A").certificate) == EXACT
    assert str(matcalc.diff("x*y^2", "x,y").certificate) == EXACT
    assert str(matcalc.diff("[x*y; x]", ["x", "y"], layout="denominator").certificate) == EXACT


def test_functions_of_users() -> None:
    known = matcalc.read_rules("let A[m,n]\ncubed: d(cubed(A)) = 3*A.^2 .* d(A)\ncubed(A) := A.^3")
    assert str(matcalc.diff("sum(cubed(x))", "x", where="x: vector(n)", rules=known).certificate) == EXACT


def test_the_command_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "||Xw - y||^2", "w", "--check"]) == 0
    assert f"certificate: {EXACT}" in capsys.readouterr().err.splitlines()


def test_a_certificate_needs_no_numpy() -> None:
    import subprocess
    import sys

    code = "import matcalc, sys; print(matcalc.diff('||x||^2', 'x').certificate.kind, 'numpy' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "exact False"


def test_a_divisor_that_stands_twice_is_not_lost() -> None:
    text = "S.*step(x*S)./(abs(x*S) + Y) - S.*relu(x*S).*sign(x*S)./(abs(x*S) + Y).^2"
    where = "x: scalar, S: positive matrix(n,m), Y: positive matrix(n,m)"
    assert matcalc.differential(text, "S", where=where).free == {"x", "S", "Y"}


def test_terms_that_cancel_to_rounding_decide_nothing() -> None:
    # a row of step(C) with one entry 1 makes the second derivative 0: what is left of it is rounding
    where = "a: positive scalar, C: matrix(n,k), u: positive vector(k), z: positive vector(k)"
    d = matcalc.grad("||step(C)*sqrt(a*u + z)||^2", "a", where=where)
    assert str(matcalc.diff(matcalc.diff(d, "a"), "a").certificate) == POINTS
    with pytest.raises(matcalc.InternalError):
        certify(Claim(d.expr, (d.variable,), 2 * matcalc.diff(d, "a").expr), None)


def test_points_of_numbers_near_zero_decide_nothing() -> None:
    """z^2 to the power 1/a^2 is 0 in floating-point numbers where a is small, and its derivative is not."""
    where = (
        "z: vector(1), a: positive scalar, s: vector(1), Z: positive matrix(1,1), D: invertible matrix(1,1), "
        "y: vector(1), C: spd matrix(1,1), g: positive scalar"
    )
    d = matcalc.diff("max(((z*s').^2 + Z).^(a^(-2)), inv(D*(C + z*y'*(z*y')')) + C/g)", "z", where=where)
    assert d.certificate
    assert d.check().ok
