"""The notations by name. A file of this room that writes expressions registers its function here when it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ..terms.records import NamedTuple

if TYPE_CHECKING:
    from ..language.typing.declarations import Types
    from ..terms.expression import Expr

    Writer = Callable[[Expr, Types, "Options"], str]  # the types tell sizes that are no longer in the expression

WIDTH = 80  # characters of a printed line


class Options(NamedTuple):
    """How long answers are printed.

    `share` gives names to shared parts: yes, no, or (None) where the text has more than three lines of 80 characters.
    With a `width`, a sum that is wider is broken into lines. `taken` are the names of the question, which no shared
    part gets. `fills` has 1 if a scalar is added to a vector as in x - mean(x), else it is mean(x)*vector(1), and 2 for
    matrices.
    """

    share: bool | None = None
    width: int | None = None
    taken: frozenset[str] = frozenset()
    fills: frozenset[int] = frozenset()


AUTOMATIC = Options()
F = TypeVar("F", bound="Callable[[Expr], str]")
S = TypeVar("S", bound="Callable[[Expr, Options], str]")
W = TypeVar("W", bound="Callable[[Expr, Types], str]")
NOTATIONS: dict[str, Writer] = {}


def notation(name: str) -> Callable[[F], F]:
    """Register a function of an expression under the name of its notation."""

    def register(write: F) -> F:
        NOTATIONS[name] = lambda e, types, options: write(e)
        return write

    return register


def optional_notation(name: str) -> Callable[[S], S]:
    """Register a function of an expression and of `Options`."""

    def register(write: S) -> S:
        NOTATIONS[name] = lambda e, types, options: write(e, options)
        return write

    return register


def typed_notation(name: str) -> Callable[[W], W]:
    """Register a function of an expression and the types of its names."""

    def register(write: W) -> W:
        NOTATIONS[name] = lambda e, types, options: write(e, types)
        return write

    return register
