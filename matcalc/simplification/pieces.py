"""Terms taken apart: a number, powers of scalars, and an array."""

from __future__ import annotations

from ..terms.expression import Expr, Number, num, power, prod
from ..terms.records import NamedTuple
from .normal import Simplifier

_ONE = num(1)


class Piece(NamedTuple):
    """A term of a sum: number * scalars^exponents * core, the core an array (a chain or an elementwise product)."""

    number: Number
    scalars: tuple[tuple[Expr, Expr], ...]
    core: Expr | None

    def build(self) -> Expr:
        factors = [power(b, k) if k is not _ONE else b for b, k in self.scalars]
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
    parts = x.args if x.op == "prod" else (x,)
    core = None
    if not x.is_scalar:
        core, parts = parts[-1], parts[:-1]
    number: Number = 1
    if parts and parts[0].op == "num":
        number, parts = parts[0].data, parts[1:]
    return Piece(number, tuple([(p.args[0], p.args[1]) if p.op == "pow" else (p, _ONE) for p in parts]), core)


def reached(limit: bool, name: str, e: Expr, s: Simplifier) -> bool:
    """Whether a limit of the search is reached; recorded if somebody asks."""
    if limit and s.recorder is not None:
        s.recorder.limit(name, e)
    return limit
