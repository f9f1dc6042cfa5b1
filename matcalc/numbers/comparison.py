"""What a derivative is compared with: complex steps and differences of the expression that it came from.

Nothing on the numerical side uses the symbolic derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..calculus.record import Record
from ..rulebook.properties import closure
from ..rulebook.structures import structure_of as structure_line
from ..terms.expression import Expr, differential_of
from ..terms.shapes import ONE, Dim, Shape
from ..terms.walks import postorder
from .domains import Sample
from .evaluate import evaluate
from .sampling import Array, Rng, direction, outward, size_of

# --- the numbers --------------------

_ANALYTIC = frozenset((
    "var", "num", "const", "size", "eye", "ones", "zeros", "add", "prod", "mm", "had", "t", "pow", "epow", "index",
    "array", "sum", "mean", "tr", "det", "inv", "diag", "diagonal", "vec", "kron", "exp", "log", "sin", "cos",
    "tan", "sinh", "cosh", "tanh", "sqrt", "sigmoid", "softmax", "logsumexp",
))  # fmt: skip


def analytic(root: Expr) -> bool:
    """Whether an expression can be evaluated at complex values, so that a complex step is exact."""
    return all(e.op in _ANALYTIC for e in postorder(root))


STEP = 1e-3  # of differences; they are extrapolated, so that the error is that of rounding


def rounding(size: float, order: int) -> float:
    """How far differences of values of a size may be off by rounding.

    The weights of `richardson` add up to 7/h for one difference; a value is off by some two units in its last place.
    """
    return float(2 * np.finfo(float).eps * size * (8 / STEP) ** order)


def richardson(f: Callable[[float], Array], h: float = STEP) -> Array:
    """The derivative of f at 0 from central differences at h, h/2 and h/4, extrapolated to h = 0.

    >>> abs(float(richardson(np.sin)) - 1) < 1e-12
    True
    """
    d = [(np.asarray(f(s)) - np.asarray(f(-s))) / (2 * s) for s in (h, h / 2, h / 4)]
    once = [(4 * d[1] - d[0]) / 3, (4 * d[2] - d[1]) / 3]
    return (16 * once[1] - once[0]) / 15


def directional(f: Callable[[Any], Any], x: Any, e: Any, complex_step: bool) -> Array:
    """The derivative of f at x along e, by a complex step or by extrapolated central differences."""
    if complex_step:
        step = 1e-30
        return np.imag(np.asarray(f(x + 1j * step * e))) / step
    return richardson(lambda s: f(x + s * e))


# --- the comparison --------------------


def moves(d: Record, sample: Sample, rng: Rng, count: int) -> Iterator[Array]:
    """Random directions for the variable, along its structure if the derivative is by structured entries."""
    x = d.variable
    shape = (size_of(x.shape[0], sample.sizes), size_of(x.shape[1], sample.sizes))
    for _ in range(count):
        yield project(direction(rng, shape), structure_of(d))


def structure_of(d: Record) -> str:
    """The structure that the directions keep; empty for free entries."""
    if d.structure == "free":
        return ""
    found = structure_line(d.variable, d.structure, d.book)
    if found is not None and found.is_manifold:
        return ""
    properties = closure(d.variable.data[2], d.book)
    return next((p for p in ("diagonal", "symmetric", "skew", "lower", "upper") if p in properties), "")


def tangent(d: Record, sample: Sample, e: Array) -> Array:
    """How the variable moves with a direction: on a manifold what its line makes of a gradient, which is symmetric."""
    x = d.variable
    found = None if d.structure == "free" else structure_line(x, d.structure, d.book)
    if found is None or not found.is_manifold:
        return e
    direct = {f"d({x.data[0]})": outward(e, x.shape)}
    got = evaluate(found.gradient(differential_of(x)), {**sample.values, **direct}, d.types, d.book)
    return np.reshape(np.asarray(got), e.shape)


def project(e: Array, structure: str) -> Array:
    """The part of a direction that keeps a structure."""
    if structure == "diagonal":
        return np.diag(np.diag(e))
    if structure in ("symmetric", "skew"):
        return (e + e.T) / 2 if structure == "symmetric" else (e - e.T) / 2
    return np.tril(e) if structure == "lower" else np.triu(e) if structure == "upper" else e


def difference(d: Record, sample: Sample, e: Array, exact: bool, rng: Rng) -> float:
    """The relative difference between the derivative along e and its numerical value."""
    name, x = d.variable.data[0], d.variable
    at = np.asarray(sample.values[name])
    move = np.asarray(outward(tangent(d, sample, e), x.shape))

    def f(value: Any) -> Any:
        return evaluate(d.source, {**sample.values, name: value}, {name: x}, d.book)

    size = max(1.0, np.abs(f(at)).max())
    noise = 0.0 if exact else rounding(size, d.order)
    if d.order == 1:
        want = directional(f, at, move, exact)
        return relative(along(d, sample, [e]), want, size, noise)
    second = direction(rng, e.shape)
    other = np.asarray(outward(second, x.shape))
    if d.form == "hvp":
        move = np.asarray(sample.values[d.direction])
    want = richardson(lambda s: directional(f, at + s * other, move, exact), STEP if not exact else 2e-2)
    return relative(along(d, sample, [e, second]), want, size, noise)


def gathered(d: Record, sample: Sample, rng: Rng) -> float:
    """The relative difference for a derivative by a list of scalars, along random directions of all of them."""
    names = [v.data[0] for v in d.variables]
    directions_ = [direction(rng, (len(names), 1))[:, 0] for _ in range(d.order)]
    value = np.asarray(evaluate(d.expr, sample.values, d.types, d.book))

    def f(*h: float) -> Any:
        move = sum(s * e for s, e in zip(h, directions_, strict=True))
        moved = {n: sample.values[n] + m for n, m in zip(names, move, strict=True)}
        return evaluate(d.source, {**sample.values, **moved}, d.types, d.book)

    size = max(1.0, np.abs(f(*[0.0] * d.order)).max())
    if d.order == 2:
        got = directions_[0] @ value @ directions_[1]
        return relative(got, richardson(lambda s: richardson(lambda r: f(r, s))), size, rounding(size, 2))
    j = unfolded(value, d.source.shape, (Dim.of(len(names)), ONE), d.layout, sample.sizes)
    return relative(j @ directions_[0], richardson(f), size)


def relative(got: Any, want: Any, size: float, noise: float = 0.0) -> float:
    """The largest difference, beyond noise, relative to the larger of two arrays (and to 1e-3 of the value itself)."""
    got, want = np.squeeze(np.asarray(got)), np.squeeze(np.asarray(want))
    if got.shape != want.shape or not (np.all(np.isfinite(got)) and np.all(np.isfinite(want))):
        return float("inf")
    scale = max(np.abs(got).max(initial=0), np.abs(want).max(initial=0), 1e-3 * size, 1e-9)
    return float(max(0.0, np.abs(got - want).max(initial=0) - noise) / scale)


def natural_axes(d: Record, sample: Sample) -> Array:
    """The derivative as an array: the axes of the value, then those of the variable in their own order."""
    value = np.asarray(evaluate(d.expr, sample.values, d.types, d.book))
    if d.order == 2:
        return unfolded(value, d.variable.shape, d.variable.shape, "natural", sample.sizes)
    return unfolded(value, d.source.shape, d.variable.shape, d.layout, sample.sizes)


def unfolded(value: Array, top: Shape, below: Shape, layout: str, sizes: Mapping[str, int]) -> Array:
    """A derivative in a layout as an array with the axes of the value, then those of the variable."""
    dims = [[size_of(n, sizes) for n in s if n is not ONE] for s in (top, below)]
    if layout == "natural":
        return value.reshape(dims[0] + dims[1])
    if layout == "numerator":
        value = value.reshape(dims[0] + dims[1][::-1])
        k = len(dims[0])
        return value.transpose([*range(k), *reversed(range(k, value.ndim))])
    value = value.reshape(dims[1] + dims[0][::-1])
    k = len(dims[1])
    return value.transpose([*reversed(range(k, value.ndim)), *range(k)])


def along(d: Record, sample: Sample, directions_: list[Array]) -> Array:
    """The derivative applied to directions."""
    if d.form != "layout":
        return along_form(d, sample, directions_)
    j = natural_axes(d, sample)
    for k, e in enumerate(reversed(directions_)):
        if d.structure == "entries" and structure_of(d) in ("symmetric", "skew") and not k:
            e = np.tril(e)  # tied entries count once
        e = np.asarray(outward(e, d.variable.shape))
        j = np.tensordot(j, e, e.ndim) if e.ndim else j * e
    return j


def along_form(d: Record, sample: Sample, directions_: list[Array]) -> Array:
    """A Jacobian of vec(Y) by vec(X), or a product of the Hessian with v, applied to directions."""
    value = np.asarray(evaluate(d.expr, sample.values, d.types, d.book))
    flat = [np.reshape(e, -1, order="F") for e in directions_]
    if d.form != "vec":
        return np.asarray(np.sum(value * outward(directions_[-1], d.variable.shape)))
    value = value.reshape([size_of(n, sample.sizes) for n in d.expr.shape])
    if d.order == 2:
        return np.asarray(flat[0] @ value @ flat[1])
    rows = [size_of(n, sample.sizes) for n in d.source.shape]
    column = (value if d.layout == "numerator" else value.T) @ flat[0]
    return np.reshape(column, rows, order="F")
