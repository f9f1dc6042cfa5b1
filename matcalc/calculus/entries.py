"""A derivative entry by entry: sums of products of entries, with named indices."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..rulebook.book import RuleBook
from ..rulebook.properties import Facts
from ..simplification.index.contraction import Graph
from ..simplification.index.notation import Indices, Term
from ..simplification.normal import Simplifier
from ..terms.expression import Expr, eye, num, prod, var
from ..terms.payloads import Axis
from ..terms.shapes import ONE
from .forms import linear_terms
from .index.notation import at_index
from .record import Record

_VALUE, _VARIABLE, _SUMMED = "ij", "kl", "pqrstuvw"
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
    """The derivative of an entry of `value` by an entry of `variable`, each with the names of its indices."""

    value: tuple[str, tuple[str, ...]]
    variable: tuple[str, tuple[str, ...]]
    terms: tuple[EntryTerm, ...]


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
    labels = tuple(_VALUE[: len(value_axes)]), tuple(_VARIABLE[: len(x_axes)])
    out = []
    for bound_term in terms:
        term, sums = _named_sums(bound_term, value.free)
        ends = tuple(term.out[k] for k in value_axes) + tuple(term.into[k] for k in x_axes)
        out.append(_entry(term, sums, ends, labels[0] + labels[1], idx, d.book))
    return Entries((_value_name(d, value), labels[0]), (x.data[0], labels[1]), tuple(out))


def _value_name(d: Record, value: Expr) -> str:
    """What the value is called: y or Y, or the gradient of f."""
    name = d.variable.data[0]
    if d.order == 2:
        return f"(∇{'f' if name != 'f' else 'g'})"
    y = "y" if name != "y" else "z"
    return y if ONE in value.shape else y.upper()


def _entry(term: Term, sums: tuple[Sum, ...], ends: tuple[Axis, ...], labels: tuple[str, ...], idx: Indices,
           book: RuleBook) -> EntryTerm:  # fmt: skip
    """A term, contracted as far as it goes, with a name for each index."""
    graph = Graph(replace(term, out=(), into=()), ends, idx)
    graph.reduce()
    reduced = graph.term()
    names: dict[int, str] = {}
    factors: list[tuple[Expr, tuple[str, ...]]] = []
    for axis, label in zip(ends, labels, strict=True):
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
