"""Diagonals and traces of Hessians, and Taylor polynomials: the forms of books, and numbers."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.numbers.evaluate import evaluate

from .numbers import function, question, second_differences

# the expression, the variable, declarations, the diagonal of the Hessian, the Laplacian, the source
LAPLACIANS = [
    ("x'*A*x", "x", None, "2*diag(A)", "2*tr(A)", "Matrix Cookbook 2.4: the Hessian is A + A'"),
    ("||x||^2", "x", None, "2*vector(1,n)", "2*n", "Evans, Partial Differential Equations, 2.2"),
    ("||x||", "x", None, None, "(n - 1)/||x||", "Evans, 2.2: the Laplacian of r is (n - 1)/r"),
    ("log(x'*x)", "x", None, None, "(2*n - 4)/(x'*x)", "Evans, 2.2: log r is harmonic for n = 2"),
    ("1/||x||", "x", "x: vector(3)", None, "0", "Evans, 2.2: 1/r is harmonic in three dimensions"),
    ("exp(a'*x)", "x", None, "exp(a'*x)*a.^2", "a'*a*exp(a'*x)", "by the chain rule"),
    ("exp(-x'*x/2)", "x", None, None, "exp(-x'*x/2)*(x'*x - n)", "the Hermite function of order 2"),
    ("sin(k'*x)", "x", None, None, "-k'*k*sin(k'*x)", "a plane wave: Helmholtz with -||k||^2"),
    ("sum(x.^4)", "x", "x: vector(n)", "12*x.^2", "12*sum(x.^2)", "entry by entry"),
    ("||A*x - b||^2", "x", None, "2*diag(A'*A)", "2*tr(A'*A)", "Boyd and Vandenberghe A.4"),
    ("logsumexp(x)", "x", "x: vector(n)", "softmax(x) - softmax(x).^2", "1 - softmax(x)'*softmax(x)",
     "Boyd and Vandenberghe 3.1.5"),
    ("tr(X'*A*X*B)", "X", None, "2*diag(A)*diag(B)'", "2*tr(A)*tr(B)", "the trace of a Kronecker product"),
    ("||T - U*V'||^2", "U", None, "2*vector(1,m)*diag(V'*V)'", "2*m*tr(V'*V)", "the trace of V'V ⊗ I"),
    ("logdet(X)", "X", None, "-(inv(X).^2)'", "-tr(inv(X)*inv(X)')", "Matrix Cookbook 57, twice"),
    ("tr(X*X)", "X", None, "2*eye(n)", "2*n", "the trace of twice the commutation matrix"),
    ("sum(exp(A*X))", "X", "A: matrix(m,n), X: matrix(n,k)", "(A.^2)'*exp(A*X)", None, "entry by entry"),
    ("a'*x", "x", None, "vector(0,n)", "0", "linear"),
    ("c*exp(a*t)", "t", "t, a, c: scalar", "c*a^2*exp(a*t)", "c*a^2*exp(a*t)", "of a scalar f''"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "where", "diagonal", "trace", "source"), LAPLACIANS)
def test_diagonal_and_laplacian(text: str, wrt: str, where: str | None, diagonal: str | None, trace: str | None,
                                source: str) -> None:  # fmt: skip
    p, values = question(text, wrt, where)
    h = matcalc.hessian(text, wrt, where)
    entries = second_differences(function(p, values, wrt), values[wrt])
    types = {n: str(t) for n, t in h.types.items()}
    for found, wanted, numbers in ((h.diagonal(), diagonal, entries), (h.laplacian(), trace, entries.sum())):
        assert found.certificate.kind in ("exact", "points"), source
        given = {n: v for n, v in values.items() if n in found.types}
        assert np.allclose(found.evaluate(given), numbers, rtol=1e-5, atol=1e-5), source
        if wanted is not None:
            told = evaluate(matcalc.parse(wanted, where=types), given, found.types)
            assert np.allclose(found.evaluate(given), told), source
    assert str(matcalc.laplacian(text, wrt, where)) == str(h.laplacian())


@pytest.mark.parametrize(("text", "wrt", "where", "printed"), [
    ("logsumexp(A*x)", "x", None, "logsumexp(A*x0) + softmax(A*x0)'*A*(x - x0) + (x - x0)'*A'*(diag(softmax(A*x0)) - "
     "softmax(A*x0)*softmax(A*x0)')*A*(x - x0)/2"),
    ("logdet(X)", "X", None, "logdet(X0) + tr(inv(X0)*(X - X0)) - tr(inv(X0)*(X - X0)*inv(X0)*(X - X0))/2"),
    ("x'*A*x", "x", None, "x0'*A*x0 + x0'*(A + A')*(x - x0) + (x - x0)'*A*(x - x0)"),
    ("a'*x", "x", None, "a'*x0 + a'*(x - x0)"),
    ("||X||^2", "X", "X: matrix(m,n)", "||X0||_F^2 + 2*tr(X0'*(X - X0)) + tr((X - X0)*(X - X0)')"),
    ("exp(a*t)", "t", "t, a: scalar", "exp(a*t0) + a*(t - t0)*exp(a*t0) + a^2*(t - t0)^2*exp(a*t0)/2"),
    ("exp(t*x)", "t", "t: scalar, x: vector(n)", None),
    ("tr(inv(X)*A)", "X", None, None),
    ("sum(log(1 + exp(X*w)))", "w", None, None),
    ("sqrt(1 + x'*x)", "x", None, None),
])  # fmt: skip
def test_taylor(text: str, wrt: str, where: str | None, printed: str | None) -> None:
    """The difference from the expression is of third order in the step."""
    p, values = question(text, wrt, where)
    t = matcalc.taylor(text, wrt, where=where)
    assert t.certificate.kind in ("exact", "points")
    if printed is not None:
        assert str(t) == printed
    types = {n: str(kind) for n, kind in t.types.items()}
    assert matcalc.parse(str(t), where=types) is t.expr
    f, x0 = function(p, values, wrt), np.asarray(values[wrt], dtype=float)
    step = np.random.default_rng(1).standard_normal(x0.shape)

    def gap(h: float) -> float:
        at = {**{n: v for n, v in values.items() if n in t.types}, f"{wrt}0": x0, wrt: x0 + h * step}
        return float(np.abs(f(x0 + h * step) - t.evaluate({n: v for n, v in at.items() if n in t.types})).max())

    assert gap(1e-2) < 0.2 * gap(2e-2) + 1e-12  # an eighth, to rounding


def test_taylor_around_zero_and_of_first_order() -> None:
    assert str(matcalc.taylor("exp(a*t)", "t", "0", where="t, a: scalar")) == "1 + a*t + a^2*t^2/2"
    first = matcalc.taylor("A*tanh(x)", "x", order=1)
    assert str(first) == "A*tanh(x0) + A*((x - x0).*(vector(1) - tanh(x0).^2))"
    assert str(matcalc.taylor("logdet(X)", "X", "Y", order=1)) == "logdet(Y) + tr(inv(Y)*(X - Y))"


@pytest.mark.parametrize(("call", "message"), [
    (lambda: matcalc.taylor("A*x", "x"), "with order=1 that of a vector"),
    (lambda: matcalc.taylor("a'*x", "x", order=3), "order of a Taylor polynomial is 1 or 2"),
    (lambda: matcalc.taylor("a'*x", "x", at="x"), "the point does not depend on x"),
    (lambda: matcalc.taylor("a'*x", "x", at="2*z"), "does not occur in the question"),
    (lambda: matcalc.laplacian("A*x", "x"), "the Laplacian is that of a scalar"),
    (lambda: matcalc.grad("x'*x", "x").laplacian(), "read off a Hessian"),
    (lambda: matcalc.grad("x'*x", "x").diagonal(), "read off a Hessian"),
])  # fmt: skip
def test_what_is_refused(call: object, message: str) -> None:
    with pytest.raises(matcalc.MatcalcError, match=message):
        call()  # type: ignore[operator]
