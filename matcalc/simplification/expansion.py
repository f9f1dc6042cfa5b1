"""Products multiplied out: the terms of a product of sums, as many as a bound allows."""

from __future__ import annotations

from ..terms.expression import Expr, add, epow, had, mm, num, power, prod, t
from .limits import MOST_EXPANDED

_JOINS = {"pow": prod, "epow": had, "mpow": mm}  # the product that a power is of


def multiplied_out(x: Expr, last: bool = False) -> list[Expr]:
    """The terms of one product when its first or last sum is multiplied out; itself if it has none.

    >>> from matcalc.language.parse import parse_expression
    >>> multiplied_out(parse_expression("A*(B + C)*D").expr)
    [A*B*D, A*C*D]
    """
    if x.op == "prod":
        for i, f in _each(x.args, last):
            parts = _summands(f) if f.is_scalar else (f,)
            if len(parts) > 1:
                return [prod(*x.args[:i], a, *x.args[i + 1 :]) for a in parts]
        inner = [x.args[-1]] if x.is_scalar else multiplied_out(x.args[-1], last)
        return [prod(*x.args[:-1], a) for a in inner] if len(inner) > 1 else [x]
    if x.op in ("mm", "had"):
        join = mm if x.op == "mm" else had
        for i, f in _each(x.args, last):
            parts = _summands(f)
            if len(parts) > 1:
                return [join(*x.args[:i], a, *x.args[i + 1 :]) for a in parts]
    return list(_summands(x))


def _each(args: tuple[Expr, ...], backwards: bool) -> list[tuple[int, Expr]]:
    return list(enumerate(args))[::-1] if backwards else list(enumerate(args))


def terms_of_first_sum(x: Expr) -> int:
    """How many terms `multiplied_out` makes of one product, without making them.

    >>> from matcalc.language.parse import parse_expression
    >>> terms_of_first_sum(parse_expression("2*A*(B + C + D)*A").expr)
    3
    """
    if x.op == "prod":
        array = None if x.is_scalar else x.args[-1]
        for f in x.args if array is None else x.args[:-1]:
            if (count := _terms(f)) > 1:
                return count
        return 1 if array is None else terms_of_first_sum(array)
    if x.op in ("mm", "had"):
        for f in x.args:
            if (count := _terms(f)) > 1:
                return count
    return _terms(x)


def expanded(e: Expr, most: int = MOST_EXPANDED) -> Expr | None:
    """The sum with all products of sums in its terms multiplied out; None if there are none, or too many terms."""
    terms = e.args if e.op == "add" else (e,)
    if any(len(a.args) > most for a in terms):
        return None
    out: list[Expr] = []
    waiting = list(reversed(terms))
    changed = False
    while waiting:
        if len(out) + len(waiting) - 1 + terms_of_first_sum(waiting[-1]) > most:
            return None
        parts = multiplied_out(waiting.pop())
        if len(parts) == 1:
            out.append(parts[0])
        else:
            changed = True
            waiting.extend(reversed(parts))
        if len(out) + len(waiting) > most:
            return None
    return add(*out) if changed else None


def _terms(f: Expr) -> int:
    """How many terms a factor has."""
    if f.op == "add":
        return len(f.args)
    if f.op == "t" and f.args[0].op == "add":
        return len(f.args[0].args)
    if f.op in ("pow", "epow") and f.args[0].op == "add" and f.args[1].op == "num" and f.args[1].data in (2, 3):
        return len(f.args[0].args)
    return 1


def _summands(f: Expr) -> tuple[Expr, ...]:
    """The terms of a factor: of a sum, of its transpose, or of a small power of one."""
    if f.op == "add":
        return f.args
    if f.op == "t" and f.args[0].op == "add":
        return tuple(t(a) for a in f.args[0].args)
    if f.op in ("prod", "mm", "had", "t") and not f.is_scalar:
        return (f,)
    if f.op in _JOINS and f.args[0].op == "add" and f.args[1].op == "num" and f.args[1].data in (2, 3):
        base, k = f.args[0], f.args[1].data
        rest = base if k == 2 else epow(base, num(k - 1)) if f.op == "epow" else power(base, num(k - 1))
        return tuple(_JOINS[f.op](a, rest) for a in base.args)
    return (f,)
