"""The same question has the same answer: for every seed of the hashes, and for every order of sums and products."""

from __future__ import annotations

import random

import pytest

import matcalc
from matcalc.simplification.normal import simplify
from tests.determinism import differences


def test_neither_hashes_nor_history_change_anything() -> None:
    asked, wrong = differences(seeds=3, every=13)
    assert asked > 30
    assert wrong == []


SUMS = [
    ["x'*A*x", "b'*x", "c", "-3*x'*x", "sum(exp(x))"],
    ["||A*x - b||^2", "2*x'*b", "logsumexp(x)", "x'*(A + A')*x"],
    ["tr(A*X)", "tr(X'*X)", "logdet(X)", "-b'*X*b", "tr(inv(X)*A)"],
]
PRODUCTS = [
    ["b'*x", "(x'*A*x)", "exp(c)", "||x||", "2"],
    ["c^2", "sum(x)", "(1 + c)", "sin(c)"],
]
WHERE = "x: vector(n), b: vector(n), A: matrix(n,n), X: invertible matrix(n,n), c: scalar"


@pytest.mark.parametrize("parts, sign", [*((s, " + ") for s in SUMS), *((p, "*") for p in PRODUCTS)])
def test_the_order_of_terms_and_factors_changes_no_length(parts: list[str], sign: str) -> None:
    wrt = "X" if any("X" in p for p in parts) else "c" if "sin(c)" in parts else "x"
    rng = random.Random(7)
    costs, values = set(), set()
    for _ in range(12):
        order = rng.sample(parts, len(parts))
        d = matcalc.diff(sign.join(order), wrt, where=WHERE, layout="denominator")
        costs.add(d.expr.cost)
        values.add(frozenset(str(a) for a in simplify(d.expr).args))
    assert len(costs) == 1, sorted(costs)
