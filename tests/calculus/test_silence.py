"""What must not happen in silence: limits held fixed, factors lost in nested sums."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.numbers.evaluate import evaluate
from matcalc.simplification.normal import simplify
from matcalc.terms.errors import NoDerivativeError


@pytest.mark.parametrize("text", ["sum(i=1..k, a^i)", "sum(i=0..k, X^i)", "tr(sum(i=0..2*k, X^i))"])
def test_no_derivative_by_the_limit_of_a_sum(text: str) -> None:
    with pytest.raises(NoDerivativeError, match="limits depend on k"):
        matcalc.diff(text, "k", where="k: scalar, a: scalar, X: matrix(n,n)")


@pytest.mark.parametrize(
    "text, value",
    [("d + 2*(3*(a + b) + c)", 29), ("d - 2*(c - 3*(a - b))", -7), ("2*(3*(4*(a + b) + c) + d)", 100),
     ("a*(2*(b + c) - (c - b))", 9)],
)  # fmt: skip
def test_nested_sums_keep_their_factors(text: str, value: float) -> None:
    e = matcalc.parse(text, where="a: scalar, b: scalar, c: scalar, d: scalar")
    assert evaluate(simplify(e), {"a": 1, "b": 2, "c": 3, "d": 5}) == value
