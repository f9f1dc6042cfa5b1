"""Whether a symmetric matrix is positive semidefinite, with the reason: facts of rules/facts.rules, and sums.

A sum is positive semidefinite if its terms are, or if a term with a minus sign is bounded by another: x*x' by
||x||^2*eye(n), or p*p' by sum(p)*diag(p), also between the same factors, A'*(diag(p) - p*p')*A.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..rulebook.book import RuleBook
from ..rulebook.patterns import instantiate, match
from ..rulebook.properties import Facts
from ..rulebook.reader import Rule
from ..simplification.expansion import expanded
from ..simplification.normal import Simplifier
from ..terms.expression import Expr, add, apply, mm, mul, neg, prod, t
from . import signs
from .minors import minors
from .words import Key, with_words

Known = Iterable[tuple[str, tuple[Expr, ...]]]  # what is taken for granted: a property and what has it

DEEP = 24
MOST_TURNED = 12  # factors of a trace that are turned round
SCALED = TURNED = ""  # steps that need no line of their own
_OF_NUMBERS = {"psd": "nonnegative", "spd": "positive"}


@dataclass(frozen=True)
class Step:
    """Why an expression has a property: in words, and from which properties of other expressions."""

    text: str  # continues the sentence that it has the property; empty where it needs no line
    source: str = ""
    needs: tuple[Key, ...] = ()
    is_given: bool = False  # whether it is taken for granted


class Proofs(Facts):
    """Facts that also prove signs and definiteness of sums, and that keep how each was found.

    >>> from matcalc.language.parse import parse_expression
    >>> e = parse_expression("A'*(diag(softmax(x)) - softmax(x)*softmax(x)')*A").expr
    >>> Proofs().ask("psd", e)
    True
    """

    def __init__(self, known: Known = (), book: RuleBook | None = None):
        super().__init__(depth=DEEP, book=book)
        self.normal = Simplifier(Facts(book=self.book))
        self.bounds = self.book.view(_bounds)
        self.why: dict[Key, Step] = {}
        for prop, args in known:
            for e in {args[0], self.normal.run(args[0])}:
                self.memo[prop, e] = True
                self.why[prop, e] = Step(" on the domain", is_given=True)

    def note(self, prop: str, e: Expr, rule: Rule, wanted: list[tuple[str, Expr]]) -> None:
        self.why[prop, e] = Step(f", as {rule.lhs}{with_words(rule.conditions)}", rule.citation, tuple(wanted))

    def _ask(self, prop: str, e: Expr, level: int) -> bool | None:
        if e.is_scalar and prop in _OF_NUMBERS:
            return self._since(prop, e, SCALED, (_OF_NUMBERS[prop], e), level)
        if prop == "above_one" and e.op == "num":
            return bool(e.data > 1)
        found = super()._ask(prop, e, level)
        if found is not None or level >= self.depth:
            return found
        if e.op == "tr" and prop in ("nonnegative", "positive"):
            return self._turned(prop, e, level)
        if prop in ("nonnegative", "positive") and e.op in ("add", "prod", "had", "pow", "epow"):
            return self._sign(prop, e, level)
        if prop in ("psd", "spd") and e.shape[0] is e.shape[-1]:
            return self._definite(prop, e, level)
        return None

    def _since(self, prop: str, e: Expr, text: str, key: Key, level: int) -> bool | None:
        """A property that another one says."""
        if self.ask(*key, level + 1):
            self.why[prop, e] = Step(text, "", (key,))
            return True
        return None

    def _turned(self, prop: str, e: Expr, level: int) -> bool | None:
        """A trace: its factors may begin at any place."""
        chain = e.args[0].args if e.args[0].op == "mm" else ()
        if len(chain) > MOST_TURNED:
            return None
        turned = (apply("tr", mm(*chain[k:], *chain[:k])) for k in range(1, len(chain)))
        return next((True for x in turned if self._since(prop, e, TURNED, (prop, x), level)), None)

    def _sign(self, prop: str, e: Expr, level: int) -> bool | None:
        used: dict[Key, None] = {}

        def ask(p: str, part: Expr) -> bool:
            holds = part is not e and self.ask(p, part, level + 1) is True
            if holds:
                used[p, part] = None
            return holds

        if (signs.positive if prop == "positive" else signs.nonnegative)(e, ask):
            self.why[prop, e] = Step(", as a sum of products of squares and of such factors", "", tuple(used))
            return True
        return None

    def _definite(self, prop: str, e: Expr, level: int) -> bool | None:
        if e.op == "add" and (step := self._sum(prop, e, level)) is not None:
            self.why[prop, e] = step
            return True
        if e.op == "array":
            return self._grid(prop, e, level)
        wide = expanded(e)
        if wide is not None and (new := self.normal.run(wide)) is not e and new.op == "add":
            return self._since(prop, e, f", since multiplied out it is {new}", (prop, new), level)
        return None

    def _grid(self, prop: str, e: Expr, level: int) -> bool | None:
        """Explicit entries: the principal minors."""
        wanted = "positive" if prop == "spd" else "nonnegative"
        found = minors(e, leading=prop == "spd")
        if found is None or not all(self.ask(wanted, self.normal.run(m), level + 1) for m in found):
            return None
        keys = tuple((wanted, self.normal.run(m)) for m in found)
        self.why[prop, e] = Step(", as every principal minor is", "Horn and Johnson, Matrix Analysis, 7", keys)
        return True

    def step(self, key: Key) -> Step | None:
        """How a property was found; one that another property implies by that one."""
        found = self.why.get(key)
        if found is None:
            for names in self.stronger.get(key[0], ()):
                if all(self.memo.get((p, key[1])) for p in names):
                    return Step("", needs=tuple((p, key[1]) for p in names))
        return found

    # --- sums ------------------------------------------------------------------------------------------------

    def _sum(self, prop: str, e: Expr, level: int) -> Step | None:
        """Why a sum is definite: every term is, or is bounded by others."""
        good: list[tuple[Expr, Expr]] = []
        bad: list[tuple[Expr, Expr]] = []
        needs: list[Key] = []
        for term in e.args:
            c, m = scaled(term)
            fine = self.ask("psd", m, level + 1)
            if fine and self.ask("nonnegative", c, level + 1):
                good.append((c, m))
                needs.append(("psd", term))
                self._since("psd", term, SCALED, ("psd", m), level)
            elif fine or not self.ask("nonnegative", self.normal.run(neg(c)), level + 1):
                bad.append((neg(c), m))
            else:
                return None
        strict = any(self.ask("spd", m, level + 1) and self.ask("positive", c, level + 1) for c, m in good)
        if not bad:
            if prop == "psd" or strict:
                which = " that are positive semidefinite, one of them definite" if prop == "spd" else " that are so"
                return Step(f", as a sum of terms{which}", "", tuple(needs))
            return None
        return self._bounded(prop, good, bad, level)

    def _bounded(self, prop: str, good: list[tuple[Expr, Expr]], bad: list[tuple[Expr, Expr]], level: int,
                 ) -> Step | None:  # fmt: skip
        """Each term with a minus sign taken from one that bounds it."""
        texts, sources = [], []
        pool = list(good)
        for r, m in bad:
            found = next(self._taken(r, m, pool, level), None)
            if found is None:
                return None
            k, left, text, source = found
            pool[k] = (left, pool[k][1])
            texts.append(text)
            sources.append(source)
        if prop == "spd" and not any(
            self.ask("spd", m, level + 1) and self.ask("positive", c, level + 1) for c, m in pool
        ):
            return None
        return Step(f", since {' and '.join(texts)}", "; ".join(dict.fromkeys(s for s in sources if s)))

    def _taken(self, r: Expr, m: Expr, pool: Sequence[tuple[Expr, Expr]], level: int,
               ) -> Iterator[tuple[int, Expr, str, str]]:  # fmt: skip
        """Where s*N - r*M is at least (s - r*b)*N, since M is at most b*N."""
        for outer, core in cores(m, self.normal):
            for rule, upper, lower in self.bounds:
                for env, dims in match(lower, core, {}, {}):
                    if not all(self.ask(p, instantiate(a[0], env, dims), level + 1) for p, a in rule.conditions):
                        continue
                    b, n = scaled(instantiate(upper, env, dims))
                    n = self.normal.run(within(outer, n))
                    for k, (s, other) in enumerate(pool):
                        left = self.normal.run(add(s, neg(prod(r, b))))
                        if other is n and (signs.is_zero(left) or self.ask("nonnegative", left, level + 1)):
                            text = f"{core} is at most {mul(b, instantiate(scaled(upper)[1], env, dims))}"
                            yield k, left, text, rule.citation


def scaled(e: Expr) -> tuple[Expr, Expr]:
    """A term as a scalar times an array."""
    if e.op == "prod" and not e.is_scalar:
        return prod(*e.args[:-1]), e.args[-1]
    return prod(), e


def cores(m: Expr, s: Simplifier) -> Iterator[tuple[tuple[Expr, ...], Expr]]:
    """A product P'*M*P without more and more of its outer factors: the factors P, from the outside, and M."""
    yield (), m
    args = m.args if m.op == "mm" else (m,)
    outer: tuple[Expr, ...] = ()
    while len(args) > 2 and s.run(t(args[0])) is args[-1]:
        outer, args = (*outer, args[-1]), args[1:-1]
        yield outer, mm(*args)


def within(outer: Sequence[Expr], core: Expr) -> Expr:
    """P'*M*P from the factors P, from the outside, and M."""
    for factor in reversed(outer):
        core = mul(mul(t(factor), core), factor)
    return core


def _bounds(book: RuleBook) -> list[tuple[Rule, Expr, Expr]]:
    """The facts that say of a difference that it is psd: the rule, what bounds, and what is bounded."""
    found = []
    for rule in book.of_kind("fact"):
        if rule.property == "psd" and rule.lhs.op == "add" and len(rule.lhs.args) == 2:
            for upper, lower in (rule.lhs.args, rule.lhs.args[::-1]):
                if lower.op == "prod" and lower.args[0].op == "num" and lower.args[0].data == -1:
                    found.append((rule, upper, prod(*lower.args[1:])))
    return found


