"""Guards against a silent zero and a wrong shape: incomplete rules, zeros of all shapes, structure that is hidden."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import matcalc
from matcalc.terms.errors import NoDerivativeError

EXPONENTS = ["tr(A*X^({}))", "sum(X^({}))", "y'*X^({})*y", "X^({})", "X^({})*y", "||X^({})*y||^2", "tr(X^({}))*{}"]
WHERE = "s: scalar, X: matrix(n,n), A: matrix(n,n), x: vector(k), a: vector(k), y: vector(n)"


@pytest.mark.parametrize("text", EXPONENTS)
@pytest.mark.parametrize("exponent, wrt", [("s", "s"), ("a'*x", "x")], ids=["forward", "reverse"])
def test_no_derivative_by_an_exponent_that_stands_for_an_integer(text: str, exponent: str, wrt: str) -> None:
    with pytest.raises(NoDerivativeError, match="stands for an integer"):
        matcalc.diff(text.replace("{}", exponent), wrt, where=WHERE)


SHAPES = {"scalar": (), "vector(m)": ("m",), "matrix(m,n)": ("m", "n")}
BY = {"scalar": (), "vector(k)": ("k",), "matrix(k,l)": ("k", "l")}


@pytest.mark.parametrize("of, by", list(itertools.product(SHAPES, BY)))
def test_a_zero_has_the_axes_of_any_derivative(of: str, by: str) -> None:
    """Numerator layout has the axes of the value, then those of the variable in reverse; denominator the reverse."""
    numerator = SHAPES[of] + BY[by][::-1]
    for layout, want in (("numerator", numerator), ("denominator", numerator[::-1])):
        d = matcalc.diff("A", "x", where=f"A: {of}, x: {by}", layout=layout)
        assert tuple(str(s) for s in d.shape if s != 1) == want
        sizes = {"m": 2, "n": 3, "k": 4, "l": 5}
        values = {"A": np.ones([sizes[s] for s in SHAPES[of]]), "x": np.ones([sizes[s] for s in BY[by]])}
        got = d.evaluate(values)
        assert np.squeeze(got).shape == tuple(sizes[s] for s in want)
        assert not np.any(got)


@pytest.mark.parametrize("of, by", list(itertools.product(SHAPES, BY)))
def test_a_zero_has_the_axes_of_a_derivative_that_is_none(of: str, by: str) -> None:
    """0*A*x beside A: the same axes as where the variable does occur."""
    for layout in ("numerator", "denominator"):
        zero = matcalc.diff("A", "x", where=f"A: {of}, x: {by}", layout=layout)
        other = matcalc.diff("A*sum(x)", "x", where=f"A: {of}, x: {by}", layout=layout)
        assert zero.shape == other.shape


@pytest.mark.parametrize(
    "text, wrt, where, numerator",
    [
        ("tr(A*X')", "X", "X: symmetric matrix(n,n), A: matrix(n,n)", "A'"),
        ("tr(A*X)", "X", "X: symmetric matrix(n,n), A: matrix(n,n)", "A"),
        ("tr(A*X')", "X", "X: skew matrix(n,n), A: matrix(n,n)", "A'"),
        ("tr(A*inv(Q))", "Q", "Q: orthogonal matrix(n,n), A: matrix(n,n)", "-Q'*A*Q'"),
        ("tr(Q'*Q*A)", "Q", "Q: orthogonal matrix(n,n), A: matrix(n,n)", "(A + A')*Q'"),
    ],
)
def test_the_structure_of_the_variable_is_not_used_before_it_is_differentiated(
    text: str, wrt: str, where: str, numerator: str
) -> None:
    assert str(matcalc.diff(text, wrt, where=where)) == numerator
