"""A name directly before parentheses or brackets: a function or a factor.

Known and declared functions are found before; a name that stands elsewhere without an argument is a factor. For the
others the argument decides: `a(x + y)` is a product as textbooks write it, `L(w)` is a function that nobody declared.
"""

from __future__ import annotations

from ..terms.errors import MatcalcError, ParseError, UnknownNameError
from ..terms.records import NamedTuple
from ..terms.regex import regex
from .lexicon import FAMILIAR, FUNCTION_BEFORE_PRODUCTS, FUNCTION_LETTERS
from .vocabulary import GREEK_NAMES

_EXTREME = regex(r".*_(?:max|min|inf|sup)(?:imum)?")


class Argument(NamedTuple):
    """What stands in the parentheses after a name: "name", "number", "list", "sum", "product" or nothing."""

    kind: str = ""
    bracket: str = "("
    text: str = ""
    used: bool = False  # whether the name before it stands elsewhere without an argument


NOTHING = Argument()


def index_question(name: str, argument: Argument, shown: str, span: tuple[int, int]) -> MatcalcError:
    """The error for x(1)."""
    number = argument.text.strip()
    at = int(number) - 1 if number.isdigit() and number != "0" else 0
    close = ")" if argument.bracket == "(" else "]"
    readings = f"an entry, {name}[{at}], or a product, {name}*{number}"
    return ParseError(f"{name}{argument.bracket}{number}{close} can be {readings}: write one of them", shown, span)


def refused(word: str, name: str, argument: Argument, shown: str, span: tuple[int, int]) -> MatcalcError | None:
    """The error for an undeclared name that is no factor of what follows; None for a factor."""
    if not argument.kind or argument.used:
        return None
    if argument.kind == "number":
        return index_question(word, argument, shown, span)
    letter = name.split("_")[0].rstrip("0123456789")
    hint = FAMILIAR.get(name) or FAMILIAR.get(letter)
    if argument.bracket == "[" and letter in ("E", "P", "V"):
        return unknown(word, hint, shown, span)
    function = letter in FUNCTION_LETTERS or argument.kind in ("name", "list") or bool(_EXTREME.fullmatch(name))
    function = function or (letter in FUNCTION_BEFORE_PRODUCTS and argument.kind != "sum")
    return undeclared(word, name, hint, shown, span) if function else None


def unknown(word: str, hint: str | None, shown: str, span: tuple[int, int]) -> UnknownNameError:
    """The error for a function that cannot be declared away."""
    return UnknownNameError(f"unknown function {word}{f': {hint}' if hint else ''}", shown, span)


def undeclared(word: str, name: str, hint: str | None, shown: str, span: tuple[int, int]) -> UnknownNameError:
    """The error for a name that is used as a function."""
    types = f"{name}: vector(n) -> scalar or {name}: elementwise"
    message = f"{word} is not declared: declare it, {types}, or write {word}*(…) for a product"
    return UnknownNameError(message + (f"; {hint}" if hint else ""), shown, span)


def single(name: str) -> bool:
    """Whether a word is one letter or Greek letter, perhaps with a subscript.

    >>> single("x_12"), single("lambda_max"), single("Xw")
    (True, True, False)
    """
    letter = name.split("_")[0].rstrip("0123456789")
    return len(letter) == 1 or letter in GREEK_NAMES or letter in ("pi", "ell")
