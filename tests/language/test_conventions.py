"""What a letter is where nothing else says it: a to g and Greek letters scalars, h to z vectors, capitals matrices."""

from __future__ import annotations

import string

import pytest

import matcalc

SCALARS, VECTORS, MATRICES = "abcdefg", "hjklmnopqrstuvwxyz", string.ascii_uppercase


@pytest.mark.parametrize(
    "letter, kind",
    [*((c, "scalar") for c in (*SCALARS, "alpha", "beta", "lambda")), *((c, "vector") for c in VECTORS),
     *((c, "matrix") for c in MATRICES)],
)  # fmt: skip
def test_kind_of_a_letter(letter: str, kind: str) -> None:
    assert matcalc.diff(f"2*{letter}", letter).types[letter].kind == kind
