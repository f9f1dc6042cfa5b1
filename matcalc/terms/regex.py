"""Regular expressions that are compiled when they are first used: most texts need few of those that reading knows."""

from __future__ import annotations

import re
from typing import Any, cast


class _Later:
    """A pattern that is compiled when one of its methods is asked for."""

    def __init__(self, pattern: str, flags: int):
        self._given = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        made = re.compile(*self._given)
        value = getattr(made, name)
        if callable(value):
            setattr(self, name, value)  # found at once the next time
        return value


def regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    r"""The pattern, compiled at its first use.

    >>> digits = regex(r"\d+")
    >>> digits.findall("a1b22")
    ['1', '22']
    """
    return cast("re.Pattern[str]", _Later(pattern, flags))
