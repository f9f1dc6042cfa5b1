"""Properties in words: `exp(x) > 0`, `A is positive semidefinite`."""

from __future__ import annotations

from ..rulebook.reader import Condition
from ..terms.expression import Expr

Key = tuple[str, Expr]  # a property and what has it

WORDS = {"psd": "positive semidefinite", "spd": "positive definite"}
SIGNS = {"positive": "> 0", "nonnegative": ">= 0", "nonzero": "!= 0", "nowhere_zero": "!= 0", "above_one": "> 1"}


def said(key: Key) -> str:
    """That an expression has a property.

    >>> from matcalc.language.parse import parse_expression
    >>> said(("positive", parse_expression("exp(x)").expr))
    'exp(x) > 0'
    """
    prop, e = key
    return f"{e} {SIGNS[prop]}" if prop in SIGNS else f"{e} is {WORDS.get(prop, prop)}"


def with_words(conditions: tuple[Condition, ...]) -> str:
    """What a fact asks of its parts.

    >>> from matcalc.rulebook.reader import read_rules
    >>> with_words(read_rules("let x[n]\\na: psd(diag(x))  if nonnegative(x)").rules[0].conditions)
    ' with x >= 0'
    """
    told = [said((p, args[0])).replace(" is ", " ") for p, args in conditions]
    return f" with {' and '.join(told)}" if told else ""
