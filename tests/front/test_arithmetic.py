"""A derivative in sums, products and under a transpose, and differentiated again."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc import Derivative, Expr, ShapeError

VALUES = {
    "X": np.arange(6.0).reshape(3, 2), "w": np.array([1.0, -2.0]), "y": np.array([1.0, 0.5, 2.0]),
    "v": np.array([3.0, 4.0]),
}  # fmt: skip
D = matcalc.grad("||Xw - y||^2", "w")
G = matcalc.grad("w'*w/2", "w")
V = matcalc.vector("v", "n")
AT = D.evaluate(VALUES)


@pytest.mark.parametrize(
    ("made", "value"),
    [
        (D + G, AT + VALUES["w"]), (D - G, AT - VALUES["w"]), (2 * D, 2 * AT), (D * 2, 2 * AT), (D / 4, AT / 4),
        (1 / D, 1 / AT), (-D, -AT), (D - 1, AT - 1), (1 - D, 1 - AT), (D**2, AT**2), (D @ G, AT @ VALUES["w"]),
        (D.T, AT), (D.T @ V, AT @ VALUES["v"]), (V + D, VALUES["v"] + AT), (V @ D, VALUES["v"] @ AT), (D[0], AT[0]),
        (np.exp(D / 9), np.exp(AT / 9)), (abs(D), abs(AT)), (+D, AT), (sum([D, G]), AT + VALUES["w"]),
    ],
)  # fmt: skip
def test_the_value_of_what_is_made(made: Expr, value: np.ndarray) -> None:
    assert isinstance(made, Expr)
    np.testing.assert_allclose(made.evaluate({k: VALUES[k] for k in made.free}), value)


def test_differentiated_again() -> None:
    again = D.diff("w")
    assert isinstance(again, Derivative) and str(again) == "2*X'*X" and again.layout == "denominator"
    assert D.diff("y", layout="numerator").evaluate(VALUES).shape == (2, 3)
    assert str(matcalc.diff("x^3", "x", where="x: scalar").diff("x").diff("x")) == "6"
    assert str((D + G).diff("w")) == "2*X'*X + eye(n)"
    assert D.jacobian("w").certificate and D.T.shape == D.expr.shape[::-1]


def test_a_structure_that_the_closed_form_used_is_not_lost() -> None:
    d = matcalc.diff("x'*S*x", "x", where="S: symmetric matrix(n,n)")
    assert str(d) == "2*x'*S"
    direct, multiple = d.diff("S"), (2 * d).diff("S")
    at = {"S": np.array([[2.0, 1.0], [1.0, 3.0]]), "x": np.array([1.0, 2.0])}
    np.testing.assert_allclose(2 * direct.evaluate(at), multiple.evaluate(at))
    eye = np.eye(2)  # of x_i S_ij + S_ji x_i by S_kl: x_k e_jl + x_l e_jk
    whole = np.einsum("k,jl->jkl", at["x"], eye) + np.einsum("l,jk->jkl", at["x"], eye)
    np.testing.assert_allclose(direct.evaluate(at), whole.transpose(0, 2, 1))


def test_more_than_two_axes() -> None:
    d = matcalc.diff("A*X*B", "X")
    at = {"A": np.ones((2, 3)), "B": np.ones((4, 5))}
    np.testing.assert_allclose((d + d).evaluate(at), 2 * d.evaluate(at))
    with pytest.raises(ShapeError, match="two axes"):
        _ = d.T


def test_values_by_name_and_in_a_dictionary() -> None:
    at = {k: VALUES[k] for k in "Xwy"}
    np.testing.assert_allclose(D.evaluate(**at), D.evaluate(at))
    np.testing.assert_allclose(D.evaluate({"X": at["X"]}, w=at["w"], y=at["y"]), AT)
    with pytest.raises(matcalc.EvaluationError, match="no value for y"):
        D.evaluate(X=at["X"], w=at["w"])
    with pytest.raises(matcalc.EvaluationError, match=r"w is \(n\), where n = 2"):
        D.evaluate(X=at["X"], w=np.ones(3), y=at["y"])
    with pytest.raises(matcalc.EvaluationError, match="declared spd"):
        matcalc.grad("logdet(S)", "S", where="S: spd matrix(n,n)").evaluate(S=-np.eye(2))
