"""A derivative as people state it: its differential, between stacked columns, entry by entry."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.terms.errors import MatcalcError

# expression, variable, declarations, differential, stacked columns, entries, in Unicode
ROWS = [
    ("A*X*B", "X", None, "dY = A dX B", "∂vec(Y)/∂vec(X)ᵀ = Bᵀ ⊗ A", "∂Y_ij/∂X_pq = A_ip B_qj"),
    ("A*X*B", "X", "A: matrix(3,4), X: matrix(4,5), B: matrix(5,2)",
     "dY = A dX B", "∂vec(Y)/∂vec(X)ᵀ = Bᵀ ⊗ A", "∂Y_ij/∂X_kl = A_ik B_lj"),
    ("inv(A + u*v')", "A", None, "dY = −(A + uvᵀ)⁻¹ dA (A + uvᵀ)⁻¹",
     "∂vec(Y)/∂vec(A)ᵀ = −(A + uvᵀ)⁻ᵀ ⊗ (A + uvᵀ)⁻¹",
     "∂Y_ij/∂A_kl = −((A + uvᵀ)⁻¹)_ik ((A + uvᵀ)⁻¹)_lj"),
    # k is an exponent: no index has its name, and none counts twice
    ("A^k", "A", "k: scalar", "dY = ∑_{i=0}^{k − 1} A^i dA A^(k − i − 1)",
     "∂vec(Y)/∂vec(A)ᵀ = ∑_{i=0}^{k − 1} (A^(k − i − 1))ᵀ ⊗ A^i",
     "∂Y_ij/∂A_pq = ∑_{r=0}^{k − 1} (A^r)_ip (A^(k − r − 1))_qj"),
    ("X'*X", "X", None, "dY = Xᵀ dX + (dX)ᵀX", "∂vec(Y)/∂vec(X)ᵀ = I_n ⊗ Xᵀ + (Xᵀ ⊗ I_n) commutation(I_m, I_n)",
     "∂Y_ij/∂X_kl = δ_jl X_ki + δ_il X_kj"),
    ("X*mean(X)", "X", None, "dY = (sum(X) dX + sum(dX)X)/(mn)",
     "∂vec(Y)/∂vec(X)ᵀ = (sum(X)I + vec(X)𝟏ᵀ)/(mn)",
     "∂Y_ij/∂X_kl = sum(X)δ_ik δ_jl/(mn) + X_ij/(mn)"),
    ("X", "X", "X: matrix(k,l)", "dY = dX", "∂vec(Y)/∂vec(X)ᵀ = I_kl", "∂Y_ij/∂X_pq = δ_ip δ_jq"),
    ("Y*X", "X", None, "dZ = Y dX", "∂vec(Z)/∂vec(X)ᵀ = I_k ⊗ Y", "∂Z_ij/∂X_pq = δ_jq Y_ip"),
    ("A*x", "x", None, "dy = A dx", "∂y/∂xᵀ = A", "∂y_i/∂x_k = A_ik"),
    ("A*x", "A", None, "dy = dA x", "∂y/∂vec(A)ᵀ = xᵀ ⊗ I_m", "∂y_i/∂A_kl = δ_ik x_l"),
    ("||A*x - b||^2", "x", "b: vector(m)", "dy = 2(Ax − b)ᵀA dx", "∂y/∂xᵀ = 2(Ax − b)ᵀA",
     "∂y/∂x_k = 2(Aᵀ(Ax − b))_k"),
    ("tr(A*X)", "X", None, "dy = tr(A dX)", "∂y/∂vec(X)ᵀ = vec(Aᵀ)ᵀ", "∂y/∂X_kl = A_lk"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[2] or ''}" for row in ROWS])
def test_forms(row: tuple[str, ...]) -> None:
    text, by, where, *wanted = row
    d = matcalc.diff(text, by, where=where)
    kinds = ("differential", "vec", "entries")
    for kind, want in zip(kinds, wanted, strict=True):
        assert d.form(kind).unicode() == want
    lines = [" ".join(line.split()) for line in d.form().unicode().splitlines()]
    assert lines == [" ".join(want.split()) for want in wanted]
    assert matcalc.parse(str(d), where=", ".join(f"{n}: {t}" for n, t in d.types.items())) is d.expr


def test_in_latex_and_in_plain_text() -> None:
    d = matcalc.diff("A*X*B", "X", "denominator")
    assert str(d.form("entries")) == "∂Y[i,j]/∂X[p,q] = A[i,p]*B[q,j]"
    assert str(d.form("differential")) == "d(Y) = A*d(X)*B"
    assert d.form("entries").latex() == r"\frac{\partial Y_{ij}}{\partial X_{pq}} = \mathbf{A}_{ip} \mathbf{B}_{qj}"
    assert d.form("vec").latex().startswith(
        r"\frac{\partial \operatorname{vec}(\mathbf{Y})^\top}{\partial \operatorname{vec}(\mathbf{X})} = "
    )
    shown = d.form().latex()
    assert shown.startswith(r"\begin{aligned} \mathrm{d}\mathbf{Y} &= ") and shown.count("&=") == 3
    assert d.form()._repr_latex_() == f"$\\displaystyle {shown}$"


def test_a_hessian_is_that_of_the_gradient() -> None:
    d = matcalc.hessian("vec(X)'*kron(B,A)*vec(X)", "X")
    assert [" ".join(line.split()) for line in d.form().unicode().splitlines()] == [
        "d(∇f) = A dX Bᵀ + Aᵀ dX B", "∂vec(∇f)/∂vec(X)ᵀ = B ⊗ A + (B ⊗ A)ᵀ", "∂(∇f)_ij/∂X_kl = A_ik B_jl + A_ki B_lj",
    ]  # fmt: skip
    assert str(matcalc.grad("vec(X)'*kron(B,A)*vec(X)", "X")) == "A'*X*B + A*X*B'"


def test_what_has_no_form() -> None:
    with pytest.raises(MatcalcError, match="the form is one of differential, vec, entries or all, not 'index'"):
        matcalc.diff("A*x", "x").form("index")
    with pytest.raises(MatcalcError, match="written in latex, text or unicode, not in typst"):
        matcalc.diff("A*x", "x").form().text("typst")
    with pytest.raises(MatcalcError, match="before vec or hvp"):
        matcalc.diff("A*X*B", "X").vec().form()
    with pytest.raises(MatcalcError, match="free entries only"):
        matcalc.diff("tr(A*S)", "S", where="S: symmetric matrix(n,n)", structure="entries").form("vec")


INDICES = [
    ("kron(A, B)", "A", "[B_jq δ_pr δ_is]_(ij)(pq)rs"),
    ("inv(A + u*v')", "A", "−[((A + uvᵀ)⁻¹)_il ((A + uvᵀ)⁻¹)_kj]_ijkl"),
    ("A^k", "A", "∑_{i=0}^{k − 1} [(A^i)_jp (A^(k − i − 1))_ml]_jlmp"),
    ("exp(A)", "A", "[exp(A)_ij δ_jk δ_il]_ijkl"),
]


@pytest.mark.parametrize(("text", "by", "want"), INDICES, ids=[row[0] for row in INDICES])
def test_indices_stand_for_axes_and_clash_with_nothing(text: str, by: str, want: str) -> None:
    d = matcalc.diff(text, by, where="k: scalar" if "k" in text and "kron" not in text else None)
    assert d.unicode() == want
    for shown in (d.latex(), d.typst(), d.mathml(), d.unicode(), d.vec().latex(), d.vec().unicode()):
        assert "einsum" not in shown
    assert matcalc.parse(str(d), where=", ".join(f"{n}: {t}" for n, t in d.types.items())) is d.expr


def test_a_variable_called_delta_is_told_from_kroneckers() -> None:
    d = matcalc.diff("delta*X", "X", where="delta: scalar, X: matrix(m,n)")
    assert d.unicode() == "δ·[(I_n)_jk (I_m)_il]_ijkl"


def test_steps_and_notebooks_show_all_forms() -> None:
    d = matcalc.diff("A*X*B", "X")
    forms = d.form().unicode()
    assert d.steps().unicode().endswith(forms) and d.steps(style="chain").unicode().endswith(forms)
    assert d.steps().latex().count("&=") == 4 + 3
    assert d._repr_mimebundle_()["text/plain"].startswith(forms)
    assert r"\otimes" in d._repr_mimebundle_()["text/latex"]
