"""What is printed is read back: every answer of the corpus, in plain text, Unicode and LaTeX."""

from __future__ import annotations

import re

import pytest

import matcalc
from matcalc.facts import Facts
from matcalc.printing.latex import latex
from matcalc.printing.plain import plain
from matcalc.printing.unicode import unicode
from matcalc.simplify import Simplifier, recognise

from .rows import Row, corpus

ROWS = [row for row in corpus() if " then " not in row.variable]
NOTATIONS = {"plain": plain, "unicode": unicode, "latex": latex}
# Cut axes such as (ij) leave the size of their parts open, and = between arrays is no sign of the language.
NOT_READ = re.compile(r"_\(\([a-z]|_\{\([a-z]|_\([a-z]+\)|[^{=\d]= |sum_\{[a-z]{4,}")


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("row", ROWS, ids=[r.label for r in ROWS])
def test_read_back(row: Row, notation: str) -> None:
    d = (matcalc.hessian(row.expression, row.variable, where=row.where) if row.order == 2 else
         matcalc.diff(row.expression, row.variable, where=row.where, layout="denominator"))  # fmt: skip
    text = NOTATIONS[notation](d.expr)
    if notation != "plain" and (NOT_READ.search(text) or (d.expr.op == "zeros" and len(d.expr.shape) > 2)):
        pytest.skip("for people only")
    where = ", ".join(f"{name}: {kind}" for name, kind in d.types.items())
    got = matcalc.parse(text, where=where, layout="denominator")
    if got is not d.expr:  # divisors that were drawn as one, log det
        s = Simplifier(Facts())
        want = s.run(recognise(d.expr))
        assert s.run(recognise(got)) is want
