"""The equations and properties that a question states beside its declarations, put to use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..rulebook.equations import BookUnder, Equation, Equations, equations_of
from ..rulebook.patterns import match
from ..rulebook.structures import structure_of
from ..terms.errors import DeclarationError
from ..terms.expression import Expr, mm, num, t
from ..terms.rebuild import substitute
from ..terms.records import replace
from ..terms.walks import variables

if TYPE_CHECKING:
    from ..language.parse import Parsed
    from ..language.typing.declarations import Declarations
    from ..rulebook.book import RuleBook

AFTER = "the derivative is that of the expression as it stands; what is stated is used in the result"


class Question(NamedTuple):
    """An expression under what is stated about its variables."""

    expr: Expr
    types: dict[str, Any]
    book: RuleBook


def under_statements(expr: Expr, types: Mapping[str, Any], declared: Declarations, book: RuleBook) -> Question:
    """The question with the statements of its declarations: equations in the book, properties with the variables.

    Raises the error of a statement that cannot be read, with its place; DeclarationError for statements that
    contradict each other, and for those at which no random point was found.
    """
    from ..language.equations import stated
    from ..language.typing.declarations import Type

    known = {**declared, **types}
    read = [(s, stated(s, known, book.signatures)) for s in declared.statements]
    more: dict[Expr, set[str]] = {}
    equations = []
    for _, said in read:
        if said.property:
            more.setdefault(said.left, set()).add(said.property)
            continue
        equations.append(Equation(said.left, said.right))
        for node, prop in _properties(equations[-1], book):
            more.setdefault(node, set()).add(prop)
    if before := equations_of(book):
        equations = [*before.stated, *(e for e in equations if e not in before.stated)]
    changed = {}
    for v, properties in more.items():
        name = v.data[0]
        kind = known[name]
        new = Type(kind.kind, kind.shape, kind.properties | properties, kind.inferred)
        known[name] = new
        changed[v] = new.node(name)
    expr = substitute(expr, changed)
    equations = [Equation(substitute(e.left, changed), substitute(e.right, changed)) for e in equations]
    if not equations:
        return Question(expr, {n: known[n] for n in types}, book)
    names = {n for e in equations for n in e.free} | set(types)
    found = _possible(book, equations)
    return Question(expr, {n: t for n, t in known.items() if n in names}, found)


def as_stated(parsed: Parsed, book: RuleBook) -> Parsed:
    """What was read, with the properties that are stated; an error for statements that cannot hold."""
    if not parsed.declarations.statements:
        return parsed
    question = under_statements(parsed.expr, parsed.types, parsed.declarations, book)
    return replace(parsed, expr=question.expr, types=question.types)


def _properties(e: Equation, book: RuleBook) -> Iterable[tuple[Expr, str]]:
    """The properties of a variable that an equation is the definition of (rules/equations.rules)."""
    for rule in book.of_kind("consequence"):
        if not rule.property:
            continue
        (_, premise), *_ = rule.conditions
        for left, right in (e, (e.right, e.left)):
            for env, dims in match(premise[0], left, {}, {}):
                for env2, _ in match(premise[1], right, env, dims):
                    if env2[rule.lhs].op == "var":
                        yield env2[rule.lhs], rule.property


def _possible(book: RuleBook, equations: list[Equation]) -> BookUnder:
    """The book under equations at which there are points; DeclarationError tells which have none."""
    from ..certificate.constraints import is_possible
    from ..certificate.rings import NotCovered
    from ..simplification.equations import under

    found = under(book, equations)
    try:
        if is_possible(book, found.equations):
            return found
        for k in range(1, len(equations) + 1):
            if not is_possible(book, Equations(tuple(equations[:k]))):
                break
    except NotCovered as error:
        raise DeclarationError(f"no points can be drawn at which it holds: there is no check of {error}") from None
    beside = f" beside {' and '.join(map(str, equations[: k - 1]))}" if k > 1 else ""
    raise DeclarationError(f"no values were found at which {equations[k - 1]} holds{beside}")


def remarks_about(x: Expr, book: RuleBook, structure: str = "free") -> tuple[str, ...]:
    """What equations and a structure mean for a derivative by a variable."""
    equations = equations_of(book)
    if structure.startswith("tangent"):
        found = structure_of(x, structure, book)
        along = (str(found),) if found is not None and found.is_manifold else ()
        return along
    if equations is None:
        return ()
    name = x.data[0]
    bound = [str(e) for e in equations.stated if name in e.free]
    if not bound:
        return (AFTER,)
    free = f"{name} moves freely, though {' and '.join(bound)}"
    return (AFTER, f"{free}: structure='tangent' gives the gradient along what is stated")


def on_sphere(expr: Expr, x: Expr, types: Mapping[str, Any], book: RuleBook) -> Question:
    """The question with a unit vector as one of norm 1, in place of one with entries between 0 and 1."""
    from ..language.typing.declarations import Type

    kind = types[x.data[0]]
    plain = Type(kind.kind, kind.shape, kind.properties - {"unit"}, kind.inferred)
    v = plain.node(x.data[0])
    before = equations_of(book)
    stated = () if before is None else before.stated
    moved = [Equation(substitute(e.left, {x: v}), substitute(e.right, {x: v})) for e in stated]
    found = _possible(book, [*moved, Equation(mm(t(v), v), num(1))])
    return Question(substitute(expr, {x: v}), {**types, x.data[0]: plain}, found)


def known_variables(expr: Expr, book: RuleBook) -> dict[str, Expr]:
    """The variables of an expression and of the equations about it."""
    equations = equations_of(book)
    found = dict(variables(expr))
    for e in () if equations is None else equations.stated:
        found = {**variables(e.left), **variables(e.right), **found}
    return found
