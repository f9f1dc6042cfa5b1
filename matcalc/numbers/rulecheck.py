"""Rules test themselves: a line of a rule file against numbers, at sizes and values from its `let` line.

>>> from matcalc.rulebook.reader import read_rules
>>> good, bad = read_rules('''
... let A[m,n], B[n,p]
... good: (A*B)' -> B'*A'
... bad:  d(A*B) = d(A)*B - A*d(B)
... ''').rules
>>> verify(good).ok, verify(bad).ok
(True, False)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..rulebook.book import RuleBook
from ..rulebook.patterns import Env, instantiate
from ..rulebook.properties import Facts, closure
from ..rulebook.reader import Condition, Rule
from ..rulebook.solutions import solved
from ..simplification.normal import simplify
from ..terms.errors import EvaluationError, MatcalcError
from ..terms.expression import Expr, add, as_shape, differential_of, num, var, zeros
from ..terms.rebuild import substitute
from ..terms.records import dataclass, replace
from ..terms.shapes import SCALAR
from ..terms.signatures import traits
from ..terms.walks import postorder
from .comparison import relative, richardson
from .constrained import satisfied
from .domains import smooth
from .edges import REGULAR, edges
from .evaluate import evaluate
from .jensen import Undefined, curvature_error
from .moments import COUNT, normal_mean
from .sampling import Array, Rng, direction, draw, has_property, outward, size_of
from .structures import known_property, structure_error

TOLERANCE = 1e-6
ATTEMPTS = 60
EXPONENTS = (-2.0, -1.0, 2.0, 3.0, 0.5)
SIZES: tuple[dict[str, int], ...] = (
    {"m": 2, "n": 3, "p": 4, "k": 3, "l": 2},
    {"m": 4, "n": 2, "p": 3, "k": 2, "l": 3},
    {"m": 3, "n": 4, "p": 2, "k": 2, "l": 1},
    {"m": 1, "n": 3, "p": 2, "k": 3, "l": 2},
    {"m": 2, "n": 1, "p": 3, "k": 1, "l": 2},
    {"m": 1, "n": 1, "p": 1, "k": 1, "l": 1},
)
EDGE_SIZES = {"m": 2, "n": 3, "p": 4, "k": 2, "l": 3}
EDGE_TOLERANCE = 1e-3  # of one-sided differences


@dataclass(frozen=True)
class Verdict:
    """Whether a rule held at every sample, the largest error, and the first failure in words."""

    rule: Rule
    ok: bool
    error: float
    tried: int
    failure: str = ""

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        word = "holds" if self.ok else "FAILS"
        tail = f" ({self.failure})" if self.failure else ""
        return f"{self.rule.label}: {word} at {self.tried} samples, largest error {self.error:.1e}{tail}"


def verify(rule: Rule, seed: int = 0, book: RuleBook | None = None) -> Verdict:
    """Test a rule at six assignments of its dimensions, some of them distinct and some 1, and at edges of its domain.

    A differential states its domain: where its conditions hold, its left side must have a value and be smooth.
    `book` says what the functions of the user's are.
    """
    worst, tried, failure = 0.0, 0, ""
    rule = solved(rule)
    repeats = 6 if any(v.is_scalar for v in rule.names.values()) else 2
    for number, sizes in enumerate(SIZES * repeats):
        rng = np.random.default_rng((seed, number))
        try:
            error = Case(rule, sizes, rng, book).find().error()
        except Undefined:
            continue
        except (MatcalcError, ValueError, np.linalg.LinAlgError) as problem:
            error = float("inf")
            failure = failure or f"{type(problem).__name__}: {problem}"
        tried += 1
        worst = max(worst, error)
        if error > TOLERANCE and not failure:
            failure = f"{', '.join(f'{n} = {k}' for n, k in sorted(sizes.items()))}: error {error:.1e}"
    failure = failure or edge_failure(rule, seed, book)
    if not tried:
        failure = "no values were found at which the left side is defined"
    return Verdict(rule, bool(tried) and not failure, worst, tried, failure)


def edge_failure(rule: Rule, seed: int = 0, book: RuleBook | None = None) -> str:
    """How a rule fails at an edge of its domain, with one of its variables at an edge; empty if it does not."""
    case = Case(rule, EDGE_SIZES, np.random.default_rng((seed, 2000)), book)
    for v in case.pattern.values():
        for x in case.edges(v):
            try:
                problem = case.edge_problem(v, x)
            except (EvaluationError, ValueError, np.linalg.LinAlgError) as error:
                problem = f"{type(error).__name__}: {error}"
            if problem:
                return f"{problem} at {v} = {np.array2string(x, precision=3)}".replace("\n", "")
    return ""


def needed(rule: Rule, condition: Condition, seed: int = 0) -> bool:
    """Whether a rule fails its test without one of its conditions."""
    rest = tuple(c for c in rule.conditions if c != condition)
    return not verify(replace(rule, conditions=rest), seed)


class Case:
    """A rule at fixed sizes: its variables as real ones, with values."""

    def __init__(self, rule: Rule, sizes: Mapping[str, int], rng: Rng, book: RuleBook | None = None):
        self.rule, self.rng, self.book = rule, rng, book
        self.sizes = sizes
        sides = (rule.lhs, rule.rhs, *(a for _, args in rule.conditions for a in args))
        used = {e for side in sides for e in postorder(side) if e.op in ("var", "d")}
        names = {e.data[0] for e in used}
        counter = {rule.counter[0].data[0]} if rule.counter else set()
        self.pattern = {n: v for n, v in rule.names.items() if n in names - counter}
        if rule.kind == "adjoint":
            self.pattern["G"] = rule.names["G"]
        self.values: dict[str, Any] = {}
        self.env: Env = {}
        self.nodes: dict[str, Expr] = {}
        self.types = {f"size {n}": var(f"size {n}", as_shape(n)) for n in sizes}
        self.known = {f"size {n}": np.zeros(k) for n, k in sizes.items()}

    # --- values

    def find(self) -> Case:
        """Draw values until the left side is defined and the conditions hold, or raise Undefined."""
        for attempt in range(ATTEMPTS):
            self.fill(attempt)
            found = satisfied(self.rule.conditions, self.concrete, self.sizes, self.rng)
            if found is None:
                raise Undefined
            self.values.update(found)
            try:
                if self.fits():
                    self.left(self.values)
                    return self
            except (Undefined, EvaluationError):
                continue
        raise Undefined

    def fill(self, attempt: int) -> None:
        """Draw values of all variables."""
        for v in self.pattern.values():
            size, wanted = self.size(v), self.wanted(v)
            value = draw(self.rng, size, wanted or self.style(attempt, size))
            if v.shape == SCALAR and not wanted and self.rng.random() < 0.6:
                value = np.full((1, 1), self.rng.choice(EXPONENTS))
            self.put(v, value)

    def put(self, v: Expr, value: Array) -> None:
        """Give a variable its value; a whole exponent stands as a number."""
        n = v.data[0]
        self.nodes[n] = var(n, v.shape)
        whole = {"integer", "even"} & self.wanted(v)
        self.env[v] = num(int(value[0, 0])) if whole else self.nodes[n]
        self.values[n] = outward(value, v.shape)

    def wanted(self, v: Expr) -> set[str]:
        """The conditions on a variable itself."""
        own = {known_property(self.rule)} - {""} if v.data[0] == "X" else set()
        return {p for p, args in self.rule.conditions if args == (v,)} | own

    def size(self, v: Expr) -> tuple[int, int]:
        """The size of a variable."""
        return size_of(v.shape[0], self.sizes), size_of(v.shape[1], self.sizes)

    def style(self, attempt: int, size: tuple[int, ...]) -> tuple[str, ...]:
        """General values first; later positive, small and definite ones, for functions that need them."""
        if attempt % 4 == 3 and size[0] == size[1]:
            return ("spd",)
        return ((), ("positive",), ("unit",), ())[attempt % 4]

    def edges(self, v: Expr) -> Iterator[Array]:
        """Special values of a variable that satisfy the conditions on it, and the value of another of its shape."""
        wanted = self.wanted(v)
        self.fill(0)
        for x in edges(self.rng, self.size(v), wanted):
            if self.rule.counter and v.shape == SCALAR and x[0, 0] < 0:  # no finite sum
                continue
            yield x
        self.fill(0)
        for other in self.pattern.values():
            x = np.reshape(self.values[other.data[0]], self.size(other))
            if other is not v and other.shape == v.shape and all(has_property(p, x) for p in wanted):
                yield x

    def edge_problem(self, v: Expr, x: Array) -> str:
        """What is wrong with one variable at an edge and the others general, if anything."""
        for attempt in range(2):
            if attempt:  # first with the others as they are
                self.fill(attempt)
            self.put(v, x)
            try:
                if not self.satisfied() or not self.regular():
                    continue
            except Undefined:
                continue
            try:
                self.principal()
                self.left(self.values)
            except (Undefined, EvaluationError, np.linalg.LinAlgError):
                if self.rule.kind in ("differential", "solution") and not self.inverted():
                    return "the left side has no value"
                continue
            if not self.error(edge=True) <= EDGE_TOLERANCE:  # nor NaN
                return "the two sides differ"
        return ""

    def inverted(self) -> bool:
        """Whether a negative power of a matrix is taken, which asks for an inverse."""
        powers = (e.args[1] for e in postorder(self.rule.lhs) if e.op == "mpow")
        return any(float(self.value(self.concrete(s), self.values)) < 0 for s in powers)

    def regular(self) -> bool:
        """Whether the operations are smooth here, as far as no condition can tell."""
        if self.rule.kind != "differential":
            return True
        return all(REGULAR[e.op](*(self.value(self.concrete(a), self.values) for a in e.args))
                   for e in postorder(self.rule.lhs) if e.op in REGULAR)  # fmt: skip

    def fits(self) -> bool:
        """Whether the conditions hold and no kink is near."""
        if not self.satisfied():
            return False
        self.principal()
        for e in postorder(self.concrete(self.rule.lhs)):
            if self.rule.kind != "differential" or not traits(e.op).kink:
                continue
            if not smooth(e.op, *(self.value(a, self.values) for a in e.args)):
                return False
        return True

    def satisfied(self) -> bool:
        """Whether the conditions hold."""
        for prop, args in self.rule.conditions:
            if prop in ("integer", "even"):
                continue
            got = [self.value(self.concrete(a), self.values) for a in args]
            if not has_property(prop, *got) or (prop == "nonzero" and not self.nonzero(got[0])):
                return False
        return True

    def nonzero(self, x: Array) -> bool:
        """Whether an array is nonzero in the sense of the rule: a differential means all of its entries."""
        return self.rule.kind != "differential" or bool((np.abs(x) > 1e-9).all())

    def principal(self) -> None:
        """Undefined where roots and logarithms have no principal value, and where rounding hides a singular matrix."""
        for e in postorder(self.rule.lhs):
            if e.op not in ("inv", "logdet", "mpow", "sqrtm", "logm", "dlogm", "d2logm"):
                continue
            x = np.atleast_2d(self.value(self.concrete(e.args[0]), self.values))
            exponent = float(self.value(self.concrete(e.args[1]), self.values)) if e.op == "mpow" else 0.0
            if (exponent < 0 or e.op in ("inv", "logdet")) and not has_property("invertible", x):
                raise Undefined
            if not exponent.is_integer() or e.op in ("sqrtm", "logm", "dlogm", "d2logm"):
                values = np.linalg.eigvals(x)
                if bool(((np.abs(values.imag) < 1e-3) & (values.real < 1e-3)).any()):
                    raise Undefined

    # --- the two sides

    def concrete(self, side: Expr, more: Env | None = None) -> Expr:
        """A side of the rule with the variables of the case."""
        env = {**self.env, **(more or {})}
        for e in postorder(side):
            if e.op == "d":
                env[e] = differential_of(self.nodes[e.data[0]])
        return instantiate(side, env, {})

    def number(self, e: Expr, values: Mapping[str, Any]) -> Any:
        """The value of an expression; every dimension has its size, even where no variable tells it."""
        return evaluate(e, {**values, **self.known}, self.types, self.book)

    def value(self, e: Expr, values: Mapping[str, Any]) -> Array:
        """The value of an expression; Undefined if it is not finite or not real."""
        got = np.asarray(self.number(e, values))
        if np.iscomplexobj(got) or not np.all(np.isfinite(got)) or np.abs(got).max(initial=0) > 1e8:
            raise Undefined
        return got

    def left(self, values: Mapping[str, Any]) -> Array:
        """The value of the left side, without its differential for an adjoint."""
        if self.rule.kind == "adjoint":
            values = {**values, **self.moves()}
        return self.value(self.concrete(self.rule.lhs), values)

    def moves(self) -> dict[str, Any]:
        """A random direction for each variable."""
        out = {}
        for n, v in self.nodes.items():
            out[f"d({n})"] = outward(direction(self.rng, self.size(v)), v.shape)
        return out

    def error(self, edge: bool = False) -> float:
        """How much the two sides differ; a differential at an edge is compared with differences to both sides."""
        kind = self.rule.kind
        if kind == "differential":
            return self.edge_error() if edge else self.differential_error()
        if kind == "adjoint":
            return self.adjoint_error()
        if kind == "fact" or (kind == "consequence" and self.rule.property):
            got = self.value(self.concrete(self.rule.lhs), self.values)
            return 0.0 if has_property(self.rule.property, got) else float("inf")
        if kind == "structure":
            return structure_error(self.rule, self.concrete, self.value, self.values, self.rng)
        if kind == "curvature":
            return curvature_error(self)
        if kind == "moment":
            return self.moment_error()
        want = self.left(self.values)
        got = self.number(self.concrete(self.rule.rhs), self.values)
        return relative(got, want, np.abs(want).max(initial=0))

    def moment_error(self) -> float:
        """The mean over a normal x with the drawn mean, and variances that are the drawn ones without signs."""
        values = {**self.values, "v": np.abs(self.values["v"])}
        lhs, got = self.concrete(self.rule.lhs), self.number(self.concrete(self.rule.rhs), values)
        x = var("x", as_shape(COUNT))
        f = substitute(lhs, {lhs.args[0]: x})
        want = normal_mean(lambda z: evaluate(f, {"x": z}, {"x": x}, self.book), values["m"], values["v"])
        return relative(got, want, np.abs(want).max(initial=0))

    def differential_error(self) -> float:
        moves = self.moves()
        f = self.along(moves)
        got = self.number(self.right(), {**self.values, **moves})
        return relative(got, richardson(f), np.abs(f(0.0)).max(initial=0))

    def along(self, moves: Mapping[str, Any]) -> Callable[[float], Array]:
        """The left side along a direction."""
        lhs = self.concrete(self.rule.lhs)

        def f(h: float) -> Array:
            moved = {n: np.asarray(x) + h * moves[f"d({n})"] for n, x in self.values.items()}
            return self.value(lhs, moved)

        return f

    def edge_error(self) -> float:
        """The larger error of the differences to the two sides; infinite where one has no value."""
        moves, h = self.moves(), 1e-6
        f = self.along(moves)
        try:
            at, there, back = f(0.0), f(h), f(-h)
            got = self.number(self.right(), {**self.values, **moves})
        except Undefined:
            return float("inf")
        size = max(1.0, float(np.abs(at).max(initial=0)))
        sides = (there - at) / h, (at - back) / h
        errors = [np.abs(np.squeeze(got) - np.squeeze(x)).max(initial=0) / max(size, np.abs(x).max()) for x in sides]
        return float(np.max(errors))  # NaN stays

    def right(self) -> Expr:
        """The right side; a finite sum is written out."""
        if self.rule.counter is None:
            return self.concrete(self.rule.rhs)
        i, first, last = self.rule.counter
        a, b = (simplify(self.concrete(x), Facts(book=self.book)).data for x in (first, last))
        if not isinstance(a, int) or not isinstance(b, int):
            raise Undefined
        if b < a:
            return zeros(self.concrete(self.rule.lhs).shape)
        return add(*(self.concrete(self.rule.rhs, {i: num(c)}) for c in range(a, b + 1)))

    def adjoint_error(self) -> float:
        values = {**self.values, **self.moves()}
        left = self.value(self.concrete(self.rule.lhs), values)
        right = self.value(self.concrete(self.rule.rhs), values)
        d = next(e for e in postorder(self.rule.lhs) if e.op == "d")
        pairs = (left, values["G"]), (right, values[f"d({d.data[0]})"])
        a, b = (np.sum(np.asarray(x) * np.reshape(y, np.shape(x))) for x, y in pairs)
        return relative(a, b, 1.0)


def implications(table: Mapping[str, frozenset[str]], seed: int = 0) -> Iterator[tuple[str, str, bool]]:
    """Each implication between properties with whether random samples and special arrays have it."""
    for left in table:
        stated = frozenset(left.split(", "))
        for right in sorted(table[left] | closure(stated)):
            rng = np.random.default_rng(seed)
            samples = [x for n in (1, 2, 3, 5) for x in (draw(rng, (n, n), stated), *edges(rng, (n, n), stated))]
            yield left, right, all(has_property(right, x) for x in samples)
