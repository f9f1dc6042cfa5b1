"""Operations on expressions as methods and as NumPy's functions; see `build`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..terms import expression as nodes
from ..terms.complexes import conjugate, has_complex
from ..terms.errors import MatcalcError, NoDerivativeError, ShapeError
from ..terms.expression import Expr
from ..terms.records import NamedTuple
from ..terms.shapes import ONE, describe
from .build import OPERATORS, extremum, lift, matmul, multiply, pair, power, spread, subtract
from .current import current

# --- methods -------------------------------------------------------------------------------------------


def total(x: Any, axis: int | None = None, keepdims: bool = False) -> Expr:
    """The sum of all entries, or along an axis.

    >>> from matcalc.front.build import matrix
    >>> total(matrix("X", "m", "n"), axis=1).shape
    (m, 1)
    """
    e = lift(x)
    if axis is None and not keepdims:
        return e if e.is_scalar else nodes.apply("sum", e)
    return _along(e, axis, keepdims, lambda v: v)


def mean(x: Any, axis: int | None = None, keepdims: bool = False) -> Expr:
    """The mean of all entries, or along an axis."""
    e = lift(x)
    if axis is None and not keepdims:
        return e if e.is_scalar else nodes.apply("mean", e)
    size = e.shape[0] if axis in (0, -axes_of(e)) else e.shape[1]
    count = nodes.num(size.value) if size.value is not None else nodes.apply("sum", nodes.ones((size, ONE)))
    return _along(e, axis, keepdims, lambda v: nodes.div(v, count))


def axes_of(e: Expr) -> int:
    """The number of axes in NumPy's sense."""
    return 1 if e.shape[1] is ONE else 2


def _along(e: Expr, axis: int | None, keepdims: bool, finish: Callable[[Expr], Expr]) -> Expr:
    axes = axes_of(e)
    if not isinstance(axis, int) or not -axes <= axis < axes:
        raise MatcalcError(f"the axis is a whole number below {axes}, not {axis!r}")
    rows, columns = e.shape
    if axis % axes == 0:
        if axes == 1:
            return finish(nodes.apply("sum", e))
        out = (
            nodes.mm(nodes.ones((ONE, rows)), e)
            if keepdims
            else nodes.mm(nodes.t(e), nodes.ones((rows, ONE)))
        )
    else:
        out = nodes.mm(e, nodes.ones((columns, ONE)))
    return finish(out)


def along(name: str, x: Any, axis: int | None, keepdims: bool = False) -> Expr:
    """An operation of all entries, or of each row or column; of a vector its only axis is all of it.

    >>> from matcalc.front.build import matrix
    >>> along("softmax", matrix("X", "m", "n"), 0)
    softmax_rows(X')'
    """
    e = lift(x)
    axes = axes_of(e)
    if axis is not None and (not isinstance(axis, int) or not -axes <= axis < axes):
        raise MatcalcError(f"the axis is a whole number below {axes}, not {axis!r}")
    if axis is None or axes == 1:
        return named(name, e)
    rows = axis % axes == 1
    y = nodes.apply(f"{name}_rows", e if rows else nodes.t(e))
    return nodes.t(y) if not rows and (keepdims or y.shape[1] is not ONE) else y


def softmax(x: Any, axis: int | None = -1) -> Expr:
    """The softmax of a vector, of each row of a matrix, or along an axis; None is over all entries."""
    return along("softmax", x, axis)


def extreme(name: str, both: str) -> Callable[..., Expr]:
    """The largest or smallest entry, along an axis too; with two arguments, entry by entry."""

    def call(x: Any, y: Any = None, axis: int | None = None, keepdims: bool = False) -> Expr:
        return along(name, x, axis, keepdims) if y is None else OPERATORS[both](x, y)

    return call


def dot(a: Any, b: Any) -> Expr:
    """np.dot: the product of scalars and arrays, the inner product of vectors."""
    x, y = lift(a), lift(b)
    return nodes.prod(x, y) if x.is_scalar or y.is_scalar else matmul(x, y)


def inner(a: Any, b: Any) -> Expr:
    """The inner product of two arrays of one shape: the sum of the products of their entries."""
    x, y = lift(a), lift(b)
    if x.is_scalar or y.is_scalar:
        return nodes.prod(x, y)
    if x.shape != y.shape:
        raise ShapeError(
            f"an inner product needs equal shapes, not {describe(x.shape)} and {describe(y.shape)}"
        )
    return nodes.mm(nodes.t(x), y) if x.shape[1] is ONE else nodes.apply("sum", nodes.had(x, y))


def vdot(a: Any, b: Any) -> Expr:
    """np.vdot: the inner product, of what is complex with the conjugate of the first factor."""
    return inner(conjugated(a), b)


def outer(a: Any, b: Any) -> Expr:
    """The outer product of two vectors."""
    x, y = lift(a), lift(b)
    if x.shape[1] is not ONE or y.shape[1] is not ONE:
        raise ShapeError(
            f"an outer product is of two vectors, not {describe(x.shape)} and {describe(y.shape)}"
        )
    return nodes.mm(x, nodes.t(y))


def diag(a: Any) -> Expr:
    """The diagonal matrix of a vector, the diagonal of a matrix."""
    x = lift(a)
    return nodes.apply("diag" if x.shape[1] is ONE else "diagonal", x)


def matrix_power(a: Any, n: Any) -> Expr:
    """The power of a square matrix."""
    return nodes.power(lift(a), lift(n))


def solve(a: Any, b: Any) -> Expr:
    """inv(a)*b."""
    return nodes.mm(nodes.apply("inv", lift(a)), lift(b))


def conjugated(a: Any) -> Expr:
    """The conjugate; what is real is its own."""
    x = lift(a)
    return conjugate(x) if has_complex(x) else x


def part(name: str) -> Callable[[Any], Expr]:
    """np.real, np.imag and np.angle of what is complex."""

    def call(a: Any) -> Expr:
        x = lift(a)
        if has_complex(x):
            return nodes.fn(name, x)
        if name == "angle":
            raise refuse("np.angle of what is real")
        return x if name == "real" else nodes.zeros(x.shape)

    return call


METHODS: dict[str, Callable[..., Expr]] = {
    "conj": conjugated, "conjugate": conjugated,
    "sum": total, "mean": mean, "dot": dot, "inner": inner, "outer": outer, "diag": diag,
    "trace": lambda x: named("tr", x), "prod": lambda x: named("prodall", x), "abs": OPERATORS["absolute"],
    "max": extreme("amax", "maximum"), "min": extreme("amin", "minimum"), "softmax": softmax,
    "logsumexp": lambda x, axis=None, keepdims=False: along("logsumexp", x, axis, keepdims),
    "maximum": OPERATORS["maximum"], "minimum": OPERATORS["minimum"], "transpose": OPERATORS["transpose"],
    "matrix_power": matrix_power, "solve": solve, "square": lambda x: power(x, 2),
    "sqrt": lambda x: named("sqrt", x),
}  # fmt: skip


def named(name: str, *args: Any) -> Expr:
    """An operation of the table, by name."""
    xs = [lift(a) for a in args]
    if name == "sqrt":
        return power(xs[0], Fraction(1, 2))
    if xs[0].is_scalar and name in ("tr", "amax", "amin", "prodall"):
        return xs[0]
    known = current().signatures.operation(name)
    return nodes.fn(known.name, *xs) if known is not None and known.elementwise else nodes.apply(name, *xs)


def methods() -> list[str]:
    """The names of all methods that stand for operations."""
    return [*METHODS, *(n for n in current().signatures.table if n.isidentifier())]


def method(x: Any, name: str) -> Callable[..., Expr]:
    """The method of an expression: an operation of the language."""
    found = METHODS.get(name)
    if found is not None:
        return lambda *args, **options: found(x, *args, **options)
    if current().signatures.operation(name) is None:
        raise AttributeError(f"expressions have no attribute {name!r}")
    return lambda *args: named(name, x, *args)


# --- NumPy's functions ---------------------------------------------------------------------------------


def refuse(name: str) -> NoDerivativeError:
    """The error for a function that expressions do not know."""
    return NoDerivativeError(f"{name} is not known for expressions")


class SignAndLogdet(NamedTuple):
    """What np.linalg.slogdet gives."""

    sign: Expr
    logabsdet: Expr


def slogdet(a: Any) -> SignAndLogdet:
    """The sign of the determinant, and the logarithm of its absolute value."""
    x = lift(a)
    if has_complex(x):
        raise refuse("np.linalg.slogdet of a complex matrix")
    return SignAndLogdet(nodes.fn("sign", nodes.apply("det", x)), nodes.apply("logdet", x))


def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Expr:
    """np.linalg.norm of a vector or a matrix, or along an axis."""
    x = lift(a)
    if axis is not None:
        known = {None: "norm", 2: "norm", 1: "norm1", float("inf"): "norminf"}
        if ord not in known:
            raise refuse(f"np.linalg.norm along an axis with ord={ord!r}")
        return along(known[ord], x, axis, keepdims)
    vector = ONE in x.shape
    table = {None: "norm", 2: "norm", 1: "norm1", float("inf"): "norminf"} if vector else {
        None: "norm", "fro": "norm", "nuc": "normnuc", 2: "norm2",
    }  # fmt: skip
    if ord not in table:
        raise refuse(f"np.linalg.norm of a {'vector' if vector else 'matrix'} with ord={ord!r}")
    return nodes.apply(table[ord], x)


def where(condition: Any, a: Any, b: Any) -> Expr:
    """np.where for a condition that is a comparison: a in its ones, b in its zeros."""
    c = lift(condition)
    if c.op not in ("gt", "ge", "lt", "le", "eq", "ne"):
        raise MatcalcError("the condition of np.where is a comparison such as x > 0")
    zero = nodes.num(0)
    parts = [multiply(k, v) for k, v in ((c, lift(a)), (subtract(1, c), lift(b))) if v is not zero]
    return nodes.add(*parts) if parts else nodes.zeros(c.shape)


def clip(a: Any, a_min: Any = None, a_max: Any = None) -> Expr:
    """np.clip."""
    x = lift(a)
    if a_min is not None:
        x = extremum("max")(x, a_min)
    return x if a_max is None else extremum("min")(x, a_max)


def filled(value: int) -> Callable[..., Expr]:
    """np.ones_like and np.zeros_like."""
    return lambda a, **_: (nodes.ones if value else nodes.zeros)(lift(a).shape)


def logaddexp(a: Any, b: Any) -> Expr:
    """log(exp(a) + exp(b))."""
    x, y = pair(a, b, "logaddexp")
    return nodes.fn("log", nodes.add(nodes.fn("exp", x), nodes.fn("exp", y)))


def vstack(parts: Any) -> Expr:
    """np.vstack: one under the other; vectors are rows here, as in NumPy."""
    xs = tuple(lift(p) for p in parts)
    return nodes.array(len(xs), 1, tuple(nodes.t(x) if x.shape[1] is ONE else x for x in xs))


def concatenate(parts: Any, axis: int = 0) -> Expr:
    """np.concatenate: vectors to a longer vector, matrices along an axis."""
    xs = tuple(lift(p) for p in parts)
    if axis not in (0, 1) or (axis and any(x.shape[1] is ONE for x in xs)):
        raise refuse(f"np.concatenate of these arrays along axis {axis}")
    return nodes.array(1, len(xs), xs) if axis else nodes.array(len(xs), 1, xs)


def hstack(parts: Any) -> Expr:
    """np.hstack: vectors to a longer vector, matrices side by side."""
    xs = [lift(p) for p in parts]
    return concatenate(xs, 0 if all(x.shape[1] is ONE for x in xs) else 1)


def elementwise(name: str) -> Callable[[Any], Expr]:
    """The function of one argument of that name in the table of operations."""
    return lambda x: named(name, x)


def diagonal(a: Any) -> Expr:
    """The diagonal of a matrix."""
    return named("diagonal", a)


UFUNCS: dict[str, Callable[..., Any]] = {
    "sqrt": METHODS["sqrt"], "square": METHODS["square"], "reciprocal": lambda x: OPERATORS["divide"](1, x),
    "fabs": OPERATORS["absolute"], "float_power": power, "logaddexp": logaddexp, "vecdot": vdot,
    "expit": elementwise("sigmoid"), "gammaln": elementwise("lgamma"), "psi": elementwise("digamma"),
    "conjugate": conjugated,
}  # fmt: skip

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sum": total, "mean": mean, "average": mean, "dot": dot, "inner": dot, "vdot": vdot, "outer": outer,
    "trace": METHODS["trace"], "transpose": OPERATORS["transpose"], "diag": diag, "diagonal": diagonal,
    "matrix_transpose": OPERATORS["transpose"], "kron": lambda a, b: named("kron", a, b),
    "tril": elementwise("tril"), "triu": elementwise("triu"), "max": METHODS["max"], "amax": METHODS["max"],
    "min": METHODS["min"], "amin": METHODS["min"], "prod": METHODS["prod"], "where": where, "clip": clip,
    "ones_like": filled(1), "zeros_like": filled(0),
    "full_like": lambda a, value: spread(lift(value), lift(a).shape), "real": part("real"),
    "imag": part("imag"), "angle": part("angle"),
    "round": elementwise("round"), "around": elementwise("round"), "sinc": elementwise("sinc"),
    "vstack": vstack, "hstack": hstack, "concatenate": concatenate,
    "linalg.norm": norm, "linalg.matrix_norm": lambda x, ord="fro": norm(x, ord),
    "linalg.vector_norm": lambda x, ord=2: norm(x, ord), "linalg.inv": elementwise("inv"),
    "linalg.pinv": elementwise("pinv"), "linalg.det": elementwise("det"), "linalg.slogdet": slogdet,
    "linalg.solve": solve, "linalg.matrix_power": matrix_power, "linalg.outer": outer,
    "linalg.multi_dot": lambda xs: nodes.mm(*map(lift, xs)), "linalg.matmul": matmul,
    "linalg.vecdot": vdot, "linalg.trace": METHODS["trace"], "linalg.diagonal": diagonal,
    "linalg.matrix_transpose": OPERATORS["transpose"],
}  # fmt: skip


def ufunc(function: Any, how: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A universal function of NumPy on expressions."""
    name = function.__name__
    if how == "reduce" and name in ("add", "multiply", "maximum", "minimum"):
        return METHODS[{"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}[name]](
            inputs[0]
        )
    call = OPERATORS.get(name) or UFUNCS.get(name)
    if how != "__call__" or options:
        raise refuse(f"np.{name}" + (f".{how}" if how != "__call__" else f" with {', '.join(options)}"))
    if call is not None:
        return call(*inputs)
    known = current().signatures.operation(name)
    if known is None or not known.elementwise:
        raise refuse(f"np.{name}")
    return named(name, *inputs)


def function(call: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Another function of NumPy on expressions."""
    module = (call.__module__ or "numpy").removeprefix("numpy").lstrip(".")
    name = f"{module}.{call.__name__}" if module in ("linalg",) else call.__name__
    found = FUNCTIONS.get(name)
    if found is None:
        raise refuse(f"np.{name}")
    try:
        return found(*args, **options)
    except TypeError:
        raise refuse(f"np.{name} with these arguments") from None
