"""Libraries whose arrays are put together by `stack` and `concat`, and bounded by a number with `clip`."""

from __future__ import annotations

from typing import ClassVar

from .plan import Value
from .python_source import Python
from .source import Piece


class Stacked(Python):
    """What the array API standard and PyTorch share, under the names that each has for it."""

    clip: ClassVar[str]
    asarray: ClassVar[str]
    concat: ClassVar[str]

    def op_max(self, v: Value) -> Piece:
        return self.extremum(v, "maximum", "min")

    def op_min(self, v: Value) -> Piece:
        return self.extremum(v, "minimum", "max")

    def extremum(self, v: Value, name: str, bound: str) -> Piece:
        """The larger or smaller of two arrays, or of an array and a number."""
        x, y = sorted(v.args, key=lambda a: a.op == "number")
        if y.op == "number":
            return Piece(f"{self.xp}.{self.clip}({self.text(x)}, {bound}={self.text(y)})")
        return Piece(f"{self.xp}.{name}({self.text(x)}, {self.text(y)})")

    def entry(self, a: Value) -> str:
        """Whole numbers are written as others are: the standard does not mix them."""
        return self.text(a) if a.op != "number" else repr(float(a.data))

    def listed(self, parts: list[str]) -> Piece:
        if any(part.startswith("[") for part in parts):
            return Piece(f"{self.xp}.stack([{', '.join(map(self.stacked, parts))}])")
        return Piece(self.stacked(f"[{', '.join(parts)}]"))

    def stacked(self, numbers: str) -> str:
        """A list of numbers as a vector."""
        return f"{self.xp}.stack([*map({self.xp}.{self.asarray}, {numbers})])"

    def joined(self, parts: list[str]) -> Piece:
        shown = ", ".join(f"{self.xp}.stack({p})" if p.startswith("[") else p for p in parts)
        return Piece(f"{self.xp}.{self.concat}([{shown}])")
