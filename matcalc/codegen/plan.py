"""The plan between an expression and source code: values in the order in which they are computed, shared parts once.

A value has no axis (a scalar), one (vectors and rows), two, or more. The vocabulary is small, so that targets are:

| values | operations |
|---|---|
| leaves | `input`, `number`, `const`, `size`, `eye`, `ones`, `zeros`, `counter` |
| entry by entry, with scalars | `add` (datum: signs), `neg`, `mul`, `div`, `pow`, `max`, `min`, `fn`, comparisons |
| a vector v beside a matrix | `column` (its entries down), `row` (across) |
| products | `matmul` (of vectors and matrices), `outer`, `inner` (the sum over entries), `kron`, `einsum` |
| solves | `solve` (datum: whether A stands transposed), `inv`, `det`, `logdet`; `lu`, `lu_solve`, ... where shared |
| reductions | `sum`, `sum_down`, `sum_across`, and others by the names of the language |
| form | `t`, `diag`, `diagonal`, `vec`, `reshape`, `index`, `array`, `tril`, `triu` |
| others | `call`, `jac`, `kernel`, `series` (a loop), operations of the language by their names |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..terms.shapes import ONE, Dim, Shape

Dims = tuple[Dim, ...]

LEAVES = frozenset(("input", "number", "const", "size", "eye", "ones", "zeros", "counter"))


def axes_of(shape: Shape) -> Dims:
    """The axes that a value of a shape has in a program: vectors and rows have one, scalars none.

    >>> from matcalc.terms.expression import as_shape
    >>> axes_of(as_shape("m", "n")), axes_of(as_shape("n")), axes_of(as_shape())
    ((m, n), (n,), ())
    """
    return tuple(d for d in shape if d is not ONE) if len(shape) == 2 else shape


class Value:
    """A value of a plan; equal values of a plan are identical."""

    __slots__ = ("args", "axes", "counters", "data", "number", "op")

    def __init__(self, number: int, op: str, args: tuple[Value, ...], data: Any, axes: Dims):
        self.number, self.op, self.args, self.data, self.axes = number, op, args, data, axes
        inside = frozenset(c for a in args for c in a.counters)
        if op == "counter":
            inside |= {data}
        elif op == "series":
            inside = frozenset(c for a in args[1:] for c in a.counters) | (args[0].counters - {data})
        self.counters: frozenset[int] = inside  # the indices of sums that it depends on

    def __repr__(self) -> str:
        return f"<{self.number} {self.op} {[a.number for a in self.args]} {self.data or ''} {self.axes}>"

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.axes)


class Plan:
    """Values, each after those that it is computed from. `make` gives the value that is there, or a new one.

    >>> p = Plan()
    >>> x = p.make("input", data="x", axes=(Dim.of("n"),))
    >>> p.mul(x, x) is p.mul(x, x), p.mul(p.number(1), x) is x, p.neg(p.neg(x)) is x
    (True, True, True)
    """

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.table: dict[Any, Value] = {}
        self.definite: set[int] = set()  # symmetric positive definite matrices
        self.left: set[int] = set()  # products of a matrix and a vector that are read with the vector on the left

    def make(self, op: str, *args: Value, data: Any = None, axes: Dims = ()) -> Value:
        """The value of an operation."""
        key = (op, tuple([a.number for a in args]), type(data), data, axes if op in LEAVES or not args else None)
        found = self.table.get(key)
        if found is None:
            found = self.table[key] = Value(len(self.values), op, args, data, axes)
            self.values.append(found)
        return found

    def known(self, op: str, *args: Value, data: Any = None) -> Value | None:
        """The value of an operation, if the plan has it."""
        return self.table.get((op, tuple([a.number for a in args]), type(data), data, None))

    # --- small algebra, so that no target has to think of it ---------------------------------------------------

    def number(self, value: Any) -> Value:
        """A number."""
        return self.make("number", data=value)

    def is_number(self, v: Value, value: Any) -> bool:
        """Whether a value is a given number."""
        return v.op == "number" and bool(v.data == value)

    def neg(self, x: Value) -> Value:
        """-x."""
        if x.op == "neg":
            return x.args[0]
        if x.op == "number":
            return self.number(-x.data)
        if x.op == "mul" and x.args[0].op == "number":
            return self.mul(self.number(-x.args[0].data), *x.args[1:])
        return self.make("neg", x, axes=x.axes)

    def mul(self, *factors: Value) -> Value:
        """The product entry by entry, scalars first; a sign goes to the front."""
        negative, flat = False, list[Value]()
        for x in factors:
            if x.op == "neg":
                negative, x = not negative, x.args[0]
            if not self.is_number(x, 1):
                flat.append(x)
        if not flat:
            return self.number(-1 if negative else 1)
        flat.sort(key=lambda v: (v.rank, v.op != "number"))
        if flat[0].op == "number" and flat[0].data == -1:
            negative, flat = not negative, flat[1:] or [self.number(1)]
        axes = widest(flat)
        body = flat[0] if len(flat) == 1 else self.make("mul", *flat, axes=axes)
        return self.neg(body) if negative else body

    def scale(self, s: Value, x: Value) -> Value:
        """A scalar times an array; of a quotient the array is divided."""
        if is_negative(s):
            return self.neg(self.scale(self.neg(s), x))
        if x.op == "outer":
            return self.outer(self.scale(s, x.args[0]), x.args[1])
        if x.op == "einsum":
            k = min(range(len(x.args)), key=lambda k: (x.args[k].op in LEAVES - {"input"}, x.args[k].rank))
            args = (*x.args[:k], self.scale(s, x.args[k]), *x.args[k + 1 :])
            return self.make("einsum", *args, data=x.data, axes=x.axes)
        if s.op == "div" and (s.args[0].op == "number" and abs(s.args[0].data) == 1):
            return self.div(self.mul(s.args[0], x), s.args[1])
        return self.mul(s, x)

    def div(self, x: Value, y: Value) -> Value:
        """x/y entry by entry."""
        if self.is_number(y, 1):
            return x
        if x.op == "neg":
            return self.neg(self.div(x.args[0], y))
        return self.make("div", x, y, axes=widest([x, y]))

    def add(self, *terms: Value) -> Value:
        """The sum; a term with a minus sign is subtracted."""
        signs = tuple(-1 if is_negative(x) else 1 for x in terms)
        plain = [self.neg(x) if s < 0 else x for x, s in zip(terms, signs, strict=True)]
        if len(plain) == 1:
            return terms[0]
        if signs[0] < 0 and 1 in signs:  # begin with a term that is added
            k = signs.index(1)
            plain[0], plain[k] = plain[k], plain[0]
            signs = (1, *signs[1:k], -1, *signs[k + 1 :])
        axes = widest(plain)
        if 1 not in signs:
            return self.neg(self.make("add", *plain, data=tuple(1 for _ in plain), axes=axes))
        return self.make("add", *plain, data=signs, axes=axes)

    def power(self, x: Value, exponent: Any) -> Value:
        """x**exponent for a number as exponent, by products and roots where that is quicker."""
        if exponent == 1:
            return x
        if exponent < 0:
            return self.div(self.number(1), self.power(x, -exponent))
        if exponent * 2 == 1:
            return self.make("fn", x, data="sqrt", axes=x.axes)
        if exponent == 3:
            return self.mul(self.power(x, 2), x)
        if exponent == 4:
            return self.power(self.power(x, 2), 2)
        if exponent * 2 == 3:
            return self.mul(x, self.power(x, exponent - 1))
        return self.make("pow", x, self.number(exponent), axes=x.axes)

    def t(self, x: Value) -> Value:
        """The transpose."""
        if x.rank < 2:
            return x
        if x.op == "t":
            return x.args[0]
        if x.op in ("diag", "eye"):
            return x
        if x.op == "matmul" and all(a.op == "t" for a in x.args):
            return self.matmul(x.args[1].args[0], x.args[0].args[0])
        return self.make("t", x, axes=x.axes[::-1])

    def matmul(self, x: Value, y: Value) -> Value:
        """The product of vectors and matrices: x*y, with a vector on the left as a row."""
        if x.op == "neg" or y.op == "neg":
            minus = (x.op == "neg") != (y.op == "neg")
            body = self.matmul(x.args[0] if x.op == "neg" else x, y.args[0] if y.op == "neg" else y)
            return self.neg(body) if minus else body
        if (x.rank, y.rank) == (1, 2):  # a matrix and a vector have one product, on whichever side it was written
            before = len(self.values)
            found = self.make("matmul", self.t(y), x, axes=y.axes[1:])
            if found.number >= before:
                self.left.add(found.number)
            return found
        if (x.rank, y.rank) == (1, 1) and x.number > y.number and x.op != "input":
            x, y = y, x
        if (x.rank, y.rank) == (2, 2):
            flipped = self.known("matmul", self.t(y), self.t(x))
            if flipped is not None and self.known("matmul", x, y) is None:
                return self.make("t", flipped, axes=flipped.axes[::-1])
        return self.make("matmul", x, y, axes=(*x.axes[:-1], *y.axes[1:]))

    def column(self, x: Value) -> Value:
        """A vector as what scales the rows of a matrix."""
        return self.make("column", x, axes=(x.axes[0], ONE))

    def row(self, x: Value) -> Value:
        """A vector as what scales the columns of a matrix."""
        return self.make("row", x, axes=(ONE, x.axes[0]))

    def outer(self, x: Value, y: Value) -> Value:
        """The outer product of two vectors; factors that are numbers or signs stand before it."""
        return self.make("outer", x, y, axes=(*x.axes, *y.axes))

    def inner(self, x: Value, y: Value) -> Value:
        """The sum of the products of the entries of two arrays of one shape."""
        if x.rank == 0:
            return self.mul(x, y)
        if x.rank == 1:
            return self.matmul(x, y)
        if x.op == y.op == "t":
            x, y = x.args[0], y.args[0]
        return self.make("inner", x, y)


def widest(values: list[Value]) -> Dims:
    """The axes of what is computed entry by entry from values of which some are broadcast."""
    rank = max(v.rank for v in values)
    full = [v for v in values if v.rank == rank]
    if rank < 2:
        return full[0].axes
    return tuple(next((v.axes[k] for v in full if v.axes[k] is not ONE), ONE) for k in range(rank))


def is_negative(x: Value) -> bool:
    """Whether a value is written with a minus sign."""
    if x.op == "mul":
        x = x.args[0]
    return x.op == "neg" or (x.op == "number" and not isinstance(x.data, complex) and x.data < 0)


def needed(roots: list[Value]) -> Iterator[Value]:
    """The values that roots need, each after those that it is computed from."""
    seen: set[int] = set()
    found: list[Value] = []
    stack = list(roots)
    while stack:
        v = stack.pop()
        if v.number not in seen:
            seen.add(v.number)
            found.append(v)
            stack.extend(v.args)
    return iter(sorted(found, key=lambda v: v.number))
