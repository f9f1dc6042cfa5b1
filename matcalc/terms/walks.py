"""Iterative walks over expressions: none of them recurses, so depth is no limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .expression import Expr, rebuild


def postorder(root: Expr) -> Iterator[Expr]:
    """Every distinct node once, arguments before the node."""
    seen: set[Expr] = set()
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack:
        e, ready = stack.pop()
        if ready:
            yield e
        elif e not in seen:
            seen.add(e)
            stack.append((e, True))
            stack.extend((a, False) for a in reversed(e.args) if a not in seen)


def transform(root: Expr, step: Callable[[Expr], Expr]) -> Expr:
    """Rebuild an expression from the leaves up, replacing each rebuilt node by `step(node)`."""
    done: dict[Expr, Expr] = {}
    for e in postorder(root):
        done[e] = step(rebuild(e, tuple(done[a] for a in e.args)))
    return done[root]


def substitute(root: Expr, mapping: Mapping[Expr, Expr]) -> Expr:
    """Replace whole subexpressions."""
    done: dict[Expr, Expr] = {}
    for e in postorder(root):
        done[e] = mapping[e] if e in mapping else rebuild(e, tuple(done[a] for a in e.args))
    return done[root]


def variables(root: Expr) -> dict[str, Expr]:
    """The variables of an expression by name, in order of first appearance."""
    found: dict[str, Expr] = {}
    for e in postorder(root):
        if e.op == "var":
            found.setdefault(e.data[0], e)
    return found


def size(root: Expr) -> int:
    """The number of distinct nodes."""
    return sum(1 for _ in postorder(root))
