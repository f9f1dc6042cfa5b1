"""What the functions of other programs are here, from the table that the tests derive row by row."""

from __future__ import annotations

from html import escape

import matcalc
from docs.generate.formulas import filled, find, html_table
from tests.language.operations_of_programs import NAMES, REFUSED, ROWS

COLUMNS = {"there": 20, "a text": 40, "what it is": 40}


def pages() -> dict[str, str]:
    """The page of all programs."""
    total = sum(len(names.split()) for names in NAMES.values())
    lines = find(total, "huber, eigvalsh …")
    for program, names in NAMES.items():
        known = {name: _read(name, text, *rest) for name, text, *rest in ROWS[program]}
        known |= {name: _refused(name, text) for name, text, _ in REFUSED[program]}
        lines += [f"## {program}", "", *html_table(COLUMNS, [known[name] for name in names.split()])]
    return filled("operations.md", tables=lines, total=total)


def _read(name: str, text: str, wrt: str, spec: str, code: str, where: str | None = None) -> str:
    """A row of what is read."""
    d = matcalc.diff(text, wrt, where=where)
    return _row(name, text, f"<code>{escape(str(d.source))}</code>")


def _refused(name: str, text: str) -> str:
    """A row of what is not, with the reason."""
    try:
        matcalc.parse(text)
    except matcalc.MatcalcError as error:
        return _row(name, text, f"refused: {escape(error.message)}")
    raise ValueError(text)


def _row(name: str, text: str, meaning: str) -> str:
    return f"<tr><td><code>{escape(name)}</code></td><td><code>{escape(text)}</code></td><td>{meaning}</td></tr>"
