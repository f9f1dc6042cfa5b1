"""The book of rules that the front doors use when none is given: that of the context, as with decimal numbers."""

from __future__ import annotations

from contextvars import ContextVar

from ..rulebook.book import RuleBook

_book: ContextVar[RuleBook | None] = ContextVar("rules", default=None)


def current() -> RuleBook:
    """The book in use: the one that comes with matcalc until rules are loaded."""
    return _book.get() or RuleBook.default()


def use(book: RuleBook) -> None:
    """Make a book the one in use, in this context: a thread or a task has its own."""
    _book.set(book)
