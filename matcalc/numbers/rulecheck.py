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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..rulebook.patterns import Env, instantiate
from ..rulebook.properties import closure
from ..rulebook.reader import Condition, Rule
from ..terms.errors import EvaluationError, MatcalcError
from ..terms.expression import Expr, add, as_shape, differential_of, num, var
from ..terms.shapes import SCALAR
from ..terms.walks import postorder
from .check import relative, richardson
from .domains import KINKS
from .evaluate import evaluate
from .sampling import Array, Rng, direction, draw, has_property, outward, size_of

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


class Undefined(Exception):
    """The rule says nothing at these values: its left side has no value there."""


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


def verify(rule: Rule, seed: int = 0) -> Verdict:
    """Test a rule at six assignments of its dimensions, some of them distinct and some 1, several times."""
    worst, tried, failure = 0.0, 0, ""
    repeats = 6 if any(v.is_scalar for v in rule.names.values()) else 2
    for number, sizes in enumerate(SIZES * repeats):
        rng = np.random.default_rng((seed, number))
        try:
            case = Case(rule, sizes, rng).find()
            error = case.error()
        except Undefined:
            continue
        except (MatcalcError, ValueError, np.linalg.LinAlgError) as problem:
            error, case = float("inf"), None
            failure = failure or f"{type(problem).__name__}: {problem}"
        tried += 1
        worst = max(worst, error)
        if error > TOLERANCE and not failure:
            failure = f"{', '.join(f'{n} = {k}' for n, k in sorted(sizes.items()))}: error {error:.1e}"
    if not tried:
        failure = "no values were found at which the left side is defined"
    return Verdict(rule, bool(tried) and worst <= TOLERANCE, worst, tried, failure)


def needed(rule: Rule, condition: Condition, seed: int = 0) -> bool:
    """Whether a rule fails, or has no value, at some values that violate one of its conditions."""
    for number in range(5 * ATTEMPTS):
        sizes = SIZES[number % len(SIZES)]
        rng = np.random.default_rng((seed, 1000 + number))
        try:
            case = Case(rule, sizes, rng, violated=condition)
            case.fill(number)
            if not case.fits():
                continue
            case.left(case.values)
        except (Undefined, MatcalcError, ValueError, np.linalg.LinAlgError):
            if condition[0] in DOMAINS:
                return True
            continue
        try:
            if case.error() > 1e-3:
                return True
        except (Undefined, MatcalcError, ValueError, np.linalg.LinAlgError):
            return True
    return False


DOMAINS = frozenset(("positive", "invertible", "nonzero", "above_one", "unit", "spd", "distinct"))


class Case:
    """A rule at fixed sizes: its variables as real ones, with values."""

    def __init__(self, rule: Rule, sizes: Mapping[str, int], rng: Rng, violated: Condition | None = None):
        self.rule, self.rng, self.violated = rule, rng, violated
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
            try:
                if self.fits():
                    self.left(self.values)
                    return self
            except (Undefined, EvaluationError):
                continue
        raise Undefined

    def fill(self, attempt: int) -> None:
        """Draw values of all variables."""
        for n, v in self.pattern.items():
            shape, size = v.shape, self.size(v)
            wanted = {p for p, args in self.rule.conditions if args == (v,) and (p, args) != self.violated}
            value = draw(self.rng, size, wanted or self.style(attempt, size))
            if shape == SCALAR and not wanted and self.rng.random() < 0.6:
                value = np.full((1, 1), self.rng.choice(EXPONENTS))
            if self.violated and self.violated[1][0] is v:
                value = self.break_(value)
            self.nodes[n] = var(n, shape)
            self.env[v] = self.nodes[n]
            if "integer" in wanted or "even" in wanted:
                self.env[v] = num(int(value[0, 0]))
            self.values[n] = outward(value, shape)
        if self.violated and self.violated[0] == "distinct":
            one, other = self.violated[1]
            self.values[other.data[0]] = self.values[one.data[0]]

    def size(self, v: Expr) -> tuple[int, int]:
        """The size of a variable."""
        return size_of(v.shape[0], self.sizes), size_of(v.shape[1], self.sizes)

    def style(self, attempt: int, size: tuple[int, ...]) -> tuple[str, ...]:
        """General values first; later positive, small and definite ones, for functions that need them."""
        if attempt % 4 == 3 and size[0] == size[1]:
            return ("spd",)
        return ((), ("positive",), ("unit",), ())[attempt % 4]

    def break_(self, value: Array) -> Array:
        """A value that violates the condition that is dropped."""
        assert self.violated is not None
        prop = self.violated[0]
        if prop in ("invertible", "spd") and value.shape[0] > 1 and self.rng.random() < 0.5:
            value = value.copy()
            value[-1] = value[0]
            return value
        if prop == "symmetric":
            return value + 5 * (value - value.T)
        if prop == "fractional":
            return np.round(value)
        if prop in ("invertible", "nonzero", "distinct"):
            return np.zeros_like(value)
        if prop == "unit" and self.rng.random() < 0.7:
            return np.full_like(value, self.rng.choice((0.0, 1.5)))
        if prop in ("positive", "unit", "above_one", "spd"):
            return -np.abs(value) - 1
        return value

    def fits(self) -> bool:
        """Whether the conditions hold, the dropped one does not, and no kink is near."""
        for condition in self.rule.conditions:
            prop, args = condition
            if prop in ("integer", "even") and condition != self.violated:
                continue
            got = [self.value(self.concrete(a), self.values) for a in args]
            if has_property(prop, *got) == (condition == self.violated):
                return False
        self.principal()
        if self.violated is None:
            for e in postorder(self.concrete(self.rule.lhs)):
                if e.op not in KINKS or self.rule.kind != "differential":
                    continue
                if not KINKS[e.op](*(self.value(a, self.values) for a in e.args)):
                    return False
        return True

    def principal(self) -> None:
        """Undefined where matrix roots, logarithms and fractional powers have no principal value."""
        for e in postorder(self.rule.lhs):
            if e.op == "mpow":
                rooted = not float(self.value(self.concrete(e.args[1]), self.values)).is_integer()
            else:
                rooted = e.op in ("sqrtm", "logm")
            if rooted:
                values = np.linalg.eigvals(np.atleast_2d(self.value(self.concrete(e.args[0]), self.values)))
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
        return evaluate(e, {**values, **self.known}, self.types)

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

    def error(self) -> float:
        """How much the two sides differ."""
        kind = self.rule.kind
        if kind == "differential":
            return self.differential_error()
        if kind == "adjoint":
            return self.adjoint_error()
        if kind == "fact":
            got = self.value(self.concrete(self.rule.lhs), self.values)
            return 0.0 if has_property(self.rule.property, got) else float("inf")
        if self.rule.file == "structure.rules":
            return self.structure_error()
        want = self.left(self.values)
        got = self.number(self.concrete(self.rule.rhs), self.values)
        return relative(got, want, np.abs(want).max(initial=0))

    def differential_error(self) -> float:
        moves = self.moves()
        lhs = self.concrete(self.rule.lhs)

        def f(h: float) -> Array:
            moved = {n: np.asarray(x) + h * moves[f"d({n})"] for n, x in self.values.items()}
            return self.value(lhs, moved)

        at = f(0.0)
        if self.violated is not None:  # at a kink one side tells more
            want = (f(1e-6) - at) / 1e-6
        else:
            want = richardson(f)
        got = self.number(self.right(), {**self.values, **moves})
        return relative(got, want, np.abs(at).max(initial=0))

    def right(self) -> Expr:
        """The right side; a finite sum is written out."""
        if self.rule.counter is None:
            return self.concrete(self.rule.rhs)
        from ..simplification.normal import simplify

        i, first, last = self.rule.counter
        a, b = (simplify(self.concrete(x)).data for x in (first, last))
        if not isinstance(a, int) or not isinstance(b, int):
            raise Undefined
        return add(*(self.concrete(self.rule.rhs, {i: num(c)}) for c in range(a, b + 1)))

    def adjoint_error(self) -> float:
        values = {**self.values, **self.moves()}
        left = self.value(self.concrete(self.rule.lhs), values)
        right = self.value(self.concrete(self.rule.rhs), values)
        d = next(e for e in postorder(self.rule.lhs) if e.op == "d")
        pairs = (left, values["G"]), (right, values[f"d({d.data[0]})"])
        a, b = (np.sum(np.asarray(x) * np.reshape(y, np.shape(x))) for x, y in pairs)
        return relative(a, b, 1.0)

    def structure_error(self) -> float:
        """<G, E> = <rule(G), E> for every E of the structure, where tied entries count once."""
        how, kind = self.rule.label.split("-")
        g = np.atleast_2d(self.values["G"])
        got = np.atleast_2d(self.value(self.concrete(self.rule.rhs), self.values))
        e = draw(self.rng, g.shape, (kind,))
        tied = how == "entries" and kind in ("symmetric", "skew")
        if not has_property(kind, got):
            return float("inf")
        return relative(np.sum(got * (np.tril(e) if tied else e)), np.sum(g * e), 1.0)


def implications(table: Mapping[str, frozenset[str]], seed: int = 0) -> Iterator[tuple[str, str, bool]]:
    """Each implication between properties with whether random samples have it."""
    for left in table:
        for right in sorted(closure(frozenset((left,)))):
            rng = np.random.default_rng(seed)
            yield left, right, all(has_property(right, draw(rng, (n, n), (left,))) for n in (1, 2, 3, 5))
