"""Identification: from a differential to a derivative, for every pair of shapes.

Each term that is linear in d(X) is read back as a matrix expression where there is one, as a Kronecker product or vec
where its axes are composite, and as an `einsum` node otherwise.
"""

from __future__ import annotations

from ...simplification.index.contraction import Graph
from ...simplification.index.notation import Indices, Term
from ...simplification.index.reading import read_matrix
from ...terms.expression import Expr, add, ones, prod
from ...terms.records import replace
from ...terms.shapes import ONE
from .notation import terms_of

MOST_FACTORS = 8  # a longer product is multiplied out on the way, so that the work stays linear


def jacobian(dy: Expr, d: Expr, natural: bool = False) -> Expr:
    """The derivative of a value by a variable from its differential dy, linear in d, in numerator layout.

    The axes are those of the value, then those of the variable reversed (as they stand if `natural`); unit axes are
    dropped. With two or fewer axes the result is a matrix (a vector by a vector), otherwise a tensor.
    """
    idx = Indices()

    def collapse(terms: list[Term], e: Expr) -> list[Term]:
        if len(terms) > 1 or len(terms[0].factors) > MOST_FACTORS:
            terms = merge(terms, idx)
        return [compacted(term, idx) if len(term.factors) > MOST_FACTORS else term for term in terms]

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


def compacted(term: Term, idx: Indices) -> Term:
    """The same term with the factors between its axes multiplied out."""
    graph = Graph(term, (*term.out, *term.into), idx)
    graph.reduce()
    out, into = (tuple(tuple(graph.find(i) for i in a) for a in axes) for axes in (term.out, term.into))
    reduced = graph.term()
    return replace(term, scalars=reduced.scalars, factors=reduced.factors, out=out, into=into)


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
