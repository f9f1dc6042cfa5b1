"""The targets by name. A file of `targets` registers the function that writes it when it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from .function import Function


class Writer(NamedTuple):
    """A target: the function that writes source text, and whether that is Python, which can be run."""

    write: Callable[[Function], str]
    python: bool


W = TypeVar("W", bound="Callable[[Function], str]")
TARGETS: dict[str, Writer] = {}


def target(name: str, python: bool = True) -> Callable[[W], W]:
    """Register a function that writes source code under the name of its target."""

    def register(write: W) -> W:
        TARGETS[name] = Writer(write, python)
        return write

    return register
