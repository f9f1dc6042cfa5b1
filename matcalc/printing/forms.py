"""A derivative as people state it: entry by entry, between stacked columns, as a differential."""

from __future__ import annotations

from typing import Literal

from ..calculus.derive import derive
from ..calculus.entries import entries, value_name
from ..calculus.forms import differential_by, vec_form
from ..calculus.record import Record
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, differential_of, var
from ..terms.records import dataclass, replace
from ..terms.shapes import ONE
from .index_form import IndexForm
from .latex import Latex
from .plain import Plain
from .registry import Options
from .shown import shown
from .unicode import Unicode

FormName = Literal["entries", "vec", "differential"]
FORMS: tuple[FormName, ...] = ("differential", "vec", "entries")
NOTATIONS = {"plain": Plain, "text": Plain, "unicode": Unicode, "latex": Latex}


@dataclass(frozen=True)
class Stated:
    """One way to state a derivative: an equation with an expression, or entry by entry."""

    kind: FormName
    right: Expr | IndexForm
    value: str = ""  # what the value is called
    record: Record | None = None

    @property
    def source(self) -> Expr:
        """What a differential is of: the expression, or its gradient."""
        assert self.record is not None
        d = self.record
        return d.source if d.order == 1 else derive(d.source, d.variable, "denominator", book=d.book).expr

    def sides(self, notation: str, options: Options) -> tuple[str, str]:
        """The two sides of the equation in a notation."""
        if isinstance(self.right, IndexForm):
            return self.right.sides(notation)
        make = NOTATIONS[notation]
        return _left(self, notation), shown(make, self.right, options)


def _left(form: Stated, notation: str) -> str:
    """What the differential, or the Jacobian of stacked columns, is of."""
    assert form.record is not None and isinstance(form.right, Expr)
    d = form.record
    source = d.source.shape if d.order == 1 else d.variable.shape
    make = NOTATIONS[notation]
    y = var(form.value, source) if form.value.isidentifier() else None
    if form.kind == "differential":
        if y is None:
            return {"latex": r"\mathrm{d}(\nabla f)", "unicode": "d(∇f)"}.get(notation, "d(∇f)")
        return make().text(differential_of(y))
    stack = r"\operatorname{vec}" if notation == "latex" else "vec"
    names = []
    for v, name in ((y, r"\nabla f" if notation == "latex" else "∇f"), (d.variable, "")):
        text = name if v is None else make().text(v)
        wide = v is None or ONE not in v.shape
        names.append(f"{stack}({text})" if wide and ONE not in (source if v is y else d.variable.shape) else text)
    if notation == "latex":
        top, below = names
        mark = r"^\top"
        pair = (top, below + mark) if d.layout == "numerator" or d.order == 2 else (top + mark, below)
        return rf"\frac{{\partial {pair[0]}}}{{\partial {pair[1]}}}"
    mark = "'" if notation in ("plain", "text") else "ᵀ"
    top, below = names
    return f"∂{top}/∂{below}{mark}" if d.layout == "numerator" or d.order == 2 else f"∂{top}{mark}/∂{below}"


class Forms:
    """Several statements of one derivative, a line each; prints as text, Unicode and LaTeX."""

    def __init__(self, rows: tuple[Stated, ...], taken: frozenset[str] = frozenset()):
        self.rows, self.taken = rows, taken

    def text(self, notation: str = "plain", options: Options | None = None) -> str:
        """The equations, aligned."""
        sides = self.sides(notation, options)
        if notation == "latex":
            if len(sides) == 1:
                return " = ".join(sides[0])
            rows = r" \\[3pt] ".join(f"{a} &= {b}" for a, b in sides)
            return rf"\begin{{aligned}} {rows} \end{{aligned}}"
        margin = max(len(a) for a, _ in sides)
        space = "\n" + " " * (margin + 3)
        return "\n".join(f"{a:{margin}} = {b}".replace("\n", space) for a, b in sides)

    def sides(self, notation: str, options: Options | None = None) -> list[tuple[str, str]]:
        """The two sides of each equation."""
        if notation not in NOTATIONS:
            raise MatcalcError(f"the forms are written in latex, text or unicode, not in {notation}")
        look = (options or Options())._replace(taken=self.taken)
        return [row.sides(notation, look) for row in self.rows]

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text("unicode")

    def unicode(self) -> str:
        """The equations in Unicode."""
        return self.text("unicode")

    def latex(self) -> str:
        """The equations in LaTeX, which both MathJax and KaTeX take."""
        return self.text("latex")

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def forms(d: Record, which: str = "all", taken: frozenset[str] = frozenset()) -> Forms:
    """The derivative in one of its forms, or in all that it has.

    >>> import matcalc
    >>> print(forms(matcalc.diff("A*X*B", "X").record).unicode())
    dY               = A dX B
    ∂vec(Y)/∂vec(X)ᵀ = Bᵀ ⊗ A
    ∂Y_ij/∂X_pq      = A_ip B_qj
    """
    if which != "all" and which not in FORMS:
        raise MatcalcError(f"the form is one of {', '.join(FORMS)} or all, not {which!r}")
    if d.form != "layout":
        raise MatcalcError("the forms are those of a derivative in a layout: ask for them before vec or hvp")
    if d.order == 2 and len(d.variables) > 1:
        raise MatcalcError("the forms are those of a Hessian by one variable")
    rows = []
    for kind in FORMS:
        if which in ("all", kind):
            try:
                rows.append(_stated(d, kind))
            except MatcalcError:
                if which != "all" or kind == "differential":
                    raise
    return Forms(tuple(rows), taken)


def _stated(d: Record, kind: FormName) -> Stated:
    if kind == "entries":
        return Stated(kind, IndexForm(entries(d)))
    name = value_name(d)
    if kind == "vec":
        return Stated(kind, vec_form(d).expr, name, d)
    bare = Stated(kind, d.expr, name, d)
    return replace(bare, right=differential_by(bare.source, d.variables, d.book))
