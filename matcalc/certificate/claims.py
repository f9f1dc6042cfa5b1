"""What a derivative claims, and the two sides of that claim at a point."""

from __future__ import annotations

import itertools
import math
from operator import mul

from ..rulebook.book import RuleBook
from ..rulebook.equations import equations_of
from ..rulebook.structures import structure_of
from ..terms.expression import Expr, add, differential_of, einsum, num, prod, zeros
from ..terms.payloads import Axis
from ..terms.rebuild import fresh_counter, series, substitute
from ..terms.records import NamedTuple, dataclass
from ..terms.shapes import ONE, SCALAR, Shape
from ..terms.walks import postorder
from .arrays import Arrays, Flat, Jet
from .constraints import ORDERS, satisfying
from .evaluation import Point, Walks
from .operations import STEPS
from .points import counted, drawn, moved
from .rings import Ring


@dataclass(frozen=True)
class Claim:
    """That `answer` is the derivative of `source` by `variables`.

    The form is "layout" (the axes of numerator or denominator layout; of order 2 those of the variable twice), "vec",
    "hvp" (times the variable called `direction`), "differential" or "entries" (all axes in their own order).
    """

    source: Expr
    variables: tuple[Expr, ...]
    answer: Expr
    layout: str = "numerator"
    order: int = 1
    structure: str = "free"
    form: str = "layout"
    direction: str = ""

    @property
    def whole_shape(self) -> Shape:
        """The shape of all the variables together."""
        return self.variables[0].shape


def expected(c: Claim) -> list[Shape]:
    """The shapes that the answer may have; none where its form has no rule."""
    f = c.source.shape
    x = c.whole_shape
    if c.form in ("hvp", "differential"):
        return [x if c.form == "hvp" else f]
    if c.form == "entries":
        return []
    if len(c.variables) > 1:
        count = ONE * len(c.variables)
        if c.order == 2:
            return [(count, count)]
        shape: Shape = (f[0] * f[1], count) if f != SCALAR else (ONE, count)
        return [shape if c.layout == "numerator" else shape[::-1]]
    if c.form == "vec":
        shape = (f[0] * f[1], x[0] * x[1]) if c.order == 1 else (x[0] * x[1],) * 2
        return [shape if c.layout == "numerator" or c.order == 2 else shape[::-1]]
    below = tuple(n for n in x if n is not ONE)
    if c.order == 2:
        return [(*below, *below) if below else SCALAR]
    if f == SCALAR or x == SCALAR:
        shape = x[::-1] if f == SCALAR and x != SCALAR else f
        return [shape if c.layout == "numerator" else shape[::-1]]
    shape = (*(n for n in f if n is not ONE or len(f) != 2), *below[::-1])
    return [shape if c.layout == "numerator" else shape[::-1]]


def turned(a: Flat, sizes: tuple[int, ...]) -> Flat:
    """The entries with all axes in the opposite order: of a matrix column by column.

    >>> turned([1, 2, 3, 4, 5, 6], (2, 3))
    [1, 4, 2, 5, 3, 6]
    """
    if len(sizes) == 2:
        return a if 1 in sizes else [v for j in range(sizes[1]) for v in a[j :: sizes[1]]]
    places, stride = [0], 1
    for n in reversed(sizes):
        places = [at + k * stride for at in places for k in range(n)]
        stride *= n
    return [a[k] for k in places]


class Facts(NamedTuple):
    """What the nodes of a claim tell of the values that it can be tried with."""

    whole: frozenset[str]  # the names of whole numbers
    least: int  # the smallest size at which every entry that is picked out is there
    walks: Walks  # the nodes of both sides in the order in which they are evaluated, the same at every point


def facts_of(nodes: list[Expr], walks: Walks) -> Facts:
    """The facts of the nodes of a claim."""
    picked = (k for e in nodes if e.op == "index" for s in e.data for k in s[1:] if isinstance(k, int))
    return Facts(counted(nodes), max((abs(k) + 1 for k in picked), default=2), walks)


class Sides(NamedTuple):
    """The two sides of a claim at a point, the sizes there, and the value of the source."""

    left: Flat
    right: Flat
    sizes: dict[str, int]
    value: Flat


def sides(c: Claim, ring: Ring, book: RuleBook, facts: Facts, turn: int
          ) -> Sides:  # fmt: skip
    """The differential of the source along a random direction, and the answer along it."""
    more = max(0, facts.least - 2)
    sizes = itertools.chain((n + more for n in ORDERS[turn % 4]), itertools.count(more + 5))
    whole = facts.whole
    p = Point(ring, c.order, STEPS, book, sizes)
    p.make, p.walks = lambda e: drawn(p, e, whole), facts.walks
    equations = equations_of(book)
    if equations is not None:
        p.variables = {name: [a] for name, a in satisfying(p, equations, whole).items()}
    if c.form == "hvp":
        return Sides(*_products(c, p, whole), p.sizes, p.value(c.source)[0])
    directions = []
    for v in c.variables:
        a = ring.draw(math.prod(p.size(v.shape)))
        directions.append(a)
        at = _value(p, v, whole)
        p.variables[v.data[0]] = [*at, _moved(p, v, c.structure, a, at)]
    y = p.value(c.source)
    d = y[c.order] if len(y) > c.order else [0] * len(y[0])
    if c.order == 2:
        d = p.arrays.scaled(2, [d])[0]
    still = resting(p, whole)
    for v, a in zip(c.variables, directions, strict=True):
        still.variables[f"d({v.data[0]})"] = [a]
    a = still.value(c.answer)[0]
    return Sides(*_along(c, p, a, d, [v for x in directions for v in x]), p.sizes, y[0])


def _moved(p: Point, x: Expr, structure: str, a: Flat, at: Jet) -> Flat:
    """A direction along the structure: on a manifold what its line makes of a gradient, which is symmetric."""
    found = structure_of(x, structure, p.book)
    if found is None or not found.is_manifold:
        return moved(p, x, structure.partition(" ")[0], a)
    q = Point(p.ring, 0, p.steps, p.book)
    q.sizes, q.spare, q.shapes, q.make = p.sizes, p.spare, p.shapes, p.make
    d = differential_of(x)
    q.variables = {**{n: v[:1] for n, v in p.variables.items()}, x.data[0]: at[:1], f"d({x.data[0]})": [a]}
    out = q.value(found.gradient(d))[0]
    p.variables.update({n: v for n, v in q.variables.items() if n not in p.variables and n[:2] != "d("})
    return out


def _value(p: Point, x: Expr, whole: frozenset[str]) -> Jet:
    """The value of a variable that equations bind, or a drawn one."""
    return p.variables.get(x.data[0]) or drawn(p, x, whole)


def resting(p: Point, whole: frozenset[str]) -> Point:
    """The same point without the motion: what was found for the source is not computed again."""
    q = Point(p.ring, 0, p.steps, p.book)
    q.sizes, q.spare, q.shapes, q.walks = p.sizes, p.spare, p.shapes, p.walks
    q.memo = [{e: x[:1] for e, x in p.memo[0].items()}]
    q.variables = {name: x[:1] for name, x in p.variables.items()}
    q.make = lambda e: drawn(q, e, whole)
    return q


def _along(c: Claim, p: Point, a: Flat, d: Flat, e: Flat) -> tuple[Flat, Flat]:
    """The differential, and the answer along a direction, in the same order of entries."""
    s, own = p.arrays, p.size(c.source.shape)
    other = p.size(c.whole_shape) if len(c.variables) == 1 else (len(c.variables), 1)
    if c.form == "differential":
        return d, a
    if c.order == 2:
        e = turned(e, other) if c.form == "vec" else e
        once = matrix_times(s, a, e)
        across = matrix_times(s, turned(a, (len(e), len(e))), e)
        return [*d, *once], [*s.fixed([sum(map(mul, once, e))]), *across]
    if c.form == "entries":
        return d, matrix_times(s, a, e)
    if c.layout == "numerator":
        rows = turned(d, own) if c.form == "vec" else d
        return rows, matrix_times(s, a, turned(e, other))
    across = turned(e, other) if c.form == "vec" else e
    return turned(d, own), s.fixed([sum(map(mul, a[j :: len(d)], across)) for j in range(len(d))])


def matrix_times(s: Arrays, a: Flat, e: Flat) -> Flat:
    """A matrix, row by row, times a vector."""
    n = len(e)
    return s.fixed([sum(map(mul, a[i : i + n], e)) for i in range(0, len(a), n)])


def _products(c: Claim, p: Point, whole: frozenset[str]) -> tuple[Flat, Flat]:
    """The second differential along the direction and another, from those along their sum and their difference."""
    x, s = c.variables[0], p.arrays
    count = math.prod(p.size(x.shape))
    at, v, e = _value(p, x, whole)[0], p.ring.draw(count), p.ring.draw(count)
    found = []
    for sign in (1, -1):
        p.memo, p.variables[x.data[0]] = [{}], [at, s.fixed([a + sign * b for a, b in zip(v, e, strict=True)])]
        found.append(s.padded(p.value(c.source))[2][0])
    still = resting(p, whole)
    still.variables[c.direction] = [v]
    answer = still.value(c.answer)[0]
    mixed = s.scaled(p.ring.half, [[found[0] - found[1]]])[0]
    return mixed, s.fixed([sum(map(mul, answer, e))])


EntryFactors = tuple[tuple[Expr, tuple[str, ...]], ...]
EntrySums = tuple[tuple[str, Expr, Expr], ...]


def from_entries(shape: Shape, labels: tuple[str, ...],
                 terms: list[tuple[tuple[Expr, ...], EntryFactors, EntrySums]]) -> Expr:  # fmt: skip
    """The array whose entry with the indices `labels` is a sum of products of entries."""
    parts = []
    for scalars, factors, sums in terms:
        names = sorted({n for _, own in factors for n in own} | set(labels))
        number = {n: k for k, n in enumerate(names)}
        ins = tuple(tuple((number[n],) for n in own) for _, own in factors)
        out: list[Axis] = []
        for label in labels:
            inner = sorted(n for n in names if n.startswith(f"{label}_") and n[len(label) + 1 :].isdigit())
            out.append(tuple(number[n] for n in inner) if inner else (number[label],))
        body = prod(*scalars, einsum(tuple(e for e, _ in factors), ins, tuple(out), shape))
        for name, first, last in sums:
            index = fresh_counter()
            bound = {v: index for v in postorder(body) if v.op == "var" and v.data[0] == name}
            body = series(substitute(body, bound), index, first, last)
        parts.append(body)
    return add(*parts) if parts else num(0) if shape == SCALAR else zeros(shape)
