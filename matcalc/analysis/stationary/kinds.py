"""Minimum, maximum or saddle: from the form of the Hessian of the Lagrangian, and never against numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...calculus.derive import second_by_several
from ...calculus.forms import vec_form
from ...numbers.evaluate import evaluate
from ...rulebook.reader import Condition
from ...terms.errors import MatcalcError
from ...terms.expression import Expr, var
from ...terms.rebuild import substitute
from ...terms.walks import variables
from .affine import is_column
from .numeric import Seen
from .work import Work, sign, where_positive

_KINDS = {2: "minimum", 1: "minimum", -1: "maximum", -2: "maximum"}
_WORDS = {
    2: "positive definite",
    1: "positive semidefinite",
    -1: "negative semidefinite",
    -2: "negative definite",
}
_NUMBERS = {2: "positive", 1: "nonnegative", -1: "nonpositive", -2: "negative"}
NEAR = 1e-9
LONG = 60  # tokens of a Hessian that is shown


@dataclass(frozen=True)
class Kind:
    """What a stationary point is, and why."""

    name: str  # minimum, maximum, saddle or unknown
    reason: str


def hessian_of(g: Expr, x: Expr, work: Work) -> Expr | None:
    """The Hessian from the gradient: of vec(X) for a matrix."""
    try:
        record = work.derivative(g, x)
        return work.short(record.expr if is_column(x) else vec_form(record).expr)
    except MatcalcError:
        return None


def kind_of(h: Expr | None, at: dict[Expr, Expr], seen: Seen, work: Work, stated: Sequence[Condition],
            constrained: bool) -> Kind:  # fmt: skip
    """The kind by the sign of a Hessian everywhere, at the solution, or under an assumption; else what numbers show."""
    if h is None:
        return _seen(seen, "")
    found = sign(h, work.book)
    if found:
        where = "" if constrained or not _named(h, at) else " everywhere"
        return _proved(h, found, where, seen)
    local = work.short(substitute(h, at)) if all(v.shape == x.shape for x, v in at.items()) else h
    positive = [args[0] for prop, args in stated if prop == "positive"]
    found = sign(local, work.book, where_positive(positive))
    if found in (2, -2):
        return _proved(local, found, " there", seen)
    hint = _if_positive(local, work)
    return hint or _seen(seen, _shown(local))


def kind_of_numbers(f: Expr, unknowns: Sequence[Expr], at: dict[Expr, Expr], work: Work) -> Kind | None:
    """The kind of a point in several scalars whose Hessian there is a matrix of numbers; None if it is not."""
    if not all(x.is_scalar for x in unknowns):
        return None
    h = work.short(substitute(second_by_several(f, unknowns, book=work.book).expr, at))
    if h.free:
        return None
    import numpy as np

    values = np.linalg.eigvalsh(evaluate(h, {}))
    low, high = float(values.min()), float(values.max())
    name = "minimum" if low > NEAR else "maximum" if high < -NEAR else "saddle" if low < -NEAR and high > NEAR else ""
    return Kind(name, f"the Hessian there is {h}") if name else None


def _named(h: Expr, at: dict[Expr, Expr]) -> bool:
    return any(x.data[0] in h.free for x in at)


def _shown(h: Expr) -> str:
    """The Hessian in words, written out where it is short."""
    what = "the second derivative" if h.is_scalar else "the Hessian"
    return f"{what} {h}" if h.cost <= LONG else what


def _proved(h: Expr, found: int, where: str, seen: Seen) -> Kind:
    words = _NUMBERS if h.is_scalar else _WORDS
    what = _shown(h)
    name = _KINDS[found]
    if not seen.all(frozenset((0, 1)) if found > 0 else frozenset((0, -1))):
        return Kind("unknown", f"{what} seems to be {words[found]}{where}, and numbers do not show it")
    return Kind(name, f"{what} is {words[found]}{where}")


def _if_positive(h: Expr, work: Work) -> Kind | None:
    """What follows where the numbers that were not declared are positive."""
    open_ = [v for v in variables(h).values() if v.is_scalar and not work.facts.holds("positive", v)]
    if not open_:
        return None
    assumed = {v: var(v.data[0], v.shape, {*v.data[2], "positive"}, v.data[1]) for v in open_}
    found = sign(substitute(h, assumed), work.book)
    if not found:
        return None
    words = _NUMBERS if h.is_scalar else _WORDS
    names = ", ".join(f"{v} > 0" for v in open_)
    return Kind("unknown", f"{_KINDS[found]} if {names}: {_shown(h)} is {words[found]} then")


def _seen(seen: Seen, what: str) -> Kind:
    """What numbers show alone, which is no proof."""
    kinds = {frozenset((1,)): "minimum", frozenset((-1,)): "maximum", frozenset((1, -1)): "saddle point"}
    common = set(seen.curved)
    of = f"{what}: " if what else ""
    if len(common) == 1 and (name := kinds.get(next(iter(common)))):
        return Kind("unknown", f"{of}a {name} at all of {seen.samples} random points, not proved")
    return Kind("unknown", f"{of}a minimum where it is positive definite, a maximum where it is negative definite"
                if what else "the sign of the second derivative is not known")  # fmt: skip
