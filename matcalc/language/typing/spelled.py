"""The shapes of other programs' calls: which line of the table of spellings fits, and what it makes of the shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from ...terms.shapes import ONE, SCALAR, Dim, Shape
from ..remarks import Remark
from ..spellings import Meaning, Parameter, table
from ..templates import filled, tree
from ..tree import Ast
from .contexts import Contexts, contexts
from .fitting import Misfit
from .preferences import REDUCED
from .products import Products


def axes(shape: Shape) -> int:
    """How many axes a shape has: a row is a matrix."""
    return 0 if shape == SCALAR else 1 if shape[1] is ONE else 2


@lru_cache(maxsize=256)
def around(meaning: Meaning) -> Contexts:
    """What surrounds the parts of a meaning."""
    return contexts(tree(meaning), frozenset())


def bound(meaning: Meaning, shapes: Sequence[Shape]) -> dict[str, Dim]:
    """The sizes of a meaning's letters, from the shapes of what it is applied to."""
    env: dict[str, Dim] = {}
    for p, shape in zip(meaning.parameters, shapes, strict=True):
        for want, got in zip(p.shape or (), shape, strict=False):
            for n in want.names:
                env.setdefault(n, got)
    return env


class Spelled(Products):
    """What the shaper says about calls of other programs."""

    def spelled(self, i: int, node: Ast) -> Shape:
        """The first line of the table that fits the kinds of the arguments."""
        self.flat(i, *node.args)
        lines = node.data if isinstance(node.data, list) else table().meanings(node.data)
        meaning = next((m for m in lines if self.accepts(m, node.args)), None)
        if meaning is None:
            raise Misfit(i, lambda: self.wanted(lines, node))
        self.chosen[i] = meaning
        env: dict[str, Dim] = {}
        for p, j in zip(meaning.parameters, node.args, strict=True):
            for want, got in zip(p.shape or (), self.shapes[j], strict=False):
                n = next(iter(want.names), None)
                if not self.same(env.setdefault(n, got) if n else want, got):
                    raise Misfit(i, lambda: self.wanted(lines, node))
        result = self.shape_of(i, meaning, env, [self.shapes[j] for j in node.args])
        if result == SCALAR:
            self.level = REDUCED
        return result

    def accepts(self, meaning: Meaning, args: Sequence[int]) -> bool:
        """Whether the arguments are of the kinds that a line takes."""
        return all(self.is_like(p, j) for p, j in zip(meaning.parameters, args, strict=True))

    def is_like(self, p: Parameter, i: int) -> bool:
        node = self.tape[i]
        if p.compared:
            return node.op == "compare"
        if p.number is not None:
            return node.op == "num" and node.data == p.number
        return p.shape is None or axes(p.shape) == axes(self.shapes[i])

    def shape_of(self, i: int, meaning: Meaning, env: Mapping[str, Dim], given: Sequence[Shape]) -> Shape:
        """The shape of a meaning for arguments of given shapes."""
        leaves = {p.name: s for p, s in zip(meaning.parameters, given, strict=True) if p.name}
        inner = type(self)(filled(meaning, env), leaves, frozenset(), {}, self.u, meaning.text, self.signatures,
                           around(meaning))  # fmt: skip
        inner.flexible = self.flexible
        try:
            inner.each()
        except Misfit as e:
            message = e.message()
            raise Misfit(i, lambda: f"{self.part(i)} is {meaning.text}: {message}") from None
        return inner.shapes[-1]

    def each(self) -> None:
        """Shapes of all parts."""
        raise NotImplementedError

    def foreign(self) -> list[Remark]:
        """What is said about calls of other programs."""
        chosen = ((self.tape[i].span, m) for i, m in self.chosen.items() if "@" not in m.text)
        return [Remark(f"{m.shown} is {m.text}", span) for span, m in chosen]

    def wanted(self, lines: Sequence[Meaning], node: Ast) -> str:
        """What a call takes, and what it is given."""
        got = " and ".join(self.is_(j) for j in node.args)
        return f"this is known as {' or '.join(m.shown for m in lines)}, and {got}"
