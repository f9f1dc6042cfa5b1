"""Texts about complex variables: adjoints, conjugates, parts, and what is asked back."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.terms.errors import MatcalcError

W = "z: complex vector(n), a: complex vector(n), A: complex matrix(n,n), H: complex matrix(m,n), s: complex scalar"

READ = [
    ("z^H*A*z", "z^H*A*z"), ("z^HAz", "z^H*A*z"), ("z^{H} A z", "z^H*A*z"), ("zᴴAz", "z^H*A*z"), ("z†Az", "z^H*A*z"),
    ("z.H @ A @ z", "z^H*A*z"), ("z.conj().T @ A @ z", "z^H*A*z"), ("conj(z)'*A*z", "z^H*A*z"),
    ("np.conj(z) @ A @ z", "z^H*A*z"), ("np.vdot(z, A @ z)", "z^H*A*z"), ("z̄'Az", "z^H*A*z"),
    (r"\mathbf{z}^H A z", "z^H*A*z"), (r"z^{\mathsf H} A z", "z^H*A*z"), (r"z^{\mathrm{H}} A z", "z^H*A*z"),
    (r"z^\dagger A z", "z^H*A*z"), (r"\bar z^T A z", "z^H*A*z"), (r"\overline{z}^\top A z", "z^H*A*z"),
    (r"\bar{\mathbf{z}}^T A z", "z^H*A*z"), (r"{z^*}^T A z", "z^H*A*z"),
    ("H^H*H", "H^H*H"), ("z'*A*z", "z'*A*z"), ("z^T*A*z", "z'*A*z"), ("A^*", "conj(A)"), ("A^{*}", "conj(A)"),
    (r"A^\ast", "conj(A)"), (r"\overline{H z}", "conj(H*z)"), ("conj(conj(z))", "z"), ("conj(z')", "z^H"),
    ("real(s)", "real(s)"), ("Re(s)", "real(s)"), (r"\Re(s)", "real(s)"), (r"\operatorname{Re}(s)", "real(s)"),
    ("imag(s)", "imag(s)"), (r"\Im\left(s\right)", "imag(s)"), ("angle(s)", "angle(s)"), ("|s|", "abs(s)"),
    ("1i*s", "1i*s"), ("2j*s", "2*1i*s"), (r"\mathrm{i} s", "1i*s"), ("A^-H", "inv(A)^H"), ("(A^H)^-1", "inv(A^H)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "want"), READ)
def test_what_is_read(text: str, want: str) -> None:
    e = matcalc.parse(text, where=W)
    assert str(e) == want
    assert matcalc.parse(want, where=W) is e


@pytest.mark.parametrize("text", ["z^H*A*z", "conj(H*z)", "inv(A^H + A)^H", "s + conj(s)", "1i*s*conj(z)", "real(s)"])
def test_other_notations_are_read_back(text: str) -> None:
    e = matcalc.parse(text, where=W)
    for shown in (e.latex(), e.unicode()):
        assert matcalc.parse(shown, where=W) is e, shown


def test_conjugates_of_what_is_real_are_left_out() -> None:
    where = "x: vector(n), z: complex vector(n)"
    assert str(matcalc.parse("conj(x)'*z + real(x)'*z + x^H*z", where=where)) == "x'*z + x'*z + x'*z"


REMARKS = [
    ("z'*A*z", "' is the transpose, without conjugation"),
    ("A^*", "^* is the conjugate, without transposition"),
    ("z^H*y", "y: read as real, since not declared complex"),
    ("np.vdot(z, a)", "the conjugate of its first factor"),
]


@pytest.mark.parametrize(("text", "said"), REMARKS)
def test_choices_are_told(text: str, said: str) -> None:
    assert any(said in r.text for r in matcalc.reading(text, where=W).remarks)


ASKED = [
    ("<a, z>", "a^H*z or z^H*a"), ("a · z", "a^H*z or z^H*a"), ("||z||_A", "sqrt(z^H*W*z)"),
    ("cumsum(z)", "read for real arrays only"), ("z.std()", "std"), (r"\sum_i z_i^2", "write products of arrays"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), ASKED)
def test_what_is_asked_back(text: str, said: str) -> None:
    with pytest.raises(MatcalcError) as error:
        matcalc.parse(text, where=W)
    assert said in str(error.value)


def test_a_scalar_called_h_is_asked_about() -> None:
    with pytest.raises(MatcalcError, match="the adjoint or a power of the scalar H"):
        matcalc.parse("z^H*z", where="z: complex vector(n), H: scalar")


def test_a_text_declares_complex_names_itself() -> None:
    sets = r"\mathbf{z} \in \mathbb{C}^n, \mathbf{H} \in \mathbb{C}^{m \times n}"
    d = matcalc.diff(rf"\|\mathbf{{H}}\mathbf{{z}}\|^2, \quad {sets}", "z")
    assert str(d) == "z^H*H^H*H" and str(d.types["H"]) == "complex matrix(m, n)"


@pytest.mark.parametrize("wrt", ["conj(z)", "z̄", "z^*", r"\bar{z}", r"\bar z", r"\overline{z}", r"\mathbf{z}^*"])
def test_by_the_conjugate(wrt: str) -> None:
    assert str(matcalc.diff("z^H*A*z", wrt, "denominator", where=W)) == "A*z"


def test_without_complex_variables_nothing_changes() -> None:
    with pytest.raises(MatcalcError, match="write "):
        matcalc.parse("x^H*A*x")
    with pytest.raises(MatcalcError, match="unknown function conj"):
        matcalc.parse("conj(x)'*A*x")
    assert str(matcalc.parse(r"x^\dagger A x")) == "x'*A*x"
