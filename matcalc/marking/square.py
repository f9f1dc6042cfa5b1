"""A world in which all arrays are square matrices: where an answer has a meaning although its shapes do not fit."""

from __future__ import annotations

from collections.abc import Mapping

from ..terms.errors import MatcalcError
from ..terms.expression import Expr, var
from ..terms.rebuild import substitute
from ..terms.shapes import SCALAR, Dim
from ..terms.walks import variables

SIZE = "n"


class Square:
    """The names of a question with one size for all of their axes, and the way back."""

    def __init__(self, nodes: Mapping[str, Expr]):
        self.nodes = dict(nodes)
        self.there = {v: self._squared(v) for v in self.nodes.values() if v.op == "var"}
        self.back = {v: w for w, v in self.there.items()}

    def types(self) -> dict[str, str]:
        """The declarations of the names in that world."""
        return {v.data[0]: "scalar" if v.shape == SCALAR else f"matrix({SIZE}, {SIZE})" for v in self.there.values()}

    def squared(self, e: Expr) -> Expr:
        """An expression of the question in that world; a MatcalcError if it has none there."""
        for name, v in variables(e).items():
            if v not in self.there:
                self.nodes[name] = v
                self.there[v] = self._squared(v)
                self.back[self.there[v]] = v
        return substitute(e, dict(self.there))

    def restored(self, e: Expr) -> Expr | None:
        """An expression with its own shapes; None if they do not fit together."""
        try:
            return substitute(e, dict(self.back))
        except MatcalcError:
            return None

    @staticmethod
    def _squared(v: Expr) -> Expr:
        if v.shape == SCALAR:
            return v
        return var(v.data[0], (Dim.of(SIZE), Dim.of(SIZE)), (), "matrix")
