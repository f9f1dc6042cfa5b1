"""Every row of the corpus: the printed forms in both layouts, and their values against JAX."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("jax")
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.corpus.compare import derive, layouts
from tests.corpus.rows import Row, corpus, form_value, reference, tokens
from tests.random.values import agrees


@pytest.mark.parametrize("row", corpus(), ids=lambda r: r.label)
def test_row(row: Row) -> None:
    values = row.values()
    for layout in layouts(row):
        d = derive(row, layout)
        want = reference(row, values, layout)
        assert agrees(d.evaluate(values), want), f"{d}"
        form = row.form(layout)
        if form.startswith("~"):
            assert agrees(form_value(row, form[1:], values, want), want)
        elif form != "-":
            assert str(d) == form


def test_size_and_variety() -> None:
    rows = corpus()
    assert len(rows) >= 300
    assert len({(r.expression, r.variable, r.where, r.order, r.structure) for r in rows}) == len(rows)
    assert all(r.citation for r in rows)
    assert len({r.file for r in rows}) >= 10


def test_planted_wrong_forms_are_caught() -> None:
    row = next(r for r in corpus() if r.file == "vectors" and r.form("denominator").strip("~") == "c")
    values = row.values()
    want = reference(row, values, "denominator")
    assert agrees(form_value(row, "c", values, want), want)
    assert not agrees(form_value(row, "2*c", values, want), want)
    assert not agrees(form_value(row, "c.^2", values, want), want)


def test_the_books_forms_are_not_much_shorter() -> None:
    """Where the book's form stands (`~`), ours is allowed to be longer, and counted."""
    rows = corpus()
    kept = sum(r.form("numerator").startswith("~") or r.form("denominator").startswith("~") for r in rows)
    assert kept <= 0.2 * len(rows)
    assert np.median([tokens(r.form("denominator")) for r in rows if r.form("denominator")[0] not in "-~"]) < 20
