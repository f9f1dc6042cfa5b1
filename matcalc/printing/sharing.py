"""Names for shared parts: an expression as a body and equations, each part once, so that its text is linear in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator

from ..terms.expression import Expr, var
from ..terms.rebuild import open_counters, rebuild
from ..terms.records import NamedTuple
from ..terms.shapes import ONE, SCALAR
from ..terms.walks import postorder, walk

_FLAT = frozenset(("add", "mm", "had"))
_TRIED = 8  # how many stretches are tried at each place, the longest first
_ROUNDS = 8  # how often parts that save nothing are given up
_EQUATION = 4  # about the tokens of ", r = " around a definition
_SCALARS, _VECTORS, _MATRICES = "cabktqp", "rsuvpqzhg", "RSMPQKGH"
_RESERVED = frozenset(("d", "e", "i", "I", "T", "j"))
_UNNAMED = frozenset(("t", "eye", "ones", "zeros", "num", "const", "size", "counter", "kernel", "d", "array"))


class Shared(NamedTuple):
    """An expression in terms of named parts: the body, and the parts, each in terms of those before it."""

    body: Expr
    parts: tuple[tuple[Expr, Expr], ...]


def shared(root: Expr, taken: Iterable[str] = ()) -> Shared:
    """The expression with a name for each part that occurs several times, where that makes the text shorter.

    The names are none of the expression, nor of `taken`.

    >>> import matcalc
    >>> body, parts = shared(matcalc.parse("||X*w - y||^2*exp(-||X*w - y||^2)"))
    >>> print(body, parts)
    c*exp(-c) ((c, ||X*w - y||^2),)
    """
    graph = _Graph(root)
    chosen = graph.chosen()
    if not chosen:
        return Shared(root, ())
    names = _names([e for e in graph.order if e in chosen], used_names(root) | set(taken))
    new: dict[Expr, Expr] = {}
    parts = []
    for e in graph.order:
        args = tuple([new[a] for a in graph.below[e]])
        made = rebuild(e, args)
        if e in chosen:
            parts.append((names[e], made))
            made = names[e]
        new[e] = made
    return Shared(new[root], tuple(parts))


class _Graph:
    """The nodes of an expression, arguments first, with what stands below each.

    Sums and chains are flat: one that has another as a stretch of its terms stands on that one and on the other terms.
    """

    def __init__(self, root: Expr):
        self.root = root
        self.below: dict[Expr, tuple[Expr, ...]] = {e: e.args for e in postorder(root)}
        starts: dict[tuple[str, Expr], list[Expr]] = {}
        for e in self.below:
            if e.op == "add" or (e.op in _FLAT and e.shape != SCALAR):  # a scalar leaves its chain
                starts.setdefault((e.op, e.args[0]), []).append(e)
        for found in starts.values():
            found.sort(key=lambda x: len(x.args))
        for e in self.below:
            if e.op in _FLAT and len(e.args) > 2:
                self.below[e] = tuple(_stretches(e, starts))
        self.order = list(walk(root, self.below.__getitem__))

    def chosen(self) -> set[Expr]:
        """The nodes that are worth a name."""
        counters = open_counters(self.root) if any(e.op == "counter" for e in self.order) else {}
        able = {e for e in self.order[:-1] if _nameable(e) and not counters.get(e)}
        kept = able
        for _ in range(_ROUNDS):
            chosen, times = self.repeated(kept)
            length: dict[Expr, int] = {}
            worth = set()
            for e in self.order:
                below = self.below[e]
                own = e.cost - sum(a.cost for a in e.args) - len(e.args) + len(below)
                length[e] = own + sum(1 if a in worth else length[a] for a in below)
                if e in able and (times[e] - 1) * length[e] > times[e] + _EQUATION:
                    worth.add(e)
            if worth == chosen:
                break
            kept = worth
        return self.repeated(kept)[0]

    def repeated(self, able: Container[Expr]) -> tuple[set[Expr], dict[Expr, int]]:
        """The nodes that stand several times in the text where those above have names, and how often each stands."""
        times = {self.root: 1}
        chosen: set[Expr] = set()
        for e in reversed(self.order):
            n = times[e]
            if n > 1 and e in able:
                chosen.add(e)
                n = 1
            for a in self.below[e]:
                times[a] = times.get(a, 0) + n
        return chosen, times


def _stretches(e: Expr, starts: dict[tuple[str, Expr], list[Expr]]) -> Iterator[Expr]:
    """The terms of a flat node, with a shorter node of the same kind in place of those that it consists of."""
    args, at = e.args, 0
    while at < len(args):
        found = starts.get((e.op, args[at]), [])
        room = min(len(args) - at, len(args) - 1)
        fit = bisect_right(found, room, key=lambda x: len(x.args))
        for other in reversed(found[max(0, fit - _TRIED) : fit]):
            n = len(other.args)
            if args[at + n - 1] is other.args[-1] and args[at : at + n] == other.args:
                yield other
                at += n
                break
        else:
            yield args[at]
            at += 1


def _nameable(e: Expr) -> bool:
    """Whether a node may get a name: an array of at most two axes, and not what is printed as a mark or a divisor."""
    if not e.args or len(e.shape) != 2 or e.op in _UNNAMED:
        return False
    if e.op in ("pow", "epow") and e.args[1].op == "num" and e.args[1].data < 0:
        return False
    return not (e.op == "prod" and len(e.args) == 2 and e.args[0].op == "num")


def used_names(root: Expr) -> set[str]:
    """Every name in an expression: of variables, sizes and functions."""
    found = set(root.free)
    for e in postorder(root):
        if e.op in ("call", "size", "const"):
            found.add(str(e.data))
        elif e.op == "jac":
            found.add(e.data[0])
        if not e.args or e.op == "einsum":
            found.update(*(d.names for d in e.shape))
    return found


def _names(parts: list[Expr], taken: set[str]) -> dict[Expr, Expr]:
    """A variable for each part: letters if there are few parts of a kind, else a letter with numbers."""
    avoid = taken | _RESERVED | {c for name in taken for c in name if len(name) > 1}
    avoid |= {name.partition("_")[0].rstrip("0123456789") for name in taken}
    kinds: dict[str, list[Expr]] = {}
    for e in parts:
        kinds.setdefault(_letters(e), []).append(e)
    found: dict[Expr, Expr] = {}
    for letters, group in kinds.items():
        fresh = [c for c in letters if c not in avoid]
        few = len(group) <= min(len(fresh), 4)
        names = iter(fresh) if few else _numbered(fresh, taken)
        for e in group:
            name = next(names)
            avoid.add(name.partition("_")[0])
            found[e] = var(name, e.shape)
    return {e: found[e] for e in parts}


def _letters(e: Expr) -> str:
    return _SCALARS if e.shape == SCALAR else _VECTORS if ONE in e.shape else _MATRICES


def _numbered(fresh: list[str], taken: set[str]) -> Iterator[str]:
    """r_1, r_2, ..., none of them taken."""
    base = fresh[0] if fresh else "part"
    k = 0
    while True:
        k += 1
        if f"{base}_{k}" not in taken:
            yield f"{base}_{k}"
