"""The statements of `where` as expressions: equations between names that are known, and entries above 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..terms.errors import DeclarationError, MatcalcError, UnknownNameError
from ..terms.expression import Expr, add, neg, num, prod
from ..terms.rebuild import substitute
from ..terms.signatures import Signatures
from ..terms.sizes import size
from ..terms.walks import variables
from .parse import parse_expression
from .typing.declarations import FunctionType, Type
from .typing.statements import Statement
from .vocabulary import NAME, normal_name

_PROPERTIES = {">": "positive", ">=": "nonnegative"}
_TURNED = {"<": ">", "<=": ">="}


class Stated(NamedTuple):
    """What a statement says: that two expressions are equal, or that a variable has a property."""

    left: Expr
    right: Expr
    property: str = ""


def stated(statement: Statement, types: Mapping[str, Type | FunctionType], signatures: Signatures) -> Stated:
    """A statement with its names typed; the error for one that cannot be read has its place in the declarations.

    >>> from .typing.declarations import parse_where
    >>> where = parse_where("y: vector(k); sum(y) = 1")
    >>> [str(x) for x in stated(where.statements[0], where, Signatures.shipped())[:2]]
    ['sum(y)', '1']
    """
    if statement.sign != "=":
        return _inequality(statement, types)
    left, right = statement.sides
    joint = f"({left}) - ({right})"
    try:
        read = parse_expression(joint, types, syntax="auto", signatures=signatures)
    except MatcalcError as error:
        raise _placed(error, statement, len(left)) from None
    sizes = {n for t in types.values() if isinstance(t, Type) for d in t.shape for n in d.names}
    known = variables(read.expr)
    for name, v in known.items():
        if name not in types and not (name in sizes and v.is_scalar):
            at = _place(statement, name)
            raise UnknownNameError(f"{name} is neither declared nor in the expression", statement.text, at)
    e = substitute(read.expr, {v: size(n) for n, v in known.items() if n not in types and v.is_scalar})
    *first, last = e.args
    return Stated(add(*first) if len(first) > 1 else first[0], _negated(last))


def _negated(e: Expr) -> Expr:
    """The right side, of which the difference has the negative."""
    if e.op == "prod" and e.args[0] is num(-1):
        return prod(*e.args[1:])
    return neg(e)


def _inequality(statement: Statement, types: Mapping[str, Type | FunctionType]) -> Stated:
    """x > 0 and x >= 0, entry by entry; of a square matrix they may mean that it is positive definite."""
    (left, right), sign = statement.sides, statement.sign
    if sign in _TURNED:
        left, right, sign = right, left, _TURNED[sign]
    name = normal_name(left) if NAME.fullmatch(left) else ""
    kind = types.get(name)
    if name and kind is None:
        raise UnknownNameError(f"{left} is neither declared nor in the expression", statement.text, statement.span)
    if not isinstance(kind, Type) or right != "0":
        message = "of the statements with > only x > 0 and x >= 0 are known; state an equation or declare a property"
        raise DeclarationError(message, statement.text, statement.span)
    if kind.kind == "matrix" and kind.shape[0] is kind.shape[1]:
        message = f"is {left} positive definite, or has it positive entries? Declare it: spd matrix or positive matrix"
        raise DeclarationError(message, statement.text, statement.span)
    node = kind.node(name)
    return Stated(node, node, _PROPERTIES[sign])


def _placed(error: MatcalcError, statement: Statement, width: int) -> MatcalcError:
    """An error about the difference of the sides, with its place in the declarations."""
    span = statement.span
    if error.span is not None:
        start, stop = error.span
        if stop <= width + 1:
            span = (start - 1 + statement.left[0], stop - 1 + statement.left[0])
        elif start >= width + 5:
            shift = statement.right[0] - width - 5
            span = (start + shift, stop + shift)
    made = type(error)(error.message)
    last = statement.span[1]
    start = min(span[0], last - 1)
    return made.at(statement.text, (start, max(start + 1, min(span[1], last))))


def _place(statement: Statement, name: str) -> tuple[int, int]:
    """Where a name stands in a statement."""
    start, stop = statement.span
    at = statement.text.find(name, start, stop)
    return (at, at + len(name)) if at >= 0 else statement.span
