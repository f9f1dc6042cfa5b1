"""One walk and one fold over shared graphs. Neither recurses, so depth is no limit; both visit each node once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from .limits import spend

if TYPE_CHECKING:
    from .nodes import Expr

N = TypeVar("N", bound=Hashable)
V = TypeVar("V")

arguments: Callable[[Expr], tuple[Expr, ...]] = attrgetter("args")


def around(e: Expr) -> tuple[Expr, ...]:
    """The arguments of a node outside of the scope of an index: of a finite sum its limits."""
    return e.args[1:] if e.op == "series" else e.args


def walk(root: N, children: Callable[[N], Sequence[N]]) -> Iterator[N]:
    """Every distinct node that is reached through `children` once, the children of a node before it.

    >>> list(walk(6, lambda n: [n // p for p in (2, 3) if n % p == 0]))
    [1, 3, 2, 6]
    """
    seen: set[N] = set()
    stack: list[tuple[N, bool]] = [(root, False)]
    while stack:
        e, ready = stack.pop()
        if ready:
            yield e
        elif e not in seen:
            seen.add(e)
            stack.append((e, True))
            stack.extend([(a, False) for a in reversed(children(e)) if a not in seen])
    spend(len(seen))


def fold(root: N, step: Callable[[N, tuple[V, ...]], V], children: Callable[[N], Sequence[N]]) -> dict[N, V]:
    """The value of every node under a root, from the values of its children.

    >>> fold(6, lambda n, below: 1 + sum(below), lambda n: [n // p for p in (2, 3) if n % p == 0])[6]
    5
    """
    done: dict[N, V] = {}
    for e in walk(root, children):
        done[e] = step(e, tuple([done[a] for a in children(e)]))
    return done


_KEPT = 100  # what is so short keeps the order of its parts: it is walked again and again


def postorder(root: Expr) -> Iterator[Expr]:
    """Every distinct node of an expression once, arguments before the node."""
    inner = root.inner
    if inner is None:
        if root.cost > _KEPT:
            return _walked(root)
        inner = tuple(_walked(root))[:-1]
        keep(root, inner)
    else:
        spend(len(inner) + 1)
    return iter((*inner, root))


def keep(e: Expr, inner: tuple[Expr, ...]) -> None:
    """Keep the parts of an expression with it: they follow from it, as all that an expression has."""
    object.__setattr__(e, "inner", inner)


def _walked(root: Expr) -> Iterator[Expr]:
    seen: set[Expr] = set()
    stack: list[Expr | None] = [root]
    while stack:
        e = stack.pop()
        if e is None:  # the node below has all of its arguments behind it
            below = stack.pop()
            assert below is not None
            yield below
        elif e not in seen:
            seen.add(e)
            if e.args:
                stack.append(e)
                stack.append(None)
                stack.extend([a for a in reversed(e.args) if a not in seen])
            else:
                yield e
    spend(len(seen))


def outside(root: Expr) -> Iterator[Expr]:
    """Every node once, arguments first, without what stands inside of finite sums."""
    return walk(root, around)


def variables(root: Expr) -> dict[str, Expr]:
    """The variables of an expression by name, in order of first appearance."""
    found: dict[str, Expr] = {}
    for e in postorder(root):
        if e.op == "var":
            found.setdefault(e.data.name, e)
    return found
