"""The derivative of an expression: mode, identification, structure, layout, simplification."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..simplification.normal import Simplifier, seed
from ..simplification.recognition import recognise
from ..simplification.rewrite import RuleTable, expanding, joined, joining, longer
from ..simplification.search import shorten
from ..simplification.transposing import transposed
from ..simplification.words import in_the_words_of
from ..terms.errors import MatcalcError, ShapeError
from ..terms.expression import Expr, array, differential_of, num, prod, t, zeros
from ..terms.shapes import ONE, SCALAR, describe
from ..terms.walks import postorder
from .abstract import in_layout
from .accumulation import depends, differential, gradient
from .halves import in_halves
from .index.identification import jacobian
from .layout import Layout, reverse_axes, zero_axes
from .record import Record, Structure, Trace
from .structure import structured, structured_names

if TYPE_CHECKING:
    from ..terms.recorder import Recorder


MOST_JOINED = 120  # tokens of an answer of which products are put together: inverses in inverses would take long
MOST_KINK = 60  # tokens of what is taken to be nowhere zero


def derive(f: Expr, x: Expr, layout: Layout = "numerator", structure: Structure = "free",
           recorder: Recorder | None = None, book: RuleBook | None = None) -> Record:  # fmt: skip
    """The derivative of f by the variable x with the rules of a book; a recorder keeps what was done on the way."""
    trace = Trace(book or RuleBook.default(), recorder=recorder)
    body = recognise(f, trace.book, recorder)
    if x.is_scalar:  # accumulated forwards
        body = in_halves(body, x.data.name)
    natural = natural_form(body, x, structure, trace)
    expr, raw, s = finish(f, x, natural, trace, body)
    if (layout == "numerator") == (f.is_scalar and not x.is_scalar):  # the natural form is in the other layout
        trace.begin(f"{layout} layout", expr)
        expr = reverse_axes(expr) if len(expr.shape) > 2 else transposed(expr, s)
        trace.end(expr)
        raw = reverse_axes(raw)
    if any(e.op == "jac" for e in postorder(expr)):
        expr = in_layout(expr, layout)
    return Record(f, (x,), layout, expr, raw, trace, structure=structure)


def _refuse_array(f: Expr) -> None:
    """MatcalcError for what has no Hessian."""
    if f.shape != SCALAR:
        raise MatcalcError("the Hessian is that of a scalar expression; use diff twice for arrays")


def second(f: Expr, x: Expr, recorder: Recorder | None = None, book: RuleBook | None = None) -> Record:
    """The Hessian of a scalar: for a vector (n, n), for a matrix the axes of X twice, for a scalar f''."""
    _refuse_array(f)
    trace = Trace(book or RuleBook.default(), recorder=recorder)
    body = recognise(f, trace.book, recorder)
    first = natural_form(body, x, "free", trace)
    s = Simplifier(Facts(hidden=(x.data[0],), book=trace.book), recorder=recorder)
    seed(s, f, x)
    seed(s, body)
    g = shorten(s.run(first), s)  # a compact gradient keeps the second derivative compact
    if not depends(g, x):
        formed = num(0) if x.is_scalar else zero(g, x, True)
    elif x.is_scalar:
        dg = differential(g, x, num(1), trace)
        formed = num(0) if dg is None else dg
    else:
        d = differential_of(x)
        dy = differential(g, x, d, trace)
        formed = zero(g, x, True) if dy is None else linear_part(dy, d, f, trace, True)
    expr, raw, _ = finish(f, x, formed, trace, body)
    return Record(f, (x,), "numerator", expr, raw, trace, order=2)


def by_several(pairs: Sequence[tuple[Expr, Expr]], layout: Layout = "numerator",
               recorder: Recorder | None = None, book: RuleBook | None = None) -> Record:  # fmt: skip
    """The derivative by a list of scalars, as if they were the components of one vector.

    `pairs` has the expression, a scalar or a vector, with each variable in turn.
    """
    for f, x in pairs:
        if not x.is_scalar:
            raise ShapeError(f"a list of variables holds scalars; {x} is {describe(x.shape)}")
        if f.shape[1].value != 1:
            raise ShapeError(f"a scalar or a vector has a derivative by a list of variables, not {describe(f.shape)}")
    value, trace = pairs[0][0], Trace(book or RuleBook.default(), recorder=recorder)
    columns = []
    for f, x in pairs:
        columns.append(_part(f, x, trace).expr)
    entries = [_entries(c) if value.shape != SCALAR else (c,) for c in columns]
    known = [x for x in entries if x is not None]
    if len(known) < len(columns):  # a column without explicit entries
        body = array(1, len(columns), tuple(columns))
        body = body if layout == "numerator" else t(body)
    elif layout == "numerator":
        rows = list(zip(*known, strict=True))
        body = array(len(rows), len(columns), tuple(e for row in rows for e in row))
    else:
        body = array(len(columns), len(known[0]), tuple(e for column in known for e in column))
    trace.step("side by side" if layout == "numerator" else "one below the other", value, body)
    return Record(value, tuple(x for _, x in pairs), layout, body, body, trace)


def second_by_several(f: Expr, variables: Sequence[Expr], recorder: Recorder | None = None,
                      book: RuleBook | None = None) -> Record:  # fmt: skip
    """The Hessian of a scalar by a list of scalars: the matrix of its second derivatives, which is symmetric."""
    _refuse_array(f)
    trace = Trace(book or RuleBook.default(), recorder=recorder)
    found: dict[tuple[int, int], Expr] = {}
    for i, x in enumerate(variables):
        if not x.is_scalar:
            raise ShapeError(f"a list of variables holds scalars; {x} is {describe(x.shape)}")
        first = _part(f, x, trace).raw
        for j, y in enumerate(variables[i:], i):
            found[i, j] = found[j, i] = _part(first, y, trace).expr
    count = len(variables)
    body = array(count, count, tuple(found[i, j] for i in range(count) for j in range(count)))
    trace.step("row by row", f, body)
    return Record(f, tuple(variables), "numerator", body, body, trace, order=2)


def _part(f: Expr, x: Expr, trace: Trace) -> Record:
    """The derivative by one variable of a list, with its rules and assumptions in the common trace."""
    trace.begin(f"derivative by {x}", f)
    part = derive(f, x, recorder=trace.recorder, book=trace.book)
    trace.end(part.expr)
    trace.applied += part.trace.applied
    trace.assumptions.update(part.trace.assumptions)
    return part


def _entries(e: Expr) -> tuple[Expr, ...] | None:
    """The entries of an explicit column; zeros count as one."""
    if e.op == "array":
        return e.args
    if e.op == "zeros" and e.shape[0].value is not None:
        return (num(0),) * e.shape[0].value
    if e.op == "prod" and e.args[-1].op == "array":
        return tuple(prod(*e.args[:-1], a) for a in e.args[-1].args)
    return None


def finish(f: Expr, x: Expr, formed: Expr, trace: Trace, body: Expr) -> tuple[Expr, Expr, Simplifier]:
    """A derivative simplified with all that is known, and without the structure of variables, to derive again."""
    s = Simplifier(Facts(book=trace.book, nowhere_zero=_kinks(trace), stated=True), recorder=trace.recorder)
    seed(s, f, x)
    seed(s, body)
    final = raw = s.run(formed)
    shortest = in_the_words_of(f, _shortest(final, s), s)
    structured = structured_names(f, trace.book)
    if structured or s.facts.leaned or s.facts.equations is not None:  # the raw form takes nothing for granted
        hidden = Simplifier(Facts(hidden=structured, book=trace.book))
        seed(hidden, f, x)
        raw = hidden.run(formed)
    return shortest, raw, s


def _kinks(trace: Trace) -> list[Expr]:
    """What is taken to be nowhere zero, since a function of its entries has a kink there."""
    if not trace.nowhere_zero:
        return []
    s = Simplifier(Facts(book=trace.book))
    return [shorten(s.run(e), s) if e.op == "add" else e for e in trace.nowhere_zero if e.cost <= MOST_KINK]


def _shortest(final: Expr, s: Simplifier) -> Expr:
    """The shortest of the answer, of it in longer forms that may cancel, and of it with products put together."""
    best = shorten(final, s)
    if _may_fit(s.facts.book.view(longer), best):
        best = _other_form("taken apart", final, best, s, expanding)
    if best.cost <= MOST_JOINED and _may_fit(s.facts.book.view(joined), best):
        best = _other_form("put together", best, best, s, joining)
    return best


def _may_fit(table: RuleTable, e: Expr) -> bool:
    """Whether a rule may fit somewhere in an expression."""
    rules = table.by_op
    return any([x.op in rules and table.may_fit(x) for x in postorder(e)])


def _other_form(name: str, start: Expr, best: Expr, s: Simplifier, rules: Callable[[RuleBook], RuleTable]) -> Expr:
    """The shorter of an answer and of what other rules make of a form of it (rules/expand.rules)."""
    wide = Simplifier(s.facts, s.facts.book.view(rules), recorder=s.recorder)
    wide.order = s.order
    if s.recorder is not None:
        s.recorder.begin("other forms", best)
    other = shorten(wide.run(start), wide)
    found = other if other.cost < best.cost else best
    if s.recorder is not None:
        s.recorder.choice("as they are", best)
        s.recorder.choice(name, other)
        s.recorder.end(found)
    return found


def natural_form(f: Expr, x: Expr, structure: Structure, trace: Trace) -> Expr:
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
    seed(s, f, x)
    dy = s.run(dy)
    found = jacobian(dy, d, natural) if any(e is d for e in postorder(dy)) else zero(dy, x, natural)
    trace.step("derivative read off", dy, found)
    return found


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
