"""What surrounds a formula in a listing: comments, `return`, `lambda x:`, `f <- function(x)`, `f[x_] :=`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_COMMENT = r"(?m)(?:^|(?<=[\s;]))%(?![*oxin/%]+%).*$|(?:^|(?<=[\s;]))#.*$|\(\*.*?\*\)|\.\.\.[^\S\n]*$"
_NAMES = r"[A-Za-z_Ͱ-Ͽ]\w*(?:\s*,\s*[A-Za-z_Ͱ-Ͽ]\w*)*"
_FRONT = (
    rf"\s*(?:return\s+|yield\s+|lambda\s+(?P<lambda>{_NAMES})\s*:(?!:)|@\(\s*(?P<handle>{_NAMES})\s*\)"
    rf"|function\s*\(\s*(?P<function>{_NAMES})\s*\)|\\\(\s*(?P<short>{_NAMES})\s*\)(?=\s)"
    rf"|\(?\s*(?P<arrow>{_NAMES})\s*\)?\s*(?:->|↦|=>)(?!=)"
    rf"|def\s+\w+\s*\(\s*(?P<def>{_NAMES})\s*\)\s*:\s*return\s)"
)
_ASSIGNED = r"\s*[A-Za-z]\w*\s*(?:<-|:=)(?=\s)"
_PATTERNS = r"\s*[A-Za-z]\w*\[\s*(?P<of>[A-Za-z]\w*_(?:\s*,\s*[A-Za-z]\w*_)*)\s*\]\s*:?="
_FRONTS = (  # each with what stands in every text that it matches in
    (_FRONT, ("return", "yield", "lambda", "@", "function", "\\(", "->", "↦", "=>", "def")),
    (_PATTERNS, ("]",)),
    (_ASSIGNED, ("<-", ":=")),
)


def comments(text: str) -> Iterator[tuple[int, int]]:
    """The places of comments in a text that is no LaTeX.

    >>> list(comments("A*x - b;  % residual")), list(comments("t(X) %*% y"))
    ([(10, 20)], [])
    >>> list(comments("x % 2"))
    []
    """
    if "%" in text or "#" in text or "..." in text or "(*" in text:
        for m in re.finditer(_COMMENT, text):
            before = text[: m.start()].rstrip()
            if m[0][0] not in "%#" or before[-1:] in ("", ";") or re.search(r"[A-Za-z]{3}", m[0]):  # no x % 2
                yield m.span()


def front(text: str, start: int) -> tuple[int, tuple[str, ...]]:
    """Where what a listing says in front of a formula ends, and the variables that it names.

    >>> front("lambda w: np.sum(w**2)", 0), front("x'*x", 0), front("f[x_] := x.x", 0)
    ((9, ('w',)), (0, ()), (8, ('x',)))
    """
    for pattern, signs in _FRONTS:
        m = re.compile(pattern).match(text, start) if any(sign in text for sign in signs) else None
        if m is not None and text[m.end() :].strip():
            names = next((g for g in m.groups() if g), "")
            return m.end(), tuple(n.strip().rstrip("_") for n in names.split(",") if n.strip())
    return start, ()
