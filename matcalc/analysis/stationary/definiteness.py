"""Which symmetric matrices are definite: seen from their form, and from what is known of their parts.

A sign is 2 for positive definite (positive), 1 for positive semidefinite (nonnegative), -1 and -2 for the negative
ones, 0 for a zero, None where it is not known.
"""

from __future__ import annotations

from ...rulebook.properties import Facts
from ...simplification.canonical import coefficient
from ...terms.expression import Expr, t
from ...terms.walks import fold

Sign = int | None


def sign(e: Expr, facts: Facts) -> Sign:
    """The sign of a number or of a symmetric matrix.

    >>> from matcalc.language.parse import parse_expression
    >>> read = lambda text: parse_expression(text, "X: matrix(m,n), l: positive scalar").expr
    >>> sign(read("2*X'*X"), Facts()), sign(read("X'*X + l*eye(n)"), Facts()), sign(read("-X*X'"), Facts())
    (1, 2, -1)
    """
    return fold(e, lambda part, below: _sign(part, below, facts), lambda part: part.args)[e]


def _sign(e: Expr, below: tuple[Sign, ...], facts: Facts) -> Sign:
    """The stronger of what the rules know and what the parts tell."""
    if e.op == "num":
        return 0 if e.data == 0 else 2 if e.data > 0 else -2
    if e.op == "zeros":
        return 0
    known, told = _known(e, facts), _told(e, below, facts)
    if known is None or (told is not None and abs(told) > abs(known)):
        return told
    return known


def _told(e: Expr, below: tuple[Sign, ...], facts: Facts) -> Sign:
    """What the signs of the parts tell."""
    if e.op == "add":
        return _sum(below)
    if e.op in ("prod", "kron") or (e.op == "had" and e.shape[0] is e.shape[1]):
        return _product(below)
    if e.op in ("inv", "t"):
        return below[0] if below[0] is not None and (e.op == "t" or abs(below[0]) == 2) else None
    if e.op == "mm":
        return _congruence(e, below, facts)
    if e.op in ("diag", "sum"):
        return _entries(e.args[0], facts)
    if e.op == "array" and e.shape[0] is e.shape[1] and all(a.op == "num" for a in e.args):
        n = e.data.columns
        return _numbers([[float(a.data) for a in e.args[i : i + n]] for i in range(0, n * n, n)])
    if e.op == "sqrt":
        return below[0] if e.is_scalar and below[0] is not None and below[0] > 0 else None
    return _power(e, below[0], facts) if e.op == "pow" else None


def _numbers(rows: list[list[float]]) -> Sign:
    """The sign of a symmetric matrix of numbers."""
    import numpy as np

    values = np.linalg.eigvalsh(np.array(rows))
    near = 1e-9 * max(1.0, float(abs(values).max()))
    return 2 if values.min() > near else -2 if values.max() < -near else None


def _known(e: Expr, facts: Facts) -> Sign:
    """What the rules know of it."""
    if e.is_scalar:
        return 2 if facts.holds("positive", e) else 1 if facts.holds("nonnegative", e) else None
    return 2 if e.shape[0] is e.shape[1] and facts.holds("spd", e) else None


def _sum(parts: tuple[Sign, ...]) -> Sign:
    signs = [p for p in parts if p != 0]
    if not signs:
        return 0
    if any(p is None for p in signs):
        return None
    low, high = min(p for p in signs if p is not None), max(p for p in signs if p is not None)
    return high if low > 0 else low if high < 0 else None


def _product(parts: tuple[Sign, ...]) -> Sign:
    if any(p is None for p in parts):
        return None
    total, weak = 1, 2
    for p in parts:
        assert p is not None
        total *= (p > 0) - (p < 0)
        weak = min(weak, abs(p))
    return total * weak


def _congruence(e: Expr, below: tuple[Sign, ...], facts: Facts) -> Sign:
    """A'*W*A has the sign of W, and is semidefinite."""
    args = e.args
    half = len(args) // 2
    if any(not _opposite(a, b, facts) for a, b in zip(args[:half], args[::-1][:half], strict=True)):
        return None
    middle = below[half] if len(args) % 2 else 2
    if middle is None or middle == 0:
        return middle
    is_regular = all(a.shape[0] is a.shape[1] and facts.holds("invertible", a) for a in args[:half])
    return middle if is_regular else (1 if middle > 0 else -1)


def _opposite(a: Expr, b: Expr, facts: Facts) -> bool:
    """Whether one factor is the transpose of another."""
    if a is t(b) or b is t(a):
        return True
    return a is b and not a.is_scalar and facts.holds("symmetric", a)


def _entries(x: Expr, facts: Facts) -> Sign:
    """The sign of all entries of an array."""
    number, core = coefficient(x)
    side = -1 if number < 0 else 1
    if core is None or number == 0:
        return None
    base = core.args[0] if core.op == "epow" else core
    if facts.holds("positive", base) or core.op == "ones":
        return 2 * side
    return side if facts.holds("nonnegative", core) else None


def _power(e: Expr, base: Sign, facts: Facts) -> Sign:
    """The sign of a power; with a negative exponent it is not 0 where it is defined."""
    known, exponent = _known(e, facts), e.args[1]
    if exponent.op != "num":
        return known
    if known is None and exponent.data % 2 == 0:
        known = 1
    if known is None and base is not None:
        known = base if base > 0 or exponent.data % 2 == 1 else None
    return known * 2 if exponent.data < 0 and known in (1, -1) else known
