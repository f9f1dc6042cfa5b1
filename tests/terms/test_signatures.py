"""Every operation of the table has a differential, or an error that names it."""

from __future__ import annotations

import pytest

import matcalc
from matcalc.terms import expression as nodes
from matcalc.terms.errors import ShapeError
from matcalc.terms.signatures import operations

# Constant between their jumps: their derivative is 0 wherever there is one.
STEPS = {"sign", "step", "floor", "ceil", "round", "gt", "ge", "lt", "le", "eq", "ne"}
# Derivatives of derivatives where the chain of named functions ends.
REFUSED = {"d2expm", "d2logm", "dleading", "dpolar", "tetragamma", "commutation"}
REFUSED |= {"besselj", "bessely", "besseli", "besselk", "polygamma"}  # by their order, a whole number


@pytest.mark.parametrize("name", sorted(operations()))
def test_differential(name: str) -> None:
    op = operations()[name]
    args = [nodes.var("XYZ"[i], shape) for i, shape in enumerate(op.arguments)]
    e = nodes.apply(name, *args)
    if name in REFUSED:
        with pytest.raises(matcalc.NoDerivativeError, match=name):
            matcalc.diff(e, args[0])
        return
    d = matcalc.diff(e, args[0])
    assert (d.expr.op == "zeros") == (name in STEPS)
    assert "X" in matcalc.diff(e, args[0]).types


SQUARE = ["tr", "det", "logdet", "inv", "adj", "expm", "logm", "sqrtm", "tril", "triu", "diagonal"]


@pytest.mark.parametrize("name", SQUARE)
def test_a_square_matrix_is_asked_for(name: str) -> None:
    with pytest.raises(ShapeError, match="takes a square matrix, not"):
        nodes.apply(name, nodes.var("A", nodes.as_shape("m", "n")))
    nodes.apply(name, nodes.var("A", nodes.as_shape("n", "n")))
