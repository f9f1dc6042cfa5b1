"""What is printed is read back: every answer of the corpus, in plain text, Unicode and LaTeX."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.printing.latex import latex
from matcalc.printing.plain import plain
from matcalc.printing.unicode import unicode
from matcalc.rulebook.properties import Facts
from matcalc.simplification.normal import Simplifier
from matcalc.simplification.recognition import recognise
from tests.corpus.compare import derive
from tests.corpus.rows import Row, corpus

ROWS = [row for row in corpus() if " then " not in row.variable]
NOTATIONS = {"plain": plain, "unicode": unicode, "latex": latex}


@pytest.mark.parametrize("row", ROWS, ids=[r.label for r in ROWS])
def test_read_back(row: Row) -> None:
    d = derive(row, "denominator")
    where = ", ".join(f"{name}: {kind}" for name, kind in d.types.items())
    for notation, write in NOTATIONS.items():
        got = matcalc.parse(write(d.expr), where=where, layout="denominator")
        if got is not d.expr:  # divisors that were drawn as one, log det
            s = Simplifier(Facts())
            want = s.run(recognise(d.expr))
            assert s.run(recognise(got)) is want, notation
