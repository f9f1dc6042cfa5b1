"""Where the gradient of a Lagrangian vanishes: its equations solved for one unknown after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...calculus.structure import check_structure
from ...certificate.certify import certify
from ...certificate.claims import Claim
from ...rulebook.book import RuleBook
from ...rulebook.reader import Condition
from ...terms.errors import EvaluationError, StationaryError
from ...terms.expression import Expr, add, apply, had, mm, neg, num, power, prod, t, var
from ...terms.rebuild import substitute
from ...terms.shapes import ONE
from ...terms.walks import postorder
from .affine import affine, solve_affine
from .entrywise import solve_entrywise
from .inverses import solve_through_inverse
from .kinds import Kind, hessian_of, kind_of
from .numeric import Point, look
from .work import Found, Work, depends, refuse, scalars_apart, tied

BRANCHES = 12  # solutions that are followed at once
_DOMAINS = frozenset(("positive", "nonzero", "invertible", "spd", "nonnegative"))


@dataclass(frozen=True)
class Root:
    """One stationary point, or a family of them: the values of the unknowns and of the multipliers."""

    values: tuple[tuple[Expr, Expr], ...]  # an unknown, or vec of it, and its value
    multipliers: tuple[tuple[Expr, Expr], ...]
    conditions: tuple[Condition, ...]
    general: Expr | None
    kind: Kind


@dataclass(frozen=True)
class Stationarity:
    """The equations of a question and their solutions."""

    source: Expr
    unknowns: tuple[Expr, ...]
    equations: tuple[Expr, ...]  # what is 0: the gradients of the Lagrangian, then the constraints
    constraints: tuple[Expr, ...]
    multipliers: tuple[Expr, ...]
    roots: tuple[Root, ...]


@dataclass(frozen=True)
class State:
    """The unknowns that are solved for so far, and the equations that are left."""

    solved: tuple[tuple[Expr, Found], ...]
    left: tuple[tuple[Expr, Expr], ...]  # an unknown and an equation for it


def gradient(f: Expr, x: Expr, work: Work) -> tuple[Expr, tuple[Condition, ...]]:
    """The gradient along the structure of the variable, certified, and what it takes for granted."""
    structure = check_structure("tangent" if tied(x, work.book) - {"orthogonal"} else "free")
    record = work.derivative(f, x, structure)
    certify(Claim(f, (x,), record.expr, record.layout, structure=structure), work.book)
    return record.expr, tuple(c for c in record.trace.assumptions if c[0] in _DOMAINS)


def stationary_points(f: Expr, unknowns: Sequence[Expr], constraints: Sequence[Expr], book: RuleBook,
                      nodes: Mapping[str, Expr]) -> Stationarity:  # fmt: skip
    """All stationary points of f under constraints that are 0; StationaryError with the equation that is left."""
    constraints = [smooth(h) for h in constraints]
    work = Work(book, f, {*nodes, *(n for e in (f, *constraints) for n in e.free)})
    multipliers = tuple(var(work.fresh("lambda", "nu", "mu"), h.shape) for h in constraints)
    lagrangian = add(f, *(_paired(m, h) for m, h in zip(multipliers, constraints, strict=True)))
    lagrangian = f if not constraints else lagrangian
    gradients: list[Expr] = []
    taken: list[Condition] = []
    for x in unknowns:
        g, assumed = gradient(lagrangian, x, work)
        gradients.append(g)
        taken += assumed
    equations = (*zip(unknowns, gradients, strict=True), *zip(multipliers, constraints, strict=True))
    question = Question(work, lagrangian, tuple(unknowns), tuple(constraints), multipliers, tuple(taken), dict(nodes))
    branches = followed(State((), tuple(equations)), work)
    roots = [r for b in branches if (r := question.root(b, gradients)) is not None]
    if not roots:
        raise refuse(f"no admissible solution was found for {_names(unknowns)}", gradients[0])
    all_equations = (*gradients, *constraints)
    return Stationarity(f, tuple(unknowns), all_equations, tuple(constraints), multipliers, tuple(roots))


def smooth(h: Expr) -> Expr:
    """A constraint ||A|| = s as ||A||^2 = s^2, which is smooth; others as they are."""
    if h.op != "add" or len(h.args) != 2 or not h.is_scalar:
        return h
    norm, rest = h.args if h.args[0].op == "norm" else h.args[::-1]
    return add(power(norm, num(2)), neg(power(rest, num(2)))) if norm.op == "norm" else h


def _names(unknowns: Sequence[Expr]) -> str:
    return ", ".join(str(x) for x in unknowns)


def _paired(m: Expr, h: Expr) -> Expr:
    """The sum of the products of entries."""
    if h.is_scalar:
        return prod(m, h)
    return mm(t(m), h) if h.shape[1] is ONE else apply("sum", had(m, h))


# --- one unknown after the other -----------------------------------------------------------------------------------


def followed(start: State, work: Work) -> list[State]:
    """All branches of solutions, each with no equation left."""
    done, waiting = [], [start]
    while waiting:
        state = waiting.pop()
        if not state.left:
            done.append(state)
        else:
            waiting += reversed(_next(state, work))
        if len(done) + len(waiting) > BRANCHES:
            raise refuse(f"there are more than {BRANCHES} solutions")
    return done


def _next(state: State, work: Work) -> list[State]:
    """The states after one more unknown; StationaryError if no equation that is left can be solved."""
    problem: StationaryError | None = None
    unknowns = [x for x, _ in state.left]
    for k, (own, e) in enumerate(state.left):
        for x in (own, *(u for u in unknowns if u is not own)):
            if not depends(e, x):
                continue
            try:
                found = roots(e, x, work)
            except StationaryError as error:
                problem = problem or error
                continue
            rest = [(u, eq) for i, (u, eq) in enumerate(state.left) if i != k]
            rest = [(own if u is x else u, eq) for u, eq in rest]
            new = [_put(state, x, f, rest, work) for f in found]
            return [s for s in new if s is not None]
    raise problem or refuse(f"no stationary point is known for {_names(unknowns)}", state.left[0][1])


def _put(state: State, x: Expr, f: Found, rest: list[tuple[Expr, Expr]], work: Work) -> State | None:
    """The state with the value of one more unknown put into the equations that are left."""
    left = []
    for u, e in rest:
        if depends(e, x):
            if f.target is not x:
                raise refuse(f"no closed form is known for {u}", e)
            e = work.short(substitute(e, {x: f.value}))
        left.append((u, e))
    return State((*state.solved, (x, f)), tuple(left))


def roots(g: Expr, x: Expr, work: Work) -> list[Found]:
    """The solutions of g = 0 for x, in closed form."""
    g = bare(g)
    if not depends(g, x):
        why = "is not 0 anywhere" if g.op != "zeros" and g is not num(0) else "is 0 everywhere"
        raise refuse(f"the gradient by {x} {why}", g)
    pair = affine(g, x, work)
    if pair is not None:
        found = solve_affine(*pair, x, work)
        if found is not None:
            return [found]
    one = solve_through_inverse(g, x, work)
    if one is not None:
        return [one]
    several = solve_entrywise(g, x, work)
    if several:
        return several
    apart = scalars_apart(g)
    raise refuse(f"no closed form is known for {x}", work.short(apart))


def bare(g: Expr) -> Expr:
    """An equation without transposes and numbers around it, and without scalar factors that are not 0."""
    while True:
        if g.op == "t":
            g = g.args[0]
        elif g.op == "prod" and not g.is_scalar:
            g = g.args[-1]
        else:
            return g


# --- a branch as an answer -------------------------------------------------------------------------------------------


@dataclass
class Question:
    """What a branch is compared with."""

    work: Work
    lagrangian: Expr
    unknowns: tuple[Expr, ...]
    constraints: tuple[Expr, ...]
    multipliers: tuple[Expr, ...]
    taken: tuple[Condition, ...]  # what the gradients take for granted
    nodes: dict[str, Expr] = field(default_factory=dict)

    def root(self, state: State, gradients: Sequence[Expr]) -> Root | None:
        """A branch with its values put into each other, if numbers agree; None if it is nowhere admissible."""
        values: dict[Expr, Expr] = {}
        targets: dict[Expr, Expr] = {}
        stated: list[Condition] = []
        for x, found in reversed(state.solved):
            values[x] = self.work.short(substitute(found.value, values))
            targets[x] = found.target
            stated += [(p, tuple(substitute(a, values) for a in args)) for p, args in found.conditions]
        whole = {x: v for x, v in values.items() if targets[x] is x}
        if len(whole) == len(values):
            stated += [(p, tuple(substitute(a, whole) for a in args)) for p, args in self.taken]
        stated += [c for v in values.values() for c in domain(v)]
        conditions = self.work.conditions(tuple(stated))
        order = [*self.unknowns, *self.multipliers]
        listed = tuple((x, values[x], targets[x] is not x) for x in order)
        point = Point(self.lagrangian, self.constraints, self.unknowns, listed, conditions, self.nodes)
        try:
            seen = look(point, self.work.book)
        except EvaluationError:
            return None
        if not seen.stationary:
            raise refuse("the solution that was found does not pass its numerical check", gradients[0])
        kind = self.kind(gradients, values, seen, whole)
        general = state.solved[0][1].general if len(state.solved) == 1 else None
        pairs = tuple((targets[x], values[x]) for x in self.unknowns)
        return Root(pairs, tuple((m, values[m]) for m in self.multipliers), conditions, general, kind)

    def kind(self, gradients: Sequence[Expr], values: dict[Expr, Expr], seen: object, whole: dict[Expr, Expr]) -> Kind:
        """The kind of the point; of several unknowns what numbers show."""
        h = hessian_of(gradients[0], self.unknowns[0], self.work) if len(self.unknowns) == 1 else None
        return kind_of(h, whole, seen, self.work, bool(self.constraints))  # type: ignore[arg-type]


def domain(value: Expr) -> list[Condition]:
    """What the operations in a value need: inverses, roots, logarithms and divisors."""
    found: list[Condition] = []
    for e in postorder(value):
        if e.op == "inv":
            found.append(("invertible", (e.args[0],)))
        elif e.op == "log":
            found.append(("positive", (e.args[0],)))
        elif e.op == "sqrt":
            found.append(("nonnegative", (e.args[0],)))
        elif e.op in ("pow", "epow") and e.args[1].op == "num":
            k = e.args[1].data
            if k != int(k):
                found.append(("nonnegative" if k > 0 else "positive", (e.args[0],)))
            elif k < 0:
                found.append(("nonzero" if e.is_scalar else "nowhere_zero", (e.args[0],)))
    return found
