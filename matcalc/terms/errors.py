"""Errors that say what is wrong and where, with a caret under the place."""

from __future__ import annotations


class MatcalcError(Exception):
    """Base of all errors of matcalc; `status` is the exit status of the command.

    `text` is the input and `span` the half-open range of characters in question, when known.

    >>> import matcalc
    >>> try:
    ...     matcalc.diff("A*x + A'*x", "x", where="A: matrix(2,3)")
    ... except matcalc.MatcalcError as error:
    ...     print(type(error).__name__, error.span, error.status)
    ShapeError (0, 10) 2
    """

    status = 2

    def __init__(self, message: str, text: str | None = None, span: tuple[int, int] | None = None):
        super().__init__(message)
        self.message = message
        self.text = text
        self.span = span

    def at(self, text: str | None, span: tuple[int, int] | None) -> MatcalcError:
        """The same error with a place, unless it already has one."""
        if self.span is None and span is not None:
            self.text, self.span = text, span
        return self

    def _render_traceback_(self) -> list[str]:
        """What Jupyter and IPython show: the message and the place in the text, without the stack."""
        return f"{type(self).__name__}: {self}".split("\n")

    def __str__(self) -> str:
        if self.text is None or self.span is None:
            return self.message
        start, stop = self.span
        line_start = self.text.rfind("\n", 0, start) + 1
        line_end = self.text.find("\n", start)
        line = self.text[line_start : line_end if line_end >= 0 else len(self.text)]
        column, width = start - line_start, max(1, min(stop, line_start + len(line)) - start)
        window = 100  # long lines are cut around the place
        if len(line) > window:
            left = max(0, min(column - window // 2, len(line) - window))
            line, column = line[left : left + window], column - left
            width = min(width, window - column)
        return f"{self.message}\n  {line}\n  {' ' * column}{'^' * max(1, width)}"


class ParseError(MatcalcError):
    """The text is not an expression of the language.

    >>> import matcalc
    >>> matcalc.parse("2*(x + y")
    Traceback (most recent call last):
        ...
    matcalc.ParseError: this ( is never closed
      2*(x + y
        ^
    """


class UnknownNameError(MatcalcError):
    """A function or variable that is not known.

    >>> import matcalc
    >>> matcalc.parse("softmx(x)")
    Traceback (most recent call last):
        ...
    matcalc.UnknownNameError: unknown function softmx; did you mean softmax?, or declare it, softmx: elementwise
      softmx(x)
      ^^^^^^
    """


class ShapeError(MatcalcError):
    """The shapes of two parts do not fit together.

    >>> import matcalc
    >>> matcalc.parse("X*y", where="X: matrix(m,n), y: vector(m)")
    Traceback (most recent call last):
        ...
    matcalc.ShapeError: X is (m, n) and y is (m): did you mean X'*y?
      X*y
      ^^^
    """


class DeclarationError(MatcalcError):
    """A declaration in `where` that cannot be understood or contradicts itself.

    >>> import matcalc
    >>> matcalc.parse("A*x", where="A: symmetric matrix(m,n)")
    Traceback (most recent call last):
        ...
    matcalc.DeclarationError: only a square matrix can be symmetric
      A: symmetric matrix(m,n)
         ^^^^^^^^^
    """


class EvaluationError(MatcalcError):
    """Values that are missing or do not fit the types.

    >>> import matcalc
    >>> matcalc.diff("A*x", "x").evaluate(x=[1, 2])
    Traceback (most recent call last):
        ...
    matcalc.EvaluationError: no value for A
    """


class RuleError(MatcalcError):
    """A line of a rule file that cannot be used.

    >>> import matcalc
    >>> matcalc.read_rules("wrong: tr(X) -> X")
    Traceback (most recent call last):
        ...
    matcalc.RuleError: your rules, line 1: wrong: tr(X) -> X
    X is not declared
      tr(X)
         ^
    """


class NoDerivativeError(MatcalcError):
    """The differential of an operation is not known.

    >>> import matcalc
    >>> matcalc.grad("sum(tetragamma(x))", "x")
    Traceback (most recent call last):
        ...
    matcalc.NoDerivativeError: no differential is known for tetragamma in tetragamma(x)
    """

    status = 3


class LimitError(MatcalcError):
    """A question that takes more than its limits allow (`matcalc.Limits`).

    >>> import matcalc
    >>> matcalc.diff("x*sin(x)", "x", limits=matcalc.Limits(text=5))
    Traceback (most recent call last):
        ...
    matcalc.LimitError: an expression has at most 5 characters: for more, limits=Limits(text=...)
    """


class StationaryError(MatcalcError):
    """A gradient that is set to 0 and has no closed solution; `equation` is what is left of it.

    >>> import matcalc
    >>> matcalc.solve_stationary("sum(log(1 + exp(X*w))) - y'*X*w", "w")
    Traceback (most recent call last):
        ...
    matcalc.StationaryError: no closed form is known for w; what is left is X'*(sigmoid(X*w) - y) = 0
    """

    status = 3

    def __init__(self, message: str, equation: object = None):
        super().__init__(message)
        self.equation = equation


class InternalError(MatcalcError):
    """An answer that its certificate shows to be wrong: it is not handed out, and should be reported."""

    status = 1


# Users import the errors from matcalc itself, and that is where a traceback says that they are.
for _kind in (MatcalcError, *MatcalcError.__subclasses__()):
    _kind.__module__ = "matcalc"
