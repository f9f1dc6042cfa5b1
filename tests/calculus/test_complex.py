"""Derivatives by complex variables, with their sources, in both layouts, against differences."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.terms.errors import MatcalcError

# COOKBOOK: The Matrix Cookbook, 2012, section 4; HG: Hjørungnes and Gesbert, Complex-valued matrix differentiation,
# IEEE Transactions on Signal Processing 55(6), 2007; BRANDWOOD: A complex gradient operator and its application in
# adaptive array theory, IEE Proceedings F 130(1), 1983; KREUTZ-DELGADO: The complex gradient operator and the
# CR-calculus, 2009
Z = "z: complex vector(n), a: complex vector(n), A: complex matrix(n,n), R: hermitian matrix(n), B: hpd matrix(n)"
M = "Z: complex matrix(m,n), A: complex matrix(n,m), B: complex matrix(n,n), C: complex matrix(m,m)"
S = "Z: complex matrix(n,n), A: complex matrix(n,n)"
C = "H: complex matrix(m,n), z: complex vector(n), y: complex vector(m), Q: hermitian matrix(n), x: vector(n)"
s = "s: complex scalar, c: complex scalar"

# expression, declarations, variable, in denominator layout, source
TABLE = [
    ("a^H*z", Z, "z", "conj(a)", "BRANDWOOD"),
    ("a^H*z", Z, "conj(z)", "vector(0, n)", "BRANDWOOD"),
    ("z^H*a", Z, "z", "vector(0, n)", "BRANDWOOD"),
    ("z^H*a", Z, "conj(z)", "a", "BRANDWOOD"),
    ("z^H*R*z", Z, "conj(z)", "R*z", "BRANDWOOD"),
    ("z^H*A*z", Z, "z", "A'*conj(z)", "COOKBOOK 4.2"),
    ("z^H*A*z", Z, "conj(z)", "A*z", "COOKBOOK 4.2"),
    ("z'*A*z", Z, "z", "(A + A')*z", "HG"),
    ("z'*A*z", Z, "conj(z)", "vector(0, n)", "HG"),
    ("|a^H*z|^2", Z, "conj(z)", "a^H*z*a", "beamforming"),
    ("norm(z)", Z, "conj(z)", "z/||z||/2", "KREUTZ-DELGADO"),
    ("(z^H*R*z)/(z^H*B*z)", Z, "conj(z)", "(R - z^H*R*z*B/(z^H*B*z))*z/(z^H*B*z)", "Rayleigh quotient"),
    ("||H*z - y||^2", C, "z", "H'*conj(H*z - y)", "least squares"),
    ("||H*z - y||^2", C, "conj(z)", "H^H*(H*z - y)", "least squares"),
    ("real(y^H*H*z)", C, "z", "H'*conj(y)/2", "KREUTZ-DELGADO"),
    ("logdet(eye(m) + H*Q*H^H)", C, "conj(H)", "inv(eye(m) + H*Q*H^H)*H*Q", "MIMO capacity"),
    ("logdet(eye(m) + H*Q*H^H)", C, "Q", "H'*inv(eye(m) + H*Q*H^H)'*conj(H)", "MIMO capacity"),
    ("tr(Z)", S, "Z", "eye(n)", "COOKBOOK 4.1"),
    ("tr(Z)", S, "conj(Z)", "zeros(n, n)", "COOKBOOK 4.1"),
    ("tr(Z^H)", S, "conj(Z)", "eye(n)", "COOKBOOK 4.1"),
    ("tr(A*Z)", M, "Z", "A'", "COOKBOOK 4.1"),
    ("tr(A*conj(Z'))", "Z: complex matrix(m,n), A: complex matrix(m,n)", "conj(Z)", "A", "COOKBOOK 4.1"),
    ("tr(Z*Z^H)", M, "Z", "conj(Z)", "COOKBOOK 4.1"),
    ("tr(Z*Z^H)", M, "conj(Z)", "Z", "COOKBOOK 4.1"),
    ("tr(A*inv(Z))", S, "Z", "-(inv(Z)*A*inv(Z))'", "HG"),
    ("tr(Z*B*Z^H*C)", M, "conj(Z)", "C*Z*B", "HG"),
    ("tr(Z*B*Z^H*C)", M, "Z", "C'*conj(Z)*B'", "HG"),
    ("tr(Z^3)", S, "Z", "3*(Z^2)'", "HG"),
    ("tr(expm(Z))", S, "Z", "expm(Z)'", "HG"),
    ("det(Z)", S, "Z", "adj(Z)'", "HG"),
    ("det(Z^H)", S, "conj(Z)", "adj(Z)^H", "HG"),
    ("abs(det(Z))^2", S, "conj(Z)", "det(Z)*adj(Z)^H", "HG"),
    ("abs(s)^2", s, "s", "conj(s)", "KREUTZ-DELGADO"),
    ("abs(s)", s, "conj(s)", "s/abs(s)/2", "KREUTZ-DELGADO"),
    ("abs(s - c)^4", s, "conj(s)", "2*conj(s - c)*(s - c)^2", "phase retrieval"),
    ("real(s)", s, "s", "1/2", "BRANDWOOD"),
    ("imag(s)", s, "s", "-1i/2", "BRANDWOOD"),
    ("angle(s)", s, "s", "-1i/s/2", "KREUTZ-DELGADO"),
    ("exp(s*conj(c))", s, "s", "conj(c)*exp(s*conj(c))", "holomorphic"),
]


@pytest.mark.parametrize(("text", "where", "wrt", "want", "source"), TABLE, ids=[f"{r[0]} by {r[2]}" for r in TABLE])
def test_in_denominator_layout(text: str, where: str, wrt: str, want: str, source: str) -> None:
    d = matcalc.diff(text, wrt, "denominator", where=where)
    assert str(d) == want
    assert d.certificate
    assert d.check(trials=2).ok
    assert matcalc.parse(str(d), where=where) is d.expr


@pytest.mark.parametrize(("text", "where", "wrt", "want", "source"), TABLE, ids=[f"{r[0]} by {r[2]}" for r in TABLE])
def test_in_numerator_layout(text: str, where: str, wrt: str, want: str, source: str) -> None:
    d = matcalc.diff(text, wrt, where=where)
    assert d.certificate and d.check(trials=2).ok
    assert matcalc.parse(str(d), where=where) is d.expr


GRADIENTS = [
    ("||H*z - y||^2", C, "z", "2*H^H*(H*z - y)"),
    ("||H*x - y||^2", C, "x", "H^H*(H*x - y) + H'*conj(H*x - y)"),
    ("z^H*R*z", Z, "z", "2*R*z"),
    ("log(z^H*B*z)", Z, "z", "2*B*z/(z^H*B*z)"),
    ("sum(abs(z))", Z, "z", "z./abs(z)"),
    ("||z||", Z, "z", "z/||z||"),
    ("real(a^H*z)", Z, "z", "a"),
    ("imag(a^H*z)", Z, "z", "1i*a"),
    ("logdet(eye(m) + H*Q*H^H)", C, "H", "2*inv(eye(m) + H*Q*H^H)*H*Q"),
    ("logdet(eye(m) + H*Q*H^H)", C, "Q", "H^H*inv(eye(m) + H*Q*H^H)*H"),
    ("z^H*R*z", Z, "R", "z*z^H"),
    ("tr(R*R^H) + real(tr(A*R))", Z, "R", "(A + A^H + 4*R)/2"),
    ("logdet(B) - tr(B)", Z, "B", "inv(B) - eye(n)"),
]


@pytest.mark.parametrize(("text", "where", "wrt", "want"), GRADIENTS)
def test_gradients_of_what_is_real(text: str, where: str, wrt: str, want: str) -> None:
    d = matcalc.grad(text, wrt, where=where)
    assert str(d) == want
    assert d.check(trials=2).ok
    said = {"x": "", "Q": "tr(G*dQ)", "R": "tr(G*dR)", "B": "tr(G*dB)"}.get(wrt, "steepest ascent")
    assert any(said in r for r in d.remarks) if said else not d.remarks


REFUSED = [
    ("max(z, a)", Z, "z", "no order"),
    ("sum(relu(z))", Z, "z", "no Wirtinger derivative"),
    ("norm2(A)", Z, "A", "norm2 of what is complex"),
    ("pinv(A)", Z, "A", "pseudo-inverse"),
    ("logm(A)", Z, "A", "logm of what is complex"),
    ("<a, z>", Z, "z", "a^H*z or z^H*a"),
    ("dot(a, z)", Z, "z", "a^H*z or z^H*a"),
    ("x'*x", "x: vector(n)", "conj(x)", "declare x complex"),
    ("z^H*z", "z: spd complex matrix(n,n)", "z", "hpd"),
    ("z'*z", "z: complex positive vector(n)", "z", "positive is for what is real"),
    ("sum_i z_i^2", "z: complex vector(n)", "z", "products of arrays"),
    ("sqrt(z)", "z: hermitian vector(n)", "z", "only a square matrix"),
]


@pytest.mark.parametrize(("text", "where", "wrt", "said"), REFUSED)
def test_refused_by_name(text: str, where: str, wrt: str, said: str) -> None:
    with pytest.raises(MatcalcError) as error:
        matcalc.diff(text, wrt, where=where)
    assert said in str(error.value)


def test_what_is_for_real_variables_only() -> None:
    d = matcalc.diff("||H*z - y||^2", "z", where=C)
    for ask in (d.steps, d.vec, d.hvp, d.modes, d.cases, d.graph, d.index, d.form, d.differential, d.to_sympy):
        with pytest.raises(MatcalcError):
            ask()
    for door in (matcalc.hessian, matcalc.differential):
        with pytest.raises(MatcalcError):
            door("z^H*z", "z", where=Z)
    with pytest.raises(MatcalcError):
        matcalc.diff("tr(Q)", "Q", where="Q: hermitian matrix(n)", structure="entries")


def test_only_what_is_real_has_a_gradient() -> None:
    for text in ("z^H*A*z", "a^H*z", "exp(z'*z)"):
        with pytest.raises(MatcalcError, match="only what is real has a gradient"):
            matcalc.grad(text, "z", where=Z)


def test_what_is_tied_is_named() -> None:
    with pytest.raises(MatcalcError, match="the unitary U are tied"):
        matcalc.grad("real(tr(A*U))", "U", where="U: unitary matrix(n), A: complex matrix(n,n)")
    with pytest.raises(MatcalcError, match="only what is real"):
        matcalc.grad("tr(A*R)", "R", where=Z)
    assert str(matcalc.grad("tr(Q)", "Q", where="Q: complex hermitian matrix(n)")) == "eye(n)"


def test_a_transpose_is_no_adjoint() -> None:
    d = matcalc.diff("z'*A*z", "z", where=Z)
    assert any("without conjugation" in r for r in d.remarks)
    assert not any("without conjugation" in r for r in matcalc.diff("z^H*A*z", "z", where=Z).remarks)


def test_what_does_not_depend_on_the_conjugate_says_so() -> None:
    assert any("holomorphic" in r for r in matcalc.diff("a^H*z", "conj(z)", where=Z).remarks)


def test_real_rules_are_not_used_for_what_is_complex() -> None:
    assert str(matcalc.diff("sqrt(z'*z)", "z", where=Z)) == "z'/sqrt(z'*z)"  # no norm
    assert str(matcalc.diff("log(exp(s))*s", "s", where=s)) == "s + log(exp(s))"
    assert str(matcalc.diff("sqrt(s^2)", "s", where=s)) == "s/sqrt(s^2)"  # no absolute value


def test_rules_of_the_user_are_not_used_for_what_is_complex() -> None:
    book = matcalc.read_rules("let A[m,n]\nmine: log(exp(A)) -> A")
    assert str(matcalc.diff("log(exp(s))*s", "s", where=s, rules=book)) == "s + log(exp(s))"


def test_expressions_built_in_python() -> None:
    z, A = matcalc.vector("z", "n", "complex"), matcalc.matrix("A", "n", "n", "hermitian")
    np = pytest.importorskip("numpy")
    for e in (z.H @ A @ z, z.conj().T @ A @ z, np.conj(z) @ A @ z, np.vdot(z, A @ z), np.conjugate(z) @ (A @ z)):
        assert str(matcalc.diff(e, z)) == "z^H*A"
        assert str(matcalc.grad(e, z)) == "2*A*z"
    assert str(matcalc.grad((abs(z) ** 2).sum(), z)) == "2*z"
    assert str(matcalc.grad(np.real(np.vdot(A @ z, z)), z)) == "2*A*z"
    assert str(matcalc.diff(z.T @ A @ z, "conj(z)")) == "vector(0, n)'"
    x = matcalc.vector("x", "n")
    assert x.H is x.T and np.conj(x) is x and np.real(x) is x
    with pytest.raises(MatcalcError):
        np.linalg.slogdet(A)


def test_a_review_is_refused() -> None:
    with pytest.raises(MatcalcError, match="a review is not known"):
        matcalc.review("z^H*z", "z", "2*z", where="z: complex vector(n)")
