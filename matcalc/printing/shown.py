"""A text with its shared parts named and its long sums broken: body, where r = ..., s = ..."""

from __future__ import annotations

from collections.abc import Callable

from ..terms.expression import Expr
from .core import Printer
from .registry import AUTOMATIC, WIDTH, Options
from .sharing import shared

LINES = 3  # an answer of more lines has its shared parts named, unless that is not wanted
SHORT = 24  # expressions of fewer tokens are not looked at
_AROUND = frozenset(("prod", "mm", "had", "t"))
LIMIT = 20_000  # tokens of the longest text whose shared parts are written out, also where that is wanted


def shown(make: Callable[[], Printer], e: Expr, options: Options = AUTOMATIC) -> str:
    """The text of an expression in the notation of a printer.

    >>> import matcalc
    >>> from matcalc.printing.unicode import Unicode
    >>> print(shown(Unicode, matcalc.parse("||X*w - y||^2*exp(-||X*w - y||^2)"), Options(share=True)))
    c exp(−c), where c = ‖Xw − y‖²
    """
    share, width, taken, fills = options
    printer = _made(make, fills)
    text = printer.text(e) if e.cost <= LIMIT else ""
    if text and not share and (share is False or e.cost < SHORT or printer.visible(text) <= LINES * WIDTH):
        return broken(printer, e, text, width)
    body, parts = shared(e, taken)
    if not parts:
        return broken(printer, e, text or printer.text(e), width)
    names = e.free | {n.data[0] for n, _ in parts}

    def written(part: Expr) -> tuple[str, int]:
        printer = _made(make, fills)
        printer.taken = names
        text = printer.text(part)
        return broken(printer, part, text, width), printer.visible(text)

    first, wide = written(body)
    equations = [(written(name), written(value)) for name, value in parts]
    wide += sum(a[1] + b[1] + len(" = , ") for a, b in equations) + len(" where")
    texts = [(a[0], b[0]) for a, b in equations]
    beside = printer.on_one_line if width is None else False
    return (printer.where_beside if beside or wide <= (width or WIDTH) else printer.where_below)(first, texts)


def _made(make: Callable[[], Printer], fills: frozenset[int]) -> Printer:
    printer = make()
    printer.fills = fills
    return printer


def broken(printer: Printer, e: Expr, text: str, width: int | None) -> str:
    """The text on several lines, at the terms of its outermost sum, if it is too long for one."""
    if width is None or printer.visible(text) <= width or (total := outermost(e)) is None:
        return text
    lines: list[str] = []
    for piece in printer.summands(e, total):
        if lines and printer.visible(lines[-1] + piece) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    return printer.lines(lines) if len(lines) > 1 and all(map(_whole, lines)) else text


def outermost(e: Expr) -> Expr | None:
    """The longest sum that only products and transposes stand around; None if there is none.

    >>> import matcalc
    >>> print(outermost(matcalc.parse("2*(A*x)'*C*(x + y + z)")))
    x + y + z
    """
    while e.op in _AROUND:
        inner = [a for a in e.args if a.op == "add" or a.op in _AROUND]
        if not inner:
            return None
        e = max(inner, key=lambda a: a.cost)
    return e if e.op == "add" else None


def _whole(line: str) -> bool:
    """Whether no group in braces, such as the parts of a fraction, is cut."""
    return line.count("{") == line.count("}")
