"""What is printed is read back: every answer of the corpus, in plain text, Unicode and LaTeX.

In mathematics a Kronecker delta does not tell its size, nor do indices that are taken together tell theirs: where
nothing else does, the reader asks for the size.
"""

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
        text = write(d.expr)
        try:
            got = matcalc.parse(text, where=where, layout="denominator")
        except matcalc.ShapeError as error:
            told = "\\delta" not in text and "δ" not in text and "_{(" not in text and "_(" not in text
            assert not told and "size" in str(error), notation
            continue
        if got is not d.expr:  # divisors that were drawn as one, log det
            s = Simplifier(Facts())
            want = s.run(recognise(d.expr))
            assert s.run(recognise(got)) is want, notation
