"""Before differentiating: the same value in a form with a shorter derivative (rules/recognize.rules)."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..terms.expression import LONG, Expr, epow, had, mm, num, power, prod
from ..terms.rebuild import transform
from ..terms.walks import postorder
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
    return powers(counted(recogniser(e, book, recorder).run(e), recorder), recorder)


def powers(e: Expr, recorder: Recorder | None = None) -> Expr:
    """Long products with powers in place of equal factors: the terms of their derivative are as many as the powers.

    >>> from matcalc.language.parse import parse_expression
    >>> powers(parse_expression("*".join(["x"] * 70 + ["y"]), "x: scalar, y: scalar").expr)
    x^70*y
    """
    if not any(x.op in ("prod", "had", "mm") and len(x.args) >= LONG for x in postorder(e)):
        return e
    new = transform(e, _with_powers)
    if recorder is not None:
        recorder.move("like factors", e, new)
    return new


def _with_powers(e: Expr) -> Expr:
    """A node, if it is a long product, with powers in place of equal factors."""
    if e.op not in ("prod", "had", "mm") or len(e.args) < LONG:
        return e
    if e.op == "mm":
        runs = [(a, len(list(same))) for a, same in groupby(e.args)]
        return mm(*(a if k == 1 else power(a, num(k)) for a, k in runs))
    raised = power if e.op == "prod" else epow
    found = [a if k == 1 else raised(a, num(k)) for a, k in Counter(e.args).items()]
    return prod(*found) if e.op == "prod" else had(*found)
