"""Equations that hold in one question, such as sum(y) = 1, and the book of rules under them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from ..terms.expression import Expr
from ..terms.views import Views
from .book import RuleBook
from .reader import Rule

T = TypeVar("T")


class Equation(NamedTuple):
    """That two expressions are equal."""

    left: Expr
    right: Expr

    def __str__(self) -> str:
        return f"{self.left} = {self.right}"

    @property
    def free(self) -> frozenset[str]:
        """The names that it is about."""
        return frozenset(self.left.free) | frozenset(self.right.free)


class Equations(Views):
    """The equations of a question as they were stated, and the rewrites that they make of answers."""

    def __init__(self, stated: tuple[Equation, ...], rules: tuple[Rule, ...] = (),
                 origins: tuple[Equation, ...] = ()) -> None:  # fmt: skip
        super().__init__()
        self.stated, self.rules = stated, rules
        self.origins = origins  # of each rewrite, the equation that it comes from

    @property
    def free(self) -> frozenset[str]:
        """The names that they are about."""
        return frozenset[str]().union(*(e.free for e in self.stated))


class BookUnder(RuleBook):
    """A book of rules with equations: its rules, and all that was made of them, are those of the book.

    >>> from matcalc.terms.expression import num
    >>> book = BookUnder(RuleBook.default(), Equations((Equation(num(1), num(1)),)))
    >>> book.rules is RuleBook.default().rules, str(book.equations.stated[0])
    (True, '1 = 1')
    """

    equations: Equations

    def __init__(self, base: RuleBook, equations: Equations) -> None:
        self.__dict__.update(base.__dict__)
        self.base: RuleBook = base.base if isinstance(base, BookUnder) else base
        self.equations = equations

    def view(self, build: Callable[..., T]) -> T:
        """What a function makes of the book itself."""
        return self.base.view(build)


def equations_of(book: RuleBook) -> Equations | None:
    """The equations under which a book is used, if there are any."""
    return book.equations if isinstance(book, BookUnder) else None
