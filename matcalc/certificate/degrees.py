"""How large the degrees of the two sides of a claim can be, as fractions of polynomials with one denominator each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..terms.expression import Expr
from ..terms.shapes import SCALAR, Dim
from .claims import Claim

Degrees = tuple[float, float]  # of the numerators of all entries, of their common denominator
_LINEAR = frozenset(("t", "sum", "tr", "diag", "diagonal", "vec", "tril", "triu", "mean", "index", "kernel", "sum_rows",
                     "mean_rows"))  # fmt: skip
_PRODUCTS = frozenset(("prod", "had", "mm", "kron", "einsum"))
_LEAVES = frozenset(("num", "const", "eye", "ones", "zeros", "size", "counter", "commutation"))
_MOST = 1e200


def degree(claim: Claim, order: Iterable[Expr], sizes: Mapping[str, int]) -> float:
    """A bound of the degree of the polynomial that must be zero if the claim holds; `order` has all its nodes.

    >>> from matcalc.terms.expression import SCALAR, num, power, prod, var
    >>> from matcalc.terms.walks import postorder
    >>> x = var("x", SCALAR)
    >>> claim = Claim(power(x, num(3)), (x,), prod(num(3), power(x, num(2))))
    >>> degree(claim, [*postorder(claim.source), *postorder(claim.answer)], {})
    6.0
    """
    found: dict[Expr, Degrees] = {}
    for e in order:
        top, below = _of(e, [found[a] for a in e.args], sizes)
        found[e] = (top, below) if top + below < _MOST else (_MOST, _MOST)
    (a, b), (c, d) = found[claim.source], found[claim.answer]
    return a + (claim.order + 1) * b + c + d + claim.order


def _of(e: Expr, inner: list[Degrees], sizes: Mapping[str, int]) -> Degrees:
    if e.op in ("var", "d"):
        return 1.0, 0.0
    if e.op in _LEAVES:
        return 0.0, 0.0
    if e.op in _PRODUCTS:
        return sum(a for a, _ in inner), sum(b for _, b in inner)
    if e.op in _LINEAR and inner:
        return inner[0]
    if e.op in ("add", "array"):
        below = sum(b for _, b in inner)
        return max(a - b for a, b in inner) + below, below
    if e.op in ("pow", "epow", "mpow") and e.args[1].op == "num":
        return _power(e, inner[0], float(e.args[1].data), sizes)
    if e.op in ("inv", "adj", "det", "logdet"):
        (a, b), n = inner[0], _count(e.args[0].shape[0], sizes)
        return (n * a, n * b) if e.op == "det" else (b + n * a, n * (a + b))
    count = 1.0
    for d in e.shape if e.shape != SCALAR else (e.args[0].shape if e.args else ()):
        count *= _count(d, sizes)
    if e.is_elementwise:  # a new unknown for each entry, or a fraction of two
        return 2 * count, 2 * count
    total = sum(a + b for a, b in inner) + 2
    return total * count, total * count


def _power(e: Expr, x: Degrees, k: float, sizes: Mapping[str, int]) -> Degrees:
    a, b = x
    if k >= 0:
        return max(k, 1) * a, max(k, 1) * b
    count = 1.0
    for n in e.shape:
        count *= _count(n, sizes)
    return -k * (b + count * a), -k * count * (a + b)


def _count(n: Dim, sizes: Mapping[str, int]) -> float:
    total = 0.0
    for names, c in n.terms:
        product = float(c)
        for name in names:
            product *= sizes.get(name, 1)
        total += product
    return total
