"""Forward and reverse accumulation from the one table of differentials."""

from __future__ import annotations

from ..rulebook.book import RuleBook
from ..rulebook.patterns import instantiate, is_pattern_variable, pattern_variable
from ..rulebook.reader import Rule
from ..terms.errors import NoDerivativeError
from ..terms.expression import Expr, add, apply, einsum, had, kernel, mm, num, prod, sub, t, zeros
from ..terms.rebuild import opened, rebuild, series
from ..terms.signatures import known as operation_of
from ..terms.signatures import operation
from ..terms.walks import postorder
from .abstract import partial
from .differentials import Application, adjoint, apply_differential, differentials, pull_into
from .index.notation import pull_tensor
from .record import Trace


def _note(trace: Trace, application: Application, e: Expr) -> None:
    """Write down the rule that was applied to a node, and what it assumes there."""
    rule = application.differential.rule
    trace.applied.append((rule, e))
    whole = _whole_exponent(e)
    for prop, arguments in rule.conditions:
        if prop == "positive" and whole is not None:  # x^3 asks nothing of x, and x^-1 that it is not 0
            if whole > 0:
                continue
            prop = "nonzero"
        got = tuple(instantiate(a, application.env, application.dims) for a in arguments)
        if prop == "integer" and any(x.op == "counter" for a in got for x in postorder(a)):
            continue
        trace.assume(prop, got)
        if prop == "nonzero" and e.is_elementwise:
            trace.nowhere_zero[got[0]] = None
        elif prop == "distinct" and len(got) == 2:
            trace.nowhere_zero[sub(*got)] = None


def _whole_exponent(e: Expr) -> int | None:
    """The exponent of a power, if it is a whole number."""
    if e.op in ("pow", "epow") and e.args[1].op == "num" and isinstance(e.args[1].data, int):
        return e.args[1].data
    return None


_LEIBNIZ = {"add", "prod", "mm", "had"}  # n-ary: their binary rule holds for each argument in turn


def depends(e: Expr, x: Expr) -> bool:
    """Whether the variable occurs."""
    return x.data[0] in e.free


def differential(root: Expr, x: Expr, dx: Expr, trace: Trace) -> Expr | None:
    """The differential of an expression when x has the differential dx; None if x does not occur.

    Work and size grow linearly with the expression as a graph with shared parts.
    """
    done: dict[Expr, Expr] = {}
    name = x.data[0]
    trace.begin("forward accumulation", root)
    for e in postorder(root):
        if name not in e.free:
            continue
        if e is x:
            done[e] = dx
        else:
            done[e] = push(e, done, name, trace)
            trace.record(e, None, [(e, done[e])])
    trace.end(done.get(root, root))
    return done.get(root)


def push(e: Expr, done: dict[Expr, Expr], name: str, trace: Trace) -> Expr:
    """The differential of a node from those of its arguments, which `done` has where they depend on the variable."""
    op, args = e.op, e.args
    if op in _LEIBNIZ or op in ("array", "einsum"):
        if op in _LEIBNIZ:
            trace.applied.append((leibniz_rule(op, trace.book), e))
        if op == "array":
            return rebuild(e, tuple(done[a] if a in done else zeros(a.shape) for a in args))
        terms = []
        for i, a in enumerate(args):
            if name in a.free:
                d = done[a]
                if op == "add":
                    terms.append(d)
                elif op == "mm":
                    terms.append(mm(*args[:i], d, *args[i + 1 :]))
                elif op == "had":
                    terms.append(had(*args[:i], d, *args[i + 1 :]))
                elif op == "prod":
                    rest = args[:i] + args[i + 1 :]
                    terms.append(prod(d, *rest) if d.is_scalar else prod(*rest, d))
                else:
                    terms.append(rebuild(e, (*args[:i], d, *args[i + 1 :])))
        return add(*terms)
    if op == "index":
        return rebuild(e, (done[args[0]],))
    if op == "series":
        _fixed_limits(e, name)
        return rebuild(e, (done[args[0]], *args[1:]))
    if op == "kernel":
        return _push_kernel(e, done, trace.book)
    if op == "call":
        parts = [(partial(e, i), a) for i, a in enumerate(args) if a in done]
        return add(*(mm(j, _column(done[a])) for j, a in parts))
    application = apply_differential(e, trace.book)
    _note(trace, application, e)
    _complete(application, e, name)
    terms = []
    for v in application.differential.terms:
        got = application.env[v]
        if got in done:
            terms.append(application.forward(v, done[got]))
    return add(*terms) if terms else prod(num(0), e)


def _push_kernel(e: Expr, done: dict[Expr, Expr], book: RuleBook) -> Expr:
    """The differential of a kernel: that of its operation, with the directions left out on both sides."""
    op = operation(e.data)
    assert op is not None
    n = len(e.args)
    directions = tuple(pattern_variable(f"E{k}", s) for k, s in enumerate(op.arguments[n:]))
    shaped = tuple(pattern_variable(f"X{k}", a.shape) for k, a in enumerate(e.args))
    whole = apply(e.data, *shaped, *(pattern_variable(v.data[0], shaped[0].shape) for v in directions))
    application = apply_differential(whole, book)
    terms = []
    for v, term in application.differential.terms.items():
        at = next((k for k, x in enumerate(shaped) if application.env[v] is x), None)
        if at is None or e.args[at] not in done:
            continue
        if term.args[-1].op != "d" or term.args[:-1] != application.differential.rule.lhs.args:
            raise NoDerivativeError(f"the derivative of {e} has no name")
        k2 = kernel(term.op, *e.args)
        axes = tuple((i,) for i in range(len(k2.shape)))
        terms.append(einsum((k2, done[e.args[at]]), (axes, axes[-2:]), axes[:-2], e.shape))
    return add(*terms)


def _fixed_limits(e: Expr, name: str) -> None:
    """Refuse a finite sum whose limits depend on the variable."""
    if any(name in a.free for a in e.args[1:]):
        raise NoDerivativeError(f"a sum whose limits depend on {name} has no derivative by it")


def _complete(application: Application, e: Expr, name: str) -> None:
    """Refuse an argument on which a node depends and for which its differential has no term."""
    known = {application.env[v] for v in application.differential.terms}
    for x in application.env.values():
        if name in x.free and x not in known:
            shown = e if e.cost < 60 else e.op
            raise NoDerivativeError(f"{shown} has no derivative by {name}: {x} stands for an integer")


def _column(d: Expr) -> Expr:
    """The differential of an argument as a column: matrices by their columns, one below the other."""
    if d.is_scalar or d.shape[1].value == 1:
        return d
    return t(d) if d.shape[0].value == 1 else apply("vec", d)


def leibniz_rule(op: str, book: RuleBook) -> Rule:
    """The binary product or sum rule of an n-ary operation."""
    return next(d.rule for d in differentials(op, book) if all(is_pattern_variable(a) for a in d.rule.lhs.args))


def gradient(root: Expr, x: Expr, trace: Trace, start: Expr | None = None) -> Expr | None:
    """The gradient of a scalar expression by x, of the shape of x, by reverse accumulation; None if x does not occur.

    With `start`, the cotangent of an array, it is the gradient of <start, root>.

    Each node is visited once, so the work is linear in the graph.
    """
    name = x.data[0]
    if name not in root.free:
        return None
    trace.begin("reverse accumulation", root)
    order = [e for e in postorder(root) if name in e.free]
    cotangents: dict[Expr, list[tuple[int, int, Expr]]] = {root: [(0, 0, num(1) if start is None else start)]}
    for place in reversed(range(len(order))):
        e = order[place]
        got = cotangents.pop(e, None)
        if got is None:
            continue
        g = add(*(part for _, _, part in sorted(got, key=lambda p: p[:2])))  # in the order of the expression
        if e is x:
            trace.end(g)
            return g
        adjoints: list[Rule] = []
        results = _pull_node(e, g, x, trace, adjoints)
        trace.record(e, g, results, adjoints)
        for slot, (child, pulled) in enumerate(results):
            cotangents.setdefault(child, []).append((place, slot, pulled))
    return None


def _without_adjoint(e: Expr, book: RuleBook) -> bool:
    """Whether a node is linear in its one argument and no rule states its transpose."""
    known = operation_of(e)
    return known is not None and len(e.args) == known.traits.linear == 1 and adjoint(e.op, 0, book) is None


def _pull_series(e: Expr, g: Expr, x: Expr, trace: Trace) -> tuple[Expr, Expr]:
    """The pullback through a finite sum, all the way to the variable: the sum of those of its terms."""
    _fixed_limits(e, x.data[0])
    body, index = opened(e)
    pulled = gradient(body, x, trace, g)
    assert pulled is not None
    return x, series(pulled, index, *e.args[1:])


def _pull_node(e: Expr, g: Expr, x: Expr, trace: Trace, used: list[Rule]) -> list[tuple[Expr, Expr]]:
    """What each argument receives from the cotangent of a node; `used` gets the adjoints by which it does."""
    op, args, name = e.op, e.args, x.data[0]
    if op in _LEIBNIZ:
        trace.applied.append((leibniz_rule(op, trace.book), e))
        return [(a, pull_into(e, i, g, trace.book, used)) for i, a in enumerate(args) if name in a.free]
    if op in ("index", "array", "einsum", "call", "kron", "vec") or _without_adjoint(e, trace.book):
        if op not in ("index", "array", "einsum", "call"):
            _note(trace, apply_differential(e, trace.book), e)
        return [(a, pull_tensor(e, i, g)) for i, a in enumerate(args) if name in a.free]
    if op == "series":
        return [_pull_series(e, g, x, trace)]
    application = apply_differential(e, trace.book)
    _complete(application, e, name)
    _note(trace, application, e)
    reached = [v for v in application.differential.terms if name in application.env[v].free]
    results = [(application.env[v], application.backward(v, g)) for v in reached]
    used += [rule for v in reached for rule in application.differential.adjoints[v]]
    return results
