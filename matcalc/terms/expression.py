"""The constructors of expressions: they check shapes and never simplify.

The operations that are part of the structure (all others come from the table of operations):

- leaves: `var`, `num`, `const` (pi), `eye`, `ones`, `zeros`, `d` (the differential of a variable)
- `add` (n-ary), `prod` (any number of scalars and at most one array, last), `mm` (a chain of matrix products),
  `had` (elementwise product), `t`, `pow` (scalars), `mpow` (square matrix), `epow` (elementwise)
- `index` (slices), `array` (explicit entries or blocks), `call` and `jac` (abstract functions)
- `einsum` (an index expression), `series` (a finite sum, see `rebuild`) with its bound index, the leaf `counter`
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from .errors import ShapeError, UnknownNameError
from .nodes import Expr, Number, node
from .payloads import ELEMENTWISE, UNSPECIFIED, Axes, Axis, Differential, Grid, LinearKernel, Partial, Variable, picks
from .shapes import ONE, SCALAR, Dim, DimLike, Shape, describe
from .signatures import Operation, operation

__all__ = [
    "Expr", "Number", "add", "applied", "apply", "array", "as_shape", "call", "const", "differential_of", "div",
    "ediv", "einsum", "epow", "eye", "fn", "had", "index", "jac", "kernel", "linear_kernel", "mm", "mul", "neg",
    "node", "num", "ones", "power", "prod", "reciprocal", "sub", "t", "var", "zeros",
]  # fmt: skip


# --- leaves ---------------------------------------------------------------------------------------------------


def as_shape(*dims: DimLike) -> Shape:
    """A shape from names and numbers: none is a scalar, one a vector, two a matrix."""
    d = tuple(Dim.of(x) for x in dims)
    return ((*d, ONE, ONE))[:2] if len(d) < 2 else d


def var(name: str, shape: Shape, properties: Iterable[str] = (), kind: str | None = None) -> Expr:
    """A variable; `kind` is how it was declared (scalar, vector or matrix)."""
    if kind is None:
        kind = "scalar" if shape == SCALAR else "vector" if shape[1] is ONE else "matrix"
    return node("var", (), Variable(name, kind, frozenset(properties)), shape)


def num(value: Number) -> Expr:
    """A number; fractions with denominator 1 become integers."""
    kind = type(value)
    if kind is not int and kind is not float:
        if isinstance(value, bool):
            value = int(value)
        elif isinstance(value, Fraction) and value.denominator == 1:
            value = value.numerator
    return node("num", (), value, SCALAR)


def const(name: str) -> Expr:
    """A named constant: `pi`."""
    return node("const", (), name, SCALAR)


def eye(n: Dim) -> Expr:
    """The identity of size n."""
    return node("eye", (), None, (n, n)) if n is not ONE else num(1)


def ones(shape: Shape) -> Expr:
    """The array of ones."""
    return node("ones", (), None, shape) if shape != SCALAR else num(1)


def zeros(shape: Shape) -> Expr:
    """The array of zeros."""
    return node("zeros", (), None, shape) if shape != SCALAR else num(0)


def differential_of(v: Expr) -> Expr:
    """The differential d(v) of a variable, a leaf of the variable's shape."""
    return node("d", (), Differential(v.data.name, v), v.shape)


LONG = 64  # longer sums and products stay nested when they are built, so that a long chain of them takes linear space

# --- the ring operations --------------------------------------------------------------------------------------


def add(*terms: Expr) -> Expr:
    """The sum of terms of one shape; nested sums are flattened, but for long ones."""
    flat: list[Expr] = []
    for x in terms:
        if x.op == "add" and len(x.args) <= LONG:
            flat.extend(x.args)
        else:
            flat.append(x)
    if len(flat) == 1:
        return flat[0]
    shape = flat[0].shape
    for x in flat:
        if x.shape != shape:
            raise ShapeError(f"a sum needs equal shapes: {_show(flat[0])} and {_show(x)}")
    return node("add", tuple(flat), None, shape)


def neg(x: Expr) -> Expr:
    """-x."""
    if x.op == "num":
        return num(-x.data)
    return prod(num(-1), x)


def sub(x: Expr, y: Expr) -> Expr:
    """x - y."""
    return add(x, neg(y))


def prod(*factors: Expr) -> Expr:
    """The product of scalars and at most one array; nested products are flattened, the array goes last."""
    scalars: list[Expr] = []
    array: Expr | None = None
    for x in factors:
        parts = x.args if x.op == "prod" and len(x.args) <= LONG else (x,)
        for p in parts:
            if p.shape == SCALAR:
                scalars.append(p)
            elif array is None:
                array = p
            else:
                raise ShapeError(f"two arrays in a product by scalars: {_show(array)} and {_show(p)}")
    if len(scalars) > 1 and scalars[0].op == "num" and scalars[1].op == "num":
        scalars[:2] = [num(scalars[0].data * scalars[1].data)] if _exact(scalars) else scalars[:2]
    if array is not None:
        if not scalars:
            return array
        return node("prod", (*scalars, array), None, array.shape)
    if not scalars:
        return num(1)
    return scalars[0] if len(scalars) == 1 else node("prod", tuple(scalars), None, SCALAR)


def _exact(scalars: list[Expr]) -> bool:
    return bool(scalars[0].data == -1 or scalars[1].data == -1)


def mm(*factors: Expr) -> Expr:
    """The chain of matrix products of arrays; scalars in it move to the front."""
    scalars: list[Expr] = []
    chain: list[Expr] = []
    for x in factors:
        if x.op == "prod" and x.shape != SCALAR:
            scalars.extend(x.args[:-1])
            x = x.args[-1]
        if x.shape == SCALAR:
            scalars.append(x)
        elif x.op == "mm" and len(x.args) <= LONG:
            chain.extend(x.args)
        else:
            chain.append(x)
    for left, right in itertools.pairwise(chain):
        if left.shape[1] is not right.shape[0]:
            raise ShapeError(f"a product needs equal inner sizes: {_show(left)} times {_show(right)}")
    if not chain:
        return prod(*scalars)
    body = chain[0] if len(chain) == 1 else node("mm", tuple(chain), None, (chain[0].shape[0], chain[-1].shape[1]))
    return prod(*scalars, body) if scalars else body


def mul(x: Expr, y: Expr) -> Expr:
    """x*y: scaling if one of them is a scalar, otherwise the matrix product."""
    if x.shape == SCALAR or y.shape == SCALAR:
        return prod(x, y)
    return mm(x, y)


def had(*factors: Expr) -> Expr:
    """The elementwise product; scalars in it move to the front."""
    scalars: list[Expr] = []
    flat: list[Expr] = []
    for x in factors:
        if x.shape == SCALAR:
            scalars.append(x)
            continue
        if x.op == "prod":
            scalars.extend(x.args[:-1])
            x = x.args[-1]
        if x.op == "had" and len(x.args) <= LONG:
            flat.extend(x.args)
        else:
            flat.append(x)
    for x in flat[1:]:
        if x.shape != flat[0].shape:
            raise ShapeError(f"an elementwise product needs equal shapes: {_show(flat[0])} and {_show(x)}")
    if not flat:
        return prod(*scalars)
    body = flat[0] if len(flat) == 1 else node("had", tuple(flat), None, flat[0].shape)
    return prod(*scalars, body) if scalars else body


def power(base: Expr, exponent: Expr) -> Expr:
    """base^exponent: of scalars, or of a square matrix with a scalar exponent."""
    if exponent.shape != SCALAR:
        raise ShapeError(f"an exponent is a scalar, not {_show(exponent)}; for entry by entry write .^")
    if base.shape == SCALAR:
        return node("pow", (base, exponent), None, SCALAR)
    if base.shape[0] is not base.shape[1]:
        raise ShapeError(f"only a square matrix has powers, not {_show(base)}; for entry by entry write .^")
    if exponent.op == "num" and exponent.data == -1:
        return apply("inv", base)
    if exponent.op == "num" and isinstance(exponent.data, int) and exponent.data < 0:
        return power(apply("inv", base), num(-exponent.data))
    return node("mpow", (base, exponent), None, base.shape)


def epow(base: Expr, exponent: Expr) -> Expr:
    """The elementwise power with a scalar exponent or an array of exponents."""
    if base.shape == SCALAR and exponent.shape == SCALAR:
        return power(base, exponent)
    if base.shape == SCALAR:
        base = prod(base, ones(exponent.shape))
    if exponent.shape not in (SCALAR, base.shape):
        raise ShapeError(f"an elementwise power needs equal shapes: {_show(base)} and {_show(exponent)}")
    return node("epow", (base, exponent), None, base.shape)


def div(x: Expr, y: Expr) -> Expr:
    """x/y for a scalar y."""
    if y.shape != SCALAR:
        raise ShapeError(f"the divisor is a scalar, not {_show(y)}; for entry by entry write ./")
    if y.op == "num" and isinstance(y.data, int | Fraction) and y.data:
        if x.op == "num" and isinstance(x.data, int | Fraction):
            return num(Fraction(x.data) / y.data)
        return prod(num(Fraction(1) / y.data), x)
    inverse = reciprocal(y)
    return inverse if x is num(1) else prod(x, inverse)


def reciprocal(y: Expr) -> Expr:
    """1/y, or 1./y of an array: of a power with a number as exponent, the opposite power."""
    if y.op in ("pow", "epow") and y.args[1].op == "num":
        return epow(y.args[0], num(-y.args[1].data))
    return epow(y, num(-1))


def ediv(x: Expr, y: Expr) -> Expr:
    """x./y entry by entry."""
    if y.shape == SCALAR:
        return div(x, y)
    if x.shape == SCALAR:
        return prod(x, reciprocal(y))
    if x.op == "prod" and x.args[-1].op == "ones" and x.shape == y.shape:
        return prod(*x.args[:-1], reciprocal(y))
    return reciprocal(y) if x.op == "ones" else had(x, reciprocal(y))


def t(x: Expr) -> Expr:
    """The transpose."""
    return node("t", (x,), None, (x.shape[1], x.shape[0]))


# --- everything else ------------------------------------------------------------------------------------------


def fn(name: str, x: Expr, *, unspecified: bool = False) -> Expr:
    """An elementwise function."""
    return node(name, (x,), UNSPECIFIED if unspecified else ELEMENTWISE, x.shape)


def apply(name: str, *args: Expr) -> Expr:
    """An operation of the table of operations or an elementwise function, by name."""
    op = operation(name)
    if op is None:
        raise UnknownNameError(f"no operation is called {name}")
    return applied(op, *args)


def applied(op: Operation, *args: Expr) -> Expr:
    """An operation, shipped or of the user's, which the node then carries as its datum."""
    if op.elementwise:
        return fn(op.name, *args, unspecified=op.unspecified)
    shape = op.result(tuple([a.shape for a in args]))
    return node(op.name, args, None if operation(op.name) is op else op, shape)


def index(x: Expr, spec: Iterable[tuple[Any, ...]], shape: Shape) -> Expr:
    """Slices of x: one entry of `spec` per axis, ("at", i) or ("slice", start, stop, step) with None for open ends."""
    return node("index", (x,), picks(spec), shape)


def einsum(operands: tuple[Expr, ...], ins: tuple[tuple[Axis, ...], ...], out: tuple[Axis, ...], shape: Shape) -> Expr:
    """The index expression with these axes of its operands and of its value."""
    return node("einsum", operands, Axes(ins, out), shape)


def array(rows: int, columns: int, entries: tuple[Expr, ...]) -> Expr:
    """The explicit array of scalars or blocks, row by row."""
    height = Dim.of(0)
    for r in range(rows):
        row = entries[r * columns : (r + 1) * columns]
        if any(e.shape[0] is not row[0].shape[0] for e in row):
            raise ShapeError(f"the blocks of a row need equal heights: {', '.join(_show(e) for e in row)}")
        height = height + row[0].shape[0]
    width = Dim.of(0)
    for c in range(columns):
        column = entries[c::columns]
        if any(e.shape[1] is not column[0].shape[1] for e in column):
            raise ShapeError(f"the blocks of a column need equal widths: {', '.join(_show(e) for e in column)}")
        width = width + column[0].shape[1]
    return node("array", entries, Grid(rows, columns), (height, width))


def call(name: str, shape: Shape, *args: Expr) -> Expr:
    """The value of an abstract function."""
    return node("call", args, name, shape)


def jac(name: str, position: int, value_shape: Shape, transposed: bool, *args: Expr) -> Expr:
    """The derivative of an abstract function by its argument number `position`, in one of the two layouts."""
    x = args[position]
    rows, cols = value_shape[0] * value_shape[1], x.shape[0] * x.shape[1]
    transposed = transposed and (rows, cols) != SCALAR
    shape = (cols, rows) if transposed else (rows, cols)
    return node("jac", args, Partial(name, position, transposed, value_shape), shape)


def kernel(name: str, *args: Expr) -> Expr:
    """The array of more than two axes that a directional operation is, with its directions left out."""
    op = operation(name)
    assert op is not None
    env: dict[str, Dim] = {}
    for want, got in zip(op.arguments, args, strict=False):
        for w, g in zip(want, got.shape, strict=True):
            for n in w.names:
                env.setdefault(n, g)
    shapes = (op.shape, *op.arguments[len(args) :])
    return node("kernel", args, name, tuple(d.substitute(env) for s in shapes for d in s))


def linear_kernel(op: Operation, value: Shape, argument: Shape) -> Expr:
    """The array that a linear operation of one argument is, for given shapes of value and argument.

    Its axes are those of the value, then those of the argument, without those of size 1: between two vectors it is
    a matrix.
    """
    rows = tuple(n for n in value if n is not ONE)
    columns = tuple(n for n in argument if n is not ONE)
    shape: Shape = (*rows, *columns)
    if len(rows) < 2 and len(columns) < 2:
        shape = ((*rows, ONE)[0], (*columns, ONE)[0])
    return node("kernel", (), LinearKernel(op.name, op.numpy, value, argument), shape)


def _show(e: Expr) -> str:
    text = str(e) if e.cost < 40 else "this part"
    return f"{text} is {'a scalar' if e.shape == SCALAR else describe(e.shape)}"
