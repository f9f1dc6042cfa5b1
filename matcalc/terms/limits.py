"""How much one question may take. Every limit is a count, so that an answer does not depend on the machine.

Work is counted where expressions are made and walked: a step for each node that is made, for each argument of it, and
for each node that a walk passes. A door (`matcalc.diff`, printing, ...) opens an account; whoever works spends from it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import LimitError
from .records import NamedTuple


class Limits(NamedTuple):
    """What one question may take: pass `limits=Limits(work=...)` to `matcalc.diff` and the other doors.

    >>> Limits(work=10_000_000).work, Limits().text
    (10000000, 300000)
    """

    text: int = 300_000  # characters of an expression
    nodes: int = 100_000  # parts of the expression that is read, each counted once
    work: int = 5_000_000  # steps of work
    digits: int = 1_000  # of a number
    terms: int = 24  # a power or sum of more is not written out term by term


_FREE = float("inf")  # what is left outside of a question


class _Account(threading.local):
    limits = Limits()
    left = _FREE


_account = _Account()


def current() -> Limits:
    """The limits of the question that is being answered; outside of one the usual ones."""
    return _account.limits


def spend(steps: int) -> None:
    """Take steps from the account; LimitError when it is empty."""
    _account.left -= steps
    if _account.left < 0:
        raise LimitError(
            f"this takes more than {_account.limits.work:,} steps of work: "
            "ask for less, or for more with limits=Limits(work=...)"
        )


def share() -> Callable[[], float]:
    """The share of the work that this thread's question has taken, as a function that other threads may call too.

    >>> taken = share()
    >>> with within(Limits(work=100)):
    ...     spend(25)
    ...     taken()
    0.25
    >>> taken()
    0.0
    """
    own = _account.__dict__  # of the thread that asks
    return lambda: 0.0 if own.get("left", _FREE) == _FREE else 1 - own["left"] / own["limits"].work


@contextmanager
def within(limits: Limits | None = None) -> Iterator[None]:
    """An account for a question; one inside of another spends from the same."""
    if _account.left != _FREE and limits is None:
        yield
        return
    before = _account.limits, _account.left
    _account.limits = limits or Limits()
    _account.left = _account.limits.work
    try:
        yield
    finally:
        _account.limits, _account.left = before


@contextmanager
def uncounted() -> Iterator[None]:
    """Work that is done once for all questions, such as the loading of rules: it is on nobody's account."""
    before, _account.left = _account.left, _FREE
    try:
        yield
    finally:
        _account.left = before
