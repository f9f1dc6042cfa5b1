"""Differentials in index notation: what is linear in d(X) as a list of terms, one contraction graph each."""

from __future__ import annotations

from collections.abc import Callable

from ...simplification.index.notation import Indices, Term
from ...simplification.index.reading import read_matrix
from ...simplification.unit_vectors import placed
from ...terms.axes import einsum_sizes, full_axes
from ...terms.errors import NoDerivativeError
from ...terms.expression import Expr, apply, eye, had, index, kernel, linear_kernel, mm, neg, num, ones, t
from ...terms.payloads import WHOLE, At, Axis, Slice
from ...terms.rebuild import fresh_counter, rebuild, replaced
from ...terms.records import replace
from ...terms.shapes import ONE, Dim, Shape
from ...terms.signatures import Operation
from ...terms.signatures import known as known_operation
from ...terms.walks import postorder
from ..abstract import partial


def terms_of(root: Expr, d: Expr, idx: Indices, collapse: Callable[[list[Term], Expr], list[Term]]) -> list[Term]:
    """The terms of an expression that is linear in the leaf d; `collapse` may merge the terms of a node."""
    linear: set[Expr] = set()
    done: dict[Expr, list[Term]] = {}
    for e in postorder(root):
        if e is d:
            linear.add(e)
            axes = tuple(idx.new(n) for n in e.shape)
            done[e] = [Term((), (), axes, axes)]
        elif any(a in linear for a in e.args):
            linear.add(e)
            done[e] = collapse(_step(e, linear, done, idx), e)
    return done[root]


def _step(e: Expr, linear: set[Expr], done: dict[Expr, list[Term]], idx: Indices) -> list[Term]:
    op, args = e.op, e.args
    if op == "add":
        return [term for a in args if a in linear for term in done[a]]
    if op == "array":
        return [term for i, a in enumerate(args) if a in linear for term in _place(e, i, done[a], idx)]
    slots = [i for i, a in enumerate(args) if a in linear]
    if op == "series" and slots == [0]:
        return [_summed(e, term) for term in done[args[0]]]
    if len(slots) != 1:
        raise NoDerivativeError(f"{e} is not linear in the differential")
    i = slots[0]
    return [through(e, i, term, idx) for term in done[args[i]]]


def _summed(e: Expr, term: Term) -> Term:
    """A term of the body of a finite sum, with the sum around it and an index that occurs nowhere else."""
    own = fresh_counter()
    term = at_index(term, e.data, own)
    return replace(term, binders=(*term.binders, (own.data, *e.args[1:])))


def at_index(term: Term, number: int, new: Expr) -> Term:
    """A term with another scalar in place of the index of a finite sum."""
    return replace(
        term,
        scalars=tuple(replaced(x, number, new) for x in term.scalars),
        factors=tuple((replaced(x, number, new), axes) for x, axes in term.factors),
        binders=tuple((n, replaced(a, number, new), replaced(b, number, new)) for n, a, b in term.binders),
    )


def through(e: Expr, i: int, term: Term, idx: Indices) -> Term:
    """The term of a node that is linear in its argument i, from a term of the argument."""
    form = _FORMS.get(e.op)
    if form is not None:
        return form(e, i, term, idx)
    known = known_operation(e)
    if known is not None and known.directions and i == len(e.args) - 1:
        axes = tuple(idx.new(n) for n in e.shape)
        return replace(term, factors=(*term.factors, (kernel(e.op, *e.args[:-1]), axes + term.out)), out=axes)
    if known is not None and known.linear_in(i) and len(e.args) == 1:
        return _general(e, known, term, idx)
    raise NoDerivativeError(f"the index form of {e.op} is not known")


def _general(e: Expr, op: Operation, term: Term, idx: Indices) -> Term:
    """f(X)[i, j] = K[i, j, k, l]*X[k, l] summed, for any linear operation; axes of size 1 are left out."""
    (x,) = e.args
    out = tuple(idx.new(n) for n in e.shape)
    if x.is_scalar:
        return replace(term, factors=(*term.factors, (rebuild(e, (num(1),)), out)), out=out)
    array = linear_kernel(op, e.shape, x.shape)
    rows = [a for a, n in zip(out, e.shape, strict=True) if n is not ONE]
    columns = [a for a, n in zip(term.out, x.shape, strict=True) if n is not ONE]
    axes = (*rows, *columns)
    if len(rows) < 2 and len(columns) < 2:
        axes = ((*rows, ())[0], (*columns, ())[0])
    return replace(term, factors=(*term.factors, (array, axes)), out=out)


def _scaled(e: Expr, i: int, term: Term, idx: Indices) -> Term:
    others = e.args[:i] + e.args[i + 1 :]
    scalars = tuple(x for x in others if x.is_scalar)
    term = replace(term, scalars=term.scalars + scalars)
    for x in others:
        if not x.is_scalar:
            axes = tuple(idx.new(n) for n in x.shape)
            term = replace(term, factors=(*term.factors, (x, axes)), out=axes)
    return term


def _chain(e: Expr, i: int, term: Term, idx: Indices) -> Term:
    args = e.args
    if i > 0:
        left = mm(*args[:i])
        row = idx.new(left.shape[0])
        term = replace(term, factors=(*term.factors, (left, (row, term.out[0]))), out=(row, term.out[1]))
    if i < len(args) - 1:
        right = mm(*args[i + 1 :])
        col = idx.new(right.shape[1])
        term = replace(term, factors=(*term.factors, (right, (term.out[1], col))), out=(term.out[0], col))
    return term


def _crossed(e: Expr, i: int, term: Term, idx: Indices) -> Term:
    """A cross product is the product of a matrix with either of its vectors."""
    other = e.args[1 - i]
    left = apply("skew", other if i else neg(other))
    row = idx.new(left.shape[0])
    return replace(term, factors=(*term.factors, (left, (row, term.out[0]))), out=(row, term.out[1]))


def _hadamard(e: Expr, i: int, term: Term, idx: Indices) -> Term:
    other = had(*e.args[:i], *e.args[i + 1 :])
    return replace(term, factors=(*term.factors, (other, term.out)))


def _diagonal(e: Expr, i: int, term: Term, idx: Indices) -> Term:
    term = idx.unify(term, *term.out)
    return replace(term, out=(term.out[0], ()))


def _kron(e: Expr, i: int, term: Term, idx: Indices) -> Term:
    other = e.args[1 - i]
    axes = tuple(idx.new(n) for n in other.shape)
    first, second = (term.out, axes) if i == 0 else (axes, term.out)
    out = (first[0] + second[0], first[1] + second[1])
    return replace(term, factors=(*term.factors, (other, axes)), out=out)


def _masked(e: Expr, i: int, term: Term, idx: Indices) -> Term:
    """An operation that keeps some entries and drops the others."""
    mask = apply(e.op, ones(e.shape))
    return replace(term, factors=(*term.factors, (mask, term.out)))


def _select(e: Expr, i: int, term: Term, idx: Indices) -> Term:
    base = e.args[0]
    out: list[Axis] = []
    axes = list(term.out) if len(base.shape) != 2 or base.shape[1] is not ONE else [term.out[0]]
    if base.shape[0] is ONE and len(e.data) == 1:
        axes = [term.out[1]]
    for axis, spec in zip(axes, e.data, strict=True):
        n = idx.size(axis)
        if spec == WHOLE:
            out.append(axis)
            continue
        pick = selection(n, spec)
        row = () if isinstance(spec, At) else idx.new(pick.shape[0])
        term = replace(term, factors=(*term.factors, (pick, (row, axis))))
        if not isinstance(spec, At):
            out.append(row)
    out += [()] * (2 - len(out))
    return replace(term, out=tuple(out))


def selection(n: Dim, spec: At | Slice) -> Expr:
    """The rows of the identity that a slice selects, so that X[spec, :] = selection*X; one entry gives a unit row."""
    if isinstance(spec, At):
        return t(index(eye(n), (WHOLE, spec), (n, ONE)))
    return index(eye(n), (spec, WHOLE), (slice_size(n, spec), n))


def slice_size(n: Dim, spec: Slice) -> Dim:
    """How many entries a slice of an axis of size n has."""
    _, start, stop, step = spec
    value = n.value
    if value is not None:
        return Dim.of(len(range(*slice(start, stop, step).indices(value))))
    if step in (None, 1):
        first = start or 0
        if stop is None:
            return n - first if first >= 0 else Dim.of(-first)
        if stop < 0 and first >= 0:
            return n + stop - first
        return Dim.of(stop - first)
    raise NoDerivativeError(f"the size of a slice with a step needs a number, not {n}")


def _place(e: Expr, position: int, terms: list[Term], idx: Indices) -> list[Term]:
    """The terms of one block of an explicit array."""
    _rows, columns = e.data
    r, c = divmod(position, columns)
    offsets = (
        sum((e.args[k * columns].shape[0] for k in range(r)), Dim.of(0)),
        sum((e.args[k].shape[1] for k in range(c)), Dim.of(0)),
    )
    block = e.args[position].shape
    out = []
    for term in terms:
        axes: list[Axis] = []
        for k in (0, 1):
            whole, start = e.shape[k], offsets[k].value
            if whole is block[k]:
                axes.append(term.out[k])
                continue
            size = block[k].value
            new = idx.new(whole)
            if start is None or size is None:
                pick = t(placed(whole, offsets[k], block[k]))
            else:
                pick = selection(whole, At(position=start) if size == 1 else Slice(start=start, stop=start + size))
            term = replace(term, factors=(*term.factors, (pick, (term.out[k], new))))
            axes.append(new)
        out.append(replace(term, out=tuple(axes)))
    return out


def _contract(e: Expr, i: int, term: Term, idx: Indices) -> Term:
    """A term through an einsum node, at operand i."""
    ins, outs = e.data
    names: dict[int, int] = {}
    sizes = einsum_sizes(e)

    def axis(a: Axis) -> Axis:
        for k in a:
            if k not in names:
                (names[k],) = idx.new(sizes[k])
        return tuple(names[k] for k in a)

    factors = list(term.factors)
    for k, (operand, spec) in enumerate(zip(e.args, ins, strict=True)):
        if k != i:
            factors.append((operand, full_axes(operand, tuple(axis(a) for a in spec))))
    term = replace(term, factors=tuple(factors))
    mine = full_axes(e.args[i], tuple(axis(a) for a in ins[i]))
    out = full_axes(e, tuple(axis(a) for a in outs))
    term = replace(term, out=out + term.out)  # keep both until unified
    n = len(out)
    for k, a in enumerate(mine):
        term = idx.unify(term, a, term.out[n + k])
    return replace(term, out=term.out[:n])


# The operations with a readable form of their own; every other linear operation is an array of more axes.
_FORMS: dict[str, Callable[[Expr, int, Term, Indices], Term]] = {
    "prod": _scaled, "mm": _chain, "had": _hadamard, "kron": _kron, "index": _select, "einsum": _contract,
    "tril": _masked, "triu": _masked, "diagonal": _diagonal, "cross": _crossed,
    "t": lambda e, i, term, idx: replace(term, out=(term.out[1], term.out[0])),
    "sum": lambda e, i, term, idx: replace(term, out=((), ())),
    "tr": lambda e, i, term, idx: replace(idx.unify(term, *term.out), out=((), ())),
    "diag": lambda e, i, term, idx: replace(term, out=(term.out[0], term.out[0])),
    "vec": lambda e, i, term, idx: replace(term, out=(term.out[1] + term.out[0], ())),
}  # fmt: skip


def pull_tensor(e: Expr, i: int, g: Expr) -> Expr:
    """The cotangent of argument i of an operation whose index form is known, from the cotangent g of the whole."""
    op, args = e.op, e.args
    x = args[i]
    if op == "array":
        _rows, columns = e.data
        r, c = divmod(i, columns)
        top = sum((args[k * columns].shape[0] for k in range(r)), Dim.of(0))
        left = sum((args[k].shape[1] for k in range(c)), Dim.of(0))
        if any(d.value is None for d in (top, left, *x.shape)):
            rows = [] if x.shape[0] is e.shape[0] else [t(placed(e.shape[0], top, x.shape[0]))]
            return mm(*rows, g, *([] if x.shape[1] is e.shape[1] else [placed(e.shape[1], left, x.shape[1])]))
        return _part(g, (top.value or 0, left.value or 0), x.shape)
    if op == "call":
        pulled = mm(t(partial(e, i)), g if g.shape[1] is ONE else t(g))
        return t(pulled) if x.shape[0] is ONE and not x.is_scalar else pulled
    idx = Indices()
    axes = tuple(idx.new(n) for n in x.shape)
    term = through(e, i, Term((), (), axes, axes), idx)
    factors = (*term.factors, (g, term.out))
    pulled_term = Term(term.scalars, factors, term.into, ())
    return read_matrix(pulled_term, pulled_term.out, idx, x.shape)


def _part(g: Expr, corner: tuple[int, int], shape: Shape) -> Expr:
    """The block of a cotangent that belongs to one entry of an explicit array."""
    spec: list[tuple[object, ...]] = []
    for start, n, whole in zip(corner, shape, g.shape, strict=True):
        if n is whole:
            spec.append(("slice", None, None, None))
        elif n is ONE:
            spec.append(("at", start))
        else:
            spec.append(("slice", start, start + (n.value or 0), None))
    if g.is_scalar:
        return g
    if g.shape[1] is ONE:
        return index(g, (spec[0],), shape)
    if g.shape[0] is ONE:
        return index(g, (spec[1],), shape)
    kept = index(g, tuple(spec), shape if spec[0][0] != "at" else (shape[1], ONE))
    return t(kept) if spec[0][0] == "at" and spec[1][0] != "at" else kept
