"""The shape of every part of a syntax tree, for one assignment of kinds to the names."""

from __future__ import annotations

from collections.abc import Callable

from ...terms.shapes import ONE, SCALAR, Dim, Shape
from ..tree import Ast
from .axes import Einsum, SliceError, einsum_axes, sliced
from .fitting import ARITY, NAMED, REDUCED, Fitting, Misfit, count, entrywise

_TRAILING = 1.5  # what an undeclared scalar to the right of a matrix costs
_ELEMENTWISE_PAIRS = frozenset(("max", "min", "had", "ediv"))


class Shaper(Fitting):
    """Computes shapes from the leaves up; raises Misfit where they do not fit."""

    def run(self) -> None:
        """Shapes of all parts."""
        handlers = _HANDLERS
        for i, node in enumerate(self.tape):
            self.level = 0.0
            self.shapes.append(handlers[node.op](self, i, node))
            self.levels.append(self.level)
        if not self.u.settle():
            raise Misfit(len(self.tape) - 1, lambda: "the sizes in this expression contradict each other")

    # --- leaves

    def num(self, i: int, node: Ast) -> Shape:
        return SCALAR

    def name(self, i: int, node: Ast) -> Shape:
        shape = self.leaves[node.data]
        if node.data in self.undeclared and shape == SCALAR:
            self.level = NAMED
        return shape

    def samples(self, i: int, node: Ast) -> Shape:
        self.level = REDUCED
        return self.shapes[node.args[0]]

    def bold(self, i: int, node: Ast) -> Shape:
        return self.leaves[f"1@{i}"]

    def identity(self, i: int, node: Ast) -> Shape:
        dim = self.flex() if not node.data else node.data[0]
        return (dim, dim)

    def sized(self, i: int, node: Ast) -> Shape:
        if node.data is None:
            return self.bold(i, node)
        dims: Shape = node.data
        return dims if len(dims) > 1 else (dims[0], ONE)

    def fill(self, i: int, node: Ast) -> Shape:
        word, dims = node.data
        if not self.scalar(node.args[0]):
            raise Misfit(i, lambda: f"{word}(c) takes a scalar, and {self.is_(node.args[0])}")
        wanted = 1 if word == "vector" else 2
        if dims and len(dims) != wanted:
            example = "vector(1, n)" if wanted == 1 else "matrix(1, m, n)"
            raise Misfit(i, lambda: f"{word} takes a value and its size: {example}")
        if wanted == 1:
            return (dims[0] if dims else self.flex(), ONE)
        return (dims[0], dims[1]) if dims else (self.flex(), self.flex())

    # --- arithmetic

    def pair(self, i: int, a: int, b: int, what: str, sign: str = "") -> Shape:
        """Two arrays of one shape, or one array and a scalar that fills its shape."""
        sa, sb = self.shapes[a], self.shapes[b]
        if sa == SCALAR and sb == SCALAR:
            self.inherit(a, b)
            return SCALAR
        if sa == SCALAR or sb == SCALAR:
            scalar = a if sa == SCALAR else b
            level = self.levels[scalar]
            if what == "a sum" and level == NAMED and self.tape[scalar].op == "name":
                raise Misfit(i, lambda: self.misfit_pair(a, b, what, sign))  # such a name has the array's shape
            self.cost += level if what == "a sum" or level == NAMED else 0
            return sb if sa == SCALAR else sa
        if not self.equal(sa, sb):
            raise Misfit(i, lambda: self.misfit_pair(a, b, what, sign))
        return sa

    def add(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        return self.pair(i, a, b, "a sum", "+" if node.op == "add" else "-")

    def elementwise(self, i: int, node: Ast) -> Shape:
        what = {"compare": "a comparison", "epow": "an elementwise power", "ediv": "an elementwise quotient"}
        self.flat(i, *node.args)
        if node.op == "epow":
            a, b = node.args
            if self.scalar(b):
                self.inherit(a, b)
                return self.shapes[a]
        sign = {"had": ".*", "ediv": "./"}.get(node.op, "")
        a, b = node.args
        return self.pair(i, a, b, what.get(node.op, "an elementwise product"), sign)

    def mul(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        sa, sb = self.shapes[a], self.shapes[b]
        if node.data in ("dot", "at") and SCALAR not in (sa, sb) and sa[1:] == (ONE,):
            if sb[1:] == (ONE,):
                return self.inner(i, node)
            if node.data == "at" and sb[0] is not ONE:  # as in NumPy, a vector before a matrix is a row
                sa = (ONE, sa[0])
        if node.data and entrywise(node, sa, sb):
            return self.pair(i, a, b, "an elementwise product", ".*")
        if sa == SCALAR or sb == SCALAR:
            if sa == sb:
                self.inherit(a, b)
            elif (
                sb == SCALAR and self.levels[b] == NAMED and self.tape[b].op in ("name", "sample") and sa[-1] is not ONE
            ):
                self.cost += _TRAILING
            return sb if sa == SCALAR else sa
        self.flat(i, a, b)
        if not self.same(sa[1], sb[0]):
            raise Misfit(i, lambda: self.misfit_product(a, b))
        result = (sa[0], sb[1])
        if result == SCALAR:
            self.level = REDUCED
        return result

    def div(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        if node.data and entrywise(node, self.shapes[a], self.shapes[b]):
            return self.pair(i, a, b, "an elementwise quotient", "./")
        if not self.scalar(b):
            x, y = self.wrapped(a), self.wrapped(b)
            hint = f"did you mean {x}./{y}?"
            if self.tape[b].op == "t":
                hint = f"a divisor that is a product needs parentheses, {x}/({y}*…)"
            raise Misfit(i, lambda: f"the divisor is a scalar, but {self.is_(b)}: {hint}")
        if self.scalar(a):
            self.inherit(a, b)
        return self.shapes[a]

    def pow(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        if not self.scalar(b):
            raise Misfit(i, lambda: f"an exponent is a scalar, but {self.is_(b)}: for entry by entry write .^")
        self.flat(i, a)
        sa = self.shapes[a]
        if node.data and entrywise(node, sa, SCALAR):
            return sa
        if sa == SCALAR:
            self.inherit(a, b)
            return SCALAR
        if not self.same(*sa):
            hint = f"for entry by entry write {self.wrapped(a)}.^{self.part(b)}"
            raise Misfit(i, lambda: f"only a square matrix has powers, and {self.is_(a)}: {hint}")
        return sa

    def neg(self, i: int, node: Ast) -> Shape:
        self.inherit(*node.args)
        return self.shapes[node.args[0]]

    def t(self, i: int, node: Ast) -> Shape:
        self.flat(i, *node.args)
        self.unlikely(*node.args, never=True)
        self.inherit(*node.args)
        rows, columns = self.shapes[node.args[0]]
        return (columns, rows)

    def norm(self, i: int, node: Ast) -> Shape:
        self.flat(i, *node.args)
        self.unlikely(*node.args, never=True)
        self.level = REDUCED
        return SCALAR

    # --- functions

    def func(self, i: int, node: Ast) -> Shape:
        name, args = node.data, node.args
        wanted = ARITY.get(name, 0)
        if wanted and len(args) not in ((1, 2) if name in ("max", "min") else (wanted,)):
            raise Misfit(i, lambda: f"{name} takes {count(wanted)}, not {len(args)}")
        self.flat(i, *args)
        special = _FUNCTIONS.get(name)
        if special is not None and not (name in ("max", "min") and len(args) == 1):
            return special(self, i, node)
        if name in _ELEMENTWISE_PAIRS and len(args) == 2:
            return self.pair(i, args[0], args[1], name, {"had": ".*", "ediv": "./"}.get(name, ""))
        op = self.signatures.operation({"max": "amax", "min": "amin"}.get(name, name))
        if op is None:
            raise Misfit(i, lambda: f"no operation is called {name}")
        missing = len(op.arguments) - len(args)
        if missing and not 0 < missing <= op.directions:
            raise Misfit(i, lambda: f"{name} takes {count(len(op.arguments))}, not {len(args)}")
        if op.elementwise:
            self.inherit(args[0])
            return self.shapes[args[0]]
        if op.name in ("det", "tr", "logdet") and self.scalar(args[0]):
            self.inherit(args[0])
            return SCALAR
        self.unlikely(*args)
        env: dict[str, Dim] = {}
        for want, j in zip(op.arguments, args, strict=False):
            for w, g in zip(want, self.shapes[j], strict=True):
                n = next(iter(w.names), None)
                if not self.same(env.setdefault(n, g) if n else w, g):
                    got = " and ".join(self.is_(k) for k in args)
                    message = f"{name} takes {op.wants()}, and {got}"
                    raise Misfit(i, lambda message=message: message)  # type: ignore[misc]
        result: Shape = (op.shape[0].substitute(env), op.shape[1].substitute(env))
        for directions in op.arguments[len(args) :]:  # left out: the array that maps them to the value
            result += tuple(d.substitute(env) for d in directions)
        if result == SCALAR:
            self.level = REDUCED
        return result

    def keep(self, i: int, node: Ast) -> Shape:
        self.inherit(*node.args[:1])
        return self.shapes[node.args[0]]

    def determinant(self, i: int, node: Ast) -> Shape:
        """|X| after log: the determinant of a matrix, the absolute value of everything else."""
        rows, columns = self.shapes[node.args[0]]
        if rows is ONE or columns is ONE:
            return self.keep(i, node)
        if not self.same(rows, columns):
            raise Misfit(i, lambda: f"only a square matrix has a determinant, and {self.is_(node.args[0])}")
        self.level = REDUCED
        self.say(i, f"{self.part(i)} is the determinant of {self.part(node.args[0])}")
        return SCALAR

    def diag(self, i: int, node: Ast) -> Shape:
        (a,) = node.args
        self.unlikely(a)
        n, m = self.shapes[a]
        if self.scalar(a):
            return SCALAR
        if m is ONE:
            return (n, n)
        if not self.same(n, m):
            raise Misfit(i, lambda: f"diag takes a vector or a square matrix, and {self.is_(a)}")
        return (n, ONE)

    def inv(self, i: int, node: Ast) -> Shape:
        (a,) = node.args
        if self.scalar(a):
            self.inherit(a)
        elif not self.same(*self.shapes[a]):
            raise Misfit(i, lambda: f"only a square matrix has an inverse, and {self.is_(a)}")
        return self.shapes[a]

    def inner(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        self.unlikely(a, b, never=True)
        if self.scalar(a) != self.scalar(b) or not self.equal(self.shapes[a], self.shapes[b]):
            raise Misfit(i, lambda: self.misfit_pair(a, b, "an inner product", ""))
        self.level = REDUCED
        return SCALAR

    def outer(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        self.unlikely(a, b)
        for j in (a, b):
            if self.shapes[j][1] is not ONE:
                raise Misfit(i, lambda j=j: f"outer takes two vectors, and {self.is_(j)}")  # type: ignore[misc]
        return (self.shapes[a][0], self.shapes[b][0])

    def reduce(self, i: int, node: Ast) -> Shape:
        return self.norm(i, node)

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


_Handler = Callable[[Shaper, int, Ast], Shape]
_FUNCTIONS: dict[str, _Handler] = {
    "bars": Shaper.keep, "determinant": Shaper.determinant,
    "t": Shaper.t, "diag": Shaper.diag, "norm2": Shaper.reduce, "sqrt": Shaper.keep, "inner": Shaper.inner,
    "outer": Shaper.outer, "mul": Shaper.mul, "square": Shaper.keep, "epow": Shaper.elementwise,
    "inv": Shaper.inv, "abs": Shaper.keep, "d": Shaper.keep,
}  # fmt: skip
_HANDLERS: dict[str, _Handler] = {
    "sample": Shaper.name, "samples": Shaper.samples, "count": Shaper.num,
    "num": Shaper.num, "const": Shaper.num, "size": Shaper.num, "name": Shaper.name, "identity": Shaper.identity,
    "eye": Shaper.identity, "ones": Shaper.sized, "zeros": Shaper.sized, "fill": Shaper.fill,
    "add": Shaper.add, "sub": Shaper.add, "mul": Shaper.mul, "had": Shaper.elementwise,
    "ediv": Shaper.elementwise, "div": Shaper.div, "pow": Shaper.pow, "epow": Shaper.elementwise,
    "neg": Shaper.neg, "t": Shaper.t, "norm": Shaper.norm, "func": Shaper.func,
    "compare": Shaper.elementwise, "call": Shaper.call, "jac": Shaper.jac, "array": Shaper.array,
    "index": Shaper.index, "component": Shaper.component, "einsum": Shaper.einsum,
    "series": Shaper.series, "counter": Shaper.num,
}  # fmt: skip
