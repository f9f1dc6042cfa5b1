"""Finite sums: the derivatives of powers X^k with a symbolic k, against numbers, and how they are written."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.simplification.normal import simplify
from matcalc.terms.errors import EvaluationError, NoDerivativeError
from matcalc.terms.expression import Expr, as_shape, mm, num, power, prod, t, var
from matcalc.terms.rebuild import counter, fresh_counter, series
from matcalc.terms.shapes import SCALAR, Dim

WHERE = {
    "X": "matrix(n, n)", "A": "matrix(n, n)", "B": "matrix(n, n)", "a": "vector(n)", "b": "vector(n)",
    "k": "scalar", "s": "scalar",
}  # fmt: skip
CASES = [
    ("a'*X^k*b", "X"), ("X^k*b", "X"), ("X^k", "X"), ("A*X^k*B", "X"), ("tr(A*X^k)", "X"), ("||X^k||^2", "X"),
    ("(s*A + B)^k", "s"), ("a'*(s*A + B)^k*b", "s"), ("(s*A + B)^k*b", "s"), ("X^(k + 1)*b", "X"),
    ("inv(X^k)*b", "X"), ("(A*X)^k*b", "X"), ("tr(X^k)", "X"), ("det(X^k)", "X"), ("a'*expm(X^k)*b", "X"),
    ("sum(i=0..k, s^i*a'*X^i*b)", "X"), ("sum(i=0..k, s^i*X^i*b)", "s"),
]  # fmt: skip


def values(k: int) -> dict[str, object]:
    rng = np.random.default_rng(k)
    out: dict[str, object] = {n: 0.5 * rng.standard_normal((3, 3)) for n in "XAB"}
    return out | {"a": rng.standard_normal(3), "b": rng.standard_normal(3), "k": k, "s": 0.7}


def numerical(source: str, x: str, at: dict[str, object]) -> np.ndarray:
    """The derivative by differences, with the axes of the value before those of the variable."""
    f = matcalc.parse(source, where=WHERE)
    x0 = np.asarray(at[x], dtype=float)
    parts = []
    for place in np.ndindex(x0.shape):
        e = np.zeros(x0.shape)
        e[place] = 1e-5
        up, down = (np.asarray(f.evaluate({**at, x: x0 + sign * e})) for sign in (1, -1))
        parts.append((up - down) / 2e-5)
    return np.moveaxis(np.array(parts).reshape((*x0.shape, *parts[0].shape)), range(x0.ndim), range(-x0.ndim, 0))


@pytest.mark.parametrize("k", [3, 4])
@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize(("source", "x"), CASES)
def test_against_numbers(source: str, x: str, layout: str, k: int) -> None:
    d = matcalc.diff(source, x, where=WHERE, layout=layout)
    want = numerical(source, x, values(k))
    rank = np.ndim(values(k)[x])
    axes = list(range(want.ndim))
    order = axes[: want.ndim - rank] + axes[want.ndim - rank :][::-1]
    want = want.transpose(order if layout == "numerator" else order[::-1])
    got = d.evaluate(values(k))
    np.testing.assert_allclose(np.squeeze(got), want, rtol=1e-6, atol=1e-7)
    back = matcalc.parse(str(d), where=WHERE)
    np.testing.assert_allclose(np.asarray(back.evaluate(values(k))), np.asarray(got), rtol=1e-12)


@pytest.mark.parametrize(
    ("source", "layout", "want"),
    [
        ("a'*X^k*b", "denominator", "sum(i=0..k - 1, (X^i)'*a*b'*(X^(k - i - 1))')"),
        ("a'*X^k*b", "numerator", "sum(i=0..k - 1, X^(k - i - 1)*b*a'*X^i)"),
        ("tr(X^k)", "numerator", "k*X^(k - 1)"),
        ("X^k", "numerator", "sum(i=0..k - 1, einsum('jl,mn->jnml', X^i, X^(k - i - 1)))"),
    ],
)
def test_textbook_forms(source: str, layout: str, want: str) -> None:
    """Matrix Cookbook 90, 91 and 121."""
    d = matcalc.diff(source, "X", layout=layout)
    assert str(d) == want
    assert d.assumptions == ["integer(k)"]
    assert d.check().ok


def test_notations() -> None:
    d = matcalc.grad("a'*X^k*b", "X")
    assert d.unicode() == "∑_{i=0}^{k − 1} (X^i)ᵀabᵀ(X^(k − i − 1))ᵀ"
    assert d.latex().startswith(r"\sum_{i=0}^{k - 1} \left(\mathbf{X}^{i}\right)^\top \mathbf{a}")


@pytest.mark.parametrize("source", ["a'*X^k*b", "X^k", "(s*A + B)^k*b", "||X^k||^2"])
def test_numpy_source(source: str) -> None:
    from matcalc.codegen.python import python_function

    x = "s" if "s" in source else "X"
    d = matcalc.diff(source, x, where=WHERE)
    scope: dict[str, object] = {}
    exec(python_function(d.expr, "f", d.types), scope)
    at = values(3)
    f = scope["f"]
    names = f.__code__.co_varnames[: f.__code__.co_argcount]  # type: ignore[attr-defined]
    np.testing.assert_allclose(f(*(at[n] for n in names)), d.evaluate(at))  # type: ignore[operator]


def test_other_forms() -> None:
    d = matcalc.diff("X^k", "X")
    assert str(d.vec()) == "sum(i=0..k - 1, kron((X^(k - i - 1))', X^i))"
    assert str(d.index()) == "∂Y[i,j]/∂X[p,q] = sum[r=0..k - 1] (X^r)[i,p]*(X^(k - r - 1))[q,j]"
    assert str(d.differential()) == "sum(i=0..k - 1, X^i*d(X)*X^(k - i - 1))"


def test_second_derivatives() -> None:
    h = matcalc.hessian("a'*X^k*b", "X", where=WHERE)
    assert h.check(tolerance=1e-4).ok
    assert matcalc.grad("a'*X^k*b", "X", where=WHERE).hvp("V").expr.shape == as_shape("n", "n")


@pytest.mark.parametrize("source", ["X^(-k)", "X^(-2*k)*b"])
def test_negative_exponents_are_refused(source: str) -> None:
    with pytest.raises(NoDerivativeError, match="inv"):
        matcalc.diff(source, "X")


def test_by_the_exponent() -> None:
    for source in ("tr(X^k)", "X^k", "sum(i=0..k, i^2)"):
        with pytest.raises(NoDerivativeError):
            matcalc.diff(source, "k")


@pytest.mark.parametrize("k", [2.5, -3])
def test_limits_are_whole_numbers(k: float) -> None:
    d = matcalc.grad("a'*X^k*b", "X", where=WHERE)
    with pytest.raises(EvaluationError):
        d.evaluate(values(3) | {"k": k})


def test_an_empty_sum_is_zero() -> None:
    got = matcalc.grad("a'*X^k*b", "X", where=WHERE).evaluate(values(3) | {"k": 0})
    np.testing.assert_array_equal(got, np.zeros((3, 3)))


# --- the node itself ------------------------------------------------------------------------------------------

n = Dim.of("n")
X, A = var("X", (n, n)), var("A", (n, n))
k, s = var("k", SCALAR), var("s", SCALAR)


def over(body: Expr, index: Expr) -> Expr:
    return series(body, index, num(0), k)


def test_equal_but_for_the_name_of_the_index() -> None:
    i, j = fresh_counter(), fresh_counter()
    assert over(power(X, i), i) is over(power(X, j), j)
    one = over(mm(over(mm(power(X, i), power(A, j)), j), A), i)
    two = over(mm(over(mm(power(X, j), power(A, i)), i), A), j)
    assert one is two
    assert one.free == {"X", "A", "k"}


def test_a_bound_index_is_not_captured() -> None:
    i = fresh_counter()
    inner = over(power(A, i), i)
    outer = over(mm(power(X, i), inner), i)
    assert outer.args[0].args[1] is inner
    assert counter(inner.data) not in outer.args[0].args[:1]


def test_what_does_not_depend_on_the_index_moves_out() -> None:
    i = fresh_counter()
    assert str(simplify(over(prod(s, mm(A, power(X, i), A)), i))) == "s*A*sum(i=0..k, X^i)*A"
    assert str(simplify(over(prod(s, i), i))) == "s*sum(i=0..k, i)"
    assert str(simplify(over(A, i))) == "(1 + k)*A"
    assert str(simplify(t(over(mm(power(X, i), A), i)))) == "A'*sum(i=0..k, X^i)'"


@pytest.mark.parametrize(
    "text",
    ["sum(i=0..k - 1, (X^i)'*a*b'*(X^(k - i - 1))')", "2*sum(i=0..3, i*x) + y", "sum(j=1..n, sum(i=0..j, X^i*Y^j))",
     "sum(i=0..k, X^i)*x", "i*sum(j=0..k, X^j)"],
)  # fmt: skip
def test_reading_back(text: str) -> None:
    e = matcalc.parse(text)
    assert str(e) == text
    assert matcalc.parse(str(e)) is e


@pytest.mark.parametrize("text", ["sum(i=0..x', i*x)", "sum(i=0, i*x)", "sum(i=0..3)", "x..y", "sum(i=0..k, X^i"])
def test_malformed_sums(text: str) -> None:
    with pytest.raises(matcalc.MatcalcError):
        matcalc.parse(text)
