"""What is printed is read back: every answer of the corpus, in plain text, Unicode and LaTeX."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.printing.latex import latex
from matcalc.printing.plain import plain
from matcalc.printing.unicode import unicode
from matcalc.rulebook.properties import Facts
from matcalc.simplification.normal import Simplifier, recognise

from .rows import Row, corpus

ROWS = [row for row in corpus() if " then " not in row.variable]
NOTATIONS = {"plain": plain, "unicode": unicode, "latex": latex}


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("row", ROWS, ids=[r.label for r in ROWS])
def test_read_back(row: Row, notation: str) -> None:
    d = (matcalc.hessian(row.expression, row.variable, where=row.where) if row.order == 2 else
         matcalc.diff(row.expression, row.variable, where=row.where, layout="denominator"))  # fmt: skip
    text = NOTATIONS[notation](d.expr)
    where = ", ".join(f"{name}: {kind}" for name, kind in d.types.items())
    got = matcalc.parse(text, where=where, layout="denominator")
    if got is not d.expr:  # divisors that were drawn as one, log det
        s = Simplifier(Facts())
        want = s.run(recognise(d.expr))
        assert s.run(recognise(got)) is want
