"""A vector that some terms of a sum have in inner products: (a'*x)*b + (b'*x)*a is (b*a' + a*b')*x."""

from __future__ import annotations

from collections.abc import Iterator

from ..terms.expression import Expr, add, mm, num
from ..terms.shapes import ONE
from .normal import Simplifier
from .pieces import Piece, merged_product

Outer = tuple[Expr, Piece]  # a vector, and the term b*a' that stands before it


def inner_products_joined(e: Expr, pieces: list[Piece], s: Simplifier) -> Iterator[Expr]:
    """A sum of columns with a vector of inner products taken out of all terms that have it."""
    if e.shape[1:] != (ONE,) or e.is_scalar:
        return
    found: dict[Expr, dict[int, Piece]] = {}
    for i, p in enumerate(pieces):
        for x, before in _outer(p, s):
            found.setdefault(x, {}).setdefault(i, before)
    for x, members in found.items():
        if len(members) < 2:
            continue
        s.search -= sum(e.args[i].cost for i in members)
        if s.search <= 0:
            return
        inner = s.run(add(*(p.build() for p in members.values())))
        if inner.op != "zeros":
            whole = merged_product(s, mm(inner, x))
            others = [a for i, a in enumerate(e.args) if i not in members]
            yield add(whole, *others) if others else whole


def _outer(p: Piece, s: Simplifier) -> Iterator[Outer]:
    """What a term is with one of its inner products of two vectors opened: (a'*x)*b is b*a'*x, and b*x'*a."""
    for i, (base, k) in enumerate(p.scalars):
        is_inner = base.op == "mm" and len(base.args) == 2 and k is num(1)
        if p.core is None or p.core.op == "ones" or not is_inner:
            continue
        rest = p.scalars[:i] + p.scalars[i + 1 :]
        for inner in (base.args, s.push(base).args):
            if len(inner) == 2:  # a transposed factor may be a chain itself
                yield inner[1], Piece(p.number, rest, mm(p.core, inner[0]))
