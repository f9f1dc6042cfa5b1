"""Derivatives by a variable whose entries are tied, from those by free entries (rules/structure.rules)."""

from __future__ import annotations

from ..rulebook.book import RuleBook
from ..rulebook.patterns import instantiate, match
from ..rulebook.properties import STRUCTURAL, closure
from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from ..terms.walks import variables
from .record import Structure, Trace

STRUCTURES: tuple[Structure, ...] = ("free", "entries", "tangent")


def check_structure(structure: str) -> Structure:
    """The structure, or an error that names the three."""
    for known in STRUCTURES:
        if structure == known:
            return known
    raise MatcalcError(f"the structure is one of {', '.join(STRUCTURES)}, not {structure!r}")


def structured(g: Expr, x: Expr, structure: Structure, trace: Trace) -> Expr:
    """The gradient by a structured variable from the free one."""
    if structure == "free":
        return g
    properties = closure(x.data[2], trace.book)
    fitting = [r for r in trace.book.of_kind("structure") if r.use == structure and r.property in properties]
    if fitting:  # of the property that says most: a diagonal matrix is symmetric too
        rule = max(fitting, key=lambda r: len(closure(frozenset((r.property,)), trace.book)))
        trace.applied.append((rule, g))
        env, dims = next(match(rule.lhs, g, {}, {}))
        tied = instantiate(rule.rhs, env, dims)
        trace.step(rule.label, g, tied, rule)
        return tied
    if "orthogonal" in properties:
        raise MatcalcError(f"structure={structure!r} is not known for an orthogonal variable")
    return g


def structured_names(f: Expr, book: RuleBook) -> frozenset[str]:
    """The variables whose structure an answer that will be differentiated again must not use."""
    known = {name: closure(v.data[2], book) for name, v in variables(f).items()}
    if not book.complex and any("complex" in properties for properties in known.values()):
        raise MatcalcError("a derivative by real rules was asked for what is complex: use diff by z or by conj(z)")
    return frozenset(name for name, properties in known.items() if properties & STRUCTURAL)
