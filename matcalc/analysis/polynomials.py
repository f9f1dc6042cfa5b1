"""Of what degree an expression is in a variable."""

from __future__ import annotations

from ..terms.expression import Expr
from ..terms.signatures import traits
from ..terms.walks import postorder

_SUMMED = frozenset(("prod", "mm", "had", "einsum", "kron", "cross"))
_LARGEST = frozenset(("add", "array"))
_LINEAR = frozenset(("t", "index", "sum", "tr", "mean", "diag", "diagonal", "vec", "skew", "axial"))


def degree(root: Expr, x: Expr) -> int | None:
    """The degree of an expression as a polynomial in a variable; None if it is not known to be one.

    >>> from matcalc.language.parse import parse_expression
    >>> f = parse_expression("(x'*A*x)*||B*x - c||^2 + a'*x").expr
    >>> x = next(e for e in postorder(f) if e.op == "var" and e.data[0] == "x")
    >>> degree(f, x), degree(parse_expression("exp(a'*x)").expr, x)
    (4, None)
    """
    name = x.data[0]
    found: dict[Expr, int | None] = {}
    for e in postorder(root):
        if name not in e.free:
            found[e] = 0
        elif e is x:
            found[e] = 1
        elif e.op in ("pow", "epow", "mpow"):
            found[e] = _of_power(e, found)
        else:
            found[e] = _degree(e, tuple([found[a] for a in e.args]))
    return found[root]


def _of_power(e: Expr, found: dict[Expr, int | None]) -> int | None:
    """Of a power with a natural number; of a norm, if the number is even."""
    base, exponent = e.args
    n = exponent.data if exponent.op == "num" else None
    if not isinstance(n, int) or n < 0:
        return None
    if base.op == "norm" and n % 2:
        return None
    inner = found[base.args[0]] if base.op == "norm" else found[base]
    return None if inner is None else n * inner


def _degree(e: Expr, args: tuple[int | None, ...]) -> int | None:
    known = [a for a in args if a is not None]
    if len(known) < len(args):
        return None
    if e.op in _LARGEST:
        return max(known)
    if e.op in _SUMMED:
        return sum(known)
    if e.op in _LINEAR or traits(e.op).linear == len(args) == 1:
        return known[0]
    return None
