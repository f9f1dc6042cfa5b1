"""Derivatives by tied entries: one unknown for each pair, or the projection on the structure."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.calculus.structure import check_structure, structured_names
from matcalc.rulebook.book import RuleBook
from matcalc.terms.errors import MatcalcError

# the structure, what the gradient G by free entries becomes with tied entries and on the tangent space
ROWS = [
    ("symmetric", lambda g: g + g.T - np.diag(np.diag(g)), lambda g: (g + g.T) / 2),
    ("skew", lambda g: g - g.T, lambda g: (g - g.T) / 2),
    ("diagonal", lambda g: np.diag(np.diag(g)), lambda g: np.diag(np.diag(g))),
    ("lower", np.tril, np.tril),
    ("upper", np.triu, np.triu),
]


@pytest.mark.parametrize(("structure", "entries", "tangent"), ROWS, ids=[r[0] for r in ROWS])
def test_the_gradient_of_a_linear_function(structure: str, entries: object, tangent: object) -> None:
    """By free entries the gradient of tr(A'*X) is A."""
    a = np.random.default_rng(2).normal(size=(3, 3))
    x = np.diag([1.0, 2.0, 3.0]) if structure != "skew" else np.array([[0.0, 1, 2], [-1, 0, 3], [-2, -3, 0]])
    for kind, want in (("free", lambda g: g), ("entries", entries), ("tangent", tangent)):
        d = matcalc.grad("tr(A'*X)", "X", where=f"A: matrix(n,n), X: {structure} matrix(n,n)", structure=kind)
        assert np.allclose(d.evaluate({"A": a, "X": x}), want(a)), kind  # type: ignore[operator]


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(MatcalcError, match="orthogonal"):
        matcalc.grad("tr(A*Q)", "Q", where="Q: orthogonal matrix(n,n)", structure="entries")
    with pytest.raises(MatcalcError, match="free, entries, tangent"):
        check_structure("tied")


def test_the_names_whose_structure_must_stay_open() -> None:
    where = "S: symmetric matrix(n,n), X: invertible matrix(n,n), P: spd matrix(n,n)"
    assert structured_names(matcalc.parse("S*X*P", where=where), RuleBook.default()) == {"S", "P"}
