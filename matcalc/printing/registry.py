"""The notations by name. A file of this room that writes expressions registers its function here when it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from ..language.typing.declarations import Types
    from ..terms.expression import Expr

    Writer = Callable[[Expr, Types], str]  # the types tell sizes that are no longer in the expression

F = TypeVar("F", bound="Callable[[Expr], str]")
W = TypeVar("W", bound="Writer")
NOTATIONS: dict[str, Writer] = {}


def notation(name: str) -> Callable[[F], F]:
    """Register a function of an expression under the name of its notation."""

    def register(write: F) -> F:
        NOTATIONS[name] = lambda e, types: write(e)
        return write

    return register


def typed_notation(name: str) -> Callable[[W], W]:
    """Register a function of an expression and the types of its names."""

    def register(write: W) -> W:
        NOTATIONS[name] = write
        return write

    return register
