"""Expressions in words: what is said of each, and that long ones are said shortly."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.printing.in_words import in_words

SAID = [
    ("||Xw - y||^2", "a number: the squared norm of Xw − y"),
    ("||Y - X*W||^2", "a number: the squared Frobenius norm of Y − XW"),
    ("mean((Xw - y)^2)", "a number: the mean of the squared entries of Xw − y"),
    ("x'Ax/2", "a number: xᵀAx/2"),
    ("log(sum(exp(x)))", "a number: log of the sum of exp of each entry of x"),
    ("-sum(p.*log(p))", "a number: minus the sum of the entries of p ⊙ log(p)"),
    ("1/2*||x||^2 + lam*||w||_1",
     "a number: half of the squared norm of x, plus lam times the sum of the absolute values of the entries of w"),
    ("tr(A'*B)", "a number: the trace of AᵀB"),
    ("max(0, 1 - y*(w'x))", "a number: the larger of 0 and 1 − ywᵀx"),
    ("logdet(S) + tr(inv(S)*C)", "a number: the logarithm of the determinant of S, plus the trace of S⁻¹C"),
    (r"\frac{x^T y}{\|x\|\|y\|}", "a number: xᵀy, divided by the norm of x, divided by the norm of y"),
    ("3*||x||", "a number: 3 times the norm of x"),
    ("||x||^3", "a number: the norm of x to the power 3"),
    ("sqrt(||x||)", "a number: the square root of the norm of x"),
    ("A*x + b", "a vector (m): Ax + b"),
    ("tanh(W*x + b)", "a vector (m): tanh of each entry of Wx + b"),
    ("softmax(W*x)", "a vector (m): the softmax of the entries of Wx"),
    ("kron(A, B)", "a matrix (k*m, l*n): the Kronecker product of A and B"),
    ("max(x, y)", "a vector (n): the larger of x and y, entry by entry"),
    ("log|X|", "a number: log of the determinant of X"),
    ("|Xw - y|^2", "a number: the squared norm of Xw − y"),
    ("|x|", "a vector (n): abs of each entry of x"),
    ("e^{At}", "a matrix (n, n): the matrix exponential of tA"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), SAID, ids=[t for t, _ in SAID])
def test_said(text: str, said: str) -> None:
    assert in_words(matcalc.parse(text)) == said


def test_long_sums_are_said_in_part() -> None:
    text = " + ".join(f"||x - {i}*y||" for i in range(2, 40))
    said = in_words(matcalc.parse(text))
    assert said.startswith("a number: the norm of x − 2y, plus ") and said.endswith(", and 32 more terms")


def test_functions_in_functions_are_said_in_part() -> None:
    text = "x"
    for k in range(12):
        text = f"{'sin' if k % 2 else 'tanh'}({text})"
    said = in_words(matcalc.parse(text, where="x: vector(n)"))
    assert said.endswith("tanh of each entry of sin(tanh(sin(tanh(sin(tanh(x))))))") and said.count("each entry") == 6


def test_entries_of_entries_are_said_in_part() -> None:
    said = in_words(matcalc.parse("softmax(" * 12 + "x" + ")" * 12, where="x: vector(n)"))
    assert said.count("the softmax of") == 6 and said.endswith("softmax(" * 6 + "x" + ")" * 6)


def test_deep_expressions_are_said_in_part() -> None:
    e = matcalc.parse("norm(x)")
    for _ in range(50_000):
        e = (e + 1).sqrt()
    assert len(in_words(e)) < 300


@pytest.mark.parametrize(
    ("text", "wrt", "line"),
    [
        ("mean((Xw - y)^2)", "w", "  read as a number: the mean of the squared entries of Xw − y"),
        ("sum(a*x)", "x", "  read as a number: the sum of the entries of ax"),
    ],
)
def test_a_check_says_what_was_read(text: str, wrt: str, line: str) -> None:
    assert line in str(matcalc.diff(text, wrt).check()).splitlines()


def test_a_check_doubts_what_does_not_depend_on_the_variable() -> None:
    d = matcalc.diff("x'x", "y", where="x: vector(n), y: vector(n)")
    assert "  note: the value does not depend on y" in str(d.check()).splitlines()
