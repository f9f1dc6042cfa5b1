"""Expressions built in Python: symbols, operators with NumPy's meaning, ordinary functions.

Vectors are columns. As in NumPy, `*` and `/` and `**` between arrays go entry by entry and `@` is the matrix
product; a number or a scalar added to an array is added to every entry. A vector on the left of `@` is read
as a row where only that fits, so that `x @ y` is the inner product and `x @ A` is the vector A'*x. Inside
`from_function`, which runs a program of NumPy, a vector beside a matrix stands in every row as it does there; what
`keepdims=True` keeps, (m, 1) beside (m, n), in every column. Elsewhere that is refused: X*w may be meant as X @ w.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..terms import expression as nodes
from ..terms.complexes import conjugate, has_complex
from ..terms.errors import DeclarationError, MatcalcError, ShapeError
from ..terms.expression import Expr
from ..terms.shapes import ONE, SCALAR, Dim, DimLike, Shape, describe
from ..terms.sizes import size
from .arithmetic import Arithmetic

if TYPE_CHECKING:
    from .accepted import Where

Properties = str | Iterable[str]


# --- symbols -------------------------------------------------------------------------------------------


def _symbol(name: str, kind: str, dims: tuple[DimLike, ...], properties: Properties) -> Expr:
    from ..language.parse import parse_where

    words = properties.replace(",", " ").split() if isinstance(properties, str) else list(properties)
    size = f"({', '.join(map(str, dims))})" if dims else ""
    declared = parse_where(f"{name}: {' '.join([*words, kind])}{size}")
    ((symbol, found),) = declared.items()
    return found.node(symbol)  # type: ignore[union-attr]


def matrix(name: str, rows: DimLike, columns: DimLike | None = None, properties: Properties = ()) -> Expr:
    """A matrix variable; a size is a name or a number. Without `columns` it is square.

    >>> X, w = matrix("X", "m", "n"), vector("w", "n")
    >>> X @ w
    X*w
    >>> matrix("S", "n", properties="symmetric").shape
    (n, n)
    """
    return _symbol(name, "matrix", (rows, rows if columns is None else columns), properties)


def vector(name: str, size: DimLike, properties: Properties = ()) -> Expr:
    """A vector variable, a column.

    >>> vector("w", "n") * 2 + 1
    2*w + vector(1)
    """
    return _symbol(name, "vector", (size,), properties)


def scalar(name: str, properties: Properties = ()) -> Expr:
    """A scalar variable.

    >>> scalar("a", "positive") ** 2
    a^2
    """
    return _symbol(name, "scalar", (), properties)


def from_function(function: Callable[..., object], where: Where = None, /, **types: str) -> Expr:
    """The expression that an ordinary Python function computes, by running it on symbols.

    The types of its parameters are given by name. The function may use operators, methods and NumPy, whose
    broadcasting holds: a vector beside a matrix stands in every row.

    >>> e = from_function(lambda X, w, y: ((X @ w - y)**2).sum(),
    ...                   X="matrix(m,n)", w="vector(n)", y="vector(m)")
    >>> print(e.diff("w"))
    2*(X*w - y)'*X
    """
    from inspect import Parameter, signature

    from ..language.parse import parse_where

    declared = {**parse_where(where), **parse_where(types)}
    symbols: dict[str, Expr] = {}
    for p in signature(function).parameters.values():
        if p.name in declared:
            symbols[p.name] = declared[p.name].node(p.name)  # type: ignore[union-attr]
        elif p.kind in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD) or p.default is Parameter.empty:
            raise DeclarationError(f"the parameter {p.name} needs a type, as in {p.name}='vector(n)'")
    for name in types:
        if name not in symbols:
            raise DeclarationError(f"the function has no parameter {name}")
    token = _broadcasts.set(True)
    try:
        result = function(**symbols)
    finally:
        _broadcasts.reset(token)
    if isinstance(result, tuple | list):
        raise MatcalcError("the function returns several values: differentiate one of them")
    return lift(result)


# --- values and shapes ---------------------------------------------------------------------------------

LARGEST = 400  # entries of an array that may stand in an expression as numbers


def lift(value: Any) -> Expr:
    """A Python number, a size or a small NumPy array as an expression.

    >>> lift(0.5), lift([1, 2]).shape, lift(matrix("A", "n").shape[0])
    (1/2, (2, 1), n)
    """
    if isinstance(value, Expr):
        return value
    if isinstance(value, Dim):
        return size(value)
    if isinstance(value, Arithmetic):
        return value.operand
    if isinstance(value, bool | int | Fraction):
        return nodes.num(value)
    if isinstance(value, float):
        return _number(value)
    import numpy as np

    try:
        a = np.asarray(value)
        if a.dtype.kind not in "biuf" and not (a.dtype.kind == "O" and a.ndim and a.size):
            raise TypeError
    except (TypeError, ValueError):
        raise MatcalcError(f"{type(value).__name__} cannot stand in an expression") from None
    if a.ndim == 0:
        return lift(a.item())
    if a.ndim <= 2 and a.dtype.kind != "O" and a.size > 1:
        shape = nodes.as_shape(*a.shape)
        if (a == 0).all() or (a == 1).all():
            return nodes.ones(shape) if a.flat[0] else nodes.zeros(shape)
        if a.ndim == 2 and len(a) == a.shape[1] and (a == np.eye(len(a))).all():
            return nodes.eye(shape[0])
    if a.ndim > 2 or not 0 < a.size <= LARGEST:
        raise MatcalcError(
            f"an array of shape {a.shape} cannot stand in an expression: "
            "use a symbol, and give the data to evaluate"
        )
    grid = a.reshape(len(a), -1)
    rows, columns = grid.shape
    return nodes.array(rows, columns, tuple(lift(x) for row in grid.tolist() for x in row))


def _number(value: float) -> Expr:
    """A float as the fraction that is meant, if it is a short one."""
    if value != value or value in (float("inf"), float("-inf")):
        raise MatcalcError(f"{value} cannot stand in an expression")
    exact = Fraction(value)
    return nodes.num(exact if exact.denominator <= 1 << 20 else Fraction(repr(value)))


def spread(x: Expr, shape: Shape) -> Expr:
    """A scalar in every entry of a shape."""
    ones = nodes.ones(shape)
    return ones if x is nodes.num(1) else nodes.prod(x, ones)


def pair(a: Any, b: Any, what: str) -> tuple[Expr, Expr]:
    """Two operands of one shape: a scalar beside an array is repeated, and a vector beside a matrix."""
    x, y = lift(a), lift(b)
    if x.shape == y.shape:
        return x, y
    if x.is_scalar:
        return spread(x, y.shape), y
    if y.is_scalar:
        return x, spread(y, x.shape)
    return (repeated(x, y, what), y) if ONE in x.shape else (x, repeated(y, x, what))


_broadcasts: ContextVar[bool] = ContextVar("broadcasts", default=False)


def repeated(v: Expr, beside: Expr, what: str) -> Expr:
    """A vector in every row of the matrix beside it, or in every column; ShapeError where neither or both fit."""
    rows, columns = beside.shape if len(beside.shape) == 2 else SCALAR
    if ONE in (rows, columns) or ONE not in v.shape or not _broadcasts.get():
        raise ShapeError(f"{what} needs equal shapes, not {describe(v.shape)} and {describe(beside.shape)}")
    if v.shape == (ONE, columns):
        return nodes.mm(nodes.ones((rows, ONE)), v)
    if v.shape == (columns, ONE) and rows is columns:
        raise ShapeError(
            f"is the vector {describe(v.shape)} beside the square matrix {describe(beside.shape)} in every row, or is "
            "it what keepdims kept, in every column? Write X + v.T for the rows, (X.T + v.T).T for the columns"
        )
    if v.shape == (columns, ONE):
        return nodes.mm(nodes.ones((rows, ONE)), nodes.t(v))
    if v.shape == (rows, ONE):
        return nodes.mm(v, nodes.ones((ONE, columns)))
    raise ShapeError(f"{what} needs shapes that fit, not {describe(v.shape)} and {describe(beside.shape)}")


# --- operators -----------------------------------------------------------------------------------------


def add(a: Any, b: Any) -> Expr:
    """a + b."""
    if _is_zero(a) or _is_zero(b):  # so that sum(list of expressions) begins with 0
        return lift(b if _is_zero(a) else a)
    return nodes.add(*pair(a, b, "a sum"))


def _is_zero(x: Any) -> bool:
    return isinstance(x, int) and x == 0


def subtract(a: Any, b: Any) -> Expr:
    """a - b."""
    return nodes.sub(*pair(a, b, "a difference"))


def multiply(a: Any, b: Any) -> Expr:
    """a*b: scaling, or entry by entry."""
    x, y = lift(a), lift(b)
    if x.is_scalar or y.is_scalar:
        return nodes.prod(x, y)
    return nodes.had(*pair(x, y, "* goes entry by entry (the matrix product is @), and"))


def divide(a: Any, b: Any) -> Expr:
    """a/b: scaling, or entry by entry."""
    x, y = lift(a), lift(b)
    if y.is_scalar or x.is_scalar:
        return nodes.div(x, y) if y.is_scalar else nodes.ediv(x, y)
    return nodes.ediv(*pair(x, y, "a quotient"))


def power(a: Any, b: Any) -> Expr:
    """a**b, entry by entry."""
    return nodes.epow(lift(a), lift(b))


def matmul(a: Any, b: Any) -> Expr:
    """a @ b: the matrix product; a vector on the left is read as a row where only that fits."""
    x, y = lift(a), lift(b)
    if x.is_scalar or y.is_scalar:
        raise ShapeError("@ is the product of arrays; scale an array with *")
    if x.shape[1] is not y.shape[0] and x.shape[1] is ONE and x.shape[0] is y.shape[0]:
        if y.shape[1] is ONE:
            return nodes.mm(nodes.t(x), y)
        return nodes.mm(transpose(y), x)
    return nodes.mm(x, y)


def compare(name: str) -> Callable[[Any, Any], Expr]:
    """A comparison entry by entry."""
    return lambda a, b: nodes.apply(name, *pair(a, b, "a comparison"))


def extremum(name: str) -> Callable[[Any, Any], Expr]:
    """The larger or the smaller, entry by entry."""
    return lambda a, b: nodes.apply(name, *pair(a, b, f"{name}imum"))


def absolute(a: Any) -> Expr:
    """|a|, entry by entry."""
    return nodes.fn("abs", lift(a))


OPERATORS: dict[str, Callable[..., Expr]] = {
    "add": add, "subtract": subtract, "multiply": multiply, "divide": divide, "power": power,
    "matmul": matmul, "negative": lambda a: nodes.neg(lift(a)), "positive": lambda a: lift(a),
    "absolute": absolute, "transpose": lambda a: transpose(lift(a)),
    "greater": compare("gt"), "greater_equal": compare("ge"), "less": compare("lt"),
    "less_equal": compare("le"), "equal": compare("eq"), "not_equal": compare("ne"),
    "maximum": extremum("max"), "minimum": extremum("min"),
    "adjoint": lambda a: adjoint(lift(a)),
}  # fmt: skip


def transpose(x: Expr) -> Expr:
    """The transpose; that of a scalar is itself."""
    if x.op == "t":
        return x.args[0]
    return x if x.is_scalar else nodes.t(x)


def adjoint(x: Expr) -> Expr:
    """The transpose of the conjugate; of what is real the transpose."""
    return transpose(conjugate(x)) if has_complex(x) else transpose(x)


def operate(name: str, *args: Any) -> Expr:
    """An operator of Python by the name of its NumPy function."""
    try:
        return OPERATORS[name](*args)
    except MatcalcError as error:
        if isinstance(error, ShapeError) or all(_possible(a) for a in args):
            raise
        return NotImplemented  # type: ignore[no-any-return]


def _possible(value: Any) -> bool:
    return isinstance(value, Expr | Arithmetic | int | float | Fraction) or hasattr(value, "__array__")


# --- entries and slices --------------------------------------------------------------------------------


def item(x: Any, key: Any) -> Expr:
    """x[key] with Python's slices; an integer takes its axis away.

    >>> matrix("X", "m", "n")[1, :].shape
    (n, 1)
    """
    from ..language.typing.axes import SliceError, sliced

    keys = key if isinstance(key, tuple) else (key,)
    axes = 1 if x.shape[1] is ONE else 2
    if len(keys) < axes and not x.is_scalar:
        keys = (*keys, *[slice(None)] * (axes - len(keys)))
    spec = []
    for k in keys:
        if isinstance(k, slice):
            spec.append(("slice", *(None if i is None else _integer(i) for i in (k.start, k.stop, k.step))))
        else:
            spec.append(("at", _integer(k)))
    try:
        done, shape = sliced(tuple(spec), x.shape, str(x) if x.cost < 20 else "this", final=True)
    except SliceError as error:
        raise ShapeError(str(error)) from None
    return nodes.index(x, done, shape)


def _integer(value: Any) -> int:
    from operator import index

    try:
        return index(value)
    except TypeError:
        raise MatcalcError(f"an index is a whole number or a slice, not {type(value).__name__}") from None
