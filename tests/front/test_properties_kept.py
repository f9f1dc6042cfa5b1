"""Properties at the doors: what SymPy does not say is not assumed, what was declared is asked of values."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import matcalc
from matcalc.terms.errors import MatcalcError


def test_a_symbol_is_positive_only_if_sympy_says_so() -> None:
    assert matcalc.diff(sp.log(sp.Symbol("x")), "x").assumptions == ["positive(x)"]
    assert matcalc.diff(sp.log(sp.Symbol("x", positive=True)), "x").assumptions == []


@pytest.mark.parametrize(
    "kind, wrong",
    [
        ("symmetric", [[1.0, 2.0], [3.0, 4.0]]),
        ("diagonal", [[1.0, 2.0], [2.0, 4.0]]),
        ("spd", [[1.0, 0.0], [0.0, -1.0]]),
    ],
)
def test_values_without_a_declared_property_are_refused(kind: str, wrong: list[list[float]]) -> None:
    d = matcalc.diff("x'*S*x", "x", where=f"S: {kind} matrix(n,n), x: vector(n)")
    assert d.evaluate({"S": np.eye(2), "x": [1.0, 2.0]}).tolist() == [2.0, 4.0]
    with pytest.raises(MatcalcError, match=kind):
        d.evaluate({"S": wrong, "x": [1.0, 2.0]})
