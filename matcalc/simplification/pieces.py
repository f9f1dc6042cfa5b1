"""Terms taken apart: a number, powers of scalars, and an array."""

from __future__ import annotations

from dataclasses import dataclass

from ..terms.expression import Expr, Number, mm, num, power, prod
from .canonical import coefficient
from .normal import Simplifier


@dataclass(frozen=True)
class Piece:
    """A term of a sum: number * scalars^exponents * core, the core an array (a chain or an elementwise product)."""

    number: Number
    scalars: tuple[tuple[Expr, Expr], ...]
    core: Expr | None

    def build(self) -> Expr:
        factors = [power(b, k) if k is not num(1) else b for b, k in self.scalars]
        if self.core is not None:
            factors.append(self.core)
        if self.number != 1 or not factors:
            factors.insert(0, num(self.number))
        return prod(*factors)


def merged_product(s: Simplifier, *factors: Expr) -> Expr:
    """A product with its numbers and powers merged, divisors after the other scalars."""
    out = prod(*factors)
    return s.product(out, distribute=False) if out.op == "prod" else out


def piece(x: Expr) -> Piece:
    """Take a term apart."""
    c, rest = coefficient(x)
    if rest is None:
        return Piece(c, (), None)
    parts = rest.args if rest.op == "prod" else (rest,)
    core = None if rest.is_scalar else parts[-1]
    scalars = parts if core is None else parts[:-1]
    split = tuple((p.args[0], p.args[1]) if p.op == "pow" else (p, num(1)) for p in scalars)
    return Piece(c, split, core)


def reached(limit: bool, name: str, e: Expr, s: Simplifier) -> bool:
    """Whether a limit of the search is reached; recorded if somebody asks."""
    if limit and s.recorder is not None:
        s.recorder.limit(name, e)
    return limit


def turned_back(a: Expr, s: Simplifier) -> Expr:
    """The transpose of a term, product by product."""
    if a.op == "prod":
        return prod(*a.args[:-1], turned_back(a.args[-1], s))
    if a.op == "mm":
        return mm(*(s.transpose(x) for x in reversed(a.args)))
    return s.transpose(a)
