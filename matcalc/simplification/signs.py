"""Signs of the sums in a product: (b - a)'*A*(a - b) is -(a - b)'*A*(a - b), and -(b - a)*c is (a - b)*c.

A sum has the signs with which the reader wrote it, or its names; a product that has no sign of its own gets none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..terms.expression import Expr, epow, num, power, prod, t
from ..terms.rebuild import rebuild, transform
from ..terms.walks import postorder
from .canonical import coefficient, term, turns

if TYPE_CHECKING:
    from .normal import Simplifier


def bare(f: Expr) -> Expr:
    """A factor without its transpose."""
    return f.args[0] if f.op == "t" else f


def opposite(total: Expr, s: Simplifier) -> Expr:
    """The sum with all signs turned."""
    return s.total([(-k, x) for k, x in map(coefficient, total.args)])


def _turned(f: Expr, s: Simplifier) -> Expr:
    """The factor with its sum turned."""
    return t(opposite(f.args[0], s)) if f.op == "t" else opposite(f, s)


def alike(e: Expr, s: Simplifier) -> Expr:
    """A product of arrays whose sums that are opposite to one before them are turned."""
    sums = [i for i, f in enumerate(e.args) if bare(f).op == "add"]
    if len(sums) < 2:
        return e
    args, sign = list(e.args), 1
    met: set[frozenset[tuple[Expr | None, object]]] = set()
    for i in sums:
        parts = [coefficient(a) for a in bare(args[i]).args]
        if frozenset((x, -k) for k, x in parts) in met:
            args[i], sign = _turned(args[i], s), -sign
        else:
            met.add(frozenset((x, k) for k, x in parts))
    if all(a is b for a, b in zip(args, e.args, strict=True)):
        return e
    new = rebuild(e, tuple(args))
    return new if sign > 0 else prod(num(-1), new)


def without_sign(e: Expr, s: Simplifier) -> Expr:
    """-A*(x - y) -> A*(y - x), where the difference stands there once."""
    c, rest = coefficient(e)
    if rest is not None and rest.op == "add":
        terms = [coefficient(without_sign(a, s)) for a in rest.args]
        return term(c, s.total(terms)) if any(term(*x) is not a for x, a in zip(terms, rest.args, strict=True)) else e
    if c >= 0 or rest is None:
        return e
    core = rest.args[-1] if rest.op == "prod" else rest
    places = list(_sums(core))
    met = [x for _, x in places]
    fit = [place for place in places if met.count(place[1]) == 1 and turns(place[1].args)]
    if not fit:
        return e
    path, _ = min(fit, key=lambda place: (place[1] in s.order.parts) + (_unit(place[1]) > 0))
    core = _turned_at(core, path, s)
    rest = prod(*rest.args[:-1], core) if rest.op == "prod" else core
    return term(-c, rest)


def _sums(core: Expr) -> Iterator[tuple[tuple[int, ...], Expr]]:
    """The sums that are factors of a product, or of products in it, each with the way to it from the outside."""
    waiting: list[tuple[tuple[int, ...], Expr]] = [((), core)]
    while waiting:
        path, e = waiting.pop()
        if e.op == "add":
            yield path, e
        elif e.op in ("mm", "had", "t"):
            waiting.extend(((*path, i), a) for i, a in reversed(list(enumerate(e.args))))


def _turned_at(core: Expr, path: tuple[int, ...], s: Simplifier) -> Expr:
    """A product with the sum at the end of a way turned."""
    above = [core]
    for i in path:
        above.append(above[-1].args[i])
    new = opposite(above.pop(), s)
    for e, i in zip(reversed(above), reversed(path), strict=True):
        new = rebuild(e, (*e.args[:i], new, *e.args[i + 1 :]))
    return new


def as_written(root: Expr, s: Simplifier) -> Expr:
    """An expression with the sums in its products turned in pairs, and in even powers, to the reader's signs."""
    if not any(e.op == "add" and _is_mixed(e) for e in postorder(root)):
        return root

    def step(e: Expr) -> Expr:
        if e.op in ("pow", "epow") and _is_even(e.args[1]) and _is_mixed(e.args[0]) and _is_turned(e.args[0], s):
            return (power if e.op == "pow" else epow)(opposite(e.args[0], s), e.args[1])
        if e.op not in ("prod", "mm", "had"):
            return e
        wrong = [i for i, f in enumerate(e.args) if _is_mixed(bare(f)) and _is_turned(bare(f), s)]
        if not wrong:
            return e
        free = [i for i, f in enumerate(e.args) if _is_mixed(bare(f)) and i not in wrong and _is_free(bare(f), s)]
        if len(wrong) % 2 and free:
            wrong.append(free[0])
        elif len(wrong) % 2:
            wrong.remove(min(wrong, key=lambda i: _is_known(bare(e.args[i]), s)))
        if not wrong:
            return e
        new = rebuild(e, tuple([_turned(f, s) if i in wrong else f for i, f in enumerate(e.args)]))
        return s.product(new, distribute=False) if e.op == "prod" else s.hadamard(new) if e.op == "had" else new

    return transform(root, step)


def _is_even(k: Expr) -> bool:
    return k.op == "num" and isinstance(k.data, int) and k.data % 2 == 0


def _is_mixed(e: Expr) -> bool:
    """Whether an expression is a sum with both signs: turned it is as long."""
    return e.op == "add" and len({coefficient(a)[0] < 0 for a in e.args}) == 2


def _is_known(total: Expr, s: Simplifier) -> bool:
    """Whether the reader wrote a sum, or its opposite."""
    return total in s.order.parts or opposite(total, s) in s.order.parts


def _is_turned(total: Expr, s: Simplifier) -> bool:
    """Whether the reader wrote the opposite of a sum, or would: with a positive 1, or the names with the other sign."""
    if total in s.order.parts:
        return False
    turned = opposite(total, s)
    if turned in s.order.parts:
        return True
    unit = _unit(total)
    return unit < 0 or (not unit and s.order.agreement(turned) > s.order.agreement(total))


def _is_free(total: Expr, s: Simplifier) -> bool:
    """Whether nothing speaks for the signs of a sum."""
    return not (_is_known(total, s) or _unit(total) or s.order.agreement(total))


def _unit(total: Expr) -> int:
    """The sign of the number or the array of ones in a sum; 0 if there is none."""
    rows = [coefficient(a) for a in total.args]
    return next((1 if c > 0 else -1 for c, x in rows if x is None or x.op in ("ones", "eye")), 0)
