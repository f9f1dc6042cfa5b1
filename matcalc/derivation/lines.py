"""The steps as people hold them: aligned at the equals signs, each line with its rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import overload

from ..calculus.record import Record
from ..printing.forms import Forms
from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from ..terms.records import dataclass
from .notation import write, write_product


@dataclass(frozen=True)
class Line:
    """One line: `left = expr`, with the rule that led to it. Without a left side it continues the line before.

    `kind` says what the right side is: the "value" of a name, a "differential", a "derivative" (along all paths), a
    "partial" derivative of one operation, or a derivative by "structured" entries.
    """

    left: Expr | None
    expr: Expr
    rule: str = ""
    citation: str = ""
    kind: str = "value"
    paths: tuple[tuple[Expr, ...], ...] = ()  # a sum of products, to be written factor by factor
    sign: str = ""  # how those factors are multiplied: "", "×" or "·"
    shapes: str = ""
    of: Expr | None = None  # what it is the value, the differential or the derivative of
    by: Expr | None = None  # and by which variable
    given: tuple[tuple[Expr, Expr], ...] = ()  # equations that it follows from
    layout: str = "numerator"  # of a derivative; "natural" keeps the axes of the variable in their order

    def right(self, notation: str = "plain") -> str:
        """The right side in a notation."""
        if self.paths:
            return " + ".join(write_product(p, notation, self.sign) for p in self.paths)
        return write(self.expr, notation)


Verify = Callable[[Sequence[Line], Record, int], list[float]]


class Steps(Sequence[Line]):
    """The steps of a derivation: a sequence of lines that prints as text, Unicode and LaTeX.

    `verify` is `verify.line_errors`, handed in by the door, which loads it (and NumPy) when it is called.

    >>> import matcalc
    >>> print(matcalc.diff("x'*A*x", "x").steps().unicode())  # doctest: +ELLIPSIS
    f     = xᵀAx
    df    = d(xᵀAx)
    ...
    """

    def __init__(self, lines: Sequence[Line], d: Record, citations: bool = False, verify: Verify | None = None,
                 forms: Forms | None = None):  # fmt: skip
        self.lines = tuple(lines)
        self.record = d
        self.citations = citations
        self.verify = verify
        self.forms = forms  # of an answer of more than two axes

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, i: int) -> Line: ...

    @overload
    def __getitem__(self, i: slice) -> Sequence[Line]: ...

    def __getitem__(self, i: int | slice) -> Line | Sequence[Line]:
        return self.lines[i]

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __str__(self) -> str:
        return self.text("plain")

    def __repr__(self) -> str:
        return self.text("unicode")

    def unicode(self) -> str:
        """The steps in Unicode."""
        return self.text("unicode")

    def note(self, line: Line, notation: str = "plain") -> str:
        """What stands beside a line: its shapes, its rule, its citation, the equations that it follows from."""
        words = f"{line.rule} [{line.citation}]" if line.citation and self.citations else line.rule
        given = [f"{write(a, notation)} = {write(b, notation)}" for a, b in line.given]
        if notation == "latex":
            parts = [texted(x) for x in (line.shapes, words) if x]
            parts += [rf"\text{{from }} {g}" if i == 0 else g for i, g in enumerate(given)]
            return r" \quad ".join(parts)
        if given:
            words = f"{words} from {', '.join(given)}".strip()
        return "   ".join(x for x in (line.shapes, words) if x)

    def text(self, notation: str = "plain") -> str:
        """The steps as text, aligned at the equals signs and at the rules."""
        lefts = [write(x.left, notation) if x.left is not None else "" for x in self.lines]
        rights = [x.right(notation) for x in self.lines]
        margin = max((len(x) for x in lefts), default=0)
        width = max((len(x) for x in rights if len(x) <= 56), default=0)
        out = []
        for line, left, right in zip(self.lines, lefts, rights, strict=True):
            note = self.note(line, notation)
            row = f"{left:{margin}} = {right}"
            out.append(f"{row:{margin + 3 + width}}   {note}" if note else row)
        if self.forms is not None:
            out += ["", self.forms.text(notation)]
        return "\n".join(out)

    def latex(self) -> str:
        """The steps as a LaTeX `aligned` environment."""
        rows = []
        for line in self.lines:
            left = write(line.left, "latex") if line.left is not None else ""
            note = self.note(line, "latex")
            beside = f" && {note}" if note else ""
            rows.append(f"{left} &= {line.right('latex')}{beside}".strip())
        if self.forms is not None:
            rows += [f"{left} &= {right}" for left, right in self.forms.sides("latex")]
        return "\\begin{aligned}\n" + " \\\\[3pt]\n".join(rows) + "\n\\end{aligned}"

    def errors(self, seed: int = 0) -> list[float]:
        """For each line the relative difference between its two sides at random values.

        Differentials and derivatives are compared with differences of what they are derived from, along a random
        direction; so every line that continues another equals it.

        >>> import matcalc
        >>> max(matcalc.diff("x'*A*x", "x").steps().errors()) < 1e-6
        True
        """
        if self.verify is None:
            raise MatcalcError("these steps came without a way to compute with numbers")
        return self.verify(self.lines, self.record, seed)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


_SIGNS = {c: rf"\{c}" for c in "_&%#${}"} | {"^": r"{}^\wedge", "~": r"\sim ", "\\": r"\backslash "}


def texted(note: str) -> str:
    r"""Words in LaTeX: in \text{...}, but for the signs that have a meaning there.

    >>> print(texted("norm_1 and more"))
    \text{norm}\_\text{1 and more}
    """
    parts = re.split(r"([_&%#${}^~\\])", note)
    return "".join(_SIGNS.get(p) or rf"\text{{{p}}}" for p in parts if p)


def shapes_text(*shapes: tuple[object, ...]) -> str:
    """Shapes side by side, as in (1, m)(m, n); a scalar is (1,)."""
    return "".join(shape_text(s) for s in shapes)


def shape_text(shape: tuple[object, ...]) -> str:
    """A shape in the lecture's manner: (1,) for a scalar, (m, 1) for a column."""
    if len(shape) == 2 and str(shape[0]) == str(shape[1]) == "1":
        return "(1,)"
    return "(" + ", ".join(map(str, shape)) + ")"
