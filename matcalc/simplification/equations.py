"""Equations that a question states, as rewrites of answers: the longer side becomes the shorter one.

Both sides are in normal form, and what follows from an equation by rules/equations.rules holds too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..rulebook.book import RuleBook
from ..rulebook.equations import BookUnder, Equation, Equations
from ..rulebook.patterns import instantiate, match
from ..rulebook.properties import Facts
from ..rulebook.reader import Rule
from ..terms.errors import DeclarationError
from ..terms.expression import Expr, add, mm, num, power, prod, t
from .canonical import coefficient
from .normal import Simplifier

MOST = 60  # equations that are looked at, with those that follow
LABEL = "stated"


def under(book: RuleBook, stated: Iterable[Equation]) -> BookUnder:
    """The book under some equations; DeclarationError where one contradicts those before it.

    >>> from matcalc.terms.expression import apply, as_shape, num, var
    >>> y = var("y", as_shape("n"))
    >>> book = under(RuleBook.default(), [Equation(apply("sum", y), num(1))])
    >>> [str(rule) for rule in book.equations.rules]
    ['sum(y) -> 1']
    """
    stated = tuple(stated)
    rules: list[tuple[Rule, Equation]] = []
    waiting = [(e, e) for e in reversed(stated)]
    seen: set[tuple[Expr, Expr]] = set()
    for _ in range(MOST):
        if not waiting:
            break
        equation, origin = waiting.pop()
        s = _simplifier(book, [r for r, _ in rules])
        left, right = directed(s.run(equation.left), s.run(equation.right), s)
        if left is right or (left, right) in seen:
            continue
        seen.add((left, right))
        if not left.free and not right.free:
            refuse_unequal(left, right, origin, stated)
            continue
        new = [_rule(a, b) for a, b in _forms(left, right, s)]
        waiting += _taken_up(book, rules, new)
        waiting += [(e, origin) for e in _consequences(book, Equation(left, right))]
        rules += [(r, origin) for r in new]
    return BookUnder(book, Equations(stated, tuple(r for r, _ in rules), tuple(e for _, e in rules)))


def _simplifier(book: RuleBook, rules: Iterable[Rule]) -> Simplifier:
    return Simplifier(Facts(book=BookUnder(book, Equations((), tuple(rules))), stated=True))


def _rule(left: Expr, right: Expr) -> Rule:
    return Rule("rewrite", LABEL, left, right, (), "", "where", 0, f"{left} -> {right}", use="simplify")


def refuse_unequal(left: Expr, right: Expr, origin: Equation, stated: tuple[Equation, ...]) -> None:
    """DeclarationError for two numbers that differ; other constants, such as sizes, may be equal."""
    if not (left.op == right.op == "num"):
        return
    before = [str(e) for e in stated[: stated.index(origin)]]
    if not before:
        raise DeclarationError(f"{origin} does not hold")
    raise DeclarationError(f"{origin} contradicts {' and '.join(before)}: then {left} = {right}")


def directed(left: Expr, right: Expr, s: Simplifier) -> tuple[Expr, Expr]:
    """The two sides of an equation, the one that is rewritten first.

    Constants go to the right; of a sum that is equal to a constant, so does what is shorter than its longest term.
    """
    if not left.free:
        left, right = right, left
    if left.op == "add" and not right.free:
        left, right = _longest_term(left, right, s)
    if left.cost < right.cost and right.free:
        left, right = right, left
    k, core = coefficient(left)
    if core is not None and k != 1:
        left, right = core, s.run(prod(power(num(k), num(-1)), right))
    return left, right


def _longest_term(left: Expr, right: Expr, s: Simplifier) -> tuple[Expr, Expr]:
    """A sum that is constant, with its constants on the right; its longest term alone if it is zero then."""
    constant = [a for a in left.args if not a.free]
    moving = [a for a in left.args if a.free]
    if constant:
        right = s.run(add(right, *(prod(num(-1), a) for a in constant)))
        left = s.run(add(*moving)) if len(moving) > 1 else moving[0]
    if left.op != "add" or not (right.op == "zeros" or (right.op == "num" and not right.data)):
        return left, right
    ranked = sorted(left.args, key=lambda a: a.cost)
    top, rest = ranked[-1], [a for a in left.args if a is not ranked[-1]]
    other = s.run(prod(num(-1), add(*rest) if len(rest) > 1 else rest[0]))
    return (top, other) if top.cost > other.cost and top.cost > ranked[-2].cost else (left, right)


def _forms(left: Expr, right: Expr, s: Simplifier) -> Iterator[tuple[Expr, Expr]]:
    """An equation, and it transposed."""
    yield left, right
    if not left.is_scalar:
        turned = s.run(t(left))
        if turned is not left and turned is not t(left):
            yield turned, s.run(t(right))
    elif left.op == "mm":
        back = mm(*(s.transpose(a) for a in reversed(left.args)))
        if back is not left:
            yield back, right


def _consequences(book: RuleBook, e: Equation) -> Iterator[Equation]:
    """What follows from an equation by the rules of the book."""
    for rule in book.of_kind("consequence"):
        if rule.property:
            continue
        (_, premise), *_ = rule.conditions
        if premise[0].is_scalar != e.left.is_scalar:
            continue
        for env, dims in match(premise[0], e.left, {}, {}):
            for env2, dims2 in match(premise[1], e.right, env, dims):
                yield Equation(instantiate(rule.lhs, env2, dims2), instantiate(rule.rhs, env2, dims2))


def _taken_up(book: RuleBook, rules: list[tuple[Rule, Equation]], new: list[Rule]
              ) -> list[tuple[Equation, Equation]]:  # fmt: skip
    """The rewrites whose left sides new ones shorten, which are looked at again, with what they come from."""
    s = _simplifier(book, new)
    stale = [(r, origin) for r, origin in rules if s.run(r.lhs) is not r.lhs]
    rules[:] = [row for row in rules if row not in stale]
    return [(Equation(r.lhs, r.rhs), origin) for r, origin in stale]
