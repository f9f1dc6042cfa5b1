"""Adjoints and conjugates in every notation."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.printing.mathml import mathml
from matcalc.printing.typst import typst

W = "z: complex vector(n), A: complex matrix(n,n), z_1: complex vector(n)"

TABLE = [
    ("z^H*A*z", r"\mathbf{z}^{\mathsf{H}} \mathbf{A} \mathbf{z}", "zᴴAz", "bold(z)^(sans(H)) bold(A) bold(z)"),
    ("conj(z)", r"\overline{\mathbf{z}}", "z̄", "overline(bold(z))"),
    ("conj(A*z)", r"\overline{\mathbf{A} \mathbf{z}}", "conj(Az)", "overline(bold(A) bold(z))"),
    ("(A*z)^H", r"\left(\mathbf{A} \mathbf{z}\right)^{\mathsf{H}}", "(Az)ᴴ", "(bold(A) bold(z))^(sans(H))"),
    ("1i*z", r"\mathrm{i} \, \mathbf{z}", "1i·z", "upright(i) bold(z)"),
    ("conj(z_1)", r"\overline{\mathbf{z}_{1}}", "conj(z₁)", "overline(bold(z)_1)"),
]


@pytest.mark.parametrize(("text", "latex", "unicode", "in_typst"), TABLE)
def test_notations(text: str, latex: str, unicode: str, in_typst: str) -> None:
    e = matcalc.parse(text, where=W)
    assert (e.latex(), e.unicode(), typst(e)) == (latex, unicode, in_typst)


def test_mathml() -> None:
    shown = mathml(matcalc.parse("z^H*conj(z)", where=W))
    assert '<mi mathvariant="sans-serif">H</mi>' in shown and '<mover accent="true">' in shown
