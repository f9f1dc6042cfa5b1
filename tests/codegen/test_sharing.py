"""What is computed once: sums inside of sums, products that are needed anyway, parts below views."""

from __future__ import annotations

import re
from functools import reduce

import numpy as np
import pytest

import matcalc
from matcalc.codegen.function import function
from matcalc.front.programs import find
from tests.codegen.lines import body, lines, run

SUMS = [  # texts of two vectors, and the lines
    ("[a + b + c; exp(a + b + c + d)]", ["v1 = a + b + c", "return np.hstack([v1, np.exp(v1 + d)])"]),
    ("[b + d; exp(a + b + c + d)]", ["v1 = b + d", "return np.hstack([v1, np.exp(v1 + a + c)])"]),
    ("[a + b; exp(a + c)]", ["return np.hstack([(a + b), np.exp(a + c)])"]),
    ("[a - b; exp(a - b + c)]", ["v1 = a - b", "return np.hstack([v1, np.exp(v1 + c)])"]),
    ("[a + a + b; exp(a + b + c)]", ["return np.hstack([(a + a + b), np.exp(a + b + c)])"]),
    ("[a + b; exp(a + a + b + c)]", ["return np.hstack([(a + b), np.exp(a + a + b + c)])"]),
    ("[a + b; exp(a - b + c)]", ["return np.hstack([(a + b), np.exp(a - b + c)])"]),
]


@pytest.mark.parametrize("text, expected", SUMS)
def test_a_sum_that_contains_another(text: str, expected: list[str]) -> None:
    assert lines(text, "a, b, c, d: vector(n)") == expected


def net(layers: int) -> matcalc.Derivative:
    """The gradient of a residual net."""
    x = matcalc.vector("x", "m")
    h = reduce(lambda h, k: h + np.tanh(matcalc.matrix(f"W{k}", "m", "m") @ h), range(layers), x)
    return matcalc.grad(h.T @ h, "x", verify=False)


def test_code_of_the_gradient_of_a_residual_net_grows_with_the_net() -> None:
    small, large = (sum(map(len, body(net(n).code()))) for n in (10, 40))
    assert large < 5 * small
    rng = np.random.default_rng(0)
    d = net(4)
    given = {n: rng.standard_normal((3, 3) if n != "x" else 3) for n in d.types}
    np.testing.assert_allclose(d.compile()(**given), d.evaluate(given))


def test_a_product_that_is_needed_anyway_is_used_in_another() -> None:
    where = "X: matrix(n,d), L: matrix(d,d), S: matrix(n,k)"
    assert lines("S'*X*L + exp(S')*exp(X*L)", where) == [
        "M1 = X @ L", "return S.T @ M1 + np.exp(S.T) @ np.exp(M1)"
    ]  # fmt: skip
    assert "S.T @ X @ L" in "\n".join(lines("S'*X*L + exp(S')*X", where))


def test_a_comparison_with_a_column_is_broadcast() -> None:
    found = lines("(R == amin_rows(R)*vector(1,k)')*vector(1)", "R: matrix(n,k)")
    assert "ones" not in "\n".join(found)
    source = matcalc.parse("max(x*vector(1,k)', vector(1,n)*y')", "x: vector(n), y: vector(k)")
    x, y = np.array([1.0, 5.0]), np.array([2.0, 3.0, 7.0])
    np.testing.assert_array_equal(source.evaluate(x=x, y=y), np.maximum(x[:, None], y))


@pytest.mark.parametrize("target", ["numpy", "array-api", "torch"])
def test_a_comparison_with_a_column_in_other_targets(target: str) -> None:
    library = pytest.importorskip({"array-api": "array_api_compat"}.get(target, target))
    make = library.tensor if target == "torch" else np.asarray
    e = matcalc.parse("max(R, sum_rows(R)*vector(1,k)')", "R: matrix(n,k)")
    R = np.array([[1.0, -3.0, 0.5], [0.25, 0.25, 0.25]])
    found = run(find(target).write(function([e])))(make(R))
    np.testing.assert_allclose(np.asarray(found), np.maximum(R, R.sum(axis=1)[:, None]))


def test_every_line_is_used() -> None:
    """A part that gets a name below a view is read by this name."""
    text = ("sum(logsumexp_rows(vector(1,n)*a' - 0.5*(sum_rows((X*L).^2)*vector(1,k)'"
            " + vector(1,n)*sum_rows((M*L).^2)' - 2*X*L*L'*M')))")  # fmt: skip
    where = "X: matrix(n,d), M: matrix(k,d), L: matrix(d,d), a: vector(k)"
    for target in ("numpy", "array-api", "jax", "torch"):
        code = "\n".join(body(matcalc.grad(text, "M", where=where).code(target)))
        for name in re.findall(r"^(\w+) = ", code, re.M):
            assert len(re.findall(rf"\b{name}\b", code)) > 1, code
