r"""Sums over samples: \sum_i of entries and rows, as expressions in whole arrays."""

from __future__ import annotations

import pytest

from matcalc.language.parse import parse_expression
from matcalc.terms import errors

SUMS = [
    (r"\sum_i (x_i^\top w - y_i)^2", "sum((X*w - y).^2)", "X: matrix(m, n), w: vector(n), y: vector(m)"),
    (r"\sum_{i=1}^{n} (x_i^\top w - y_i)^2", "sum((X*w - y).^2)", "X: matrix(n, m), w: vector(m), y: vector(n)"),
    (r"\sum_{i=1}^n (y^{(i)} - w^\top x^{(i)})^2", "sum((y - X*w).^2)",
     "y: vector(n), w: vector(m), X: matrix(n, m)"),
    (r"\sum_i x_i^2", "sum(x.^2)", "x: vector(n)"),
    (r"\sum\limits_{i=1}^{n} |x_i|", "sum(abs(x))", "x: vector(n)"),
    (r"\sum_i x_i + c", "sum(x) + c", "x: vector(n), c: scalar"),
    (r"\sum_i y_i \log p_i", "y'*log(p)", "y: vector(n), p: vector(n)"),
    (r"\sum_i \log(1 + \exp(-y_i w^\top x_i))", "sum(log(vector(1) + exp(-y.*(X*w))))",
     "y: vector(m), w: vector(n), X: matrix(m, n)"),
    (r"\sum_i \max(0, 1 - y_i w^\top x_i)", "sum(max(0, vector(1) - y.*(X*w)))",
     "y: vector(m), w: vector(n), X: matrix(m, n)"),
    (r"\sum_i \|x_i - \mu\|^2", "sum((X - vector(1)*mu').^2)", "X: matrix(m, n), mu: vector(n)"),
    (r"\sum_i \|A x_i - y_i\|", "sum(sqrt((X*A' - Y).^2*vector(1)))",
     "A: matrix(m, n), X: matrix(k, n), Y: matrix(k, m)"),
    (r"\sum_i x_i x_i^\top", "X'*X", "X: matrix(m, n)"),
    (r"\sum_i a_i x_i^\top", "a'*X", "a: vector(m), X: matrix(m, n)"),
    (r"\sum_i x_i^\top S x_i", "sum(S.*(X'*X))", "X: matrix(m, n), S: matrix(n, n)"),
    (r"\sum_{i,j} A_{ij} x_i x_j", "x'*A*x", "A: matrix(n, n), x: vector(n)"),
    (r"\sum_i \sum_j A_{ij}^2", "sum(A.^2)", "A: matrix(m, n)"),
    (r"\frac{1}{n} \sum_{i=1}^n x_i", "sum(x)/n", "x: vector(n)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "plain", "types"), SUMS, ids=[row[0] for row in SUMS])
def test_sum(text: str, plain: str, types: str) -> None:
    parsed = parse_expression(text)
    assert str(parsed.expr) == plain
    assert ", ".join(f"{n}: {t}" for n, t in parsed.types.items()) == types


def test_declared_arrays() -> None:
    where = "X: matrix(m, n), w: vector(n), y: vector(m)"
    assert str(parse_expression(r"\sum_i (x_i^\top w - y_i)^2", where).expr) == "sum((X*w - y).^2)"
    where = "x: matrix(m, n), w: vector(n), y: vector(m)"
    assert str(parse_expression(r"\sum_i (x_i^\top w - y_i)^2", where).expr) == "sum((x*w - y).^2)"


COUNTED = [
    (r"\sum_{i=0}^{k - 1} X^{i} A X^{k - 1 - i}", "sum(i=0..k - 1, X^i*A*X^(k - 1 - i))"),
    (r"\sum_{i=0}^k c^i + 1", "sum(i=0..k, c^i) + 1"),
    (r"\left(\sum_{i=1}^{3} i X^i\right) A", "sum(i=1..3, i*X^i)*A"),
    ("∑_{i=0}^{k} X^iAX^(k − i)", "sum(i=0..k, X^i*A*X^(k - i))"),
]


@pytest.mark.parametrize(("text", "plain"), COUNTED, ids=[row[0] for row in COUNTED])
def test_an_index_that_counts(text: str, plain: str) -> None:
    where = "X: matrix(n, n), A: matrix(n, n), k: scalar, c: scalar"
    assert parse_expression(text, where).expr is parse_expression(plain, where).expr


REFUSED = [
    (r"\sum_{i=1}^n i x_i", "i counts in this sum, so that it cannot be the subscript of x_i"),
    ("∑_i x", r"a sum has its limits, ∑_{i=0}^{k}; sums over samples are read from LaTeX, \sum_i"),
    (r"\sum x_i", r"a sum needs its index: \sum_i or \sum_{i=1}^{n}"),
    (r"\sum_i c", "nothing in this sum depends on i"),
    (r"\sum_i \log \det (x_i x_i^\top)", "this cannot be summed over samples: write the sum with whole arrays"),
    (r"\sum_{i=1}", "something is missing after \\sum_{i=1}"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(errors.ParseError) as caught:
        parse_expression(text)
    assert caught.value.message == message
