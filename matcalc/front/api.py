"""The front doors in Python: parse, diff, grad, jacobian, hessian, differential."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ..calculus.layout import Layout, check_layout
from ..terms.errors import (
    DeclarationError,
    EvaluationError,
    LimitError,
    MatcalcError,
    ParseError,
    ShapeError,
    UnknownNameError,
)
from ..terms.expression import Expr
from ..terms.limits import Limits, within
from ..terms.limits import current as limits_now
from ..terms.rebuild import substitute
from ..terms.shapes import SCALAR, describe
from ..terms.walks import postorder, variables
from .certificates import certificate_of, certified_differential, refuse_wrong
from .current import current
from .derivative import Derivative

if TYPE_CHECKING:
    from ..calculus.record import Record
    from ..derivation.drawing import Graph
    from ..language.parse import Parsed
    from ..rulebook.book import RuleBook
    from ..terms.recorder import Recorder

Where = str | Mapping[str, str] | None
Source = Any  # text, an Expr, a Derivative or a SymPy matrix expression


def parse(text: str, where: Where = None, *, syntax: str = "auto", layout: str = "numerator",
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
        return _with_derivatives(parsed, rules or current()).expr


def reading(text: str, where: Where = None, *, syntax: str = "auto", rules: RuleBook | None = None,
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
        return _with_derivatives(parse_expression(text, where, syntax=syntax, signatures=book.signatures), book)


def _with_derivatives(parsed: Parsed, book: RuleBook) -> Parsed:
    """What was read, with derivatives of known functions such as tanh'(x) as their formulas."""
    if "'" not in parsed.text and "prime" not in parsed.text and "’" not in parsed.text and "′" not in parsed.text:
        return parsed
    from ..calculus.primes import written_out

    return replace(parsed, expr=written_out(parsed.expr, book))


class Problem:
    """An expression with the types of its names and the variable of differentiation."""

    def __init__(self, source: Source, wrt: Any, where: Where, syntax: str = "auto",
                 rules: RuleBook | None = None, recorder: Recorder | None = None, order: int = 1):  # fmt: skip
        from ..language.parse import parse_expression

        name = "" if wrt is None else _name(wrt)
        self.book = rules or (source.book if isinstance(source, Derivative) else current())
        self.types: dict[str, Any] = {}
        self.parsed: Any = None
        self.remarks: tuple[str, ...] = ()
        self.recorder = recorder
        if isinstance(source, Derivative):
            self.types, self.remarks = dict(source.types), source.remarks
            refuse_wrong(source.record)
            self.expr = source.raw
        elif isinstance(source, Expr):
            self.expr = source
        elif not isinstance(source, str):
            from .sympy_exchange import from_sympy

            self.expr = from_sympy(source)
        else:
            parsed = parse_expression(source, where, syntax=syntax, extra_names=(name,) if name else (),
                                      signatures=self.book.signatures, recorder=recorder, by_text=not name)  # fmt: skip
            parsed = _with_derivatives(parsed, self.book)
            self.expr, self.types, name = parsed.expr, dict(parsed.types), name or parsed.by
            self.parsed, self.remarks = parsed, tuple(str(r) for r in parsed.remarks)
            self._asked(order)
        refuse_poles(self.expr)
        if sum(1 for _ in postorder(self.expr)) > limits_now().nodes:
            raise LimitError(f"this has more than {limits_now().nodes:,} parts: for more, limits=Limits(nodes=...)")
        if self.parsed is None and where is not None:
            self._declare(where)
        if not name:
            names = ", ".join(sorted(self.expr.free)) or "none: it has no variables"
            raise MatcalcError(f"by which variable? Give one of {names}")
        self.known = variables(self.expr)
        self.x = wrt if isinstance(wrt, Expr) and name not in self.known else self.variable(name, where)
        if not self.types:
            from ..language.typing.declarations import Type

            self.types = {n: Type(v.data[1], v.shape, v.data[2], False) for n, v in variables(self.expr).items()}

    def variable(self, name: str, where: Where) -> Expr:
        """The variable of a name, in the expression or declared."""
        found = self.known.get(name)
        return self._declared(name, where) if found is None else found

    def _asked(self, order: int) -> None:
        """An error if the text asks for a derivative of another order."""
        asked = self.parsed.asked
        if asked is None or asked.order == order:
            return
        wanted = {1: "the first derivative, which is diff", 2: "the second derivative, which is hessian"}
        message = f"the text asks for {wanted.get(asked.order, 'a higher derivative, one step at a time')}"
        raise ParseError(message, self.parsed.text, asked.span)

    def _declare(self, where: Where) -> None:
        """Give the variables of a ready expression the properties that `where` declares; their shapes are made."""
        from ..language.typing.declarations import Type, parse_where

        known = variables(self.expr)
        changed = {}
        for name, declared in parse_where(where).items():
            v = known.get(name)
            if v is None or not isinstance(declared, Type):
                continue
            if declared.shape != v.shape:
                shapes = f"{describe(v.shape)} in the expression and declared {describe(declared.shape)}"
                raise DeclarationError(f"{name} is {shapes}: its sizes are those that it was made with")
            self.types[name] = declared
            changed[v] = declared.node(name)
        self.expr = substitute(self.expr, changed)
        for name, v in variables(self.expr).items():
            self.types.setdefault(name, Type(v.data[1], v.shape, v.data[2], False))

    def _declared(self, name: str, where: Where) -> Expr:
        known = self.types.get(name)
        if known is None and self.parsed is not None:
            known = self.parsed.declarations.get(name)
        if known is not None and hasattr(known, "node"):
            self.types[name] = known
            return known.node(name)  # type: ignore[no-any-return]
        inside = ", ".join(sorted(self.expr.free)) or "no variables"
        raise UnknownNameError(f"{name} is neither in the expression (it has {inside}) nor declared")

    def hold(self, record: Record, again: Callable[..., Derivative], verify: bool) -> Derivative:
        """A derivative with its types and certificate."""
        refuse_poles(record.expr)
        name = "" if self.parsed is None else self.parsed.name
        held = replace(record, types=self.types, remarks=self.remarks, name=name)
        return Derivative(held, partial(again, rules=self.book), certificate_of(held, verify))


def diff(expr: Source, wrt: Any = None, layout: str = "numerator", where: Where = None, structure: str = "free",
         *, syntax: str = "auto", rules: RuleBook | None = None, recorder: Recorder | None = None,
         verify: bool = True, limits: Limits | None = None) -> Derivative:  # fmt: skip
    r"""The derivative of an expression by a variable, in closed form.

    `layout` is "numerator" (the axes of the value, then those of the variable reversed) or "denominator" (all axes
    of that reversed). `structure` says what the entries of a structured variable are: "free" (all independent),
    "entries" (tied entries are one unknown) or "tangent" (the gradient projected on the structure).
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
    """
    with within(limits):
        from ..calculus.derive import derive
        from ..calculus.structure import check_structure

        axes, tied = check_layout(layout), check_structure(structure)
        again = partial(diff, expr, wrt, layout, where, structure, syntax=syntax)
        names = _several(wrt)
        if names is not None:
            several = _by_several(expr, names, axes, where, syntax, rules, recorder)
            return Derivative(several, partial(again, rules=several.book), certificate_of(several, verify))
        p = Problem(expr, wrt, where, syntax, rules, recorder)
        return p.hold(derive(p.expr, p.x, axes, tied, recorder, p.book), again, verify)


def refuse_poles(e: Expr) -> None:
    """EvaluationError if an expression divides by the number 0 or takes its logarithm: it has no value anywhere."""
    for part in postorder(e):
        base = part.args[0] if part.args else None
        if base is None or base.op != "num" or base.data != 0:
            continue
        if part.op == "log":
            raise EvaluationError("the logarithm of 0 has no value")
        if part.op in ("pow", "epow") and part.args[1].op == "num" and part.args[1].data < 0:
            raise EvaluationError("this divides by 0, so it has no value")


def _several(wrt: Any) -> list[str] | None:
    """The names in a list of scalars such as `(x, y)`; None for one variable."""
    if isinstance(wrt, str):
        text = wrt.strip()
        if "," not in text or "{" in text:
            return None
        return [_name(n) for n in text.strip("()[]").split(",")]
    if isinstance(wrt, Sequence):
        return [_name(n) for n in wrt]
    return None


def _name(wrt: Any) -> str:
    """The name of a variable given as text (also in LaTeX or Unicode), as an expression or as a SymPy symbol."""
    if isinstance(wrt, str):
        text = wrt.strip()
        if text.isidentifier() and text.isascii():
            return text
        wrt = _variable_of(text)
    name = wrt.data[0] if isinstance(wrt, Expr) and wrt.op == "var" else getattr(wrt, "name", None)
    if not isinstance(name, str):
        raise MatcalcError(f"differentiate by a variable, not by {wrt}")
    return name


def _variable_of(text: str) -> Any:
    """The variable that a text such as λ, x₁ or \\mathbf{w} names; the text itself, quoted, if it names none."""
    from ..language.parse import parse_expression

    try:
        e = parse_expression(text).expr
    except MatcalcError:
        return repr(text)
    if e.op == "const":
        return SimpleNamespace(name=e.data)  # by π, which is a variable then
    return e if e.op == "var" else repr(text)


_OF_ARRAYS = frozenset(("t", "mm", "had", "norm", "norm1", "norminf", "sum", "mean", "tr", "det", "inv", "logsumexp"))


def _refuse_arrays(text: str, names: Sequence[str], where: Where, syntax: str) -> None:
    """Refuse a list of variables that the text uses as arrays."""
    from ..language.parse import parse_expression

    try:
        parsed = parse_expression(text, where, syntax=syntax)
    except MatcalcError:
        return  # which names are scalars may decide it
    arrays = [n for n in names if n in parsed.types and parsed.types[n].kind != "scalar"]
    used = {n for e in postorder(parsed.expr) if e.op in _OF_ARRAYS for n in e.free}
    for name in arrays:
        if name in used:
            kind = parsed.types[name]
            raise ShapeError(f"a list of variables holds scalars; {name} is a {kind}: differentiate by one at a time")


def _by_several(expr: Source, names: list[str], layout: Layout, where: Where, syntax: str,
                rules: RuleBook | None, recorder: Recorder | None) -> Record:  # fmt: skip
    """The derivative by a list of scalar variables, as if they were the components of one vector."""
    from ..calculus.derive import by_several

    text = where if isinstance(where, str) else ", ".join(f"{k}: {v}" for k, v in (where or {}).items())
    declared = {part.split(":")[0].strip() for part in text.split(",") if ":" in part}
    extra = ", ".join(f"{n}: scalar" for n in names if n not in declared)
    full = ", ".join(x for x in (text, extra) if x)
    if isinstance(expr, str):
        _refuse_arrays(expr, names, where, syntax)
    known = full if isinstance(expr, str) else where
    p = Problem(expr, names[0], known, syntax, rules, recorder)
    record = by_several([(p.expr, p.variable(n, known)) for n in names], layout, recorder, p.book)
    return replace(record, types=p.types, remarks=p.remarks)


def grad(expr: Source, wrt: Any = None, where: Where = None, *, structure: str = "free", syntax: str = "auto",
         rules: RuleBook | None = None, recorder: Recorder | None = None,
         verify: bool = True, limits: Limits | None = None) -> Derivative:  # fmt: skip
    """The gradient of a scalar expression, of the shape of the variable.

    >>> print(grad("tr(A*X*B)", "X"))
    A'*B'
    """
    with within(limits):
        from ..calculus.derive import derive
        from ..calculus.structure import check_structure

        p = Problem(expr, wrt, where, syntax, rules, recorder)
        if p.expr.shape != SCALAR:
            shape = describe(p.expr.shape)
            raise ShapeError(f"a gradient is that of a scalar; this expression is {shape}: use jacobian or diff")
        again = partial(grad, expr, wrt, where, structure=structure, syntax=syntax)
        return p.hold(derive(p.expr, p.x, "denominator", check_structure(structure), recorder, p.book), again, verify)


def jacobian(expr: Source, wrt: Any = None, where: Where = None, *, syntax: str = "auto",
             rules: RuleBook | None = None, verify: bool = True,
             limits: Limits | None = None) -> Derivative:  # fmt: skip
    """The Jacobian in numerator layout: entry (i, j) is the derivative of y_i by x_j.

    >>> print(jacobian("A*sin(x)", "x"))
    A*diag(cos(x))
    """
    return diff(expr, wrt, "numerator", where, syntax=syntax, rules=rules, verify=verify, limits=limits)


def hessian(expr: Source, wrt: Any = None, where: Where = None, *, syntax: str = "auto",
            rules: RuleBook | None = None, recorder: Recorder | None = None,
         verify: bool = True, limits: Limits | None = None) -> Derivative:  # fmt: skip
    """The second derivative of a scalar: (n, n) by a vector, (n, k, n, k) by a matrix.

    >>> print(hessian("||A*x - b||^2", "x"))
    2*A'*A
    """
    with within(limits):
        from ..calculus.derive import second

        p = Problem(expr, wrt, where, syntax, rules, recorder, order=2)
        again = partial(hessian, expr, wrt, where, syntax=syntax)
        return p.hold(second(p.expr, p.x, recorder, p.book), again, verify)


def differential(expr: Source, wrt: Any = None, where: Where = None, *, syntax: str = "auto",
                 rules: RuleBook | None = None, limits: Limits | None = None) -> Expr:  # fmt: skip
    """The differential of an expression, linear in d(wrt).

    >>> print(differential("inv(X)", "X"))
    -inv(X)*d(X)*inv(X)
    """
    with within(limits):
        p = Problem(expr, wrt, where, syntax, rules, order=0)
        return certified_differential(p.expr, p.x, p.book)


def graph(what: str | Expr | Derivative, of: str = "expression", *, rules: RuleBook | None = None) -> Graph:
    """The computation graph of an expression or its text; of a derivative, `of` may be "derivative" or "both" too.

    >>> len(graph("exp(x'*x) + x'*x"))  # x'*x is one node
    4
    """
    from ..derivation.drawing import graph

    if isinstance(what, Derivative):
        return what.graph(of)
    return graph(parse(what, rules=rules) if isinstance(what, str) else what, of)
