"""Languages with operators for matrices and, with a dot, for entries: Julia, MATLAB.

Arrays begin at 1, and their columns stand one after the other, while in a plan rows do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar

from ..terms.errors import MatcalcError
from ..terms.shapes import ONE
from .contractions import Operand, Steps, contracted, sized
from .names import checked
from .plan import Value
from .source import ATOM, PRODUCT, UNARY, Piece, Source

WORD = re.compile(r"[^\W\d]\w*")


class Dotted(Source):
    """A function in a language with dotted operators."""

    arrow: ClassVar[str] = ""  # a function without a name, of the arguments {0}
    tick: ClassVar[str] = "'"  # the transpose

    @classmethod
    def words(cls) -> set[str]:
        """The words of the templates: names of the language that nothing else is called by."""
        texts = [*cls.templates.values(), *cls.functions.values(), *cls.helpers]
        return {word for text in texts for word in WORD.findall(text)}

    # --- entry by entry --------------------------------------------------------------------------------------------

    def op_mul(self, v: Value) -> Piece:
        first, *rest = v.args
        text, rank = self.operand(first, PRODUCT), first.rank
        for a in rest:
            text += f" {'.*' if rank and a.rank else '*'} {self.operand(a, UNARY)}"
            rank = max(rank, a.rank)
        return Piece(text, PRODUCT)

    def op_div(self, v: Value) -> Piece:
        x, y = v.args
        return Piece(f"{self.operand(x, PRODUCT)} {'./' if y.rank else '/'} {self.operand(y, UNARY)}", PRODUCT)

    # --- products --------------------------------------------------------------------------------------------------

    def op_matmul(self, v: Value) -> Piece:
        x, y = v.args
        if (x.rank, y.rank) == (1, 1):
            return self.dot(x, y)
        if (x.rank, y.rank) == (1, 2):
            return Piece(f"{self.text(y, ATOM)}{self.tick} * {self.text(x, UNARY)}", PRODUCT)
        return Piece(f"{self.text(x, PRODUCT)} * {self.text(y, UNARY)}", PRODUCT)

    def dot(self, x: Value, y: Value) -> Piece:
        """The scalar product of two vectors."""
        raise NotImplementedError

    def op_outer(self, v: Value) -> Piece:
        x, y = v.args
        return Piece(f"{self.text(x, PRODUCT)} * {self.text(y, ATOM)}{self.tick}", PRODUCT)

    def op_row(self, v: Value) -> Piece:
        return Piece(f"{self.text(v.args[0], ATOM)}{self.tick}")

    op_t = op_row

    def op_solve(self, v: Value) -> Piece:
        a, b = v.args
        matrix = f"{self.text(a, ATOM)}{self.tick}" if v.data else self.text(a, UNARY)
        return Piece(f"{matrix} \\ {self.text(b, UNARY)}", PRODUCT)

    def divided(self, v: Value) -> Piece | None:
        """The transpose of a solution is a quotient: (A' \\ B')' = B / A."""
        if v.op != "solve" or v.number in self.named or v.rank != 2:
            return None
        a, b = v.args
        if b.op != "t":
            return None
        base = a.args[0] if a.op == "t" else a
        turned = bool(v.data) != (a.op == "t") or base.number in self.f.plan.definite
        matrix = self.text(base, UNARY) if turned else f"{self.text(base, ATOM)}{self.tick}"
        return Piece(f"{self.text(b.args[0], PRODUCT)} / {matrix}", PRODUCT)

    def op_einsum(self, v: Value) -> Piece:
        ins, out = v.data
        operands = [Operand(self.text(a, ATOM), axes) for a, axes in zip(v.args, ins, strict=True)]
        sizes = {i: d for axes, a in zip(ins, v.args, strict=True) for i, d in zip(axes, a.axes, strict=True)}
        done = contracted(self.steps(lambda i: self.size(sizes[i])), operands, out, sized(v))
        return Piece(done.text, PRODUCT if done.loose else ATOM)

    def steps(self, size: Callable[[int], str]) -> Steps:
        """What the language calls the steps of a contraction."""
        raise NotImplementedError

    # --- form ------------------------------------------------------------------------------------------------------

    def op_reshape(self, v: Value) -> Piece:
        x = v.args[0]
        many = [d for d in x.axes if d is not ONE], [d for d in v.data if d is not ONE]
        if (len(many[0]) < 2 and len(many[1]) < 2) or many[0] == many[1]:  # rows and columns are in one order
            return Piece(f"reshape({self.text(x)}, {self.shape(v.data)})")
        return Piece(f"{self.use('rows_first')}({self.text(x)}, {self.shape(v.data)})")

    def places(self, v: Value) -> str:
        """What stands in the brackets of an index: from 1 on, with the last place."""
        return ", ".join(_place(spec) for spec in v.data)

    def op_kernel(self, v: Value) -> Piece:
        name, own, shape = v.data
        template = self.templates.get(name)
        if own or template is None:
            raise self.unknown(name)
        self.use("kernel")
        given = len(v.args)
        letters = [f"a{k}" for k in range(given + (len(shape) - 2) // 2)]
        for k, letter in enumerate(letters):
            template = template.replace(f"{{{k}}}", letter).replace(f"<{k}>", letter)
        for other in self.helpers:
            if f"!{other}(" in template:
                self.use(other)
        function = self.arrow.format(", ".join(letters)) + template.replace("!", "").removeprefix("~")
        return Piece(f"kernel({', '.join([function, self.shape(shape), *(self.text(a) for a in v.args)])})")

    # --- loops -----------------------------------------------------------------------------------------------------

    closes = "end"


def _place(spec: tuple[object, ...]) -> str:
    """An entry of brackets, which in a plan is as in Python."""
    if spec[0] == "at":
        return _from_one(spec[1])
    _, start, stop, step = spec
    first = "1" if start is None else _from_one(start)
    last = "end" if stop is None else _before(stop)
    if step not in (None, 1):
        return f"{first}:{step}:{last}"
    return ":" if (first, last) == ("1", "end") else f"{first}:{last}"


def _from_one(place: object) -> str:
    """A place counted from 1, or from the end."""
    assert isinstance(place, int)
    return str(place + 1) if place >= 0 else "end" if place == -1 else f"end - {-place - 1}"


def _before(place: object) -> str:
    """The last place before one."""
    assert isinstance(place, int)
    return str(place) if place >= 0 else f"end - {-place}"


def ascii_name(name: str, language: str, keywords: frozenset[str]) -> str:
    """A name that a language can have."""
    if not (checked(name).isascii() and name[0].isalpha()) or name in keywords:
        raise MatcalcError(f"{language} has no names such as {name}")
    return name
