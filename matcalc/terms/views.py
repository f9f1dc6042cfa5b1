"""Tables that are made of an immutable object when they are first asked for, and kept with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self, TypeVar

from .limits import uncounted

T = TypeVar("T")


class Views:
    """An object that keeps what was made of it.

    >>> class Text(Views):
    ...     words = "b a"
    >>> text = Text()
    >>> def ordered(t):
    ...     return sorted(t.words.split())
    >>> text.view(ordered), text.view(ordered) is text.view(ordered)
    (['a', 'b'], True)
    """

    def __init__(self) -> None:
        self._views: dict[Callable[..., Any], Any] = {}

    def view(self, build: Callable[[Self], T]) -> T:
        """What a function makes of this object, made once; the function is a plain one, no lambda."""
        if build not in self._views:
            with uncounted():
                made = build(self)
            self._views.setdefault(build, made)  # the first of two threads gives it to both
        found: T = self._views[build]
        return found
