"""A value that lacks a declared property is refused: the answer was made with the property."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc import EvaluationError

RIGHT = {
    "symmetric": [[1, 2], [2, 5]],
    "skew": [[0, 2], [-2, 0]],
    "diagonal": [[1, 0], [0, 5]],
    "lower": [[1, 0], [3, 5]],
    "upper": [[1, 3], [0, 5]],
    "orthogonal": [[0, 1], [-1, 0]],
    "spd": [[2, 1], [1, 2]],
    "positive": [[1, 2], [3, 4]],
    "unit": [[0.5, 0.2], [0, 1]],
}
WRONG = {
    "symmetric": [[1, 2], [3, 4]],
    "skew": [[1, 2], [-2, 0]],
    "diagonal": [[1, 0], [1, 5]],
    "lower": [[1, 1], [3, 5]],
    "upper": [[1, 3], [1, 5]],
    "orthogonal": [[0, 2], [-1, 0]],
    "spd": [[1, 2], [2, 1]],
    "positive": [[1, 2], [3, 0]],
    "unit": [[0.5, 0.2], [0, 2]],
}


@pytest.mark.parametrize("name", RIGHT)
def test_declared(name: str) -> None:
    d = matcalc.grad("x'*S*x", "x", where=f"S: {name} matrix(n,n)")
    e = matcalc.parse("x'*S*x", where=f"S: {name} matrix(n,n)")
    x = np.array([1.0, 2.0])
    right = np.array(RIGHT[name])
    np.testing.assert_allclose(d.evaluate({"S": right, "x": x}), (right + right.T) @ x)
    assert e.evaluate(S=right, x=x) == pytest.approx(x @ right @ x)
    for act in (lambda v: d.evaluate({"S": v, "x": x}), lambda v: d.evaluate(S=v, x=x), lambda v: e.evaluate(S=v, x=x)):
        with pytest.raises(EvaluationError, match=f"S is declared {name}, but its value is not"):
            act(WRONG[name])


def test_rounding_is_no_lack() -> None:
    d = matcalc.grad("x'*S*x", "x", where="S: symmetric matrix(n,n)")
    s = np.array([[1.0, 2.0], [2.0 + 1e-12, 3.0]])
    np.testing.assert_allclose(d.evaluate(S=s, x=[1, 1]), [6, 10])


def test_a_check_still_leaves_the_structure() -> None:
    assert matcalc.diff("tr(A*S)", "S", where="S: symmetric matrix(n,n)").check().ok
