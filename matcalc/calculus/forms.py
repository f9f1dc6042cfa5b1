"""Other ways to state a derivative: as the Jacobian of vec by vec, as a differential, times a vector."""

from __future__ import annotations

from collections.abc import Sequence

from ..language.typing.declarations import Type
from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..simplification.index.notation import Indices, Term
from ..simplification.index.reading import read_matrix
from ..simplification.normal import Simplifier, seed
from ..simplification.recognition import recognise
from ..simplification.search import shorten
from ..terms.errors import MatcalcError, NoDerivativeError
from ..terms.expression import Expr, add, apply, differential_of, eye, mm, t, var, zeros
from ..terms.payloads import Axis
from ..terms.rebuild import transform
from ..terms.records import replace
from ..terms.shapes import ONE, describe
from .accumulation import differential, gradient
from .derive import zero
from .index.notation import terms_of
from .record import Record, Trace
from .structure import structured_names


def free_entries(d: Record, what: str) -> None:
    """Refuse a form of a derivative by tied entries: it would be made from the free ones."""
    if d.structure != "free":
        raise MatcalcError(
            f"{what} is known for free entries only; this derivative is by structure={d.structure!r}: "
            "take the closed form, or derive it without structure"
        )


def linear_terms(d: Record) -> tuple[Expr, Indices, list[Term]]:
    """The value (for a Hessian the gradient) and the terms of its differential in index notation."""
    free_entries(d, "the form entry by entry, or of vec(Y) by vec(X),")
    f, x = d.source, d.variable
    if x.is_scalar:
        raise MatcalcError("the derivative by a scalar has the shape of the value: it needs no other form")
    if len(f.shape) != 2:
        kind = describe(f.shape)
        raise MatcalcError(f"the form entry by entry, or of vec(Y) by vec(X), is that of a matrix, not {kind}")
    s = Simplifier(Facts(hidden=(x.data[0],), book=d.book))
    seed(s, f, x)
    body = recognise(f, d.book)
    idx, trace = Indices(), Trace(d.book)
    if d.order == 2:
        g = gradient(body, x, trace)
        if g is None:
            return f, idx, []
        body = shorten(s.run(g), s)
    leaf = differential_of(x)
    dy = differential(body, x, leaf, trace)
    if dy is None:
        return body, idx, []
    dy = s.run(dy)
    return body, idx, terms_of(dy, leaf, idx, lambda terms, e: terms) if x.data[0] in dy.free else []


def vec_form(d: Record) -> Record:
    """The Jacobian of the stacked columns of the value by those of the variable."""
    value, idx, terms = linear_terms(d)
    x = d.variable
    parts = []
    for term in terms:
        row: Axis = term.out[1] + term.out[0]
        col: Axis = term.into[1] + term.into[0]
        parts.append(_vec_term(term, row, col, idx))
    rows, cols = value.shape[0] * value.shape[1], x.shape[0] * x.shape[1]
    total = add(*parts) if parts else zeros((rows, cols))
    s = Simplifier(Facts(book=d.book))
    seed(s, d.source, x)
    final = s.run(total if d.layout == "numerator" or d.order == 2 else t(total))
    return replace(d, expr=shorten(final, s), raw=final, form="vec")


def _vec_term(term: Term, row: Axis, col: Axis, idx: Indices) -> Expr:
    shape = (idx.size(row), idx.size(col))
    bare = replace(term, out=(), into=())
    best = read_matrix(bare, (row, col), idx, shape)
    if _is_index(best) and len(col) == 2:
        swapped = read_matrix(bare, (row, col[::-1]), idx, shape)
        if not _is_index(swapped):
            k = apply("commutation", eye(idx.dims[col[1]]), eye(idx.dims[col[0]]))
            return mm(swapped, k)
    if _is_index(best) and len(row) == 4:
        return _of_kronecker(bare, row, col, idx) or best
    return best


def _of_kronecker(bare: Term, row: Axis, col: Axis, idx: Indices) -> Expr | None:
    """The rows of vec(A ⊗ B) are those of vec(A) ⊗ vec(B) in another order: I ⊗ K ⊗ I times a Kronecker product."""
    a, j, i, b = row
    dims = idx.dims
    straight = read_matrix(bare, ((a, i, j, b), col), idx, (idx.size(row), idx.size(col)))
    if _is_index(straight):
        return None
    k = apply("commutation", eye(dims[j]), eye(dims[i]))
    return mm(apply("kron", eye(dims[a]), apply("kron", k, eye(dims[b]))), straight)


def _is_index(e: Expr) -> bool:
    return (e.args[-1] if e.op == "prod" else e).op == "einsum"


def differential_by(f: Expr, x: Expr | Sequence[Expr], book: RuleBook | None = None) -> Expr:
    """The simplified differential of an expression by one or several variables; in a trace d(X) stands last."""
    book = book or RuleBook.default()
    by = (x,) if isinstance(x, Expr) else tuple(x)
    found = [differential(recognise(f, book), v, differential_of(v), Trace(book)) for v in by]
    parts = [dy for dy in found if dy is not None]
    if not parts:
        return zeros(f.shape)
    s = Simplifier(Facts(book=book))
    seed(s, f, by[0])
    return transform(shorten(s.run(add(*parts)), s), lambda e: _differential_last(e, s))


def _differential_last(e: Expr, s: Simplifier) -> Expr:
    """tr(A*d(X)*B) is written tr(B*A*d(X))."""
    if e.op != "tr" or e.args[0].op != "mm":
        return e
    factors = e.args[0].args
    at = [i for i, a in enumerate(factors) if a.op == "d"]
    if len(at) != 1:
        return e
    turned = mm(*factors[at[0] + 1 :], *factors[: at[0] + 1])
    return apply("tr", turned) if turned.op == "mm" else e


def hessian_vector(d: Record, name: str) -> Record:
    """H*v for the scalar expression of a gradient: the gradient of <grad f, v>, of the shape of the variable."""
    free_entries(d, "the product of the Hessian with a direction")
    f, x = d.source, d.variable
    if not f.is_scalar:
        raise MatcalcError("a Hessian-vector product is that of a scalar expression")
    if x.is_scalar:
        raise NoDerivativeError("the variable is a scalar: take hessian and multiply")
    if name in f.free or name in d.types:
        raise MatcalcError(f"{name} is already a name of the expression: choose another for the direction")
    v = var(name, x.shape, (), x.data[1])
    s = Simplifier(Facts(hidden=structured_names(f, d.book), book=d.book))
    seed(s, f, x)
    trace = Trace(d.book)
    g = gradient(recognise(f, d.book), x, trace)
    if g is None:
        h = zero(f, x)
    else:
        g = shorten(s.run(g), s)
        along = mm(t(v), g) if x.shape[1] is ONE else apply("tr", mm(t(v), g))
        h = gradient(along, x, trace) or zero(f, x)
    last = Simplifier(Facts(book=d.book))
    seed(last, f, x)
    return Record(
        f, (x,), "denominator", shorten(last.run(h), last), s.run(h), trace, order=2, form="hvp", direction=name,
        types={**d.types, name: Type(x.data[1], x.shape, frozenset(), True)}, remarks=d.remarks,
    )  # fmt: skip
