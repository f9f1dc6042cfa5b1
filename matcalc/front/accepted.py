"""What the front doors accept, as types for readers and type checkers; nothing of it exists when matcalc runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ..terms.expression import Expr
    from ..terms.shapes import Dim
    from .derivative import Derivative


class Symbolic(Protocol):
    """An expression of SymPy."""

    @property
    def free_symbols(self) -> object:
        """Its symbols."""


class Shell(Protocol):
    """What Jupyter hands to an extension."""

    def register_magic_function(self, func: Callable[..., object], magic_kind: str, magic_name: str) -> None:
        """Make a function a magic."""


class Widget(Protocol):
    """The card as a widget: what is typed in it, and the answer."""

    text: str
    wrt: str
    html: str


if TYPE_CHECKING:
    Where: TypeAlias = str | Mapping[str, object] | None  # declarations
    Source: TypeAlias = str | Expr | Derivative | Symbolic  # what is differentiated
    Variable: TypeAlias = str | Expr | Symbolic  # by what
    Value: TypeAlias = ArrayLike | Callable[..., ArrayLike]  # of a variable, or of a function such as u in u(x)
    Operand: TypeAlias = ArrayLike | Expr | Derivative | Dim  # what stands beside an expression
    Key: TypeAlias = int | slice | tuple[int | slice, ...]  # between the brackets of x[...]
    Variables: TypeAlias = list[str] | list[Expr] | list[Variable] | tuple[Variable, ...]
    Syntax: TypeAlias = Literal["auto", "plain", "latex"]
    Of: TypeAlias = Literal["expression", "derivative", "both"]
    Style: TypeAlias = Literal["differential", "chain"]
    Detail: TypeAlias = Literal["brief", "full"]
    Mode: TypeAlias = Literal["forward", "reverse"]
    FormName: TypeAlias = Literal["entries", "vec", "differential", "all"]
