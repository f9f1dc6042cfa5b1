"""The commands of the shell, from their own help."""

from __future__ import annotations

import argparse
import os

from docs.generate.formulas import filled
from matcalc.front.argument_parser import build_parser
from matcalc.front.commands import commands


def pages() -> dict[str, str]:
    """The page by its file."""
    lines = []
    for name, text in helps().items():
        said = commands()[name].text
        lines += [f"### {name}", "", f"{said[0].upper()}{said[1:]}.", "", "```text", *text.splitlines(), "```", ""]
    return filled("shell.md", commands=lines)


def helps() -> dict[str, str]:
    """The help of each command, as wide as a page."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "90"
    try:
        parser = build_parser(commands())
        (group,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
        return {name: p.format_help().strip() for name, p in group.choices.items()}
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
