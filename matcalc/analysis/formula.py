"""Formulas made of derivatives: simplified as derivatives are, and compared before they are handed out."""

from __future__ import annotations

from ..calculus.derive import finish
from ..calculus.record import Record, Trace
from ..certificate.certify import Certificate, certify
from ..certificate.claims import Claim
from ..rulebook.book import RuleBook
from ..terms.expression import Expr, prod, var
from ..terms.nodes import node
from ..terms.shapes import SCALAR

UNCHECKED = Certificate("none", "nothing was compared")


def shortest(e: Expr, f: Expr, x: Expr, book: RuleBook) -> Expr:
    """The shortest form of an expression that was made of derivatives of f by x."""
    return finish(f, x, e, Trace(book), f)[0]


def same_value(a: Expr, b: Expr, book: RuleBook) -> Certificate:
    """The certificate that two expressions have one value: b is then the derivative of t*a by the scalar t.

    >>> from matcalc.language.parse import parse_expression
    >>> a, b = (parse_expression(text, "A: matrix(n,n), B: matrix(n,n)").expr for text in ("(A*B)'", "B'*A'"))
    >>> print(same_value(a, b, RuleBook.default()))
    equal with probability above 1 − 2⁻⁴⁰
    """
    t = fresh("t", SCALAR, a, b)
    whole = prod(t, a) if len(a.shape) == 2 else node("prod", (t, a), None, a.shape)
    return certify(Claim(whole, (t,), b), book)


def weakest(*found: Certificate) -> Certificate:
    """What several comparisons show together.

    >>> print(weakest(Certificate("exact"), Certificate("points")))
    checked at 3 random points
    """
    order = ("none", "points", "exact")
    return min(found, key=lambda c: order.index(c.kind), default=UNCHECKED)


def certificate_of_record(d: Record) -> Certificate:
    """The certificate of a derivative in its layout."""
    return certify(Claim(d.source, d.variables, d.expr, d.layout, d.order, form=d.form, direction=d.direction), d.book)


def fresh(name: str, shape: tuple[object, ...], *taken: Expr) -> Expr:
    """A variable whose name occurs in none of some expressions."""
    while any(name in e.free for e in taken):
        name += "_"
    return var(name, shape)  # type: ignore[arg-type]
