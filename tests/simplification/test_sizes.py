"""Sizes as scalars: the m of 1/m*||X*w - y||^2, and the n that a mean divides by."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.simplification.normal import Simplifier
from matcalc.simplification.sizes import counted
from matcalc.terms.expression import as_shape, var
from matcalc.terms.shapes import Dim
from matcalc.terms.sizes import size

WHERE = "X: matrix(m, n), w: vector(n), y: vector(m)"


@pytest.mark.parametrize(
    ("source", "x", "want"),
    [
        ("1/m*||X*w - y||^2", "w", "2*X'*(X*w - y)/m"),
        ("mean(X*w - y)^2", "w", "2*mean(X*w - y)*X'*vector(1)/m"),
        ("mean(w)", "w", "vector(1, n)/n"),
        ("m*n*sum(X.^2)", "X", "2*m*n*X"),
        ("mean(X)", "X", "matrix(1, m, n)/m/n"),
        ("m^2*sum(y)", "y", "m^2*vector(1, m)"),
    ],
)
def test_gradients(source: str, x: str, want: str) -> None:
    d = matcalc.grad(source, x, where=WHERE)
    assert str(d) == want
    assert d.check().ok
    assert matcalc.parse(str(d), where=WHERE) is d.expr
    assert {"m", "n"}.isdisjoint(d.expr.free)


def test_sizes_come_from_the_arrays() -> None:
    rng = np.random.default_rng(0)
    X, w, y = rng.standard_normal((4, 3)), rng.standard_normal(3), rng.standard_normal(4)
    at = {"X": X, "w": w, "y": y}
    np.testing.assert_allclose(matcalc.parse("||X*w - y||^2/m", where=WHERE).evaluate(at), np.sum((X @ w - y) ** 2) / 4)
    got = matcalc.grad("||X*w - y||^2/m", "w", where=WHERE).evaluate(at)
    np.testing.assert_allclose(got, X.T @ (X @ w - y) / 2)


def test_numeric_sizes_are_numbers() -> None:
    assert str(matcalc.grad("mean(x)", "x", where="x: vector(3)")) == "vector(1, 3)/3"


UNDECLARED = [
    ("mean(x)", "x", "vector(1, n)/n", "𝟏_n/n"),
    ("mean(A*x - b)^2", "x", "2*mean(A*x - b)*A'*vector(1)/m", "2mean(Ax − b)Aᵀ𝟏/m"),
    ("mean(X.^2)", "X", "2*X/m/n", "2X/(mn)"),
    ("mean((X*w - y).^2)", "w", "2*X'*(X*w - y)/m", "2Xᵀ(Xw − y)/m"),
    ("tr(eye(n))*x'*X*x", "x", "n*(X + X')*x", "n(X + Xᵀ)x"),
    ("sum(x*vector(1, k)')", "x", "k*vector(1, n)", "k𝟏_n"),
    ("mean(x)*n", "x", "n*vector(1, m)/m", "n𝟏_m/m"),  # n is a variable here
    ("sum((x - mean(x)).^2)", "x", "2*(x - mean(x))", "2(x − mean(x))"),
    ("x'*(eye(n) - matrix(1)/n)*x", "x", "2*(eye(n) - matrix(1)/n)*x", "2(I − (𝟏𝟏ᵀ)/n)x"),
]


@pytest.mark.parametrize(("source", "x", "plain", "unicode"), UNDECLARED, ids=[row[0] for row in UNDECLARED])
def test_without_declarations(source: str, x: str, plain: str, unicode: str) -> None:
    """Inferred sizes have names too, which the types of the answer tell."""
    d = matcalc.grad(source, x)
    assert (str(d), d.unicode()) == (plain, unicode)
    where = ", ".join(f"{name}: {kind}" for name, kind in d.types.items())
    if d.expr.free <= d.types.keys() and "tr(" not in source and ", k" not in source:
        s = Simplifier()
        for text in (str(d), d.unicode(), d.latex()):
            assert s.run(matcalc.parse(text, where=where)) is s.run(d.expr)
        assert d.check().ok


def test_every_form_counts() -> None:
    d = matcalc.diff("X*mean(X)", "X")
    mean = matcalc.grad("mean((X*w - y).^2)", "w")
    shown = [d.vec(), d.differential(), mean.hvp(), mean.differential(), mean.steps(), mean.steps(style="chain")]
    for text in map(str, shown):
        assert "sum(vector(1" not in text and "sum(matrix(1" not in text
    assert str(mean.hvp()) == "2*X'*X*v/m" and str(mean.differential()) == "2*(X*w - y)'*X*d(w)/m"


def test_a_size_with_the_name_of_a_variable() -> None:
    x, n = matcalc.vector("x", "n"), matcalc.scalar("n")
    e = matcalc.grad(x.mean() * n, "x").expr
    assert str(e) == "n*vector(1, n)/tr(eye(n))" and e.unicode() == "n𝟏_n/tr(I_n)"



def test_a_declared_variable_is_no_size() -> None:
    d = matcalc.diff("n*sum(w)", "n", where="w: vector(n), n: scalar")
    assert str(d) == "sum(w)"
    assert matcalc.diff("n*sum(w)", "n", where="w: vector(n)").expr.free == {"w"}  # as the variable it is no size


def test_size_positions_name_sizes() -> None:
    e = matcalc.parse("n*eye(n)*x")
    assert e.free == {"x"}
    assert matcalc.parse("n*x").free == {"n", "x"}


def test_notations() -> None:
    from matcalc.codegen.python import python_function

    d = matcalc.grad("1/m*||X*w - y||^2", "w", where=WHERE)
    assert d.latex() == r"\frac{2 \mathbf{X}^\top \left(\mathbf{X} \mathbf{w} - \mathbf{y}\right)}{m}"
    assert "m = " in python_function(d.expr, "f", d.types)


def test_the_leaf() -> None:
    assert str(size(Dim.of("m") * "n" + 2)) == "m*n + 2"
    x = var("x", as_shape("n"))
    assert counted(matcalc.parse("sum(vector(1, n))")) is size("n")
    assert counted(x) is x
