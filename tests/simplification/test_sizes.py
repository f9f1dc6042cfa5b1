"""Sizes as scalars: the m of 1/m*||X*w - y||^2, and the n that a mean divides by."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.simplification.sizes import counted
from matcalc.terms.expression import as_shape, var
from matcalc.terms.shapes import Dim
from matcalc.terms.sizes import size

WHERE = "X: matrix(m, n), w: vector(n), y: vector(m)"


@pytest.mark.parametrize(
    ("source", "x", "want"),
    [
        ("1/m*||X*w - y||^2", "w", "2*X'*(X*w - y)/m"),
        ("mean(X*w - y)^2", "w", "2*sum(X*w - y)*X'*vector(1)/m^2"),
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


@pytest.mark.parametrize(("source", "x"), [("mean(x)", "x"), ("mean(A*x - b)^2", "x")])
def test_without_declarations(source: str, x: str) -> None:
    """Whatever is printed is read back as the same expression."""
    d = matcalc.grad(source, x)
    assert matcalc.parse(str(d)) is d.expr
    assert d.check().ok


def test_what_would_be_read_otherwise_stays_a_sum() -> None:
    """Nothing in 2*X/(m*n) says that m and n are the sizes of X, unless they are declared."""
    assert str(matcalc.grad("mean(X.^2)", "X")) == "2*X/sum(matrix(1, m, n))"
    assert str(matcalc.grad("mean(X.^2)", "X", where="X: matrix(m, n)")) == "2*X/m/n"


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
