"""Pattern matching on expressions: products are associative, sums and elementwise products also commutative.

A pattern is an expression whose pattern variables are `var` nodes of kind "pattern". Their dimensions match by
name: `A[m,n]` and `B[n,p]` in one rule must agree on n.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..terms.expression import Expr, add, eye, had, mm, node, num, ones, prod, var, zeros
from ..terms.limits import spend, uncounted
from ..terms.rebuild import rebuild
from ..terms.shapes import SCALAR, Dim, Shape
from ..terms.signatures import is_commutative
from ..terms.walks import postorder

Env = dict[Expr, Expr]  # pattern variable -> what it stands for
Dims = dict[str, Dim]
Match = tuple[Env, Dims]
Partial = tuple[Match, tuple[Expr, ...]]  # a match of some arguments, and those left over

_VALUES = {"ones": 1, "eye": 1, "zeros": 0}
_COMMUTATIVE = {"add": add, "had": had, "prod": prod}
_MINUS = num(-1)


def pattern_variable(name: str, shape: Shape) -> Expr:
    """A variable of a rule."""
    return var(name, shape, (), "pattern")


def is_pattern_variable(e: Expr) -> bool:
    """Whether a node is a variable of a rule."""
    return e.op == "var" and e.data.kind == "pattern"


def match_shape(want: Shape, got: Shape, dims: Dims) -> Dims | None:
    """Match a shape of names against a shape; None if they disagree."""
    if len(want) != len(got):
        return None
    new: Dims | None = None
    for w, g in zip(want, got, strict=True):
        if w is g:
            if not w.names:
                continue
        elif not w.names:
            return None
        if len(w.terms) == 1 and len(w.terms[0][0]) == 1:
            name = w.terms[0][0][0]
            known = (new or dims).get(name)
            if known is None:
                if new is None:
                    new = dict(dims)
                new[name] = g
            elif known is not g:
                return None
        elif w.substitute(new or dims) is not g:
            return None
    return dims if new is None else new


def match(pattern: Expr, e: Expr, env: Env, dims: Dims) -> Iterator[Match]:
    """All ways in which a pattern matches the whole of an expression."""
    if pattern.op == "var":
        if pattern.data.kind != "pattern":
            if pattern is e:
                yield env, dims
            return
        bound = env.get(pattern)
        if bound is not None:
            if bound is e:
                yield env, dims
            return
        new_dims = match_shape(pattern.shape, e.shape, dims)
        if new_dims is not None:
            yield {**env, pattern: e}, new_dims
        return
    if _is_negative(pattern):
        bound = env.get(pattern.args[1])
        if bound is not None and bound.op == e.op == "add":
            if _opposite(bound, e):
                yield env, dims
            return
        e = _turned(e) or e
    if pattern.op != e.op and not (e.op == "num" and pattern.op in _VALUES):
        return
    if not pattern.args:
        if pattern.op in _VALUES:  # their sizes count also where the names of the sizes are those of the rule
            if e.op == pattern.op or e.data == _VALUES[pattern.op]:  # ones of size 1 are 1
                new_dims = match_shape(pattern.shape, e.shape, dims)
                if new_dims is not None:
                    yield env, new_dims
        elif pattern is e:
            yield env, dims
        return
    if pattern.op in _COMMUTATIVE:
        if pattern.op == "prod" and len(e.args) > len(pattern.args):
            yield from _match_scaled(pattern, e, env, dims)
            return
        if len(e.args) != len(pattern.args) and not any(a in env for a in pattern.args):
            return  # each argument of the pattern takes one, but for a variable that is bound to a sum already
        for got, rest in match_some(pattern, e, env, dims):
            if not rest:
                yield got
        return
    if pattern.op == "mm":
        yield from _match_chain(pattern.args, e.args, env, dims)
        return
    if pattern.data != e.data or len(pattern.args) != len(e.args):
        return
    yield from match_each(pattern.args, e.args, env, dims)
    if is_commutative(e) and e.args[0] is not e.args[1]:
        yield from match_each(pattern.args, e.args[::-1], env, dims)


def _is_negative(pattern: Expr) -> bool:
    """Whether a pattern is -A."""
    return pattern.op == "prod" and len(pattern.args) == 2 and pattern.args[0] is _MINUS


def _opposite(a: Expr, b: Expr) -> bool:
    """Whether the terms of one sum are those of another with the other sign: X*w - y and y - X*w."""
    return len(a.args) == len(b.args) and {_negated(x) for x in a.args} == set(b.args)


def _negated(x: Expr) -> Expr:
    if x.op == "num":
        return num(-x.data)
    if x.op != "prod" or x.args[0].op != "num":
        return prod(_MINUS, x)
    return prod(*x.args[1:]) if x.args[0] is _MINUS else prod(num(-x.args[0].data), *x.args[1:])


def _turned(e: Expr) -> Expr | None:
    """A product with a negative number in front as -(the product with the opposite number): -2*A as -(2*A)."""
    if e.op == "num" and e.data < 0:
        return node("prod", (_MINUS, num(-e.data)), None, e.shape)
    if e.op != "prod" or e.args[0].op != "num" or e.args[0].data >= 0 or e.args[0] is _MINUS:
        return None
    return node("prod", (_MINUS, prod(num(-e.args[0].data), *e.args[1:])), None, e.shape)


def _match_scaled(pattern: Expr, e: Expr, env: Env, dims: Dims) -> Iterator[Match]:
    """s*A against a product of several scalars and A: s takes all scalars that are left."""
    scale = next((p for p in pattern.args if is_pattern_variable(p) and p.is_scalar and p not in env), None)
    if scale is None:
        return
    others = tuple(p for p in pattern.args if p is not scale)
    if not others:
        return
    rest_pattern = others[0] if len(others) == 1 else prod(*others)
    candidates = (((x,), x) for x in reversed(e.args)) if len(others) == 1 else ()
    for taken, x in candidates:
        for env1, dims1 in match(rest_pattern, x, env, dims):
            rest = list(e.args)
            rest.remove(taken[0])
            if all(a.is_scalar for a in rest):
                yield {**env1, scale: prod(*rest)}, dims1
    if len(others) > 1:
        for (env1, dims1), left in match_some(rest_pattern, e, env, dims):
            if left and all(a.is_scalar for a in left):
                yield {**env1, scale: prod(*left)}, dims1


def match_each(ps: tuple[Expr, ...], es: tuple[Expr, ...], env: Env, dims: Dims) -> Iterator[Match]:
    """All ways in which patterns match as many expressions, one each."""
    if not ps:
        yield env, dims
        return
    for env1, dims1 in match(ps[0], es[0], env, dims):
        yield from match_each(ps[1:], es[1:], env1, dims1)


_MANY_LOOKS = frozenset(("t", "eye", "ones", "zeros", "num", "prod", "add", "had", "pow"))  # match other operations too


def _match_chain(ps: tuple[Expr, ...], es: tuple[Expr, ...], env: Env, dims: Dims) -> Iterator[Match]:
    """Match a chain of patterns against a whole chain; a pattern variable may take a run of factors."""
    if len(ps) > len(es):
        return
    if len(ps) == 1:
        if len(es) == 1 or is_pattern_variable(ps[0]):
            yield from match(ps[0], mm(*es) if len(es) > 1 else es[0], env, dims)
        return
    longest = len(es) - len(ps) + 1 if is_pattern_variable(ps[0]) else 1
    told = ps[1].op if longest > 1 and ps[1].op not in _MANY_LOOKS and not is_pattern_variable(ps[1]) else None
    for k in range(1, longest + 1):
        if told is not None and es[k].op != told:  # before the run of factors is made: there may be thousands
            continue
        head = es[0] if k == 1 else mm(*es[:k])
        for env1, dims1 in match(ps[0], head, env, dims):
            yield from _match_chain(ps[1:], es[k:], env1, dims1)


def match_runs(ps: tuple[Expr, ...], es: tuple[Expr, ...], starts: Iterable[int]) -> Iterator[tuple[Match, int, int]]:
    """All ways in which patterns match neighbours in a chain, with where they begin and end; `starts` may do at all.

    A variable that stands alone and inside another factor takes as many neighbours as it is a product of:
    `inv(X)*X` is in `inv(A*B)*A*B`.
    """
    for i in starts:
        for got in match_each(ps, es[i : i + len(ps)], {}, {}):
            yield got, i, i + len(ps)
    k = anchor(ps)
    if k is None:
        return
    for i, x in enumerate(es):
        if x.op == ps[k].op and any(a.op == "mm" for a in x.args):
            for env, dims in match(ps[k], x, {}, {}):
                yield from _extended(ps, k, es, i, (env, dims))


def anchor(ps: tuple[Expr, ...]) -> int | None:
    """The first factor that is no variable, if a variable in it stands alone too."""
    k = next((k for k, p in enumerate(ps) if not is_pattern_variable(p)), None)
    return k if k is not None and any(is_pattern_variable(p) and p.data.name in ps[k].free for p in ps) else None


def _extended(ps: tuple[Expr, ...], anchor: int, es: tuple[Expr, ...], at: int, got: Match,
              ) -> Iterator[tuple[Match, int, int]]:  # fmt: skip
    """The match of one pattern at its place, if its neighbours are matched by the neighbours of the pattern."""
    env, dims = got
    sizes = [len(env[p].args) if p in env and env[p].op == "mm" else 1 for p in ps]
    start, stop = at - sum(sizes[:anchor]), at + 1 + sum(sizes[anchor + 1 :])
    if start < 0 or stop > len(es) or all(k == 1 for k in sizes):
        return
    pieces, place = [], start
    for k in sizes:
        pieces.append(es[place] if k == 1 else mm(*es[place : place + k]))
        place += k
    for found in match_each(ps, tuple(pieces), env, dims):
        yield found, start, stop


def match_some(pattern: Expr, e: Expr, env: Env, dims: Dims) -> Iterator[Partial]:
    """Match a commutative pattern against some arguments of e; also yields the arguments left over."""

    def go(ps: tuple[Expr, ...], left: tuple[Expr, ...], env: Env, dims: Dims) -> Iterator[Partial]:
        if not ps:
            yield (env, dims), left
            return
        whole = env.get(ps[0])
        if whole is not None and whole.op == pattern.op:  # what a variable stands for is itself such a sum or product
            remaining = list(left)
            for a in whole.args:
                if a not in remaining:
                    return
                remaining.remove(a)
            yield from go(ps[1:], tuple(remaining), env, dims)
            return
        for i, x in enumerate(left):
            for env1, dims1 in match(ps[0], x, env, dims):
                yield from go(ps[1:], left[:i] + left[i + 1 :], env1, dims1)

    if len(pattern.args) <= len(e.args):
        # composite patterns first: they narrow the search
        order = tuple(sorted(pattern.args, key=lambda p: is_pattern_variable(p) + (p.op == "num") * -1))
        yield from go(order, e.args, env, dims)


@lru_cache(maxsize=4096)
def _parts(template: Expr) -> tuple[Expr, ...]:
    """The parts of a template, arguments first: those of rules are filled in again and again."""
    with uncounted():
        return tuple(postorder(template))


def instantiate(template: Expr, env: Env, dims: Dims) -> Expr:
    """Fill in a template: pattern variables by expressions, dimension names by dimensions."""
    if template in env:
        return env[template]
    done: dict[Expr, Expr] = {}
    plan = _parts(template)
    spend(len(plan))
    for e in plan:
        if e in env:
            done[e] = env[e]
        elif not e.args:
            if e.op in ("eye", "ones", "zeros"):
                shape = tuple([d.substitute(dims) for d in e.shape])
                done[e] = eye(shape[0]) if e.op == "eye" else ones(shape) if e.op == "ones" else zeros(shape)
            else:
                done[e] = e
        else:
            args = tuple([done[a] for a in e.args])
            if args == e.args:
                done[e] = e
            elif e.op in ("mm", "prod"):
                done[e] = product(args)
            else:
                done[e] = rebuild(e, args)
    return done[template]


def product(args: tuple[Expr, ...]) -> Expr:
    """The product of factors of which some may have turned out to be scalars, or arrays."""
    arrays = [a for a in args if a.shape != SCALAR]
    if len(arrays) <= 1:
        return prod(*args)
    out = mm(*arrays)
    scalars = [a for a in args if a.shape == SCALAR]
    return prod(*scalars, out) if scalars else out
