"""Derivatives at kinks: the pieces, and the interval of subderivatives between them."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.derivation.cases import cases
from matcalc.terms.errors import MatcalcError

ROWS = [
    ("|x|", "x: scalar", ["1", "-1", "a in [-1, 1]"]),
    ("relu(x)", "x: scalar", ["1", "0", "a in [0, 1]"]),
    ("3*max(x, 0)", "x: scalar", ["3", "0", "3*a in [0, 1]"]),
    ("min(x, 0)", "x: scalar", ["1", "0", "a in [0, 1]"]),
]


@pytest.mark.parametrize(("text", "where", "pieces"), ROWS, ids=[r[0] for r in ROWS])
def test_pieces_of_scalars(text: str, where: str, pieces: list[str]) -> None:
    """Where the argument of the kink is positive, where it is negative, and at it a free value in an interval."""
    found = cases(matcalc.diff(text, "x", where=where).record)
    above, below, at = found.rows
    assert [above.relation, below.relation, at.relation] == [">", "<", "="]
    assert [str(above.value), str(below.value), f"{at.value} {at.interval}"] == pieces
    f, step = matcalc.parse(text, where=where), 1e-6
    for row, sign in ((above, 1.0), (below, -1.0)):
        x = sign * row.argument.evaluate({"x": 1.0})  # the argument is x or -x
        up, down = f.evaluate({"x": x + step}), f.evaluate({"x": x - step})
        assert np.isclose(row.value.evaluate({"x": x}), (up - down) / (2 * step))


def test_a_smooth_derivative_has_one_piece() -> None:
    (row,) = cases(matcalc.diff("x^2", "x").record).rows
    assert row.relation == "" and str(row.value) == "2*x"


def test_the_norm_at_zero() -> None:
    away, at = cases(matcalc.grad("||x||", "x").record).rows
    assert (str(away.value), away.relation, at.relation, at.interval) == ("x/||x||", "!=", "=", "of length at most 1")


@pytest.mark.parametrize("ask", [
    lambda: matcalc.hessian("x^2", "x"), lambda: matcalc.diff("|x| + |x - 1|", "x", where="x: scalar"),
])  # fmt: skip
def test_what_has_no_pieces_is_refused(ask: object) -> None:
    with pytest.raises(MatcalcError):
        cases(ask().record)  # type: ignore[operator]
