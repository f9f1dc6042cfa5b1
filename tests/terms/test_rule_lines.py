"""The lines of rule files as text."""

from __future__ import annotations

import pytest

from matcalc import RuleError
from matcalc.terms.rule_lines import LONGEST_LINE, declared, functions_in, shape_of, statements

LINES = [
    ("a: X -> X   # said\n\n# alone\n  b: Y", [(1, "a: X -> X b: Y")]),
    ("a#b\n\tc", [(1, "a#b c")]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_statements(text: str, expected: list[tuple[int, str]]) -> None:
    assert statements(text) == expected


SHAPES = [("m,n", "(m, n)"), ("n", "(n, 1)"), ("", "(1, 1)"), (" 2*m , n*k ", "(2*m, k*n)")]


@pytest.mark.parametrize(("text", "expected"), SHAPES)
def test_shapes(text: str, expected: str) -> None:
    assert str(shape_of(text)) == expected


@pytest.mark.parametrize("text", ["100000,2", "0", "m,n,k", "m+1", "²", "9" * 5000])
def test_what_is_no_shape(text: str) -> None:
    with pytest.raises(RuleError):
        shape_of(text)


def test_names_and_functions() -> None:
    assert [(n, str(s)) for n, s in declared("A[m, n], x[n], s scalar, k  scalar")] == [
        ("A", "(m, n)"), ("x", "(n, 1)"), ("s", "(1, 1)"), ("k", "(1, 1)"),
    ]  # fmt: skip
    text = "let A[m,n]\none: d(f(A))  =  A .* d(A)\ntwo(A) := A\nthree: d(A*B) = A\nfour: tr(A) -> tr(A)"
    assert functions_in(text) == ["f", "two"]


def test_a_long_line_is_refused() -> None:
    with pytest.raises(RuleError, match="line 2 is longer"):
        statements("let A[m,n]\na: " + "A + " * LONGEST_LINE)
