"""The factors that terms of a sum share: scalars, powers, the first or the last of a product, elementwise factors.

A sum and its opposite are one factor, and so is a sum whose terms stand beside a multiple of it:
(b - a)*c + (a - b)*d has the factor a - b, and so has (a - b)*c + a - b.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import prod as product

from ..terms.expression import Expr, Number, epow, eye, had, mm, num, ones, power, prod
from ..terms.records import NamedTuple
from ..terms.shapes import ONE
from .canonical import coefficient
from .normal import Simplifier
from .pieces import Piece, merged_product

Key = tuple[str, Expr]  # where a factor stands, and the factor
Members = list[tuple[int, Key, int]]  # terms, with the factor as it stands there, and its sign against the first's


class Shared(NamedTuple):
    """Factors of some terms of a sum, with what is left of them."""

    keys: tuple[Key, ...]
    members: tuple[int, ...]
    rests: tuple[Expr, ...]


def shared_factors(e: Expr, pieces: list[Piece], s: Simplifier) -> Iterator[Shared]:
    """The factors that two or more terms of a sum share; the terms come in pieces, too."""
    groups = _groups(pieces)
    for keys in _distinct(groups, pieces):
        rests = _rests(keys, groups, pieces)
        if rests is not None:
            yield Shared(keys, tuple(i for i, _, _ in groups[keys[0]]), rests)
    sums = [key for key, rows in groups.items() if len(rows) < len(pieces) and _total(key[1]).op == "add"]
    terms = {core: (i, c) for i, (c, core) in enumerate(map(coefficient, e.args))} if sums else {}
    for key in sums:
        members = tuple(i for i, _, _ in groups[key])
        beside = _beside(key, members, terms, s)
        rests = None if beside is None else _rests((key,), groups, pieces)
        if beside is not None and rests is not None:
            yield Shared((key,), members + beside[0], (*rests, beside[1]))


def _rests(keys: tuple[Key, ...], groups: dict[Key, Members], pieces: list[Piece]) -> tuple[Expr, ...] | None:
    """What is left of the terms that have some factors; None if one of them cannot be taken out."""
    out = []
    for j, (i, _, _) in enumerate(groups[keys[0]]):
        rows = [groups[key][j] for key in keys]
        sign = product(row[2] for row in rows)
        rest = _without(_signed(pieces[i], sign), [row[1] for row in rows])
        if rest is None:
            return None
        out.append(rest)
    return tuple(out)


def _distinct(groups: dict[Key, Members], pieces: list[Piece]) -> list[tuple[Key, ...]]:
    """The factors to take out of several terms: those scalars together that the same terms have.

    The last factor of products whose first one is taken out is found inside of that sum, and so is what else the
    array of terms is that have the same one.
    """
    out: list[list[Key]] = []
    scalars: dict[tuple[int, ...], list[Key]] = {}
    first: set[tuple[int, ...]] = set()  # the terms whose first factors are one
    for key, rows in groups.items():
        same = tuple(i for i, _, _ in rows)
        if len(rows) < 2 or _unlike(key, [pieces[i] for i in same]):
            continue
        where, x = key
        if where in ("up", "down"):
            if same in scalars:
                scalars[same].append(key)
                continue
            scalars[same] = [key]
            out.append(scalars[same])
            continue
        if where == "left":
            first.add(same)
        elif same in first:
            cores = [pieces[i].core for i in same]
            if all(c is x for c in cores) or (where == "right" and all(c is not None and c.op == "mm" for c in cores)):
                continue
        out.append([key])
    return [tuple(keys) for keys in out]


def joined(keys: tuple[Key, ...], inner: Expr, s: Simplifier) -> Expr:
    """The factors that were taken out times what is left."""
    where, x = keys[0]
    if where in ("up", "down"):
        up = [b for side, b in keys if side == "up"]
        down = [power(b, num(-1)) for side, b in keys if side == "down"]
        return merged_product(s, *up, inner, *down)
    if where in ("had", "over"):
        factor = x if where == "had" else epow(x, num(-1))
        return factor if inner.op == "ones" else merged_product(s, had(factor, inner))
    return merged_product(s, mm(x, inner) if where == "left" else mm(inner, x))


def _groups(pieces: list[Piece]) -> dict[Key, Members]:
    """The terms by their factors: each with the factor as it stands there, and its sign against the group's."""
    found: dict[Key, Members] = {}
    sums: dict[tuple[str, str, frozenset[tuple[Expr | None, Number]]], Key] = {}
    polynomial = all(p.core is None and all(b.op == "var" for b, _ in p.scalars) for p in pieces)
    for i, p in enumerate(pieces):
        for own in dict.fromkeys(_keys(p, polynomial)):
            key, sign = own, 1
            if own not in found and (total := _total(own[1])).op == "add":
                parts = [coefficient(a) for a in total.args]
                opposite = sums.get((own[0], own[1].op, frozenset((core, -c) for c, core in parts)))
                if opposite is not None:
                    key, sign = opposite, -1
                else:
                    sums[(own[0], own[1].op, frozenset((core, c) for c, core in parts))] = own
            rows = found.setdefault(key, [])
            if not rows or rows[-1][0] != i:
                rows.append((i, own, sign))
    return found


def _total(x: Expr) -> Expr:
    return x.args[0] if x.op == "t" else x


def _signed(p: Piece, sign: int) -> Piece:
    return p if sign > 0 else Piece(-p.number, p.scalars, p.core)


def _beside(key: Key, members: tuple[int, ...], terms: dict[Expr | None, tuple[int, Number]],
            s: Simplifier) -> tuple[tuple[int, ...], Expr] | None:  # fmt: skip
    """The terms of a sum that are together a multiple of a factor, and the multiple of one that they are."""
    where, x = key
    if where in ("down", "over"):
        return None
    parts = [coefficient(s.push(a) if x.op == "t" else a) for a in _total(x).args]
    found = [terms.get(core) for _, core in parts]
    places = tuple(row[0] for row in found if row is not None)
    if len(places) < len(found) or not set(places).isdisjoint(members):
        return None
    ratios = {Fraction(row[1]) / Fraction(c) for row, (c, _) in zip(found, parts, strict=True) if row is not None}
    if len(ratios) != 1:
        return None
    ratio = num(ratios.pop())
    if where == "up":
        return places, ratio
    if where == "had":
        return places, prod(ratio, ones(x.shape))
    n = x.shape[1] if where == "left" else x.shape[0]
    return places, prod(ratio, eye(n)) if n is not ONE else ratio


def _unlike(key: Key, members: list[Piece]) -> bool:
    """Whether a variable taken out of a sum of scalars stays in it: x*(1 + x) for x + x^2, a fraction in a fraction."""
    where, x = key
    if where not in ("up", "down") or x.op != "var" or (where == "down" and any(p.core is not None for p in members)):
        return False
    return len({k for p in members for b, k in p.scalars if b is x}) > 1 and members[0].core is None


def _keys(p: Piece, polynomial: bool) -> list[Key]:
    keys: list[Key] = []
    for base, k in p.scalars:
        whole = k.op == "num" and isinstance(k.data, int)
        if polynomial and k.op == "num" and not (whole and k.data < 0):  # polynomials stay multiplied out
            continue
        if whole:
            keys.append(("up" if k.data > 0 else "down", base))
        else:
            keys.append(("up", power(base, k)))
    core = p.core
    if core is None or len(core.shape) != 2 or core.op in ("eye", "ones"):
        return keys
    keys.append(("left", core.args[0] if core.op == "mm" else core))
    keys.append(("right", core.args[-1] if core.op == "mm" else core))
    if core.op == "had":
        for x in core.args:
            if _whole(x):
                keys.append(("over" if _down(x) else "had", x.args[0]))
            else:
                keys.append(("had", x))
    else:
        if _whole(core):
            keys.append(("over" if _down(core) else "had", core.args[0]))
        keys.append(("had", core))
    return keys


def _whole(x: Expr) -> bool:
    return x.op == "epow" and isinstance(x.args[1].data, int)


def _down(x: Expr) -> bool:
    return x.args[1].op == "num" and x.args[1].data < 0


def _without_scalar(p: Piece, key: Key) -> Piece | None:
    """The term without a scalar, or with its power one nearer to 0."""
    where, x = key
    for i, (base, k) in enumerate(p.scalars):
        whole = k.op == "num" and isinstance(k.data, int)
        if base is not x and (x.op != "pow" or power(base, k) is not x):
            continue
        if whole:
            left = k.data - (1 if where == "up" else -1)
            rest = ((base, num(left)),) if left else ()
        elif base is x:
            return None
        else:
            rest = ()
        return Piece(p.number, p.scalars[:i] + rest + p.scalars[i + 1 :], p.core)
    return p


def _without(p: Piece, keys: list[Key]) -> Expr | None:
    """The term without common factors: some scalars, or a factor of its array."""
    where, x = keys[0]
    if where in ("up", "down"):
        rest: Piece | None = p
        for key in keys:
            rest = None if rest is None else _without_scalar(rest, key)
        return None if rest is None else rest.build()
    array = _array_without(p.core, where, x)
    return None if array is None else Piece(p.number, p.scalars, array).build()


def _array_without(core: Expr | None, where: str, x: Expr) -> Expr | None:
    """An array without its first or last factor, or without one that goes entry by entry."""
    assert core is not None
    if where in ("had", "over"):
        sign = 1 if where == "had" else -1
        if core is x:
            return ones(x.shape)
        if core.op == "had" or _whole(core):
            factors = list(core.args) if core.op == "had" else [core]
            for i, f in enumerate(factors):
                if f is x and sign > 0:
                    del factors[i]
                    break
                if _whole(f) and f.args[0] is x and (f.args[1].data > 0) == (sign > 0):
                    k = f.args[1].data + (1 if sign < 0 else -1)
                    factors[i : i + 1] = [] if k == 0 else [x] if k == 1 else [epow(x, num(k))]
                    break
            else:
                return None
            return had(*factors) if factors else ones(x.shape)
        return None
    if core is x:
        n = x.shape[1] if where == "left" else x.shape[0]
        return eye(n) if n is not ONE else num(1)
    if core.op == "mm":
        return mm(*(core.args[1:] if where == "left" else core.args[:-1]))
    return None
