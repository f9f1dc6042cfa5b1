"""The terms and the factors of the right answer: what a wrong one may have lost."""

from __future__ import annotations

from collections.abc import Iterable

from ..terms.expression import Expr, had, mm, prod, t
from ..terms.shapes import SCALAR
from ..terms.walks import postorder

MOST_TERMS = 24
MOST_FACTORS = 16


def terms(e: Expr) -> list[Expr]:
    """The terms of a sum, and of a product with sums as its factors; bounded.

    >>> from matcalc.terms.expression import add, as_shape, var
    >>> A, x = var("A", as_shape("n", "n")), var("x", as_shape("n"))
    >>> [str(u) for u in terms(mm(add(A, t(A)), x))]
    ['A*x', "A'*x"]
    """
    done: list[Expr] = []
    waiting = [e]
    while waiting:
        u = waiting.pop()
        if len(done) + len(waiting) >= MOST_TERMS:
            return [*done, u, *reversed(waiting)]
        opened = _opened(u)
        if opened is None:
            done.append(u)
        else:
            waiting.extend(reversed(opened))
    return done


def _opened(e: Expr) -> list[Expr] | None:
    """The terms of one level; None if there is one only."""
    if e.op == "add":
        return list(e.args)
    if e.op == "t" and e.args[0].op == "add":
        return [t(a) for a in e.args[0].args]
    if e.op in ("mm", "had", "prod"):
        build = {"mm": mm, "had": had, "prod": prod}[e.op]
        for k, a in enumerate(e.args):
            if a.op == "add":
                return [build(*e.args[:k], b, *e.args[k + 1 :]) for b in a.args]
    return None


def factors(answer: Expr) -> list[Expr]:
    """What stands as a factor somewhere in an answer: whole factors, and the names in them, transposed or not."""
    found: dict[Expr, None] = {}
    for e in postorder(answer):
        if e.op in ("mm", "had", "prod"):
            for a in e.args:
                if a.op != "num":
                    found.setdefault(a)
        elif e.op == "var":
            found.setdefault(e)
    for a in list(found):
        if a.shape != SCALAR:
            found.setdefault(a.args[0] if a.op == "t" else t(a))
    return list(found)[:MOST_FACTORS]


def scalars(expressions: Iterable[Expr]) -> list[Expr]:
    """The scalars that stand in expressions: names first, then parts such as norms and sums."""
    found = dict.fromkeys(
        e for root in expressions for e in postorder(root) if e.shape == SCALAR and e.op not in ("num", "const")
    )
    return sorted(found, key=lambda e: e.op != "var")[: 2 * MOST_FACTORS]
