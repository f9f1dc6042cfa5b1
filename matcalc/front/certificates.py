"""Certificates of derivatives and of their other forms: made at the door, before an answer is handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..certificate.certify import Certificate, certify
from ..certificate.claims import Claim, from_entries
from ..language.expectations import has_expectation
from ..terms.complexes import has_complex
from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from ..terms.limits import within
from ..terms.records import replace
from ..terms.shapes import ONE

if TYPE_CHECKING:
    from ..calculus.entries import Entries
    from ..calculus.record import Record
    from ..printing.forms import Forms
    from ..rulebook.book import RuleBook

UNASKED = Certificate("none", "verify=False")


def certificate_of(d: Record, verify: bool = True) -> Certificate:
    """The certificate of a derivative in a layout, of vec by vec, or times a direction."""
    return _made(d, d.expr) if verify else UNASKED


def refuse_wrong(d: Record) -> None:
    """InternalError if the form that is differentiated again is not the derivative."""
    _made(d, d.raw)


def _made(d: Record, answer: Expr) -> Certificate:
    if d.formal is not None:
        return d.formal.certificate(answer, d.layout)
    if has_expectation(d.source):
        from ..analysis.interchange import certificate_under

        return certificate_under(d)
    claim = Claim(d.source, d.variables, answer, d.layout, d.order, d.structure, d.form, d.direction)
    return certify(claim, d.book)


def real_only(d: Record, what: str) -> Record:
    """A derivative by real variables; an error that names what is not known of Wirtinger's."""
    if d.formal is not None:
        raise MatcalcError(f"{what} is not known for a derivative with complex variables")
    return d


def certified_vec(d: Record) -> tuple[Record, Certificate]:
    """The Jacobian of vec(Y) by vec(X)."""
    from ..calculus.forms import vec_form

    with within():
        record = vec_form(real_only(d, "the vec form"))
        return record, certificate_of(record)


def certified_product(d: Record, direction: str) -> tuple[Record, Certificate]:
    """The product of the Hessian with a direction."""
    from ..calculus.forms import hessian_vector

    with within():
        record = hessian_vector(real_only(d, "the product with a Hessian"), direction)
        return record, certificate_of(record)


def certified_entries(d: Record) -> Entries:
    """The form entry by entry, if it is right."""
    from ..calculus.entries import entries

    with within():
        return _right_entries(d, entries(real_only(d, "the form entry by entry")))


def _right_entries(d: Record, found: Entries) -> Entries:
    value, x = d.source if d.order == 1 else d.variable, d.variable
    shape = tuple(n for s in (value.shape, x.shape) for n in s if n is not ONE)
    labels = (*found.value[1], *found.variable[1])
    terms = [(t.scalars, t.factors, t.sums) for t in found.terms]
    answer = from_entries(shape, labels, terms)
    certify(Claim(d.source, d.variables, answer, order=d.order, form="entries"), d.book)
    return found


def certified_forms(found: Forms, d: Record) -> Forms:
    """The forms of a derivative, if they are right."""
    for row in found.rows:
        if not isinstance(row.right, Expr):
            _right_entries(d, row.right.entries)
        elif row.kind == "vec":
            certificate_of(replace(d, expr=row.right, form="vec"))
        else:
            certify(Claim(row.source, d.variables, row.right, form="differential"), d.book)
    return found


def certified_differential(source: Expr, variables: tuple[Expr, ...], book: RuleBook) -> Expr:
    """A differential, if it is right."""
    from ..calculus.forms import differential_by

    if has_complex(source):
        raise MatcalcError("a differential is that of real variables; for complex ones use diff by z and by conj(z)")
    found = differential_by(source, variables, book)
    certify(Claim(source, variables, found, form="differential"), book)
    return found
