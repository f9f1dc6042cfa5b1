"""Where the gradient of a Lagrangian vanishes: its equations solved for one unknown after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...calculus.structure import check_structure
from ...certificate.certify import certify
from ...certificate.claims import Claim
from ...rulebook.book import RuleBook
from ...rulebook.reader import Condition
from ...terms.errors import EvaluationError, StationaryError
from ...terms.expression import Expr, add, apply, eye, had, mm, neg, num, power, prod, t, var
from ...terms.rebuild import substitute
from ...terms.shapes import ONE
from ...terms.walks import postorder
from .affine import affine, solve_affine, split_number
from .couplings import Eigenproblem, along_direction, eigenproblem
from .entrywise import solve_entrywise, solve_system, tidied
from .inverses import solve_through_inverse
from .kinds import Kind, hessian_of, kind_of, kind_of_numbers
from .numeric import Point, Seen, look
from .quadrics import Quadric, named, on_manifold, quadric
from .spectra import Field
from .work import Found, Work, depends, refuse, scalars_apart, sign, tied

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
    eigenproblem: Eigenproblem | None = None
    also: tuple[Expr, ...] = ()  # numbers that are a factor of the gradient: where one is 0, it is 0 too
    by_entry: bool = False  # whether each entry takes one of the values
    dropped: int = 0  # roots that did not hold at all random points


@dataclass(frozen=True)
class State:
    """The unknowns that are solved for so far, and the equations that are left."""

    solved: tuple[tuple[Expr, Found], ...]
    left: tuple[tuple[Expr, Expr], ...] = ()  # an unknown and an equation for it
    kind: Kind | None = None  # where the way to the solution tells it


def gradient(f: Expr, x: Expr, work: Work) -> tuple[Expr, tuple[Condition, ...]]:
    """The gradient along the structure of the variable, certified, and what it takes for granted."""
    free = x  # a definite matrix moves as a symmetric one: the metric of a curved space is no part of the question
    if tied(x, work.book) & {"spd", "psd"}:
        free = var(x.data[0], x.shape, (frozenset(x.data[2]) - {"spd", "psd"}) | {"symmetric"}, x.data[1])
    f = substitute(f, {x: free})
    structure = check_structure("tangent" if tied(free, work.book) - {"orthogonal"} else "free")
    record = work.derivative(f, free, structure)
    certify(Claim(f, (free,), record.expr, record.layout, structure=structure), work.book)
    g = work.short(substitute(record.expr, {free: x}))
    norms = {e.args[0] for e in postorder(g) if e.op == "norm"}
    assumed = [(p, tuple(substitute(a, {free: x}) for a in args)) for p, args in record.trace.assumptions]
    stated = [(p, tuple(work.short(a) for a in args)) for p, args in assumed if p in _DOMAINS]
    kept = [c for c in stated if c[0] != "nonzero" or c[1][0].is_scalar or c[1][0] in norms]
    return g, tuple(kept)


def stationary_points(f: Expr, unknowns: Sequence[Expr], constraints: Sequence[Expr], book: RuleBook,
                      nodes: Mapping[str, Expr]) -> Stationarity:  # fmt: skip
    """All stationary points of f under constraints that are 0; StationaryError with the equation that is left."""
    if len(unknowns) == 1 and "diagonal" in tied(unknowns[0], book):
        return _of_diagonal(f, unknowns[0], constraints, book, nodes)
    constraints = [smooth(h) for h in constraints]
    work = Work(book, f, {*nodes, *(n for e in (f, *constraints) for n in e.free)})
    if len(unknowns) == 1 and len(constraints) < 2:
        found = by_spectrum(f, unknowns[0], constraints, work, nodes)
        if found is not None:
            return found
    multipliers = tuple(var(work.fresh("lambda", "nu", "mu"), h.shape) for h in constraints)
    lagrangian = add(f, *(_paired(m, h) for m, h in zip(multipliers, constraints, strict=True))) if constraints else f
    gradients: list[Expr] = []
    taken: list[Condition] = []
    for x in unknowns:
        g, assumed = gradient(lagrangian, x, work)
        gradients.append(g)
        taken += assumed
    equations = (*zip(unknowns, gradients, strict=True), *zip(multipliers, constraints, strict=True))
    question = Question(work, lagrangian, tuple(unknowns), tuple(constraints), multipliers, tuple(taken), dict(nodes))
    other: list[Found] | Stationarity | None = None
    try:
        branches = _systems(equations, work) or followed(State((), tuple(equations)), work)
    except StationaryError as error:
        if len(unknowns) > 1 or constraints:
            raise
        other = _by_couplings(f, unknowns[0], gradients[0], work, nodes)
        if other is None:
            raise error
        if isinstance(other, Stationarity):
            return replace(other, also=_factors(gradients, unknowns, work))
        branches = [State(((unknowns[0], one),)) for one in other]
    if not constraints and len(unknowns) == 1:
        branches = [_by_residual(f, b, work) for b in branches]
    roots = [r for b in branches if (r := question.root(b, gradients)) is not None]
    if not roots:
        wrong = "the solution that was found does not pass its numerical check"
        why = wrong if question.failed else f"no admissible solution was found for {_names(unknowns)}"
        raise refuse(why, gradients[0])
    whole = Stationarity(f, tuple(unknowns), (*gradients, *constraints), tuple(constraints), multipliers, tuple(roots))
    by_entry = len(roots) > 1 and len(unknowns) == 1 and not unknowns[0].is_scalar and not (constraints or other)
    also = () if constraints else _factors(gradients, unknowns, work)
    return replace(whole, also=also, by_entry=by_entry, dropped=question.failed)


def _factors(gradients: Sequence[Expr], unknowns: Sequence[Expr], work: Work) -> tuple[Expr, ...]:
    """The numbers before a gradient that may be 0."""
    found: dict[Expr, None] = {}
    for g in gradients:
        for e in g.args[:-1] if g.op == "prod" and not g.is_scalar else ():
            is_divisor = e.op == "pow" and e.args[1].op == "num" and e.args[1].data < 0
            if any(depends(e, x) for x in unknowns) and not is_divisor and sign(e, work.book) not in (2, -2):
                found.setdefault(e)
    return tuple(found)


def _of_diagonal(f: Expr, x: Expr, constraints: Sequence[Expr], book: RuleBook,
                 nodes: Mapping[str, Expr]) -> Stationarity:  # fmt: skip
    """The stationary points by a diagonal matrix, from those by the vector on its diagonal."""
    names = Work(book, f, {*nodes, *f.free, *(n for h in constraints for n in h.free)})
    v = var(names.fresh("d", "q"), (x.shape[0], ONE), frozenset(x.data[2]) & {"positive"})
    put = {x: apply("diag", v)}
    rest = {n: e for n, e in nodes.items() if e is not x}
    found = stationary_points(substitute(f, put), (v,), [substitute(h, put) for h in constraints], book, rest)
    roots = tuple(replace(r, values=((x, names.short(apply("diag", r.values[0][1]))),)) for r in found.roots)
    return replace(found, source=f, unknowns=(x,), roots=roots)


def _systems(equations: Sequence[tuple[Expr, Expr]], work: Work) -> list[State]:
    """All solutions of several equations in numbers; none if they are something else."""
    if len(equations) < 2:
        return []
    found = solve_system([e for _, e in equations], [x for x, _ in equations], work)
    return [State(tuple((x, Found(x, v)) for x, v in values.items())) for values in found or ()]


def by_spectrum(f: Expr, x: Expr, constraints: Sequence[Expr], work: Work,
                nodes: Mapping[str, Expr]) -> Stationarity | None:  # fmt: skip
    """Eigenvectors and polar factors, where the constraint is quadratic; None if it is not, or if f has others."""
    if "orthogonal" in tied(x, work.book) and not constraints:
        free = var(x.data[0], x.shape, frozenset(x.data[2]) - {"orthogonal"}, x.data[1])
        f, x, q = substitute(f, {x: free}), free, Quadric(eye(x.shape[0]), None)
    else:
        found = quadric(constraints[0], x, work) if constraints else None
        if found is None:
            return None
        q = found
    if x.shape[1] is not ONE:
        points = on_manifold(f, x, q, work, {**nodes, x.data[0]: x})
        multiplier = var(work.fresh("Lambda"), (x.shape[1], x.shape[1]))
        g = work.short(add(gradient(f, x, work)[0], mm(q.metric, x, multiplier)))
        if isinstance(points, Eigenproblem):
            return Stationarity(f, (x,), (g,), tuple(constraints), (multiplier,), (), points)
        listed = tuple(Root(((x, p.value),), (), (p.needs,), None, p.kind) for p in points)
        return Stationarity(f, (x,), (g,), tuple(constraints), (multiplier,), listed)
    multiplier = var(work.fresh("lambda", "nu"), constraints[0].shape)
    g = gradient(add(f, prod(multiplier, constraints[0])), x, work)[0]
    problem = eigenproblem(g, x, (multiplier,), work)
    if problem is None:
        work.taken.discard(multiplier.data[0])
        return None
    shown = named(problem, Field(f, x, q.metric, q.radius, nodes, work.book), work)
    return Stationarity(f, (x,), (g,), tuple(constraints), (multiplier,), (), shown)


def _by_couplings(f: Expr, x: Expr, g: Expr, work: Work,
                  nodes: Mapping[str, Expr]) -> list[Found] | Stationarity | None:  # fmt: skip
    """Solutions along one direction, or an eigenproblem, of an equation with numbers that depend on x."""
    found = along_direction(g, f, x, work)
    if found is not None:
        return found
    problem = eigenproblem(g, x, (), work)
    if problem is None:
        return None
    shown = named(problem, Field(f, x, None, None, nodes, work.book), work)
    return Stationarity(f, (x,), (g,), (), (), (), shown)


_LEAST = Kind("minimum", "the residual is 0 there")


def _by_residual(f: Expr, state: State, work: Work) -> State:
    """Where a residual can be made 0, the solution of that equation in place of one for vec(X)."""
    x, found = state.solved[0]
    core = split_number(f)[1]
    if found.target is x or core.op != "pow" or core.args[0].op != "norm" or core.args[1] is not num(2):
        return state
    residual = core.args[0].args[0]
    pair = affine(residual, x, work) if residual.shape == x.shape and not tied(x, work.book) else None
    direct = solve_affine(*pair, x, work) if pair is not None else None
    return state if direct is None or direct.target is not x else State(((x, direct),), kind=_LEAST)


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
    apart = work.short(scalars_apart(add(*work.terms(g))))
    several = solve_entrywise(g, x, work) or solve_entrywise(bare(apart), x, work)
    if several:
        return several
    raise refuse(f"no closed form is known for {x}", work.short(scalars_apart(g)))


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
    failed: int = 0  # branches at which slopes do not vanish

    def root(self, state: State, gradients: Sequence[Expr]) -> Root | None:
        """A branch with its values put into each other, if numbers agree; None if it is nowhere admissible."""
        values: dict[Expr, Expr] = {}
        targets: dict[Expr, Expr] = {}
        stated: list[Condition] = []
        for x, found in reversed(state.solved):
            values[x] = tidied(self.work.short(substitute(found.value, values)), x, self.work)
            targets[x] = found.target
            stated += [(p, tuple(substitute(a, values) for a in args)) for p, args in found.conditions]
        whole = {x: v for x, v in values.items() if targets[x] is x}
        if len(whole) == len(values):
            stated += [(p, tuple(substitute(a, whole) for a in args)) for p, args in self.taken]
        stated += [c for v in values.values() for c in domain(v)]
        conditions = self.work.conditions(tuple(stated))
        if any(not _possible(c) for c in conditions):
            return None
        conditions = tuple(c for c in conditions if c[1][0].free)
        order = [*self.unknowns, *self.multipliers]
        listed = tuple((x, values[x], targets[x] is not x) for x in order)
        point = Point(self.lagrangian, self.constraints, self.unknowns, listed, conditions, self.nodes)
        try:
            seen = look(point, self.work.book)
        except EvaluationError:
            general = state.solved[0][1].general
            if len(state.solved) > 1 or general is None:
                return None
            x = state.solved[0][0]
            return self.root(State(((x, Found(x, general)),)), gradients)  # where the matrix is never invertible
        if not seen.stationary:  # a root that squaring brought in, or a mistake
            self.failed += 1
            return None
        kind = state.kind or self.kind(gradients, values, seen, whole, conditions)
        general = state.solved[0][1].general if len(state.solved) == 1 else None
        pairs = tuple((targets[x], values[x]) for x in self.unknowns)
        return Root(pairs, tuple((m, values[m]) for m in self.multipliers), conditions, general, kind)

    def kind(self, gradients: Sequence[Expr], values: dict[Expr, Expr], seen: Seen, whole: dict[Expr, Expr],
             stated: Sequence[Condition]) -> Kind:  # fmt: skip
        """The kind of the point; of several unknowns what numbers show, unless they are numbers alone."""
        if len(self.unknowns) > 1 and not self.constraints:
            known = kind_of_numbers(self.lagrangian, self.unknowns, values, self.work)
            if known is not None:
                return known
        h = hessian_of(gradients[0], self.unknowns[0], self.work) if len(self.unknowns) == 1 else None
        return kind_of(h, whole, seen, self.work, stated, bool(self.constraints))


def _possible(c: Condition) -> bool:
    """Whether a condition without parameters holds; one with parameters may."""
    prop, args = c
    e = args[0]
    if e.free:
        return True
    if e.op == "zeros" or (e.op == "num" and not e.data):
        return prop == "nonnegative"
    return e.op != "num" or prop not in ("positive", "nonnegative") or e.data > 0


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
