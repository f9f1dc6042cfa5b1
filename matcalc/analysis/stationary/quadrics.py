"""Points with X'*B*X = I and vectors with x'*B*x = c: eigenvectors of quadratic forms, polar factors of linear ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from ...rulebook.reader import Condition
from ...terms.expression import Expr, add, apply, eye, mm, neg, num, prod, t, var, zeros
from ...terms.rebuild import transform
from ...terms.shapes import ONE
from .affine import affine, over, split_number
from .couplings import Eigenproblem
from .kinds import Kind
from .spectra import Field, spectrum
from .work import Work, depends, refuse


@dataclass(frozen=True)
class Quadric:
    """The points x with x'*B*x = c, or with X'*B*X = I."""

    metric: Expr
    radius: Expr | None  # c; None for a matrix


def quadric(h: Expr, x: Expr, work: Work) -> Quadric | None:
    """A constraint as x'*B*x - c or X'*B*X - I; None if it is something else."""
    terms = work.terms(h)
    with_x = [e for e in terms if depends(e, x)]
    if len(with_x) != 1:
        return None
    number, core = split_number(with_x[0])
    if core.op == "pow" and core.args[0] is apply("norm", x) and core.args[1] is num(2):
        core = mm(t(x), x) if x.shape[1] is ONE else core
    if core.op != "mm" or core.args[0] is not t(x) or core.args[-1] is not x:
        return None
    inner = core.args[1:-1]
    if any(depends(a, x) for a in inner):
        return None
    metric = mm(*inner) if inner else eye(x.shape[0])
    others = [e for e in terms if e is not with_x[0]]
    rest = work.short(prod(num(over(-number)), add(*others) if others else zeros(h.shape)))
    if x.shape[1] is ONE:
        return Quadric(metric, rest)
    return Quadric(metric, None) if rest.op == "eye" else None


def reduced(f: Expr, x: Expr, work: Work) -> Expr:
    """An expression with X'*X = I put in, where it stands in traces and norms."""
    gram = eye(x.shape[1])

    def squares(e: Expr) -> Expr:
        if e.op == "pow" and e.args[0].op == "norm" and e.args[1] is num(2) and depends(e, x):
            inner = e.args[0].args[0]
            return add(*(apply("tr", term) if not term.is_scalar else term for term in work.terms(mm(t(inner), inner))))
        return e

    def traces(e: Expr) -> Expr:
        if e.op != "tr":
            return e
        scalars, core = (e.args[0].args[:-1], e.args[0].args[-1]) if e.args[0].op == "prod" else ((), e.args[0])
        factors = _without_grams(list(core.args), x) if core.op == "mm" else [core]
        return prod(*scalars, apply("tr", mm(*factors) if factors else gram))

    return work.short(transform(work.normal(transform(f, squares)), traces))


def _without_grams(factors: list[Expr], x: Expr) -> list[Expr]:
    """The factors of a trace without each X'*X, also where it stands around the end; none if nothing else is left."""
    i = 0
    while i < len(factors):
        after = (i + 1) % len(factors)
        if factors[i] is t(x) and factors[after] is x:
            factors = [a for k, a in enumerate(factors) if k not in (i, after)]
            i = 0
        else:
            i += 1
    return factors


@dataclass(frozen=True)
class Forms:
    """A gradient on X'*B*X = I as M*X + C, where what is X times a symmetric matrix has gone."""

    m: Expr | None
    c: Expr | None


def forms(f: Expr, x: Expr, q: Quadric, work: Work) -> Forms | None:
    """The quadratic and the linear part of f that count on the manifold; None if there is more."""
    pair = affine(work.derivative(f, x).expr, x, work)
    if pair is None:
        return None
    is_eye, rows, columns = q.metric.op == "eye", eye(x.shape[0]), eye(x.shape[1])
    left: list[Expr] = []
    for term in work.terms(pair[0]):
        scalars, core = (term.args[:-1], term.args[-1]) if term.op == "prod" else ((), term)
        if core.op == "zeros" or (core.op == "eye" and is_eye):
            continue
        if core.op == "eye":
            left.append(prod(*scalars, rows))
        elif core.op == "kron" and core.args[0] is columns:
            left.append(prod(*scalars, core.args[1]))
        elif core.op == "kron" and core.args[1] is rows and is_eye and work.facts.holds("symmetric", core.args[0]):
            continue
        else:
            return None
    c = work.short(neg(pair[1]))
    m = work.short(add(*left)) if left else None
    if m is not None and is_eye and x.shape[0] is x.shape[1] and work.facts.holds("symmetric", m):
        m = None  # X*(X'*M*X) is X times a symmetric matrix
    return Forms(m, None if c.op == "zeros" else c)


def on_manifold(f: Expr, x: Expr, q: Quadric, work: Work, nodes: Mapping[str, Expr]) -> Eigenproblem | list[Polar]:
    """The stationary points of f on X'*B*X = I; StationaryError if they have no name."""
    body = reduced(f, x, work) if q.metric.op == "eye" else f
    found = forms(body, x, q, work)
    if found is not None and found.m is not None and found.c is None:
        if split_number(found.m)[1] is q.metric:
            raise refuse(f"every {x} on the constraint is stationary: f is constant there")
        multiplier = var(work.fresh("L"), (x.shape[1], x.shape[1]))
        problem = Eigenproblem(x, work.short(prod(num(Fraction(1, 2)), found.m)), q.metric, multiplier)
        return named(problem, Field(f, x, q.metric, q.radius, nodes, work.book), work)
    if found is not None and found.m is None and found.c is None:
        raise refuse(f"every {x} on the constraint is stationary: f is constant there")
    if found is not None and found.m is None and found.c is not None:
        return polar_factors(found.c, q, work, Field(f, x, q.metric, q.radius, nodes, work.book))
    raise refuse(f"no closed form is known for {x} on this constraint", work.short(work.derivative(body, x).expr))


@dataclass(frozen=True)
class Polar:
    """A point that is a polar factor, with what it needs."""

    value: Expr
    needs: Condition
    kind: Kind


def polar_factors(c: Expr, q: Quadric, work: Work, field: Field) -> list[Polar]:
    """The least and the greatest point of a linear form <C, X>: -polar(C) and polar(C)."""
    number, core = split_number(c)
    needs: Condition = ("invertible" if core.shape[0] is core.shape[1] else "full_rank", (core,))
    if q.metric.op == "eye":
        factor = apply("polar", core)
    else:
        root = apply("inv", apply("sqrtm", q.metric))
        factor = mm(root, apply("polar", mm(root, core)))
    out = []
    reason = f"on the constraint f is the inner product with {c} and a constant"
    for side, name in ((-1, "minimum"), (1, "maximum")):
        value = work.short(prod(num(side if number > 0 else -side), factor))
        out.append(Polar(value, needs, Kind(name, reason)))
    for p, side in zip(out, (1, -1), strict=True):
        if not _extreme(p.value, side, field):
            raise refuse(f"the solution {p.value} does not pass its numerical check")
    return out


def _extreme(value: Expr, side: int, field: Field) -> bool:
    """Whether a point is stationary, and below (side 1) or above (side -1) all random ones."""
    for sample, rng in field.samples(value):
        at = field.number(value, sample.values)
        if at.shape[0] < at.shape[1]:
            continue
        here = field.value(at, sample.values)
        if not field.is_stationary(at, sample.values, rng):
            return False
        if any(side * (other - here) < -1e-9 for other in field.others(at.shape, sample.values, rng)):
            return False
    return True


def named(problem: Eigenproblem, field: Field, work: Work) -> Eigenproblem:
    """An eigenproblem with its value and the kinds of its points, as far as numbers agree."""
    if split_number(problem.left)[0] < 0:
        problem = replace(problem, left=work.short(neg(problem.left)))
    seen = spectrum(field, problem.left, problem.right)
    if not seen.right or not seen.samples:
        raise refuse("the eigenproblem that was found does not pass its numerical check", problem.left)
    whole = problem.x.shape[1] is ONE
    value = kind = ""
    if seen.slope:
        what = f"{problem.name}" if whole else f"tr({problem.name}), the sum of the eigenvalues"
        value = what if not seen.offset and abs(seen.slope - 1) < 1e-5 else ""
        symmetric = work.facts.holds("symmetric", problem.left) and (
            problem.right.op == "eye" or work.facts.holds("spd", problem.right)
        )
        if symmetric and seen.bounded:
            ends = ("smallest", "largest") if seen.slope > 0 else ("largest", "smallest")
            many = "eigenvalue" if whole else "eigenvalues"
            kind = f"minimum at the {ends[0]} {many}, maximum at the {ends[1]}, saddle points between"
    return replace(problem, value=value, kind=kind)
