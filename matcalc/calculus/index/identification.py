"""Identification: from a differential to a derivative, for every pair of shapes.

Each term that is linear in d(X) is read back as a matrix expression where the reductions of its contraction graph
lead to one, as a Kronecker product or vec where its axes are composite, and as an `einsum` node otherwise.
"""

from __future__ import annotations

from dataclasses import replace

from ...terms.axes import einsum_sizes, full_axes
from ...terms.expression import Expr, add, apply, mm, ones, prod, t
from ...terms.rebuild import bound
from ...terms.shapes import ONE, Shape
from .contraction import Graph, transposed
from .notation import Axis, Indices, Term, einsum, terms_of

MOST_FACTORS = 8  # a longer product is read as a matrix on the way, so that the work stays linear


def read_matrix(term: Term, ends: tuple[Axis, ...], idx: Indices, shape: Shape) -> Expr:
    """The array of a term with the given axes: a matrix expression where there is one, else an index expression."""
    if term.binders:
        return bound(read_matrix(replace(term, binders=()), ends, idx, shape), term.binders)
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
    """Read an einsum node once more, after its operands were simplified."""
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


def jacobian(dy: Expr, d: Expr, natural: bool = False) -> Expr:
    """The derivative of a value by a variable from its differential dy, linear in d, in numerator layout.

    The axes are those of the value, then those of the variable reversed (as they stand if `natural`); unit axes are
    dropped. With two or fewer axes the result is a matrix (a vector by a vector), otherwise a tensor.
    """
    idx = Indices()

    def collapse(terms: list[Term], e: Expr) -> list[Term]:
        return merge(terms, idx) if len(terms) > 1 or len(terms[0].factors) > MOST_FACTORS else terms

    terms = terms_of(dy, d, idx, collapse)
    tensor = len(dy.shape) != 2
    y_axes = [k for k in range(len(dy.shape)) if tensor or dy.shape[k] is not ONE]
    x_axes = [k for k in ((0, 1) if natural else (1, 0)) if d.shape[k] is not ONE]
    dims = [dy.shape[k] for k in y_axes] + [d.shape[k] for k in x_axes]
    total: list[Expr] = []
    for term in terms:
        axes = [term.out[k] for k in y_axes] + [term.into[k] for k in x_axes]
        if tensor:
            total.append(read_matrix(term, tuple(axes), idx, tuple(dims)))
        elif len(axes) <= 2:
            row = axes[0] if y_axes and (len(axes) == 2 or not x_axes) else ()
            col = axes[-1] if x_axes else ()
            if len(y_axes) == 2 or len(x_axes) == 2:
                row, col = axes[0], axes[1]
            shape = (idx.size(row), idx.size(col))
            total.append(read_matrix(term, (row, col), idx, shape))
        else:
            total.append(read_matrix(term, tuple(axes), idx, tuple(dims)))
    return add(*total)


def merge(terms: list[Term], idx: Indices) -> list[Term]:
    """Read the terms of a node with at most two free indices as one matrix, so that sums do not multiply out."""
    first = terms[0]
    for term in terms:
        if len({i for a in (*term.out, *term.into) for i in a}) > 2 or any(len(a) > 1 for a in (*term.out, *term.into)):
            return terms
    slots = [a for a in (*first.out, *first.into) if a]
    if len(slots) != 2 or any(_pattern(x) != _pattern(first) for x in terms):
        return terms
    mats: list[Expr] = []
    for term in terms:
        row, col = (a for a in (*term.out, *term.into) if a)
        shape = (idx.size(row), idx.size(col))
        body = read_matrix(term, (row, col), idx, shape)
        if any(e.op == "einsum" for e in (body, *body.args[-1:], *body.args[:1])):
            return terms
        mats.append(body)
    if all(_is_diagonal(m) for m in mats):
        row, _ = (a for a in (*first.out, *first.into) if a)
        vectors = [_diagonal_of(m) for m in mats]
        (new,) = (idx.new(idx.size(row)),)
        out = tuple(new if a else () for a in first.out)
        into = tuple(new if a else () for a in first.into)
        return [Term((), ((add(*vectors), (new, ())),), out, into)]
    row, col = idx.new(mats[0].shape[0]), idx.new(mats[0].shape[1])
    both = iter((row, col))
    out = tuple(next(both) if a else () for a in first.out)
    into = tuple(next(both) if a else () for a in first.into)
    return [replace(first, scalars=(), factors=((add(*mats), (row, col)),), out=out, into=into, binders=())]


def _pattern(term: Term) -> list[bool]:
    """Which axes are not unit axes."""
    return [bool(a) for a in (*term.out, *term.into)]


def _is_diagonal(m: Expr) -> bool:
    return (m.args[-1] if m.op == "prod" else m).op in ("diag", "eye")


def _diagonal_of(m: Expr) -> Expr:
    scalars, body = (m.args[:-1], m.args[-1]) if m.op == "prod" else ((), m)
    v = body.args[0] if body.op == "diag" else ones((body.shape[0], ONE))
    return prod(*scalars, v)
