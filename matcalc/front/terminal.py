"""What the command writes: results on stdout, all else on stderr; on a terminal in colours and in Unicode."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from ..terms.errors import MatcalcError
from .formats import heading, value_name
from .notations import write
from .progress import without_line

if TYPE_CHECKING:
    from ..terms.expression import Expr
    from .derivative import Derivative


class Colours:
    """ANSI colours, on a terminal only and never with NO_COLOR."""

    def __init__(self, stream: TextIO):
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self.on = not plain and is_terminal(stream)

    def __call__(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on else text


def is_terminal(stream: TextIO) -> bool:
    """Whether a person reads the stream."""
    return hasattr(stream, "isatty") and stream.isatty()


def note(text: str) -> None:
    """A line on stderr that is not the result."""
    with without_line():
        print(Colours(sys.stderr)("2", text), file=sys.stderr)


def complain(error: object) -> None:
    """An error on stderr."""
    with without_line():
        print(Colours(sys.stderr)("31", "matcalc:"), error, file=sys.stderr)


def out(text: str) -> None:
    """The result, on stdout."""
    with without_line():
        sys.stdout.write(text if text.endswith("\n") else text + "\n")


@contextlib.contextmanager
def results_to(path: str | None) -> Iterator[None]:
    """Inside, results go to a file, which is written at the end if nothing failed; to stdout if there is none."""
    if path is None:
        yield
        return
    held = io.StringIO()
    with contextlib.redirect_stdout(held):
        yield
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(held.getvalue())
    except OSError as error:
        raise MatcalcError(f"{path} cannot be written: {error.strerror}") from None


def answer_below_question(d: Derivative, answer: str) -> str:
    """The question as it is understood, and the answer under it, as an equation.

    >>> import matcalc
    >>> print(answer_below_question(matcalc.diff("||Xw - y||^2", "w"), "2(Xw − y)ᵀX"))
    f     = ‖Xw − y‖²
    ∂f/∂w = 2(Xw − y)ᵀX
    """
    name = value_name(d)
    return aligned([(name, write(d.source, "unicode")), (heading(d, "unicode", name), answer)])


def differential_below_question(source: Expr, answer: str) -> str:
    """An expression and its differential, as equations.

    >>> import matcalc
    >>> print(differential_below_question(matcalc.parse("inv(X)"), "−X⁻¹ dX X⁻¹"))
    F  = X⁻¹
    dF = −X⁻¹ dX X⁻¹
    """
    name = value_name(source)
    return aligned([(name, write(source, "unicode")), (f"d{name}", answer)])


def aligned(rows: list[tuple[str, str]]) -> str:
    """Equations with their signs below one another."""
    margin = max(len(left) for left, _ in rows)
    space = "\n" + " " * (margin + 3)
    return "\n".join(f"{left:{margin}} = {right}".replace("\n", space) for left, right in rows)
