"""Rules of the user's own: elementwise functions, identities, properties, for one call or while matcalc runs."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..rulebook.book import RuleBook
from ..rulebook.definitions import refuse_endless
from ..rulebook.reader import LONGEST_TEXT
from ..simplification.termination import refuse_circles, refuse_growing
from ..terms.data_files import rule_files
from ..terms.errors import RuleError
from .current import current, use

Source = str | os.PathLike[str]


def load_rules(source: Source, check: bool = True) -> RuleBook:
    """Add the rules of a text or of a file to those in use, and return the book with all of them.

    A differential of a new elementwise function makes the function known. A line `name(A) := expression` says
    what its value is. With `check`, every rule is tested with numbers first. RuleError tells the line that
    cannot be used, or that does not hold; then nothing is added.

    >>> import matcalc
    >>> book = matcalc.load_rules('''
    ... let A[m,n]
    ... cube:    d(cube(A)) = 3*A.^2 .* d(A)
    ... cube(A) := A.^3
    ... ''')
    >>> print(matcalc.diff("sum(cube(x))", "x"))
    3*(x.^2)'
    """
    book = read_rules(source, check)
    use(book)
    return book


def read_rules(source: Source, check: bool = True, book: RuleBook | None = None) -> RuleBook:
    """A book with the rules of a text or of a file besides those of a book (those in use); nothing else changes.

    >>> import matcalc
    >>> book = matcalc.read_rules("let A[m,n]\\nhalf: d(half(A)) = d(A)/2\\nhalf(A) := A/2")
    >>> print(matcalc.diff("sum(half(x))", "x", rules=book))
    vector(1, n)'/2
    """
    text, name = _read(source)
    base = book or current()
    found = base.extended(text, name)
    known = set(base.rules)
    new = [r for r in found.own if r not in known]
    refuse_endless(found)
    if check:
        from ..numbers.own_rules import refuse_wrong  # with NumPy

        refuse_wrong(found, base)
    refuse_growing(new)
    refuse_circles(new, found)
    return found


def _read(source: Source) -> tuple[str, str]:
    """The text of the rules and what to call its source."""
    if not isinstance(source, str | os.PathLike):
        raise RuleError(f"rules are a text or the path of a file, not {type(source).__name__}")
    if isinstance(source, str) and ("\n" in source or "=" in source or "->" in source):
        return source, "your rules"
    path = Path(source)
    name = f"your {path.name}" if path.name in rule_files() else path.name
    return _text_of(path), name


def _text_of(path: Path) -> str:
    """The text of a regular file of bounded size."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe would wait for its writer
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise RuleError(f"the rule file {path} cannot be read: it is no regular file")
            content = file.read(LONGEST_TEXT + 1)
        if len(content) > LONGEST_TEXT:
            raise RuleError(f"the rule file {path} cannot be read: it is longer than {LONGEST_TEXT} bytes")
        return content.decode("utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise RuleError(f"the rule file {path} cannot be read: {why}") from None
