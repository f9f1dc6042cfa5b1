"""Equations in a square matrix and its inverse: multiplied by the matrix they are often affine."""

from __future__ import annotations

from collections.abc import Iterator

from ...rulebook.solutions import solutions
from ...terms.expression import Expr, add, apply, mm, num, prod, t, var
from ...terms.rebuild import substitute
from ...terms.walks import postorder
from .affine import affine, by_rules, over, solve_affine, split_number
from .work import Found, Work, depends, tied


def solve_through_inverse(g: Expr, x: Expr, work: Work) -> Found | None:
    """The solution of an equation that is affine in X or in its inverse after a multiplication by X."""
    if x.is_scalar or x.shape[0] is not x.shape[1]:
        return None
    inverse = apply("inv", x)
    if not any(e is inverse for e in postorder(g)):
        return None
    for e in multiples(g, x, work):
        quadratic = _as_it_stands(e, x, work)
        if quadratic is not None:
            return quadratic
        if not any(part is inverse for part in postorder(e)):
            found = affine(e, x, work)
            solution = solve_affine(*found, x, work) if found is not None else None
            if solution is not None and solution.target is x:
                return _invertible(solution, work)
            continue
        p = var(work.fresh("P"), x.shape, tied(x, work.book) & {"symmetric", "diagonal", "lower", "upper"})
        by_inverse = substitute(e, {inverse: p})
        if depends(by_inverse, x):
            continue
        found = affine(by_inverse, p, work)
        solution = solve_affine(*found, p, work) if found is not None else None
        if solution is None or solution.target is not p:
            continue
        for s in solutions(inverse, solution.value, x, work.book):
            both = (*solution.conditions, *s.conditions)
            return Found(x, work.short(s.value), work.conditions(both))
    return None


def _as_it_stands(e: Expr, x: Expr, work: Work) -> Found | None:
    """The solution of one term with X beside terms without it, where a rule has it."""
    terms = work.terms(e)
    inside = [a for a in terms if depends(a, x)]
    if len(inside) != 1 or len(terms) == 1 or any(part.op == "inv" for part in postorder(inside[0])):
        return None
    number, core = split_number(inside[0])
    right = work.short(prod(num(over(-number)), add(*(a for a in terms if a is not inside[0]))))
    return by_rules(core, right, x, work)


def _invertible(found: Found, work: Work) -> Found:
    """The condition that the solution has the inverse that the equation takes."""
    conditions = work.conditions((*found.conditions, ("invertible", (found.value,))))
    return Found(found.target, found.value, conditions)


def multiples(g: Expr, x: Expr, work: Work) -> Iterator[Expr]:
    """The equation, and the equation multiplied by X or X' on one side or on both."""
    factors = (x,) if "symmetric" in tied(x, work.book) else (x, t(x))
    yield g
    for f in factors:
        for chain in ((f, None), (None, f), (f, f)):
            yield _multiplied(g, chain[0], chain[1], work)


def _multiplied(g: Expr, left: Expr | None, right: Expr | None, work: Work) -> Expr:
    """A product with every term multiplied out and its inverses cancelled."""
    out: list[Expr] = []
    for term in work.terms(g):
        factors = [f for f in (left, term, right) if f is not None]
        out += work.terms(mm(*factors))
    return work.normal(add(*out))
