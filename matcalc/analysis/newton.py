"""Newton's step in closed form: H^-1 g, by the structure of the Hessian H."""

from __future__ import annotations

from ..calculus.accumulation import depends
from ..calculus.derive import derive, second
from ..calculus.forms import hessian_vector
from ..rulebook.book import RuleBook
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, add, apply, ediv, eye, mm, num, ones, prod, reciprocal, sub, t
from ..terms.rebuild import substitute
from ..terms.shapes import ONE
from .formula import certificate_of_record, same_value, shortest, weakest
from .operators import Solve, inverse, solved, terms_of
from .second_order import Found

SINGULAR = "the Hessian is singular, so that there is no Newton step"
FORMS = ("auto", "inverse", "woodbury")


def newton(f: Expr, x: Expr, book: RuleBook, form: str = "auto") -> Found:
    """The step s with H s = g: x - s is the next point of Newton's method.

    Of a Hessian that is a diagonal and products of few columns the inverse is that of Sherman, Morrison and Woodbury;
    of a Kronecker product, or of two, it is the inverses of the factors or a Sylvester equation. Raises a MatcalcError
    if the Hessian is singular by its structure, and NoDerivativeError where no closed form is known.
    """
    if form not in FORMS:
        raise MatcalcError(f"the form is one of {', '.join(FORMS)}, not {form!r}")
    g = derive(f, x, "denominator", book=book)
    if x.is_scalar or x.shape[1] is ONE:
        h = second(f, x, book=book)
        curved = h.expr
        if _is_zero(curved) or not depends(g.expr, x):
            raise MatcalcError(f"{SINGULAR}: {f} is linear in {x}, its Hessian is 0")
        step, how = (ediv(g.expr, curved), "") if x.is_scalar else _vector(curved, g.expr, form)
        applied = prod(curved, step) if x.is_scalar else mm(curved, step)
    else:
        h = hessian_vector(g, _name(f, "D"))
        d = h.nodes[h.direction]
        if _is_zero(h.expr):
            raise MatcalcError(f"{SINGULAR}: {f} is linear in {x}, its Hessian is 0")
        solve, how = solved(terms_of(h.expr, d), x.shape)
        step = solve(g.expr)
        applied = substitute(h.expr, {d: step})
    found = shortest(step, f, x, book)
    check = same_value(substitute(applied, {step: found}), g.expr, book)
    if not check:
        raise MatcalcError(f"{SINGULAR} that could be verified: at no random point the Hessian has an inverse")
    records = (g, h)
    remarks = (f"the Hessian is inverted by {how}",) if how else ()
    return Found(found, weakest(check, *map(certificate_of_record, records)), records, remarks)


def _name(f: Expr, name: str) -> str:
    while name in f.free:
        name += "_"
    return name


def _is_zero(e: Expr) -> bool:
    return e.op == "zeros" or (e.op == "num" and not e.data)


# --- the Hessian by a vector ------------------------------------------------------------------------------------


def _vector(h: Expr, g: Expr, form: str) -> tuple[Expr, str]:
    """H^-1 g by the terms of H, and by which formula."""
    scalars = h.args[:-1] if h.op == "prod" else ()
    body = h.args[-1] if scalars else h
    step, how = _of_sum(body, g, form)
    return (prod(reciprocal(prod(*scalars)), step) if scalars else step), how


def _of_sum(h: Expr, g: Expr, form: str) -> tuple[Expr, str]:
    scale: list[Expr] = []
    weights: list[Expr] = []
    rest: list[Expr] = []
    for term in h.args if h.op == "add" else (h,):
        body = term.args[-1] if term.op == "prod" else term
        factor = prod(*term.args[:-1]) if term.op == "prod" else num(1)
        if body.op == "eye":
            scale.append(factor)
        elif body.op == "diag":
            weights.append(prod(factor, body.args[0]))
        else:
            rest.append(term)
    base = _diagonal(scale, weights, g)
    low = [_narrow(term, form == "woodbury") for term in rest]
    few = [pair for pair in low if pair is not None]
    if base is None and len(few) == len(low) and few and form != "inverse" and _is_thin(few, g):
        raise MatcalcError(f"{SINGULAR}: {h} has rank {len(few)}")
    if base is None or len(few) < len(low) or (form == "inverse" and low):
        return mm(inverse(h), g), ""
    solve, how = base, ""
    for u, v in few:
        solve, how = _updated(solve, u, v), "Sherman-Morrison" if u.shape[1] is ONE else "Woodbury"
    return solve(g), how


def _is_thin(pairs: list[tuple[Expr, Expr]], g: Expr) -> bool:
    """Whether products of so few columns are singular: for any size that is not a smaller number."""
    rank, size = sum(u.shape[1].value or 1 for u, _ in pairs), g.shape[0].value
    return all(u.shape[1].value is not None for u, _ in pairs) and (size is None or size > rank)


def _diagonal(scale: list[Expr], weights: list[Expr], g: Expr) -> Solve | None:
    """What undoes the diagonal part; None if there is none."""
    if weights:
        w = add(*weights, *(prod(s, ones(g.shape)) for s in scale))
        return lambda b: ediv(b, w) if b.shape == w.shape else mm(apply("diag", reciprocal(w)), b)
    if scale:
        s = reciprocal(add(*scale))
        return lambda b: prod(s, b)
    return None


def _narrow(term: Expr, any_size: bool) -> tuple[Expr, Expr] | None:
    """U, V of a term U*V' with fewer columns than rows; None if it has no such factors."""
    k, body = (prod(*term.args[:-1]), term.args[-1]) if term.op == "prod" else (None, term)
    if body.op == "mpow" or body.op != "mm":
        return None
    cuts = [(i, body.args[i].shape[0]) for i in range(1, len(body.args))]
    size = body.shape[0]
    best = min(
        ((d.value, i) for i, d in cuts if d.value is not None and (size.value is None or d.value < size.value)),
        default=None,
    )
    at = best[1] if best is not None else None
    if at is None and any_size:
        at = next((i for i, d in cuts if d is not size), None)
    if at is None:
        return None
    u = mm(*body.args[:at])
    return (u if k is None else prod(k, u)), t(mm(*body.args[at:]))


def _updated(base: Solve, u: Expr, v: Expr) -> Solve:
    """(D + U V')^-1 G = D^-1 G - D^-1 U (I + V' D^-1 U)^-1 V' D^-1 G."""

    def solve(g: Expr) -> Expr:
        du, dg = base(u), base(g)
        small = mm(t(v), du)
        if small.is_scalar:
            return sub(dg, prod(reciprocal(add(num(1), small)), mm(t(v), dg), du))
        return sub(dg, mm(du, apply("inv", add(eye(small.shape[0]), small)), t(v), dg))

    return solve
