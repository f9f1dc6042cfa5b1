"""From the derivative in natural form to the numerator or the denominator layout."""

from __future__ import annotations

from typing import Literal

from ..simplification.index.reading import reread
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, add, einsum, node, prod, t
from ..terms.rebuild import rebuild
from ..terms.shapes import ONE, SCALAR, Dim

Layout = Literal["numerator", "denominator"]
LAYOUTS: tuple[Layout, ...] = ("numerator", "denominator")


def check_layout(layout: str) -> Layout:
    """The layout, or an error that names the two."""
    for known in LAYOUTS:
        if layout == known:
            return known
    raise MatcalcError(f"the layout is 'numerator' or 'denominator', not {layout!r}")


def reverse_axes(e: Expr) -> Expr:
    """All axes in the opposite order: the step from one layout to the other."""
    if len(e.shape) == 2:
        return t(e) if e.shape != SCALAR else e
    if e.op == "add":
        return add(*(reverse_axes(a) for a in e.args))
    if e.op == "prod":
        return prod(*e.args[:-1], reverse_axes(e.args[-1]))
    if e.op == "series":
        return rebuild(e, (reverse_axes(e.args[0]), *e.args[1:]))
    if e.op == "einsum":
        ins, outs = e.data
        return reread(einsum(e.args, ins, tuple(reversed(outs)), tuple(reversed(e.shape))))
    if e.op == "zeros":
        return node("zeros", (), None, tuple(reversed(e.shape)))
    raise MatcalcError(f"cannot turn the axes of {e.op}")


def zero_axes(value: Expr, x: Expr, natural: bool = False) -> tuple[Dim, ...]:
    """The axes of a derivative in numerator layout; in `natural` order the variable's axes are not reversed."""
    y_axes = [d for d in value.shape if d is not ONE or len(value.shape) != 2]
    x_axes = [d for d in x.shape if d is not ONE]
    return (*y_axes, *(x_axes if natural else reversed(x_axes)))
