"""Which dimensions the text of an expression tells, and sizes as scalars."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.front.api import parse
from matcalc.terms.sizes import size, unsized, written

WHERE = "A: matrix(m, n), x: vector(n), y: vector(m)"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("A*x - y", ""),
        ("eye(m)*y", "m"),
        ("sum(vector(1, n))", "n"),
        ("x + vector(1, n)", ""),  # the sum tells the size
        ("A*matrix(1, n, n)*x", ""),  # its neighbours do
        ("vector(1, m)*x'", "m"),
        ("matrix(1, m, n)", "m n"),
        ("einsum('i->ji', x; j=m)", "m"),
        ("einsum('ij,j->ij', A, x)", ""),
    ],
)
def test_written(source: str, names: str) -> None:
    e = parse(source, where=WHERE)
    assert written(e) == set(names.split())
    assert all(f"{n}" in str(e) for n in written(e))


def test_unsized() -> None:
    e = parse("vector(1, m)*vector(1, n)'*x", where=WHERE)
    assert {a.shape[0].terms for a in unsized(e)} == {e.args[0].shape[0].terms}


def test_a_size_is_a_leaf() -> None:
    assert size("n") is size("n") and size("n").op == "size"
    assert size(3).data == 3


@pytest.mark.parametrize(
    ("source", "x", "want"),
    [
        ("mean(x)", "x", "vector(1, n)'/n"),
        ("mean(exp(X))", "X", "exp(X)'/m/n"),  # the types of the answer say that m and n are sizes
        ("mean(X.^2)*norm(eye(n))", "X", "2*||eye(n)||_F*X'/k/m"),
    ],
)
def test_answers_count(source: str, x: str, want: str) -> None:
    assert str(matcalc.diff(source, x)) == want
