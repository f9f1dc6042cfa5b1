"""Functions: their parameters in the order of the question, their names, their texts, their one check of shapes."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc import MatcalcError
from matcalc.codegen.function import function
from matcalc.codegen.targets.numpy import numpy
from tests.codegen.lines import run

RNG = np.random.default_rng(3)
X, w, y = RNG.standard_normal((4, 3)), RNG.standard_normal(3), RNG.standard_normal(4)


def test_a_gradient_and_its_hessian_have_one_signature() -> None:
    A, x = RNG.standard_normal((3, 3)), RNG.standard_normal(3)
    g, h = matcalc.grad("x'*A*x", "x"), matcalc.hessian("x'*A*x", "x")
    np.testing.assert_allclose(g.compile()(x, A), (A + A.T) @ x)
    np.testing.assert_allclose(h.compile()(x, A), A + A.T)
    twice = matcalc.diff(matcalc.diff("x'*A*x", "x"), "x")
    np.testing.assert_allclose(twice.compile()(x, A), A + A.T)


def test_all_variables_of_the_question_are_parameters() -> None:
    d = matcalc.hessian("||X*w - y||^2", "w")
    assert "def hess_w(X, w, y):" in d.code()
    np.testing.assert_allclose(d.compile()(X, w, y), 2 * X.T @ X)


NAMES = [
    (lambda: matcalc.grad("||X*w - y||^2", "w"), "grad_w"),
    (lambda: matcalc.diff("A*x", "x"), "jac_x"),
    (lambda: matcalc.hessian("||X*w - y||^2", "w"), "hess_w"),
    (lambda: matcalc.grad("||X*w - y||^2", "w").hvp("v"), "hvp_w"),
    (lambda: matcalc.diff("x^2", "x", where="x: scalar"), "grad_x"),
    (lambda: matcalc.diff("a*b^2", ("a", "b")), "grad_a_b"),
]


@pytest.mark.parametrize(("make", "name"), NAMES, ids=[n for _, n in NAMES])
def test_a_function_has_a_name(make, name) -> None:  # type: ignore[no-untyped-def]
    assert f"def {name}(" in make().code()
    assert f"def value_and_{name}(" in make().code(value=True)
    assert "def mine(" in make().code(name="mine")


@pytest.mark.parametrize("name", ["import", "a b", "", "1x", "f(x)", "x\n", "None"])
def test_a_name_is_checked(name: str) -> None:
    with pytest.raises(MatcalcError):
        matcalc.grad("||X*w - y||^2", "w").code(name=name)


def test_the_text_says_what_is_computed() -> None:
    code = matcalc.grad("||X*w - y||^2", "w").code()
    assert '"""The gradient of ||X*w - y||^2 by w: 2*X\'*(X*w - y).' in code
    assert "Shapes: X (m, n), w (n,), y (m,)." in code


def test_shapes_are_checked_with_one_error() -> None:
    f = matcalc.grad("||X*w - y||^2", "w").compile()
    for args in ((X, w, y[:, None]), (X, w[:2], y), (X.T, w, y), (X[0], w, y), (X, w, y[:1])):
        with pytest.raises(ValueError, match=r"the shapes should be X \(m, n\), w \(n,\), y \(m,\), not"):
            f(*args)


def test_what_is_not_read_is_not_checked_but_may_tell_a_size() -> None:
    d = matcalc.hessian("sum(C)^2", "C", where="C: matrix(n,k)")
    np.testing.assert_allclose(d.compile()(np.zeros((2, 3))), 2 * np.ones((2, 3, 2, 3)))


def test_value_and_derivative_share_work() -> None:
    d = matcalc.grad("||X*w - y||^2", "w")
    assert "return v1 @ v1, 2 * (X.T @ v1)" in d.code(value=True)
    value, gradient = d.compile(value=True)(X, w, y)
    np.testing.assert_allclose(value, np.sum((X @ w - y) ** 2))
    np.testing.assert_allclose(gradient, 2 * X.T @ (X @ w - y))


def test_names_that_mean_something_in_python() -> None:
    where = "np, len, lambda, sum: vector(n)"
    d = matcalc.grad("np'*len + lambda'*sum", "np", where)
    f = run(d.code(), "grad_np")
    x = np.arange(3.0)
    np.testing.assert_allclose(f(np_=x, len_=x + 1, lambda_=x, sum_=x), x + 1)


def test_a_variable_may_be_called_like_a_size() -> None:
    d = matcalc.grad("n*||x||^2 + sum(x)", "x", where="n: scalar, x: vector(m)")
    np.testing.assert_allclose(d.compile()(n=2.0, x=w), 4 * w + 1)


def test_a_language_that_cannot_be_run_is_refused_by_compile() -> None:
    with pytest.raises(MatcalcError, match="code is written for"):
        matcalc.grad("x'*x", "x").compile("cobol")


@pytest.mark.parametrize("layers", [3, 50, 1000])
def test_code_grows_with_the_graph(layers: int) -> None:
    """A residual net: each layer adds a few lines, whatever the number of paths through them."""
    h = matcalc.vector("x", "n")
    for k in range(layers):
        h = h + np.tanh(matcalc.matrix(f"W{k}", "n", "n") @ h)
    source = numpy(function([h], "net"))
    assert len(source) < 400 * (layers + 10)
