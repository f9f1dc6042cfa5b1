"""Interned, immutable, typed nodes: the class `Expr`, and `node`, through which every expression is made.

A node has an operation `op`, arguments `args`, a datum `data` (see `payloads`) and a `shape`. Matrices have shape
(m, n), vectors (n, 1), rows (1, n), scalars (1, 1); tensors have any number of axes. Equal nodes are identical, in
every thread, so `==` is `is` and shared parts are stored once.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Hashable
from fractions import Fraction
from typing import Any

from .limits import spend
from .methods import Methods
from .payloads import ELEMENTWISE, UNSPECIFIED
from .shapes import SCALAR, Shape
from .walks import postorder

Number = int | Fraction | float


class Expr(Methods):
    """A node of an expression, made by `matcalc.parse`, `matcalc.matrix` or the functions of `terms.expression`.

    Immutable; equal expressions are one object. `shape` has two sizes, a column has one column; `op` is the operation,
    `args` are its arguments, `free` the names of the variables in it. Operators, methods and functions work as those of
    NumPy: `*` goes entry by entry, `@` is the matrix product. A text of it (`str`) is read back as the same expression.

    >>> import matcalc
    >>> X, w = matcalc.matrix("X", "m", "n"), matcalc.vector("w", "n")
    >>> e = (X @ w).T @ (X @ w)
    >>> e.shape, e.op, sorted(e.free)
    ((1, 1), 'mm', ['X', 'w'])
    >>> print(e.grad(w))
    2*X'*X*w
    >>> matcalc.parse(str(e), where="X: matrix(m,n), w: vector(n)") is e
    True
    """

    __slots__ = ("__weakref__", "args", "cost", "data", "free", "inner", "is_scalar", "op", "shape")
    op: str
    args: tuple[Expr, ...]
    data: Any
    shape: Shape
    free: frozenset[str]  # names of the variables in it
    cost: int  # about the number of tokens of its printed form
    is_scalar: bool  # whether it has one entry
    inner: tuple[Expr, ...] | None  # its parts, each once and after its own, where they were asked for

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("expressions are immutable")

    @property
    def is_elementwise(self) -> bool:
        """Whether the operation is a function that is applied entry by entry."""
        return bool(self.data in _FUNCTIONS) and self.op not in _NAMED

    @property
    def is_unspecified(self) -> bool:
        """Whether it is the value of an elementwise function that is only declared, or of one of its derivatives."""
        return bool(self.data == UNSPECIFIED) and self.op not in _NAMED

    def __reduce__(self) -> tuple[Any, ...]:
        return (_unpickle, (_flat(self),))


_FUNCTIONS = (ELEMENTWISE, UNSPECIFIED)
_NAMED = frozenset(("call", "kernel", "size", "const"))  # their datum is a name, which may be any word
_NARY = frozenset(("add", "prod", "mm", "had"))
_OWN_COST = {"add": 0, "prod": 0, "mm": 0, "had": 0, "norm": 2, "einsum": 12, "array": 2, "index": 3, "jac": 3}
_OWN_COST |= {"series": 6}
_HALF = Fraction(1, 2)
_OVER = {-1: 1, -_HALF: 2}  # 1/x and 1/sqrt(x)
_EMPTY: frozenset[str] = frozenset()

_Key = Hashable
_table: dict[_Key, weakref.ref[Expr]] = {}
_changing = threading.RLock()  # held while the table changes
_LEAST = 8_000  # entries of the table below which nothing is swept
_full = [_LEAST]  # as many entries as there may be before it is swept
_new = object.__new__
_set_op, _set_args, _set_data, _set_shape, _set_free, _set_cost, _set_scalar, _set_inner = [
    Expr.__dict__[name].__set__ for name in ("op", "args", "data", "shape", "free", "cost", "is_scalar", "inner")
]


def sweep() -> None:
    """Take the nodes that nobody holds any more out of the table.

    The newest first: a node stands behind its arguments, which nobody else may hold.
    """
    with _changing:
        entries = list(_table.items())
        while entries:
            key, ref = entries.pop()  # and nothing else holds the arguments in the key before it
            if ref() is None:
                del _table[key]
        _full[0] = max(2 * len(_table), _LEAST)


def node(op: str, args: tuple[Expr, ...], data: Any, shape: Shape) -> Expr:
    """The interned node; no checks. 1, 1.0 and True are different data."""
    key = (op, args, shape) if data is None else (op, args, type(data), data, shape)
    ref = _table.get(key)
    if ref is not None and (found := ref()) is not None:
        if len(args) > 16:
            spend(len(args))
        return found
    spend(1 + len(args))
    new = _new(Expr)
    _set_op(new, op)
    _set_args(new, args)
    _set_data(new, data)
    _set_shape(new, shape)
    free = _EMPTY
    cost = _OWN_COST.get(op, 1)
    for a in args:
        cost += a.cost
        below = a.free
        if below is not free and not below <= free:
            free = free | below if free else below
    if op in _NARY:
        cost += len(args) - 1
        if op == "prod":  # the / of a divisor stands in place of the *
            for a in args[1:]:
                if a.op == "pow" and a.args[1].op == "num" and a.args[1].data < 0:
                    cost -= 1
            if args[0].op == "num":
                cost += _coefficient_cost(args[0].data)
        elif op == "add":  # a minus sign stands in place of the +, in whatever order the terms are
            negative = 0
            for a in args:
                if a.op == "prod" and a.args[0].op == "num" and a.args[0].data < 0:
                    negative += 1
            cost -= min(negative, len(args) - 1)
    elif op in ("var", "d"):
        free = frozenset((data.name,))
    elif op == "num":
        cost = 2 if type(data) is Fraction and data.denominator != 1 else 1
    elif op == "pow" or op == "epow":
        e = args[1]
        if e.op == "num" and e.data < 0:  # prints as a quotient
            cost = args[0].cost + _OVER.get(e.data, 3 if isinstance(e.data, int) else 5)
        elif e.op == "num" and e.data == _HALF:
            cost = args[0].cost + 1
    _set_free(new, free)
    _set_cost(new, cost)
    _set_scalar(new, shape == SCALAR)
    _set_inner(new, None if args else ())
    mine = weakref.ref(new)
    with _changing:
        ref = _table.pop(key, None)  # put in again below, behind its arguments
        if ref is not None and (found := ref()) is not None:  # another thread was faster
            _table[key] = ref
            return found
        _table[key] = mine
        if len(_table) > _full[0]:
            sweep()
    return new


def _coefficient_cost(value: Number) -> int:
    """What a number costs as a coefficient, beside itself and a sign for the product: -x, x/2 and 3*x/2."""
    sign = value < 0
    if type(value) is not Fraction:
        return -1 if value == -1 else int(sign)
    return sign + (-1 if abs(value.numerator) == 1 else 1)


# --- pickling: a flat table, so that depth is no limit ------------------------------------------------------------


def _flat(root: Expr) -> list[tuple[Any, ...]]:
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
