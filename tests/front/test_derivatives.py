"""One question by several variables: a derivative for each, or of scalars one by the list."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc import Derivative, MatcalcError, ShapeError
from matcalc.front.derivatives import Derivatives

RIDGE = "||Xw + b - y||^2 + lam*w'*w"


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_each_is_what_it_is_alone(layout: str) -> None:
    names = ["w", "b", "lam"]
    found = matcalc.diff(RIDGE, names, layout=layout)  # type: ignore[call-overload]
    assert isinstance(found, Derivatives) and [d.variable.data[0] for d in found] == names
    for name, d in zip(names, found, strict=True):
        alone = matcalc.diff(RIDGE, name, layout=layout, where={n: str(t) for n, t in d.types.items()})  # type: ignore[call-overload]
        assert str(d) == str(alone) and d.certificate and d.layout == layout
        assert str(d.trace().derivative) == str(d)


def test_gradients_of_scalars_too() -> None:
    by_x, by_y = matcalc.grad("x*y^2", ("x", "y"))
    assert (str(by_x), str(by_y)) == ("y^2", "2*x*y")
    values = matcalc.grad(RIDGE, ["w", "lam"]).evaluate(
        X=np.ones((3, 2)), w=[1.0, 2.0], b=np.zeros(3), y=[1.0, 2.0, 3.0], lam=2.0
    )
    np.testing.assert_allclose(values[0], [10.0, 14.0])
    assert values[1] == pytest.approx(5.0)


def test_a_list_of_scalars_is_one_variable() -> None:
    d = matcalc.diff("[x*y; x]", ["x", "y"])
    assert isinstance(d, Derivative) and str(d) == "[y, x; 1, 0]"


def test_of_an_expression() -> None:
    X, w = matcalc.matrix("X", "m", "n"), matcalc.vector("w", "n")
    found = matcalc.grad((X @ w).sum(), [X, w])
    assert [str(d) for d in found] == ["vector(1, m)*w'", "X'*vector(1)"]
    assert repr(found).count("<derivative by") == 2 and r"\begin{aligned}" in found.latex()


def test_what_is_refused() -> None:
    with pytest.raises(ShapeError, match="Python list"):
        matcalc.diff("||Xw - y||^2", "w,y")
    with pytest.raises(ShapeError, match="one at a time"):
        matcalc.hessian("||Xw - y||^2", ["w", "y"])
    with pytest.raises(ShapeError, match="gradient is that of a scalar"):
        matcalc.grad("A*x", ["x", "A"])
    for wrong in (["x", "z"], "x,z"):
        with pytest.raises(MatcalcError, match="z is neither in the expression"):
            matcalc.diff("x^2", wrong)  # type: ignore[call-overload]
