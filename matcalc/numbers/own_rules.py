"""What is tested of the user's rules when they are loaded: each rule, each implication, each trait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ..rulebook.book import RuleBook
from ..rulebook.definitions import definitions
from ..rulebook.reader import Rule
from ..rulebook.traits import commuted
from ..terms.errors import RuleError
from ..terms.signatures import Operation
from ..terms.walks import postorder
from .elementwise import ELEMENTWISE
from .rulecheck import verify
from .sampling import Array, draw, has_property


def refuse_wrong(book: RuleBook, base: RuleBook) -> None:
    """Test with numbers what a book has more than another; RuleError names the first line that does not hold.

    A rule about a function that has no value is left untested.
    """
    known = set(base.rules)
    own = [op for name, op in book.signatures.table.items() if base.signatures.operation(name) is None]
    for r in (*book.own, *(commuted(op) for op in own if op.traits.commutative)):
        if r in known or r.kind == "definition" or not computable(r, book):
            continue
        verdict = verify(r, book=book)
        if not verdict.ok:
            raise r.error(f"this does not hold: {verdict.failure}")
    for left, implied in book.implications.items():
        for right in sorted(implied - base.implications.get(left, frozenset())):
            found = counterexample(left.split(", "), right)
            if found is not None:
                shown = ", ".join("[" + ", ".join(f"{x:.3g}" for x in row) + "]" for row in found)
                raise RuleError(f"{left} => {right} does not hold: [{shown}] is {left} and not {right}")


def computable(rule: Rule, book: RuleBook) -> bool:
    """Whether both sides have values: every function in them is defined or has one in the table."""
    known = book.view(definitions)
    todo = [rule.lhs, rule.rhs]
    functions: set[str] = set()
    while todo:
        if any(isinstance(e.data, Operation) and not e.data.numpy for e in postorder(todo[-1])):
            return False
        new = {e.op for e in postorder(todo.pop()) if e.is_elementwise} - functions
        functions |= new
        todo.extend(known[f].rhs for f in new if f in known)
    return all(f in known or f in ELEMENTWISE for f in functions)


# --- implications ------------------------------------------------------------------------------------------------


def counterexample(left: Iterable[str], right: str) -> Array | None:
    """A matrix that has some properties and lacks another one; None if none was found."""
    left = tuple(left)
    for m in candidates(left):
        if all(has_property(p, m) for p in left) and not has_property(right, m):
            return m
    return None


def candidates(properties: tuple[str, ...]) -> Iterator[Array]:
    """Square matrices of many kinds: random ones with the properties, and those at the edge of what properties say."""
    rng = np.random.default_rng(0)
    for n in (2, 3, 1, 4):
        for scale in (1.0, 1.0, 5.0, 0.01):
            a = draw(rng, (n, n), properties)
            yield from (scale * a, -scale * a)
        one, full = np.eye(n), np.ones((n, n))
        plain = rng.standard_normal((n, n))
        yield from (one, -one, 2 * one, 0 * one, full, -full, plain, plain + plain.T, plain - plain.T)
        yield from (np.tril(plain), np.triu(plain), np.diag(np.diag(plain)), plain @ plain.T, -plain @ plain.T)
        yield from (np.round(plain), np.abs(plain), np.abs(plain + plain.T), np.linalg.qr(plain)[0])
        yield from (np.outer(plain[0], plain[0]), np.outer(plain[0], plain[:, 0]), full - one, one[::-1])
        edge = np.diag(np.arange(n, dtype=float))
        yield from (edge, edge - 1, np.triu(full), np.triu(full, 1), np.tril(full) - one, full / 2, full + one)
