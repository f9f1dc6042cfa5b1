"""Layouts: the axes of a derivative for every shape by every shape, against differences entry by entry."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import matcalc
from matcalc.calculus.layout import LAYOUTS, check_layout, reverse_axes, zero_axes
from matcalc.numbers.evaluate import evaluate
from matcalc.simplification.normal import simplify
from matcalc.terms.errors import MatcalcError
from matcalc.terms.expression import Expr, add, apply, einsum, num, prod, var, zeros
from matcalc.terms.shapes import ONE, SCALAR, Dim
from matcalc.terms.walks import variables

M, N, K = (Dim.of(name) for name in "mnk")
SIZES = {"m": Dim.of(2), "l": Dim.of(3), "n": Dim.of(4), "k": Dim.of(5)}

# y by x, what they are, the axes of the derivative in numerator and in denominator layout
PAIRS = [
    ("scalar by scalar", "s^3", "s", "s: scalar", "", ""),
    ("vector by scalar", "s^2*y", "s", "s: scalar, y: vector(m)", "m", "1 m"),
    ("matrix by scalar", "s^2*Y", "s", "s: scalar, Y: matrix(m,l)", "m l", "l m"),
    ("scalar by vector", "sum(x.^3)", "x", "x: vector(n)", "1 n", "n"),
    ("vector by vector", "A*sin(x)", "x", "A: matrix(m,n), x: vector(n)", "m n", "n m"),
    ("matrix by vector", "sin(A*x)*(B*x)'", "x", "A: matrix(m,n), B: matrix(l,n), x: vector(n)", "m l n", "n l m"),
    ("scalar by matrix", "sum(A.*X.^3)", "X", "A: matrix(n,k), X: matrix(n,k)", "k n", "n k"),
    ("vector by matrix", "A*sin(X)*b", "X", "A: matrix(m,n), X: matrix(n,k), b: vector(k)", "m k n", "n k m"),
    ("matrix by matrix", "A*sin(X)*B", "X", "A: matrix(m,n), X: matrix(n,k), B: matrix(k,l)", "m l k n", "n k l m"),
]


def entries(f: Expr, x: Expr, values: dict[str, np.ndarray]) -> np.ndarray:
    """The derivative by central differences: the axes of the value, then those of the variable."""
    types, step = variables(f), 1e-5
    base = np.asarray(values[x.data[0]])
    shape = np.shape(evaluate(f, values, types))
    out = np.zeros((*shape, *base.shape))
    for at in itertools.product(*(range(n) for n in base.shape)):
        unit = np.zeros(base.shape)
        unit[at] = step
        up, down = (evaluate(f, {**values, x.data[0]: base + s * unit}, types) for s in (1, -1))
        out[(..., *at)] = (np.asarray(up) - np.asarray(down)) / (2 * step)
    return out


@pytest.mark.parametrize(("text", "by", "where", "numerator", "denominator"), [p[1:] for p in PAIRS],
                         ids=[p[0] for p in PAIRS])  # fmt: skip
def test_the_order_of_the_axes(text: str, by: str, where: str, numerator: str, denominator: str) -> None:
    """Numerator: the axes of the value, then those of the variable reversed. Denominator: all of that reversed."""
    found = {layout: matcalc.diff(text, by, layout, where) for layout in LAYOUTS}
    assert [" ".join(map(str, d.shape)) for d in found.values()] == [numerator, denominator]
    f, x = found["numerator"].source, found["numerator"].variable
    rng = np.random.default_rng(4)
    values = {
        n: np.reshape(a, -1) if ONE in v.shape and v.shape != SCALAR else a if v.shape != SCALAR else a[0, 0]
        for n, v in variables(f).items()
        for a in [rng.uniform(0.3, 1.2, size=[d.substitute(SIZES).value for d in v.shape])]
    }
    j = entries(f, x, values)
    value_axes = j.ndim - np.ndim(values[by])
    want = j.transpose([*range(value_axes), *reversed(range(value_axes, j.ndim))])
    assert np.allclose(found["numerator"].evaluate(values), want, atol=1e-6)
    assert np.allclose(found["denominator"].evaluate(values), want.transpose(), atol=1e-6)


@pytest.mark.parametrize(("value", "by", "numerator", "natural"), [
    ((ONE, ONE), (ONE, ONE), "", ""), ((M, ONE), (ONE, ONE), "m", "m"), ((ONE, ONE), (N, K), "k n", "n k"),
    ((M, ONE), (N, ONE), "m n", "m n"), ((M, N), (N, K), "m n k n", "m n n k"),
    ((M, N, K), (N, ONE), "m n k n", "m n k n"),
])  # fmt: skip
def test_a_zero_has_the_axes_of_the_derivative(
    value: tuple[Dim, ...], by: tuple[Dim, ...], numerator: str, natural: str
) -> None:
    y = var("Y", value) if len(value) == 2 else zeros(value)
    x = var("X", by)
    assert " ".join(map(str, zero_axes(y, x))) == numerator
    assert " ".join(map(str, zero_axes(y, x, natural=True))) == natural


def tensor() -> Expr:
    """x_i*A_jk as a node."""
    x, A = var("x", (M, ONE)), var("A", (N, K))
    return einsum((x, A), (((0,),), ((1,), (2,))), ((0,), (1,), (2,)), (M, N, K))


@pytest.mark.parametrize("e", [
    var("A", (M, N)), num(3), tensor(), zeros((M, N, K)), prod(num(2), tensor()), add(tensor(), zeros((M, N, K))),
], ids=["matrix", "number", "index expression", "zeros", "scaled", "sum"])  # fmt: skip
def test_axes_reversed_twice_are_as_before(e: Expr) -> None:
    assert reverse_axes(e).shape == e.shape[::-1]
    assert simplify(reverse_axes(reverse_axes(e))) is simplify(e)


def test_what_has_no_axes_to_turn_is_refused() -> None:
    with pytest.raises(MatcalcError, match="cannot turn the axes"):
        reverse_axes(var("T", (M, N, K)))
    with pytest.raises(MatcalcError, match="'numerator' or 'denominator'"):
        check_layout("row")
    assert check_layout("numerator") == "numerator" and apply("tr", var("S", (N, N))).is_scalar


def test_columns_by_several_scalars_stand_side_by_side_or_below() -> None:
    for layout, shown, said in (("numerator", "[v, w]", "Side by side"), ("denominator", "[v, w]'", "One below the")):
        d = matcalc.diff("a*v + b*w", ["a", "b"], layout=layout)
        assert str(d) == shown and said in str(d.trace())
