"""Vectors that stand in inner products of several terms, roots of numbers, and what else makes an answer shorter."""

from __future__ import annotations

import pytest

import matcalc

WHERE = (
    "x: vector(n), a: vector(n), b: vector(n), c: vector(n), u: vector(n), d: vector(n), q: vector(n), t: vector(k), "
    "A: matrix(m,n), K: matrix(m,n), W: matrix(m,n), X: matrix(m,n), V: matrix(n,k), R: matrix(p,m), B: matrix(p,m), "
    "Y: matrix(p,n), s: scalar, r: scalar"
)

# question, variable, the derivative in denominator layout
SHORTER = [
    ("a'*x*x'*b", "x", "(a*b' + b*a')*x"),
    ("(a'*x)^2 + (b'*x)^2", "x", "2*(a*a' + b*b')*x"),
    ("(a'*x)^2 - s*a'*x*x'*c", "x", "((2*a - s*c)*a' - s*a*c')*x"),
    ("s*a'*x + b'*x", "x", "s*a + b"),
    ("||softmax(K*q)||^2", "q", "2*K'*(softmax(K*q).^2 - sum(softmax(K*q).^2)*softmax(K*q))"),
    ("||V'*softmax(q) - t||^2", "q", "2*(diag(softmax(q)) - softmax(q)*softmax(q)')*V*(V'*softmax(q) - t)"),
    ("||Y - (R.*B)*W||^2", "R", "2*B.*(((R.*B)*W - Y)*W')"),
    ("sum((X./(vector(1)*d')).^2) - sum(X./(vector(1)*d')*u)", "u", "-(X'*vector(1))./d"),
    ("erf(s/sqrt(2))/2", "s", "exp(-s^2/2)/sqrt(2*pi)"),
    ("exp(-s^2/2)/sqrt(2*pi)", "s", "-s*exp(-s^2/2)/sqrt(2*pi)"),
    ("2*s*sqrt(r)/sqrt(2)", "s", "sqrt(2*r)"),
    ("s*sqrt(3)/6", "s", "sqrt(3)/6"),
]  # fmt: skip


@pytest.mark.parametrize("question, by, expected", SHORTER)
def test_is_shorter(question: str, by: str, expected: str) -> None:
    assert str(matcalc.diff(question, by, "denominator", WHERE)) == expected


def test_a_transposed_factor_may_be_a_chain() -> None:
    text = "logsumexp(inv(eye(k) + 0.2*(U.*((X*R).*(X*R))))*(X*y))"
    where = "X: matrix(k,m), U: matrix(k,k), R: matrix(m,k), y: vector(m)"
    product = matcalc.grad(text, "X", where=where).hvp("v_1")
    assert str(product.certificate).startswith("equal with probability")
