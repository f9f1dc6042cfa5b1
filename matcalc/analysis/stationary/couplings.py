"""Equations in which numbers that depend on the unknown stand beside it.

With these numbers under names of their own the equation is affine: two matrices that it multiplies are an eigenproblem,
one matrix and a right side tell the direction of the solution.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ...terms.expression import Expr, add, mm, neg, num, power, prod, t, var
from ...terms.rebuild import rebuild, substitute, transform
from ...terms.shapes import SCALAR
from ...terms.walks import fold
from .affine import affine, is_column, over, solve_affine, split_number
from .entrywise import solve_entrywise
from .work import Found, Work, depends, scalars_apart

Groups = dict[Expr, Expr]  # arrays by the numbers that stand before them


@dataclass(frozen=True)
class Eigenproblem:
    """left*x = rho*right*x, or left*X = right*X*L of a matrix with orthonormal columns; `value` and `kind` in words."""

    x: Expr
    left: Expr
    right: Expr
    name: Expr  # of the eigenvalue
    value: str = ""
    kind: str = ""


def coupled(g: Expr, x: Expr, names: Iterable[Expr], work: Work) -> tuple[Groups, Groups] | None:
    """The matrices and the right sides of an equation by the coefficients that depend on x or on other unknowns."""
    if not is_column(x) or x.is_scalar:
        return None
    known: dict[Expr, Expr] = {}

    def stops(e: Expr) -> bool:
        return e.is_scalar and depends(e, x)

    def step(e: Expr, parts: tuple[Expr, ...]) -> Expr:
        if stops(e):
            if e not in known:
                known[e] = var(work.fresh("c"), SCALAR)
            return known[e]
        return rebuild(e, parts) if parts else e

    apart = scalars_apart(add(*work.terms(g)))
    named = fold(apart, step, lambda e: () if stops(e) or not depends(e, x) else e.args)[apart]
    pair = affine(named, x, work)
    if pair is None:
        return None
    meant = {c: e for e, c in known.items()}
    unknown = (*meant, *names)
    return tuple(_grouped(e, unknown, meant, work) for e in pair)  # type: ignore[return-value]


def _grouped(e: Expr, unknown: tuple[Expr, ...], meant: dict[Expr, Expr], work: Work) -> Groups:
    """The terms of an expression by their unknown coefficients, which are put in again."""
    found: Groups = {}
    for term in work.terms(e):
        scalars, core = (term.args[:-1], term.args[-1]) if term.op == "prod" else ((), term)
        inside = [s for s in scalars if any(depends(s, u) for u in unknown)]
        outside = [s for s in scalars if s not in inside]
        key = substitute(work.normal(prod(*inside)), meant)
        found.setdefault(key, num(0))
        whole = prod(*outside, core)
        found[key] = whole if found[key].op == "num" else add(found[key], whole)
    return {k: m for k, v in found.items() if (m := work.short(v)).op != "zeros"}


def eigenproblem(g: Expr, x: Expr, names: tuple[Expr, ...], work: Work) -> Eigenproblem | None:
    """The eigenproblem that an equation is: M*x = rho*N*x; None if it is none."""
    groups = coupled(g, x, names, work)
    if groups is None or groups[1] or len(groups[0]) != 2:
        return None
    (k1, m), (_, n) = groups[0].items()
    if _multiple_of_eye(m) or (any(depends(k1, u) for u in names) and not _multiple_of_eye(n)):
        m, n = n, m
    number, right = split_number(n)
    if split_number(m)[1] is right:  # the direction is free: no eigenproblem
        return None
    left = work.short(prod(num(over(number if number > 0 else -number)), m))
    rho = var(work.fresh("rho", "theta"), SCALAR)
    return Eigenproblem(x, left, right, rho)


def _multiple_of_eye(e: Expr) -> bool:
    return (e.args[-1] if e.op == "prod" else e).op == "eye"


def along_direction(g: Expr, f: Expr, x: Expr, work: Work) -> list[Found] | None:
    """The solutions t*v of an equation a*M*x = b*c with numbers a and b that depend on x, where M*v = c."""
    groups = coupled(g, x, (), work)
    if groups is None or len(groups[0]) != 1 or len(groups[1]) != 1:
        return None
    v = solve_affine(next(iter(groups[0].values())), next(iter(groups[1].values())), x, work)
    if v is None or v.target is not x:
        return None
    length = var(work.fresh("t"), SCALAR)
    slope = _slope(f, x, length, v.value, work)
    if slope.op == "num" and slope.data == 0:
        return [Found(x, prod(length, v.value), (*v.conditions, ("nonzero", (length,))), arbitrary=(length,))]
    out = []
    length = var(length.data[0], SCALAR, ("positive",))
    for way in (v.value, neg(v.value)):
        lengths = solve_entrywise(_slope(f, x, length, way, work), length, work)
        for s in lengths or ():
            needed = (*v.conditions, *s.conditions, ("positive", (s.value,)))
            out.append(Found(x, work.short(prod(s.value, way)), needed))
    return out or None


def _slope(f: Expr, x: Expr, length: Expr, way: Expr, work: Work) -> Expr:
    """The derivative of f along a direction, by the length."""
    along = work.short(substitute(transform(f, _without_norms), {x: prod(length, way)}))
    return work.short(work.derivative(along, length).expr)


def _without_norms(e: Expr) -> Expr:
    """A norm as the root of a sum of squares, out of which a factor comes."""
    if e.op != "norm" or not is_column(e.args[0]):
        return e
    return power(mm(t(e.args[0]), e.args[0]), num(Fraction(1, 2)))
