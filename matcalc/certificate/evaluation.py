"""The value of an expression as a series, while one or more variables move along a direction."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from ..rulebook.book import RuleBook
from ..rulebook.definitions import definitions
from ..rulebook.reader import Rule
from ..terms.expression import Expr
from ..terms.payloads import LinearKernel
from ..terms.shapes import SCALAR, Dim, Shape
from ..terms.signatures import Operation
from ..terms.walks import around, outside
from . import matrices
from .arrays import Arrays, Flat, Jet, Size
from .contraction import contracted
from .rings import NotCovered, Ring, Unlucky, mix
from .series import VALUES

MOST_ENTRIES = 15_000  # of one array; I ⊗ K ⊗ I of four sizes has 14,400
MOST_WORK = 100_000  # entries of all arrays
DEEPEST = 12  # finite sums in one another


class Point:
    """Values at one point: sizes for the names of dimensions, and a series for each variable."""

    def __init__(self, ring: Ring, order: int, steps: Mapping[str, Step], book: RuleBook,
                 sizes: Iterable[int] = ()) -> None:  # fmt: skip
        self.ring, self.arrays, self.order = ring, Arrays(ring, order), order
        self.steps, self.book, self.definitions = steps, book, book.view(definitions)
        self.sizes: dict[str, int] = {}
        self.spare = iter(sizes)
        self.shapes: dict[Shape, Size] = {}
        self.counts: dict[Shape, int] = {}
        self.variables: dict[str, Jet] = {}
        self.make: Callable[[Expr], Jet] = lambda e: [ring.draw(math.prod(self.size(e.shape)))]
        self.memo: list[dict[Expr, Jet]] = [{}]
        self.counters: dict[int, int] = {}
        self.work = 0
        self.walks: Walks = {}

    # --- sizes ---------------------------------------------------------------------------------------------

    def dim(self, dim: Dim) -> int:
        """The size that a dimension has here."""
        total = 0
        for names, c in dim.terms:
            for n in names:
                if n not in self.sizes:
                    self.sizes[n] = next(self.spare)
                c *= self.sizes[n]
            total += c
        if not 0 < total <= MOST_ENTRIES:
            raise Unlucky if total <= 0 else NotCovered(f"the size {total}")
        return total

    def size(self, shape: Shape) -> Size:
        """The sizes of the axes; NotCovered if there are too many entries."""
        found = self.shapes.get(shape)
        if found is None:
            found = tuple([self.dim(d) for d in shape])
            if math.prod(found) > MOST_ENTRIES:
                raise NotCovered("arrays with so many entries")
            self.shapes[shape] = found
        return found

    # --- the walk --------------------------------------------------------------------------------------------

    def value(self, root: Expr) -> Jet:
        """The series of an expression, all arrays row by row."""
        here = self.memo[-1]
        if len(self.memo) == 1:
            for e, args in self.walks.get(root) or [(e, around(e)) for e in outside(root)]:
                if e not in here:
                    here[e] = self.step(e, [here[a] for a in args])
            return here[root]
        for e in outside(root):
            if not any(e in known for known in self.memo):
                here[e] = self.step(e, [self.known(a) for a in around(e)])
        return self.known(root)

    def known(self, e: Expr) -> Jet:
        """What has been found already."""
        return next(known[e] for known in self.memo if e in known)

    def step(self, e: Expr, args: list[Jet]) -> Jet:
        """The series of a node from those of its arguments."""
        count = self.counts.get(e.shape)
        if count is None:
            count = self.counts[e.shape] = math.prod(self.size(e.shape))
        self.work += count * (len(args) + 1)
        if self.work > MOST_WORK:
            raise NotCovered("so many steps")
        if isinstance(e.data, Operation) and not e.is_elementwise:
            raise NotCovered(e.op)
        found = self.steps.get(e.op)
        if found is not None:
            return found(self, e, args)
        if e.op in self.definitions:
            return self.defined(self.definitions[e.op], args[0], e.shape)
        if e.op in VALUES:
            return self.arrays.of(e.op, args[0])
        raise NotCovered(e.op)

    def defined(self, rule: Rule, x: Jet, shape: Shape) -> Jet:
        """A function that a line `name(A) := expression` defines."""
        if len(self.memo) > DEEPEST:
            raise NotCovered("definitions so deep")
        inner = Point(self.ring, self.order, self.steps, self.book)
        inner.memo = [{}, *self.memo[1:], {}]
        letter = rule.lhs
        rows, columns = self.size(shape)
        inner.sizes = {n: s for d, s in zip(letter.shape, (rows, columns), strict=True) for n in d.names}
        inner.make = lambda _: x
        return inner.value(rule.rhs)

    # --- leaves ------------------------------------------------------------------------------------------------

    def variable(self, e: Expr, _: list[Jet]) -> Jet:
        name = e.data[0] if e.op == "var" else f"d({e.data[0]})"
        if name not in self.variables:
            self.variables[name] = self.make(e)
        return self.variables[name]

    def filled(self, e: Expr, _: list[Jet]) -> Jet:
        size = self.size(e.shape)
        return self.arrays.eye(size[0]) if e.op == "eye" else [[int(e.op == "ones")] * math.prod(size)]

    def constant(self, e: Expr, _: list[Jet]) -> Jet:
        if e.op == "const":
            return [[self.ring.exp(1) if e.data == "e" else self.ring.atom("pi", 0)]]
        if e.op == "counter":
            return [[self.ring.number(self.counters[e.data])]]
        return [[self.ring.number(self.dim(Dim.of(e.data)) if e.op == "size" else e.data)]]

    # --- products and powers -------------------------------------------------------------------------------------

    def product(self, e: Expr, args: list[Jet]) -> Jet:
        total = args[0]
        for x in args[1:]:
            total = self.arrays.times(total, x) if e.op == "prod" else self.arrays.had(total, x)
        return total

    def chain(self, e: Expr, args: list[Jet]) -> Jet:
        """A chain of matrix products, from its narrow end."""
        sizes = [self.size(a.shape) for a in e.args]
        m, q = sizes[0][0], sizes[-1][1]
        if m <= q:
            total = args[0]
            for x, (n, k) in zip(args[1:], sizes[1:], strict=True):
                total = self.arrays.mm(total, x, m, n, k)
        else:
            total = args[-1]
            for x, (k, n) in zip(args[-2::-1], sizes[-2::-1], strict=True):
                total = self.arrays.mm(x, total, k, n, q)
        return total

    def power(self, e: Expr, args: list[Jet]) -> Jet:
        """A power entry by entry; an exponent that is no number is a small integer here, or both are positive."""
        exponent = e.args[1]
        if exponent.op == "num":
            return self.arrays.power(args[0], exponent.data)
        base, r = args
        if exponent.shape == SCALAR and base is not None:
            r = [a * len(base[0]) for a in r]
        constant = [self.ring.whole(v) for v in r[0]] if len(r) == 1 else []
        if constant and len(set(constant)) == 1 and constant[0] is not None:
            return self.arrays.power(base, constant[0])
        if constant and None not in constant:
            return self.power_series(base, constant)
        if self.ring.p and len(r) > 1 and (small := [self.ring.whole(v) for v in r[0]]) and None not in small:
            # b^(k + h) with k a whole number: b^k * exp(h*log(b))
            top = self.power_series(base, small)
            rest = self.arrays.had([[0] * len(r[0]), *r[1:]], self.arrays.of("log", base))
            return self.arrays.had(top, self.arrays.of("exp", rest))
        if self.ring.p:
            raise NotCovered("powers with an exponent that is no number")
        return self.arrays.of("exp", self.arrays.had(r, self.arrays.of("log", base)))

    def power_series(self, base: Jet, exponents: list[int | None]) -> Jet:
        """Every entry to a whole power of its own."""
        full = self.arrays.padded(base)
        s = self.arrays
        columns = [s.padded(s.power([[a[i]] for a in full], k or 0)) for i, k in enumerate(exponents)]
        return [[c[j][0] for c in columns] for j in range(self.order + 1)]

    def matrix_power(self, e: Expr, args: list[Jet]) -> Jet:
        n, exponent = self.size(e.shape)[0], e.args[1].data if e.args[1].op == "num" else None
        if exponent is None:
            if len(args[1]) > 1:
                raise NotCovered("a matrix power whose exponent moves")
            exponent = self.ring.whole(args[1][0][0])
            if exponent is None:
                raise NotCovered("a matrix power with such an exponent")
        if isinstance(exponent, int):
            return self.arrays.matrix_power(args[0], n, exponent)
        if self.ring.p:
            raise NotCovered("a matrix power with such an exponent")
        return matrices.real_power(self.arrays, args[0], n, float(Fraction(e.args[1].data)))

    # --- sums over an index, slices, blocks -----------------------------------------------------------------------

    def series(self, e: Expr, limits: list[Jet]) -> Jet:
        """A finite sum: its body for every value of the index, each with what it finds forgotten afterwards."""
        first, last = (self.ring.whole(x[0][0]) if len(x) == 1 else None for x in limits)
        if first is None or last is None or last - first > 50 or len(self.memo) > DEEPEST:
            raise NotCovered("a finite sum with such limits")
        if last < first - 1:
            raise Unlucky
        terms: list[Jet] = [[[0] * math.prod(self.size(e.shape))]]
        before = self.counters.get(e.data)
        for k in range(first, last + 1):
            self.counters[e.data] = k
            self.memo.append({})
            terms.append(self.value(e.args[0]))
            self.memo.pop()
        if before is not None:
            self.counters[e.data] = before
        return self.arrays.sum(terms)

    def index(self, e: Expr, args: list[Jet]) -> Jet:
        sizes = self.size(e.args[0].shape)
        if len(e.data) == 1 and len(sizes) == 2:
            sizes = (math.prod(sizes),)
        picked: list[list[int]] = []
        for spec, n in zip(e.data, sizes, strict=False):
            if spec[0] == "at":
                if not -n <= spec[1] < n:
                    raise Unlucky
                picked.append([spec[1] % n])
            else:
                picked.append(list(range(n))[slice(*spec[1:])])
        picked += [list(range(n)) for n in sizes[len(picked) :]]
        places = [0]
        for chosen, n in zip(picked, sizes, strict=True):
            places = [at * n + k for at in places for k in chosen]
        if len(places) != math.prod(self.size(e.shape)):
            raise Unlucky
        return self.arrays.each(lambda a: [a[k] for k in places], args[0])

    def grid(self, e: Expr, args: list[Jet]) -> Jet:
        """An explicit array of scalars or blocks."""
        rows, columns = e.data
        sizes = [self.size(a.shape) for a in e.args]

        def placed(order: int) -> Flat:
            out: Flat = []
            for r in range(rows):
                row = range(r * columns, (r + 1) * columns)
                for line in range(sizes[r * columns][0]):
                    for k in row:
                        w = sizes[k][1]
                        out += args[k][order][line * w : line * w + w] if len(args[k]) > order else [0] * w
            return out

        return [placed(k) for k in range(max(map(len, args)))]

    def einsum(self, e: Expr, args: list[Jet]) -> Jet:
        sizes = [self.size(a.shape) for a in e.args]
        return contracted(self, e, args, sizes)

    # --- abstract functions, kernels -----------------------------------------------------------------------------

    def unknowns(self, name: str, args: list[Jet], count: int) -> Flat:
        """Numbers that the name and the values of some arguments determine."""
        key = self.ring.seed ^ int.from_bytes(name.encode(), "big")
        for v in (v for x in args for v in x[0]):
            key = mix(key ^ (v if isinstance(v, int) else hash(round(v, 9))))
        return type(self.ring)(mix(key), account=self.ring.account).draw(count)

    def call(self, e: Expr, args: list[Jet]) -> Jet:
        count = math.prod(self.size(e.shape))
        total: Jet = [self.unknowns(e.data, args, count)]
        for k, x in enumerate(args):
            if len(x) > 1 and self.order > 1:
                raise NotCovered(f"the second derivative of the function {e.data}")
            if len(x) > 1:
                slope = self.unknowns(f"{e.data} {k}", args, count * len(x[1]))
                moved = self.arrays.mm([slope], [x[1]], count, len(x[1]), 1)
                total = self.arrays.sum([total, [[0] * count, moved[0]]])
        return total

    def jac(self, e: Expr, args: list[Jet]) -> Jet:
        name, position, transposed, value = e.data
        if any(len(x) > 1 for x in args):
            raise NotCovered(f"the second derivative of the function {name}")
        rows, columns = math.prod(self.size(value)), len(args[position][0])
        slope: Jet = [self.unknowns(f"{name} {position}", args, rows * columns)]
        return self.arrays.turned(slope, rows, columns) if transposed else slope

    def kernel(self, e: Expr, args: list[Jet]) -> Jet:
        """An operation that is linear in its last arguments, with these left out: its value at all unit arrays."""
        sizes = self.size(e.shape)
        if isinstance(e.data, LinearKernel):
            raise NotCovered(e.data.name)
        given = [self.size(a.shape) for a in e.args]
        axes = [sizes[k : k + 2] for k in range(2, len(sizes), 2)]
        columns: list[Jet] = []
        for at in itertools.product(*(range(r * c) for r, c in axes)):
            units: list[Jet] = [[[int(j == k) for j in range(r * c)]] for k, (r, c) in zip(at, axes, strict=True)]
            columns.append(directional(self.arrays, e.data, [*args, *units], [*given, *axes]))
        count, orders = len(columns), max(map(len, columns))
        full = [[*c, *([0] * len(c[0]) for _ in range(orders - len(c)))] for c in columns]
        return [[full[j][k][i] for i in range(sizes[0] * sizes[1]) for j in range(count)] for k in range(orders)]


Walks = Mapping[Expr, Sequence[tuple[Expr, tuple[Expr, ...]]]]  # of a root, each node with what it is made from
Step = Callable[[Point, Expr, list[Jet]], Jet]


def directional(s: Arrays, name: str, args: list[Jet], sizes: list[Size]) -> Jet:
    """An operation that takes directions, or solves for one."""
    m, n = sizes[0]
    if name == "sylvester":
        return s.sylvester(args[0], args[1], args[2], *sizes[2])
    if name in ("dpolar", "dleading"):
        return matrices.along(s, matrices.polar if name == "dpolar" else matrices.leading, args[0], args[1], m, n)
    function = {"expm": matrices.expm, "logm": matrices.logm}.get(name[2:] if name[1] == "2" else name[1:])
    if function is None or s.p:
        raise NotCovered(name)
    return matrices.derived(s, function, args[0], args[1:], n)
