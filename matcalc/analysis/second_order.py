"""What is read off a Hessian: its diagonal, its trace, and the Taylor polynomial around a point."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from ..calculus.derive import derive, second, zero
from ..calculus.forms import hessian_vector, linear_terms
from ..calculus.record import Record
from ..certificate.certify import Certificate, certify
from ..certificate.claims import Claim
from ..rulebook.book import RuleBook
from ..simplification.index.notation import Indices, Term
from ..simplification.index.reading import read_matrix
from ..terms.errors import MatcalcError, ShapeError
from ..terms.expression import Expr, add, apply, einsum, eye, mm, num, prod, sub, t, zeros
from ..terms.payloads import Axis
from ..terms.rebuild import substitute
from ..terms.shapes import ONE, SCALAR, Shape, describe
from .formula import certificate_of_record, fresh, same_value, shortest, weakest


class Found(NamedTuple):
    """A formula with its certificate, what it takes for granted, and remarks on how it came about."""

    expr: Expr
    certificate: Certificate
    records: tuple[Record, ...] = ()
    remarks: tuple[str, ...] = ()


# --- diagonal and trace -----------------------------------------------------------------------------------------


def diagonal(h: Record) -> Found:
    """The second derivatives by each entry of the variable, in its shape."""
    return _contracted(h, True)


def laplacian(h: Record) -> Found:
    """The trace of a Hessian: the sum of the second derivatives by each entry of the variable."""
    return _contracted(h, False)


def _contracted(h: Record, keeps: bool) -> Found:
    if h.order != 2 or h.form != "layout":
        raise MatcalcError("the diagonal and the Laplacian are read off a Hessian: take matcalc.hessian")
    x = h.variable
    own = certificate_of_record(h)
    if len(h.variables) > 1:
        found = apply("diagonal" if keeps else "tr", h.expr)
        return Found(shortest(found, h.source, x, h.book), own, (h,))
    if x.is_scalar or h.expr.op == "zeros" or (h.expr.op == "num" and not h.expr.data):
        found = h.expr if x.is_scalar else zero(h.source, x) if keeps else num(0)
        return Found(found, own, (h,))
    _, idx, terms = linear_terms(h)
    shape = x.shape if keeps else SCALAR
    parts = [read_matrix(*_diagonal_of(term, idx, keeps), idx, shape) for term in terms]
    found = shortest(add(*parts), h.source, x, h.book)
    return Found(found, weakest(own, same_value(_by_index(h.expr, x.shape, shape), found, h.book)), (h,))


def _diagonal_of(term: Term, idx: Indices, keeps: bool) -> tuple[Term, tuple[Axis, ...]]:
    """A term with its indices of the variable made equal to those of the value."""
    pairs = [(a, b) for a, b in zip(term.out, term.into, strict=True) if a and (a != b or not keeps)]
    deltas = tuple((eye(idx.size(a)), (a, b)) for a, b in pairs)  # of a = b its trace, which is the size
    ends = term.out if keeps else ((), ())
    return replace(term, factors=(*term.factors, *deltas), out=(), into=()), ends


def _by_index(h: Expr, x: Shape, shape: Shape) -> Expr:
    """The same from the array of the Hessian, entry by entry."""
    axes = tuple((k,) for k, n in enumerate(n for n in x if n is not ONE))
    out = axes if shape != SCALAR else ()
    return einsum((h,), ((*axes, *axes),), out, shape)


# --- Taylor -----------------------------------------------------------------------------------------------------


def taylor(f: Expr, x: Expr, at: Expr, order: int, book: RuleBook) -> Found:
    """The Taylor polynomial of order 1 or 2 around a point: f(a) + f'(a)(x - a) + (x - a)'H(a)(x - a)/2."""
    _refuse_expansion(f, x, at, order)
    s = fresh("h", x.shape, f, x, at)
    records, slopes = _derivatives(f, x, s, order, book)
    parts = [f]
    if slopes:
        parts = [f, _inner(slopes[0], s, f, x)]
    if order == 2:
        parts.append(prod(num(Fraction(1, 2)), _inner(slopes[1], s, f, x)))
    step = sub(x, at)
    terms = [_at(shortest(p, f, x, book), x, at, s, step, f, book) for p in parts]
    total = add(*(e for e in terms if e is not num(0) and e.op != "zeros")) if len(terms) > 1 else terms[0]
    slope = add(*(_at(g, x, at, s, step, f, book) for g in slopes))
    layout = "denominator" if f.is_scalar else "numerator"
    checks = [certify(Claim(total, (x,), slope, layout), book)]
    checks.append(same_value(substitute(total, {x: at}), terms[0], book))
    return Found(total, weakest(*checks, *(certificate_of_record(r) for r in records)), tuple(records))


def _refuse_expansion(f: Expr, x: Expr, at: Expr, order: int) -> None:
    if order not in (1, 2):
        raise MatcalcError(f"the order of a Taylor polynomial is 1 or 2 here, not {order}")
    if at.shape != x.shape:
        raise ShapeError(f"the point has the shape of the variable, {describe(x.shape)}, not {describe(at.shape)}")
    if x.data[0] in at.free:
        raise MatcalcError(f"the point does not depend on {x}: give it another name, such as {x}0")
    columns = f.shape[1] is ONE and x.shape[1] is ONE
    if not f.is_scalar and not x.is_scalar and (order == 2 or not columns):
        raise MatcalcError(
            "a Taylor polynomial is that of a scalar, of what depends on a scalar, or with order=1 that of a vector "
            f"by a vector; this expression is {describe(f.shape)}: take one entry, or a product with a constant"
        )


def _derivatives(f: Expr, x: Expr, s: Expr, order: int, book: RuleBook) -> tuple[list[Record], list[Expr]]:
    """The records, and the derivative and the second derivative along s, each of the shape that multiplies s."""
    g = derive(f, x, "denominator" if f.is_scalar else "numerator", book=book)
    if order == 1:
        return [g], [g.expr]
    if x.is_scalar:
        h = derive(g.raw, x, "numerator", book=book)
        return [g, h], [g.expr, prod(h.expr, s) if h.expr.is_scalar else prod(s, h.expr)]
    h = hessian_vector(g, s.data[0])
    if x.shape[1] is ONE:
        whole = second(f, x, book=book)
        return [g, whole], [g.expr, mm(whole.expr, s) if whole.expr.op != "num" else zeros(x.shape)]
    return [g, h], [g.expr, h.expr]


def _inner(g: Expr, s: Expr, f: Expr, x: Expr) -> Expr:
    """The derivative times the step."""
    if x.is_scalar:
        return prod(s, g)
    if not f.is_scalar:
        return mm(g, s)
    return mm(t(g), s) if x.shape[1] is ONE else apply("tr", mm(t(g), s))


def _at(e: Expr, x: Expr, at: Expr, s: Expr, step: Expr, f: Expr, book: RuleBook) -> Expr:
    """A formula of x and the step, at the point and for x less the point."""
    moved = substitute(e, {x: at})
    if at.op != "var":
        moved = shortest(moved, f, x, book)
    is_zero = at.op == "zeros" or at is num(0)
    return substitute(moved, {s: x if is_zero else step})
