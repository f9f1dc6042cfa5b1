"""The look at a few nodes before a match: it never turns away what matches, and it does turn away what cannot."""

from __future__ import annotations

import pytest

from matcalc import parse
from matcalc.rulebook.outlines import outlined
from matcalc.rulebook.patterns import match_each, pattern_variable
from matcalc.rulebook.reader import read_rules
from matcalc.terms.expression import Expr, as_shape, ones
from matcalc.terms.shapes import SCALAR

SHAPES = "A: matrix(n,n), B: matrix(n,n), M: matrix(m,n), x: vector(n), s: scalar"
EXPRESSIONS = (
    "A", "A'", "A*B", "B'", "inv(A)", "inv(A)'", "inv(B)", "M", "M'", "x", "x'", "s", "2", "1", "0", "eye(n)",
    "ones(n,1)", "A + B", "s*A", "-A", "diag(x)", "A^2", "A.*B", "A''", "sin(x)",
)  # fmt: skip
PATTERNS = (
    "A*A -> A^2", "A*A' -> A", "inv(A)*A -> A", "x'*diag(x) -> x'", "A*eye(n) -> A", "A'*inv(A)' -> A",
    "A*(A + B) -> A",
)  # fmt: skip


@pytest.mark.parametrize("text", PATTERNS)
def test_what_matches_fits(text: str) -> None:
    lhs = read_rules(f"let A[n,n], B[n,n], x[n], s scalar\na: {text}").rules[0].lhs
    outline = outlined(lhs.args)
    parts = [parse(e, SHAPES) for e in EXPRESSIONS]
    pairs = [(a, b) for a in parts for b in parts]
    matched = [p for p in pairs if any(match_each(lhs.args, p, {}, {}))]
    assert matched, "no pair is matched"
    assert all(outline.fits(p) for p in matched)
    assert not all(outline.fits(p) for p in pairs)


@pytest.mark.parametrize(("pattern", "yes", "no"), [
    (pattern_variable("s", SCALAR), "s", "A"),
    (pattern_variable("A", as_shape("n", "n")), "A", "M"),
    (pattern_variable("x", as_shape("n")), "x", "x'"),
    (ones(as_shape("n", "n")), "1", "2 + s"),
])  # fmt: skip
def test_shapes(pattern: Expr, yes: str, no: str) -> None:
    fits = outlined((pattern,)).fits
    assert fits((parse(yes, SHAPES),))
    assert not fits((parse(no, SHAPES),))
