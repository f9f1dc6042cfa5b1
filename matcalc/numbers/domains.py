"""Values for an expression: in the domains of its properties and assumptions, away from its kinks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..rulebook.book import RuleBook
from ..rulebook.equations import equations_of
from ..terms.errors import EvaluationError
from ..terms.expression import Expr
from ..terms.records import dataclass
from ..terms.signatures import traits
from ..terms.walks import postorder, variables
from .constrained import values_holding
from .evaluate import evaluate
from .sampling import MARGIN, Array, Rng, choose_sizes, draw, has_property, outward, size_of, smallest_size

ATTEMPTS = 400  # samples tried until the expression and its assumptions are fine there


@dataclass
class Sample:
    """Values at which an expression can be evaluated, as users give them, and the sizes."""

    values: dict[str, Any]
    sizes: dict[str, int]


class Sampler:
    """Draws values for an expression from the domains that properties and assumptions name."""

    def __init__(self, root: Expr, more: Mapping[str, Expr] | None = None,
                 assumptions: Iterable[tuple[str, tuple[Expr, ...]]] = (),
                 book: RuleBook | None = None):  # fmt: skip
        self.root, self.book = root, book
        self.nodes: dict[str, Expr] = {**(more or {}), **variables(root)}
        named = (a for a in assumptions if a[1][0].free)
        self.assumptions = [a for a in named if a[0] != "distinct"]  # the kinks see to that
        self.calls = {e.data: e for e in postorder(root) if e.op == "call"}
        self.partials = {e.data[0]: e for e in postorder(root) if e.op == "jac"}
        self.declared = {e.op.rstrip("'") for e in postorder(root) if e.is_unspecified}
        self.inverted = [e.args[0] for e in postorder(root) if e.op == "inv" and not e.is_scalar]
        self.equations = None if book is None else equations_of(book)
        for e in () if self.equations is None else self.equations.stated:
            self.nodes = {**variables(e.left), **variables(e.right), **self.nodes}
        self.kinks = [e for e in postorder(root) if traits(e.op).kink]

    def draw(self, rng: Rng) -> Sample:
        """One sample; EvaluationError if none is found."""
        problem: Exception | None = None
        shapes = [e.shape for e in (*self.nodes.values(), *self.calls.values())]
        for attempt in range(ATTEMPTS):
            sizes = choose_sizes(shapes, rng, smallest_size(self.root))
            sample = Sample({n: self.value(e, sizes, rng, attempt) for n, e in self.nodes.items()}, sizes)
            if self.equations is not None and not self.hold(sample, rng):
                continue
            for name, call in self.calls.items():
                sample.values.update(abstract(name, call, sizes, rng))
            for name in self.declared:
                sample.values.update(entrywise(name, rng))
            try:
                if self.fits(sample):
                    return sample
            except EvaluationError as error:
                problem = error
        reason = f": {problem}" if problem else ""
        raise EvaluationError(f"no values were found at which the expression is defined{reason}")

    def hold(self, sample: Sample, rng: Rng) -> bool:
        """Whether values were found at which the equations of the question hold; they are put in."""
        assert self.equations is not None
        found = values_holding(self.book, self.equations.stated, sample.sizes, rng)
        sample.values.update(found or {})
        return found is not None

    def value(self, e: Expr, sizes: Mapping[str, int], rng: Rng, attempt: int) -> Any:
        """A value of a variable; later attempts try positive and small ones."""
        properties = set(e.data[2])
        properties |= {p for p, args in self.assumptions if args == (e,) and p != "distinct"}
        if e.is_scalar and any(p == "integer" and e.data[0] in args[0].free for p, args in self.assumptions):
            properties.add("integer")
        if attempt % 4 in (1, 3) and not properties:
            properties = {"positive"}
        shape = (size_of(e.shape[0], sizes), size_of(e.shape[1], sizes))
        scale = (1.0, 1.0, 0.3, 0.3)[attempt % 4] if attempt else 1.0
        return outward(draw(rng, shape, properties, scale), e.shape)

    def fits(self, sample: Sample) -> bool:
        """Whether the expression is finite, smooth and as assumed around a sample."""
        values = sample.values
        value = evaluate(self.root, values, self.nodes, self.book)
        if not np.all(np.isfinite(value)) or np.abs(value).max(initial=0) > 1e6:
            return False
        if not all(has_property("invertible", evaluate(a, values, self.nodes, self.book)) for a in self.inverted):
            return False  # rounding would give an inverse of a singular matrix too
        for prop, args in self.assumptions:
            got = [evaluate(a, values, self.nodes, self.book) for a in args]
            if any(np.iscomplexobj(g) for g in got) or not self.holds(prop, args, got):
                return False
        return all(smooth(e.op, *(evaluate(a, values, self.nodes, self.book) for a in e.args)) for e in self.kinks)

    def holds(self, prop: str, args: tuple[Expr, ...], got: list[Any]) -> bool:
        if prop == "nonzero" or (prop == "invertible" and np.ndim(got[0]) != 2):
            return bool(np.abs(got[0]).max() > MARGIN)
        return has_property(prop, *got)


def smooth(op: str, *args: Array) -> bool:
    """Whether the arguments of an operation are away from its kinks (the trait `kink`).

    >>> smooth("abs", np.array([0.5, -1.0])), smooth("max", np.ones(2), np.ones(2)), smooth("exp", 0.0)
    (True, False, True)
    """
    where = traits(op).kink
    return not where or bool(np.min(_DISTANCES[where](*map(np.asarray, args)), initial=np.inf) > MARGIN)


def _top_two(x: Array) -> Array:
    return np.diff(np.sort(np.ravel(x))[-2:])


def _top_two_in_rows(x: Array) -> Array:
    return np.diff(np.sort(np.atleast_2d(x), axis=1)[:, -2:])


_DISTANCES: dict[str, Callable[..., Array]] = {
    "0": np.abs,
    "integers": lambda x: np.abs(x - np.round(x)),
    "halves": lambda x: np.abs(2 * x - np.round(2 * x)),
    "equal": lambda x, y: np.abs(x - y),
    "largest": _top_two,
    "smallest": lambda x: _top_two(-x),
    "moduli": lambda x: _top_two(np.abs(x)),
    "row-largest": _top_two_in_rows,
    "row-smallest": lambda x: _top_two_in_rows(-x),
    "row-moduli": lambda x: _top_two_in_rows(np.abs(x)),
}


def abstract(name: str, call: Expr, sizes: Mapping[str, int], rng: Rng) -> dict[str, Any]:
    """A smooth random function in place of an abstract one, with its derivatives by each argument."""
    count = size_of(call.shape[0], sizes) * size_of(call.shape[1], sizes)
    widths = [size_of(a.shape[0], sizes) * size_of(a.shape[1], sizes) for a in call.args]
    inner = [rng.standard_normal((3, n)) / 2 for n in widths]
    outer = [rng.standard_normal((count, 3)) for _ in call.args]
    rows, columns = (size_of(d, sizes) for d in call.shape)

    def flat(x: Any) -> Array:
        return np.reshape(x, -1, order="F")

    def value(*xs: Any) -> Any:
        y = sum(c @ np.sin(b @ flat(x)) for b, c, x in zip(inner, outer, xs, strict=True))
        return outward(np.reshape(y, (rows, columns), order="F"), call.shape)

    out: dict[str, Any] = {name: value}
    for k, a in enumerate(call.args):

        def partial(*xs: Any, k: int = k) -> Any:
            j = (outer[k] * np.cos(inner[k] @ flat(xs[k]))) @ inner[k]
            shape = (call.shape[0] * call.shape[1], call.args[k].shape[0] * call.args[k].shape[1])
            return outward(j, shape)

        if a.op == "var":
            out[f"∂{name}/∂{a.data[0]}"] = partial
        if len(call.args) == 1:
            out[f"∂{name}"] = partial
    return out


_ORDERS = 6  # derivatives of a declared elementwise function that checks may need


def entrywise(name: str, rng: Rng) -> dict[str, Any]:
    """A smooth random function in place of an elementwise one that is only declared, with its derivatives."""
    heights, rates, shifts = rng.uniform(0.5, 1.5, (3, 3))

    def derivative(order: int) -> Callable[[Array], Array]:
        def value(x: Array) -> Array:
            waves = np.sin(np.multiply.outer(x, rates) + shifts + order * np.pi / 2)
            return waves @ (heights * rates**order)

        return value

    return {name + "'" * k: derivative(k) for k in range(_ORDERS)}
