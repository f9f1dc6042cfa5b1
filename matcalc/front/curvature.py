"""`matcalc.curvature`: is it convex, and why?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..terms.errors import MatcalcError, ShapeError
from ..terms.expression import Expr
from ..terms.limits import Limits, within
from ..terms.shapes import SCALAR, describe
from .notations import write
from .problem import Problem, arrays_among, names_in_list, with_scalars

if TYPE_CHECKING:
    from ..analysis.judgement import Judgement
    from ..analysis.samples import Bend
    from ..language.typing.declarations import Types
    from ..rulebook.book import RuleBook
    from .accepted import Source, Syntax, Variable, Variables, Where


@dataclass(frozen=True)
class Curvature:
    """What the curvature of a function is, and why.

    `verdict` is affine, convex or concave, perhaps strictly or strongly so with its `modulus`, neither, or unknown.
    `reason` are lines from the second derivative `hessian` (of a matrix variable a quadratic form in a direction) or
    from the rules of composition; `domain` is where it holds. Of neither, `witness` are two places: one where the
    function bends downwards and one where it bends upwards. `when` are further conditions with the verdict under each.
    `points` is the number of random points at which the verdict was tested.

    >>> import matcalc
    >>> found = matcalc.curvature("x'*x + a'*x", "x")
    >>> found.verdict, found.convex, found.modulus
    ('strongly convex', True, 2)
    """

    verdict: str
    reason: tuple[str, ...]
    hessian: Expr | None
    domain: tuple[str, ...]
    modulus: Expr | None
    witness: tuple[Bend, Bend] | None
    when: tuple[tuple[str, str], ...]
    points: int
    expr: Expr
    types: Types = field(repr=False, compare=False, default_factory=dict)
    judgement: Judgement | None = field(repr=False, compare=False, default=None)

    @property
    def convex(self) -> bool:
        """Whether it is convex, which affine functions are."""
        return self.verdict.endswith(("convex", "affine"))

    @property
    def concave(self) -> bool:
        """Whether it is concave, which affine functions are."""
        return self.verdict.endswith(("concave", "affine"))

    def __str__(self) -> str:
        head = self.verdict
        if self.modulus is not None:
            head += f" with modulus {self.modulus}"
        if self.domain:
            head += f" on {' and '.join(self.domain)}"
        lines = [head]
        form = self.judgement.finding.form if self.judgement is not None else None
        if form is not None and self.verdict != "affine":
            lines.append(str(form))
        lines += self.reason
        lines += [told(bend) for bend in self.witness or ()]
        lines += [f"if {condition}: {verdict}" for condition, verdict in self.when]
        if self.convex or self.concave:
            lines.append(f"tested at {self.points} random points")
        return "\n".join(lines)

    __repr__ = __str__

    def latex(self) -> str:
        r"""The verdict with the second derivative, as in `\nabla^2 f = 2 I \succeq 0`."""
        words = rf"\text{{{self.verdict}}}"
        if self.hessian is None:
            return rf"{write(self.expr, 'latex', self.types)} \quad {words}"
        form = self.judgement.finding.form if self.judgement is not None else None
        along = form is not None and bool(form.directions)
        left = r"\mathrm{d}^2 f" if along else r"\nabla^2 f"
        number = along or self.hessian.is_scalar
        signs = (r"\ge 0", r"\le 0") if number else (r"\succeq 0", r"\preceq 0")
        sign = signs[0] if self.convex else signs[1] if self.concave else ""
        sign = "" if self.verdict == "affine" else sign
        return rf"{left} = {write(self.hessian, 'latex', self.types)} {sign} \quad {words}".replace("  ", " ")

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def told(bend: Bend) -> str:
    """A place where a function bends, in words."""
    at = ", ".join(f"{n} = {numeral(x)}" for n, x in bend.values.items())
    if bend.direction is None:
        other = ", ".join(f"{n} = {numeral(x)}" for n, x in (bend.other or {}).items())
        side = "below" if bend.size > 0 else "above"
        return f"between {at} and {other} it goes {side} its chord"
    ways = [numeral(u) for u in bend.direction.values()]
    along = f" along {ways[0]}" if len(ways) == 1 else f" along ({', '.join(ways)})"
    if len(ways) == 1 and not getattr(next(iter(bend.direction.values())), "shape", ()):
        along = ""  # by a number there is one
    return f"at {at} the second derivative{along} is {numeral(bend.size)}"


def numeral(x: Any) -> str:
    """A number or an array with three digits.

    >>> numeral(0.12345), numeral([1.0, -2.5]), numeral([[1.0, 0.0], [0.0, 2.0]])
    ('0.123', '(1, -2.5)', '[1, 0; 0, 2]')
    """
    if callable(x):
        return "a smooth function"
    rows = x.tolist() if hasattr(x, "tolist") else x
    if not isinstance(rows, Sequence):
        return f"{float(rows) + 0.0:.3g}"
    if rows and isinstance(rows[0], Sequence):
        return "[" + "; ".join(", ".join(numeral(v) for v in row) for row in rows) + "]"
    return "(" + ", ".join(numeral(v) for v in rows) + ")"


def curvature(expr: Source, wrt: Variable | Variables | None = None, where: Where = None, *, syntax: Syntax = "auto",
              rules: RuleBook | None = None, limits: Limits | None = None) -> Curvature:  # fmt: skip
    """Whether a scalar expression is convex, concave, affine or neither in a variable, or in several jointly; and why.

    The reason is that of the second derivative: facts of rules/facts.rules prove that it is positive semidefinite.
    Where it does not exist, and where it is not enough, functions are composed by the lines of rules/curvature.rules.
    Every verdict is tested at random points of the domain before it is handed out. What is not proved is `neither`
    with a witness, or `unknown` with what the numbers suggest.

    >>> print(curvature("sum(log(1 + exp(X*w)))", "w"))
    convex
    Hessian: X'*diag(sigmoid(X*w).*(vector(1) - sigmoid(X*w)))*X
    X'*diag(sigmoid(X*w).*(vector(1) - sigmoid(X*w)))*X is positive semidefinite, as A'*W*A with W positive semidefinite [Horn and Johnson, Matrix Analysis, 7]
    diag(sigmoid(X*w).*(vector(1) - sigmoid(X*w))) is positive semidefinite, as diag(x) with x >= 0
    sigmoid(X*w).*(vector(1) - sigmoid(X*w)) >= 0
    tested at 45 random points
    >>> curvature("x*log(x)", "x", where="x: scalar").domain
    ('x > 0',)
    >>> curvature("x^3", "x", where="x: scalar").when
    (('x > 0', 'strictly convex'),)
    """  # noqa: E501
    with within(limits):
        from ..analysis.curvature import Question
        from ..analysis.judgement import judge
        from ..analysis.words import said

        p, variables = _question(expr, wrt, where, syntax, rules)
        if p.expr.shape != SCALAR:
            raise ShapeError(f"convex is what a scalar is; this expression is {describe(p.expr.shape)}")
        for x in variables:
            if "orthogonal" in x.data.properties:
                raise MatcalcError(f"{x} is orthogonal: the orthogonal matrices are not a convex set")
        found = judge(Question(p.expr, variables, p.book))
        form = found.finding.form
        domain = tuple(said(k) for k in found.finding.domain)
        return Curvature(
            found.verdict, found.reason, None if form is None else form.expr, domain, found.finding.modulus,
            found.witness, found.when, found.points, p.expr, p.types, found,
        )  # fmt: skip


def _question(expr: Source, wrt: Variable | Variables | None, where: Where, syntax: Syntax,
              rules: RuleBook | None) -> tuple[Problem, tuple[Expr, ...]]:  # fmt: skip
    """The expression and its variables; of a list that holds no array they are scalars."""
    names = names_in_list(wrt)
    if names is None:
        p = Problem(expr, wrt, where, syntax, rules, order=0)  # type: ignore[arg-type]
        return p, (p.x,)
    if arrays_among(expr, names, where, syntax, rules) or not isinstance(expr, str) or _declared(names, where):
        p = Problem(expr, names[0], where, syntax, rules, order=0, others=names)
        return p, tuple(p.variable(n, where) for n in names)
    return with_scalars(expr, names, where, syntax, rules, None, 0)


def _declared(names: Sequence[str], where: Where) -> bool:
    """Whether some of the names are declared as arrays."""
    from ..language.typing.declarations import parse_where

    known: Mapping[str, Any] = parse_where(where)
    return any(n in known and getattr(known[n], "shape", SCALAR) != SCALAR for n in names)
