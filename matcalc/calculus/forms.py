"""Other ways to state a derivative: by entries, as the Jacobian of vec by vec, as a differential, times a vector."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..simplification.index.contraction import Graph
from ..simplification.index.notation import Indices, Term
from ..simplification.index.reading import read_matrix
from ..simplification.normal import Simplifier, recognise, seed
from ..simplification.search import shorten
from ..terms.errors import MatcalcError, NoDerivativeError
from ..terms.expression import Expr, add, apply, differential_of, eye, mm, num, prod, t, var, zeros
from ..terms.payloads import Axis
from ..terms.rebuild import transform
from ..terms.shapes import ONE
from .accumulation import Trace, differential, gradient
from .index.notation import at_index, terms_of

if TYPE_CHECKING:
    from ..front.derivative import Derivative

_VALUE, _VARIABLE, _SUMMED = "ij", "kl", "pqrstuvw"
_BRACKETED = frozenset(("var", "d", "eye", "kernel"))


@dataclass(frozen=True)
class IndexTerm:
    """One product of entries: factors with the names of their indices, and the indices that are summed."""

    scalars: tuple[Expr, ...]
    factors: tuple[tuple[Expr, tuple[str, ...]], ...]
    summed: tuple[str, ...]
    sums: tuple[tuple[str, Expr, Expr], ...] = ()  # finite sums around it: index, first, last


@dataclass(frozen=True, repr=False)
class IndexForm:
    """A derivative entry by entry."""

    left: tuple[str, tuple[str, ...], str, tuple[str, ...]]
    terms: tuple[IndexTerm, ...]

    def __str__(self) -> str:
        y, yi, x, xi = self.left
        left = f"∂{y}{_plain_index(yi)}/∂{x}{_plain_index(xi)}"
        return f"{left} = {_signed([_plain_term(term) for term in self.terms])}"

    __repr__ = __str__

    def latex(self) -> str:
        r"""The form as LaTeX: \frac{\partial Y_{ij}}{\partial X_{kl}} = ..."""
        y, yi, x, xi = self.left
        left = rf"\frac{{\partial {y}{_latex_index(yi)}}}{{\partial {x}{_latex_index(xi)}}}"
        return f"{left} = {_signed([_latex_term(term) for term in self.terms])}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def _plain_index(names: tuple[str, ...]) -> str:
    return f"[{','.join(names)}]" if names else ""


def _latex_index(names: tuple[str, ...]) -> str:
    return "_{" + "".join(names) + "}" if names else ""


def _signed(parts: list[str]) -> str:
    if not parts:
        return "0"
    out = parts[0]
    for p in parts[1:]:
        out += f" - {p[1:]}" if p.startswith("-") else f" + {p}"
    return out


def _plain_term(term: IndexTerm) -> str:
    factors = []
    for e, names in term.factors:
        body = f"δ{_plain_index(names)}" if e.op == "eye" else _bracket(str(e), e) + _plain_index(names)
        factors.append(body)
    return _with_scalars(term, [str(s) if s.op != "add" else f"({s})" for s in term.scalars], factors, "*",
                         "".join(f"sum[{n}={a}..{b}] " for n, a, b in reversed(term.sums))
                         + (f"sum[{','.join(term.summed)}] " if term.summed else ""))  # fmt: skip


def _latex_term(term: IndexTerm) -> str:
    from ..printing.latex import latex

    factors = []
    for e, names in term.factors:
        body = r"\delta" if e.op == "eye" else latex(e)
        if e.op not in _BRACKETED:
            body = rf"\left({body}\right)"
        factors.append("{" + body + "}" + _latex_index(names))
    scalars = [latex(s) if s.op != "add" else rf"\left({latex(s)}\right)" for s in term.scalars]
    total = "".join(rf"\sum_{{{n}={latex(a)}}}^{{{latex(b)}}} " for n, a, b in reversed(term.sums))
    total += rf"\sum_{{{' '.join(term.summed)}}} " if term.summed else ""
    return _with_scalars(term, scalars, factors, r" \, ", total)


def _with_scalars(term: IndexTerm, scalars: list[str], factors: list[str], times: str, total: str) -> str:
    sign = ""
    if term.scalars and term.scalars[0].op == "num" and term.scalars[0].data == -1:
        sign, scalars = "-", scalars[1:]
    return sign + total + (times.join([*scalars, *factors]) or "1")


def _bracket(text: str, e: Expr) -> str:
    call = e.op not in ("add", "mm", "had", "t", "prod", "epow", "mpow") and "(" in text
    return text if e.op in _BRACKETED or call else f"({text})"


def _linear(d: Derivative) -> tuple[Expr, Expr, Indices, list[Term]]:
    """The differential of the value (of the gradient, for a Hessian) and its terms."""
    f, x = d.source, d.variable
    if x.is_scalar:
        raise MatcalcError("the derivative by a scalar has the shape of the value: it needs no other form")
    s = Simplifier(Facts(hidden=(x.data[0],), book=d.book))
    seed(s, f)
    trace = Trace(d.book)
    body = recognise(f, d.book)
    if d.order == 2:
        g = gradient(body, x, trace)
        if g is None:
            return f, x, Indices(), []
        body = shorten(s.run(g), s)
    leaf = differential_of(x)
    dy = differential(body, x, leaf, trace)
    idx = Indices()
    if dy is None:
        return body, x, idx, []
    dy = s.run(dy)
    terms = terms_of(dy, leaf, idx, lambda terms, e: terms) if x.data[0] in dy.free else []
    return body, x, idx, terms


def index_form(d: Derivative) -> IndexForm:
    """The derivative entry by entry, whatever its layout."""
    value, x, idx, terms = _linear(d)
    value_axes = [k for k in (0, 1) if value.shape[k] is not ONE]
    x_axes = [k for k in (0, 1) if x.shape[k] is not ONE]
    yi = tuple(_VALUE[: len(value_axes)])
    xi = tuple(_VARIABLE[: len(x_axes)])
    name = x.data[0]
    y = "y" if name != "y" else "z"
    if len(value_axes) == 2:
        y = y.upper()
    if d.order == 2:
        y = f"(∇{'f' if name != 'f' else 'g'})"
    out = []
    for bound_term in terms:
        term, sums = _named_sums(bound_term, value.free)
        ends = tuple(term.out[k] for k in value_axes) + tuple(term.into[k] for k in x_axes)
        graph = Graph(replace(term, out=(), into=()), ends, idx)
        graph.reduce()
        reduced = graph.term()
        names: dict[int, str] = {}
        factors: list[tuple[Expr, tuple[str, ...]]] = []
        for axis, label in zip(ends, yi + xi, strict=True):
            for n, i in enumerate(axis):
                mark = label if len(axis) == 1 else f"{label}{n + 1}"
                i = graph.find(i)
                if i in names:
                    factors.append((eye(idx.dims[i]), (names[i], mark)))
                else:
                    names[i] = mark
        spare = iter(c for c in _SUMMED if c not in {n for n, _, _ in sums})
        summed = []
        for e, axes in reduced.factors:
            for a in axes:
                for i in a:
                    if i not in names:
                        names[i] = next(spare, f"p{i}")
                        summed.append(names[i])
            factors.append((e, tuple(names[i] for a in axes for i in a)))
        scalars = Simplifier(Facts(book=d.book)).run(_product(reduced.scalars))
        kept = () if scalars is num(1) else scalars.args if scalars.op == "prod" else (scalars,)
        out.append(IndexTerm(kept, tuple(_turned(e, n) for e, n in factors), tuple(summed), sums))
    return IndexForm((y, yi, name, xi), tuple(out))


def _named_sums(term: Term, taken: frozenset[str]) -> tuple[Term, tuple[tuple[str, Expr, Expr], ...]]:
    """A term without the finite sums around it, whose indices become named variables."""
    spare = iter(c for c in "rstuvwabcefgh" if c not in taken)
    sums = []
    while term.binders:
        number, first, last = term.binders[-1]  # the outermost
        name = next(spare, f"r{number}")
        term = at_index(replace(term, binders=term.binders[:-1]), number, var(name, (ONE, ONE)))
        sums.append((name, first, last))
    return term, tuple(sums[::-1])


def _product(scalars: tuple[Expr, ...]) -> Expr:
    return prod(*scalars)


def _turned(e: Expr, names: tuple[str, ...]) -> tuple[Expr, tuple[str, ...]]:
    """An entry of a transpose is an entry of the matrix."""
    return (e.args[0], names[::-1]) if e.op == "t" and len(names) == 2 else (e, names)


def vec_form(d: Derivative) -> Derivative:
    """The Jacobian of the stacked columns of the value by those of the variable."""
    from ..front.derivative import Derivative
    from .derive import Result

    value, x, idx, terms = _linear(d)
    parts = []
    for term in terms:
        row: Axis = term.out[1] + term.out[0]
        col: Axis = term.into[1] + term.into[0]
        parts.append(_vec_term(term, row, col, idx))
    rows, cols = value.shape[0] * value.shape[1], x.shape[0] * x.shape[1]
    total = add(*parts) if parts else zeros((rows, cols))
    s = Simplifier(Facts(book=d.book))
    seed(s, d.source)
    final = s.run(total if d.layout == "numerator" or d.order == 2 else t(total))
    result = Result(shorten(final, s), final, d.result.trace)
    out = Derivative(result, d.source, d.variable, d.layout, d.types, d.order, d.structure, d.where, d.remarks)
    out.form = "vec"
    return out


def _vec_term(term: Term, row: Axis, col: Axis, idx: Indices) -> Expr:
    shape = (idx.size(row), idx.size(col))
    bare = replace(term, out=(), into=())
    best = read_matrix(bare, (row, col), idx, shape)
    if _is_index(best) and len(col) == 2:
        swapped = read_matrix(bare, (row, col[::-1]), idx, shape)
        if not _is_index(swapped):
            k = apply("commutation", eye(idx.dims[col[1]]), eye(idx.dims[col[0]]))
            return mm(swapped, k)
    return best


def _is_index(e: Expr) -> bool:
    return (e.args[-1] if e.op == "prod" else e).op == "einsum"


def differential_form(d: Derivative) -> Expr:
    """The differential of the expression, simplified, in d(X)."""
    return differential_by(d.source, d.variable, d.book)


def differential_by(f: Expr, x: Expr, book: RuleBook | None = None) -> Expr:
    """The simplified differential of an expression; in a trace d(X) stands last."""
    book = book or RuleBook.default()
    dy = differential(recognise(f, book), x, differential_of(x), Trace(book))
    if dy is None:
        return zeros(f.shape)
    s = Simplifier(Facts(book=book))
    seed(s, f)
    return transform(shorten(s.run(dy), s), lambda e: _differential_last(e, s))


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


def hessian_vector(d: Derivative, name: str) -> Derivative:
    """H*v for the scalar expression of a gradient: the gradient of <grad f, v>."""
    from ..front.derivative import Derivative
    from .derive import Result, structured_names, zero

    f, x = d.source, d.variable
    if not f.is_scalar:
        raise MatcalcError("a Hessian-vector product is that of a scalar expression")
    if x.is_scalar:
        raise NoDerivativeError("the variable is a scalar: take hessian and multiply")
    if name in f.free or name in d.types:
        raise MatcalcError(f"{name} is already a name of the expression: choose another for the direction")
    v = var(name, x.shape, (), x.data[1])
    s = Simplifier(Facts(hidden=structured_names(f, d.book), book=d.book))
    seed(s, f)
    trace = Trace(d.book)
    g = gradient(recognise(f, d.book), x, trace)
    if g is None:
        h = zero(f, x)
    else:
        g = shorten(s.run(g), s)
        along = mm(t(v), g) if x.shape[1] is ONE else apply("tr", mm(t(v), g))
        h = gradient(along, x, trace) or zero(f, x)
    final_s = Simplifier(Facts(book=d.book))
    seed(final_s, f)
    final = final_s.run(h)
    types = dict(d.types)
    from ..language.typing.declarations import Type

    types[name] = Type(x.data[1], x.shape, frozenset(), True)
    result = Result(shorten(final, final_s), s.run(h), trace)
    out = Derivative(result, f, x, "denominator", types, 2, "free", d.where, d.remarks)
    out.form = f"hvp:{name}"
    return out
