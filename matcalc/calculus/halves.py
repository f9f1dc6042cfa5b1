"""Long products as products of two halves: their derivative is n*log(n) long, by the product rule it is n*n."""

from __future__ import annotations

from collections.abc import Sequence

from ..terms.expression import Expr, node, prod
from ..terms.rebuild import transform
from ..terms.shapes import SCALAR
from ..terms.walks import postorder

MOST_FACTORS = 24  # that depend on the variable, of a product that is differentiated factor by factor


def in_halves(root: Expr, name: str) -> Expr:
    """The expression with the many scalar factors of a product that depend on a variable in two halves, and so on.

    >>> from matcalc.language.parse import parse_expression
    >>> e = parse_expression("*".join(f"(x + {i})" for i in range(32)), "x: scalar").expr
    >>> len(e.args), len(in_halves(e, "x").args)
    (32, 2)
    """
    if not any(_is_long(e, name) for e in postorder(root)):
        return root
    return transform(root, lambda e: _halved(e, name))


def _is_long(e: Expr, name: str) -> bool:
    return e.op == "prod" and len(e.args) > MOST_FACTORS and sum(name in a.free for a in e.args) > MOST_FACTORS


def _halved(e: Expr, name: str) -> Expr:
    """A node, if it is a long product, with those of its scalars that depend on the variable in two halves."""
    if not _is_long(e, name):
        return e
    moving = [a for a in e.args if name in a.free and a.is_scalar]
    still = [a for a in e.args if not (name in a.free and a.is_scalar)]
    return prod(*_tree(moving), *still) if still else node("prod", _tree(moving), None, SCALAR)


def _tree(factors: Sequence[Expr]) -> tuple[Expr, ...]:
    """The two halves of many factors."""
    level = list(factors)
    while len(level) > 2:
        pairs = [node("prod", (a, b), None, SCALAR) for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[2 * len(pairs) :]
    return tuple(level)
