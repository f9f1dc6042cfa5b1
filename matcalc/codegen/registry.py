"""The targets by name. A file of `targets` registers the function that writes it when it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeVar

from ..terms.records import NamedTuple

if TYPE_CHECKING:
    from .function import Function


# The targets that come with matcalc, for type checkers.
Target = Literal["numpy", "array-api", "jax", "torch", "c", "torch-function", "jax-vjp", "matlab", "julia", "rrule"]


class Writer(NamedTuple):
    """A target: the function that writes source text, whether that is Python, and whether it is a backward pass.

    A backward pass gets a function of the value and the gradient of a scalar by one variable, `Function.by`.
    """

    write: Callable[[Function], str]
    python: bool
    backward: bool = False


W = TypeVar("W", bound="Callable[[Function], str]")
TARGETS: dict[str, Writer] = {}


def target(name: str, python: bool = True, backward: bool = False) -> Callable[[W], W]:
    """Register a function that writes source code under the name of its target."""

    def register(write: W) -> W:
        TARGETS[name] = Writer(write, python, backward)
        return write

    return register
