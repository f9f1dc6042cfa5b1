"""Derivatives of expectations that have no closed form: under the expectation, and by the parameters of a normal law.

Under the law of a normal x with mean m and covariance S, d E[h] = <E[grad h], dm> + <E[H], dS>/2, H the Hessian of h
(the theorems of Bonnet and of Price; Stein's lemma).
"""

from __future__ import annotations

from fractions import Fraction

from ..calculus.accumulation import depends
from ..calculus.derive import derive, second, zero
from ..calculus.layout import Layout
from ..calculus.record import Record, Trace
from ..certificate.certify import Certificate, certify
from ..certificate.claims import Claim
from ..language.expectations import EXPECTATIONS, has_expectation
from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..simplification.normal import Simplifier, seed
from ..simplification.transposing import transposed
from ..terms.errors import NoDerivativeError
from ..terms.expression import Expr, add, apply, had, mm, num, prod, t, var
from ..terms.rebuild import substitute, transform
from ..terms.shapes import ONE
from ..terms.signatures import traits
from ..terms.walks import postorder
from .expectations import Law, law_of, resolved, tidied
from .formula import fresh

REMARK = "differentiated under the expectation, which takes for granted that the two may be interchanged"
LEMMA = "by the theorems of Bonnet and Price (Stein's lemma): for a function that is smooth and grows slowly enough"


def derive_under(f: Expr, x: Expr, layout: Layout, book: RuleBook) -> tuple[Record, list[str]]:
    """The derivative of an expression with expectations, and remarks; NoDerivativeError where it is not known."""
    trace, remarks = Trace(book), dict[str, None]()
    g = _natural(f, x, layout, trace, remarks)
    g = resolved(g, book).expr if has_expectation(g) else g
    g = tidied(g, x, book)
    if f.is_scalar and not x.is_scalar and layout == "numerator":
        s = Simplifier(Facts(book=book))
        seed(s, f, x)
        g = transposed(g, s)
    return Record(f, (x,), layout, g, g, trace), list(remarks)


def _natural(f: Expr, x: Expr, layout: Layout, trace: Trace, remarks: dict[str, None]) -> Expr:
    """The gradient of a scalar; of an expectation that is an array its derivative in the layout."""
    nodes = [e for e in postorder(f) if e.op in EXPECTATIONS and depends(e, x)]
    if any(has_expectation(e.args[0]) for e in nodes):
        raise NoDerivativeError("the derivative of an expectation in an expectation is not known")
    if not f.is_scalar:
        if [f] == nodes and depends(f.args[0], x) and not any(depends(a, x) for a in f.args[2:]):
            remarks[REMARK] = None
            return law_of(f).of(_derivative(f.args[0], x, layout, trace))
        raise NoDerivativeError("of an array with expectations in it the derivative is not known: take one entry")
    stand_ins: dict[Expr, Expr] = {}
    for e in nodes:
        stand_ins[e] = fresh("c", e.shape, f, *stand_ins.values())
    bare, back = substitute(f, stand_ins), {c: e for e, c in stand_ins.items()}
    parts = [_derivative(bare, x, "denominator", trace)] if depends(bare, x) else []
    for e, c in stand_ins.items():
        outer = substitute(_derivative(bare, c, "denominator", trace), back)
        parts += _through(law_of(e), e.args[0], outer, x, trace, remarks)
    parts = [substitute(p, back) for p in parts]
    return add(*parts) if parts else zero(f, x)


def _derivative(f: Expr, x: Expr, layout: Layout, trace: Trace) -> Expr:
    d = derive(f, x, layout, book=trace.book)
    trace.applied += d.trace.applied
    trace.assumptions.update(d.trace.assumptions)
    return d.expr


def _pairing(a: Expr, b: Expr) -> Expr:
    """<a, b>."""
    if a.is_scalar:
        return prod(a, b)
    return mm(t(a), b) if a.shape[1] is ONE else apply("sum", had(a, b))


def _through(law: Law, body: Expr, outer: Expr, x: Expr, trace: Trace, remarks: dict[str, None]) -> list[Expr]:
    """The gradient of <outer, E[body]> by x, outer held fixed: through the body, the mean and the covariance."""
    w = fresh("w", body.shape, body, outer, law.node)
    h, back = _pairing(w, body), {w: outer}
    parts = []
    if depends(body, x):
        remarks[REMARK] = None
        parts.append(substitute(law.of(_derivative(h, x, "denominator", trace)), back))
    for k, parameter in enumerate((law.mean, law.spread)):
        if parameter is None or not depends(parameter, x):
            continue
        if law.kind != "normal":
            raise NoDerivativeError(
                f"of the law of {law.x} the mean and the covariance are known, and nothing else: they do not tell how "
                f"{law.node} changes with {x}"
            )
        remarks[LEMMA] = None
        if not k:
            inner = _derivative(h, law.x, "denominator", trace)
        else:
            if any(traits(e.op).kink for e in postorder(body)):
                raise NoDerivativeError(f"{body} has kinks: its second derivative, which the covariance needs, is none")
            if any(e.op in ("call", "jac") for e in postorder(body)):
                raise NoDerivativeError(
                    f"by a covariance the derivative of {law.node} is the expectation of half the Hessian of {body}, "
                    "for which the language has no sign: give the function itself"
                )
            inner = prod(num(Fraction(1, 2)), second(h, law.x, book=trace.book).expr)
        mean = substitute(law.of(inner), back)
        p = fresh("p", parameter.shape, parameter, mean)
        parts.append(substitute(_derivative(_pairing(p, parameter), x, "denominator", trace), {p: mean}))
    return parts


# --- certificates -----------------------------------------------------------------------------------------------


def certificate_under(d: Record) -> Certificate:
    """The certificate of a derivative of expectations: for the law of one point, m + z, which every rule of linearity
    and of the mean holds for too; InternalError if it is wrong there."""
    x = d.variable
    if any(depends(a, x) for e in postorder(d.source) if e.op in EXPECTATIONS for a in e.args[3:]):
        return Certificate("none", "the derivative by a covariance holds for the normal law alone (Price's theorem)")
    source, answer = at_one_point(d.source), at_one_point(d.expr)
    found = certify(Claim(source, d.variables, answer, d.layout, d.order), d.book)
    if not found:
        return found
    return Certificate("points")


def at_one_point(root: Expr) -> Expr:
    """The value if each random variable has one value: its mean and a constant."""

    def step(e: Expr) -> Expr:
        if e.op not in EXPECTATIONS:
            return e
        law = law_of(e)
        if law.mean is None:
            return e.args[0]
        z = var(f"{law.x.data[0]}_moved", law.x.shape)
        return substitute(e.args[0], {law.x: add(law.mean, z)})

    return transform(root, step)

