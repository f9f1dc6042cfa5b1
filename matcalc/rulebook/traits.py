"""The identities that the traits of an operation stand for: `linear` is f(s*X) = s*f(X), `odd` is f(-A) = -f(A)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..terms.expression import Expr, add, applied, differential_of, neg, prod
from ..terms.records import replace
from ..terms.shapes import SCALAR
from ..terms.signatures import Operation
from ..terms.walks import postorder
from .patterns import pattern_variable
from .reader import Rule

_SCALE = pattern_variable("s", SCALAR)


def trait_rules(operations: Iterable[Operation], file: str = "") -> tuple[Rule, ...]:
    """The simplifications that the traits of some operations state; those of a user's file carry its name.

    >>> from matcalc.terms.signatures import read_operation
    >>> [str(rule) for rule in trait_rules([read_operation("tr(X[n,n]) -> []  linear")])]
    ['tr(s*X) -> s*tr(X)']
    """
    rules = [rule for op in operations for rule in _rules(op)]
    return tuple(replace(rule, file=file, own=True) for rule in rules) if file else tuple(rules)


def commuted(op: Operation) -> Rule:
    """f(A, B) -> f(B, A) for a commutative operation: it simplifies nothing, but it can be tested."""
    a, b = _arguments(op)
    return _rule(op, "commutes", applied(op, a, b), applied(op, b, a), "commutative")


def linear_differentials(operations: Iterable[Operation], file: str) -> tuple[Rule, ...]:
    """The differentials d(f(X)) = f(d(X)) of a user's operations that are linear in all of their arguments."""
    out = []
    for op in operations:
        if op.traits.linear != len(op.arguments):
            continue
        args = _arguments(op)
        moved = [(*args[:i], differential_of(a), *args[i + 1 :]) for i, a in enumerate(args)]
        lhs, rhs = applied(op, *args), add(*(applied(op, *m) for m in moved))
        names = {a.data[0]: a for a in args}
        text = f"d({lhs}) = {rhs}"
        out.append(Rule("differential", op.name, lhs, rhs, (), "linear", file, op.line, text, names=names, own=True))
    return tuple(out)


def _arguments(op: Operation) -> tuple[Expr, ...]:
    return tuple(pattern_variable(n, shape) for n, shape in zip(op.letters, op.arguments, strict=True))


def _rules(op: Operation) -> Iterator[Rule]:
    known = op.traits
    args = _arguments(op)
    whole = applied(op, *args)
    slots = [i for i in range(len(args)) if op.linear_in(i)]
    for k, i in enumerate(slots):
        scaled = (*args[:i], prod(_SCALE, args[i]), *args[i + 1 :])
        name = "scaled" if k == 0 else f"scaled-{k + 1}"
        yield _rule(op, name, applied(op, *scaled), prod(_SCALE, whole), "linear")
    if known.parity:
        turned = neg(whole) if known.parity < 0 else whole
        yield _rule(op, "negative", applied(op, neg(args[0])), turned, "even" if known.parity > 0 else "odd")
    if known.idempotent and len(args) == 1:
        yield _rule(op, "twice", applied(op, whole), whole, "idempotent")
    if known.idempotent and len(args) == 2:
        yield _rule(op, "equal", applied(op, args[0], args[0]), args[0], "idempotent")


def _rule(op: Operation, name: str, lhs: Expr, rhs: Expr, trait: str) -> Rule:
    names = {v.data[0]: v for v in postorder(lhs) if v.op == "var"}
    text = f"{lhs} -> {rhs}"
    file = "functions.rules" if op.elementwise else "operations.rules"
    return Rule("rewrite", f"{op.name}-{name}", lhs, rhs, (), trait, file, op.line, text, names=names, use="simplify")
