"""From the typed syntax tree to nodes, each part through the constructors of `terms.expression`, unsimplified.

Sums and products are collected first and built once, so that a sum of 50,000 terms is not built 50,000 times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..terms import expression as nodes
from ..terms.errors import MatcalcError, ShapeError
from ..terms.expression import Expr
from ..terms.rebuild import counter, series
from ..terms.shapes import ONE, SCALAR, Shape
from ..terms.signatures import Signatures
from ..terms.sizes import size
from .calls import ROWS
from .chains import LARGE, Product, Sum, Value, fill, fractional_power, reopened, spread
from .constructors import FUNCTIONS, NORMS, OF_SCALARS, inner, of_order
from .remarks import Remark
from .tree import Ast
from .typing.axes import SliceError, einsum_axes, sliced
from .typing.declarations import FunctionType
from .typing.fitting import entrywise
from .typing.reductions import places
from .typing.shaping import concrete

_COMPARE = {">": "gt", ">=": "ge", "<": "lt", "<=": "le", "==": "eq", "!=": "ne"}


class Elaborator:
    """Builds the expression of a typed syntax tree."""

    def __init__(self, tape: Sequence[Ast], shapes: Sequence[Shape], leaves: Mapping[str, Expr],
                 functions: Mapping[str, FunctionType], text: str, rows: bool = True,
                 signatures: Signatures | None = None):  # fmt: skip
        self.tape, self.shapes, self.leaves, self.functions, self.text = tape, shapes, leaves, functions, text
        self.signatures = signatures or Signatures.shipped()
        self.rows = rows  # whether vector(1)' is read as the row of ones rather than as a transpose
        self.values: list[Value | None] = []
        self.lying: set[int] = set()  # vectors whose value is their transpose
        self.remarks: list[Remark] = []
        self.made: dict[int, Expr] | None = None  # the expression of each part, if the reading is recorded

    def run(self) -> Expr:
        """The expression."""
        for i, node in enumerate(self.tape):
            if self.lying:
                self.stand(node)
            try:
                self.values.append(self.evaluate(i, node))
            except MatcalcError as e:
                raise e.at(self.text, node.span) from None
            except SliceError as e:
                raise ShapeError(str(e), self.text, node.span) from None
        x = self.take(len(self.tape) - 1)
        return nodes.t(x) if self.lying else x

    def stand(self, node: Ast) -> None:
        """Transpose each part of a node that lies: x @ A is kept as x'*A, for that is how x @ A @ y is written."""
        for j in node.args:
            if j in self.lying and not (node.op == "mul" and node.data == "at" and j == node.args[0]):
                self.lying.remove(j)
                self.values[j] = nodes.t(self.take(j))

    def evaluate(self, i: int, node: Ast) -> Value | None:
        """The value of one part."""
        return _HANDLERS[node.op](self, i, node)

    def apply(self, name: str, *args: Expr) -> Expr:
        """An operation, or an elementwise function of the user's."""
        known = self.signatures.operation(name)
        return nodes.apply(name, *args) if known is None else nodes.applied(known, *args)

    def take(self, i: int) -> Expr:
        """The value of a part, which is used only once."""
        value = self.values[i]
        self.values[i] = None
        assert value is not None
        made = value if isinstance(value, Expr) else value.build()
        if self.made is not None:
            self.made[i] = made
        return made

    def right(self, i: int, ops: tuple[str, ...]) -> Value:
        """The value of a right operand: open if it is a long sum or product, otherwise built."""
        value = self.values[i]
        if isinstance(value, Sum) and "add" in ops and len(value.terms) > LARGE:
            return value
        long = isinstance(value, Product) and len(value.chain) + len(value.scalars) > LARGE
        if long and isinstance(value, Product) and "add" not in ops and value.elementwise == ("had" in ops):
            return value
        x = self.take(i)
        self.values[i] = x
        return reopened(x) if x.op in ops and len(x.args) > LARGE else x

    def fills(self) -> frozenset[int]:
        """Whether the text adds scalars to vectors (1), x - mean(x), or matrices (2), and has no array of ones."""
        sums = [i for i, node in enumerate(self.tape) if node.op in ("add", "sub") and self.shapes[i] != SCALAR]
        if any(node.op == "ones" for node in self.tape):
            return frozenset()
        filled = [self.shapes[i] for i in sums if any(self.shapes[j] == SCALAR for j in self.tape[i].args)]
        return frozenset(1 if ONE in shape else 2 for shape in filled)

    def sized(self, i: int, shape: Shape) -> Expr:
        """The value of a part, as an array of a shape if it is a scalar, or a row or column that was kept."""
        x = self.take(i)
        return fill(x, shape) if x.shape == SCALAR else spread(x, shape)

    # --- leaves

    def num(self, i: int, node: Ast) -> Value:
        return nodes.num(node.data)

    def const(self, i: int, node: Ast) -> Value:
        return nodes.const(node.data)

    def size(self, i: int, node: Ast) -> Value:
        return size(node.data)

    def name(self, i: int, node: Ast) -> Value:
        found = self.leaves.get(node.data)
        if found is None:
            raise ShapeError(f"{node.data} has no type here", self.text, node.span)
        return found

    def part(self, i: int, node: Ast) -> Value:
        """What is defined behind the expression, which may stand in several places."""
        (j,) = node.args
        self.values[j] = x = self.take(j)
        return x

    def eye(self, i: int, node: Ast) -> Value:
        return nodes.eye(self.shapes[i][0])

    def ones(self, i: int, node: Ast) -> Value:
        return nodes.ones(self.shapes[i])

    def zeros(self, i: int, node: Ast) -> Value:
        return nodes.zeros(self.shapes[i])

    def fill(self, i: int, node: Ast) -> Value:
        return fill(self.take(node.args[0]), self.shapes[i])

    # --- arithmetic

    def add(self, i: int, node: Ast) -> Value:
        a, b = node.args
        shape = self.shapes[i]
        left = self.values[a]
        if node.op == "add" and self.shapes[b] == shape:
            right = self.right(b, ("add",))
            if isinstance(right, Sum):
                if isinstance(left, Sum) and self.shapes[a] == shape:
                    right.terms.extendleft(reversed(left.terms))
                else:
                    right.terms.appendleft(self.sized(a, shape))
                return right
        y = self.sized(b, shape)
        if not isinstance(left, Sum) or self.shapes[a] != shape:
            left = Sum(self.sized(a, shape))
        left.terms.append(y if node.op == "add" else nodes.neg(y))
        return left

    def mul(self, i: int, node: Ast) -> Value:
        a, b = node.args
        left = self.values[a]
        if len(self.shapes[i]) != 2:
            return nodes.prod(self.take(a), self.take(b))
        if self.is_bold(a) and self.tape[b].op == "t" and self.is_bold(self.tape[b].args[0]):
            return nodes.ones(self.shapes[i])  # how a matrix of ones is written
        if node.data and entrywise(node, self.shapes[a], self.shapes[b]):
            return self.had(i, node)
        if node.data in ("dot", "at") and self.shapes[a] != SCALAR and self.shapes[a][1] is ONE:
            lies = a in self.lying
            if self.shapes[a] == self.shapes[b] and not lies:
                return inner(self.take(a), self.take(b))
            if node.data == "at" and self.shapes[b][0] is self.shapes[a][0]:
                left = left if lies else Product(nodes.t(self.take(a)))
                self.lying.discard(a)
                if self.shapes[b][1] is not ONE:
                    self.lying.add(i)
        right = self.right(b, ("mm", "prod"))
        if isinstance(right, Product):
            x = self.take(a)
            if self.shapes[b] == SCALAR:
                right.close()
            (right.scalars if x.shape == SCALAR else right.chain).appendleft(x)
            return right
        y = self.take(b)
        if not isinstance(left, Product) or left.elementwise:
            left = Product(self.take(a))
        if self.shapes[a] == SCALAR:
            left.close()
        left.append(y)
        return left

    def is_bold(self, i: int) -> bool:
        return self.tape[i].op == "ones" and self.tape[i].data is None

    def had(self, i: int, node: Ast) -> Value:
        a, b = node.args
        if not self.alike(i, a, b):
            return nodes.had(self.sized(a, self.shapes[i]), self.sized(b, self.shapes[i]))
        left, right = self.values[a], self.right(b, ("had",))
        if isinstance(right, Product):
            x = self.take(a)
            (right.scalars if x.shape == SCALAR else right.chain).appendleft(x)
            return right
        y = self.take(b)
        if not isinstance(left, Product) or not left.elementwise:
            left = Product(self.take(a), True)
        left.append(y)
        return left

    def div(self, i: int, node: Ast) -> Value:
        a, b = node.args
        if node.data and entrywise(node, self.shapes[a], self.shapes[b]):
            return self.ediv(i, node)
        y = self.take(b)
        if y.op == "num":
            return nodes.div(self.take(a), y)
        if node.data == "frac" and y.op == "prod":  # as it is printed: one divisor for each factor
            x = self.take(a)
            for factor in y.args:
                x = nodes.div(x, factor)
            return x
        left = self.values[a]
        if not isinstance(left, Product) or left.elementwise:
            x = self.take(a)
            if x is nodes.num(1):
                return Product(nodes.reciprocal(y))
            left = Product(x)
        if self.shapes[a] == SCALAR:
            left.close()
        left.scalars.append(nodes.reciprocal(y))
        return left

    def alike(self, i: int, *args: int) -> bool:
        """Whether the parts of a product of entries are scalars or have its shape."""
        return all(self.shapes[j] in (SCALAR, self.shapes[i]) for j in args)

    def ediv(self, i: int, node: Ast) -> Value:
        a, b = node.args
        if not self.alike(i, a, b):
            return nodes.ediv(self.sized(a, self.shapes[i]), self.sized(b, self.shapes[i]))
        y = self.take(b)
        left = self.values[a]
        if y.shape != SCALAR and isinstance(left, Product) and left.elementwise:
            left.chain.append(nodes.reciprocal(y))
            return left
        return nodes.ediv(self.take(a), y)

    def power(self, i: int, node: Ast) -> Value:
        base, exponent = self.take(node.args[0]), self.take(node.args[1])
        if self.tape[node.args[0]].op == "norm" and base.op == "pow" and exponent.op == "num" and not exponent.data % 2:
            half = exponent.data // 2
            return base.args[0] if half == 1 else nodes.power(base.args[0], nodes.num(half))  # of sqrt(x'*W*x)
        if node.data and entrywise(node, base.shape, SCALAR):
            return nodes.epow(base, exponent)
        if base.op == "num" and base.data and exponent is nodes.num(-1):
            return nodes.div(nodes.num(1), base)
        return fractional_power(base, exponent) or nodes.power(base, exponent)

    def epow(self, i: int, node: Ast) -> Value:
        base, exponent = self.take(node.args[0]), self.take(node.args[1])
        if base.shape == SCALAR and exponent.shape != SCALAR:
            base = fill(base, exponent.shape)
        return nodes.epow(base, exponent)

    def neg(self, i: int, node: Ast) -> Value:
        return nodes.neg(self.take(node.args[0]))

    def t(self, i: int, node: Ast) -> Value:
        x = self.take(node.args[0])
        inner = self.tape[node.args[0]]
        literal = inner.op in ("ones", "zeros") and inner.data is None  # a bold digit
        literal = literal or (inner.op == "fill" and inner.data[0] == "vector")
        if literal and x.op in ("ones", "zeros") and self.rows:
            return nodes.node(x.op, (), None, self.shapes[i])  # how a row of ones is written
        return nodes.t(x)

    def norm(self, i: int, node: Ast) -> Value:
        x = self.take(node.args[0])
        if len(node.args) > 1:
            return of_order(x, self.take(node.args[1]))
        if x.shape == SCALAR:
            return nodes.apply("abs", x)
        matrix = ONE not in x.shape
        return nodes.apply(
            {
                "": "norm",
                "F": "norm",
                "2": "norm2" if matrix else "norm",
                "1": "norm1",
                "inf": "norminf",
                "*": "normnuc",
            }[node.data],
            x,
        )

    # --- functions

    def compare(self, i: int, node: Ast) -> Value:
        shape = self.shapes[i]
        return nodes.apply(_COMPARE[node.data], *(self.sized(j, shape) for j in node.args))

    def func(self, i: int, node: Ast) -> Value:
        name, shape = node.data, self.shapes[i]
        if name in ("max", "min") and len(node.args) == 1:
            name = "amax" if name == "max" else "amin"
        if self.signatures.traits(name).entrywise:
            return self.apply(name, *(self.sized(j, shape) for j in node.args))
        special = FUNCTIONS.get(name)
        args = tuple(self.take(j) for j in node.args)
        if special is not None:
            return special(*args)
        if name in NORMS and args[0].shape == SCALAR:
            name = "abs"
        if name in OF_SCALARS and args[0].shape == SCALAR:
            return args[0] if name != "logdet" else nodes.apply("log", args[0])
        if len(shape) > 2:  # its directions are left out
            return nodes.kernel(name, *args)
        return self.apply(name, *args)

    def along(self, i: int, node: Ast) -> Value:
        """A function of each row or column."""
        x, (name, axis, keep) = self.take(node.args[0]), node.data
        where = places(x.shape, axis)
        if where is None:
            return self.apply(name, x)
        y = self.apply(name + ROWS, x if where else nodes.t(x))
        return nodes.t(y) if not where and (keep or y.shape[1] is not ONE) else y
    def spelled(self, i: int, node: Ast) -> Value:
        """A call of another program: its meaning, for these arguments."""
        (meaning,) = node.data
        args = [self.take(j) for j in node.args]
        tape, shapes = concrete(meaning, [x.shape for x in args], self.signatures)
        leaves = {p.name: x for p, x in zip(meaning.parameters, args, strict=True) if p.name}
        return Elaborator(tape, shapes, leaves, {}, meaning.text, signatures=self.signatures).run()

    def call(self, i: int, node: Ast) -> Value:
        return nodes.call(node.data, self.shapes[i], *(self.take(j) for j in node.args))

    def jac(self, i: int, node: Ast) -> Value:
        name, single, transposed = node.data
        args = [self.take(j) for j in node.args]
        x = args[0] if single else args.pop()
        if x not in args:
            raise ShapeError(f"{name} is not applied to this", self.text, self.tape[node.args[-1]].span)
        return nodes.jac(name, args.index(x), self.functions[name].value.shape, transposed, *args)

    # --- arrays and indices

    def array(self, i: int, node: Ast) -> Value:
        rows, columns = node.data
        shapes = [self.shapes[j] for j in node.args]
        if any(s != SCALAR for s in shapes):  # a number among blocks fills its block
            heights = [self.extent(node.args[r * columns : (r + 1) * columns], 0) for r in range(rows)]
            widths = [self.extent(node.args[c::columns], 1) for c in range(columns)]
            entries = tuple(
                self.sized(j, (heights[k // columns], widths[k % columns]))
                if self.tape[j].op == "num"
                else self.take(j)
                for k, j in enumerate(node.args)
            )
        else:
            entries = tuple(self.take(j) for j in node.args)
        return nodes.array(rows, columns, entries)

    def extent(self, places: Sequence[int], axis: int):  # type: ignore[no-untyped-def]
        """The height of a row of blocks, or the width of a column."""
        return next((self.shapes[j][axis] for j in places if self.tape[j].op != "num"), ONE)

    def index(self, i: int, node: Ast) -> Value:
        x = self.take(node.args[0])
        first = self.tape[node.args[0]]
        what = self.text[first.start : first.end]
        spec, shape = sliced(node.data, x.shape, what if len(what) < 30 else "this part", True)
        return nodes.index(x, spec, shape)

    def component(self, i: int, node: Ast) -> Value:
        base, at = node.data
        x = self.leaves[base]
        spec, shape = sliced(tuple(("at", k) for k in at), x.shape, base, True)
        return nodes.index(x, spec, shape)

    def counter(self, i: int, node: Ast) -> Value:
        return counter(-1 - node.data)

    def series(self, i: int, node: Ast) -> Value:
        first, last, body = (self.take(j) for j in node.args)
        return series(body, counter(-1 - node.data), first, last)

    def einsum(self, i: int, node: Ast) -> Value:
        spec = einsum_axes(node.data[0], len(node.args))
        return nodes.einsum(tuple(self.take(j) for j in node.args), spec.ins, spec.out, self.shapes[i])


_Handler = Callable[[Elaborator, int, Ast], Value]
_E = Elaborator
_HANDLERS: dict[str, _Handler] = {
    "num": _E.num, "const": _E.const, "size": _E.size, "name": _E.name, "identity": _E.eye, "eye": _E.eye,
    "ones": _E.ones,
    "zeros": _E.zeros, "fill": _E.fill, "add": _E.add, "sub": _E.add, "mul": _E.mul, "had": _E.had,
    "ediv": _E.ediv, "div": _E.div, "pow": _E.power, "epow": _E.epow, "neg": _E.neg, "t": _E.t,
    "norm": _E.norm, "func": _E.func, "spelled": _E.spelled,
    "along": _E.along, "compare": _E.compare, "call": _E.call, "jac": _E.jac,
    "array": _E.array, "index": _E.index, "component": _E.component, "einsum": _E.einsum,
    "series": _E.series, "part": _E.part, "counter": _E.counter,
}  # fmt: skip
