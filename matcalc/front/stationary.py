"""`matcalc.solve_stationary`: where a gradient vanishes, in closed form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from ..printing.registry import Options
from ..rulebook.equations import BookUnder
from ..terms.errors import MatcalcError, ShapeError, StationaryError
from ..terms.expression import Expr, mm, prod, sub
from ..terms.limits import Limits, within
from ..terms.shapes import ONE, SCALAR, describe
from .notations import write
from .problem import Problem, names_in_list

if TYPE_CHECKING:
    from ..analysis.stationary.couplings import Eigenproblem
    from ..analysis.stationary.solve import Root, Stationarity
    from ..language.typing.declarations import Types
    from ..rulebook.book import RuleBook
    from .accepted import Source, Syntax, Variable, Variables, Where

    Equations = str | Expr | Sequence[str | Expr] | None

_WORDS = {
    "invertible": ("is invertible", r"\text{ is invertible}"),
    "positive": ("> 0", "> 0"),
    "nonnegative": (">= 0", r"\ge 0"),
    "nonzero": ("is not 0", r"\ne 0"),
    "nowhere_zero": ("has no entry 0", r"\text{ has no entry } 0"),
    "full_rank": ("has full column rank", r"\text{ has full column rank}"),
    "spd": ("is symmetric positive definite", r"\text{ is symmetric positive definite}"),
}


@dataclass(frozen=True)
class StationaryPoint:
    """One solution: the value of each unknown, what it needs, and whether it is a minimum, with the reason.

    `values` are the unknowns with their values (of a matrix perhaps that of `vec(X)`), `multipliers` those of the
    constraints. `general` are all solutions where the condition fails, with an arbitrary `z`, if they are known.
    """

    values: tuple[tuple[Expr, Expr], ...]
    multipliers: tuple[tuple[Expr, Expr], ...]
    condition: str
    general: Expr | None
    kind: str
    reason: str
    root: Root

    @property
    def value(self) -> Expr:
        """The value of the first unknown."""
        return self.values[0][1]

    def lines(self, notation: str = "text") -> list[str]:
        """What there is to say of it, line by line."""
        latex = notation == "latex"
        found = [equal(x, v, notation) for x, v in self.values]
        if self.root.conditions:
            found.append(("if ", r"\text{if } ")[latex] + _conditions(self.root, notation))
        if self.general is not None:
            every = ("otherwise ", r"\text{otherwise } ")[latex] + equal(self.values[0][0], self.general, notation)
            free = next(n for n in ("z", "Z") if n in self.general.free)
            found.append(every + (f" for every {free}", rf" \text{{ for every }} {free}")[latex])
        told = self.reason if re.match("(minimum|maximum) if ", self.reason) else f"{self.kind}: {self.reason}"
        told = told.replace("unknown: ", "not known whether a minimum: ", 1)
        found.append(rf"\text{{{_escaped(told)}}}" if latex else told)
        return found


@dataclass(frozen=True)
class Stationary:
    """The stationary points of an expression, in closed form.

    `equation` is what is 0, the gradient (of the Lagrangian where there are constraints), `solutions` its solutions.
    `value`, `condition`, `kind` and `reason` are those of the first. The kind is "minimum", "maximum", "saddle" or
    "unknown", with the reason from the Hessian. Every solution was compared with numbers before it was handed out.

    >>> import matcalc
    >>> found = matcalc.solve_stationary("k*log(p) + (n - k)*log(1 - p)", "p", where="p: scalar, k: scalar, n: scalar")
    >>> found.value, found.equation
    (k/n, (k/p - n)/(1 - p))
    """

    source: Expr
    equation: Expr
    solutions: tuple[StationaryPoint, ...]
    types: Types
    found: Stationarity

    @property
    def eigenproblem(self) -> Eigenproblem | None:
        """The eigenproblem whose eigenvectors are the stationary points, if they are that."""
        return self.found.eigenproblem

    @property
    def value(self) -> Expr:
        """The value of the first unknown at the first solution; StationaryError if these are eigenvectors."""
        if not self.solutions:
            name = self.found.unknowns[0]
            raise StationaryError(f"{name} is an eigenvector, which has no closed form", self.equation)
        return self.solutions[0].value

    @property
    def condition(self) -> str:
        """What the first solution needs to exist, in words; empty if nothing."""
        return self.solutions[0].condition if self.solutions else ""

    @property
    def kind(self) -> str:
        """Whether the first solution is a minimum."""
        return self.solutions[0].kind if self.solutions else "unknown"

    @property
    def reason(self) -> str:
        """Why it is one."""
        return self.solutions[0].reason if self.solutions else "it depends on the eigenvalue"

    @property
    def multipliers(self) -> dict[str, Expr]:
        """The multipliers of the constraints at the first solution, by name."""
        return {str(m): v for s in self.solutions[:1] for m, v in s.multipliers}

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the solutions leave out, or stand for."""
        told = [f"the gradient is 0 also where {e} = 0" for e in self.found.also]
        if self.found.by_entry:
            told.append("each entry takes one of these values")
        if self.found.dropped:
            told.append("a root that holds for some values of the parameters alone is left out")
        return tuple(told)

    def lines(self, notation: str = "text") -> list[str]:
        """The solutions, their conditions and kinds, and the equation, line by line."""
        latex = notation == "latex"
        told = [line for s in self.solutions for line in s.lines(notation)]
        if self.eigenproblem is not None:
            told += _spectral(self.eigenproblem, notation)
        told += [rf"\text{{{_escaped(r)}}}" if latex else r for r in self.remarks]
        made = write(self.equation, notation, None, _OPTIONS)
        return [*told, (f"from {made} = 0", rf"\text{{from }} {made} = 0")[latex]]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    __repr__ = __str__

    def unicode(self) -> str:
        """The same in Unicode."""
        return "\n".join(self.lines("unicode"))

    def latex(self) -> str:
        r"""The same in LaTeX, as lines of an array.

        >>> import matcalc
        >>> print(matcalc.solve_stationary("||x - a||^2", "x").latex().split(r" \\ ")[0])
        \begin{array}{l} \mathbf{x} = \mathbf{a}
        """
        rows = r" \\ ".join(self.lines("latex"))
        return rf"\begin{{array}}{{l}} {rows} \end{{array}}"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"


_OPTIONS = Options(share=False)


def equal(x: Expr, value: Expr, notation: str) -> str:
    """An unknown and its value, as an equation."""
    return f"{write(x, notation, None, _OPTIONS)} = {write(value, notation, None, _OPTIONS)}"


def _spectral(p: Eigenproblem, notation: str) -> list[str]:
    """An eigenproblem in words: the equation, the value at a solution, and which are minima."""
    latex = notation == "latex"
    right = prod(p.name, p.x) if p.name.is_scalar else mm(p.x, p.name)
    if p.right.op != "eye":
        right = prod(p.name, mm(p.right, p.x)) if p.name.is_scalar else mm(p.right, right)
    made = equal(mm(p.left, p.x), right, notation)
    name = write(p.x, notation, None, _OPTIONS)
    if p.name.is_scalar:
        what = "generalised eigenvectors" if p.right.op != "eye" else "eigenvectors"
        lines = [f"{name} is one of the {what}: {made}"]
    else:
        lines = [f"the columns of {name} are eigenvectors, or span as much: {made}"]
    if latex:
        words = lines[0].removesuffix(f": {made}").split(name)
        lines = [rf"\text{{{words[0]}}} {name} \text{{{words[-1]}: }} {made}"]
    more = [f"the value there is {p.value}"] * bool(p.value) + [p.kind or "not known which are minima"]
    return lines + [rf"\text{{{_escaped(m)}}}" if latex else m for m in more]


def _conditions(root: Root, notation: str) -> str:
    latex = notation == "latex"
    parts = []
    for prop, args in root.conditions:
        words = _WORDS.get(prop, (f"is {prop}", rf"\text{{ is {prop}}}"))[latex]
        parts.append(f"{write(args[0], notation, None, _OPTIONS)} {words}")
    return (" and ", r" \text{ and } ")[latex].join(parts)


def _escaped(text: str) -> str:
    return re.sub(r"([_#$%&{}])", r"\\\1", text).replace("^", r"\^{}")


def solve_stationary(expr: Source, wrt: Variable | Variables | None = None, where: Where = None, *,
                     subject_to: Equations = None, syntax: Syntax = "auto", rules: RuleBook | None = None,
                     limits: Limits | None = None) -> Stationary:  # fmt: skip
    """The stationary points of a scalar expression, in closed form, under equations if `subject_to` has some.

    Raises StationaryError with the equation that is left where there is no closed form; ShapeError if the expression is
    no scalar. A solution that fails its comparison with numbers is not handed out.

    >>> print(solve_stationary("||Xw - y||^2", "w"))
    w = inv(X'*X)*X'*y
    if X'*X is invertible
    otherwise w = pinv(X)*(y - X*z) + z for every z
    minimum: the Hessian 2*X'*X is positive semidefinite
    from 2*X'*(X*w - y) = 0
    >>> print(solve_stationary("||x||^2", "x", subject_to="A*x = b"))
    x = A'*inv(A*A')*b
    if A*A' is invertible
    minimum: the Hessian 2*eye(n) is positive definite
    from 2*x + A'*lambda = 0
    """
    with within(limits):
        from ..analysis.stationary.solve import stationary_points

        names = names_in_list(wrt) or []
        problem, constraints = _read(expr, wrt, names, where, subject_to, syntax, rules)
        if problem.expr.shape != SCALAR:
            shape = describe(problem.expr.shape)
            raise ShapeError(f"a stationary point is that of a scalar; this expression is {shape}")
        unknowns = [problem.variable(n, where) for n in names] or [problem.x]
        nodes = {n: t.node(n) for n, t in problem.types.items() if hasattr(t, "node")}
        book = problem.book
        if isinstance(book, BookUnder):  # equations that were declared bind the unknowns too
            names_of_unknowns = {x.data[0] for x in unknowns}
            constraints += [sub(e.left, e.right) for e in book.equations.stated if e.free & names_of_unknowns]
            book = book.base
        found = stationary_points(problem.expr, unknowns, constraints, book, nodes)
        points = tuple(
            StationaryPoint(r.values, r.multipliers, _conditions(r, "text"), r.general, r.kind.name, r.kind.reason, r)
            for r in found.roots
        )
        return Stationary(problem.expr, found.equations[0], points, problem.types, found)


# --- the question ------------------------------------------------------------------------------------------------


def _read(expr: Source, wrt: Any, names: list[str], where: Where, subject_to: Equations, syntax: Syntax,
          rules: RuleBook | None) -> tuple[Problem, list[Expr]]:  # fmt: skip
    """The question and what its constraints say is 0; types are found from the expression first, else from them."""
    given = [subject_to] if isinstance(subject_to, str | Expr) else list(subject_to or ())
    texts = [c for t in given if isinstance(t, str) for c in _separate(t)]
    ready = [c for c in given if isinstance(c, Expr)]
    first = names[0] if names else wrt
    try:
        problem = Problem(expr, first, where, syntax, rules, others=names)
        return problem, [*ready, *_equations(texts, where, problem, syntax)]
    except ShapeError:
        other = _from_constraints(expr, first, names, where, texts, syntax, rules) if isinstance(expr, str) else None
        if other is None:
            raise
        problem = other
    return problem, [*ready, *_equations(texts, where, problem, syntax)]


def _from_constraints(expr: str, first: Any, names: list[str], where: Where, texts: list[str], syntax: Syntax,
                      rules: RuleBook | None) -> Problem | None:  # fmt: skip
    """The question with the variable's sizes as the expression and the constraints together tell them."""
    from ..language.typing.declarations import parse_where

    declared = {n: str(t) for n, t in parse_where(where).items()}
    read: list[Problem] = []
    for text in (expr, *map(_difference, texts)):
        with suppress(MatcalcError):
            read.append(Problem(text, first, declared or None, syntax, rules, others=names))
    shapes = [p.x.shape for p in read]
    for rows, columns in product(dict.fromkeys(s[0] for s in shapes), dict.fromkeys(s[1] for s in shapes)):
        kind = f"matrix({rows},{columns})" if columns is not ONE else f"vector({rows})"
        with suppress(MatcalcError):
            problem = Problem(expr, first, {**declared, read[0].x.data[0]: kind}, syntax, rules, others=names)
            _equations(texts, where, problem, syntax)
            return problem
    return None


def _separate(text: str) -> list[str]:
    """Constraints that stand in one text, with commas between them outside of brackets."""
    from ..terms.rule_lines import split_top

    return [part for part in split_top(text.replace(";", ","), ",") if part]


def _sides(text: str) -> tuple[str, str]:
    """The two sides of an equation."""
    if re.search(r"[<>≤≥⪰⪯]|\\(le|ge|leq|geq|preceq|succeq)\b", text):
        raise StationaryError(f"a constraint is an equation; {text!r} is an inequality, which is not taken")
    parts = re.split(r"(?<![=!])=(?!=)", text)
    if len(parts) != 2:
        raise MatcalcError(f"a constraint is written left = right, not {text!r}")
    return parts[0].strip(), parts[1].strip()


def _difference(text: str) -> str:
    """The text of left - right."""
    left, right = _sides(text)
    return f"({left}) - ({right})"


def _equations(texts: list[str], where: Where, problem: Problem, syntax: Syntax) -> list[Expr]:
    """What is 0 in each constraint, with the types of the question, which get those of new names."""
    from ..language.parse import parse_expression
    from ..language.typing.declarations import parse_where

    found = []
    declared = {n: str(t) for n, t in parse_where(where).items()}
    for text in texts:
        known = {**declared, **{n: str(t) for n, t in problem.types.items()}}
        read = parse_expression(_difference(text), known, syntax=syntax, signatures=problem.book.signatures)
        problem.types.update({n: t for n, t in read.types.items() if n not in problem.types})
        found.append(read.expr)
    return found
