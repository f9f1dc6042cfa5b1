"""Functions of which only the shapes are known."""

from __future__ import annotations

import pytest

import matcalc
from matcalc import NoDerivativeError

WHERE = (
    "u: vector(n) -> vector(n), x: vector(n), y: vector(n), B: matrix(n,n), s: scalar, q: scalar -> scalar, "
    "r: vector(n) -> scalar, g: (vector(n), vector(n)) -> scalar, k: vector(n) -> matrix(n,n), h: matrix(n,n) -> scalar"
    ", w: matrix(1,n) -> vector(m)"
)

# text, variable, numerator layout, denominator layout: ∂u/∂x is a matrix in the layout of its formula
TABLE = [
    ("B*u(x)", "x", "B*∂u/∂x", "∂u/∂x*B'"),
    ("u(x)'*u(x)", "x", "2*u(x)'*∂u/∂x", "2*∂u/∂x*u(x)"),
    ("u(x.*y)'*u(x)", "x", "(y.*((∂u(x.*y)/∂(x.*y))'*u(x)))' + u(x.*y)'*∂u/∂x",
     "y.*(∂u(x.*y)/∂(x.*y)*u(x)) + ∂u/∂x*u(x.*y)"),
    ("u(u(x))", "x", "∂u(u(x))/∂(u(x))*∂u/∂x", "∂u/∂x*∂u(u(x))/∂(u(x))"),
    ("r(x)*u(x)", "x", "u(x)*∂r/∂x + r(x)*∂u/∂x", "∂r/∂x*u(x)' + r(x)*∂u/∂x"),
    ("w(x')", "x", "∂w(x')/∂(x')", "∂w(x')/∂(x')"),
    ("q(s)^2", "s", "2*q(s)*∂q/∂s", "2*q(s)*∂q/∂s"),
    ("u(s*x)", "s", "∂u(s*x)/∂(s*x)*x", "x'*∂u(s*x)/∂(s*x)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "numerator", "denominator"), TABLE, ids=[row[0] for row in TABLE])
def test_partial_derivatives_have_the_layout_of_their_formula(
    text: str, wrt: str, numerator: str, denominator: str
) -> None:
    for layout, form in (("numerator", numerator), ("denominator", denominator)):
        d = matcalc.diff(text, wrt, layout=layout, where=WHERE)
        assert str(d) == form
        assert d.check().ok
        assert matcalc.parse(form, where=WHERE, layout=layout) == d.expr


@pytest.mark.parametrize(
    ("text", "wrt", "message"),
    [
        ("g(x, x)", "x", "would have one name"),
        ("k(x)*y", "x", "matrix values"),
        ("h(B)", "B", "by a matrix"),
        ("u(B*x)", "x", None),
    ],
)
def test_what_has_no_form_is_refused_by_name(text: str, wrt: str, message: str | None) -> None:
    if message is None:
        assert str(matcalc.diff(text, wrt, where=WHERE)) == "∂u(B*x)/∂(B*x)*B"
        return
    with pytest.raises(NoDerivativeError, match=message):
        matcalc.diff(text, wrt, where=WHERE)
