"""A derivative entry by entry: sums of products of entries, with named indices."""

from __future__ import annotations

from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..simplification.index.contraction import Graph
from ..simplification.index.notation import Indices, Term
from ..simplification.normal import Simplifier
from ..terms.expression import Expr, eye, num, prod, var
from ..terms.payloads import Axis
from ..terms.records import dataclass, replace
from ..terms.shapes import ONE
from ..terms.walks import postorder
from .forms import linear_terms
from .index.notation import at_index
from .record import Record

_PAIRS = ("ij", "kl", "pq", "rs", "uv", "ab", "gh", *((f"i{n}", f"j{n}") for n in range(1, 100)))
_SUMMED = "pqrstuvwabcefgh"
Sum = tuple[str, Expr, Expr]  # a finite sum: index, first, last


@dataclass(frozen=True)
class EntryTerm:
    """One product of entries: factors with the names of their indices, and the indices that are summed."""

    scalars: tuple[Expr, ...]
    factors: tuple[tuple[Expr, tuple[str, ...]], ...]
    summed: tuple[str, ...]
    sums: tuple[Sum, ...] = ()  # the finite sums around it


@dataclass(frozen=True)
class Entries:
    """The derivative of an entry of `value` by an entry of `variable`, each with the names of its indices.

    `marks` are those of the value with the parts of indices that are taken together: i_1 and i_2 for i.
    """

    value: tuple[str, tuple[str, ...]]
    variable: tuple[str, tuple[str, ...]]
    terms: tuple[EntryTerm, ...]
    marks: tuple[str, ...]


def entries(d: Record) -> Entries:
    """The derivative entry by entry, whatever its layout.

    >>> import matcalc
    >>> found = entries(matcalc.diff("A*x", "x").record)
    >>> found.value, found.variable, [(str(e), names) for e, names in found.terms[0].factors]
    (('y', ('i',)), ('x', ('k',)), [('A', ('i', 'k'))])
    """
    value, idx, terms = linear_terms(d)
    x = d.variable
    value_axes = [k for k in (0, 1) if value.shape[k] is not ONE]
    x_axes = [k for k in (0, 1) if x.shape[k] is not ONE]
    taken = _taken(d, value)
    pairs = iter([p for p in _PAIRS if not taken & {*p}])
    labels = tuple(next(pairs)[: len(value_axes)]), tuple(next(pairs)[: len(x_axes)])
    taken |= {*labels[0], *labels[1]}
    out = []
    axes: list[tuple[str, ...]] = [()] * len(value_axes)
    for bound_term in terms:
        term, sums = _named_sums(bound_term, taken)
        ends = tuple(term.out[k] for k in value_axes) + tuple(term.into[k] for k in x_axes)
        out.append(_entry(term, sums, ends, labels[0] + labels[1], taken, idx, d.book))
        axes = [max(a, _parts(label, term.out[k])) for a, label, k in zip(axes, labels[0], value_axes, strict=True)]
    shown = tuple(part for a, label in zip(axes, labels[0], strict=True) for part in (a or (label,)))
    return Entries((value_name(d), labels[0]), (x.data[0], labels[1]), tuple(out), shown)


def value_name(d: Record) -> str:
    """What the value is called: y or Y or another name that is free, or (∇f) for the gradient."""
    if d.order == 2:
        return f"(∇{'f' if d.variable.data[0] != 'f' else 'g'})"
    taken = d.source.free | {n.upper() for n in (d.variable.data[0],)} | {d.variable.data[0]}
    wide = ONE not in d.source.shape
    names = [c.upper() if wide else c for c in "yzfgs"]
    return next((c for c in names if c not in taken), names[0] + "_0")


def _taken(d: Record, value: Expr) -> frozenset[str]:
    """The names and sizes of a question, which no index has."""
    sizes = {n for e in postorder(d.source) if not e.args for dim in e.shape for n in dim.names}
    return value.free | d.source.free | d.variable.free | sizes


def _parts(label: str, axis: Axis) -> tuple[str, ...]:
    """The names of the indices of an axis."""
    return (label,) if len(axis) == 1 else tuple(f"{label}_{n + 1}" for n in range(len(axis)))


def _entry(term: Term, sums: tuple[Sum, ...], ends: tuple[Axis, ...], labels: tuple[str, ...],
           taken: frozenset[str], idx: Indices, book: RuleBook) -> EntryTerm:  # fmt: skip
    """A term, contracted as far as it goes, with a name for each index."""
    graph = Graph(replace(term, out=(), into=()), ends, idx)
    graph.reduce()
    reduced = graph.term()
    names: dict[int, str] = {}
    factors: list[tuple[Expr, tuple[str, ...]]] = []
    for axis, label in zip(ends, labels, strict=True):
        for mark, i in zip(_parts(label, axis), map(graph.find, axis), strict=True):
            if i in names:
                factors.append((eye(idx.dims[i]), (names[i], mark)))
            else:
                names[i] = mark
    spare = iter(c for c in _SUMMED if c not in taken and c not in {n for n, _, _ in sums})
    summed = []
    for e, axes in reduced.factors:
        for i in (i for a in axes for i in a):
            if i not in names:
                names[i] = next(spare, f"p{i}")
                summed.append(names[i])
        factors.append((e, tuple(names[i] for a in axes for i in a)))
    scalars = Simplifier(Facts(book=book)).run(prod(*reduced.scalars))
    kept = () if scalars is num(1) else scalars.args if scalars.op == "prod" else (scalars,)
    return EntryTerm(kept, tuple(_turned(e, n) for e, n in factors), tuple(summed), sums)


def _named_sums(term: Term, taken: frozenset[str]) -> tuple[Term, tuple[Sum, ...]]:
    """A term without the finite sums around it, whose indices become named variables."""
    spare = iter(c for c in "rstuvwabcefgh" if c not in taken)
    sums = []
    while term.binders:
        number, first, last = term.binders[-1]  # the outermost
        name = next(spare, f"r{number}")
        term = at_index(replace(term, binders=term.binders[:-1]), number, var(name, (ONE, ONE)))
        sums.append((name, first, last))
    return term, tuple(sums[::-1])


def _turned(e: Expr, names: tuple[str, ...]) -> tuple[Expr, tuple[str, ...]]:
    """An entry of a transpose is an entry of the matrix."""
    return (e.args[0], names[::-1]) if e.op == "t" and len(names) == 2 else (e, names)
