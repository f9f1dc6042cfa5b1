"""The front doors in Python: parse, diff, grad, jacobian, hessian, differential."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, overload

from ..calculus.layout import check_layout
from ..terms.errors import ShapeError
from ..terms.expression import Expr
from ..terms.limits import Limits, within
from ..terms.records import NamedTuple
from ..terms.shapes import SCALAR, describe
from .certificates import certified_differential
from .current import current
from .derivative import Derivative
from .derivatives import Derivatives
from .problem import Problem, arrays_among, names_in_list, with_scalars, written_derivatives
from .stated import as_stated, remarks_about

if TYPE_CHECKING:
    from ..calculus.layout import Layout
    from ..calculus.record import Record, Structure
    from ..derivation.drawing import Graph
    from ..language.parse import Parsed
    from ..language.typing.declarations import Types
    from ..rulebook.book import RuleBook
    from ..terms.recorder import Recorder
    from .accepted import Of, Source, Syntax, Variable, Variables, Where


def parse(text: str, where: Where = None, *, syntax: Syntax = "auto", layout: Layout = "numerator",
          rules: RuleBook | None = None, limits: Limits | None = None) -> Expr:  # fmt: skip
    """The expression that a text means; names that are not declared in `where` are typed by their use.

    Raises ParseError, UnknownNameError, ShapeError or DeclarationError with the place in the text.

    >>> parse("||Xw - y||^2").shape
    (1, 1)
    >>> e = parse("A*sin(x)")
    >>> parse(str(e)) == e
    True
    """
    with within(limits):
        from ..language.parse import parse_expression

        signatures = (rules or current()).signatures
        parsed = parse_expression(text, where, syntax=syntax, layout=layout, signatures=signatures)
        return as_stated(written_derivatives(parsed, rules or current()), rules or current()).expr


def reading(text: str, where: Where = None, *, syntax: Syntax = "auto", rules: RuleBook | None = None,
            limits: Limits | None = None) -> Parsed:  # fmt: skip
    """How a text is read: its expression, the types of its names, and remarks on the choices that were made.

    >>> r = reading("log|S|")
    >>> print(r.expr, *r.remarks, sep="; ")
    log(det(S)); |S| is the determinant of S
    >>> str(r.types["S"])
    'matrix(n, n)'
    """
    with within(limits):
        from ..language.parse import parse_expression

        book = rules or current()
        parsed = parse_expression(text, where, syntax=syntax, signatures=book.signatures)
        return as_stated(written_derivatives(parsed, book), book)


@overload
def diff(expr: Source, wrt: Variable | None = None, layout: Layout = "numerator", where: Where = None,
         structure: Structure = "free", *, syntax: Syntax = "auto", rules: RuleBook | None = None,
         recorder: Recorder | None = None, verify: bool = True, limits: Limits | None = None
         ) -> Derivative: ...  # fmt: skip


@overload
def diff(expr: Source, wrt: Variables, layout: Layout = "numerator", where: Where = None,
         structure: Structure = "free", *, syntax: Syntax = "auto", rules: RuleBook | None = None,
         recorder: Recorder | None = None, verify: bool = True, limits: Limits | None = None
         ) -> Derivative | Derivatives: ...  # fmt: skip


def diff(expr: Source, wrt: Variable | Variables | None = None, layout: Layout = "numerator", where: Where = None,
         structure: Structure = "free", *, syntax: Syntax = "auto", rules: RuleBook | None = None,
         recorder: Recorder | None = None, verify: bool = True, limits: Limits | None = None
         ) -> Derivative | Derivatives:  # fmt: skip
    r"""The derivative of an expression by a variable, in closed form.

    `layout` is "numerator" (the axes of the value, then those of the variable reversed) or "denominator" (all axes
    of that reversed). `structure` says what the entries of a structured variable are: "free" (all independent),
    "entries" (tied entries are one unknown) or "tangent" (the gradient along the structure, or along the manifold that
    `where` states, as in "x: vector(n), x'*x = 1"; a manifold or metric may be named, as in "tangent grassmann").
    A list of scalars is one variable with these components; a list with an array gives a derivative for each.
    `wrt` may be left out of a text that names it: `\nabla_x …`, `d/dx …`, `\min_w …`, `J(w) = …`.
    `rules` is a book of rules in place of the one in use (see `load_rules`).
    The answer is verified (`d.certificate`) unless `verify` is False. `limits` bounds the work (`matcalc.Limits`).
    A recorder keeps what was done on the way (`d.trace()` asks again with one).
    Raises a MatcalcError that says what is wrong; NoDerivativeError if an operation has no known differential.

    >>> print(diff("||Xw - y||^2", "w"))
    2*(X*w - y)'*X
    >>> print(diff("||Xw - y||^2", "w", layout="denominator"))
    2*X'*(X*w - y)
    >>> print(diff(r"J(w) = \|Xw - y\|^2"))
    2*(X*w - y)'*X
    >>> print(diff("x*y^2", ["x", "y"]))
    [y^2, 2*x*y]
    >>> print(diff("||Xw - y||^2", ["w", "y"]))
    w: 2*(X*w - y)'*X
    y: 2*(y - X*w)'
    """
    with within(limits):
        from ..calculus.derive import by_several
        from ..calculus.structure import check_structure

        axes, tied = check_layout(layout), check_structure(structure)
        again = partial(diff, expr, wrt, layout, where, structure, syntax=syntax)
        names = names_in_list(wrt)
        if names is not None and not isinstance(wrt, str) and arrays_among(expr, names, where, syntax, rules):
            one = partial(diff, layout=layout, structure=structure)

            def by(p: Problem, x: Expr) -> Record:
                if p.is_complex:
                    return p.wirtinger(x, axes, tied, recorder)
                return p.derivative(x, axes, tied)

            return _each(expr, names, where, syntax, rules, verify, one, by)
        if names is not None:
            p, scalars = with_scalars(expr, names, where, syntax, rules, recorder)
            return p.hold(by_several([(p.expr, x) for x in scalars], axes, recorder, p.book), again, verify)
        p = Problem(expr, _single(wrt), where, syntax, rules, recorder, may_be_complex=True)
        if p.is_complex or p.conjugated:
            return p.hold(p.wirtinger(p.x, axes, tied, recorder), again, verify)
        p.along(tied)
        return p.hold(p.derivative(p.x, axes, tied), again, verify)


def _single(wrt: Variable | Variables | None) -> Variable | None:
    """One variable, as `names_in_list` has seen."""
    return wrt  # type: ignore[return-value]


def _each(expr: Source, names: list[str], where: Where, syntax: Syntax, rules: RuleBook | None, verify: bool,
          one: Callable[..., Derivative], by: Callable[[Problem, Expr], Record]) -> Derivatives:  # fmt: skip
    """The derivatives of one question by each of its variables; `one` asks for a single one again."""
    p = Problem(expr, names[0], where, syntax, rules, others=names, may_be_complex=True)
    wanted = [p.variable(n, where) for n in names]
    if isinstance(expr, str):  # so that one alone is read in the same way
        where = p.declarations()
    return Derivatives(
        p.hold(by(p, x), partial(one, expr, n, where=where, syntax=syntax), verify)
        for n, x in zip(names, wanted, strict=True)
    )


@overload
def grad(expr: Source, wrt: Variable | None = None, where: Where = None, *, structure: Structure = "free",
         syntax: Syntax = "auto", rules: RuleBook | None = None, recorder: Recorder | None = None,
         verify: bool = True, limits: Limits | None = None) -> Derivative: ...  # fmt: skip


@overload
def grad(expr: Source, wrt: Variables, where: Where = None, *, structure: Structure = "free",
         syntax: Syntax = "auto", rules: RuleBook | None = None, recorder: Recorder | None = None,
         verify: bool = True, limits: Limits | None = None) -> Derivatives: ...  # fmt: skip


def grad(expr: Source, wrt: Variable | Variables | None = None, where: Where = None, *, structure: Structure = "free",
         syntax: Syntax = "auto", rules: RuleBook | None = None, recorder: Recorder | None = None,
         verify: bool = True, limits: Limits | None = None) -> Derivative | Derivatives:  # fmt: skip
    """The gradient of a scalar expression, of the shape of the variable; by a list of variables one for each.

    >>> print(grad("tr(A*X*B)", "X"))
    A'*B'
    >>> by_w, by_a = grad("||Xw - y||^2 + a*w'*w", ["w", "a"])
    >>> print(by_a)
    w'*w
    """
    with within(limits):
        from ..calculus.structure import check_structure

        tied = check_structure(structure)

        def by(p: Problem, x: Expr) -> Record:
            if p.expr.shape != SCALAR:
                shape = describe(p.expr.shape)
                raise ShapeError(f"a gradient is that of a scalar; this expression is {shape}: use jacobian or diff")
            if p.is_complex or p.conjugated:
                return p.wirtinger_gradient(x, tied, recorder)
            return p.derivative(x, "denominator", tied)

        one = partial(grad, structure=structure)
        names = names_in_list(wrt)
        if names is not None:
            return _each(expr, names, where, syntax, rules, verify, one, by)
        p = Problem(expr, _single(wrt), where, syntax, rules, recorder, may_be_complex=True)
        p.along(tied)
        return p.hold(by(p, p.x), partial(one, expr, wrt, where=where, syntax=syntax), verify)


def jacobian(expr: Source, wrt: Variable | None = None, where: Where = None, *, syntax: Syntax = "auto",
             rules: RuleBook | None = None, verify: bool = True,
             limits: Limits | None = None) -> Derivative:  # fmt: skip
    """The Jacobian in numerator layout: entry (i, j) is the derivative of y_i by x_j.

    >>> print(jacobian("A*sin(x)", "x"))
    A*diag(cos(x))
    """
    return diff(expr, wrt, "numerator", where, syntax=syntax, rules=rules, verify=verify, limits=limits)


def hessian(expr: Source, wrt: Variable | Variables | None = None, where: Where = None, *,
            syntax: Syntax = "auto", rules: RuleBook | None = None, recorder: Recorder | None = None,
            verify: bool = True, limits: Limits | None = None) -> Derivative:  # fmt: skip
    """The second derivative of a scalar: (n, n) by a vector, (n, k, n, k) by a matrix, by a list of scalars a matrix.

    >>> print(hessian("||A*x - b||^2", "x"))
    2*A'*A
    >>> print(hessian("x*y^2", "x,y"))
    [0, 2*y; 2*y, 2*x]
    """
    with within(limits):
        from ..calculus.derive import second, second_by_several

        again = partial(hessian, expr, wrt, where, syntax=syntax)
        names = names_in_list(wrt)
        if names is not None:
            p, by = with_scalars(expr, names, where, syntax, rules, recorder, 2)
            return p.hold(second_by_several(p.expr, by, recorder, p.book), again, verify)
        p = Problem(expr, _single(wrt), where, syntax, rules, recorder, order=2)
        return p.hold(second(p.expr, p.x, recorder, p.book), again, verify)


def differential(expr: Source, wrt: Variable | Variables | None = None, where: Where = None, *, syntax: Syntax = "auto",
                 rules: RuleBook | None = None, limits: Limits | None = None) -> Expr:  # fmt: skip
    """The differential of an expression, linear in d(wrt); by a list of variables the sum of theirs.

    >>> print(differential("inv(X)", "X"))
    -inv(X)*d(X)*inv(X)
    >>> print(differential("u'*v", "u,v"))
    u'*d(v) + v'*d(u)
    """
    return question_of_differential(expr, wrt, where, syntax=syntax, rules=rules, limits=limits).answer


class Differential(NamedTuple):
    """A differential with its question as it is understood."""

    source: Expr
    answer: Expr
    types: Types
    remarks: tuple[str, ...]


def question_of_differential(expr: Source, wrt: Variable | Variables | None = None, where: Where = None, *,
                             syntax: Syntax = "auto", rules: RuleBook | None = None, limits: Limits | None = None
                             ) -> Differential:  # fmt: skip
    """The differential with the types of its names and remarks on how the text was read."""
    with within(limits):
        names = names_in_list(wrt)
        first = _single(wrt) if names is None else names[0]
        p = Problem(expr, first, where, syntax, rules, order=0, others=names or ())
        by = (p.x,) if names is None else tuple(p.variable(n, where) for n in names)
        remarks = (*p.remarks, *remarks_about(p.x, p.book))
        return Differential(p.expr, certified_differential(p.expr, by, p.book), p.types, remarks)


def graph(what: str | Expr | Derivative, of: Of = "expression", *, rules: RuleBook | None = None) -> Graph:
    """The computation graph of an expression or its text; of a derivative, `of` may be "derivative" or "both" too.

    >>> len(graph("exp(x'*x) + x'*x"))  # x'*x is one node
    4
    """
    from ..derivation.drawing import graph

    if isinstance(what, Derivative):
        return what.graph(of)
    return graph(parse(what, rules=rules) if isinstance(what, str) else what, of)
