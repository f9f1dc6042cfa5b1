"""Answers with sizes as scalars: the n of a mean, in place of the sum of ones that differentiation leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..terms.expression import Expr
from ..terms.rebuild import transform
from ..terms.sizes import entries, size, written
from ..terms.walks import postorder
from .normal import Simplifier

if TYPE_CHECKING:
    from ..terms.recorder import Recorder


def counted(e: Expr, known: frozenset[str] | None = None) -> Expr:
    """The expression with sizes in place of sums of ones, of all dimensions or of those whose names are known."""

    def step(x: Expr) -> Expr:
        total = entries(x)
        return x if total is None or (known is not None and not total.names <= known) else size(total)

    return transform(e, step)


def countable(e: Expr) -> bool:
    """Whether an expression has sums of ones in it."""
    return any(entries(x) is not None for x in postorder(e))


def readable(
    e: Expr, declared: frozenset[str], book: RuleBook | None = None, recorder: Recorder | None = None
) -> Expr:
    """The expression with sizes as scalars, where its text tells that they are sizes.

    A name is read as a size where it stands in the place of one somewhere in the text, such as the n of vector(1, n),
    or where it is declared as one.
    """
    if not countable(e):
        return e
    new = _readable(e, declared, book)
    if recorder is not None:
        recorder.move("sums of ones counted", e, new)
    return new


def _readable(e: Expr, declared: frozenset[str], book: RuleBook | None) -> Expr:
    new = Simplifier(Facts(book=book)).run(counted(e))
    sizes = {x.data for x in postorder(new) if x.op == "size"}
    return new if sizes <= written(new) else Simplifier(Facts(book=book)).run(counted(e, declared))
