"""Sizes are positive: an unknown one is solved for only by a size that can be."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.terms.errors import MatcalcError
from matcalc.terms.shapes import Dim, Unifier

n, m, unknown = Dim.of("n"), Dim.of("m"), Dim.of("?a")


@pytest.mark.parametrize(
    "left, right, size",
    [
        (unknown, n, "n"),
        (unknown + 2, Dim.of(5), "3"),
        (unknown + 5, Dim.of(3), None),
        (unknown + 3, Dim.of(3), None),
        (unknown * 2, n * 4, "2*n"),
        (unknown + n, m, "m - n"),
        (unknown + n * 2, n, None),
        (unknown + n, n * 3, "2*n"),
        (n, m, None),
        (unknown * 2, Dim.of(5), None),
    ],
)
def test_unify(left: Dim, right: Dim, size: str | None) -> None:
    u = Unifier()
    possible = u.unify(left, right) and u.settle()
    assert (str(u.resolve(unknown)) if possible else None) == size


@pytest.mark.parametrize(
    "text, where",
    [("[x; y] - z", "x: vector(5), z: vector(3)"), ("[x; y] - z", "x: vector(2*n), z: vector(n)"),
     ("[x; y] - z", "x: vector(3), z: vector(3)")],
)  # fmt: skip
def test_no_negative_size_is_inferred(text: str, where: str) -> None:
    with pytest.raises(MatcalcError):
        matcalc.diff(text, "x", where=where)
