"""Expectations in closed form: moments of normal variables, and what holds under every law.

An expectation is an operation with the body, the random variable and the parameters of its law as arguments. What has
no closed form stays, with sums taken apart and constants in front.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from ..calculus.derive import derive, second
from ..certificate.certify import Certificate
from ..language.expectations import EXPECTATIONS
from ..rulebook.book import RuleBook
from ..rulebook.patterns import instantiate
from ..rulebook.reader import Rule
from ..simplification.expansion import expanded
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, add, apply, had, mm, num, prod, t
from ..terms.rebuild import rebuild, substitute, transform
from ..terms.shapes import ONE
from ..terms.walks import fold, postorder, variables
from .formula import fresh, shortest, weakest
from .polynomials import degree
from .quadrature import check

MOST = 6  # the highest degree of a polynomial whose moments are written out


class Moments(NamedTuple):
    """An expression without the expectations that have a closed form, and what was compared."""

    expr: Expr
    certificate: Certificate
    remarks: tuple[str, ...]


class Law(NamedTuple):
    """A random variable with its law, as it stands in an expectation: mean and covariance are None if unknown."""

    kind: str
    x: Expr
    mean: Expr | None
    spread: Expr | None
    node: Expr

    def of(self, body: Expr) -> Expr:
        """The expectation of a body."""
        return rebuild(self.node, (body, *self.node.args[1:]))


def moves(e: Expr, x: Expr) -> bool:
    """Whether an expression depends on the value of a random variable: one that is integrated over does not count."""
    name = x.data[0]
    if name not in e.free:
        return False
    found: dict[Expr, bool] = {}
    for a in postorder(e):
        if a.op in EXPECTATIONS and a.args[1] is x:
            found[a] = any(found[b] for b in a.args[2:])
        else:
            found[a] = a is x or any(found[b] for b in a.args)
    return found[e]


def law_of(e: Expr) -> Law:
    """The law of an expectation."""
    _, x, *parameters = e.args
    mean, spread = parameters or (None, None)
    return Law(e.op.removeprefix("expect"), x, mean, spread, e)


def resolved(root: Expr, book: RuleBook) -> Moments:
    """The closed forms of the expectations in an expression, the innermost first.

    Each is compared with exact sums of the law at random points before it is handed out.
    """
    checks: list[Certificate] = []
    remarks: dict[str, None] = {}

    def step(e: Expr, args: tuple[Expr, ...]) -> Expr:
        new = rebuild(e, args)
        if new.op not in EXPECTATIONS:
            return new
        law = law_of(new)
        if law.x.op != "var":
            raise MatcalcError(f"an expectation is over a variable, not over {law.x}")
        found = _value(new.args[0], law, book)
        if found is new:
            return new
        checks.append(check(new, found, book))
        return found

    value = fold(root, step, lambda e: e.args)[root]
    if value is not root:
        value = tidied(value, next(iter(variables(root).values())), book)
    outside = _outside(value)
    if outside:
        raise MatcalcError(f"{', '.join(outside)} is random, and stands outside of an expectation too")
    return Moments(value, weakest(*checks), tuple(remarks))


def tidied(e: Expr, x: Expr, book: RuleBook) -> Expr:
    """The shorter of an expression and of it with the traces of sums taken apart, both simplified."""
    e = transform(e, _norm_of_zeros)
    found = [shortest(e, e, x, book)]
    apart = transform(e, _trace_of_terms)
    if apart is not e:
        found.append(shortest(apart, e, x, book))
    return min(found, key=lambda e: e.cost)


def _norm_of_zeros(e: Expr) -> Expr:
    return num(0) if e.op == "norm" and e.args[0].op == "zeros" else e


def _trace_of_terms(e: Expr) -> Expr:
    """tr((A + B)*C) as tr(A*C) + tr(B*C)."""
    if e.op == "sum" and e.args[0].op == "had" and len(e.args[0].args) == 2 and e.args[0].shape[1] is not ONE:
        a, b = e.args[0].args
        e = apply("tr", mm(t(a), b))
    if e.op != "tr":
        return e
    wide = expanded(e.args[0])
    if wide is None or wide.op != "add":
        return e
    return add(*(_out(term) for term in wide.args))


def _out(term: Expr) -> Expr:
    """The trace of a term, its scalars in front."""
    if term.op == "prod":
        return prod(*term.args[:-1], apply("tr", term.args[-1]))
    return apply("tr", term)


def _outside(root: Expr) -> list[str]:
    """Random variables that stand outside of their expectations."""
    random = {e.args[1] for e in postorder(root) if e.op in EXPECTATIONS}
    if not random:
        return []
    free: dict[Expr, frozenset[Expr]] = {}
    none: frozenset[Expr] = frozenset()
    for e in postorder(root):
        if e in random:
            free[e] = frozenset((e,))
        elif e.op in EXPECTATIONS:
            free[e] = (free[e.args[0]] - {e.args[1]}).union(*(free[a] for a in e.args[2:]))
        else:
            free[e] = none.union(*(free[a] for a in e.args)) if e.args else none
    return sorted(v.data[0] for v in free[root])


# --- one expectation --------------------------------------------------------------------------------------------


def _value(body: Expr, law: Law, book: RuleBook) -> Expr:
    """The closed form of an expectation, or what is left of it."""
    if not moves(body, law.x):
        return body
    found = _closed(body, law, book)
    if found is not None:
        return found
    parts = [_term(b, law, book) for b in _terms(body)]
    return add(*parts) if len(parts) > 1 else parts[0]


def _closed(body: Expr, law: Law, book: RuleBook) -> Expr | None:
    """A closed form of the whole; None if none is known."""
    if not moves(body, law.x):
        return body
    if law.mean is None:
        return None
    n = degree(body, law.x)
    highest = MOST if law.kind == "normal" else 2
    if n is not None and n <= highest:
        return _polynomial(body, law, n, book)
    if law.kind == "normal":
        return _tilted(body, law, book) or _entrywise(body, law, book)
    return None


def _polynomial(body: Expr, law: Law, n: int, book: RuleBook) -> Expr:
    """The moments of a polynomial: f(m) + L f(m) + L L f(m)/2 + ..., L f = sum(S .* H)/2, H the Hessian of f."""
    x, mean, spread = law.x, law.mean, law.spread
    assert mean is not None and spread is not None
    if n < 2:
        return shortest(substitute(body, {x: mean}), body, x, book)
    if not body.is_scalar:
        c = fresh("C", body.shape, body, mean, spread)
        along = mm(t(c), body) if body.shape[1] is ONE else apply("sum", had(c, body))
        return derive(_polynomial(along, law, n, book), c, "denominator", book=book).expr
    parts, factor, f = [substitute(body, {x: mean})], Fraction(1), body
    for k in range(1, n // 2 + 1):
        h = second(f, x, book=book).expr
        if h.op == "zeros" or (h.op == "num" and not h.data):
            break
        f = prod(num(Fraction(1, 2)), spread, h) if x.is_scalar else prod(
            num(Fraction(1, 2)), apply("tr", mm(spread, h)))  # fmt: skip
        f = tidied(f, x, book)
        factor /= k
        parts.append(prod(num(factor), substitute(f, {x: mean})))
    return tidied(add(*parts), x, book)


def _tilted(body: Expr, law: Law, book: RuleBook) -> Expr | None:
    """E[p(x) exp(a'x + c)] = exp(a'm + c + a'Sa/2) E[p(y)], where y has the mean m + Sa."""
    body = shortest(body, body, law.x, book)
    factors = body.args if body.op == "prod" else (body,)
    powers = {e: a for e in factors if moves(e, law.x) and (a := _exponent(e)) is not None}
    if not powers:
        return None
    exponent = add(*powers.values()) if len(powers) > 1 else next(iter(powers.values()))
    if degree(exponent, law.x) != 1:
        return None
    assert law.mean is not None and law.spread is not None
    a = derive(exponent, law.x, "denominator", book=book).expr
    moved = prod(law.spread, a) if law.x.is_scalar else mm(law.spread, a)
    square = prod(law.spread, a, a) if law.x.is_scalar else mm(t(a), law.spread, a)
    weight = apply("exp", add(substitute(exponent, {law.x: law.mean}), prod(num(Fraction(1, 2)), square)))
    rest = [e for e in factors if e not in powers]
    if not rest:
        return shortest(weight, body, law.x, book)
    inner = _closed(prod(*rest), law._replace(mean=add(law.mean, moved)), book)
    return None if inner is None else shortest(prod(weight, inner), body, law.x, book)


def _exponent(e: Expr) -> Expr | None:
    """The exponent of a scalar that is a power of e; None of another."""
    if not e.is_scalar:
        return None
    if e.op == "exp":
        return e.args[0]
    if e.op == "pow" and e.args[0].op == "exp" and e.args[1].op == "num":
        return prod(e.args[1], e.args[0].args[0])
    return None


def _entrywise(body: Expr, law: Law, book: RuleBook) -> Expr | None:
    """An elementwise function of what is linear in x: each entry is one normal variable (rules/expectations.rules)."""
    if body.op == "max" and any(a.op == "zeros" or a is num(0) for a in body.args):
        body = apply("relu", next(a for a in body.args if a.op != "zeros" and a is not num(0)))
    rule = book.view(_moments).get(body.op)
    if rule is None or degree(body.args[0], law.x) != 1:
        return None
    inner = body.args[0]
    assert law.mean is not None and law.spread is not None
    mean = substitute(inner, {law.x: law.mean})
    if inner.is_scalar or law.x.is_scalar:
        a = derive(inner, law.x, "denominator" if inner.is_scalar else "numerator", book=book).expr
        if law.x.is_scalar:
            variance = prod(law.spread, a, a) if inner.is_scalar else prod(law.spread, had(a, a))
        else:
            variance = mm(t(a), law.spread, a)
    elif inner.shape[1] is ONE:
        j = derive(inner, law.x, "numerator", book=book).expr
        variance = apply("diagonal", mm(j, law.spread, t(j)))
    else:
        return None
    env = {rule.names["m"]: mean, rule.names["v"]: variance}
    return shortest(filled(rule.rhs, env, inner), body, law.x, book)


def filled(pattern: Expr, env: dict[Expr, Expr], like: Expr) -> Expr:
    """The value of a rule for arrays of another shape, entry by entry."""
    dims = {n: d for n, d in zip("n", like.shape, strict=False)}
    return instantiate(pattern, env, dims)


def _moments(book: RuleBook) -> dict[str, Rule]:
    return {r.lhs.op: r for r in book.of_kind("moment")}


# --- what holds under every law ---------------------------------------------------------------------------------


def _terms(body: Expr) -> tuple[Expr, ...]:
    return body.args if body.op == "add" else (body,)


def _term(body: Expr, law: Law, book: RuleBook) -> Expr:
    """The expectation of a term: constants in front, linear operations outside."""
    before: list[tuple[str, Expr]] = []
    x = law.x
    while True:
        found = _closed(body, law, book)
        if found is not None:
            if moves(body, law.x):
                check(law.of(body), found, book)
            return _wrapped(found, before)
        if body.op == "prod":
            constant = [a for a in body.args if not moves(a, x)]
            rest = [a for a in body.args if moves(a, x)]
            if constant and (rest[-1] is body.args[-1] or body.is_scalar):
                before.append(("prod", prod(*constant)))
                body = prod(*rest)
                continue
            if constant and not moves(body.args[-1], x) and not body.is_scalar:
                before.append(("times", body.args[-1]))
                body = prod(*body.args[:-1])
                continue
        elif body.op == "mm":
            first = next(i for i, a in enumerate(body.args) if moves(a, x))
            last = next(i for i, a in reversed(list(enumerate(body.args))) if moves(a, x))
            if first or last + 1 < len(body.args):
                if first:
                    before.append(("left", mm(*body.args[:first])))
                if last + 1 < len(body.args):
                    before.append(("right", mm(*body.args[last + 1 :])))
                body = mm(*body.args[first : last + 1]) if last > first else body.args[first]
                continue
        elif body.op in _OUTSIDE:
            before.append((body.op, body))
            body = body.args[0]
            if body.op == "add":
                inner = add(*(_term(b, law, book) for b in body.args))
                return _wrapped(inner, before)
            continue
        elif body.op == "add":
            return _wrapped(add(*(_term(b, law, book) for b in body.args)), before)
        return _wrapped(law.of(body), before)


_OUTSIDE = frozenset(("t", "tr", "sum", "mean", "diag", "diagonal", "vec", "sum_rows", "mean_rows"))


def _wrapped(e: Expr, before: list[tuple[str, Expr]]) -> Expr:
    """What was taken out of an expectation, around it again."""
    for how, part in reversed(before):
        if how == "prod":
            e = prod(part, e)
        elif how == "times":
            e = prod(e, part)
        elif how == "left":
            e = mm(part, e) if not (part.is_scalar or e.is_scalar) else prod(part, e)
        elif how == "right":
            e = mm(e, part) if not (part.is_scalar or e.is_scalar) else prod(e, part)
        else:
            e = rebuild(part, (e,))
    return e
