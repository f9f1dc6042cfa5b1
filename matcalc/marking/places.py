"""The places in an expression, and the expression with something else at one of them."""

from __future__ import annotations

from collections import deque

from ..terms.expression import Expr
from ..terms.rebuild import rebuild
from ..terms.records import NamedTuple

Path = tuple[int, ...]
MOST = 150


class Place(NamedTuple):
    """A part of an expression and the way to it."""

    path: Path
    part: Expr


def places(root: Expr, most: int = MOST) -> list[Place]:
    """The parts of an expression, the outer ones first.

    >>> from matcalc.terms.expression import as_shape, t, var
    >>> [str(p.part) for p in places(t(var("x", as_shape("n"))))]
    ["x'", 'x']
    """
    found: list[Place] = []
    waiting = deque([Place((), root)])
    while waiting and len(found) < most:
        place = waiting.popleft()
        found.append(place)
        for k, part in enumerate(place.part.args):
            waiting.append(Place((*place.path, k), part))
    return found


def put(root: Expr, path: Path, new: Expr) -> Expr:
    """The expression with a new part at one place; a ShapeError if it does not fit there."""
    parents = []
    at = root
    for k in path:
        parents.append(at)
        at = at.args[k]
    for k, parent in zip(reversed(path), reversed(parents), strict=True):
        new = rebuild(parent, (*parent.args[:k], new, *parent.args[k + 1 :]))
    return new
