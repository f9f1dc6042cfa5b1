"""Linear maps of a matrix as sums of A*D*B, A*D'*B, W .* D and C*<F, D>, and what undoes them.

The map is the second differential of a scalar along a direction D; solving it is a Newton step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..calculus.accumulation import depends
from ..calculus.derive import derive
from ..terms.errors import NoDerivativeError
from ..terms.expression import Expr, add, apply, ediv, eye, had, mm, num, ones, prod, reciprocal, sub, t
from ..terms.shapes import ONE

Solve = Callable[[Expr], Expr]


@dataclass
class Terms:
    """A linear map of D: pairs (A, B) of A*D*B and of A*D'*B, factors W of W .* D, pairs (C, F) of C*<F, D>."""

    straight: list[tuple[Expr, Expr]] = field(default_factory=list)
    turned: list[tuple[Expr, Expr]] = field(default_factory=list)
    entrywise: list[Expr] = field(default_factory=list)
    rank_one: list[tuple[Expr, Expr]] = field(default_factory=list)


class Unsolvable(NoDerivativeError):
    """The map has no inverse that is known in closed form."""


def terms_of(dg: Expr, d: Expr) -> Terms:
    """The terms of an expression that is linear in the variable d; Unsolvable names a part of another form."""
    found = Terms()
    stack = [_Part(dg, (), (), (), False)]
    while stack:
        p = stack.pop()
        e = p.e
        if e is d:
            _keep(p, d, found)
        elif e.op == "add":
            stack += [p._replace(e=a) for a in reversed(e.args)]
        elif e.op == "t":
            stack.append(p._replace(e=e.args[0], turned=not p.turned))
        elif e.op == "mm" and len(at := [i for i, a in enumerate(e.args) if depends(a, d)]) == 1:
            before, after = e.args[: at[0]], e.args[at[0] + 1 :]
            if p.turned:
                before, after = tuple(map(t, after[::-1])), tuple(map(t, before[::-1]))
            stack.append(p._replace(e=e.args[at[0]], left=(*p.left, *before), right=(*after, *p.right)))
        elif e.op == "prod":
            _scaled(p, d, found, stack)
        elif e.op == "had" and d in e.args and not (p.left or p.right or p.turned):
            rest = list(e.args)
            rest.remove(d)
            if any(depends(a, d) for a in rest):
                raise Unsolvable(f"{e} is not linear in {d}")
            found.entrywise.append(prod(*p.scalars, had(*rest)))
        else:
            raise Unsolvable(f"{e} in the second differential along {d} is none of A*{d}*B, W.*{d} and c*tr(F'*{d})")
    return found


class _Part(NamedTuple):
    """scalars * left * e * right, or with the transpose of e."""

    e: Expr
    scalars: tuple[Expr, ...]
    left: tuple[Expr, ...]
    right: tuple[Expr, ...]
    turned: bool


def _scaled(p: _Part, d: Expr, found: Terms, stack: list[_Part]) -> None:
    """A part that is a product with scalars, one of which may be the functional of d."""
    scalars, body = p.e.args[:-1], p.e.args[-1]
    linear = [s for s in scalars if depends(s, d)]
    others = tuple(s for s in scalars if not depends(s, d))
    if not linear:
        stack.append(p._replace(e=body, scalars=(*p.scalars, *others)))
        return
    if len(linear) > 1 or depends(body, d):
        raise Unsolvable(f"{p.e} is not linear in {d}")
    direction = mm(*p.left, t(body) if p.turned else body, *p.right) if p.left or p.right or p.turned else body
    functional = derive(linear[0], d, "denominator").expr
    found.rank_one.append((prod(*p.scalars, *others, direction), functional))


def _keep(p: _Part, d: Expr, found: Terms) -> None:
    """A part that has come down to d."""
    rows, columns = d.shape[::-1] if p.turned else d.shape
    left = mm(*p.left) if p.left else eye(rows)
    right = mm(*p.right) if p.right else eye(columns)
    pair = (prod(*p.scalars, left) if p.scalars else left, right)
    (found.turned if p.turned else found.straight).append(pair)


# --- solving ----------------------------------------------------------------------------------------------------


def solved(m: Terms, shape: Sequence[object]) -> tuple[Solve, str]:
    """What undoes the map, and by which formula; Unsolvable where none is known."""
    base, how = _base(m)
    for c, f in m.rank_one:
        base, how = _rank_one(base, c, f), "Sherman-Morrison"
    return base, how


def _rank_one(base: Solve, c: Expr, f: Expr) -> Solve:
    """L + C<F, .> from what undoes L: L^-1 G - L^-1 C <F, L^-1 G>/(1 + <F, L^-1 C>)."""

    def solve(g: Expr) -> Expr:
        u, v = base(c), base(g)
        return sub(v, prod(reciprocal(add(num(1), inner(f, u))), inner(f, v), u))

    return solve


def inner(f: Expr, d: Expr) -> Expr:
    """<F, D>."""
    return mm(t(f), d) if f.shape[1] is ONE else apply("tr", mm(t(f), d))


def _base(m: Terms) -> tuple[Solve, str]:
    """The map without its terms of rank one."""
    if m.entrywise and not m.turned and all(_is_scaling(p) for p in m.straight):
        weights = [prod(_scale(p), ones(m.entrywise[0].shape)) for p in m.straight]
        w = add(*m.entrywise, *weights)
        return lambda g: ediv(g, w), "division entry by entry"
    if m.entrywise:
        raise Unsolvable("entrywise and matrix products of the direction stand side by side")
    if not m.straight and not m.turned:
        raise Unsolvable("the second differential has finite rank: it is singular")
    if not m.turned:
        return _straight(m.straight)
    if not m.straight:  # of D' as of D
        straight, how = _straight(m.turned)
        return lambda g: t(straight(g)), how
    if all(map(_is_scaling, (*m.straight, *m.turned))):
        s, c = (add(*map(_scale, part)) for part in (m.straight, m.turned))
        factor = reciprocal(sub(prod(s, s), prod(c, c)))
        return lambda g: prod(factor, sub(prod(s, g), prod(c, t(g)))), "the symmetric and the skew part"
    raise Unsolvable("it has the direction and its transpose between matrices")


def _straight(pairs: list[tuple[Expr, Expr]]) -> tuple[Solve, str]:
    """A1*D*B1 + A2*D*B2 + ...: a Kronecker product, or two that make a Sylvester equation."""
    by_right: dict[Expr, list[Expr]] = {}
    for a, b in pairs:
        by_right.setdefault(b, []).append(a)
    merged = [(add(*a), b) for b, a in by_right.items()]
    by_left: dict[Expr, list[Expr]] = {}
    for a, b in merged:
        by_left.setdefault(a, []).append(b)
    merged = [(a, add(*b)) for a, b in by_left.items()]
    if len(merged) == 1:
        (a, b), = merged
        return lambda g: mm(inverse(a), g, inverse(b)), "the inverses of two factors"
    if len(merged) == 2:
        (a, b), (c, e) = merged if merged[0][1].op == "eye" or merged[1][0].op == "eye" else merged[::-1]
        x, y = mm(inverse(c), a), mm(e, inverse(b))  # (A D B + C D E = G) as (inv(C) A D + D E inv(B))
        return lambda g: apply("sylvester", x, y, mm(inverse(c), g, inverse(b))), "a Sylvester equation"
    raise Unsolvable("it is a sum of more than two Kronecker products")


def _is_scaling(pair: tuple[Expr, Expr]) -> bool:
    return all(e.op == "eye" or (e.op == "prod" and e.args[-1].op == "eye") for e in pair)


def _scale(pair: tuple[Expr, Expr]) -> Expr:
    scalars = [s for e in pair if e.op == "prod" for s in e.args[:-1]]
    return prod(*scalars) if scalars else num(1)


def inverse(a: Expr) -> Expr:
    """The inverse, of multiples of the identity at once."""
    if a.op == "eye":
        return a
    if a.op == "prod":
        return prod(reciprocal(prod(*a.args[:-1])), inverse(a.args[-1]))
    return apply("inv", a)
