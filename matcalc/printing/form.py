"""How an expression is printed: pieces of text and subexpressions, and how tightly they hold together."""

from __future__ import annotations

from collections.abc import Iterable

from ..terms.expression import Expr
from ..terms.records import NamedTuple

# How tightly a printed form holds together.
COMPARISON, SUM, PRODUCT, POWER, POSTFIX, ATOM = range(6)


class Child(NamedTuple):
    """A subexpression to print, in parentheses if it holds together less tightly than `level`."""

    expr: Expr
    level: int = COMPARISON
    term: bool = False  # a later term of a sum: its sign is printed between spaces


Piece = str | Child
Pieces = list[Piece]


class Form(NamedTuple):
    """How an expression is printed: a sign, how tightly the rest holds together, and its pieces."""

    negative: bool
    level: int
    pieces: Pieces


def atom(*pieces: Piece) -> Form:
    """A form that never needs parentheses."""
    return Form(False, ATOM, list(pieces))


def joined(separator: str, items: Iterable[Piece]) -> Pieces:
    """The items with a separator between them."""
    out: Pieces = []
    for item in items:
        if out:
            out.append(separator)
        out.append(item)
    return out
