"""Sums and products that are collected first and built once, so that time is linear in their length."""

from __future__ import annotations

from collections import deque

from ..terms import expression as nodes
from ..terms.expression import Expr
from ..terms.shapes import ONE, SCALAR, Shape

LARGE = 64  # from this length on, a right operand is kept open


class Sum:
    """Terms that are still to be added."""

    __slots__ = ("terms",)

    def __init__(self, first: Expr):
        self.terms = deque((first,))

    def build(self) -> Expr:
        return nodes.add(*self.terms)


class Product:
    """Factors that are still to be multiplied: scalars, and a chain of arrays (whose product may be one)."""

    __slots__ = ("chain", "elementwise", "scalars")

    def __init__(self, first: Expr, elementwise: bool = False):
        self.scalars: deque[Expr] = deque()
        self.chain: deque[Expr] = deque()
        self.elementwise = elementwise
        self.append(first)

    def append(self, x: Expr) -> None:
        """Put a factor at the end; scalars that it begins with go to the scalars."""
        if x.shape == SCALAR:
            self.scalars.append(x)
            return
        if x.op == "prod":
            self.scalars.extend(x.args[:-1])
            x = x.args[-1]
        self.chain.append(x)

    def close(self) -> None:
        """Make a chain that is a scalar one of the scalars."""
        if self.chain:
            self.scalars.append(nodes.mm(*self.chain))
            self.chain.clear()

    def build(self) -> Expr:
        if self.elementwise:
            return nodes.had(*self.scalars, *self.chain)
        if not self.chain:
            return nodes.prod(*self.scalars)
        body = nodes.mm(*self.chain) if len(self.chain) > 1 else self.chain[0]
        return nodes.prod(*self.scalars, body) if self.scalars else body


Value = Expr | Sum | Product


def reopened(x: Expr) -> Value:
    """A long sum or product, opened again so that more can be put before it."""
    if x.op == "add":
        total = Sum(x.args[0])
        total.terms.extend(x.args[1:])
        return total
    whole = Product(x, x.op == "had")
    if x.op == "had":
        whole.chain = deque(x.args)
    else:
        last = x.args[-1] if x.op == "prod" else x
        whole.scalars = deque(x.args if last.shape == SCALAR else x.args[:-1] if x.op == "prod" else ())
        whole.chain = deque(() if last.shape == SCALAR else last.args if last.op == "mm" else (last,))
        if x.op == "mm":
            whole.scalars, whole.chain = deque(), deque(x.args)
    return whole


def spread(value: Expr, shape: Shape) -> Expr:
    """The array of a shape all of whose columns are a column, or all of whose rows a row; others as they are.

    >>> x = nodes.var("x", nodes.as_shape("m"))
    >>> spread(x, nodes.as_shape("m", "n"))
    x*vector(1, n)'
    """
    if value.shape == shape:
        return value
    if value.shape[1] is ONE:
        return nodes.mm(value, nodes.ones((ONE, shape[1])))
    return nodes.mm(nodes.ones((shape[0], ONE)), value)


def fill(value: Expr, shape: Shape) -> Expr:
    """The array of a shape all of whose entries are one scalar.

    >>> fill(nodes.num(0), nodes.as_shape("n")).op
    'zeros'
    """
    if shape == SCALAR:
        return value
    if value.op == "num" and value.data == 0:
        return nodes.zeros(shape)
    if value.op == "num" and value.data == 1:
        return nodes.ones(shape)
    return nodes.prod(value, nodes.ones(shape))


def fractional_power(base: Expr, exponent: Expr) -> Expr | None:
    """A matrix to a power that is no integer: S^(-1/2) is the inverse of its square root, S^0.3 is expm(0.3*logm(S)).

    None for other powers.

    >>> from fractions import Fraction
    >>> fractional_power(nodes.var("S", nodes.as_shape("n", "n")), nodes.num(Fraction(-1, 2)))
    inv(sqrtm(S))
    """
    if base.shape == SCALAR or exponent.op != "num" or exponent.data.denominator == 1:
        return None
    if exponent.data.denominator != 2:
        return nodes.apply("expm", nodes.prod(exponent, nodes.apply("logm", base)))
    root = nodes.apply("sqrtm", base)
    halves = nodes.num(exponent.data.numerator)
    return root if halves is nodes.num(1) else nodes.power(root, halves)
