"""The lines of the rule files, as text: comments, continuations, shapes and names, for all files alike.

A line that begins with white space continues the one before. A # at the beginning of a word starts a comment. A shape
is written in brackets: `A[m,n]` is a matrix, `x[n]` a vector, and a size may be a product such as `m*n`.
"""

from __future__ import annotations

from .errors import RuleError
from .regex import regex
from .shapes import ONE, SCALAR, Dim, Shape

LARGEST_SIZE = 64  # of a number as a size: the tests of a rule draw arrays of that size
LONGEST_LINE = 4_000

_COMMENT = regex(r"(^|\s)#.*$")
_NAME = regex(r"(\w+)\s*(?:\[([^\]]*)\]|\s(scalar))")
_LABEL = r"(?:[\w.+-]+: ?)?"
_FUNCTION = regex(rf"{_LABEL}(?:d\((\w+)\(\w+\)\) ?=|(\w+)\(\w+\) ?:=)")


def statements(text: str) -> list[tuple[int, str]]:
    """The logical lines of a rule file with their numbers: comments gone, continuations joined.

    >>> statements("let A[m,n]   # shapes\\nsum:  d(A)\\n  = d(A)")
    [(1, 'let A[m,n]'), (2, 'sum:  d(A) = d(A)')]
    """
    found: list[tuple[int, list[str]]] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = _COMMENT.sub("", raw).rstrip()
        if not line.strip():
            continue
        if line[0].isspace() and found:
            found[-1][1].append(line.strip())
        else:
            found.append((number, [line.strip()]))
    out = [(number, " ".join(parts)) for number, parts in found]
    for number, line in out:
        if len(line) > LONGEST_LINE:
            raise RuleError(f"line {number} is longer than {LONGEST_LINE} characters")
    return out


def dimension_of(text: str) -> Dim:
    """A size: a name, a number, or a product of them.

    >>> dimension_of("m*n"), dimension_of("2")
    (m*n, 2)
    """
    total = ONE
    for factor in text.split("*"):
        f = factor.strip()
        if f.isascii() and f.isdigit():
            if not 0 < len(f) < 10 or not 0 < int(f) <= LARGEST_SIZE:
                raise RuleError(f"a size is a name or a number from 1 to {LARGEST_SIZE}, not {f[:20]}")
            total = total * int(f)
        elif f.isidentifier():
            total = total * f
        else:
            raise RuleError(f"a size is a name, a number or a product such as m*n, not {f[:20]!r}")
    return total


def shape_of(text: str) -> Shape:
    """The shape that stands in brackets: one size of a vector, two of a matrix, none of a scalar.

    >>> shape_of("m,n"), shape_of("n"), shape_of("")
    ((m, n), (n, 1), (1, 1))
    """
    dims = [dimension_of(d) for d in text.split(",") if d.strip()]
    if len(dims) > 2:
        raise RuleError(f"an array has one or two sizes, not [{text}]")
    return tuple(([*dims, ONE, ONE])[:2])


def declared(text: str) -> list[tuple[str, Shape]]:
    """The names in a text with their shapes: `A[m,n], x[n], s scalar`.

    >>> declared("x[n], s scalar")
    [('x', (n, 1)), ('s', (1, 1))]
    """
    return [(name, SCALAR if scalar else shape_of(dims)) for name, dims, scalar in _NAME.findall(text)]


def split_top(text: str, separator: str) -> list[str]:
    """Split at a separator outside of all brackets.

    >>> split_top("f(a, b), c", ",")
    ['f(a, b)', 'c']
    """
    parts, depth, start, i = [], 0, 0, 0
    while i < len(text):
        c = text[i]
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif depth == 0 and text.startswith(separator, i):
            parts.append(text[start:i])
            i += len(separator)
            start = i
            continue
        i += 1
    parts.append(text[start:])
    return [p.strip() for p in parts]


def functions_in(text: str) -> list[str]:
    """The elementwise functions that a rule file states the differential or the value of, in their order.

    >>> functions_in("let A[m,n]\\ncube: d(cube(A)) = 3*A.^2 .* d(A)\\ncube(A) := A.^3")
    ['cube']
    """
    found = (_FUNCTION.match(" ".join(line.split())) for _, line in statements(text))
    return list(dict.fromkeys(m[1] or m[2] for m in found if m))
