"""The lines of a generated function that compute something."""

from __future__ import annotations

import re
from typing import Any

import matcalc
from matcalc.codegen.function import function
from matcalc.front.programs import find


def body(source: str) -> list[str]:
    """The lines behind the docstring, the sizes and the check of the shapes."""
    text = source[source.rindex("\ndef ") if "\ndef " in source else 0 :]
    lines = text.split("\n")[1:]
    last = max([k for k, line in enumerate(lines) if "ValueError" in line or line == "        )"], default=-1)
    return [re.sub(r"^    ", "", line) for line in lines[last + 1 :] if line.strip()]


def lines(text: str, where: str | None = None, target: str = "numpy") -> list[str]:
    """What a function of an expression computes, line by line."""
    e = matcalc.parse(text, where)
    return body(find(target).write(function([e])))


def run(source: str, name: str = "f") -> Any:
    """The function of a source text."""
    space: dict[str, Any] = {}
    exec(source, space)
    return space[name]
