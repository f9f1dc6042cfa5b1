"""Contractions in languages with permutations of axes and products of matrices, in which places begin at 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from .contractions import Axes, Operand, Steps


class Permuted(Steps):
    """What Julia and MATLAB share. `size` gives the size of an index as text, `use` notes that a helper is called."""

    tick: ClassVar[str]
    permute: ClassVar[str]

    def __init__(self, size: Callable[[int], str], use: Callable[[str], str]):
        super().__init__()
        self.size, self.use = size, use

    def tuple(self, places: list[int]) -> str:
        """Places, or sizes, as the language lists them."""
        raise NotImplementedError

    def places(self, x: Operand, axes: Axes) -> str:
        """The places of axes."""
        return self.tuple([x.axes.index(i) + 1 for i in axes])

    def permuted(self, x: Operand, axes: Axes) -> Operand:
        if axes == x.axes:
            return x
        if len(axes) == 2:
            return Operand(f"{x.held}{self.tick}", axes)
        return Operand(f"{self.permute}({x.text}, {self.places(x, axes)})", axes)

    def inner(self, a: Operand, b: Operand, over: Axes) -> Operand:
        axes = (*(i for i in a.axes if i not in over), *(i for i in b.axes if i not in over))
        if len(over) == 1 and len(a.axes) < 3 and len(b.axes) < 3 and axes:
            left = f"{a.held}{self.tick}" if a.axes[0] in over else a.held
            right = b.held if b.axes[0] in over else f"{b.held}{self.tick}"
            if len(a.axes) == 1:  # x*B is B'*x
                left, right = (f"{b.held}{self.tick}" if b.axes[0] in over else b.held), a.held
            return Operand(f"{left} * {right}", axes, True)
        return self.tensordot(a, b, over, axes)

    def tensordot(self, a: Operand, b: Operand, over: Axes, axes: Axes) -> Operand:
        """The sums of products along several axes, or of arrays with many."""
        raise NotImplementedError

    def product(self, a: Operand, b: Operand, axes: Axes) -> Operand:
        return Operand(f"{self.spread(a, axes)} .* {self.spread(b, axes)}", axes, True)


class MatlabSteps(Permuted):
    """Contractions in MATLAB, where vectors are columns and last axes of one entry are not there."""

    tick, permute = ".'", "permute"

    def tuple(self, places: list[int]) -> str:
        return str(places)

    def shape(self, axes: Axes) -> str:
        """The shape of an array with these axes."""
        sides = [self.size(i) for i in axes]
        return f"[{', '.join([*sides, '1', '1'][: max(2, len(sides))])}]"

    def diagonal(self, x: Operand) -> Operand:
        if len(x.axes) == 2:
            return Operand(f"diag({x.text})", x.axes[:-1])
        return Operand(f"{self.use('diagonals')}({x.text}, {self.shape(x.axes[:-1])})", x.axes[:-1])

    def summed(self, x: Operand, over: Axes) -> Operand:
        text, rest = x.text, tuple(i for i in x.axes if i not in over)
        for i in over:
            text = f"sum({text}, {x.axes.index(i) + 1})"
        order = [x.axes.index(i) + 1 for i in (*rest, *over)]
        if len(order) > 1 and order != sorted(order):
            text = f"{text}.'" if len(order) == 2 else f"permute({text}, {order})"
        return Operand(text, rest)

    def tensordot(self, a: Operand, b: Operand, over: Axes, axes: Axes) -> Operand:
        if len(a.axes) == len(b.axes) == 1:
            return Operand(f"{a.held}.' * {b.held}", axes, True)
        given = f"{a.text}, {self.places(a, over)}, {b.text}, {self.places(b, over)}, {self.shape(axes)}"
        return Operand(f"{self.use('tensordot')}({given})", axes)

    def spread(self, x: Operand, axes: Axes) -> str:
        free = iter(range(len(x.axes) + 1, 2 * len(axes) + 3))
        order = [x.axes.index(i) + 1 if i in x.axes else next(free) for i in axes]
        while len(order) < max(2, len(x.axes)):
            order.append(next(free))
        if order == sorted(order):
            return x.held
        return f"{x.held}.'" if len(order) == 2 else f"permute({x.text}, {order})"


class JuliaSteps(Permuted):
    """Contractions in Julia."""

    tick, permute = "'", "permutedims"

    def tuple(self, places: list[int]) -> str:
        return str(tuple(places))

    def diagonal(self, x: Operand) -> Operand:
        return Operand(f"{'diag' if len(x.axes) == 2 else self.use('diagonals')}({x.text})", x.axes[:-1])

    def summed(self, x: Operand, over: Axes) -> Operand:
        rest = tuple(i for i in x.axes if i not in over)
        if not rest:
            return Operand(f"sum({x.text})", rest)
        places = self.places(x, over) if len(over) > 1 else str(x.axes.index(over[0]) + 1)
        if len(rest) == 1:
            return Operand(f"vec(sum({x.text}, dims={places}))", rest)
        return Operand(f"{self.use('sums')}({x.text}, {places})", rest)

    def tensordot(self, a: Operand, b: Operand, over: Axes, axes: Axes) -> Operand:
        if not axes:
            return Operand(f"dot({a.text}, {self.permuted(b, a.axes).text})", axes)
        given = f"{a.text}, {self.places(a, over)}, {b.text}, {self.places(b, over)}"
        return Operand(f"{self.use('tensordot')}({given})", axes)

    def spread(self, x: Operand, axes: Axes) -> str:
        turned = self.permuted(x, tuple(i for i in axes if i in x.axes))
        if turned.axes == axes[: len(turned.axes)]:
            return turned.held
        if len(axes) == 2:
            return f"{turned.held}'"
        return f"reshape({turned.text}, ({', '.join(self.size(i) if i in x.axes else '1' for i in axes)}))"
