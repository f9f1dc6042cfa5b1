"""Derivatives by a variable whose entries are tied, from those by free entries (rules/structure.rules)."""

from __future__ import annotations

from ..rulebook.book import RuleBook
from ..rulebook.properties import STRUCTURAL, closure
from ..rulebook.structures import structure_of
from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from ..terms.walks import variables
from .record import Structure, Trace

STRUCTURES: tuple[Structure, ...] = ("free", "entries", "tangent")


def check_structure(structure: str) -> Structure:
    """The structure, or an error that names the three; behind "tangent" a manifold or metric may be named."""
    known = " ".join(structure.split())
    if known.split(" ")[0] not in STRUCTURES or (" " in known and not known.startswith("tangent ")):
        raise MatcalcError(f"the structure is one of {', '.join(STRUCTURES)}, not {structure!r}")
    return known


def structured(g: Expr, x: Expr, structure: Structure, trace: Trace) -> Expr:
    """The gradient by a structured variable from the free one."""
    found = structure_of(x, structure, trace.book)
    if found is None:
        return g
    trace.applied.append((found.rule, g))
    tied = found.gradient(g)
    trace.step(found.rule.label, g, tied, found.rule)
    return tied


def structured_names(f: Expr, book: RuleBook) -> frozenset[str]:
    """The variables whose structure an answer that will be differentiated again must not use."""
    known = {name: closure(v.data[2], book) for name, v in variables(f).items()}
    if not book.complex and any("complex" in properties for properties in known.values()):
        raise MatcalcError("a derivative by real rules was asked for what is complex: use diff by z or by conj(z)")
    return frozenset(name for name, properties in known.items() if properties & STRUCTURAL)
