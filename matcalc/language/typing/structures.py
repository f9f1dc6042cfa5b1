"""The shapes of unspecified functions and their derivatives, of explicit arrays, slices and index expressions."""

from __future__ import annotations

from ...terms.shapes import ONE, SCALAR, Dim, Shape
from ..tree import Ast
from .axes import Einsum, SliceError, einsum_axes, sliced
from .fitting import Fitting, Misfit, count
from .preferences import REDUCED


class Structures(Fitting):
    """What the shaper says about structures."""

    level: float

    def call(self, i: int, node: Ast) -> Shape:
        f = self.functions[node.data]
        if len(node.args) != len(f.arguments):
            raise Misfit(i, lambda: f"{node.data} takes {count(len(f.arguments))}, not {len(node.args)}")
        for want, j in zip(f.arguments, node.args, strict=True):
            if not self.equal(self.shapes[j], want.shape):
                raise Misfit(i, lambda j=j, want=want: f"{node.data} takes a {want}, and {self.is_(j)}")  # type: ignore[misc]
        self.level = REDUCED
        return f.value.shape

    def jac(self, i: int, node: Ast) -> Shape:
        f = self.functions[node.data[0]]
        for want, j in zip(f.arguments, node.args, strict=False):
            if not self.equal(self.shapes[j], want.shape):
                raise Misfit(i, lambda j=j, want=want: f"{node.data[0]} takes a {want}, and {self.is_(j)}")  # type: ignore[misc]
        x = self.shapes[node.args[-1]]
        rows, columns = f.value.shape[0] * f.value.shape[1], x[0] * x[1]
        self.level = REDUCED
        return (columns, rows) if node.data[2] else (rows, columns)

    # --- arrays and indices

    def array(self, i: int, node: Ast) -> Shape:
        rows, columns = node.data
        self.flat(i, *node.args)
        if all(self.shapes[j] == SCALAR for j in node.args):
            return (Dim.of(rows), Dim.of(columns))
        shapes = [(self.flex(), self.flex()) if self.tape[j].op == "num" else self.shapes[j] for j in node.args]
        for k, (j, s) in enumerate(zip(node.args, shapes, strict=True)):
            left, above = shapes[k - k % columns], shapes[k % columns]
            if not self.same(left[0], s[0]):
                raise Misfit(i, lambda k=k, j=j: "the blocks of a row need equal heights, but "  # type: ignore[misc]
                             f"{self.is_(node.args[k - k % columns])} and {self.is_(j)}")  # fmt: skip
            if not self.same(above[1], s[1]):
                raise Misfit(i, lambda k=k, j=j: "the blocks of a column need equal widths, but "  # type: ignore[misc]
                             f"{self.is_(node.args[k % columns])} and {self.is_(j)}")  # fmt: skip
        height, width = Dim.of(0), Dim.of(0)
        for r in range(rows):
            height = height + self.u.resolve(shapes[r * columns][0])
        for c in range(columns):
            width = width + self.u.resolve(shapes[c][1])
        return (height, width)

    def index(self, i: int, node: Ast) -> Shape:
        self.flat(i, *node.args)
        base = self.shapes[node.args[0]]
        full = tuple(self.u.resolve(d) for d in base)
        try:
            return sliced(node.data, full, self.part(node.args[0]))[1]
        except SliceError as e:
            message = str(e)
            raise Misfit(i, lambda: message) from None

    def component(self, i: int, node: Ast) -> Shape:
        base = self.leaves[node.data[0]]
        try:
            sliced(tuple(("at", k) for k in node.data[1]), tuple(self.u.resolve(d) for d in base), node.data[0])
        except SliceError as e:
            message = str(e)
            raise Misfit(i, lambda: message) from None
        self.level = REDUCED
        return SCALAR

    def series(self, i: int, node: Ast) -> Shape:
        first, last, body = node.args
        for j in (first, last):
            if not self.scalar(j):
                raise Misfit(i, lambda j=j: f"the limits of a sum are scalars, but {self.is_(j)}")  # type: ignore[misc]
        self.inherit(body)
        return self.shapes[body]

    def einsum(self, i: int, node: Ast) -> Shape:
        spec: Einsum
        try:
            spec = einsum_axes(node.data[0], len(node.args))
        except SliceError as e:
            message = str(e)
            raise Misfit(i, lambda: message) from None
        size: dict[int, Dim] = {k: node.data[1][n] for n, k in spec.numbers.items() if n in node.data[1]}
        later: list[tuple[tuple[int, ...], Dim]] = []
        for axes, j in zip(spec.ins, node.args, strict=True):
            shape = self.shapes[j]
            if len(axes) < len(shape):
                kept = tuple(d for d in shape if d is not ONE)
                if len(kept) == len(axes):
                    shape = kept
                elif len(axes) == 1 and shape[1] is ONE:
                    shape = shape[:1]
            if len(axes) != len(shape):
                count = len(axes)
                raise Misfit(i, lambda j=j, n=count: f"einsum expects {n} axes, but {self.is_(j)}")  # type: ignore[misc]
            for axis, dim in zip(axes, shape, strict=True):
                if len(axis) != 1:
                    later.append((axis, dim))
                elif not self.same(size.setdefault(axis[0], dim), dim):
                    raise Misfit(i, lambda: f"the sizes in {node.data[0]} do not fit")
        out: list[Dim] = []
        for axis, wanted in [*later, *((axis, None) for axis in spec.out)]:
            total = ONE
            for k in axis:
                if k not in size and wanted is None:
                    letter = next(n for n, number in spec.numbers.items() if number == k)
                    raise Misfit(i, lambda n=letter: f"einsum does not know the size of {n}: add ; {n}=…")  # type: ignore[misc]
                total = total * self.u.resolve(size.setdefault(k, self.flex()))
            if wanted is None:
                out.append(total)
            elif not self.same(total, wanted):
                raise Misfit(i, lambda: f"the sizes in {node.data[0]} do not fit")
        return tuple([*out, ONE, ONE][:2]) if len(out) < 2 else tuple(out)
