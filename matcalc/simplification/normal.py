"""Simplification: the oriented rules to a fixed point, like terms collected, scalars in front, a canonical order.

The order of terms and factors is that of the question, so that `X*w - y` stays as it was written; see `order`.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING

from ..rulebook.properties import Facts
from ..rulebook.reader import Rule
from ..terms.expression import LONG, Expr, Number, add, apply, epow, had, mm, node, num, ones, power, prod, t, zeros
from ..terms.limits import spend
from ..terms.rebuild import rebuild
from ..terms.shapes import ONE
from ..terms.signatures import is_commutative
from ..terms.sizes import entries, size
from ..terms.walks import postorder
from .canonical import (
    coefficient,
    distributes,
    flat,
    flipped,
    fold_power,
    is_short_sum,
    move_name,
    opposite,
    ratio,
    rooted,
    runs_as_powers,
    term,
    turns,
)  # fmt: skip
from .common_sums import with_common_sum
from .finite_sums import collected, transposed_series
from .index.reading import reread
from .limits import FUEL, JOINED, MOST_TERMS, OWN_STEPS, SEARCH, SHORT_ENOUGH, STEP
from .order import Order
from .rewrite import RuleTable, endless, refuse_circle, replaced_names, simplifying, with_equations
from .signs import alike
from .unit_vectors import block_product, selected, transposed_array

if TYPE_CHECKING:
    from ..terms.recorder import Recorder


_ATOMS = frozenset(("var", "num", "d", "const", "counter", "size"))  # no rule and no normal form begins with them


class Simplifier:
    """One run of simplification: a memo, the order of a question, and a recorder if its moves are asked for."""

    def __init__(self, facts: Facts | None = None, rules: RuleTable | None = None, canonical: bool = True,
                 recorder: Recorder | None = None):  # fmt: skip
        self.facts = facts or Facts()
        self.rules = with_equations(rules or self.facts.book.view(simplifying), self.facts)
        self.canonical = canonical
        self.memo: dict[Expr, Expr] = replaced_names(self.facts)
        self.order = Order()
        self.factored: dict[Expr, Expr] = {}  # sums already searched for common factors
        self.searching: set[Expr] = set()  # sums whose search is under way
        self.provisional: set[Expr] = set()  # sums whose search met another that was not at its end
        self.guarded = 0  # how often a search came back to a sum whose search is under way
        self.fuel, self.most = FUEL, 0
        self.own: list[tuple[Rule, Expr]] = []  # the rules of the user's that ran, and on what
        self.recorder = recorder
        self.search, self.joined = SEARCH, JOINED
        self.inside: set[Expr] = set()  # sums and products that were joined with those around them

    def run(self, root: Expr) -> Expr:
        """The normal form of an expression."""
        if self.recorder is None:
            return self._run(root)
        self.recorder.begin("normal form" if self.canonical else "recognised form", root)
        result = self._run(root)
        self.recorder.end(result)
        return result

    def _run(self, root: Expr) -> Expr:
        memo = self.memo
        if self.canonical and not self.order.names:
            self.order.read_names(root)
        if self.facts.book.own:
            self.most = len(self.own) + OWN_STEPS + 10 * sum(1 for _ in postorder(root))
        redirect: dict[Expr, Expr] = {}
        stack = [root]
        while stack:
            e = stack[-1]
            if e in memo:
                stack.pop()
                continue
            if e.op in _ATOMS:
                memo[stack.pop()] = e
                continue
            if (goal := redirect.get(e)) is not None:
                if goal in memo:
                    memo[e] = memo[goal]
                    stack.pop()
                else:
                    stack.append(goal)
                continue
            if self.joined >= 0 and e.op in ("prod", "mm", "had", "add"):
                parts, again = flat(e, self.inside)
                if parts is not e.args and not self.is_long(again):  # before its parts: no long one is built twice
                    redirect[e] = node(e.op, parts, None, e.shape)
                    if self.recorder is not None:
                        self.recorder.move("flatten", e, redirect[e])
                    continue
            waiting = [a for a in e.args if a not in memo]
            if waiting:
                stack.extend(reversed(waiting))
                continue
            spend(STEP)
            new = self.step(e)
            if new is e:
                memo[e] = e
                stack.pop()
            elif new in memo:
                memo[e] = memo[new]
                stack.pop()
            elif self.fuel <= 0 or new in redirect:  # out of fuel, or a loop of rules: any member is right
                if self.own and new in redirect:
                    refuse_circle(e, new, redirect, memo, self.own)
                if self.recorder is not None:
                    self.recorder.limit("a loop of rules" if new in redirect else "too many moves", e)
                memo[e] = new
                stack.pop()
            else:
                self.fuel -= 1
                redirect[e] = new
        return memo[root]

    def step(self, e: Expr) -> Expr:
        """One step at the root of a node whose arguments are in normal form."""
        args = tuple([self.memo[a] for a in e.args])
        if args != e.args and (new := rebuild(e, args)) is not e:
            return new
        if self.canonical:
            new = self.canonical_form(e)
            if new is not e:
                if self.recorder is not None:
                    self.recorder.move(move_name(e, new), e, new)
                return new
        elif e.op == "add" and e.is_scalar and len(e.args) <= MOST_TERMS:
            new = with_common_sum(e)
            if new is not e:
                if self.recorder is not None:
                    self.recorder.move("common sum taken out", e, new)
                return new
        got = self.rules.step(e, self.facts, self.recorder)
        if got is not None:
            if self.recorder is not None:
                self.recorder.move(got[1].label, e, got[0], got[1])
            if got[1].own:
                self.own.append((got[1], e))
                if len(self.own) > self.most:
                    raise endless(rule for rule, _ in self.own[-OWN_STEPS:])
            return got[0]
        return e

    def is_long(self, count: int) -> bool:
        """Whether so many terms or factors are not joined with those around them once more."""
        self.joined -= count if count > LONG else 0
        return self.joined < 0 and count > LONG

    def canonical_form(self, e: Expr) -> Expr:
        op = e.op
        if op == "add":
            return self.sum(e)
        if op == "prod":
            return self.product(e)
        if op == "mm":
            return self.chain(e)
        if op == "had":
            return self.hadamard(e)
        if op == "pow":
            return fold_power(e)
        if op == "t":
            return self.transposed(e)
        if op == "series":
            return collected(e)
        if op == "sum" and (total := entries(e)) is not None:
            return size(total)
        if op == "tr":
            return self.trace(e)
        if op == "diagonal" and e.args[0].op == "mm":
            return self.diagonal(e)
        if op == "einsum":
            return reread(e)
        if len(e.args) == 2 and is_commutative(e):
            return self.ordered(e)
        for a in e.args:
            if (a.op == "zeros" or (a.op == "num" and not a.data)) and self.vanishes(e):
                return zeros(e.shape)
        return e

    def transposed(self, e: Expr) -> Expr:
        """The transpose of what has one without a rule."""
        op = e.args[0].op
        if op == "add":
            return self.transposed_sum(e)
        if op == "array":
            return transposed_array(e.args[0])
        if op == "jac":
            return flipped(e.args[0])
        return transposed_series(e) if op == "series" else zeros(e.shape) if op == "zeros" else e

    def ordered(self, e: Expr) -> Expr:
        """The node with its two arguments in order."""
        args = self.order.arguments(e)
        return e if args == e.args else rebuild(e, args)

    def sum(self, e: Expr) -> Expr:
        terms: dict[Expr | None, Number] = {}
        stack: list[tuple[Number, Expr]] = [(1, a) for a in reversed(e.args)]
        while stack:
            c, x = stack.pop()
            k, core = coefficient(x)
            if core is not None and core.op == "t" and is_short_sum(core.args[0]):
                pushed = [self.push(a) for a in core.args[0].args]
                if sum(p.cost for p in pushed) <= sum(a.cost for a in core.args[0].args) + 2:
                    core = add(*pushed)
            if core is not None and core.op == "add" and not self.is_long(len(core.args)):
                stack.extend((c * k, a) for a in reversed(core.args))
            elif core is None or core.op != "zeros":
                terms[core] = terms.get(core, 0) + c * k
        kept = [(c, core) for core, c in terms.items() if c != 0]
        if not kept:
            return zeros(e.shape)
        size: Number = max(kept[0][0], -kept[0][0])
        if len(kept) > 1 and all(abs(c) == size for c, _ in kept):
            negative = all(c < 0 for c, _ in kept)
            gain = len(kept) > 2 or isinstance(size, Fraction) or all(core is not None for _, core in kept)
            if (size != 1 and gain) or negative:
                k = -size if negative else size
                return prod(num(k), self.total([(ratio(c, k), core) for c, core in kept]))
        return self.total(kept)

    def total(self, terms: list[tuple[Number, Expr | None]]) -> Expr:
        """The sum of terms in order."""
        args = [term(c, core) for c, core in terms]
        return add(*self.order.terms(terms, args)) if len(args) > 1 else args[0]

    def product(self, e: Expr, distribute: bool = True) -> Expr:
        array = None if e.is_scalar else e.args[-1]
        scalars = e.args if array is None else e.args[:-1]
        c: Number = 1
        powers: dict[Expr, list[Expr]] = {}
        for s in scalars:
            if s.op == "num":
                c = c * s.data
            else:
                base, k = s.args if s.op == "pow" else (s, num(1))
                powers.setdefault(base, []).append(k)
        if c == 0 or (array is not None and array.op == "zeros"):
            return zeros(e.shape)
        if 1 < sum(b.op == "add" for b in powers) <= MOST_TERMS:
            c = opposite(powers, c, self.total)
        factors: list[Expr] = []
        for base, exponents in powers.items():
            c, exponents = rooted(c, base, exponents)
            if len(exponents) == 1:
                factors.append(base if exponents[0] is num(1) else power(base, exponents[0]))
            elif all(x.op == "num" for x in exponents):
                k = sum(x.data for x in exponents)
                if k != 0:
                    factors.append(base if k == 1 else power(base, num(k)))
            else:
                factors.append(power(base, add(*exponents)))
        if array is None and not factors:
            return num(c)
        body = [*self.order.factors(factors), *(() if array is None else (array,))]
        if c != 1:
            last = body[-1] if array is not None or len(body) == 1 else None
            if distribute and last is not None and last.op == "add" and len(body) == 1:
                if c != -1 and c < 0 and turns(last.args):
                    return prod(num(-c), add(*(prod(num(-1), a) for a in last.args)))
                if distributes(c, last):
                    return add(*(prod(num(c), a) for a in last.args))
        return prod(*([num(c)] if c != 1 else []), *body)

    def chain(self, e: Expr) -> Expr:
        args = e.args
        for a in args:
            if a.op == "zeros":
                return zeros(e.shape)
        if len(args) > 2 and any(a is b is c for a, b, c in zip(args, args[1:], args[2:], strict=False)):
            return mm(*runs_as_powers(args))  # the power rules, a whole run at once
        ends = [0, *(k for k in range(1, len(args)) if args[k].shape[0] is ONE), len(args)]
        starts = [k for k in ends if (args[k].shape[0] if k < len(args) else args[-1].shape[1]) is ONE]
        for p, q in itertools.pairwise(starts):
            if (p, q) != (0, len(args)):
                rest = args[:p] + args[q:]
                return prod(mm(*args[p:q]), mm(*rest))
        for k in range(len(args) - 1):
            taken = selected(args[k], args[k + 1]) or block_product(args[k], args[k + 1])
            if taken is not None:
                return mm(*args[:k], taken, *args[k + 2 :])
        alike_signs = alike(e, self)
        if alike_signs is e and e.is_scalar:
            return self.scalar_chain(e)
        return alike_signs

    def scalar_chain(self, e: Expr) -> Expr:
        """A scalar equals its transpose: as it was written, else the shorter."""
        other = mm(*(self.transpose(a) for a in reversed(e.args)))
        return self.order.first((e, other)) if other.op == "mm" and other.is_scalar else e

    def transpose(self, a: Expr) -> Expr:
        """The normal form of a transposed factor."""
        if a.op == "t":
            return a.args[0]
        if a.op == "jac":
            return flipped(a)
        if a.op == "ones":
            return ones((a.shape[1], a.shape[0]))
        if a.op in ("diag", "eye") or a.is_scalar or self.facts.holds("symmetric", a):
            return a
        return t(a)

    def hadamard(self, e: Expr) -> Expr:
        powers: dict[Expr, list[Expr]] = {}
        for a in e.args:
            if a.op == "zeros":
                return zeros(e.shape)
            if a.op == "ones":
                continue
            if a.op == "epow" and a.args[1].op == "num":
                powers.setdefault(a.args[0], []).append(a.args[1])
            else:
                powers.setdefault(a, []).append(num(1))
        factors: list[Expr] = []
        for base, exponents in powers.items():
            k = sum(x.data for x in exponents)
            if k != 0:
                factors.append(base if k == 1 else epow(base, num(k)))
        if not factors:
            return ones(e.shape)
        return alike(had(*self.order.factors(factors, "had")), self) if len(factors) > 1 else factors[0]

    def transposed_sum(self, e: Expr) -> Expr:
        """(A + B)' is pushed inwards where that is shorter."""
        inside = e.args[0]
        if len(inside.args) > SHORT_ENOUGH:
            return e
        pushed = [self.push(a) for a in inside.args]
        abstract = any(a.op == "jac" or (a.op == "mm" and any(x.op == "jac" for x in a.args)) for a in inside.args)
        if abstract or sum(p.cost for p in pushed) < sum(a.cost for a in inside.args) + 1:
            return add(*pushed)
        return e

    def push(self, a: Expr) -> Expr:
        if a.op == "prod":
            return prod(*a.args[:-1], self.push(a.args[-1]))
        if a.op == "mm":
            return mm(*(self.transpose(x) for x in reversed(a.args)))
        return self.transpose(a)

    def diagonal(self, e: Expr) -> Expr:
        """diag(X') = diag(X): as it was written, else the shorter of the two."""
        x = e.args[0]
        back = mm(*(self.transpose(a) for a in reversed(x.args)))
        return apply("diagonal", self.order.first((x, back))) if back.op == "mm" else e

    def trace(self, e: Expr) -> Expr:
        """tr(A*B) = tr(B*A): a column and a row make a scalar; otherwise as it was written."""
        x = e.args[0]
        if x.op != "mm":
            return e
        n = len(x.args)
        for k in range(n):
            if x.args[k].shape[0] is ONE:
                return mm(*x.args[k:], *x.args[:k])
        rotations = [mm(*x.args[k:], *x.args[:k]) for k in range(n)]
        if any(r.op != "mm" for r in rotations):
            return e
        back = mm(*(self.transpose(a) for a in reversed(x.args)))
        if back.op == "mm":
            rotations += [mm(*back.args[k:], *back.args[:k]) for k in range(len(back.args))]
        return apply("tr", self.order.first(rotations))

    def vanishes(self, e: Expr) -> bool:
        """Whether a 0 stands where a node is linear."""
        known = self.facts.book.signatures.operation(e.op)
        zero = (i for i, a in enumerate(e.args) if a.op == "zeros" or (a.op == "num" and not a.data))
        return known is not None and any(known.linear_in(i) for i in zero)


def simplify(e: Expr, facts: Facts | None = None) -> Expr:
    """The normal form of an expression."""
    return Simplifier(facts).run(e)


def seed(s: Simplifier, root: Expr, variable: Expr | None = None) -> None:
    """Keep the order of the parts of a question, and by what it is differentiated."""
    s.order.read(root)
    if variable is not None:
        s.order.variable = variable.data.name
