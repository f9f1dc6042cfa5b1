"""The other layout of an answer: its transpose, by choosing transposes of its parts and nothing else.

Both layouts are then one answer: the same terms, factors and signs in the same order, each product reversed.
"""

from __future__ import annotations

from ..terms.expression import LONG, Expr, add, had, mm, prod, t
from ..terms.walks import fold
from .canonical import coefficient
from .normal import Simplifier

_REVERSED = frozenset(("mm", "add", "had", "prod"))  # the transpose of the node is made of the transposes of its parts
_REWRITTEN = frozenset(("had", "array", "series", "zeros", "kron", "index", "einsum"))  # or has a form of its own


def transposed(e: Expr, s: Simplifier) -> Expr:
    """The transpose of an answer: of each term, unless a term becomes longer by more than a transpose.

    >>> from matcalc.language.parse import parse_expression
    >>> transposed(parse_expression("2*A'*(A*x - b) + c").expr, Simplifier())
    2*(A*x - b)'*A + c'
    """
    if e.is_scalar:
        return e
    turned = _parts(e, s)
    if e.op != "add":
        return turned[e]
    parts = [turned[a] for a in e.args]
    pushed = add(*s.order.terms([coefficient(p) for p in parts], parts))
    short = all(p.cost <= a.cost + 1 for p, a in zip(parts, e.args, strict=True))
    return pushed if short or pushed.cost <= e.cost + 1 else t(e)


def _parts(root: Expr, s: Simplifier) -> dict[Expr, Expr]:
    """The transposes of the terms and factors of an expression."""

    def step(e: Expr, parts: tuple[Expr, ...]) -> Expr:
        if e.is_scalar:
            return e
        if e.op == "prod":
            return prod(*e.args[:-1], parts[-1])
        if e.op == "mm":
            pushed = runs(mm(*reversed(parts)))
            return pushed if pushed.cost <= e.cost + len(e.args) else t(e)
        if e.op == "add" and not parts:
            return t(e)
        if e.op == "add":
            pushed = add(*s.order.terms([coefficient(p) for p in parts], parts))
            return pushed if pushed.cost <= e.cost else t(e)
        if e.op == "had" and (pushed := had(*parts)).cost <= e.cost:
            return pushed
        return s.run(t(e)) if e.op in _REWRITTEN else s.transpose(e)

    def inside(e: Expr) -> tuple[Expr, ...]:
        whole = e.op == "add" and e is not root and len(e.args) > LONG  # long sums in sums are not made anew
        return e.args if e.op in _REVERSED and not e.is_scalar and not whole else ()

    return fold(root, step, inside)


def runs(e: Expr) -> Expr:
    """Three or more transposed factors in a row become one transposed product."""
    args = list(e.args) if e.op == "mm" else [e]
    out: list[Expr] = []
    i = 0
    while i < len(args):
        j = i
        while j < len(args) and (args[j].op == "t" or (j > i and args[j].op in ("diag", "eye"))):
            j += 1
        while j > i and args[j - 1].op != "t":
            j -= 1
        if sum(a.op == "t" for a in args[i:j]) >= 3:
            out.append(t(mm(*(a.args[0] if a.op == "t" else a for a in reversed(args[i:j])))))
            i = j
        else:
            out.append(args[i])
            i += 1
    return mm(*out) if len(out) < len(args) else e
