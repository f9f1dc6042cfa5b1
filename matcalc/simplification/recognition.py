"""Before differentiating: the same value in a form with a shorter derivative (rules/recognize.rules)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..terms.expression import Expr
from .normal import Simplifier
from .rewrite import recognising
from .sizes import counted

if TYPE_CHECKING:
    from ..terms.recorder import Recorder


def recogniser(e: Expr, book: RuleBook | None = None, recorder: Recorder | None = None) -> Simplifier:
    """What brings an expression into a form with a shorter derivative; properties of its variables are not used."""
    facts = Facts(hidden=e.free, book=book)
    return Simplifier(facts, facts.book.view(recognising), canonical=False, recorder=recorder)


def recognise(e: Expr, book: RuleBook | None = None, recorder: Recorder | None = None) -> Expr:
    """The same value in a form with a shorter derivative.

    >>> from matcalc.language.parse import parse_expression
    >>> recognise(parse_expression("log(det(X))").expr)
    logdet(X)
    """
    return counted(recogniser(e, book, recorder).run(e), recorder)
