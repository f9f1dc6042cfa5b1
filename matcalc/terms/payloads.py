"""What a node carries beside its operation, its arguments and its shape: the datum `data`, declared here once.

| operation | datum |
|---|---|
| `var` | `Variable` (that of a rule has the kind "pattern"), or `NamedPartial` |
| `d` | `Differential` |
| `num` | the number: an integer, a fraction or a float |
| `const`, `size` | the name |
| `index` | a tuple with `At` or `Slice` for each axis |
| `array` | `Grid` |
| `call` | the name of the function |
| `kernel` | the name of the operation; `LinearKernel` where all of its arguments are left out |
| `jac` | `Partial` |
| `einsum` | `Axes` |
| `series`, `counter` | the number of the bound index |
| an elementwise function | `ELEMENTWISE`; `UNSPECIFIED` of one that is only declared |
| all others | None |
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from .records import NamedTuple
from .shapes import Shape

if TYPE_CHECKING:
    from .nodes import Expr

ELEMENTWISE = "fn"
UNSPECIFIED = "unspecified fn"
Axis = tuple[int, ...]  # the indices of an axis: none for a unit axis, several where axes are taken together


class Variable(NamedTuple):
    """A variable: its name, how it was declared (scalar, vector or matrix), and its properties."""

    name: str
    kind: str
    properties: frozenset[str] = frozenset()


class NamedPartial(NamedTuple):
    """A derivative of one name by another that stands for its value, a variable of the kind "partial"."""

    name: str
    kind: str
    properties: frozenset[str]
    top: Expr
    below: Expr
    held: str  # the names that are kept fixed
    order: int


class Differential(NamedTuple):
    """The differential d(of) under the name of what it is the differential of."""

    name: str
    of: Expr


class LinearKernel(NamedTuple):
    """A linear operation of one argument as an array: the shapes of its value and of its argument."""

    name: str
    numpy: str  # the function of NumPy that it is, if it is the user's
    value: Shape
    argument: Shape


class At(NamedTuple):
    """One entry along an axis, counted from 0, from the end if it is negative: ("at", position)."""

    tag: Literal["at"] = "at"
    position: int = 0


class Slice(NamedTuple):
    """A slice of an axis, with None for an open end and for step 1: ("slice", start, stop, step)."""

    tag: Literal["slice"] = "slice"
    start: int | None = None
    stop: int | None = None
    step: int | None = None


WHOLE = Slice()


def picks(spec: Iterable[tuple[Any, ...]]) -> tuple[At | Slice, ...]:
    """The entries of a slice by name, also where they are given as plain tuples.

    >>> picks((("at", 1), ("slice", None, 3, None)))
    (At(tag='at', position=1), Slice(tag='slice', start=None, stop=3, step=None))
    """
    return tuple([At(*s) if s[0] == "at" else Slice(*s) for s in spec])


class Grid(NamedTuple):
    """How many rows and columns of entries or blocks an explicit array has."""

    rows: int
    columns: int


class Partial(NamedTuple):
    """The derivative of an abstract function by its argument number `position`, with the shape of its value."""

    function: str
    position: int
    transposed: bool
    value: Shape


class Axes(NamedTuple):
    """The axes of each operand of an index expression, and those of its value."""

    ins: tuple[tuple[Axis, ...], ...]
    out: tuple[Axis, ...]
