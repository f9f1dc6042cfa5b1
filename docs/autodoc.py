"""Docstrings as Sphinx wants them: the house writes plain prose with `code` in single backticks, and examples."""

from __future__ import annotations

import re

_CODE = re.compile(r"`([^`]+)`")
_MARKUP = re.compile(r"([\\*|_])")


def prepare(app: object, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Change the lines of a docstring in place."""
    lines[:] = marked_up(lines)


def marked_up(lines: list[str]) -> list[str]:
    """The lines of a docstring in reStructuredText: code in two backticks, other marks as they are, examples apart.

    >>> marked_up(["The norm |x| of `x*y`.", "", ">>> 1", "1"])
    ['The norm \\\\|x\\\\| of ``x*y``.', '', '>>> 1', '1']
    """
    out: list[str] = []
    example = False
    for line in lines:
        starts = line.lstrip().startswith(">>>")
        if starts and not example and out and out[-1].strip():
            out.append("")
        example = starts or (example and bool(line.strip()))
        out.append(line if example else _prose(line))
    return out


def _prose(line: str) -> str:
    """A line of prose: what stands in backticks is code, nothing else is markup."""
    parts = _CODE.split(line)
    return "".join(f"``{p}``" if k % 2 else _MARKUP.sub(r"\\\1", p) for k, p in enumerate(parts))
