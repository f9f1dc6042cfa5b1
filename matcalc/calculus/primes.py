"""Derivatives of known functions in an expression, such as sigmoid'(X*w), put in."""

from __future__ import annotations

from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..simplification.normal import simplify
from ..terms.errors import NoDerivativeError
from ..terms.expression import Expr, fn, num, ones, var
from ..terms.rebuild import substitute, transform
from ..terms.walks import postorder
from .accumulation import differential
from .record import Trace


def written_out(expr: Expr, book: RuleBook) -> Expr:
    """The expression with f'(x) as its formula where the rules have the differential of f.

    >>> from matcalc.terms.expression import as_shape
    >>> print(written_out(fn("sin'", var("x", as_shape("n"))), RuleBook.default()))
    cos(x)
    """
    if not any(e.op.endswith("'") and e.is_elementwise and not e.is_unspecified for e in postorder(expr)):
        return expr

    def step(e: Expr) -> Expr:
        if not (e.op.endswith("'") and e.is_elementwise) or e.is_unspecified:
            return e
        stem = e.op.rstrip("'")
        x = var("x'", e.shape)  # no name of a text
        found = fn(stem, x)
        for _ in range(len(e.op) - len(stem)):
            every = num(1) if x.is_scalar else ones(x.shape)
            pushed = differential(found, x, every, Trace(book))
            if pushed is None:
                raise NoDerivativeError(f"a derivative of {stem} of this order is zero: write 0")
            found = simplify(pushed, Facts(book=book))
        return substitute(found, {x: e.args[0]})

    return transform(expr, step)
