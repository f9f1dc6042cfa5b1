"""Ones and zeros with their sizes."""

from __future__ import annotations

import pytest

import matcalc

READ = [
    ("𝟏_n", "vector(1, n)"), ("𝟎_n", "vector(0, n)"), ("𝟏_nᵀA", "vector(1, n)'*A"), ("2·𝟏_(2*n)", "2*vector(1, 2*n)"),
    ("𝟏_(m×n)", "matrix(1, m, n)"), ("𝟎_(m×n)", "zeros(m, n)"), ("𝟎_(n×m×n)", "zeros(n, m, n)"),
    ("𝟏_3", "vector(1, 3)"),
    ("x + 𝟏", "x + vector(1)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "want"), READ, ids=[row[0] for row in READ])
def test_read(text: str, want: str) -> None:
    where = "A: matrix(n,n), x: vector(n)"
    e = matcalc.parse(text, where=where)
    assert e is matcalc.parse(want, where=where)
    assert matcalc.parse(e.unicode(), where=where) is e and matcalc.parse(e.latex(), where=where) is e


def test_a_size_is_a_name_or_a_product() -> None:
    with pytest.raises(matcalc.MatcalcError, match="a size is a name, a number or a product"):
        matcalc.parse("𝟏_(n/2)")
