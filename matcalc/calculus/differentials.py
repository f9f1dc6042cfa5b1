"""The table of differentials, compiled: for each operation its forward terms and its pullbacks.

A differential is linear in its d(.)s. The pullback of each term is derived from it with the adjoints of the linear
operations (rules/adjoints.rules), once, when the table is first used.
"""

from __future__ import annotations

from ..rulebook.book import RuleBook
from ..rulebook.patterns import Dims, Env, instantiate, match, match_shape, pattern_variable
from ..rulebook.properties import Facts
from ..rulebook.reader import Rule
from ..rulebook.rewrites import specific_first
from ..simplification.canonical import coefficient
from ..simplification.normal import simplify
from ..terms.errors import NoDerivativeError, RuleError
from ..terms.expression import Expr, add, had, mm, num, prod
from ..terms.limits import current
from ..terms.rebuild import fresh_counter, series
from ..terms.records import dataclass, field
from ..terms.walks import postorder
from .abstract import entrywise

_G = "G"


@dataclass(frozen=True, eq=False)
class Differential:
    """A compiled differential: for each variable of the rule its terms, and the pullback of their sum."""

    rule: Rule
    book: RuleBook
    cotangent: Expr
    terms: dict[Expr, Expr]  # pattern variable -> the part of the right side that is linear in its d(.)
    pulled: dict[Expr, Expr]  # pattern variable -> the pullback of that part, in the cotangent G; filled when asked for
    adjoints: dict[Expr, list[Rule]] = field(default_factory=dict)  # the rules that this pullback was derived with

    def pullback(self, v: Expr) -> Expr:
        """The pullback to one variable, derived when it is first used."""
        if v not in self.pulled:
            used = self.adjoints[v] = []
            self.pulled[v] = _pull(self.terms[v], self.cotangent, self.book, used)
        return self.pulled[v]


@dataclass
class Application:
    """A differential applied to a node: what the rule's variables stand for."""

    differential: Differential
    env: Env
    dims: Dims
    counters: tuple[Expr, ...] = ()
    limits: tuple[Expr, Expr] | None = None  # of a finite sum whose limits are not numbers

    def forward(self, v: Expr, dv: Expr) -> Expr:
        """The part of the node's differential that comes from the differential of one variable."""
        term = self.differential.terms[v]
        hole = next(e for e in postorder(term) if e.op == "d")
        return self._sum(term, {hole: dv})

    def backward(self, v: Expr, g: Expr) -> Expr:
        """The pullback of a cotangent g of the node to one variable of the rule."""
        return self._sum(self.differential.pullback(v), {self.differential.cotangent: g})

    def _sum(self, template: Expr, more: Env) -> Expr:
        rule = self.differential.rule
        env = {**self.env, **more}
        if rule.counter is None:
            return instantiate(template, env, self.dims)
        i = rule.counter[0]
        if self.limits is not None:
            index = fresh_counter()
            return series(instantiate(template, {**env, i: index}, self.dims), index, *self.limits)
        return add(*(instantiate(template, {**env, i: c}, self.dims) for c in self.counters))


def adjoint(op: str, position: int, book: RuleBook) -> Rule | None:
    """The transpose of an operation that is linear in one of its arguments; None if none is known."""
    return adjoints(op, book).get(position)


def adjoints(op: str, book: RuleBook) -> dict[int, Rule]:
    """The adjoint rules of an operation by the position of the differential among its arguments."""
    kept = book.view(_adjoints)
    if op not in kept:
        kept[op] = {_slot(rule): rule for rule in book.about("adjoint", op)}
    return kept[op]


def _adjoints(_: RuleBook) -> dict[str, dict[int, Rule]]:
    return {}


def _slot(rule: Rule) -> int:
    """The position of the differential in an adjoint rule."""
    at = next(i for i, a in enumerate(rule.lhs.args) if a.op == "d")
    if rule.lhs.op == "prod":  # scalars first, one array last
        at = 1 if rule.lhs.args[at].shape[0].names else 0
    return at


def pull_one(op: str, position: int, constants: dict[int, Expr], slot: Expr, g: Expr, book: RuleBook,
             used: list[Rule] | None = None) -> Expr:  # fmt: skip
    """<g, op(.., slot, ..)> = <result, slot>: one linear operation transposed; `used` gets the rule."""
    rule = adjoint(op, position, book)
    if rule is None:
        raise RuleError(f"no adjoint of {op} is known in argument {position + 1}; add one to adjoints.rules")
    if used is not None:
        used.append(rule)
    env: Env = {}
    dims: Dims = {}
    for i, a in enumerate(rule.lhs.args):
        if a.op == "d":
            got = match_shape(a.shape, slot.shape, dims)
        else:
            constant = constants[i if op != "prod" else 1 - position]
            env[a] = constant
            got = match_shape(a.shape, constant.shape, dims)
        if got is None:
            raise RuleError(f"the adjoint {rule.label} does not fit {slot}")
        dims = got
    env[next(v for v in rule.names.values() if v.data[0] == _G)] = g
    return instantiate(rule.rhs, env, dims)


def pull_into(e: Expr, i: int, g: Expr, book: RuleBook, used: list[Rule] | None = None) -> Expr:
    """The cotangent of argument i of a node that is linear in it, from the cotangent g of the node."""
    op, args = e.op, e.args
    x = args[i]
    if op == "add":
        return g
    if op == "mm":
        if i > 0:
            g = pull_one(op, 1, {0: mm(*args[:i])}, x if i == len(args) - 1 else mm(*args[i:]), g, book, used)
        if i < len(args) - 1:
            g = pull_one(op, 0, {1: mm(*args[i + 1 :])}, x, g, book, used)
        return g
    if op == "prod":
        rest = prod(*args[:i], *args[i + 1 :])
        position = 1 if i == len(args) - 1 and not x.is_scalar else 0
        return pull_one(op, position, {1 - position: rest}, x, g, book, used)
    if op == "had":
        at = next(iter(adjoints("had", book)))
        return pull_one(op, at, {1 - at: had(*args[:i], *args[i + 1 :])}, x, g, book, used)
    return pull_one(op, i, {j: a for j, a in enumerate(args) if j != i}, x, g, book, used)


def _pull(e: Expr, g: Expr, book: RuleBook, used: list[Rule]) -> Expr:
    """The pullback of an expression that is linear in one d(.) leaf."""
    total: list[Expr] = []
    stack = [(e, g)]
    while stack:
        x, gx = stack.pop()
        if x.op == "d":
            total.append(gx)
            continue
        for i in reversed(range(len(x.args))):
            if _has_d(x.args[i]):
                stack.append((x.args[i], pull_into(x, i, gx, book, used)))
    return add(*total)


def _has_d(e: Expr) -> bool:
    return any(x.op == "d" for x in postorder(e))


def _part(e: Expr, d: Expr) -> Expr | None:
    """The part of a sum that contains one d(.)."""
    if e.op == "add":
        kept = [x for x in e.args if any(y is d for y in postorder(x))]
        return add(*kept) if kept else None
    return e if any(y is d for y in postorder(e)) else None


def compile_differential(rule: Rule, book: RuleBook) -> Differential:
    """Split a differential by its variables."""
    g = pattern_variable(_G, rule.lhs.shape)
    terms: dict[Expr, Expr] = {}
    for d in [e for e in postorder(rule.rhs) if e.op == "d"]:
        part = _part(rule.rhs, d)
        if part is not None:
            terms[rule.names[d.data[0]]] = part
    return Differential(rule, book, g, terms, {})


def _compiled(_: RuleBook) -> dict[str, tuple[Differential, ...]]:
    return {}


def differentials(op: str, book: RuleBook) -> tuple[Differential, ...]:
    """The differentials of an operation, the most specific first; compiled when first asked for."""
    kept = book.view(_compiled)
    if op not in kept:
        # the most specific pattern first, whatever the order in the files
        kept[op] = tuple(compile_differential(r, book) for r in specific_first(book.about("differential", op)))
    return kept[op]


def _declared(_: RuleBook) -> dict[str, tuple[Differential, ...]]:
    return {}


def declared(op: str, book: RuleBook) -> tuple[Differential, ...]:
    """The differential of an elementwise function that is only declared."""
    kept = book.view(_declared)
    if op not in kept:
        kept[op] = (compile_differential(entrywise(op), book),)
    return kept[op]


def apply_differential(e: Expr, book: RuleBook) -> Application:
    """The differential that fits a node; NoDerivativeError if the book has none."""
    for d in declared(e.op, book) if e.is_unspecified else differentials(e.op, book):
        for env, dims in match(d.rule.lhs, e, {}, {}):
            if d.rule.counter is None:
                return Application(d, env, dims)
            counters, limits = _counters(d.rule, env, dims, book)
            return Application(d, env, dims, counters, limits)
    raise NoDerivativeError(f"no differential is known for {e.op} in {e if e.cost < 60 else 'this expression'}")


def _counters(
    rule: Rule, env: Env, dims: Dims, book: RuleBook
) -> tuple[tuple[Expr, ...], tuple[Expr, Expr] | None]:
    """The values of the index of a finite sum, or its limits if they are not numbers."""
    assert rule.counter is not None
    _, first, last = rule.counter
    a, b = (simplify(instantiate(x, env, dims), Facts(book=book)) for x in (first, last))
    if a.op == "num" and b.op == "num":
        if not isinstance(a.data, int) or not isinstance(b.data, int):
            raise NoDerivativeError(f"{rule.label} is a sum from {a} to {b}, which are no integers")
        if b.data < a.data - 1:
            raise NoDerivativeError(f"{rule.label} needs an exponent of at least 0: write inv(X)^k for X^(-k)")
        if b.data - a.data < current().terms:
            return tuple(num(c) for c in range(a.data, b.data + 1)), None
        return (), (a, b)
    if all(coefficient(x)[0] < 0 for x in (b.args if b.op == "add" else (b,))):
        raise NoDerivativeError(f"{rule.label} needs an exponent of at least 0: write inv(X)^k for X^(-k)")
    return (), (a, b)
