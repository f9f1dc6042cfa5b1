"""Declarations."""

from __future__ import annotations

import pytest

from matcalc.language.parse import Type, parse_where
from matcalc.terms.shapes import Dim

GOOD = [
    ("X: matrix(m,n), w: vector(n)", "X: matrix(m, n), w: vector(n)"),
    ("X: matrix(m,n); w: vector(n)", "X: matrix(m, n), w: vector(n)"),
    ("X: matrix(m,n)\nw: vector(n)\n", "X: matrix(m, n), w: vector(n)"),
    ("x, y: vector(3)", "x: vector(3), y: vector(3)"),
    ("a: positive scalar", "a: positive scalar"),
    ("S: spd symmetric matrix(n, n)", "S: symmetric spd matrix(n, n)"),
    ("x: vector(2*n)", "x: vector(2*n)"),
    ("x: vector(2n + 1)", "x: vector(2*n + 1)"),
    ("x: vector(m*n)", "x: vector(m*n)"),
    ("X: matrix[m, n]", "X: matrix(m, n)"),
    ("λ: scalar", "lambda: scalar"),
    ("x₁: scalar", "x_1: scalar"),
    ("loss_w: vector(n)", "loss_w: vector(n)"),
    ("u: vector(n) -> vector(m)", "u: vector(n) -> vector(m)"),
    ("u: vector(n) → vector(m)", "u: vector(n) -> vector(m)"),
    ("F: matrix(m, n) -> scalar", "F: matrix(m, n) -> scalar"),
    ("g: (vector(n), scalar) -> scalar", "g: (vector(n), scalar) -> scalar"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "shown"), GOOD)
def test_read(text: str, shown: str) -> None:
    assert str(parse_where(text)) == shown
    assert str(parse_where(shown)) == shown


def test_mapping() -> None:
    n = Dim.of("n")
    found = parse_where({"X": "matrix(m, n)", "w": Type("vector", (n, Dim.of(1)))})
    assert str(found) == "X: matrix(m, n), w: vector(n)"
    assert parse_where(found) is found
    assert found.dimensions == {"m", "n"}


def test_nothing() -> None:
    assert len(parse_where(None)) == 0
