"""A derivative entry by entry, in text and LaTeX."""

from __future__ import annotations

import pytest

import matcalc

ROWS = [
    ("A*x", "x", None, "∂y[i]/∂x[k] = A[i,k]", r"\frac{\partial y_{i}}{\partial x_{k}} = \mathbf{A}_{ik}"),
    ("x'*x", "x", None, "∂y/∂x[k] = 2*x[k]", r"\frac{\partial y}{\partial x_{k}} = 2 \mathbf{x}_{k}"),
    ("X", "X", "X: matrix(m,n)", "∂Y[i,j]/∂X[k,l] = δ[i,k]*δ[j,l]",
     r"\frac{\partial Y_{ij}}{\partial X_{kl}} = \delta_{ik} \delta_{jl}"),
    ("a - y", "y", "a: vector(n)", "∂z[i]/∂y[k] = -δ[i,k]", r"\frac{\partial z_{i}}{\partial y_{k}} = -\delta_{ik}"),
]


@pytest.mark.parametrize(("text", "by", "where", "plain", "latex"), ROWS, ids=[r[0] for r in ROWS])
def test_notations(text: str, by: str, where: str | None, plain: str, latex: str) -> None:
    form = matcalc.diff(text, by, where=where).index()
    assert str(form) == repr(form) == plain
    assert form.latex() == latex
    assert form._repr_latex_() == f"$\\displaystyle {latex}$"


def test_a_hessian_is_the_derivative_of_the_gradient() -> None:
    assert str(matcalc.hessian("x'*A*x", "x").index()) == "∂(∇f)[i]/∂x[k] = (A + A')[i,k]"


def test_sums_are_written_before_their_terms() -> None:
    form = matcalc.diff("A'*diag(C*x)*B", "x", where="A: matrix(m,k), C: matrix(m,n), B: matrix(m,l)").index()
    assert str(form) == "∂Y[i,j]/∂x[p] = sum[q] C[q,p]*A[q,i]*B[q,j]"
    assert r"\sum_{q} \mathbf{C}_{qp}" in form.latex()


def test_sums_of_expressions_stand_in_brackets() -> None:
    form = matcalc.diff("(A + B)*x", "x", where="A: matrix(m,n), B: matrix(m,n)").index()
    assert str(form) == "∂y[i]/∂x[k] = (A + B)[i,k]"


def test_what_is_zero_has_no_terms() -> None:
    assert str(matcalc.diff("a", "x", where="a: vector(m), x: vector(n)").index()) == "∂y[i]/∂x[k] = 0"
