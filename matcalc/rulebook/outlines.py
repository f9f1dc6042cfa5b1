"""What everything that a pattern matches looks like: a look at a few nodes before a match is tried."""

from __future__ import annotations

from collections.abc import Sequence

from ..terms.expression import Expr
from ..terms.records import NamedTuple
from ..terms.shapes import Dim
from ..terms.signatures import is_commutative
from .patterns import is_pattern_variable

Path = tuple[int, ...]  # which of the arguments, which argument of that, and so on
FILLED = frozenset(("ones", "eye", "zeros"))  # where they have one entry they are numbers
_ANY_ORDER = frozenset(("add", "had", "prod", "mm"))  # their arguments have no fixed places in a pattern


class Outline(NamedTuple):
    """What must be true of the arguments, each found by its path.

    >>> from matcalc.terms.expression import as_shape, mm, t, var
    >>> from matcalc.rulebook.patterns import pattern_variable
    >>> Q, A = pattern_variable("Q", as_shape("n", "n")), var("A", as_shape("m", "m"))
    >>> outline = outlined((Q, t(Q)))
    >>> outline.fits((A, t(A))), outline.fits((A, A)), outline.fits((t(A), A))
    (True, False, False)
    """

    ops: tuple[tuple[Path, frozenset[str], int], ...]  # the operation is one of these, with so many arguments
    same: tuple[tuple[Path, Path], ...]  # the two are one node
    fixed: tuple[tuple[Path, int, Dim], ...]  # the size of an axis of a matrix is known
    square: tuple[Path, ...]  # a square matrix

    def places(self, args: Sequence[Expr], count: int) -> Sequence[int]:
        """Where so many neighbours begin that may fit."""
        last = len(args) - count
        for path, ops, _ in self.ops:
            if len(path) == 1:
                k = path[0]
                return [i - k for i, a in enumerate(args) if a.op in ops and 0 <= i - k <= last]
        for p, q in self.same:
            if len(p) == len(q) == 1:
                return [i for i in range(last + 1) if args[i + p[0]] is args[i + q[0]]]
        return range(last + 1)

    def fits(self, args: Sequence[Expr]) -> bool:
        """Whether a match is worth trying."""
        for path, ops, count in self.ops:
            x = args[path[0]] if len(path) == 1 else _at(args, path)
            if x.op not in ops or len(x.args) != count:
                return False
        for p, q in self.same:
            if _at(args, p) is not _at(args, q):
                return False
        for path, axis, dim in self.fixed:
            shape = _at(args, path).shape
            if len(shape) != 2 or shape[axis] is not dim:
                return False
        for path in self.square:
            shape = _at(args, path).shape
            if len(shape) != 2 or shape[0] is not shape[1]:
                return False
        return True


def _at(args: Sequence[Expr], path: Path) -> Expr:
    for k in path[:-1]:
        args = args[k].args
    return args[path[-1]]


def outlined(patterns: Sequence[Expr]) -> Outline:
    """The outline of what patterns match, one argument each."""
    ops: list[tuple[Path, frozenset[str], int]] = []
    same: list[tuple[Path, Path]] = []
    fixed: list[tuple[Path, int, Dim]] = []
    square: list[Path] = []
    first: dict[Expr, Path] = {}
    waiting: list[tuple[Path, Expr]] = [((i,), p) for i, p in enumerate(patterns)]
    for path, p in waiting:  # it grows on the way: a node stands before its arguments
        if is_pattern_variable(p):
            if p in first:
                same.append((first[p], path))
            elif len(p.shape) == 2:
                fixed += [(path, axis, d) for axis, d in enumerate(p.shape) if not d.names]
                square += [path] * (p.shape[0] is p.shape[1] and bool(p.shape[0].names))
            first.setdefault(p, path)
        elif p.op in FILLED:
            ops.append((path, frozenset((p.op, "num")), 0))
        elif p.op != "prod" and not (p.op in _ANY_ORDER and p.args):
            ops.append((path, frozenset((p.op,)), len(p.args)))
            if not is_commutative(p):
                waiting.extend(((*path, k), a) for k, a in enumerate(p.args))
    return Outline(tuple(ops), tuple(same), tuple(fixed), tuple(square))
