"""Which operations are holomorphic, and how the others are written with conjugates: what rules/complex.rules says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .reader import Rule

if TYPE_CHECKING:
    from .book import RuleBook

# what has no line of its own: leaves, and what is made of sums and products or picks out entries
_STRUCTURAL = frozenset(
    ("var", "num", "const", "size", "eye", "ones", "zeros", "counter", "add", "mm", "prod", "had", "t", "pow", "epow",
     "mpow", "index", "array", "einsum", "series", "kernel", "d", "commutation", "sylvester", "dexpm", "d2expm")
)  # fmt: skip


def holomorphic(book: RuleBook) -> frozenset[str]:
    """The operations through which conj is taken: each has a line conj(f(A)) -> f(conj(A)); a view of the book.

    >>> from matcalc.rulebook.book import RuleBook
    >>> known = holomorphic(RuleBook.default())
    >>> "exp" in known, "abs" in known
    (True, False)
    """
    rules = book.rewrites("complex")
    return _STRUCTURAL | {r.lhs.args[0].op for r in rules if r.lhs.op == "conj"}


def written_out(book: RuleBook) -> dict[str, Rule]:
    """The rules that write an operation that is not holomorphic with conjugates; a view of the book.

    >>> from matcalc.rulebook.book import RuleBook
    >>> print(written_out(RuleBook.default())["abs"].rhs)
    sqrt(conj(A).*A)
    """
    return {r.lhs.op: r for r in book.rewrites("complex") if r.lhs.op != "conj"}
