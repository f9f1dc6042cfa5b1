"""Before differentiating: products of one sum that were multiplied out, as x'*y - x'*z where x is a sum."""

from __future__ import annotations

from collections.abc import Callable

from ..terms.expression import Expr, add, mm, num, prod
from .canonical import coefficient, term

Terms = list[tuple[Expr, tuple[Expr, ...]]]  # what scales a product, and its factors


def with_common_sum(e: Expr) -> Expr:
    """The sum of scalars with a first or last factor that is a sum taken out of the products that share it.

    >>> from matcalc.language.parse import parse_expression
    >>> with_common_sum(parse_expression("(x - y)'*A*x - (x - y)'*A*y").expr)
    (x - y)'*A*(x - y)
    """
    rows = [_taken_apart(a) for a in e.args]
    for at in (0, -1):
        groups: dict[Expr, list[int]] = {}
        for i, (_, chain) in enumerate(rows):
            if len(chain) > 1 and _is_sum(chain[at]):
                groups.setdefault(chain[at], []).append(i)
        for members in groups.values():
            if len(members) > 1:
                joined = _joined([rows[i] for i in members], at == 0)
                if joined is not None:
                    rest = [a for i, a in enumerate(e.args) if i not in members]
                    return add(*rest, joined) if rest else joined
    return e


def _taken_apart(a: Expr) -> tuple[Expr, tuple[Expr, ...]]:
    c, core = coefficient(a)
    if core is None:
        return num(c), ()
    chain = next((f for f in (core.args if core.op == "prod" else (core,)) if f.op == "mm"), None)
    if chain is None:
        return a, ()
    scale = tuple(f for f in core.args if f is not chain) if core.op == "prod" else ()
    return term(c, prod(*scale)) if scale else num(c), chain.args


def _is_sum(f: Expr) -> bool:
    return (f.args[0] if f.op == "t" else f).op == "add"


def _joined(rows: Terms, from_left: bool) -> Expr | None:
    """The product of the factors that all chains begin (or end) with, and the sum of the rests."""
    chains = [chain if from_left else chain[::-1] for _, chain in rows]
    most = min(map(len, chains)) - 1
    shared = next((k for k in range(most) if any(c[k] is not chains[0][k] for c in chains)), most)
    if not shared:
        return None
    order: Callable[[tuple[Expr, ...]], tuple[Expr, ...]] = (lambda c: c) if from_left else (lambda c: c[::-1])
    rests = [prod(scale, mm(*order(c[shared:]))) for (scale, _), c in zip(rows, chains, strict=True)]
    rests = [r.args[1] if r.op == "prod" and r.args[0] is num(1) and len(r.args) == 2 else r for r in rests]
    if any(r.shape != rests[0].shape for r in rests):
        return None
    common = order(chains[0][:shared])
    return mm(*common, add(*rests)) if from_left else mm(add(*rests), *common)
