"""The flat syntax tree: a list in which arguments stand before what uses them.

Everything after parsing is a loop over this list: no recursion, whatever the depth.
"""

from __future__ import annotations

from typing import Any

from ..terms.errors import ParseError
from ..terms.signatures import Signatures
from .remarks import Remark
from .tokens import Token


class Ast:
    """An operation of the syntax tree: arguments by position in the list, its place in the text."""

    __slots__ = ("args", "data", "end", "low", "op", "start")

    def __init__(self, op: str, args: tuple[int, ...], data: Any, start: int, end: int, low: int):
        self.op, self.args, self.data = op, args, data
        self.start, self.end, self.low = start, end, low

    @property
    def span(self) -> tuple[int, int]:
        return (self.start, self.end)

    def __repr__(self) -> str:
        return f"{self.op}{self.args}{'' if self.data is None else self.data}"


class Tape:
    """The list while it grows; each method returns the position of an entry."""

    def __init__(self) -> None:
        self.tape: list[Ast] = []
        self.text = ""
        self.caret = False  # whether ^ is entry by entry too
        self.spaced = False  # whether a product that is not written goes by entries, as in Mathematica
        self.dialect = ""  # how NumPy would read *, / and **: "numpy" surely, "python" perhaps
        self.signatures = Signatures.shipped()
        self.remarks: list[Remark] = []

    def _add(self, op: str, args: tuple[int, ...], data: Any, start: int, end: int) -> int:
        i = len(self.tape)
        self.tape.append(Ast(op, args, data, start, end, self.tape[args[0]].low if args else i))
        return i

    def _leaf(self, op: str, data: Any, token: Token) -> int:
        return self._add(op, (), data, token.start_pos, token.end_pos)

    def _two(self, op: str, a: int, b: int, data: Any = None) -> int:
        return self._add(op, (a, b), data, self.tape[a].start, self.tape[b].end)

    def _wide(self, i: int, left: Token | None, right: Token) -> int:
        node = self.tape[i]
        node.end = right.end_pos
        if left is not None:
            node.start = left.start_pos
        return i

    def _error(self, message: str, start: int, end: int) -> ParseError:
        return ParseError(message, self.text, (start, end))
