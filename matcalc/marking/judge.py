"""The verdict on an answer: right, right under a condition, or wrong with the smallest change that mends it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from ..numbers.domains import Sample
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, add, div, neg, num, prod
from ..terms.records import dataclass
from ..terms.shapes import SCALAR, describe
from .edits import Edit, edits
from .places import Path
from .points import Points, ratio
from .square import Square
from .terms import factors, scalars, terms

_NAMES = {"value": "value", "differential": "differential", "vec": "derivative of vec by vec",
          "Hessian": "Hessian"}  # fmt: skip
BUDGET = 4000  # changed answers that are compared
FIRST = 200  # of those with one change, from which a second is tried


@dataclass(frozen=True)
class Finding:
    """What was found: the verdict in words, and the answer as it should be.

    `layout` is that in which the answer, or the mended one, is the derivative. `path`, `before` and `after` say what
    was changed.
    """

    right: bool
    text: str
    layout: str = ""
    condition: str = ""
    mended: Expr | None = None
    path: Path | None = None
    before: Expr | None = None
    after: Expr | None = None


class Judge:
    """Compares answers with the derivatives in the layouts."""

    def __init__(self, wanted: Mapping[str, Expr], points: Points, source: Expr):
        self.wanted, self.points, self.source = wanted, points, source
        self.left = BUDGET

    def judge(self, answer: Expr) -> Finding:
        """The verdict on an answer whose shapes fit together."""
        return self.equal(answer) or self.scaled(answer) or self.conditional(answer) or self.mended(answer)

    def samples(self, answer: Expr) -> Iterator[tuple[str, list[Sample]]]:
        """The conditions that are tried, each with points at which it holds."""
        square = [n for n in self.points.square() if n in answer.free or any(n in w.free for w in self.wanted.values())]
        for names in (c for k in (1, 2) for c in itertools.combinations(square, k)):
            condition = f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} symmetric"
            yield condition, self.points.with_property(names, "symmetric")

    def judge_misshapen(self, answer: Expr, world: Square, why: str) -> Finding:
        """The verdict on an answer whose shapes do not fit, read as if all arrays were square."""
        missing = []
        for f in dict.fromkeys(f for w in self.wanted.values() for f in factors(w)):
            try:
                missing.append(world.squared(f))
            except MatcalcError:  # a sum over entries, for example, of what is a vector
                continue
        found = self.search(answer, missing, world.restored)
        if found is not None:
            return found
        name = next(iter(self.wanted))
        return Finding(False, f"wrong: {why}", name, "", self.wanted[name])

    # --- right, as it stands or under a condition ------------------------------------------------------------

    def layouts(self, e: Expr, samples: Sequence[Sample] | None = None) -> list[str]:
        """The layouts in which an expression is the derivative."""
        return [name for name, wanted in self.wanted.items() if self.points.equal(e, wanted, samples)]

    def equal(self, answer: Expr) -> Finding | None:
        found = self.layouts(answer)
        if not found:
            return None
        layouts = [n for n in found if n not in _NAMES]
        where = "both layouts" if len(layouts) > 1 else f"{layouts[0]} layout" if layouts else ""
        named = [_NAMES[n] for n in found if n in _NAMES] + [f"derivative in {where}"] * bool(where)
        return Finding(True, "right: this is the " + " and ".join(named), found[0], mended=answer)

    def conditional(self, answer: Expr) -> Finding | None:
        """Right if some square matrices are symmetric, and else not."""
        for condition, samples in self.samples(answer):
            for layout in self.layouts(answer, samples):
                right = self.wanted[layout]
                text = f"right only if {condition}; otherwise the derivative is {right}"
                return Finding(False, text, layout, condition, right)
        return None

    def conditional_multiple(self, answer: Expr) -> Finding | None:
        """A factor is missing even if some square matrices are symmetric."""
        for condition, samples in self.samples(answer):
            for layout, right in self.wanted.items():
                factor = self.constant(answer, right, samples)
                if factor is not None:
                    said = self.by_factor(factor, answer, layout).text
                    text = f"{said}; and even then right only if {condition}"
                    return Finding(False, text, layout, condition, right)
        return None

    # --- wrong by a factor -----------------------------------------------------------------------------------

    def scaled(self, answer: Expr) -> Finding | None:
        """A constant, or a scalar of the question, is missing as a factor or is one too many."""
        for layout, wanted in self.wanted.items():
            factor = self.constant(answer, wanted)
            if factor is not None:
                return self.by_factor(factor, answer, layout)
        return None

    def constant(self, answer: Expr, wanted: Expr, samples: Sequence[Sample] | None = None) -> Expr | None:
        """The scalar by which the derivative is a multiple of the answer."""
        if wanted.shape != answer.shape:
            return None
        mine, truth = self.points.values(answer, samples), self.points.values(wanted, samples)
        found = ratio(mine, truth) if mine is not None and truth is not None else None
        return None if found is None else self.factor(found, answer, wanted, samples)

    def factor(self, found: list[float], answer: Expr, wanted: Expr, samples: Sequence[Sample] | None) -> Expr | None:
        """The scalar that has these values: a fraction, or a scalar of the question with a fraction."""
        plain = _fraction(found)
        if plain is not None:
            return num(plain)
        for v in scalars((answer, wanted, self.source)):
            values = self.points.values(v, samples)
            if values is None or any(abs(float(x)) < 1e-9 for x in values):
                continue
            for power_of in (1, -1):
                rest = _fraction([c / float(x) ** power_of for c, x in zip(found, values, strict=True)])
                if rest is not None:
                    scale = v if power_of == 1 else div(num(1), v)
                    return scale if rest == 1 else prod(num(rest), scale)
        return None

    def by_factor(self, factor: Expr, answer: Expr, layout: str) -> Finding:
        right = _times(factor, answer)
        if factor.op == "num" and factor.data == -1:
            return Finding(False, "wrong: the sign", layout, "", right, (), answer, right)
        text = f"wrong: the factor {factor} is missing"
        if factor.op == "num" and abs(factor.data) < 1:
            text = f"wrong: the factor {num(1 / Fraction(factor.data))} is too much"
        return Finding(False, text, layout, "", right, (), answer, right)

    # --- wrong by a small change -----------------------------------------------------------------------------

    def mended(self, answer: Expr) -> Finding:
        """The smallest change that makes the answer right."""
        missing = list(dict.fromkeys(f for w in self.wanted.values() for f in factors(w)))

        def between(e: Expr) -> Finding | None:
            return self.term(e) or self.conditional_multiple(e)

        return self.search(answer, missing, lambda e: e, between) or self.unknown(answer)

    def search(self, answer: Expr, missing: Sequence[Expr], restored: Callable[[Expr], Expr | None],
               between: Callable[[Expr], Finding | None] | None = None) -> Finding | None:  # fmt: skip
        """One change, then what lies `between`, then two changes."""
        first: list[Edit] = []
        for e in edits(answer, missing):
            layout = self.fits(restored(e.expr))
            if layout:
                return self.found((e,), layout, restored)
            first.append(e)
        lost = between(answer) if between is not None else None
        if lost is not None:
            return lost
        for e in first[:FIRST]:
            for f in edits(e.expr):
                layout = self.fits(restored(f.expr))
                if layout:
                    return self.found((e, f), layout, restored)
                if self.left <= 0:
                    return None
        return None

    def fits(self, e: Expr | None) -> str:
        """The layout in which a changed answer is right, or nothing; one point decides for most."""
        self.left -= 1
        if self.left <= 0 or e is None:
            return ""
        first = self.points.samples[:1]
        for name, wanted in self.wanted.items():
            if e.shape == wanted.shape and self.points.equal(e, wanted, first) and self.points.equal(e, wanted):
                return name
        return ""

    def term(self, answer: Expr) -> Finding | None:
        """A term is missing: the answer and one or two terms of the derivative together are right."""
        for layout, wanted in self.wanted.items():
            if wanted.shape != answer.shape:
                continue
            every = terms(wanted)
            for some in (c for k in (1, 2) if len(every) > k for c in itertools.combinations(every, k)):
                self.left -= 1
                if self.left <= 0:
                    return None
                whole = add(answer, *some)
                if self.points.equal(whole, wanted):
                    what, are = " and ".join(map(str, some)), "s" if len(some) > 1 else ""
                    said = f"wrong: the term{are} {what} {'are' if are else 'is'} missing"
                    return Finding(False, said, layout, "", whole, (), answer, whole)
        return None

    def found(self, steps: tuple[Edit, ...], layout: str, restored: Callable[[Expr], Expr | None]) -> Finding:
        last = steps[-1]
        text = "wrong: " + "; and ".join(s.mistake for s in steps)
        path = last.path if len(steps) == 1 else None
        return Finding(False, text, layout, "", restored(last.expr), path, last.before, last.after)

    def unknown(self, answer: Expr) -> Finding:
        """No small change helps: what can be said is the shape."""
        shapes = {name: w.shape for name, w in self.wanted.items()}
        name = next(iter(self.wanted))
        if answer.shape not in shapes.values():
            told = " or ".join(dict.fromkeys(_shape(s) for s in shapes.values()))
            text = f"wrong: its shape is {_shape(answer.shape)}, that of the derivative {told}"
        else:
            text = "wrong: no small change makes it right"
            name = next(n for n, s in shapes.items() if s == answer.shape)
        return Finding(False, text, name, "", self.wanted[name])


def _shape(shape: tuple) -> str:  # type: ignore[type-arg]
    return "scalar" if shape == SCALAR else describe(shape)


def _times(factor: Expr, e: Expr) -> Expr:
    """A scalar times an expression, the numbers multiplied."""
    parts = [p for u in (factor, e) for p in (u.args if u.op == "prod" else (u,))]
    value = math.prod((Fraction(p.data) for p in parts if p.op == "num"), start=Fraction(1))
    rest = [p for p in parts if p.op != "num"]
    whole = (prod(*rest) if len(rest) > 1 else rest[0]) if rest else num(1)
    if value == 1:
        return whole
    return neg(whole) if value == -1 else prod(num(value), *rest)


def _fraction(values: Sequence[float]) -> Fraction | None:
    """The small fraction that all values are."""
    found = Fraction(values[0]).limit_denominator(24)
    near = 1e-7 * max(1.0, abs(values[0]))
    return found if found and all(abs(v - found) < near for v in values) else None

