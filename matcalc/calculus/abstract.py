"""Derivatives of functions that are only declared: u: vector(n) -> vector(m), and phi: elementwise."""

from __future__ import annotations

from ..rulebook.patterns import pattern_variable
from ..rulebook.reader import Rule
from ..terms.errors import NoDerivativeError
from ..terms.expression import Expr, as_shape, differential_of, fn, had, jac, t
from ..terms.rebuild import transform
from ..terms.shapes import ONE


def partial(call: Expr, position: int) -> Expr:
    """The partial derivative of a call by one of its arguments, in numerator layout.

    Raises NoDerivativeError where no name tells it: a value or an argument that is a matrix, an argument that stands
    at two places.
    """
    name, x = call.data, call.args[position]
    if ONE not in call.shape:
        raise NoDerivativeError(f"the derivative of the abstract function {name} with matrix values has no closed form")
    if ONE not in x.shape:
        raise NoDerivativeError(f"the derivative of the abstract function {name} by a matrix has no closed form")
    if sum(a is x for a in call.args) > 1:
        raise NoDerivativeError(
            f"the partial derivatives of {name} by two arguments {x} would have one name: "
            "give the arguments two names, differentiate by both and set them equal"
        )
    return jac(name, position, call.shape, False, *call.args)


def entrywise(name: str) -> Rule:
    """The differential of an elementwise function phi that is only declared: that of phi' is told by phi''.

    >>> print(entrywise("phi"))
    phi: d(phi(A)) = phi'(A) .* d(A)
    """
    a = pattern_variable("A", as_shape("m", "n"))
    left, right = fn(name, a, unspecified=True), had(fn(f"{name}'", a, unspecified=True), differential_of(a))
    text = f"{name}: d({name}(A)) = {name}'(A) .* d(A)"
    return Rule("differential", name, left, right, (), "", "where", 0, text, names={"A": a})


def in_layout(answer: Expr, layout: str) -> Expr:
    """An answer whose partial derivatives of functions all have its own layout; the others are written transposed.

    `∂u/∂x` means a matrix in the layout of the formula in which it stands.
    """
    transposed = layout == "denominator"

    def step(e: Expr) -> Expr:
        if e.op == "t" and e.args[0].op == "t":
            return e.args[0].args[0]
        if e.op != "jac" or e.data[2] == transposed or e.is_scalar:
            return e
        name, position, _, value = e.data
        return t(jac(name, position, value, transposed, *e.args))

    return transform(answer, step)


