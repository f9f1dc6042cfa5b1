"""The rows of a course on matrix calculus for deep learning: the printed closed form and the numbers of each.

Rows S: scalars; G: gradients; J: Jacobians; E: elementwise operations; M: the table of shapes; C: the chain rule.
"""

from __future__ import annotations

import numpy as np
import pytest

import matcalc

# row, expression, variable, where, numerator form, denominator form
ROWS = [
    ("S1-constant", "7", "x", "x: scalar", "0", "0"),
    ("S1-power", "x^n", "x", "x: positive scalar, n: scalar", "n*x^(n - 1)", "n*x^(n - 1)"),
    ("S1-exponential", "a^x", "x", "x: scalar, a: positive scalar", "a^x*log(a)", "a^x*log(a)"),
    ("S1-exp", "exp(x)", "x", "x: scalar", "exp(x)", "exp(x)"),
    ("S1-log", "ln(x)", "x", "x: positive scalar", "1/x", "1/x"),
    ("S1-sin", "sin(x)", "x", "x: scalar", "cos(x)", "cos(x)"),
    ("S2-99", "99", "x", "x: scalar", "0", "0"),
    ("S2-3x", "3x", "x", "x: scalar", "3", "3"),
    ("S2-cube", "x^3", "x", "x: scalar", "3*x^2", "3*x^2"),
    ("S2-sum", "x^2 + 3x", "x", "x: scalar", "2*x + 3", "2*x + 3"),
    ("S2-product", "x^2 * x", "x", "x: scalar", "3*x^2", "3*x^2"),
    ("S2-log-square", "ln(x^2)", "x", "x: positive scalar", "2/x", "2/x"),
    ("S2-scaled", "9(x + x^2)", "x", "x: scalar", "18*x + 9", "18*x + 9"),
    ("S2-polynomial", "4x^3 + x^2 + 3", "x", "x: scalar", "12*x^2 + 2*x", "12*x^2 + 2*x"),
    ("S2-parabola", "3x^2 - 4x", "x", "x: scalar", "6*x - 4", "6*x - 4"),
    ("S2-product-rule", "x^2 * sin(x)", "x", "x: scalar", "2*x*sin(x) + x^2*cos(x)", "2*x*sin(x) + x^2*cos(x)"),
    ("S2-chain", "exp(sin(x))", "x", "x: scalar", "exp(sin(x))*cos(x)", "exp(sin(x))*cos(x)"),
    ("S4-by-x", "3x^2y", "x", "x: scalar, y: scalar", "6*x*y", "6*x*y"),
    ("S4-by-y", "3x^2y", "y", "x: scalar, y: scalar", "3*x^2", "3*x^2"),
    ("S4-three-x1", "x1^2 + x1*x2 + x2*x3", "x1", "x1: scalar, x2: scalar, x3: scalar", "2*x1 + x2", "2*x1 + x2"),
    ("S4-three-x2", "x1^2 + x1*x2 + x2*x3", "x2", "x1: scalar, x2: scalar, x3: scalar", "x1 + x3", "x1 + x3"),
    ("S4-three-x3", "x1^2 + x1*x2 + x2*x3", "x3", "x1: scalar, x2: scalar, x3: scalar", "x2", "x2"),
    ("S5-abs", "|x|", "x", "x: scalar", "sign(x)", "sign(x)"),
    ("S5-relu", "max(x, 0)", "x", "x: scalar", "step(x)", "step(x)"),
    ("G1-pair", "3x^2y", "(x, y)", None, "[6*x*y, 3*x^2]", "[6*x*y; 3*x^2]"),
    ("G1-components", "x_1^2 + 2x_2^2", "x", "x: vector(2)", "[2*x[0], 4*x[1]]", "[2*x[0]; 4*x[1]]"),
    ("G2-constant", "a", "x", "a: scalar, x: vector(n)", "vector(0, n)'", "vector(0, n)"),
    ("G2-scaled", "a*u(x)", "x", "a: scalar, x: vector(n), u: vector(n) -> scalar", "a*∂u/∂x", "a*∂u/∂x"),
    ("G2-sum", "sum(x)", "x", "x: vector(n)", "vector(1, n)'", "vector(1, n)"),
    ("G2-square", "||x||^2", "x", "x: vector(n)", "2*x'", "2*x"),
    ("G3-sum", "u(x) + v(x)", "x", "x: vector(n), u: vector(n) -> scalar, v: vector(n) -> scalar",
     "∂u/∂x + ∂v/∂x", "∂u/∂x + ∂v/∂x"),
    ("G3-product", "u(x)*v(x)", "x", "x: vector(n), u: vector(n) -> scalar, v: vector(n) -> scalar",
     "v(x)*∂u/∂x + u(x)*∂v/∂x", "v(x)*∂u/∂x + u(x)*∂v/∂x"),
    ("G3-inner", "<u(x), v(x)>", "x", "x: vector(n), u: vector(n) -> vector(m), v: vector(n) -> vector(m)",
     "v(x)'*∂u/∂x + u(x)'*∂v/∂x", "∂u/∂x*v(x) + ∂v/∂x*u(x)"),
    ("G4-ax", "a'*x", "x", "a: vector(n), x: vector(n)", "a'", "a"),
    ("G4-xa", "x'*a", "x", "a: vector(n), x: vector(n)", "a'", "a"),
    ("G4-squares", "x_1^2 + x_2^2", "x", "x: vector(2)", "[2*x[0], 2*x[1]]", "[2*x[0]; 2*x[1]]"),
    ("J1-pair", "[3x^2y; 2x + y^8]", "(x, y)", None, "[6*x*y, 3*x^2; 2, 8*y^7]", "[6*x*y, 2; 3*x^2, 8*y^7]"),
    ("J1-components", "[3x_1^2*x_2; 2x_1 + x_2^8]", "x", "x: vector(2)",
     "[6*x[0]*x[1], 3*x[0]^2; 2, 8*x[1]^7]", "[6*x[0]*x[1], 2; 3*x[0]^2, 8*x[1]^7]"),
    ("J2-constant", "a", "x", "a: vector(m), x: vector(n)", "zeros(m, n)", "zeros(n, m)"),
    ("J2-identity", "x", "x", "x: vector(n)", "eye(n)", "eye(n)"),
    ("J2-Ax", "A*x", "x", "A: matrix(m,n), x: vector(n)", "A", "A'"),
    ("J2-xA", "x'*A", "x", "A: matrix(n,m), x: vector(n)", "A'", "A"),
    ("J2-scaled", "a*u(x)", "x", "a: scalar, x: vector(n), u: vector(n) -> vector(m)", "a*∂u/∂x", "a*∂u/∂x"),
    ("J2-Au", "A*u(x)", "x", "A: matrix(k,m), x: vector(n), u: vector(n) -> vector(m)", "A*∂u/∂x", "∂u/∂x*A'"),
    ("J2-sum", "u(x) + v(x)", "x", "x: vector(n), u: vector(n) -> vector(m), v: vector(n) -> vector(m)",
     "∂u/∂x + ∂v/∂x", "∂u/∂x + ∂v/∂x"),
    ("J3-vector-by-scalar", "x*a", "x", "x: scalar, a: vector(m)", "a", "a'"),
    ("J3-scalar-by-vector", "a'*x", "x", "a: vector(n), x: vector(n)", "a'", "a"),
    ("J4-chain", "g(f(x))", "x", "x: vector(3), f: vector(3) -> vector(2), g: vector(2) -> vector(3)",
     "∂g(f(x))/∂(f(x))*∂f/∂x", "∂f/∂x*∂g(f(x))/∂(f(x))"),
    ("E1-add-w", "w + x", "w", "w: vector(n), x: vector(n)", "eye(n)", "eye(n)"),
    ("E1-add-x", "w + x", "x", "w: vector(n), x: vector(n)", "eye(n)", "eye(n)"),
    ("E1-sub-w", "w - x", "w", "w: vector(n), x: vector(n)", "eye(n)", "eye(n)"),
    ("E1-sub-x", "w - x", "x", "w: vector(n), x: vector(n)", "-eye(n)", "-eye(n)"),
    ("E1-mul-w", "w.*x", "w", "w: vector(n), x: vector(n)", "diag(x)", "diag(x)"),
    ("E1-mul-x", "w.*x", "x", "w: vector(n), x: vector(n)", "diag(w)", "diag(w)"),
    ("E1-div-w", "w./x", "w", "w: vector(n), x: positive vector(n)", "diag(vector(1)./x)", "diag(vector(1)./x)"),
    ("E1-div-x", "w./x", "x", "w: vector(n), x: positive vector(n)", "-diag(w./x.^2)", "-diag(w./x.^2)"),
    ("E2-general-w", "exp(w).*sin(x)", "w", "w: vector(n), x: vector(n)",
     "diag(exp(w).*sin(x))", "diag(exp(w).*sin(x))"),
    ("E2-max", "max(w, x)", "w", "w: vector(n), x: vector(n)", "diag(w > x)", "diag(w > x)"),
    ("E2-greater", "w > x", "w", "w: vector(n), x: vector(n)", "zeros(n, n)", "zeros(n, n)"),
    ("C1-scalar-inside", "sin(a'*x)", "x", "a: vector(n), x: vector(n)", "cos(a'*x)*a'", "cos(a'*x)*a"),
    ("C1-vector-inside", "sum(exp(A*x))", "x", "A: matrix(k,n), x: vector(n)", "exp(A*x)'*A", "A'*exp(A*x)"),
    ("C1-vector-of-vector", "B*exp(A*x)", "x", "A: matrix(k,n), B: matrix(m,k), x: vector(n)",
     "B*diag(exp(A*x))*A", "A'*diag(exp(A*x))*B'"),
    ("C2", "(<x, w> - y)^2", "w", None, "2*(x'*w - y)*x'", "2*(x'*w - y)*x"),
    ("C3", "||Xw - y||^2", "w", None, "2*(X*w - y)'*X", "2*X'*(X*w - y)"),
]  # fmt: skip


@pytest.mark.parametrize("row, expr, wrt, where, numerator, denominator", ROWS, ids=[r[0] for r in ROWS])
def test_row(row: str, expr: str, wrt: str, where: str | None, numerator: str, denominator: str) -> None:
    for layout, form in (("numerator", numerator), ("denominator", denominator)):
        d = matcalc.diff(expr, wrt, layout=layout, where=where)
        assert str(d) == form
        assert d.check(trials=2).ok  # against differences of the expression at random values


# row, expression, variable, where, axes in numerator layout with m, l, n, k = 2, 3, 4, 5
SHAPES = [
    ("M-scalar-by-scalar", "a*x", "x", "a: scalar, x: scalar", ()),
    ("M-scalar-by-vector", "a'*x", "x", "a: vector(4), x: vector(4)", (1, 4)),
    ("M-scalar-by-matrix", "a'*X*b", "X", "a: vector(4), X: matrix(4,5), b: vector(5)", (5, 4)),
    ("M-vector-by-scalar", "x*a", "x", "a: vector(2), x: scalar", (2,)),
    ("M-vector-by-vector", "A*x", "x", "A: matrix(2,4), x: vector(4)", (2, 4)),
    ("M-vector-by-matrix", "A*X*b", "X", "A: matrix(2,4), X: matrix(4,5), b: vector(5)", (2, 5, 4)),
    ("M-matrix-by-scalar", "x*A", "x", "A: matrix(2,3), x: scalar", (2, 3)),
    ("M-matrix-by-vector", "A*diag(x)*B", "x", "A: matrix(2,4), x: vector(4), B: matrix(4,3)", (2, 3, 4)),
    ("M-matrix-by-matrix", "A*X*B", "X", "A: matrix(2,4), X: matrix(4,5), B: matrix(5,3)", (2, 3, 5, 4)),
]


@pytest.mark.parametrize("row, expr, wrt, where, axes", SHAPES, ids=[r[0] for r in SHAPES])
def test_shapes(row: str, expr: str, wrt: str, where: str, axes: tuple[int, ...]) -> None:
    d = matcalc.diff(expr, wrt, where=where)
    assert d.shape == axes
    reversed_axes = axes[::-1]
    if len(axes) == 1:
        reversed_axes = (1, axes[0])
    elif axes[:1] == (1,):
        reversed_axes = axes[1:]
    assert matcalc.diff(expr, wrt, where=where, layout="denominator").shape == reversed_axes


def test_c3_numbers() -> None:
    rng = np.random.default_rng(3)
    values = {"X": rng.normal(size=(5, 4)), "w": rng.normal(size=4), "y": rng.normal(size=5)}
    want = 2 * values["X"].T @ (values["X"] @ values["w"] - values["y"])
    assert np.allclose(matcalc.diff("||Xw - y||^2", "w").evaluate(values), want)
