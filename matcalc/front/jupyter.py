"""Jupyter: the magics `%matcalc` and `%%matcalc`. IPython is imported only by IPython itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from ..terms.regex import regex
from .derivative import Derivative

if TYPE_CHECKING:
    from .accepted import Shell

# --- the magics --------------------------------------------------------------------------------------------

_OPTION = regex(r"(?:^|\s)--([a-z]+)(?:[\s=]+|$)")
_NAMES = ("layout", "where", "structure", "syntax", "order")


def arguments(line: str) -> tuple[str, dict[str, Any]]:
    """The text before the options of a magic, and the options.

    >>> arguments("x'*S*x x --where S: symmetric matrix(n,n) --layout denominator")
    ("x'*S*x x", {'where': 'S: symmetric matrix(n,n)', 'layout': 'denominator'})
    """
    parts = _OPTION.split(line)
    options: dict[str, Any] = {}
    for name, value in zip(parts[1::2], parts[2::2], strict=True):
        if name not in _NAMES:
            raise MatcalcError(f"there is no option --{name}; there are --{', --'.join(_NAMES)}")
        options[name] = unquoted(value)
    return parts[0].strip(), options


def unquoted(text: str) -> str:
    """Text without the quotes around it."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def derive(expr: str, wrt: str | None, options: dict[str, Any]) -> Derivative:
    """The derivative that a magic asks for."""
    from . import api

    where, syntax = options.get("where"), options.get("syntax", "auto")
    if options.get("order", "1") == "2":
        return api.hessian(expr, wrt, where, syntax=syntax)
    return api.diff(
        expr, wrt, options.get("layout", "numerator"), where, options.get("structure", "free"), syntax=syntax
    )


def line_magic(line: str) -> Derivative | Expr:
    """`%matcalc EXPR WRT [--layout L] [--where DECLS] [--structure S] [--order 2]`, or an expression alone.

    >>> print(line_magic("||Xw - y||^2 w --layout denominator"))
    2*X'*(X*w - y)
    """
    from . import api

    text, options = arguments(line)
    quoted = re.fullmatch(r"""(["'])(.*)\1(?:\s+(\S+))?""", text)
    if quoted and (quoted[3] or names_variable(quoted[2])):
        return derive(quoted[2].strip(), quoted[3], options)
    text = unquoted(text)
    expr, wrt = text.rpartition(" ")[::2] if " " in text else (text, "")
    alone = not expr or expr.rstrip()[-1] in "+-*/.^,(|<@=" or not re.fullmatch(r"[^\W\d][\w,]*", wrt)
    if names_variable(text):
        return derive(text, None, options) if alone else whole_or_part(text, expr.strip(), wrt, options)
    if alone:
        return api.parse(text, options.get("where"), syntax=options.get("syntax", "auto"))
    return derive(expr.strip(), wrt, options)


def whole_or_part(text: str, expr: str, wrt: str, options: dict[str, Any]) -> Derivative:
    """The derivative of a text that names its variable and ends with a name: that of the reading that is a scalar."""
    readings = []
    for part, by in ((text, None), (expr, wrt)):
        try:
            readings.append(derive(part, by, options))
        except MatcalcError:
            continue
    scalars = [d for d in readings if d.source.is_scalar]
    if len(scalars) != 1:
        raise MatcalcError(f"is the last {wrt} the variable, or a part of the formula? Put the formula in quotes")
    return scalars[0]


def names_variable(text: str) -> bool:
    """Whether a text says by which variable it is differentiated.

    >>> names_variable("J(w) = ||Xw - y||^2"), names_variable("||Xw - y||^2")
    (True, False)
    """
    from ..language.surroundings import surroundings

    found = surroundings(text)
    return found.asked is not None or len(found.variables) == 1


def cell_magic(line: str, cell: str) -> Derivative:
    """`%%matcalc WRT [options]` over the expression; without WRT the last line of the cell may be the variable.

    >>> print(cell_magic("w", "||Xw - y||^2"))
    2*(X*w - y)'*X
    """
    wrt, options = arguments(line)
    lines = [text for text in cell.splitlines() if text.strip()]
    if not wrt and len(lines) > 1 and re.fullmatch(r"[^\W\d][\w, ]*", lines[-1].strip()):
        wrt = lines.pop().strip()
    if not lines:
        raise MatcalcError("write %%matcalc WRT with the expression below it, or both below it")
    return derive("\n".join(lines), wrt or None, options)


def load_ipython_extension(shell: Shell) -> None:
    """What `%load_ext matcalc` does: `%matcalc` and `%%matcalc` are there from then on."""

    def matcalc(line: str, cell: str | None = None) -> Derivative | Expr:
        return line_magic(line) if cell is None else cell_magic(line, cell)

    shell.register_magic_function(matcalc, "line_cell", "matcalc")
