"""Definitions behind an expression are put in; prose behind it is left out."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.terms.errors import MatcalcError

READ = [
    ("2X'r, where r = Xw - y", "2*X'*(X*w - y)"),
    ("2Xᵀr, where r = Xw − y", "2*X'*(X*w - y)"),
    ("r'*r with r = X*w - y", "(X*w - y)'*(X*w - y)"),
    (r"2X^\top r, \quad \text{where } r = Xw - y", "2*X'*(X*w - y)"),
    (r"2\mathbf{X}^\top\mathbf{r}, \text{ where } \mathbf{r} = \mathbf{X}\mathbf{w} - \mathbf{y}.", "2*X'*(X*w - y)"),
    (r"\|r\|^2, \text{ where } r = y - \hat{y} \text{ and } \hat{y} = X\beta", "||y - X*beta||^2"),
    (r"\begin{aligned} & a\,r + s, \\ & \text{where } r = \exp(s), \\ & \phantom{\text{where }} s = x^2 \end{aligned}",
     "a*exp(x^2) + x^2"),
    ("a*r + s, where r = exp(s), s = x^2", "a*exp(x^2) + x^2"),
    ("r_1'*r_2, where r_1 = A*x; r_2 = tanh(r_1)", "(A*x)'*tanh(A*x)"),
    ("c*sum(i=0..2, X^i), where c = tr(A)", "tr(A)*sum(i=0..2, X^i)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "want"), READ, ids=[row[0] for row in READ])
def test_definitions_are_put_in(text: str, want: str) -> None:
    where = "beta: vector(k), a, x: scalar" if "beta" in want or "x^2" in want else None
    where = "X: matrix(m,k), y: vector(m), beta: vector(k)" if "beta" in want else where
    got = matcalc.parse(text, where=where)
    assert got is matcalc.parse(want, where=where)


REFUSED = [
    ("r + s where r = s*s, s = r + 1", "r is defined by itself"),
    ("2X'r, where r = Xw -", "something is missing after -"),
    ("2X'r, where r = X*(w + y), y = [1, 2]", "a sum needs equal shapes, but w is (n) and y is (1, 2)"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_put_in(text: str, message: str) -> None:
    with pytest.raises(MatcalcError) as caught:
        matcalc.parse(text, where="X: matrix(m,n), w: vector(n)")
    assert message in str(caught.value)


LEFT_OUT = [
    r"\|Xw - y\|^2, \quad \text{where } w \text{ is a vector}",
    r"\|Xw - y\|^2, \quad \text{where } n = 10",
    r"\|Xw - y\|^2, \quad \text{where } \sigma(z) = 1/z",
]


@pytest.mark.parametrize("text", LEFT_OUT)
def test_what_is_no_definition_is_left_out(text: str) -> None:
    read = matcalc.reading(text)
    assert str(read.expr) == "||X*w - y||^2" and "is left out" in str(read.remarks[0])


def test_the_gradient_of_what_is_defined() -> None:
    assert str(matcalc.grad("||r||^2, where r = X*w - y", "w")) == "2*X'*(X*w - y)"
    assert str(matcalc.grad(r"\|r\|^2, \text{ where } r = Xw - y", "r")) == "2*r"


def test_a_chain_of_definitions_is_read_once() -> None:
    equations = ", ".join(f"r_{k + 1} = r_{k}.*r_{k} + x" for k in range(1, 200))
    e = matcalc.parse(f"r_200, where r_1 = x + y, {equations}", where="x, y: vector(n)")
    assert e.free == {"x", "y"} and len(str(e)) < 20_000
