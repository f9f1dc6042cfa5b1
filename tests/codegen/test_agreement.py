"""Generated code computes what the answer is: at kinks, in the order of products, with sizes from its arguments."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc.printing.unicode import unicode

X, Y, Z = np.array([0.0, -1.0, 2.0]), np.array([1.0, 2.0, -3.0]), np.array([0.5, 0.25, 4.0])


@pytest.mark.parametrize(
    "text, wrt, values",
    [
        ("sum(relu(x))", "x", {"x": X}),
        ("sum(step(x).*y)", "y", {"x": X}),
        ("sum(max(x, 0))", "x", {"x": X}),
        ("sum(abs(x))", "x", {"x": X}),
        ("sum((x > 0).*y)", "y", {"x": X}),
        ("sum(x.^3)", "x", {"x": X}),
        ("x*(y'*z)", "x", {"y": Y, "z": Z}),
        ("sum((x*y'*z).^2)", "x", {"x": X, "y": Y, "z": Z}),
        ("||x*y'*z||^2", "z", {"x": X, "y": Y, "z": Z}),
        ("x'*y*z'*x", "x", {"x": X, "y": Y, "z": Z}),
        ("norm1(x - y)", "x", {"x": X, "y": X}),
    ],
)
def test_code_agrees_at_special_values(text: str, wrt: str, values: dict[str, Any]) -> None:
    for layout in ("numerator", "denominator"):
        d = matcalc.diff(text, wrt, where="x: vector(n), y: vector(n), z: vector(n)", layout=layout)
        got = d.compile()(**{n: values.get(n, Y) for n in d.types})
        assert np.allclose(np.squeeze(got), np.squeeze(d.evaluate(values)))


@pytest.mark.parametrize("text", ["cross(x, y)", "z'*cross(x, y)", "skew(x)", "tr(R*skew(x))", "cross(x, cross(x, y))"])
def test_code_of_cross_products(text: str) -> None:
    where = "x: vector(3), y: vector(3), z: vector(3), R: matrix(3, 3)"
    d = matcalc.diff(text, "x", where=where)
    values = {"x": X, "y": Y, "z": Z, "R": np.outer(X, Z) + np.eye(3)}
    got = d.compile()(**{n: values[n] for n in d.types})
    assert np.allclose(got, d.evaluate(values))


@pytest.mark.parametrize("text", [
    "norm(circulant(x)*y - z)^2", "z'*toeplitz(x)*y", "z'*cumprod(x) + sum(atan2(x, y))", "sum(besselj(1, x).*y)",
    "sum(polygamma(2, exp(x)).*y)", "z'*eigvalsh(diag(x) + y*y')", "lambda_max(diag(x) + y*y')",
    "sum(erfinv(tanh(x)/2))", "sum(cholesky(diag(exp(x)) + y*y'))", "sum(Si(x).*airyai(y.*x))",
])  # fmt: skip
def test_code_of_vectors_that_are_functions_of_others(text: str) -> None:
    x, y, z = (0.7, -1.2, 0.4, 1.9), (1.1, 0.3, -0.8, 0.6), (0.2, 1.5, 1, -1)
    values = {"x": np.array(x), "y": np.array(y), "z": np.array(z)}
    d = matcalc.grad(text, "x", where="x: vector(n), y: vector(n), z: vector(n)")
    given = {n: values[n] for n in d.types}
    assert np.allclose(d.compile()(**given), d.evaluate(given))


def test_a_scalar_product_is_computed_before_the_array_that_it_scales() -> None:
    e = matcalc.diff("x*(y'*z)*1", "x", where="x: vector(n), y: vector(n), z: vector(n)")
    assert "y @ z * np.eye(n)" in e.code()
    d = matcalc.diff("sum(relu(x*y'*z))", "z", where="x: vector(n), y: vector(n), z: vector(n)", layout="denominator")
    assert "y @ z * x" in d.code() and "np.outer" not in d.code()


@pytest.mark.parametrize("text, wrt", [("sum(i=0..k, a^i)", "a"), ("sum(i=1..k, i*a^(2*i))", "a")])
def test_a_finite_sum_in_code_has_all_of_its_terms(text: str, wrt: str) -> None:
    d = matcalc.diff(text, wrt, where="a: scalar, k: scalar")
    assert np.isclose(d.compile()(a=1.5, k=4), d.evaluate({"a": 1.5, "k": 4}))


def test_a_chain_is_multiplied_from_its_vector_on() -> None:
    where = "A: matrix(n,n), B: matrix(n,n), C: matrix(n,n), x: vector(n)"
    d = matcalc.diff("||A*B*C*x||^2", "x", where=where, layout="denominator")
    assert "A @ (B @ (C @ x))" in d.code()


def test_zeros_and_ones_are_told_apart_in_every_notation() -> None:
    zero = matcalc.diff("c", "x", where="x: vector(n), c: scalar", layout="denominator")
    one = matcalc.diff("sum(x)", "x", where="x: vector(n)", layout="denominator")
    for write in (str, matcalc.Derivative.unicode, matcalc.Derivative.latex):
        assert write(zero) != write(one)


@pytest.mark.parametrize("digit, sign", [("0", "𝟎"), ("1", "𝟏")])
def test_the_sign_of_an_array_of_one_number(digit: str, sign: str) -> None:
    e = matcalc.parse(f"x + vector({digit})", where="x: vector(n)")
    assert unicode(e) == f"x + {sign}"


def test_what_no_index_changes_stands_before_the_loop() -> None:
    d = matcalc.grad("x'*(A*B)^k*x", "x", where="k: scalar, A: matrix(n,n), B: matrix(n,n), x: vector(n)")
    e = matcalc.grad("x'*(A*B)^k*x", "A", where="k: scalar, A: matrix(n,n), B: matrix(n,n), x: vector(n)")
    before = e.code().partition("for i1")[0]
    assert "A @ B" in before and "@" not in d.code().partition("return")[0].partition('"""')[0]
    values = {"A": np.diag(X) + 1.0, "B": np.eye(3), "x": Y, "k": 3}
    np.testing.assert_allclose(e.compile()(**values), e.evaluate(values))
