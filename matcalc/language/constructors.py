"""The nodes that functions of the language make which are no single operation of the table."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ..terms import expression as nodes
from ..terms.expression import Expr
from ..terms.shapes import ONE, SCALAR

_HALF = Fraction(1, 2)


def _diag(x: Expr) -> Expr:
    if x.shape == SCALAR:
        return x
    return nodes.apply("diag" if x.shape[1] is ONE else "diagonal", x)


def _norm2(x: Expr) -> Expr:
    if x.shape == SCALAR:
        return nodes.apply("abs", x)
    return nodes.apply("norm" if ONE in x.shape else "norm2", x)


def inner(x: Expr, y: Expr) -> Expr:
    """The inner product of two arrays of one shape."""
    if x.shape == SCALAR:
        return nodes.prod(x, y)
    product = nodes.mm(nodes.t(x), y)
    return product if x.shape[1] is ONE else nodes.apply("tr", product)


def of_order(x: Expr, order: Expr) -> Expr:
    """The norm of a vector of an order p, or with a weight W: sqrt(x'*W*x)."""
    if order.shape != SCALAR:
        return nodes.power(nodes.mm(nodes.t(x), order, x), nodes.num(_HALF))
    if x.shape == SCALAR:
        return nodes.apply("abs", x)
    known = {nodes.num(1): "norm1", nodes.num(2): "norm"}.get(order)
    return nodes.apply(known, x) if known else nodes.apply("normp", x, order)


NORMS = frozenset(("norm", "norm1", "norminf", "normnuc"))
OF_SCALARS = frozenset(("det", "logdet", "tr"))
FUNCTIONS: dict[str, Callable[..., Expr]] = {
    "bars": lambda x: nodes.apply("abs", x),
    "norm of 1": lambda x: nodes.apply("norm1", x),
    "norm of inf": lambda x: nodes.apply("norminf", x),
    "left_div": lambda a, b: nodes.mul(nodes.power(a, nodes.num(-1)), b),
    "t": nodes.t, "diag": _diag, "norm2": _norm2, "inner": inner, "mul": nodes.mul, "had": nodes.had,
    "ediv": nodes.ediv, "sqrt": lambda x: nodes.epow(x, nodes.num(_HALF)),
    "square": lambda x: nodes.epow(x, nodes.num(2)), "outer": lambda x, y: nodes.mm(x, nodes.t(y)),
    "epow": nodes.epow, "inv": lambda x: nodes.power(x, nodes.num(-1)),
    "d": lambda x: nodes.differential_of(x) if x.op == "var" else nodes.node("dexpr", (x,), None, x.shape),
}  # fmt: skip
