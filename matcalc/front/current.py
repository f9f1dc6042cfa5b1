"""The book of rules that the front doors use when none is given.

`load_rules` puts a book in use for the whole process, also for the cells of a notebook and for threads that come later.
Inside `using` it does so for the block alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..rulebook.book import RuleBook

_everywhere: list[RuleBook] = []  # the book in use, if rules were loaded
_here: ContextVar[RuleBook | None] = ContextVar("rules", default=None)  # that of a block


def current() -> RuleBook:
    """The book in use: the one that comes with matcalc until rules are loaded."""
    return _here.get() or (_everywhere[-1] if _everywhere else RuleBook.default())


def use(book: RuleBook) -> None:
    """Make a book the one in use: for the block of `using` that this stands in, or everywhere."""
    if _here.get() is not None:
        _here.set(book)
    else:
        _everywhere[:] = [book]


@contextmanager
def using(book: RuleBook) -> Iterator[RuleBook]:
    """A block in which a book is in use, for this thread and this task; what it loads ends with it.

    >>> import matcalc
    >>> with using(matcalc.read_rules("let A[m,n]\\nhalf: d(half(A)) = d(A)/2")):
    ...     print(matcalc.grad("half(a)", "a", where="a: scalar"))
    1/2
    """
    token = _here.set(book)
    try:
        yield book
    finally:
        _here.reset(token)
