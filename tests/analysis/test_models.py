"""Gauss-Newton and Fisher matrices: the forms of books, and numbers."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.numbers.evaluate import evaluate

from .numbers import function, question

# the residual or loss, the variable, declarations, the model where it is named, the matrix, the source
GAUSS_NEWTON = [
    ("A*x - b", "x", None, None, "A'*A", "Nocedal and Wright 10.2"),
    ("tanh(X*w) - y", "w", None, None, "X'*diag((1 - tanh(X*w).^2).^2)*X", "Nocedal and Wright 10.3"),
    ("||tanh(X*w) - y||^2/2", "w", None, None, "X'*diag((1 - tanh(X*w).^2).^2)*X", "Nocedal and Wright 10.3"),
    ("(exp(a*t) - b)^2/2", "t", "a, b, t: scalar", None, "a^2*exp(2*a*t)", "a curve of one parameter"),
    ("sum(log(1 + exp(-y.*(X*w))))", "w", None, None, "X'*diag(y.^2.*sigmoid(y.*(X*w)).*sigmoid(-y.*(X*w)))*X",
     "Boyd and Vandenberghe 7.1"),
    ("-y'*log(softmax(W*x))", "W", None, None, "sum(y)*kron(x*x', diag(softmax(W*x)) - softmax(W*x)*softmax(W*x)')",
     "Schraudolph 2002: a matching loss"),
    ("||W*tanh(V*x) - y||^2/2", "V", None, "W*tanh(V*x)",
     "kron(x*x', diag(1 - tanh(V*x).^2)*W'*W*diag(1 - tanh(V*x).^2))", "Martens and Grosse 2015, 2.1"),
    ("-y'*log(softmax(W*tanh(V*x)))", "x", None, "W*tanh(V*x)",
     "sum(y)*V'*diag(1 - tanh(V*x).^2)*W'*(diag(softmax(W*tanh(V*x))) - softmax(W*tanh(V*x))*softmax(W*tanh(V*x))')"
     "*W*diag(1 - tanh(V*x).^2)*V", "Schraudolph 2002"),
    ("sum(log(cosh(X*w - y)))", "w", None, None, "X'*diag(1 - tanh(X*w - y).^2)*X", "a robust loss"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "where", "model", "wanted", "source"), GAUSS_NEWTON)
def test_gauss_newton(text: str, wrt: str, where: str | None, model: str | None, wanted: str, source: str) -> None:
    found = matcalc.gauss_newton(text, wrt, where, model=model)
    assert found.certificate.kind in ("exact", "points"), source
    _, values = question(text, wrt, where)
    types = {n: str(t) for n, t in found.types.items()}
    told = evaluate(matcalc.parse(wanted, where=types), values, found.types)
    assert np.allclose(found.evaluate(values), told), source


@pytest.mark.parametrize("text", ["sum(log(1 + exp(-y.*(X*w))))", "||X*w - y||^2", "logsumexp(X*w)"])
def test_of_a_linear_model_it_is_the_hessian(text: str) -> None:
    found, h = matcalc.gauss_newton(text, "w"), matcalc.hessian(text, "w")
    _, values = question(text, "w", None)
    assert np.allclose(found.evaluate(values), h.evaluate(values))


# the negative log-likelihood, the variable, the observed, declarations, the information, the mean, the source
FISHER = [
    ("sum(log(1 + exp(X*w))) - y'*X*w", "w", None, "X'*diag(sigmoid(X*w).*(1 - sigmoid(X*w)))*X", "sigmoid(X*w)",
     "McCullagh and Nelder 2.5"),
    ("-y'*log(sigmoid(X*w)) - (1 - y)'*log(1 - sigmoid(X*w))", "w", None,
     "X'*diag(sigmoid(X*w).*(1 - sigmoid(X*w)))*X", "sigmoid(X*w)", "McCullagh and Nelder 4.4"),
    ("sum(exp(X*w)) - y'*X*w", "w", None, "X'*diag(exp(X*w))*X", "exp(X*w)", "McCullagh and Nelder 6.2"),
    ("||y - X*w||^2/(2*s)", "w", "s: positive scalar", "X'*X/s", "X*w", "McCullagh and Nelder 3.2"),
    ("||y - tanh(X*w)||^2/(2*s)", "w", "s: positive scalar", "X'*diag((1 - tanh(X*w).^2).^2)*X/s", "tanh(X*w)",
     "nonlinear regression"),
    ("(y - X*w)'*inv(S)*(y - X*w)/2", "w", "S: spd matrix(m,m)", "X'*inv(S)*X", "X*w",
     "generalised least squares, Aitken"),
    ("sum(y./exp(X*w)) + sum(X*w)", "w", None, "X'*X", "exp(X*w)", "McCullagh and Nelder 8.3: gamma, logarithmic link"),
    ("sum(exp(tanh(X*w))) - y'*tanh(X*w)", "w", None,
     "X'*diag(exp(tanh(X*w)).*(1 - tanh(X*w).^2).^2)*X", "exp(tanh(X*w))", "Poisson, a network before the link"),
    ("r - y*log(r)", "r", "r: positive scalar, y: scalar", "1/r", "r", "Casella and Berger 7.3: Poisson"),
    ("-y*log(p) - (1 - y)*log(1 - p)", "p", "p: unit positive scalar, y: scalar", "1/(p*(1 - p))", "p",
     "Casella and Berger 7.3: Bernoulli"),
    ("r*y - log(r)", "r", "r: positive scalar, y: scalar", "1/r^2", "1/r", "Casella and Berger 7.3: exponential"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "where", "wanted", "mean", "source"), FISHER)
def test_fisher(text: str, wrt: str, where: str | None, wanted: str, mean: str, source: str) -> None:
    found = matcalc.fisher(text, wrt, "y", where)
    assert found.certificate.kind in ("exact", "points"), source
    assert "y" not in found.expr.free
    p, values = question(text, wrt, where)
    types = {n: str(t) for n, t in found.types.items()}
    given = {n: v for n, v in values.items() if n != "y"}
    told = evaluate(matcalc.parse(wanted, where=types), given, found.types)
    assert np.allclose(found.evaluate(given), told), source
    average = evaluate(matcalc.parse(mean, where=types), given, found.types)
    h = matcalc.hessian(text, wrt, where)  # the Hessian is linear in y: its mean is that at the mean of y
    assert np.allclose(h.evaluate({**values, "y": average}), found.evaluate(given)), source
    assert np.isfinite(function(p, values, wrt)(values[wrt]))


@pytest.mark.parametrize(("call", "message"), [
    (lambda: matcalc.fisher("sum(log(1 + exp(-y.*(X*w))))", "w"), "score by the model is not linear in y"),
    (lambda: matcalc.fisher("||X*w||^2", "w", "z", where="z: vector(m)"), "depends on z"),
    (lambda: matcalc.fisher("X*w", "w", "X"), "a scalar"),
    (lambda: matcalc.gauss_newton("a'*x", "x"), "no part of this is a convex loss"),
    (lambda: matcalc.gauss_newton("||tanh(X*w) - y||^2", "w", model="sinh(X*w)"), "does not occur in"),
    (lambda: matcalc.gauss_newton("||tanh(X*w) - y||^2 + w'*w", "w", model="tanh(X*w)"), "beside the model"),
    (lambda: matcalc.gauss_newton("||b||^2", "x", where="x: vector(n)"), "does not depend on x"),
])  # fmt: skip
def test_what_is_refused(call: object, message: str) -> None:
    with pytest.raises(matcalc.MatcalcError, match=message):
        call()  # type: ignore[operator]
