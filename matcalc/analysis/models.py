"""A loss as a function of a model: the splits l(u(x)) of an expression, and the matrices J'HJ that they give."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..calculus.accumulation import depends
from ..calculus.derive import derive, second
from ..calculus.forms import vec_form
from ..calculus.record import Record
from ..numbers.domains import Sampler
from ..numbers.evaluate import evaluate
from ..rulebook.book import RuleBook
from ..simplification.recognition import recognise
from ..terms.errors import EvaluationError, MatcalcError, NoDerivativeError
from ..terms.expression import Expr, add, apply, ediv, had, mm, neg, num, prod, reciprocal, t, zeros
from ..terms.rebuild import substitute
from ..terms.shapes import ONE
from ..terms.walks import postorder
from .formula import certificate_of_record, fresh, same_value, shortest, weakest
from .operators import inverse
from .second_order import Found

POINTS = 24  # at which the Hessian of a loss is looked at


def models(f: Expr, x: Expr) -> Iterator[Expr]:
    """The parts of f through which it depends on x, the deepest first: f is a function of each of them alone.

    >>> from matcalc.language.parse import parse_expression
    >>> f = parse_expression("||tanh(X*w) - y||^2").expr
    >>> w = next(e for e in postorder(f) if e.op == "var" and e.data[0] == "w")
    >>> [str(u) for u in models(f, w)]
    ['X*w', 'tanh(X*w)', 'tanh(X*w) - y', '||tanh(X*w) - y||']
    """
    nodes = [e for e in postorder(f) if depends(e, x)]
    place = {e: k for k, e in enumerate(nodes)}
    reach = 0  # how far up the nodes before this one are used
    last = {e: place[e] for e in nodes}
    for e in nodes:
        for a in e.args:
            if a in place:
                last[a] = max(last[a], place[e])
    for k, e in enumerate(nodes[:-1]):
        if reach <= k and e is not x:  # all that was before is used up here
            yield e
        reach = max(reach, last[e])


def gauss_newton(f: Expr, x: Expr, book: RuleBook, model: Expr | None = None) -> Found:
    """The generalised Gauss-Newton matrix J'HJ of a loss l(u(x)), J of the model u and H the Hessian of l by u.

    Of an array r it is J'J, that of the loss ||r||^2/2. Without a model the loss is as much of f as is convex.
    """
    if not depends(f, x):
        raise MatcalcError(f"{f} does not depend on {x}")
    if not f.is_scalar:
        j = _jacobian(f, x, book)
        found = prod(j.expr, j.expr) if j.expr.is_scalar else mm(t(j.expr), j.expr)
        return _found(found, f, x, book, (j,), ("of half the squared norm of the residual",))
    body = recognise(f, book)
    loss, u, whole = split(f, model) if model is not None else _convex_split(body, x, book)
    if depends(loss, x):
        raise MatcalcError(f"the loss depends on {x} beside the model {model}")
    j, h = _jacobian(u, x, book), _hessian(loss, whole, book)
    found = sandwich(j.expr, substitute(h.expr, {whole: u}))
    return _found(found, f, x, book, (j, h), (f"of the loss {_named(loss, whole)} of the model {whole} = {u}",))


def _named(loss: Expr, u: Expr) -> str:
    return str(loss) if loss.cost < 60 else f"l({u})"


def _found(raw: Expr, f: Expr, x: Expr, book: RuleBook, records: tuple[Record, ...],
           remarks: tuple[str, ...]) -> Found:  # fmt: skip
    found = shortest(raw, f, x, book)
    checks = (same_value(raw, found, book), *map(certificate_of_record, records))
    return Found(found, weakest(*checks), records, remarks)


def split(f: Expr, model: Expr) -> tuple[Expr, Expr, Expr]:
    """The loss as a function of a variable u, the model, and u."""
    u = fresh("u", model.shape, f)
    loss = substitute(f, {model: u})
    if u.data[0] not in loss.free:
        raise MatcalcError(f"the model {model} does not occur in {f} as it is written there")
    return loss, model, u


def _convex_split(f: Expr, x: Expr, book: RuleBook) -> tuple[Expr, Expr, Expr]:
    """The deepest model of which the loss is convex at random points, and not linear."""
    for u in (*models(f, x), x):
        loss, model, whole = split(f, u)
        if depends(loss, x) or loss is whole:
            continue
        try:
            if _is_convex(loss, whole, book):
                return loss, model, whole
        except (NoDerivativeError, EvaluationError):
            continue
    raise MatcalcError("no part of this is a convex loss of a model: give the model, as in model=\"X*w\"")


def _is_convex(loss: Expr, u: Expr, book: RuleBook) -> bool:
    """Whether the Hessian is nowhere negative, and not 0, at random points."""
    h = second(loss, u, book=book)
    if h.expr.op in ("zeros", "num") and not (h.expr.op == "num" and h.expr.data):
        return False
    sampler = Sampler(loss, {**h.nodes, u.data[0]: u}, h.trace.assumptions, book)
    return _is_nonnegative(h, sampler, False) or _is_nonnegative(h, sampler, True)


def _is_nonnegative(h: Record, sampler: Sampler, positive: bool) -> bool:
    """Whether a Hessian has no negative eigenvalue at random points; if asked, those of positive data."""
    rng = np.random.default_rng(0)
    for _ in range(POINTS):
        values = sampler.draw(rng).values
        for n, v in sampler.nodes.items():
            if v is not h.variable and not v.data[2]:  # data of all sizes
                scaled = values[n] * 10 ** rng.uniform(-2, 2)
                values[n] = np.abs(scaled) if positive else scaled
        value = np.asarray(evaluate(h.expr, values, h.nodes, h.book))
        size = math.isqrt(value.size)
        square = value.reshape(size, size)
        if not np.linalg.eigvalsh((square + square.T) / 2).min() > -1e-9 * max(1.0, np.abs(square).max()):
            return False
    return True


def _jacobian(u: Expr, x: Expr, book: RuleBook) -> Record:
    """The Jacobian of vec(u) by vec(x)."""
    d = derive(u, x, "numerator", book=book)
    return vec_form(d) if not x.is_scalar and (len(d.expr.shape) > 2 or not _columns(u, x)) else d


def _columns(u: Expr, x: Expr) -> bool:
    return u.shape[1] is ONE and x.shape[1] is ONE


def _hessian(loss: Expr, u: Expr, book: RuleBook) -> Record:
    """The Hessian of a loss by vec(u)."""
    h = second(loss, u, book=book)
    return vec_form(h) if len(h.expr.shape) > 2 else h


def sandwich(j: Expr, h: Expr) -> Expr:
    """J'HJ."""
    if h.is_scalar:
        return prod(h, j, j) if j.is_scalar else prod(h, mm(t(j), j))
    scalars, body = (j.args[:-1], j.args[-1]) if j.op == "prod" else ((), j)
    if body.op == "kron" and body.args[0].shape[0] is ONE:  # (r ⊗ B)'H(r ⊗ B) = r'r ⊗ B'HB, r a row
        r, b = body.args
        inner = h if b.op == "eye" else mm(t(b), h, b)
        return prod(*scalars, *scalars, apply("kron", mm(t(r), r), inner))
    return mm(t(j), h, j)


# --- Fisher information -----------------------------------------------------------------------------------------


def fisher(f: Expr, x: Expr, y: Expr, book: RuleBook, model: Expr | None = None) -> Found:
    """The expected information of a negative log-likelihood f by x where the observed y has its mean.

    With a model u the score by u is linear in y, and its mean is 0: that gives E[y] as a function of u. The Hessian by
    u is linear in y too, and is taken there: J' E[H] J. Raises a MatcalcError where one of the two is not so.
    """
    if not depends(f, x) or not depends(f, y):
        raise MatcalcError(f"{f} is no likelihood of {x} that depends on {y}")
    body = _by_statistic(recognise(f, book), y, book) if model is None else f
    tried = models(body, x) if model is None else [model]
    for u in (*tried, *((x,) if model is None else ())):
        loss, _, whole = split(body, u)
        if depends(loss, x) or depends(u, y) or loss is whole:
            continue
        mean = _mean(loss, whole, y, book)
        if mean is None:
            continue
        h = _hessian(loss, whole, book)
        if depends(h.expr, y) and not _is_affine(h.expr, y, book):
            continue
        expected = shortest(substitute(h.expr, {y: mean}), substitute(loss, {y: mean}), whole, book)
        j = _jacobian(u, x, book)
        mean = substitute(mean, {whole: u})
        found = sandwich(j.expr, substitute(expected, {whole: u}))
        return _found(found, f, x, book, (j, h), (f"E[{y}] = {shortest(mean, f, x, book)}, at which the score is 0",))
    raise MatcalcError(
        f"the mean of {y} was not found from the score: the score by the model is not linear in {y} entry by entry; "
        "give the negative log-likelihood with its model, as in model=\"X*w\""
    )


def _by_statistic(f: Expr, y: Expr, book: RuleBook) -> Expr:
    """A function that is linear in y as a + sum(y .* b), so that the b stands as one part; others as they are."""
    slope = derive(f, y, "denominator", book=book).expr
    if depends(slope, y):
        return f
    rest = shortest(_without(f, y), f, y, book)
    return add(rest, prod(y, slope) if y.is_scalar else apply("sum", had(y, slope)))


def _mean(loss: Expr, u: Expr, y: Expr, book: RuleBook) -> Expr | None:
    """The y at which the score by u is 0, where that is linear in y entry by entry; None where it is not."""
    if y.shape != u.shape:
        return None
    try:
        score = derive(loss, u, "denominator", book=book).expr
        if not depends(score, y):
            return None
        weight = derive(score, y, "numerator", book=book).expr
    except NoDerivativeError:
        return None
    if depends(weight, y) or len(weight.shape) > 2 or not (y.is_scalar or _columns(y, y)):
        return None
    rest = add(_without(score, y), zeros(score.shape))
    if y.is_scalar:
        raw = neg(prod(rest, reciprocal(weight)))
    elif weight.op == "diag":
        raw = neg(ediv(rest, weight.args[0]))
    else:
        raw = neg(mm(inverse(weight), rest))
    mean = shortest(raw, loss, u, book)
    check = same_value(substitute(score, {y: mean}), zeros(score.shape), book)
    return mean if check else None


def _without(e: Expr, y: Expr) -> Expr:
    """An expression with y = 0."""
    return substitute(e, {y: num(0) if y.is_scalar else zeros(y.shape)})


def _is_affine(e: Expr, y: Expr, book: RuleBook) -> bool:
    """Whether an expression is linear in y: its derivative does not depend on y."""
    return len(e.shape) == 2 and not depends(derive(e, y, "numerator", book=book).expr, y)
