"""Slices, blocks, index expressions, Kronecker products, finite sums and functions of the caller's in plans."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from ..terms.axes import absent, einsum_sizes
from ..terms.expression import Expr
from ..terms.payloads import LinearKernel, Partial
from ..terms.shapes import ONE, SCALAR
from .plan import Value, axes_of

if TYPE_CHECKING:
    from .lower import Lowering

Step = Generator[Any, Any, Any]


def index(low: Lowering, e: Expr) -> Step:
    """Slices of an array, with an entry for each axis that it has."""
    x, spec = e.args[0], _picks(e)
    v: Value = yield x
    if len(spec) == 1 and v.rank == 2:
        v = low.plan.make("flat", v, axes=(v.axes[0] * v.axes[1],))
    elif len(x.shape) == 2 and len(spec) == 2:
        spec = [s for s, d in zip(spec, x.shape, strict=True) if d is not ONE]
    if not v.rank:
        return v
    return low.plan.make("index", v, data=tuple(spec), axes=axes_of(e.shape))


def _picks(e: Expr) -> list[tuple[Any, ...]]:
    """The entries of the brackets; of a slice of one the place, as its axis is not there in the result."""
    sizes = iter(e.shape)
    found: list[tuple[Any, ...]] = []
    for spec in e.data:
        if spec[0] == "slice" and next(sizes) is ONE:
            step = 1 if spec.step is None else spec.step
            spec = ("at", spec.start if spec.start is not None else 0 if step > 0 else -1)
        found.append(spec)
    return found


def array(low: Lowering, e: Expr) -> Step:
    """An explicit array of scalars or blocks; the datum has the kind of each block."""
    args = []
    for a in e.args:
        args.append((yield a))
    kinds = tuple((a.shape[0] is ONE, a.shape[1] is ONE) for a in e.args)
    if e.shape == SCALAR:
        return args[0]
    return low.plan.make("array", *args, data=(*e.data, kinds), axes=axes_of(e.shape))


def vec(low: Lowering, e: Expr) -> Step:
    """The columns of a matrix, one below the other."""
    v: Value = yield e.args[0]
    return low.plan.make("flat", low.plan.t(v), axes=axes_of(e.shape)) if v.rank == 2 else v


def kron(low: Lowering, e: Expr) -> Step:
    """The Kronecker product; of a row and a column it is an outer product."""
    p = low.plan
    x, y = (yield e.args[0]), (yield e.args[1])
    if not x.rank or not y.rank:
        return p.scale(x, y) if y.rank else p.scale(y, x)
    kinds = ["row" if a.shape[0] is ONE else "column" if a.shape[1] is ONE else "" for a in e.args]
    if x.rank == y.rank == 1:
        if kinds[0] == kinds[1]:
            return p.make("kron", x, y, axes=axes_of(e.shape))
        return p.outer(x, y) if kinds[0] == "column" else p.outer(y, x)
    args = [getattr(p, kind)(v) if kind else v for v, kind in zip((x, y), kinds, strict=True)]
    return p.make("kron", *args, axes=axes_of(e.shape))


def einsum(low: Lowering, e: Expr) -> Step:
    """An index expression: the datum has the indices of each operand and those of the result, one an axis."""
    p, sizes = low.plan, einsum_sizes(e)
    args, ins = [], []
    for x, axes in zip(e.args, e.data.ins, strict=True):
        v: Value = yield x
        flat = tuple(i for axis in axes for i in axis)
        if any(len(axis) != 1 for axis in axes):
            v = p.make("reshape", v, data=tuple(sizes[i] for i in flat), axes=tuple(sizes[i] for i in flat))
        args.append(v)
        ins.append(flat)
    missing = absent(e)
    for i in missing:
        args.append(p.make("ones", axes=(sizes[i],)))
        ins.append((i,))
    out = [i for axis in e.data.out for i in axis]
    fresh = max(sizes, default=0) + 1
    for k, i in enumerate(out):
        if i in out[:k]:  # an index that the result repeats is a diagonal
            args.append(p.make("eye", axes=(sizes[i], sizes[i])))
            ins.append((i, fresh))
            sizes[fresh], out[k], fresh = sizes[i], fresh, fresh + 1
    axes = tuple(sizes[i] for i in out)
    keep = [k for k, v in enumerate(args) if v.rank]
    scale = p.mul(*(args[k] for k in range(len(args)) if k not in keep), p.number(1))
    if not keep:
        return scale
    body = p.make("einsum", *(args[k] for k in keep), data=(tuple(ins[k] for k in keep), tuple(out)), axes=axes)
    if axes != axes_of(e.shape):
        body = p.make("reshape", body, data=axes_of(e.shape), axes=axes_of(e.shape))
    return p.scale(scale, body)


def series(low: Lowering, e: Expr) -> Step:
    """A finite sum: a loop over its body."""
    args = []
    for a in e.args:
        args.append((yield a))
    return low.plan.make("series", *args, data=e.data, axes=axes_of(e.shape))


def matrix_power(low: Lowering, e: Expr) -> Step:
    """A power of a square matrix."""
    x, exponent = e.args
    v = yield x
    if exponent.op == "num" and exponent.data == 2:
        return low.plan.matmul(v, v)
    k = yield exponent
    return low.plan.make("mpow", v, k, axes=v.axes)


def call(low: Lowering, e: Expr) -> Step:
    """The value of a function of the caller's; the datum is its name."""
    args = []
    for a in e.args:
        args.append((yield a))
    return low.plan.make("call", *args, data=e.data, axes=axes_of(e.shape))


def jacobian(low: Lowering, e: Expr) -> Step:
    """The derivative of a function of the caller's, in numerator layout."""
    args = []
    for a in e.args:
        args.append((yield a))
    data: Partial = e.data
    x = e.args[data.position]
    name = f"d{data.function}_d{x.data[0] if x.op == 'var' else data.position}"
    axes = axes_of(e.shape[::-1] if data.transposed else e.shape)
    body = low.plan.make("call", *args, data=name, axes=axes)
    return low.plan.t(body) if data.transposed else body


def kernel(low: Lowering, e: Expr) -> Step:
    """An operation with its directions left out, as an array; the datum names it and its axes."""
    args = []
    for a in e.args:
        args.append((yield a))
    axes = axes_of(e.shape)
    if isinstance(e.data, LinearKernel):
        name, numpy, value, argument = e.data
        whole = low.plan.make("kernel", *args, data=(name, numpy, (*value, *argument)), axes=(*value, *argument))
        return low.plan.make("reshape", whole, data=axes, axes=axes)
    return low.plan.make("kernel", *args, data=(e.data, "", e.shape), axes=axes)


ARRAYS: dict[str, Callable[[Lowering, Expr], Step]] = {
    "index": index, "array": array, "vec": vec, "kron": kron, "einsum": einsum, "series": series,
    "mpow": matrix_power, "call": call, "jac": jacobian, "kernel": kernel,
}  # fmt: skip
