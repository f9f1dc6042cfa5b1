r"""Names before an argument: σ'(Wx), Φ(Xw), \exp\big(x\big), functions that are declared to be elementwise.

A row is a text, the variable, the arrays with their sizes and a NumPy function; both layouts are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy import exp, log, tanh
from scipy.special import ndtr

import matcalc
from matcalc.terms.errors import MatcalcError

from .meanings import Row, agrees


def s(z: Any) -> Any:
    return np.sum(z)


def sig(z: Any) -> Any:
    return 1 / (1 + exp(-z))


def slope(z: Any) -> Any:
    return sig(z) * (1 - sig(z))


def density(z: Any) -> Any:
    return exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


NET = "x:3 W:5x3"
ROWS: list[Row] = [
    ("sigmoid'(W x)", "x", NET, lambda x, W: slope(W @ x)),
    (r"\sigma'(Wx)", "x", NET, lambda x, W: slope(W @ x)),
    ("σ'(W x)", "W", NET, lambda x, W: slope(W @ x)),
    (r"\sigma^\prime(Wx)", "x", NET, lambda x, W: slope(W @ x)),
    (r"\sigma^{\prime}\left(Wx\right)", "x", NET, lambda x, W: slope(W @ x)),
    (r"\sigma''(Wx)", "x", NET, lambda x, W: slope(W @ x) * (1 - 2 * sig(W @ x))),
    (r"\sigma^{\prime\prime}(Wx)", "x", NET, lambda x, W: slope(W @ x) * (1 - 2 * sig(W @ x))),
    ("tanh'(W x)", "x", NET, lambda x, W: 1 - tanh(W @ x) ** 2),
    (r"\tanh'(Wx)", "x", NET, lambda x, W: 1 - tanh(W @ x) ** 2),
    ("sum(exp'(x) .* y)", "x", "x:4 y:4", lambda x, y: s(exp(x) * y)),
    (r"y^\top \operatorname{softplus}'(x)", "x", "y:4 x:4", lambda y, x: y @ sig(x)),
    ("(W'y) .* sigmoid'(x)", "x", "x:3 W:5x3 y:5", lambda x, W, y: (W.T @ y) * slope(x)),
    (r"\sigma\big(Wx\big)", "x", NET, lambda x, W: sig(W @ x)),
    (r"\sigma\Big( W x \Big)", "x", NET, lambda x, W: sig(W @ x)),
    (r"y^\top\log\big(x\big)", "x", "y:4 x:4", lambda y, x: y @ log(x)),
    ("Phi(W x)", "x", NET, lambda x, W: ndtr(W @ x)),
    (r"\Phi(Wx)", "W", NET, lambda x, W: ndtr(W @ x)),
    ("Φ(x)", "x", "x:4", lambda x: ndtr(x)),
    (r"y^\top\log\Phi(Wx)", "x", "y:5 x:3 W:5x3", lambda y, x, W: y @ log(ndtr(W @ x))),
    ("phi(x)", "x", "x:4", lambda x: density(x)),
    (r"\phi(Wx)", "x", NET, lambda x, W: density(W @ x)),
    ("φ(a)", "a", "a:", lambda a: density(a)),
    (r"\sigma^2 (X^\top X)^{-1} y", "y", "sigma: X:5x3 y:3", lambda sigma, X, y: sigma**2 * np.linalg.inv(X.T @ X) @ y),
    ("x'(A x - b)", "x", "x:4 A:4x4 b:4", lambda x, A, b: x @ (A @ x - b)),
    ("x'(A)x", "x", "x:4 A:4x4", lambda x, A: x @ A @ x),
    ("A'(A x - b)", "x", "A:5x3 x:3 b:5", lambda A, x, b: A.T @ (A @ x - b)),
    ("f'f", "f", "f:3", lambda f: f @ f),
]


@pytest.mark.parametrize(("text", "wrt", "spec", "meaning"), ROWS, ids=[f"{r[0]} by {r[1]}" for r in ROWS])
def test_means(text: str, wrt: str, spec: str, meaning: Callable[..., Any]) -> None:
    agrees(text, wrt, spec, meaning)


REMARKS = [
    (r"\Phi(x)", "Phi before parentheses is the distribution function of the normal distribution, normcdf"),
    ("φ(x)", "φ before parentheses is the density of the normal distribution, normpdf"),
    (r"\sigma'(x)", "sigma' before parentheses is a derivative of the logistic function, sigmoid"),
    (r"\sigma\big(x\big)", "sigma before parentheses is the logistic function, sigmoid"),
]


@pytest.mark.parametrize(("text", "remark"), REMARKS, ids=[r[0] for r in REMARKS])
def test_remarks(text: str, remark: str) -> None:
    assert remark in [str(r) for r in matcalc.reading(text).remarks]


PHI = "phi: elementwise"
ELEMENTWISE = [  # text, variable, gradient, the same in Unicode
    ("sum(phi(V*X))", "V", "phi'(V*X)*X'", "φ'(VX)Xᵀ"),
    ("||Y - phi(X*W)||^2", "W", "2*X'*(phi'(X*W).*(phi(X*W) - Y))", "2Xᵀ(φ'(XW) ⊙ (φ(XW) − Y))"),
    (r"w^\top \phi(V x)", "x", "V'*(w.*phi'(V*x))", "Vᵀ(w ⊙ φ'(Vx))"),
    (r"\mathbf{1}^\top \phi^{\prime}(\mathbf{x})", "x", "phi''(x)", "φ''(x)"),
    ("sum(φ(exp(φ(x))))", "x", "phi'(x).*exp(phi(x)).*phi'(exp(phi(x)))", "φ'(x) ⊙ exp(φ(x)) ⊙ φ'(exp(φ(x)))"),
    ("phi(a)^2", "a", "2*phi(a)*phi'(a)", "2φ(a)φ'(a)"),
]


@pytest.mark.parametrize(("text", "wrt", "answer", "shown"), ELEMENTWISE, ids=[r[0] for r in ELEMENTWISE])
def test_elementwise_functions(text: str, wrt: str, answer: str, shown: str) -> None:
    d = matcalc.grad(text, wrt, PHI)
    assert (str(d), d.unicode()) == (answer, shown)
    assert d.check().ok
    types = {**{n: str(t) for n, t in d.types.items()}, "phi": "elementwise"}
    assert all(matcalc.parse(t, types) is d.expr for t in (str(d), d.unicode(), d.latex()))


def test_the_hessian_has_the_second_derivative() -> None:
    h = matcalc.hessian("w'phi(V x)", "x", PHI)
    assert str(h) == "V'*diag(w.*phi''(V*x))*V"
    assert h.check().ok


def test_values_and_code_of_elementwise_functions() -> None:
    d = matcalc.grad("sum(phi(V*X))", "V", PHI)
    rng = np.random.default_rng(1)
    V, X = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
    wanted = (1 - tanh(V @ X) ** 2) @ X.T
    slope_of = {"phi'": lambda z: 1 - tanh(z) ** 2}
    np.testing.assert_allclose(d.evaluate({"V": V, "X": X, **slope_of}), wanted)
    np.testing.assert_allclose(d.compile()(V, X, slope_of["phi'"]), wanted)
    assert "def grad_V(V, X, dphi):" in d.code()
    with pytest.raises(MatcalcError, match="no value for the function phi': give a callable under that name"):
        d.evaluate({"V": V, "X": X})
    with pytest.raises(MatcalcError, match="phi' is elementwise"):
        d.evaluate({"V": V, "X": X, "phi'": np.sum})


def test_steps_and_other_notations_of_elementwise_functions() -> None:
    d = matcalc.grad("sum(phi(V*x))", "x", PHI)
    assert "phi: d(phi(A)) = phi'(A) .* d(A)" in str(d.steps(detail="full"))
    assert "<msup><mi>φ</mi><mo>′</mo></msup>" in matcalc.front.formats.in_format(d, "mathml")
    assert "phi'" in matcalc.front.formats.in_format(d, "typst")
    with pytest.raises(MatcalcError, match="the declared function"):
        d.to_sympy()


REFUSED = [
    ("sum(gamma(x))", "gamma: elementwise", "gamma is known: choose another name for an elementwise function"),
    ("sum(t(x))", "t: elementwise", "t is known: choose another name"),
    ("u'(x)", "u: vector(n) -> vector(m)", "u' needs u: elementwise; of a function with shapes write ∂u/∂x"),
    ("phi", "phi: elementwise", "phi is a function: write phi(…)"),
    ("phi(x, y)", "phi: elementwise", "phi takes one argument, not 2"),
]


@pytest.mark.parametrize(("text", "where", "message"), REFUSED, ids=[r[1] for r in REFUSED])
def test_refused(text: str, where: str, message: str) -> None:
    with pytest.raises(MatcalcError) as caught:
        matcalc.parse(text, where)
    assert message in str(caught.value)


@pytest.mark.parametrize(("text", "product"), [
    ("Si x", "S*i*x"), ("a Ei", "a*E*i"), ("Ci*x", "C*i*x"), ("lambda_max*x", "lambda_max*x"), ("a fma", "a*f*m*a"),
    ("x - std*y", "x - std*y"), ("beta (x + y)", "beta*(x + y)"),
])  # fmt: skip
def test_names_of_functions_without_parentheses_are_products(text: str, product: str) -> None:
    assert matcalc.parse(text) == matcalc.parse(product)
