"""Work is bounded by counts: long questions get an answer of the length of the question."""

from __future__ import annotations

import math

import numpy as np
import pytest

import matcalc


@pytest.mark.parametrize("k", [5, 12, 20, 40])
def test_a_product_of_sums(k: int) -> None:
    """The search for common factors has a budget, and the answer is right where it ends."""
    d = matcalc.diff("*".join(f"(x + {i})" for i in range(1, k + 1)), "x", where="x: scalar")
    value = math.prod(0.5 + i for i in range(1, k + 1))
    assert d.evaluate(x=0.5) == pytest.approx(value * sum(1 / (0.5 + i) for i in range(1, k + 1)), rel=1e-12)
    assert len(str(d)) < 12 * k**2


@pytest.mark.parametrize("text, by, where, answer", [
    ("*".join("x" * 10_000), "x", "x: scalar", "10000*x^9999"),
    (".*".join("x" * 9_000), "x", "x: vector(n)", "9000*diag(x.^8999)"),
    ("tr(" + "*".join("A" * 10_000) + ")", "A", "A: matrix(n,n)", "10000*A^9999"),
    ("*".join("xy" * 300), "x", "x: scalar, y: scalar", "300*x^299*y^300"),
])  # fmt: skip
def test_equal_factors_are_counted(text: str, by: str, where: str, answer: str) -> None:
    """The work grows linearly with the product: some twenty steps a factor."""
    assert str(matcalc.diff(text, by, where=where, limits=matcalc.Limits(work=25 * len(text) // 2))) == answer


def test_nested_inverses() -> None:
    """The products on both sides of d(A) are multiplied out on the way; there are as many terms as inverses."""
    inner = "A"
    for _ in range(80):
        inner = f"A + inv({inner})"
    d = matcalc.diff(f"inv({inner})", "A", where="A: matrix(n,n)", limits=matcalc.Limits(work=800_000))
    assert len(d.expr.args) == 81 and len(str(d)) < 8_000
    rng = np.random.default_rng(2)
    a, e, h = np.eye(3) + 0.1 * rng.random((3, 3)), rng.random((3, 3)), 1e-6

    def value(x: np.ndarray) -> np.ndarray:
        y = x
        for _ in range(80):
            y = x + np.linalg.inv(y)
        return np.linalg.inv(y)

    want = (value(a + h * e) - value(a - h * e)) / (2 * h)
    np.testing.assert_allclose(np.einsum("ijkl,lk->ij", d.evaluate(A=a), e), want, atol=1e-8)


@pytest.mark.parametrize("power", [30, 100_000, 10**12])
def test_a_high_power_of_a_matrix_stays_a_sum(power: int) -> None:
    d = matcalc.diff(f"x'*A^{power}*x", "A", where="A: matrix(n,n), x: vector(n)")
    assert str(d) == f"sum(i=0..{power - 1}, A^({power - 1} - i)*x*x'*A^i)"


def test_the_sum_has_the_value_of_its_terms() -> None:
    rng = np.random.default_rng(3)
    a, x = 0.5 * rng.standard_normal((3, 3)), rng.standard_normal(3)
    d = matcalc.diff("x'*A^30*x", "A", where="A: matrix(n,n), x: vector(n)")
    want = sum(np.outer(np.linalg.matrix_power(a, 29 - i) @ x, x @ np.linalg.matrix_power(a, i)) for i in range(30))
    np.testing.assert_allclose(d.evaluate(A=a, x=x), want, rtol=1e-10)


@pytest.mark.parametrize(
    ("text", "wrt", "answer"),
    [
        ("A^0", "A", "zeros(n, n, n, n)"),
        ("tr(A^0*B)", "A", "zeros(n, n)"),
        ("A^0*A*x", "x", "A"),
        ("x.^0", "x", "zeros(n, n)"),
    ],
)
def test_the_power_zero(text: str, wrt: str, answer: str) -> None:
    where = "A: matrix(n,n), B: matrix(n,n), x: vector(n)"
    assert str(matcalc.diff(text, wrt, where=where)) == answer


def test_an_exponent_that_turns_out_negative_is_refused() -> None:
    with pytest.raises(matcalc.NoDerivativeError, match="an exponent of at least 0"):
        matcalc.diff("A^-1**b", "A")


def test_sums_in_sums_are_not_multiplied_out() -> None:
    """Each layer has two terms; multiplied out there were a billion."""
    a, b, h = matcalc.matrix("A", "n"), matcalc.matrix("B", "n"), matcalc.vector("x", "n")
    for _ in range(30):
        h = a @ h + b @ h
    d = matcalc.diff(h, "x", limits=matcalc.Limits(work=300_000))
    rng = np.random.default_rng(4)
    values = {"A": rng.random((3, 3)) / 4, "B": rng.random((3, 3)) / 4, "x": rng.random(3)}
    np.testing.assert_allclose(d.evaluate(values), np.linalg.matrix_power(values["A"] + values["B"], 30), rtol=1e-10)
