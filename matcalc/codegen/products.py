"""Chains of products: in the order that costs least, without sums, inverses and diagonal matrices that need not be.

The order is that of matrix-chain dynamic programming, with vectors of size 1; where orders cost the same, the
reader's, from the left. A vector is multiplied by each term of a sum, a diagonal matrix scales rows or columns, an
inverse is a solve, a product with ones is a sum along an axis.
"""

from __future__ import annotations

from collections.abc import Generator, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from ..terms.expression import Expr
from ..terms.records import NamedTuple
from ..terms.shapes import ONE, SCALAR, Dim
from .order import BESIDE, Splits, splits
from .plan import Value, is_negative

if TYPE_CHECKING:
    from .lower import Lowering

Step = Generator[Any, Any, Any]

TERMS = 6  # of a sum that a vector is multiplied by one by one
KNOWN = 8  # factors of a product that is looked for among those that there are
DEEP = 16  # factors that a shared product may have to be taken apart


class Factor(NamedTuple):
    """A factor of a chain: what it is, its sizes, and whether it stands transposed.

    `kind` is "value" (computed), "expr" (to be computed), "diag" (by its vector, which is computed), "inv", "sum" and
    "ones" (a vector of ones).
    """

    kind: str
    rows: Dim
    columns: Dim
    expr: Expr | None = None
    value: Value | None = None
    flipped: bool = False

    @property
    def own(self) -> Hashable:
        """What it is, however it stands."""
        if self.value is not None:
            return self.value.number
        return self.expr if self.kind != "ones" else (self.rows, self.columns)

    @property
    def beside(self) -> bool:
        """Whether it only scales what it is multiplied with."""
        return self.kind == "diag"


Key = tuple[tuple[Hashable, bool], ...]


def keys(parts: Sequence[Factor]) -> tuple[Key, Key]:
    """A product by its factors, and its transpose."""
    here = tuple((f.own, f.flipped and f.kind != "diag") for f in parts)
    back = tuple((f.own, not f.flipped and f.kind != "diag") for f in reversed(parts))
    return here, back


class Products:
    """The products of a lowering."""

    def __init__(self, low: Lowering):
        self.low, self.plan = low, low.plan
        self.done: dict[Key, Value] = {}  # the products that there are, by their factors
        self.asked: set[Key] | None = None  # and those that elementwise functions and others will be computed from

    # --- the factors of a chain ----------------------------------------------------------------------------------

    def factors(self, e: Expr, flipped: bool = False) -> tuple[list[Factor], list[Expr]]:
        """The factors of a product, from left to right, and the scalars that stand in it."""
        found: list[Factor] = []
        scalars: list[Expr] = []
        narrow = ONE in e.shape
        stack = [(e, flipped, True)]
        while stack:
            x, turned, top = stack.pop()
            if x.op == "t":
                stack.append((x.args[0], not turned, top))
            elif x.op == "prod" and x.shape != SCALAR and x.args[-1].op in ("mm", "t", "diag", "eye", "ones"):
                scalars += x.args[:-1]
                stack.append((x.args[-1], turned, top))
            elif x.op == "mm" and (top or self._opens(x, narrow)):
                parts = x.args if turned else x.args[::-1]
                stack.extend((a, turned, False) for a in parts)
            else:
                found += self._factor(x, turned)
        return found, scalars

    def _opens(self, e: Expr, narrow: bool) -> bool:
        """Whether a product inside of a chain is taken apart: a shared one only where a vector meets it."""
        return self.low.once(e) or (narrow and len(e.args) <= DEEP and self.low.opens(e))

    def _factor(self, x: Expr, flipped: bool) -> list[Factor]:
        rows, columns = x.shape[::-1] if flipped else x.shape
        if x.op == "ones":
            ends = (Factor("ones", rows, ONE), Factor("ones", ONE, columns))
            return [f for f in ends if (f.rows, f.columns) != SCALAR]
        if x.op in ("inv", "diag") and ONE not in x.shape:
            return [Factor(x.op, rows, columns, x, flipped=flipped)]
        if x.op == "add" and ONE not in x.shape and self.low.opens(x):
            return [Factor("sum", rows, columns, x, flipped=flipped)]
        return [Factor("expr", rows, columns, x, flipped=flipped)]

    # --- a whole product -----------------------------------------------------------------------------------------

    def chain(self, e: Expr, scale: Value) -> Step:
        """The product that an expression is, times a scalar."""
        parts, scalars = self.factors(e)
        above = [scale]
        for s in scalars:
            above.append((yield s))
        if len(parts) == 1 and not scalars and self.plan.is_number(scale, 1) and parts[0].expr is not None \
                and parts[0].kind != "sum":  # fmt: skip
            return self.turned((yield parts[0].expr), parts[0])
        return (yield self.product(parts, above))

    def product(self, parts: Sequence[Factor], above: list[Value]) -> Step:
        """The product of factors and scalars. Where an inner size is 1 stands a scalar product or an outer one."""
        p = self.plan
        pieces: list[list[Factor]] = [[]]
        for f in parts:
            if pieces[-1] and f.rows is ONE:
                pieces.append([])
            pieces[-1].append(f)
        ends: list[tuple[Factor, Value]] = []
        for piece in pieces:
            v = yield self.segment(piece)
            shape = (piece[0].rows, piece[-1].columns)
            if shape == SCALAR:
                above.append(v)
            else:
                ends.append((piece[0], v))
        scale = p.mul(*above)
        if not ends:
            return scale
        if len(ends) == 1:
            return p.scale(scale, ends[0][1])
        (_, x), (_, y) = ends
        minus = sum(is_negative(v) for v in (x, y, scale)) % 2 == 1
        x, y, scale = (p.neg(v) if is_negative(v) else v for v in (x, y, scale))
        if x.op == "ones":
            body = p.outer(x, p.scale(scale, y))
        else:
            body = p.outer(p.scale(scale, x), y)
        return p.neg(body) if minus else body

    def segment(self, parts: Sequence[Factor]) -> Step:
        """A product without inner sizes of 1, as a value."""
        palindrome = yield self.gram(parts)
        if palindrome is not None:
            return palindrome
        k = len(parts)
        pairs = [(i, j) for i in range(k) for j in range(i + 1, k)] if k <= KNOWN else []
        there = {(i, j) for i, j in pairs if self.is_there(keys(parts[i : j + 1])[0])}
        plan = splits(parts, self.low.sizes, there)
        return (yield self.formed((yield self.block(parts, plan, 0, k - 1))))

    def is_there(self, key: Key) -> bool:
        """Whether a product is done, or will be because something else than a product is computed from it."""
        if self.asked is None:
            self.asked = set()
            for e in self.low.nodes:
                if e.op not in ("mm", "t", "prod", "add", "sum", "tr", "diagonal"):
                    for a in e.args:
                        if a.op == "mm" and ONE not in a.shape and len(a.args) <= KNOWN:
                            self.asked.update(keys(self.factors(a)[0]))
        return key in self.done or key in self.asked

    def block(self, parts: Sequence[Factor], plan: Splits, i: int, j: int) -> Step:
        """The product of the factors from i to j, as a factor."""
        if i == j:
            f = parts[i]
            if f.kind == "diag" and f.value is None:
                assert f.expr is not None
                f = f._replace(value=(yield f.expr.args[0]))
            return f
        here, turned = keys(parts[i : j + 1]) if j - i < KNOWN else ((), ())
        known = self.done.get(here) if here else None
        if known is not None:
            return Factor("value", parts[i].rows, parts[j].columns, value=known)
        s = plan(i, j)
        left = yield self.block(parts, plan, i, s)
        right = yield self.block(parts, plan, s + 1, j)
        product: Factor = yield self.times(left, right)
        if here and product.kind == "value" and product.value is not None:
            self.done[here], self.done[turned] = product.value, self.plan.t(product.value)
        return product

    def gram(self, parts: Sequence[Factor]) -> Step:
        """Z'*Z for a chain that reads the same from both sides, which takes half of the work; None for another.

        In the middle may stand a diagonal matrix without negative entries.
        """
        yield from ()
        k = len(parts)
        if k < 2 or any(f.kind == "ones" for f in parts):
            return None
        for a, b in zip(parts[: k // 2], reversed(parts), strict=False):
            if a.expr is None or a.expr is not b.expr or (a.flipped == b.flipped and a.kind != "diag"):
                return None
        right = list(parts[(k + 1) // 2 :])
        if k % 2:
            middle = parts[k // 2]
            if middle.kind != "diag" or middle.expr is None:
                return None
            if parts[0].rows is ONE:
                z = yield self.segment(right)
                return self.plan.matmul(self.plan.mul((yield middle.expr.args[0]), z), z)
            if not self.low.nonnegative(middle.expr.args[0]):
                return None
            root = self.plan.power((yield middle.expr.args[0]), _HALF)
            right.insert(0, Factor("diag", middle.rows, middle.columns, value=root))
        z = yield self.segment(right)
        return self.plan.matmul(self.plan.t(z), z)

    # --- two factors ---------------------------------------------------------------------------------------------

    def formed(self, f: Factor) -> Step:
        """The value of a factor."""
        p = self.plan
        if f.kind == "diag":
            v = f.value
            if v is None:
                assert f.expr is not None
                v = yield f.expr.args[0]
            return p.make("diag", v, axes=(f.rows, f.columns))
        if f.kind == "ones":
            return p.make("ones", axes=(f.rows if f.columns is ONE else f.columns,))
        if f.value is not None:
            return f.value
        assert f.expr is not None
        return self.turned((yield f.expr), f)

    def turned(self, v: Value, f: Factor) -> Value:
        """A value as the factor has it, transposed or not."""
        if not f.flipped or (f.expr is not None and f.expr.op == "var" and self.low.noted(f.expr, v)):
            return v
        return self.plan.t(v)

    def times(self, a: Factor, b: Factor) -> Step:
        """The product of two factors."""
        p = self.plan
        if a.kind == "diag" and b.kind == "diag":
            assert a.value is not None and b.value is not None
            return Factor("diag", a.rows, b.columns, value=p.mul(a.value, b.value))
        if a.kind == "diag" or b.kind == "diag":
            return self._value(a, b, (yield self.scaled(a, b)))
        if a.kind == "ones" or b.kind == "ones":
            return self._value(a, b, (yield self.summed(a, b)))
        for x, y in ((a, b), (b, a)):
            if x.kind == "sum" and self.distributes(x, y):
                return self._value(a, b, (yield self.by_terms(a, b)))
        if a.kind == "inv" or b.kind == "inv":
            return self._value(a, b, (yield self.solved(a, b)))
        x, y = (yield self.formed(a)), (yield self.formed(b))
        return self._value(a, b, p.matmul(x, y))

    def _value(self, a: Factor, b: Factor, v: Value) -> Factor:
        return Factor("value", a.rows, b.columns, value=v)

    def scaled(self, a: Factor, b: Factor) -> Step:
        """diag(d)*B or A*diag(d)."""
        p = self.plan
        d, other = (a.value, b) if a.kind == "diag" else (b.value, a)
        assert d is not None
        x = yield self.formed(other)
        if x.rank == 1:
            return p.mul(d, x)
        if x.op == "eye":
            return p.make("diag", d, axes=x.axes)
        return p.mul(p.column(d), x) if a.kind == "diag" else p.mul(x, p.row(d))

    def summed(self, a: Factor, b: Factor) -> Step:
        """A product with a vector of ones."""
        p = self.plan
        if a.kind == b.kind == "ones":
            return p.make("sum", p.make("ones", axes=(a.columns,)))
        left = a.kind == "ones"
        x = yield self.formed(b if left else a)
        if x.rank == 1:
            return p.make("sum", x)
        down = left
        if x.op == "t":
            x, down = x.args[0], not down
        return p.make("sum_down" if down else "sum_across", x, axes=(x.axes[1] if down else x.axes[0],))

    def solved(self, a: Factor, b: Factor) -> Step:
        """inv(A)*B or A*inv(B): a solve, of which `shared` decides later whether an inverse is there anyway."""
        p = self.plan
        inverse, other = (a, b) if a.kind == "inv" else (b, a)
        assert inverse.expr is not None
        m = yield inverse.expr.args[0]
        rhs = yield self.formed(other)
        turned = inverse.flipped != (a.kind != "inv")  # B*inv(A) = (inv(A)'*B')'
        if self.low.noted(inverse.expr.args[0], m):
            turned = False
        x = p.make("solve", m, rhs if a.kind == "inv" else p.t(rhs), data=turned, axes=(m.axes[0], *_rest(rhs, a)))
        return x if a.kind == "inv" else p.t(x)

    # --- sums ----------------------------------------------------------------------------------------------------

    def distributes(self, total: Factor, other: Factor) -> bool:
        """Whether each term of a sum is multiplied for itself, because this costs less than to form the sum."""
        assert total.expr is not None
        terms = total.expr.args
        if total.expr in self.low.values and self.low.uses.get(total.expr, 0) > 1:
            return False
        if ONE in (other.rows, other.columns):
            return len(terms) <= TERMS
        if not self.low.once(total.expr) or len(terms) > TERMS:
            return False
        if other.kind == "inv" and not any(f.expr is other.expr for x in terms for f in self.factors(x)[0]):
            return False
        size = self.low.sizes
        m, n, k = size(total.rows), size(total.columns), _wide(other, size)
        formed, apart = m * n * k + len(terms) * BESIDE * m * n, len(terms) * m * k
        left = other.columns is total.rows and other.rows is not total.columns
        for x in terms:
            parts, _ = self.factors(x, total.flipped)
            if parts[0].expr is not None and parts[0].expr.op == "eye":
                formed += BESIDE * m * n
                continue
            formed += splits(parts, size).cost
            both = [other, *parts] if left else [*parts, other]
            apart += splits(both, size).cost
        return apart < formed

    def by_terms(self, a: Factor, b: Factor) -> Step:
        """(A + B)*x = A*x + B*x, and x*(A + B) likewise."""
        total, other = (a, b) if a.kind == "sum" and self.distributes(a, b) else (b, a)
        assert total.expr is not None
        v = yield self.formed(other)
        factor = Factor("value", other.rows, other.columns, value=v)
        terms = []
        for x in total.expr.args:
            parts, scalars = self.factors(x, total.flipped)
            above = []
            for s in scalars:
                above.append((yield s))
            parts = [f for f in parts if not (f.expr is not None and f.expr.op == "eye")]
            if total is a and v.rank == 1 and len(parts) == 1 and parts[0].flipped and parts[0].kind == "expr":
                parts = [parts[0]._replace(rows=parts[0].columns, columns=parts[0].rows, flipped=False)]
                both = [Factor("value", ONE, other.rows, value=v), *parts]  # A'*x is x*A
            else:
                both = [*parts, factor] if total is a else [factor, *parts]
            terms.append((yield self.product(both, above or [self.plan.number(1)])))
        return self.low.sum(terms)

    # --- traces --------------------------------------------------------------------------------------------------

    def trace(self, e: Expr) -> Step:
        """tr(A*B) is the sum of the entries of A .* B'; a vector inside of the product begins a scalar product."""
        p = self.plan
        parts, scalars = self.factors(e)
        above = []
        for s in scalars:
            above.append((yield s))
        cut = next((k for k in range(1, len(parts)) if parts[k].rows is ONE), 0)
        if cut:
            return (yield self.product([*parts[cut:], *parts[:cut]], above or [p.number(1)]))
        if len(parts) == 1:
            v = yield self.formed(parts[0])
            return p.mul(*above, p.make("tr", v))
        size = self.low.sizes
        cost = {k: splits(parts[:k], size).cost + splits(parts[k:], size).cost for k in range(1, len(parts))}
        best = min(cost, key=lambda k: (cost[k], -k))
        left = yield self.segment(parts[:best])
        right = yield self.segment(parts[best:])
        return p.mul(*above, p.inner(left, p.t(right)))


def _rest(rhs: Value, a: Factor) -> tuple[Dim, ...]:
    """The axes of a solution behind the first."""
    if rhs.rank == 1:
        return ()
    return rhs.axes[1:] if a.kind == "inv" else rhs.axes[:1]


def _wide(other: Factor, size: Any) -> float:
    return float(min(size(other.rows), size(other.columns)) if other.rows is not other.columns else size(other.rows))


_HALF = 0.5
