"""What is done with second derivatives: Newton's step, Taylor's polynomial, Laplacian, Gauss-Newton, Fisher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..terms.errors import MatcalcError, ShapeError
from ..terms.expression import Expr, var, zeros
from ..terms.limits import Limits, within
from ..terms.shapes import describe
from .formula import Formula, formula_of
from .problem import Problem

if TYPE_CHECKING:
    from ..language.typing.declarations import Types
    from ..rulebook.book import RuleBook
    from .accepted import Source, Syntax, Variable, Where

    Inverse = Literal["auto", "inverse", "woodbury"]


def newton(expr: Source, wrt: Variable | None = None, where: Where = None, *, inverse: Inverse = "auto",
           syntax: Syntax = "auto", rules: RuleBook | None = None, limits: Limits | None = None
           ) -> Formula:  # fmt: skip
    """Newton's step H⁻¹g of a scalar in closed form: x − H⁻¹g is the next point.

    The inverse is that of the structure: of a diagonal and products of few columns by Sherman, Morrison and Woodbury
    (`inverse="woodbury"` takes products of any size for few columns), of a Kronecker product those of its factors, of
    two a Sylvester equation. H times the step is compared with g. Raises a MatcalcError if the Hessian is singular by
    its structure, and NoDerivativeError where no closed form is known.

    >>> print(newton("||A*x - b||^2", "x"))
    x - inv(A'*A)*A'*b
    >>> print(newton("||T - U*V'||^2", "U"))
    U - T*V*inv(V'*V)
    >>> print(newton("sqrt(1 + x'*x)", "x"))
    (1 + x'*x)*x
    >>> newton("(a'*x - b)^2", "x")
    Traceback (most recent call last):
        ...
    matcalc.MatcalcError: the Hessian is singular, so that there is no Newton step: a*a' has rank 1
    """
    with within(limits):
        from ..analysis.newton import newton as find

        p = Problem(expr, wrt, where, syntax, rules, order=2)
        _refuse_array(p.expr, "Newton's step is that of a scalar")
        return formula_of(find(p.expr, p.x, p.book, inverse), p)


def taylor(expr: Source, wrt: Variable | None = None, at: str | Expr = "", order: int = 2, where: Where = None, *,
           syntax: Syntax = "auto", rules: RuleBook | None = None, limits: Limits | None = None
           ) -> Formula:  # fmt: skip
    """The Taylor polynomial around a point: f(a) + f'(a)(x − a) + (x − a)ᵀH(a)(x − a)/2, also for a matrix.

    The point is a new name, by default that of the variable with a 0; `at="0"` expands around zero. With `order=1` the
    value may be a vector.

    >>> print(taylor("logsumexp(x)", "x", where="x: vector(n)", order=1))
    logsumexp(x0) + softmax(x0)'*(x - x0)
    >>> print(taylor("logdet(X)", "X"))
    logdet(X0) + tr(inv(X0)*(X - X0)) - tr(inv(X0)*(X - X0)*inv(X0)*(X - X0))/2
    """
    with within(limits):
        from ..analysis.second_order import taylor as find

        p = Problem(expr, wrt, where, syntax, rules, order=0)
        point = _point(at, p)
        more: Types = {}
        if point.op == "var":
            more = {point.data[0]: p.types[p.x.data[0]]}
        return formula_of(find(p.expr, p.x, point, order, p.book), p, more)


def laplacian(expr: Source, wrt: Variable | None = None, where: Where = None, *, syntax: Syntax = "auto",
              rules: RuleBook | None = None, limits: Limits | None = None) -> Formula:  # fmt: skip
    """The Laplacian of a scalar: the sum of the second derivatives by each entry of the variable.

    >>> print(laplacian("log(x'*x)", "x"))
    (2*n - 4)/(x'*x)
    >>> print(laplacian("tr(X'*A*X*B)", "X"))
    2*tr(A)*tr(B)
    """
    with within(limits):
        from ..analysis.second_order import laplacian as find
        from ..calculus.derive import second

        p = Problem(expr, wrt, where, syntax, rules, order=2)
        _refuse_array(p.expr, "the Laplacian is that of a scalar")
        return formula_of(find(second(p.expr, p.x, book=p.book)), p)


def gauss_newton(expr: Source, wrt: Variable | None = None, where: Where = None, *, model: str | Expr | None = None,
                 syntax: Syntax = "auto", rules: RuleBook | None = None, limits: Limits | None = None
                 ) -> Formula:  # fmt: skip
    """The Gauss-Newton matrix: JᵀJ of a residual, JᵀHJ of a loss of a model, whose own curvature is left out.

    Of an array it is JᵀJ, that of half its squared norm. Of a scalar the loss is as much of it as is convex, unless
    `model` names the part that is the model; a remark says which.

    >>> print(gauss_newton("tanh(X*w) - y", "w"))
    X'*diag((vector(1) - tanh(X*w).^2).^2)*X
    >>> g = gauss_newton("sum(log(1 + exp(-y.*(X*w))))", "w")
    >>> print(g, *g.remarks, sep="; ")
    X'*diag(y.^2.*sigmoid(y.*(X*w)).*sigmoid(-y.*(X*w)))*X; of the loss sum(softplus(-y.*u)) of the model u = X*w
    """
    with within(limits):
        from ..analysis.models import gauss_newton as find

        p = Problem(expr, wrt, where, syntax, rules, order=0)
        return formula_of(find(p.expr, p.x, p.book, _model(model, p)), p)


def fisher(expr: Source, wrt: Variable | None = None, observed: str = "y", where: Where = None, *,
           model: str | Expr | None = None, syntax: Syntax = "auto", rules: RuleBook | None = None,
           limits: Limits | None = None) -> Formula:  # fmt: skip
    """The Fisher information of a negative log-likelihood: the Hessian where the observed has its mean.

    For likelihoods of the exponential family it is JᵀA''(η)J. The mean of the observed is that at which the score is 0;
    a remark says it. Raises a MatcalcError where the score is not linear in the observed.

    >>> print(fisher("sum(log(1 + exp(X*w))) - y'*X*w", "w"))
    X'*diag(sigmoid(X*w).*(vector(1) - sigmoid(X*w)))*X
    >>> poisson = fisher("sum(exp(X*w)) - y'*X*w", "w")
    >>> print(poisson, *poisson.remarks, sep="; ")
    X'*diag(exp(X*w))*X; E[y] = exp(X*w), at which the score is 0
    """
    with within(limits):
        from ..analysis.models import fisher as find

        p = Problem(expr, wrt, where, syntax, rules, order=0)
        _refuse_array(p.expr, "the Fisher information is that of a negative log-likelihood, a scalar")
        y = p.variable(observed, where)
        return formula_of(find(p.expr, p.x, y, p.book, _model(model, p)), p)


def _refuse_array(f: Expr, what: str) -> None:
    if not f.is_scalar:
        raise ShapeError(f"{what}; this expression is {describe(f.shape)}")


def _point(at: str | Expr, p: Problem) -> Expr:
    """The point of an expansion: a name, which has the type of the variable, 0, or an expression."""
    if isinstance(at, Expr):
        return at
    name, x = at.strip() or f"{p.x.data[0]}0", p.x
    if name == "0":
        return zeros(x.shape) if not x.is_scalar else _read("0", p)
    if name.isidentifier():
        if name in p.types:
            return p.variable(name, None)
        return var(name, x.shape, x.data[2], x.data[1])
    return _read(name, p)


def _model(model: str | Expr | None, p: Problem) -> Expr | None:
    return _read(model, p) if isinstance(model, str) else model


def _read(text: str, p: Problem) -> Expr:
    """A further text about a question, with the types of its names."""
    from ..language.parse import parse_expression

    where = {name: str(kind) for name, kind in p.types.items()}
    read = parse_expression(text, where, signatures=p.book.signatures)
    if other := sorted(n for n in read.expr.free if n not in p.types):
        raise MatcalcError(f"{', '.join(other)} in {text} does not occur in the question")
    return read.expr
