"""The planted errors, read from errors.txt."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Planted(NamedTuple):
    """One error: the file, its text, the wrong text, and why it is wrong."""

    file: str
    old: str
    new: str
    why: str

    @property
    def room(self) -> str:
        """The room of the file; of a rule file `rules`."""
        parts = self.file.split("/")
        return parts[1] if parts[0] == "matcalc" else parts[0]


def read(text: str) -> tuple[Planted, ...]:
    """The errors of a text.

    >>> read("== matcalc/terms/a.py\\n\\n- return x\\n+ return -x\\n? the sign")[0].new
    'return -x'
    """
    found: list[Planted] = []
    file = ""
    old: list[str] = []
    new: list[str] = []
    for line in text.splitlines():
        mark, rest = line[:1], line[2:]
        if line.startswith("== "):
            file = line[3:]
        elif mark in ("-", "+"):
            (old if mark == "-" else new).append(rest)
        elif mark == "?":
            found.append(Planted(file, "\n".join(old), "\n".join(new), rest))
            old, new = [], []
    return tuple(found)


PLANTED = read((Path(__file__).parent / "errors.txt").read_text(encoding="utf-8"))
