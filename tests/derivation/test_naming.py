"""Expressions as named operations, and what the names are."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.derivation.naming import Naming


def naming(text: str, by: str, where: str | None = None) -> Naming:
    r = matcalc.diff(text, by, where=where).record
    return Naming(r.source, r.variable, r.book)


@pytest.mark.parametrize(("text", "by", "where", "operations"), [
    ("(<x, w> - y)^2", "w", None, ["a = x'*w", "b = a - y", "z = b^2"]),
    ("||Xw - y||^2", "w", None, ["a = X*w", "b = a - y", "z = ||b||^2"]),
    ("sum(exp(2*x))", "x", "x: vector(n)", ["a = exp(2*x)", "z = sum(a)"]),
    ("A*B*x", "x", None, ["z = A*B*x"]),
    ("a'*b", "x", "a: vector(n), b: vector(n), x: scalar", []),
    ("z^2 + a", "z", "z: scalar, a: scalar", ["b = z^2", "f = b + a"]),
])  # fmt: skip
def test_operations_in_the_order_of_work(text: str, by: str, where: str | None, operations: list[str]) -> None:
    assert [f"{o.name} = {o.expr}" for o in naming(text, by, where).operations] == operations


def test_the_meanings_are_in_the_variables() -> None:
    n = naming("||Xw - y||^2", "w")
    assert [str(o.meaning) for o in n.operations] == ["X*w", "X*w - y", "||X*w - y||^2"]
    assert n.expanded(n.top) is n.root


def test_shared_parts_are_one_operation_with_several_users() -> None:
    n = naming("exp(x'*x) + sin(x'*x)", "x")
    first = n.operations[0]
    assert len(n.users(first.name)) == 2 and len(n.paths() or []) == 2
    assert all(n.depends(o.name, first.name) for o in n.operations[1:])
    assert not n.depends(first.name, n.top)


@pytest.mark.parametrize(("text", "by", "chain"), [
    ("||Xw - y||^2", "w", True), ("sin(A*x)", "x", True), ("tr(A*inv(X)*B)", "X", False), ("X*w", "X", False),
])  # fmt: skip
def test_a_chain_of_columns_is_a_product_of_matrices(text: str, by: str, chain: bool) -> None:
    assert naming(text, by).is_chain() is chain
