"""The curvature of a function: what is proved of it, beside what numbers say; the two must agree."""

from __future__ import annotations

from dataclasses import dataclass

from ..terms.errors import InternalError
from .composition import AFFINE, CONCAVE, CONVEX, UNKNOWN
from .curvature import NEITHER, Finding, Question, hints, prove
from .samples import Bend, Numbers, numbers
from .words import said


@dataclass(frozen=True)
class Judgement:
    """A verdict with what it rests on: a proof, or two bends in opposite directions."""

    verdict: str
    finding: Finding
    reason: tuple[str, ...]
    points: int
    witness: tuple[Bend, Bend] | None = None  # downwards, upwards
    when: tuple[tuple[str, str], ...] = ()  # further conditions, and the verdict under them


def judge(q: Question) -> Judgement:
    """The verdict on a function; a proof that numbers refute is an InternalError.

    >>> from matcalc.language.parse import parse_expression
    >>> f = parse_expression("x^3", "x: scalar").expr
    >>> found = judge(Question(f, f.args[:1]))
    >>> found.verdict, found.when
    ('neither', (('x > 0', 'strictly convex'),))
    """
    found = prove(q)
    seen = numbers(q.f, q.variables, found.form, found.domain, q.book)
    refute(found, seen, q)
    if found.what != UNKNOWN:
        return Judgement(found.verdict, found, found.reason, seen.points)
    when, both = hints(q, found), seen.both
    lines = _constant(q, found)
    if found.holes:
        lines += tuple(f"{said(k)}: that is not known to be a convex set" for k in found.holes)
    if both is not None and both.down is not None and both.up is not None:
        return Judgement(NEITHER, found, lines, seen.points, (both.down, both.up), when)
    return Judgement(UNKNOWN, found, (*lines, _suggested(seen)), seen.points, None, when)


def refute(found: Finding, seen: Numbers, q: Question) -> None:
    """InternalError if numbers refute what was proved."""
    wrong = {CONVEX: seen.downs, CONCAVE: seen.ups, AFFINE: seen.downs + seen.ups}.get(found.what, [])
    if wrong:
        raise InternalError(f"{q.f} was found {found.verdict} in {', '.join(q.names)}, which numbers refute")


def _constant(q: Question, found: Finding) -> tuple[str, ...]:
    """Where the Hessian does not depend on the variables, the condition is its own."""
    form = found.form
    if form is None or form.directions or form.expr.free & frozenset(q.names) or form.expr.op == "array":
        return ()
    what = ">= 0" if form.expr.is_scalar else "positive semidefinite"
    verb = "is" if not form.expr.is_scalar else ""
    names = ", ".join(q.names)
    test = f"{form.expr} {verb} {what}".replace("  ", " ")
    return (f"the Hessian {form.expr} does not depend on {names}: convex exactly where {test}",)


def _suggested(seen: Numbers) -> str:
    """What numbers suggest where nothing is proved."""
    at = f"at {seen.points} random points"
    if not seen.points:
        return "no values were found at which it is defined"
    if not seen.downs:
        return f"no counterexample to convexity {at}"
    if not seen.ups:
        return f"no counterexample to concavity {at}"
    return f"it bends upwards for some values of the other names and downwards for others, {at}"
