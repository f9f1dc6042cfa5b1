"""The derivative of an expression: mode, identification, structure, layout, simplification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..rulebook.book import RuleBook
from ..rulebook.patterns import instantiate, match
from ..rulebook.properties import STRUCTURAL, Facts, closure
from ..simplification.normal import Simplifier, recognise, seed
from ..simplification.rewrite import expanding
from ..simplification.search import shorten
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, differential_of, num, t, zeros
from ..terms.shapes import ONE, SCALAR
from ..terms.walks import postorder, variables
from .abstract import in_layout
from .accumulation import Trace, depends, differential, gradient
from .index.identification import jacobian
from .layout import reverse_axes, zero_axes

if TYPE_CHECKING:
    from ..terms.recorder import Recorder

STRUCTURES = ("free", "entries", "tangent")


@dataclass
class Result:
    """A derivative in a layout: the form for people, the form to differentiate again, and how it came about."""

    expr: Expr
    raw: Expr
    trace: Trace


def derive(f: Expr, x: Expr, layout: str = "numerator", structure: str = "free",
           recorder: Recorder | None = None, book: RuleBook | None = None) -> Result:  # fmt: skip
    """The derivative of f by the variable x with the rules of a book; a recorder keeps what was done on the way."""
    trace = Trace(book or RuleBook.default(), recorder=recorder)
    body = recognise(f, trace.book, recorder)
    natural = natural_form(body, x, structure, trace)
    scalar_by_array = f.is_scalar and not x.is_scalar
    if scalar_by_array:
        formed = t(natural) if layout == "numerator" else natural
    else:
        formed = natural if layout == "numerator" else reverse_axes(natural)
    trace.step(f"{layout} layout", natural, formed)
    result = finish(f, x, formed, trace, body)
    if any(e.op == "jac" for e in postorder(result.expr)):
        result.expr = in_layout(result.expr, layout)
    return result


def structured_names(f: Expr, book: RuleBook) -> frozenset[str]:
    """The variables whose structure an answer that will be differentiated again must not use."""
    found = variables(f).items()
    return frozenset(name for name, v in found if closure(v.data[2], book) & STRUCTURAL)


def finish(f: Expr, x: Expr, formed: Expr, trace: Trace, body: Expr) -> Result:
    """Simplify a derivative: without the structure of variables, to differentiate again, and with all that is known."""
    structured = structured_names(f, trace.book)
    s = Simplifier(Facts(book=trace.book), recorder=trace.recorder)
    seed(s, f)
    seed(s, body)
    final = s.run(formed)
    shortest = _shortest(final, s)
    raw = final
    if structured:
        hidden = Simplifier(Facts(hidden=structured, book=trace.book))
        seed(hidden, f)
        raw = hidden.run(formed)
    return Result(shortest, raw, trace)


_MAY_EXPAND = frozenset(("inv", "adj"))


def _shortest(final: Expr, s: Simplifier) -> Expr:
    """The shorter of the answer and of the answer with inverses of products taken apart (rules/expand.rules)."""
    best = shorten(final, s)
    if not any(e.op in _MAY_EXPAND and e.args[0].op == "mm" for e in postorder(best)):
        return best
    wide = Simplifier(s.facts, s.facts.book.view(expanding), recorder=s.recorder)
    wide.seen = dict(s.seen)
    if s.recorder is not None:
        s.recorder.begin("inverses of products taken apart", best)
    other = shorten(wide.run(final), wide)
    if s.recorder is not None:
        s.recorder.choice("as they are", best)
        s.recorder.choice("taken apart", other)
        s.recorder.end(other if other.cost < best.cost else best)
    return other if other.cost < best.cost else best


def natural_form(f: Expr, x: Expr, structure: str, trace: Trace) -> Expr:
    """The gradient (scalar by array, of the shape of x), the derivative by a scalar, or the Jacobian."""
    if not depends(f, x):
        return zero(f, x)
    if x.is_scalar:
        result = differential(f, x, num(1), trace)
        return zero(f, x) if result is None else result
    if f.is_scalar:
        g = gradient(f, x, trace)
        return zero(f, x) if g is None else structured(g, x, structure, trace)
    d = differential_of(x)
    dy = differential(f, x, structured(d, x, structure, trace), trace)
    return zero(f, x) if dy is None else linear_part(dy, d, f, trace)


def linear_part(dy: Expr, d: Expr, f: Expr, trace: Trace, natural: bool = False) -> Expr:
    """The coefficient of d in a differential that has been simplified first."""
    x = d.data[1]
    s = Simplifier(Facts(hidden=(x.data[0],), book=trace.book), recorder=trace.recorder)
    seed(s, f)
    dy = s.run(dy)
    found = jacobian(dy, d, natural) if d in set(_leaves(dy)) else zero(dy, x, natural)
    trace.step("derivative read off", dy, found)
    return found


def _leaves(e: Expr) -> list[Expr]:
    return [a for a in postorder(e) if not a.args]


def zero(f: Expr, x: Expr, natural: bool = False) -> Expr:
    """The derivative of what does not depend on x."""
    if f.is_scalar:
        return zeros(x.shape)
    axes = zero_axes(f, x, natural)
    if x.is_scalar:
        return zeros(f.shape)
    if not axes:
        return num(0)
    if len(axes) == 1:
        return zeros((axes[0], ONE))
    return zeros(axes)


def structured(g: Expr, x: Expr, structure: str, trace: Trace) -> Expr:
    """The gradient by a structured variable from the free one (rules/structure.rules)."""
    if structure == "free":
        return g
    if structure not in STRUCTURES:
        raise MatcalcError(f"the structure is one of {', '.join(STRUCTURES)}, not {structure!r}")
    properties = closure(x.data[2], trace.book)
    fitting = [r for r in trace.book.of_kind("structure") if r.use == structure and r.property in properties]
    if fitting:  # of the property that says most: a diagonal matrix is symmetric too
        rule = max(fitting, key=lambda r: len(closure(frozenset((r.property,)), trace.book)))
        trace.applied.append((rule, g))
        env, dims = next(match(rule.lhs, g, {}, {}))
        tied = instantiate(rule.rhs, env, dims)
        trace.step(rule.label, g, tied, rule)
        return tied
    if "orthogonal" in properties:
        raise MatcalcError(f"structure={structure!r} is not known for an orthogonal variable")
    return g


def second(f: Expr, x: Expr, recorder: Recorder | None = None, book: RuleBook | None = None) -> Result:
    """The Hessian of a scalar: for a vector (n, n), for a matrix the axes of X twice, for a scalar f''."""
    if f.shape != SCALAR:
        raise MatcalcError("the Hessian is that of a scalar expression; use diff twice for arrays")
    trace = Trace(book or RuleBook.default(), recorder=recorder)
    body = recognise(f, trace.book, recorder)
    first = natural_form(body, x, "free", trace)
    s = Simplifier(Facts(hidden=(x.data[0],), book=trace.book), recorder=recorder)
    seed(s, f)
    seed(s, body)
    g = shorten(s.run(first), s)  # a compact gradient keeps the second derivative compact
    if not depends(g, x):
        result = num(0) if x.is_scalar else zero(g, x, True)
    elif x.is_scalar:
        dg = differential(g, x, num(1), trace)
        result = num(0) if dg is None else dg
    else:
        d = differential_of(x)
        dy = differential(g, x, d, trace)
        result = zero(g, x, True) if dy is None else linear_part(dy, d, f, trace, True)
    return finish(f, x, result, trace, body)
