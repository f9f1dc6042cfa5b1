"""Interned, immutable, typed expression nodes. Constructors check shapes and never simplify.

A node has an operation `op`, arguments `args`, a datum `data` (hashable) and a `shape`. Matrices have
shape (m, n), vectors (n, 1), rows (1, n), scalars (1, 1); tensors have any number of axes. Equal nodes are
identical, so `==` is `is` and shared parts are stored once.

The operations that are part of the structure (all others come from the table of operations):

- leaves: `var`, `num`, `const` (pi), `eye`, `ones`, `zeros`, `d` (the differential of a variable)
- `add` (n-ary), `prod` (any number of scalars and at most one array, last), `mm` (a chain of matrix products),
  `had` (elementwise product), `t`, `pow` (scalars), `mpow` (square matrix), `epow` (elementwise)
- `index` (slices), `array` (explicit entries or blocks), `call` and `jac` (abstract functions), `fn` (elementwise)
- `einsum` (an index expression), `series` (a finite sum) with its bound index, the leaf `counter`
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Hashable, Iterable
from fractions import Fraction
from typing import Any

from ..front.operators import Operators
from .errors import ShapeError
from .shapes import ONE, SCALAR, Dim, DimLike, Shape, describe

Number = int | Fraction | float


class Expr(Operators):
    """A node of an expression. Build it with the functions of this module, `matcalc.parse` or `matcalc.matrix`."""

    __slots__ = ("__weakref__", "args", "cost", "data", "free", "op", "serial", "shape")
    op: str
    args: tuple[Expr, ...]
    data: Any
    shape: Shape
    free: frozenset[str]  # names of the variables in it
    cost: int  # about the number of tokens of its printed form
    serial: int  # age, for deterministic order

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("expressions are immutable")

    @property
    def is_scalar(self) -> bool:
        return self.shape == SCALAR

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        from ..printing.plain import plain

        return plain(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_unpickle, (_flat(self),))


_table: weakref.WeakValueDictionary[Hashable, Expr] = weakref.WeakValueDictionary()
_serial = 0
_EMPTY: frozenset[str] = frozenset()
_set = object.__setattr__


def node(op: str, args: tuple[Expr, ...], data: Any, shape: Shape) -> Expr:
    """The interned node; no checks. 1, 1.0 and True are different data."""
    key = (op, args, type(data), data, shape)
    found = _table.get(key)
    if found is not None:
        return found
    global _serial
    _serial += 1
    new = object.__new__(Expr)
    _set(new, "op", op)
    _set(new, "args", args)
    _set(new, "data", data)
    _set(new, "shape", shape)
    _set(new, "serial", _serial)
    free = _EMPTY
    cost = _OWN_COST.get(op, 1)
    for a in args:
        if a.free is not free and not a.free <= free:
            free = free | a.free if free else a.free
        cost += a.cost
    if op in _NARY:
        cost += len(args) - 1
    elif op in ("var", "d"):
        free = frozenset((data[0],))
    elif op == "num":
        cost = 1 if not isinstance(data, Fraction) or data.denominator == 1 else 2
    elif op == "pow" or op == "epow":
        e = args[1]
        if e.op == "num" and e.data < 0:  # prints as a quotient
            cost = args[0].cost + (1 if e.data == -1 else 3)
    _set(new, "free", free)
    _set(new, "cost", cost)
    _table[key] = new
    return new


_NARY = frozenset(("add", "prod", "mm", "had"))
_OWN_COST = {"add": 0, "prod": 0, "mm": 0, "had": 0, "norm": 4, "einsum": 6, "array": 2, "index": 3, "jac": 3}
_OWN_COST |= {"series": 6}


def _flat(root: Expr) -> list[tuple[Any, ...]]:
    from .walks import postorder

    number: dict[Expr, int] = {}
    rows: list[tuple[Any, ...]] = []
    for e in postorder(root):
        number[e] = len(rows)
        rows.append((e.op, tuple(number[a] for a in e.args), e.data, e.shape))
    return rows


def _unpickle(rows: list[tuple[Any, ...]]) -> Expr:
    built: list[Expr] = []
    for op, args, data, shape in rows:
        built.append(node(op, tuple(built[i] for i in args), data, shape))
    return built[-1]


# --- leaves ---------------------------------------------------------------------------------------------------


def as_shape(*dims: DimLike) -> Shape:
    """A shape from names and numbers: none is a scalar, one a vector, two a matrix."""
    d = tuple(Dim.of(x) for x in dims)
    return ((*d, ONE, ONE))[:2] if len(d) < 2 else d


def var(name: str, shape: Shape, properties: Iterable[str] = (), kind: str | None = None) -> Expr:
    """A variable; `kind` is how it was declared (scalar, vector or matrix)."""
    if kind is None:
        kind = "scalar" if shape == SCALAR else "vector" if shape[1] is ONE else "matrix"
    return node("var", (), (name, kind, frozenset(properties)), shape)


def num(value: Number) -> Expr:
    """A number; fractions with denominator 1 become integers."""
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, Fraction) and value.denominator == 1:
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
    return node("d", (), (v.data[0], v), v.shape)


# --- the ring operations --------------------------------------------------------------------------------------


def add(*terms: Expr) -> Expr:
    """The sum of terms of one shape; nested sums are flattened."""
    flat: list[Expr] = []
    for x in terms:
        if x.op == "add":
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


LONG = 64  # products of more factors stay nested when they are built, so that a long chain of them takes linear space


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


def fn(name: str, x: Expr) -> Expr:
    """An elementwise function."""
    return node(name, (x,), "fn", x.shape)


def apply(name: str, *args: Expr) -> Expr:
    """An operation of the table of operations or an elementwise function, by name."""
    from .signatures import operation

    op = operation(name)
    if op is None:
        from .errors import UnknownNameError

        raise UnknownNameError(f"no operation is called {name}")
    if op.elementwise:
        return fn(op.name, *args)
    return node(op.name, args, None, op.result(args))


def index(x: Expr, spec: tuple[Any, ...], shape: Shape) -> Expr:
    """Slices of x: one entry of `spec` per axis, ("at", i) or ("slice", start, stop, step) with None for open ends."""
    return node("index", (x,), spec, shape)


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
    return node("array", entries, (rows, columns), (height, width))


def call(name: str, shape: Shape, *args: Expr) -> Expr:
    """The value of an abstract function."""
    return node("call", args, name, shape)


def jac(name: str, position: int, value_shape: Shape, transposed: bool, *args: Expr) -> Expr:
    """The derivative of an abstract function by its argument number `position`, in one of the two layouts."""
    x = args[position]
    rows, cols = value_shape[0] * value_shape[1], x.shape[0] * x.shape[1]
    transposed = transposed and (rows, cols) != SCALAR
    return node("jac", args, (name, position, transposed, value_shape), (cols, rows) if transposed else (rows, cols))


def kernel(name: str, *args: Expr) -> Expr:
    """The array of more than two axes that a directional operation is, with its directions left out."""
    from .signatures import operation

    op = operation(name)
    assert op is not None
    env: dict[str, Dim] = {}
    for want, got in zip(op.arguments, args, strict=False):
        for w, g in zip(want, got.shape, strict=True):
            for n in w.names:
                env.setdefault(n, g)
    shapes = (op.shape, *op.arguments[len(args) :])
    return node("kernel", args, name, tuple(d.substitute(env) for s in shapes for d in s))


def rebuild(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """The same operation with other arguments."""
    if args == e.args:
        return e
    op = e.op
    if op == "add":
        return add(*args)
    if op == "prod":
        return prod(*args)
    if op == "mm":
        return mm(*args)
    if op == "had":
        return had(*args)
    if op == "t":
        return t(args[0])
    if op == "pow" or op == "mpow":
        return power(*args)
    if op == "epow":
        return epow(*args)
    if e.data == "fn":
        return fn(op, args[0])
    if op == "array":
        return array(e.data[0], e.data[1], args)
    if op == "series":
        from .finite_sums import counter, series

        return series(args[0], counter(e.data), *args[1:])
    if op == "kernel":
        return kernel(e.data, *args)
    if op in ("index", "call", "jac", "einsum"):
        return node(op, args, e.data, e.shape)
    return apply(op, *args)


def _show(e: Expr) -> str:
    text = str(e) if e.cost < 40 else "this part"
    return f"{text} is {'a scalar' if e.shape == SCALAR else describe(e.shape)}"
