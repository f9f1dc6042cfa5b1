"""Names in source code: those of users are checked before they get there, and nothing shadows anything."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable

from ..terms.errors import MatcalcError


def checked(name: str) -> str:
    """A name of a user's that may stand in code; MatcalcError for any other text.

    >>> checked("w")
    'w'
    >>> checked("x):0")
    Traceback (most recent call last):
    matcalc.MatcalcError: 'x):0' is no name that can stand in code
    """
    if not name.isidentifier():
        raise MatcalcError(f"{name!r} is no name that can stand in code")
    return name


PYTHON = frozenset(keyword.kwlist) | frozenset(n for n in dir(builtins) if n.islower())


class Names:
    """The names of one function.

    >>> names = Names(reserved={"np"})
    >>> names.of_user("lambda"), names.of_user("np"), names.fresh("v"), names.of_user("w")
    ('lambda_', 'np_', 'v1', 'w')
    """

    def __init__(self, reserved: Iterable[str] = (), plain: frozenset[str] = PYTHON):
        self.taken = {*reserved, *plain}
        self.given: dict[tuple[str, str], str] = {}
        self.counts: dict[str, int] = {}

    def of_user(self, name: str, role: str = "input") -> str:
        """The name under which an input, a size or a function stands: its own, if that is free."""
        found = self.given.get((role, name))
        if found is None:
            found = checked(name)
            while found in self.taken:
                found += "_"
            self.taken.add(found)
            self.given[role, name] = found
        return found

    def fresh(self, letter: str) -> str:
        """A new name that begins with a letter."""
        while True:
            k = self.counts[letter] = self.counts.get(letter, 0) + 1
            if f"{letter}{k}" not in self.taken:
                self.taken.add(f"{letter}{k}")
                return f"{letter}{k}"
