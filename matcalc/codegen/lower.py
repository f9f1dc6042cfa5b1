"""Expressions to plans: each part once, in the order in which it is needed.

Lowering does not recurse: a step is a generator that yields the expressions (or the steps) that it needs and is sent
their values.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from fractions import Fraction
from typing import Any

from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..terms.expression import Expr
from ..terms.shapes import ONE, SCALAR, Dim
from ..terms.walks import postorder
from .arrays import ARRAYS
from .plan import Plan, Value, axes_of, widest
from .products import Products
from .reductions import REDUCTIONS
from .sizes import Sizes, ranks

Step = Generator[Any, Any, Any]

ANY_RANK = frozenset(
    ("sum", "mean", "prodall", "norm", "norm1", "norminf", "normp", "logsumexp", "amax", "amin", "softmax",
     "log_softmax", "cross", "skew", "cumprod", "circulant", "toeplitz", "atan2", "besselj", "bessely", "besseli",
     "besselk", "polygamma")
)  # operations on all entries, whatever the axes, or on vectors
FEW = 4  # sums with the same last term that are looked at
SMALL = 40  # tokens of a shared part that may be multiplied out each time it is used


class Lowering:
    """The values of expressions in one plan.

    >>> import matcalc
    >>> low = Lowering()
    >>> a, b = (low.value(matcalc.parse(s)) for s in ("(A*x)'*(A*x)", "A*x"))
    >>> a.args[0] is b
    True
    """

    def __init__(self, roots: Iterable[Expr] = (), book: RuleBook | None = None, nonnegative: Iterable[Expr] = ()):
        self.plan = Plan()
        self.facts = Facts(book=book)
        self.known_nonnegative = frozenset(nonnegative)
        self.values: dict[Expr, Value] = {}
        self.uses: dict[Expr, int] = {}
        self.nodes: dict[Expr, None] = {}
        for root in roots:
            self.nodes.update(dict.fromkeys(postorder(root)))
        for e in self.nodes:
            for a in e.args:
                self.uses[a] = self.uses.get(a, 0) + 1
        self.sizes = Sizes(ranks(self.nodes))
        self.products = Products(self)
        self.totals: dict[int, list[tuple[set[int], Value]]] = {}  # sums and their terms, by the last of these

    def opens(self, e: Expr) -> bool:
        """Whether a part may be taken apart where it is used, rather than computed once as a whole."""
        return self.uses.get(e, 0) <= 1 or e.cost <= SMALL

    def once(self, e: Expr) -> bool:
        """Whether a part is used in one place."""
        return self.uses.get(e, 0) <= 1

    def noted(self, e: Expr, m: Value) -> bool:
        """Whether a matrix is symmetric; of a definite one the plan takes note."""
        if self.facts.holds("spd", e):
            self.plan.definite.add(m.number)
        return self.facts.holds("symmetric", e)

    def nonnegative(self, e: Expr) -> bool:
        """Whether an array is known to have no negative entry: products of what is positive, and even powers."""
        parts = e.args if e.op in ("had", "prod") else (e,)
        return all(x in self.known_nonnegative or _is_even(x) or self.facts.holds("positive", x) for x in parts)

    def value(self, root: Expr) -> Value:
        """The value of an expression."""
        result: Any = None
        stack: list[tuple[Expr | None, Step]] = [(None, self._request(root))]
        while stack:
            e, step = stack[-1]
            try:
                wanted = step.send(result)
            except StopIteration as done:
                stack.pop()
                result = done.value
                if e is not None:
                    self.values[e] = result
                continue
            result = None
            if isinstance(wanted, Expr):
                result = self.values.get(wanted)
                if result is None:
                    stack.append((wanted, self.step(wanted)))
            else:
                stack.append((None, wanted))
        assert isinstance(result, Value)
        return result

    def _request(self, e: Expr) -> Step:
        return (yield e)

    def step(self, e: Expr) -> Step:
        """The generator that computes a node."""
        if e.is_elementwise:
            if e.op == "log":
                return self.log(e)
        else:
            found = STEPS.get(e.op) or REDUCTIONS.get(e.op) or ARRAYS.get(e.op)
            if found is not None:
                return found(self, e)
        return self.function(e)

    # --- leaves ------------------------------------------------------------------------------------------------

    def variable(self, e: Expr) -> Step:
        yield from ()
        return self.plan.make("input", data=e.data[0], axes=axes_of(e.shape))

    def differential(self, e: Expr) -> Step:
        yield from ()
        return self.plan.make("input", data=f"d{e.data[0]}", axes=axes_of(e.shape))

    def leaf(self, e: Expr) -> Step:
        yield from ()
        if e.op == "size":
            return self.plan.make("size", data=Dim.of(e.data))
        return self.plan.make("number" if e.op == "num" else e.op, data=e.data, axes=axes_of(e.shape))

    # --- entry by entry ----------------------------------------------------------------------------------------

    def function(self, e: Expr) -> Step:
        """An elementwise function, or an operation of the table."""
        args = []
        for a in e.args:
            args.append((yield a))
        p, scalar = self.plan, e.shape == SCALAR
        if e.is_unspecified:  # the caller gives f, df, d2f, ...
            stem = e.op.rstrip("'")
            order = len(e.op) - len(stem)
            name = "d" * bool(order) + (str(order) if order > 1 else "") + stem
            return p.make("call", *args, data=name, axes=args[0].axes)
        if e.op in ("det", "logdet", "inv") and args[0].rank:
            self.noted(e.args[0], args[0])
        if e.is_elementwise or e.op == "tetragamma":
            return p.make("fn", *args, data=e.op, axes=args[0].axes)
        if e.op not in ANY_RANK:
            args = [self.as_matrix(v, a) for v, a in zip(args, e.args, strict=True)]
        axes = axes_of(e.shape)
        found = axes if scalar or e.op in ANY_RANK else e.shape
        if e.op.endswith("_rows"):
            found = e.shape if e.op.endswith("softmax_rows") else e.shape[:1]
        whole = p.make(e.op, *args, data=e.data, axes=found)
        return p.make("reshape", whole, data=axes, axes=axes) if found != axes else whole

    def as_matrix(self, v: Value, e: Expr) -> Value:
        """An argument of an operation on matrices with two axes."""
        p = self.plan
        if v.rank == 1:
            return p.column(v) if e.shape[1] is ONE else p.row(v)
        return v if v.rank else p.make("reshape", v, data=(ONE, ONE), axes=(ONE, ONE))

    def log(self, e: Expr) -> Step:
        """log(1 + u) is log1p(u)."""
        x = e.args[0]
        if x.op == "add" and len(x.args) == 2 and any(_is_one(a) for a in x.args):
            rest = next(a for a in x.args if not _is_one(a)) if not all(map(_is_one, x.args)) else x.args[0]
            if rest.op == "exp":
                return (yield self._named("softplus", rest.args[0]))
            return (yield self._named("log1p", rest))
        return (yield self._named("log", x))

    def _named(self, name: str, x: Expr) -> Step:
        v = yield x
        return self.plan.make("fn", v, data=name, axes=v.axes)

    def add(self, e: Expr) -> Step:
        """A sum; arrays that repeat a scalar, a row or a column are added as what they repeat."""
        if len(e.args) == 2:
            for x, y in (e.args, e.args[::-1]):
                if x.op == "exp" and _is_minus_one(y):
                    return (yield self._named("expm1", x.args[0]))
        terms = []
        for a in e.args:
            terms.append(self.values.get(a) or (yield a))
        return self.with_known(terms)

    def with_known(self, terms: list[Value]) -> Value:
        """A sum that contains another one is that one and the rest, so that sums of sums stay small."""
        numbers = {v.number for v in terms}
        apart = len(numbers) == len(terms) > 1  # a term that stands twice is none of another sum's
        if apart:
            found = next(self.inside(numbers), None)
            if found is not None:
                inner, total = found
                terms = [total, *(v for v in terms if v.number not in inner)]
        result = self.sum(terms) if len(terms) > 1 else terms[0]
        if apart:
            self.totals.setdefault(max(numbers), []).append((numbers, result))
        return result

    def inside(self, numbers: set[int]) -> Iterator[tuple[set[int], Value]]:
        """The sums of some of these terms that there are, those with the latest term first."""
        for number in sorted(numbers, reverse=True):
            for inner, total in self.totals.get(number, ())[-FEW:]:
                if len(inner) <= len(numbers) and inner <= numbers:
                    yield inner, total

    def sum(self, terms: list[Value]) -> Value:
        """The sum of values of one shape, broadcast where this saves an array."""
        widest = max(terms, key=lambda v: v.rank)
        if widest.rank in (1, 2):
            narrow = [self.narrow(v) for v in terms]
            terms = narrow if fills(narrow, widest.axes) else [terms[0], *narrow[1:]]
        return self.plan.add(*terms)

    def narrow(self, v: Value) -> Value:
        """What an array repeats, to be broadcast: 1 for ones, a column for x*ones(1, n)."""
        p = self.plan
        if v.op == "neg":
            inner = self.narrow(v.args[0])
            return v if inner is v.args[0] else p.neg(inner)
        if v.op in ("ones", "zeros"):
            return p.number(1 if v.op == "ones" else 0)
        if v.op == "mul" and v.args[-1].rank == v.rank and all(a.rank == 0 for a in v.args[:-1]):
            inner = self.narrow(v.args[-1])
            return v if inner is v.args[-1] else p.mul(*v.args[:-1], inner)
        if v.op == "outer":
            x, y = v.args
            if y.op == "ones":
                return p.column(x)
            if x.op == "ones":
                return p.row(y)
        return v

    def factors(self, v: Value) -> list[Value]:
        """The factors of an array in an elementwise product; an outer product is a column by a row."""
        p = self.plan
        if v.op in ("mul", "neg"):
            found = [f for a in v.args for f in (self.factors(a) if a.rank == v.rank else [a])]
            return [p.number(-1), *found] if v.op == "neg" else found
        narrow = self.narrow(v)
        if narrow is not v:
            return [] if p.is_number(narrow, 1) else [narrow]
        return [p.column(v.args[0]), p.row(v.args[1])] if v.op == "outer" else [v]

    def had(self, e: Expr) -> Step:
        """An elementwise product; powers with negative exponents divide."""
        above, below = [], []
        for a in e.args:
            if _divides(a):
                below.append((yield self.denominator(a)))
            else:
                above.append((yield a))
        return self.times(above, below, e)

    def times(self, above: list[Value], below: list[Value], e: Expr) -> Value:
        """A product of arrays of the shape of e, divided by others."""
        p, axes = self.plan, axes_of(e.shape)
        top = [f for v in above for f in self.factors(v)]
        if top and not below and not fills(top, axes):
            top = above
        if top and below and not fills([*top, *below], axes):
            top = above
        if not top and not below:
            return p.make("ones", axes=axes)
        body = p.mul(*top) if top else p.number(1)
        return p.div(body, p.mul(*below)) if below else body

    def denominator(self, e: Expr) -> Step:
        """What a power with a negative number as exponent divides by."""
        x = yield e.args[0]
        if e.args[0].op == "norm" and e.args[1].data == -2:
            return self.square_of_norm((yield e.args[0].args[0]))
        return self.plan.power(x, -e.args[1].data)

    def prod(self, e: Expr) -> Step:
        """Scalars, and perhaps an array. The scalars are multiplied first; a product of matrices takes them in."""
        above, below = [], []
        scalars = e.args if e.shape == SCALAR else e.args[:-1]
        if e.args[-1].op == "mm" and any("mm" in (a.op, *(b.op for b in a.args)) for a in scalars):
            yield self.products.chain(e.args[-1], self.plan.number(1))  # a scalar may use what the product computes
        for a in scalars:
            if _divides(a):
                below.append((yield self.denominator(a)))
            elif a.op == "num" and isinstance(a.data, Fraction) and (e.shape == SCALAR or abs(a.data.numerator) == 1):
                above.append(self.plan.number(a.data.numerator))
                below.append(self.plan.number(a.data.denominator))
            else:
                above.append((yield a))
        return (yield self.scaled(above, below, None if e.shape == SCALAR else e.args[-1]))

    def scaled(self, above: list[Value], below: list[Value], array: Expr | None) -> Step:
        """An array times scalars, divided by scalars."""
        p = self.plan
        scale = p.mul(*above) if above else p.number(1)
        divisor = p.mul(*below) if below else None
        if array is None:
            return p.div(scale, divisor) if divisor is not None else scale
        if array.op in ("mm", "t"):
            return (yield self.products.chain(array, p.div(scale, divisor) if divisor is not None else scale))
        if divisor is not None and not (p.is_number(scale, 1) or p.is_number(scale, -1)):
            scale, divisor = p.div(scale, divisor), None
        if divisor is not None and _divides(array):
            x = yield self.denominator(array)
            return p.div(scale, p.mul(divisor, x))
        if _divides(array):
            x = yield self.denominator(array)
            return p.div(scale, x)
        x = yield array
        return p.scale(p.div(scale, divisor) if divisor is not None else scale, x)

    def power(self, e: Expr) -> Step:
        """A power of scalars or entry by entry."""
        base, exponent = e.args
        if base.op == "norm" and exponent.op == "num" and exponent.data == 2:
            return self.square_of_norm((yield base.args[0]))
        x = yield base
        if exponent.op == "num" and not isinstance(exponent.data, complex):
            return self.plan.power(x, exponent.data)
        y = yield exponent
        return self.plan.make("pow", x, y, axes=x.axes)

    def square_of_norm(self, x: Value) -> Value:
        """The sum of the squares of the entries."""
        if x.op == "neg":
            x = x.args[0]
        return self.plan.inner(x, x)

    def extremum(self, e: Expr) -> Step:
        """max, min and comparisons; arrays of one number are that number."""
        x, y = (yield e.args[0]), (yield e.args[1])
        narrow = [self.narrow(v) for v in (x, y)]
        if any(n is v for n, v in zip(narrow, (x, y), strict=True)):
            x, y = narrow
        return self.plan.make(e.op, x, y, axes=widest([x, y]))

    def product(self, e: Expr) -> Step:
        return (yield self.products.chain(e, self.plan.number(1)))

    def transpose(self, e: Expr) -> Step:
        x = e.args[0]
        product = x.args[-1] if x.op == "prod" else x
        if product.op == "mm" and self.once(x) and self.once(product):
            return (yield self.products.chain(e, self.plan.number(1)))
        return self.plan.t((yield x))


def _divides(e: Expr) -> bool:
    if e.op not in ("pow", "epow") or e.args[1].op != "num":
        return False
    value = e.args[1].data
    return not isinstance(value, complex) and bool(value < 0)


def _is_even(e: Expr) -> bool:
    return e.op in ("pow", "epow") and e.args[1].op == "num" and e.args[1].data in (2, 4)


def _is_one(e: Expr) -> bool:
    return e.op == "ones" or (e.op == "num" and e.data == 1)


def _is_minus_one(e: Expr) -> bool:
    if e.op == "prod" and len(e.args) == 2 and e.args[1].op == "ones":
        e = e.args[0]
    return e.op == "num" and bool(e.data == -1)


def fills(values: list[Value], axes: tuple[Dim, ...]) -> bool:
    """Whether values that are broadcast together have all axes."""
    full = [v for v in values if v.rank == len(axes)]
    return all(any(v.axes[k] is not ONE for v in full) for k in range(len(axes)))


STEPS: dict[str, Callable[[Lowering, Expr], Step]] = {
    "var": Lowering.variable, "d": Lowering.differential,
    **dict.fromkeys(("num", "const", "size", "eye", "ones", "zeros", "counter"), Lowering.leaf),
    "add": Lowering.add, "had": Lowering.had, "prod": Lowering.prod, "pow": Lowering.power,
    "epow": Lowering.power, "mm": Lowering.product, "t": Lowering.transpose,
    **dict.fromkeys(("max", "min", "gt", "ge", "lt", "le", "eq", "ne"), Lowering.extremum),
}  # fmt: skip
