"""Equations that are affine in the unknown: a matrix times it, or times vec of it, and the rules that solve them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from ...calculus.forms import vec_form
from ...rulebook.solutions import solutions
from ...simplification.canonical import coefficient
from ...terms.errors import MatcalcError
from ...terms.expression import Expr, Number, add, apply, eye, mm, neg, num, prod, reciprocal, t, zeros
from ...terms.rebuild import substitute, transform
from ...terms.shapes import ONE
from .work import Found, Work, depends, tied


def affine(g: Expr, x: Expr, work: Work) -> tuple[Expr, Expr] | None:
    """The matrix K and the right side c of K*x = c, or of K*vec(X) = vec(c); None if g is not affine in x."""
    try:
        record = work.derivative(g, x)
        k = record.expr if is_column(x) else vec_form(record).expr
    except MatcalcError:
        return None
    if depends(k, x):
        return None
    return k, work.short(neg(transform(substitute(g, {x: zeros(x.shape)}), _entries_of_zeros)))


def _entries_of_zeros(e: Expr) -> Expr:
    return zeros(e.shape) if e.op == "index" and e.args[0].op == "zeros" else e


def is_column(x: Expr) -> bool:
    """Whether a variable is a scalar or a vector."""
    return x.shape[1] is ONE


def solve_affine(k: Expr, c: Expr, x: Expr, work: Work) -> Found | None:
    """The solution of K*x = c or K*vec(X) = vec(c) by the rules; None if no rule fits."""
    k = _of_identity(k, work)
    number, core = coefficient(k)
    if number == 0 or k.op == "zeros":
        return None
    divisors = [num(number)]
    if core is not None and core.op == "prod":
        divisors += core.args if core.is_scalar else core.args[:-1]
        core = None if core.is_scalar else core.args[-1]
    elif core is not None and core.is_scalar:
        divisors, core = [*divisors, core], None
    c = work.short(prod(num(over(number)), *map(reciprocal, divisors[1:]), c))
    needed = work.conditions(tuple(("nonzero", (s,)) for s in divisors[1:]))
    if core is None or core.op == "eye":
        return Found(x, c, needed)
    if not is_column(x):
        core, c = collected(core, x, work), apply("vec", c)
    unknown = x if is_column(x) else apply("vec", x)
    for target in (x, unknown):
        found = by_rules(mm(core, unknown), c, target, work)
        if found is not None:
            return replace(found, conditions=(*needed, *found.conditions))
    return None


def _of_identity(k: Expr, work: Work) -> Expr:
    """A sum of multiples of the identity as one; others as they are."""
    if k.op != "add" or k.is_scalar:
        return k
    terms = [(e.args[:-1], e.args[-1]) if e.op == "prod" else ((), e) for e in work.terms(k)]
    if any(core.op != "eye" for _, core in terms):
        return k
    return prod(work.short(add(*(prod(*scalars) for scalars, _ in terms))), eye(k.shape[0]))


def by_rules(left: Expr, right: Expr, target: Expr, work: Work) -> Found | None:
    """The first solution of an equation, with all solutions where its conditions fail."""
    found: Found | None = None
    general: Expr | None = None
    for s in solutions(left, right, target, work.book):
        conditions = work.conditions(s.conditions)
        if s.arbitrary:
            general = general or (None if conditions else work.short(s.value))
        elif found is None:
            found = Found(target, work.short(s.value), conditions)
    return None if found is None else replace(found, general=general if found.conditions else None)


def collected(k: Expr, x: Expr, work: Work) -> Expr:
    """A sum of Kronecker products as kron(I, A), kron(B, I) or kron(I, A) + kron(B, I), where it is one of these."""
    rows, columns = eye(x.shape[0]), eye(x.shape[1])
    left: list[Expr] = []
    right: list[Expr] = []
    alone: list[Expr] = []
    symmetric = "symmetric" in tied(x, work.book)
    for term in work.terms(k):
        scalars, core = (term.args[:-1], term.args[-1]) if term.op == "prod" else ((), term)
        core = _without_commutation(core) if symmetric else core
        if core.op == "t" and core.args[0].op == "kron":
            core = apply("kron", *(work.normal(t(a)) for a in core.args[0].args))
        core = _outer(core)
        if core.op == "eye":
            alone.append(prod(*scalars))
        elif core.op == "kron" and core.args[0] is columns:
            left.append(prod(*scalars, core.args[1]))
        elif core.op == "kron" and core.args[1] is rows:
            right.append(prod(*scalars, core.args[0]))
        else:
            return k
    if left or not right:
        left += [prod(s, rows) for s in alone]
    else:
        right += [prod(s, columns) for s in alone]
    sides = [apply("kron", columns, work.short(add(*left)))] if left else []
    sides += [apply("kron", work.short(add(*right)), rows)] if right else []
    return k if not left and not right else add(*sides)


def _outer(core: Expr) -> Expr:
    """The Kronecker product of a row, a column and a matrix as that of their outer product and the matrix."""
    if core.op != "kron" or core.args[1].op != "kron":
        return core
    row, (column, last) = core.args[0], core.args[1].args
    is_outer = row.shape[0] is ONE and column.shape[1] is ONE
    return apply("kron", mm(column, row), last) if is_outer else core


def _without_commutation(core: Expr) -> Expr:
    """K*vec(S) = vec(S') = vec(S) of a symmetric S."""
    if core.op == "commutation":
        return eye(core.shape[0])
    if core.op == "mm" and core.args[-1].op == "commutation":
        return mm(*core.args[:-1])
    return core


def over(number: Number) -> Number:
    """The reciprocal, exact where the number is."""
    return 1 / (Fraction(number) if isinstance(number, int) else number)


def split_number(e: Expr) -> tuple[Number, Expr]:
    """The number before an expression, and the rest."""
    number, core = coefficient(e)
    return (1, e) if core is None else (number, core)
