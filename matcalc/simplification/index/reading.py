"""Contractions read as matrices: chains of products, traces, diagonals, Kronecker products and vec.

What has no such form stays an `einsum` node.
"""

from __future__ import annotations

from ...terms.axes import einsum_sizes, full_axes
from ...terms.expression import Expr, apply, mm, prod, t, zeros
from ...terms.payloads import Axis
from ...terms.rebuild import bound
from ...terms.records import replace
from ...terms.shapes import ONE, Shape
from .contraction import Graph, transposed
from .notation import Indices, Term, einsum, with_whole_axes

_READABLE = frozenset(("vec", "kron", "eye", "ones", "diag", "t", "prod", "zeros"))


def read_matrix(term: Term, ends: tuple[Axis, ...], idx: Indices, shape: Shape) -> Expr:
    """The array of a term with the given axes: a matrix expression where there is one, else an index expression."""
    if term.binders:
        return bound(read_matrix(replace(term, binders=()), ends, idx, shape), term.binders)
    term, ends = with_whole_axes(term, ends, idx)
    graph = Graph(term, ends, idx)
    graph.reduce()
    reduced = graph.term()
    axes = tuple(tuple(graph.find(i) for i in a) for a in ends)
    if len(shape) == 2:
        body = graph.read(shape)
        if body is None and not graph.rest:
            body = _composite(reduced, axes, idx, shape)
        if body is not None:
            return body
    return einsum(reduced, axes, idx, shape)


def _composite(term: Term, axes: tuple[Axis, ...], idx: Indices, shape: Shape) -> Expr | None:
    """Kronecker products and vec: the factors fall into two parts, each with its share of the composite axes."""
    row, col = axes
    if len(row) < 2 and len(col) < 2:
        return None
    if len(row) == 2 and not col:
        matrix = _plain(term, ((row[1],), (row[0],)), idx)
        return None if matrix is None else apply("vec", matrix)
    if len(col) == 2 and not row:
        matrix = _plain(term, ((col[1],), (col[0],)), idx)
        return None if matrix is None else t(apply("vec", matrix))
    scaled = _scaled_rows(term, axes, idx, shape)
    if scaled is not None:
        return scaled
    for i in range(len(row) + 1):
        for j in range(len(col) + 1):
            first, second = {*row[:i], *col[:j]}, {*row[i:], *col[j:]}
            if not first or not second or first & second:
                continue
            parts = _parted(term, first, second)
            if parts is None:
                continue
            a = _plain(parts[0], (row[:i], col[:j]), idx)
            b = _plain(parts[1], (row[i:], col[j:]), idx)
            if a is not None and b is not None:
                if a.shape[0] is ONE and b.shape[1] is ONE:
                    a, b = b, a
                outer = a.shape[1] is ONE and b.shape[0] is ONE
                return prod(*term.scalars, mm(a, b) if outer else apply("kron", a, b))
    return None


def _scaled_rows(term: Term, axes: tuple[Axis, ...], idx: Indices, shape: Shape) -> Expr | None:
    """A matrix on the two indices of a composite row is diag(vec(.)) times the rest."""
    row, col = axes
    if len(row) != 2:
        return None
    for n, (e, ax) in enumerate(term.factors):
        if ax in (((row[1],), (row[0],)), ((row[0],), (row[1],))):
            scale = e if ax[0] == (row[1],) else transposed(e)
            rest = Term(term.scalars, term.factors[:n] + term.factors[n + 1 :], (), ())
            if not set(row) <= {*col, *(i for _, ax in rest.factors for a in ax for i in a)}:
                return None  # the rest does not depend on the row: an outer product
            inner = _plain(rest, axes, idx)
            return None if inner is None else mm(apply("diag", apply("vec", scale)), inner)
    return None


def _plain(term: Term, axes: tuple[Axis, ...], idx: Indices) -> Expr | None:
    shape = (idx.size(axes[0]), idx.size(axes[1]))
    out = read_matrix(term, axes, idx, shape)
    return None if (out.args[-1] if out.op == "prod" else out).op == "einsum" else out


def _parted(term: Term, first: set[int], second: set[int]) -> tuple[Term, Term] | None:
    """Two terms without common indices, one around each set of indices; None if they hang together."""
    reach = set(first)
    factors = list(term.factors)
    mine: list[tuple[Expr, tuple[Axis, ...]]] = []
    grown = True
    while grown:
        grown = False
        for f in factors:
            if {i for a in f[1] for i in a} & reach:
                factors.remove(f)
                mine.append(f)
                reach |= {i for a in f[1] for i in a}
                grown = True
                break
    if reach & second:
        return None
    return Term((), tuple(mine), (), ()), Term((), tuple(factors), (), ())


def read_again(e: Expr) -> Expr:
    """Read an einsum node once more, after its operands were simplified: a matrix expression where there is one."""
    idx = Indices()
    sizes = einsum_sizes(e)
    names: dict[int, int] = {}

    def axis(a: Axis) -> Axis:
        for k in a:
            if k not in names:
                (names[k],) = idx.new(sizes[k]) or (-1,)
        return tuple(names[k] for k in a if names[k] >= 0)

    ins, outs = e.data
    factors = tuple((x, full_axes(x, tuple(axis(a) for a in spec))) for x, spec in zip(e.args, ins, strict=True))
    ends = full_axes(e, tuple(axis(a) for a in outs))
    return read_matrix(Term((), factors, (), ()), ends, idx, e.shape)


def reread(e: Expr) -> Expr:
    """An index expression whose parts have become simpler may now be a matrix expression."""
    if not any(a.op in _READABLE for a in e.args):
        return e
    return zeros(e.shape) if any(a.op == "zeros" for a in e.args) else read_again(e)
