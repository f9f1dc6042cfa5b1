"""Exchange with SymPy. SymPy is imported here, and this module only when it is needed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.matrices import expressions as me
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalOf
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice

from ..language.vocabulary import normal_name
from ..terms import expression as nodes
from ..terms.errors import DeclarationError, MatcalcError
from ..terms.expression import Expr
from ..terms.shapes import ONE, SCALAR, Dim
from ..terms.walks import fold, postorder
from .current import current

if TYPE_CHECKING:
    from .accepted import Symbolic

# Functions whose names differ; all others are looked up by their name.
_FROM = {
    "Abs": "abs", "ceiling": "ceil", "loggamma": "lgamma", "Heaviside": "step", "polygamma": None,
    "ln": "log", "conjugate": None,
}  # fmt: skip
_TO = {"abs": "Abs", "ceil": "ceiling", "lgamma": "loggamma", "step": "Heaviside"}
_BY_DEFINITION: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda x: 1 / (1 + sp.exp(-x)), "softplus": lambda x: sp.log(1 + sp.exp(x)),
    "relu": lambda x: sp.Max(x, 0), "expm1": lambda x: sp.exp(x) - 1, "log1p": lambda x: sp.log(1 + x),
    "log2": lambda x: sp.log(x, 2), "log10": lambda x: sp.log(x, 10), "silu": lambda x: x / (1 + sp.exp(-x)),
    "trigamma": lambda x: sp.polygamma(1, x), "tetragamma": lambda x: sp.polygamma(2, x),
    "cbrt": lambda x: sp.cbrt(x), "sqrt": lambda x: sp.sqrt(x),
}  # fmt: skip


def refuse(what: object, way: str) -> MatcalcError:
    """The error for what the other side does not have, by name."""
    return MatcalcError(f"{what} has no form in {way}")


# --- from SymPy --------------------------------------------------------------------------------------------


def from_sympy(expr: Symbolic) -> Expr:
    """The expression of a SymPy expression of matrix symbols; symbols of shape (n, 1) are vectors.

    >>> from sympy import MatrixSymbol, symbols
    >>> n = symbols("n")
    >>> A, x = MatrixSymbol("A", n, n), MatrixSymbol("x", n, 1)
    >>> from_sympy(x.T * A * x)
    x'*A*x
    """
    try:
        root = sp.sympify(expr, strict=True)  # strict: a text would be run as Python
    except sp.SympifyError:
        raise MatcalcError(f"an expression is a text, an Expr or a SymPy expression, not {_kind(expr)}") from None
    return fold(root, lambda e, parts: _read(e, list(parts)), _known_parts)[root]


def _kind(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"


def _known_parts(e: Any) -> tuple[Any, ...]:
    """The arguments of a SymPy node that has a form here."""
    parts = _parts(e)
    if parts and _maker(e) is None:
        raise refuse(type(e).__name__, "matcalc")
    return parts


def _parts(e: Any) -> tuple[Any, ...]:
    """The arguments of a SymPy node that are expressions themselves."""
    if isinstance(e, sp.MatrixSymbol | me.Identity | me.ZeroMatrix | me.OneMatrix):
        return ()
    if isinstance(e, sp.MatrixBase):
        return tuple(e)
    if isinstance(e, ElementwiseApplyFunction):
        return (e.expr,)
    if isinstance(e, MatrixElement | MatrixSlice):
        return (e.parent,)
    return tuple(e.args)


def _name(symbol: Any) -> str:
    """The name of a symbol, if the language has it: SymPy takes any text as a name, and names stand in code."""
    name = normal_name(str(symbol.name))
    if not name.isidentifier() or " " in str(symbol.name):
        raise DeclarationError(f"{str(symbol.name)!r} is no name of the language: letters, digits and _")
    return name


def _dim(size: Any) -> Dim:
    """A size of SymPy: a polynomial in symbols with whole coefficients."""
    total = Dim.of(0)
    for mono, c in sp.Poly(size, *sorted(size.free_symbols, key=str)).terms() if size.free_symbols else []:
        product = Dim.of(int(c)) if c == int(c) else None
        if product is None:
            raise refuse(f"the size {size}", "matcalc")
        for symbol, k in zip(sorted(size.free_symbols, key=str), mono, strict=True):
            for _ in range(k):
                product = product * _name(symbol)
        total = total + product
    return total if size.free_symbols else Dim.of(int(size))


def _shape(e: Any) -> tuple[Dim, Dim]:
    rows, columns = e.shape
    return _dim(sp.sympify(rows)), _dim(sp.sympify(columns))


def _leaf(e: Any) -> Expr | None:
    """A symbol, a number or a constant array."""
    if isinstance(e, sp.MatrixSymbol):
        return nodes.var(_name(e), _shape(e))
    if isinstance(e, sp.Symbol):
        return nodes.var(_name(e), SCALAR, ["positive"] if e.is_positive else [])
    if isinstance(e, sp.Integer):
        return nodes.num(int(e))
    if isinstance(e, sp.Rational):
        return nodes.num(Fraction(int(e.p), int(e.q)))
    if isinstance(e, sp.Float):
        return nodes.num(Fraction(str(e)).limit_denominator(10**15))
    if e == sp.pi:
        return nodes.const("pi")
    if e == sp.E:
        return nodes.fn("exp", nodes.num(1))
    if isinstance(e, me.Identity):
        return nodes.eye(_shape(e)[0])
    if isinstance(e, me.ZeroMatrix):
        return nodes.zeros(_shape(e))
    if isinstance(e, me.OneMatrix):
        return nodes.ones(_shape(e))
    return None


def _maker(e: Any) -> Callable[[Any, list[Expr]], Expr] | None:
    """What makes the node of a SymPy node that has arguments; None if there is nothing."""
    for kind, make in _READ:
        if isinstance(e, kind):
            return make
    name = type(e).__name__
    known = current().signatures.operation(_FROM.get(name, name) or "")
    if not isinstance(e, sp.Function) or known is None or len(e.args) != len(known.arguments):
        return None
    return lambda _, args: nodes.fn(known.name, *args) if known.elementwise else nodes.apply(known.name, *args)


def _read(e: Any, args: list[Expr]) -> Expr:
    leaf = _leaf(e)
    if leaf is not None:
        return leaf
    make = _maker(e)
    if make is None:
        raise refuse(type(e).__name__, "matcalc")
    return make(e, args)


def _power(e: Any, args: list[Expr]) -> Expr:
    base, exponent = args
    if e.args[0] == sp.E:
        return nodes.fn("exp", exponent)
    return nodes.power(base, exponent)


def _applied(e: Any, args: list[Expr]) -> Expr:
    """ElementwiseApplyFunction: the function of a dummy variable, filled in entry by entry."""
    from .build import OPERATORS

    x = args[0]
    table: dict[Any, Expr] = {}
    (dummy,) = e.function.variables
    for node in sp.postorder_traversal(e.function.expr):
        parts = [table[p] for p in node.args]
        if node == dummy:
            table[node] = x
        elif isinstance(node, sp.Add | sp.Mul):
            total = parts[0]
            for p in parts[1:]:
                total = OPERATORS["add" if isinstance(node, sp.Add) else "multiply"](total, p)
            table[node] = total
        elif isinstance(node, sp.Pow) and node.args[0] != sp.E:
            table[node] = nodes.epow(*parts)
        elif isinstance(node, sp.Max | sp.Min):
            table[node] = _extremum(node, parts)
        else:
            table[node] = _read(node, parts)
    return table[e.function.expr]


def _extremum(e: Any, args: list[Expr]) -> Expr:
    from .build import OPERATORS

    total = args[0]
    for a in args[1:]:
        total = OPERATORS["maximum" if isinstance(e, sp.Max) else "minimum"](total, a)
    return total


def _element(e: Any, args: list[Expr]) -> Expr:
    x, (i, j) = args[0], e.indices
    if x.is_scalar:
        return x
    if not (i.is_Integer and j.is_Integer):
        raise refuse(f"the entry {e}", "matcalc")
    spec = (("at", int(i)),) if x.shape[1] is ONE else (("at", int(i)), ("at", int(j)))
    return nodes.index(x, spec, SCALAR)


def _slice(e: Any, args: list[Expr]) -> Expr:
    from .build import item

    keys = []
    for bounds in (e.rowslice, e.colslice)[: 1 if args[0].shape[1] is ONE else 2]:
        start, stop, step = bounds
        keys.append(slice(int(start), int(stop) if sp.sympify(stop).is_Integer else None, int(step)))
    return item(args[0], tuple(keys))


def _scalar_of(name: str) -> Callable[[Any, list[Expr]], Expr]:
    return lambda e, a: a[0] if a[0].is_scalar else nodes.apply(name, a[0])


def _product(e: Any, args: list[Expr]) -> Expr:
    """A product; a 1x1 product among its factors is a scalar."""
    total = args[0]
    for a in args[1:]:
        total = nodes.mul(total, a)
    return total


_READ: list[tuple[Any, Callable[[Any, list[Expr]], Expr]]] = [
    (me.MatAdd | sp.Add, lambda e, a: nodes.add(*a)),
    (me.MatMul | sp.Mul, _product),
    (me.HadamardProduct, lambda e, a: nodes.had(*a)),
    (me.HadamardPower, lambda e, a: nodes.epow(*a)),
    (me.Inverse, lambda e, a: nodes.div(nodes.num(1), a[0]) if a[0].is_scalar else nodes.apply("inv", a[0])),
    (me.Transpose | me.Adjoint, lambda e, a: a[0] if a[0].is_scalar else nodes.t(a[0])),
    (me.MatPow | sp.Pow, _power),
    (sp.exp, lambda e, a: nodes.fn("exp", a[0])),
    (me.Trace, _scalar_of("tr")),
    (me.Determinant, _scalar_of("det")),
    (me.KroneckerProduct, lambda e, a: nodes.apply("kron", *a)),
    (DiagMatrix, lambda e, a: nodes.apply("diag", a[0])),
    (DiagonalOf, lambda e, a: nodes.apply("diagonal", a[0])),
    (ElementwiseApplyFunction, _applied),
    (MatrixElement, _element),
    (MatrixSlice, _slice),
    (sp.MatrixBase, lambda e, a: nodes.array(e.shape[0], e.shape[1], tuple(a))),
    (sp.Max | sp.Min, _extremum),
]


# --- to SymPy ----------------------------------------------------------------------------------------------


def to_sympy(expr: Expr) -> sp.Basic:
    """The SymPy form of an expression; MatcalcError names what SymPy lacks.

    >>> import matcalc
    >>> to_sympy(matcalc.parse("tr(A*X*B) + ||x||^2"))
    Trace(x.T*x) + Trace(A*X*B)
    """
    done: dict[Expr, Any] = {}
    for e in postorder(expr):
        done[e] = _write(e, [done[a] for a in e.args])
    return done[expr]


def _size(d: Dim) -> Any:
    total = sp.Integer(0)
    for mono, c in d.terms:
        total += c * sp.prod([sp.Symbol(n, integer=True, positive=True) for n in mono])
    return total


def _write(e: Expr, args: list[Any]) -> Any:
    make = _WRITE.get(e.op) if not e.is_elementwise else None
    if make is not None:
        return make(e, args)
    if e.is_unspecified:
        raise refuse(f"the declared function {e.op}", "SymPy")
    if e.is_elementwise:
        f = _function(e.op)
        return f(args[0]) if e.is_scalar else args[0].applyfunc(_lambda(f))
    raise refuse(e.op, "SymPy")


def _lambda(f: Callable[[Any], Any]) -> Any:
    x = sp.Dummy("x")
    return sp.Lambda(x, f(x))


def _function(name: str) -> Callable[[Any], Any]:
    if name in _BY_DEFINITION:
        return _BY_DEFINITION[name]
    found = getattr(sp, _TO.get(name, name), None)
    if not isinstance(found, type) or not issubclass(found, sp.Function):
        raise refuse(f"the function {name}", "SymPy")
    return found


def _symbol(e: Expr, _: list[Any]) -> Any:
    name, properties = e.data[0], e.data[2]
    if e.is_scalar:
        return sp.Symbol(name, positive=True if "positive" in properties else None)
    return sp.MatrixSymbol(name, *map(_size, e.shape))


def _scalar(e: Expr, value: Any) -> Any:
    """A product of shape (1, 1) as a scalar."""
    return sp.Trace(value) if e.is_scalar else value


def _entry(e: Expr, args: list[Any]) -> Any:
    x = args[0]
    keys: list[Any] = [slice(s[1], s[1] + 1) if s[0] == "at" else slice(*s[1:]) for s in e.data]
    if e.is_scalar:
        return x[e.data[0][1], e.data[1][1] if len(keys) > 1 else 0]
    if len(keys) == 1:
        keys.append(slice(None))
    part = x[tuple(keys)]
    return part.T if e.data[0][0] == "at" else part


def _blocks(e: Expr, args: list[Any]) -> Any:
    if not all(a.is_scalar for a in e.args):
        raise refuse("an array of blocks", "SymPy")
    return sp.ImmutableDenseMatrix(*e.data, args)


def _total(e: Expr, args: list[Any]) -> Any:
    """The sum of all entries: 1'*A*1."""
    rows, columns = map(_size, e.args[0].shape)
    return sp.Trace(sp.OneMatrix(1, rows) * args[0] * sp.OneMatrix(columns, 1))


def _value(number: Any) -> Any:
    exact = isinstance(number, int | Fraction)
    return sp.Rational(number.numerator, number.denominator) if exact else sp.Float(number)


_WRITE: dict[str, Callable[[Expr, list[Any]], Any]] = {
    "var": _symbol, "size": lambda e, a: sp.Symbol(e.data, integer=True, positive=True),
    "const": lambda e, a: sp.pi if e.data == "pi" else sp.E,
    "num": lambda e, a: _value(e.data), "eye": lambda e, a: sp.Identity(_size(e.shape[0])),
    "ones": lambda e, a: sp.OneMatrix(*map(_size, e.shape)),
    "zeros": lambda e, a: sp.ZeroMatrix(*map(_size, e.shape)),
    "add": lambda e, a: sp.Add(*a) if e.is_scalar else sp.MatAdd(*a),
    "prod": lambda e, a: sp.Mul(*a) if e.is_scalar else sp.MatMul(*a),
    "mm": lambda e, a: _scalar(e, sp.MatMul(*a)), "had": lambda e, a: sp.HadamardProduct(*a),
    "t": lambda e, a: a[0] if e.is_scalar else sp.Transpose(a[0]),
    "pow": lambda e, a: sp.Pow(*a), "mpow": lambda e, a: sp.MatPow(*a), "epow": lambda e, a: _entries(e, a),
    "inv": lambda e, a: sp.Inverse(a[0]), "tr": lambda e, a: sp.Trace(a[0]),
    "det": lambda e, a: sp.Determinant(a[0]), "logdet": lambda e, a: sp.log(sp.Determinant(a[0])),
    "sum": _total,
    "norm": lambda e, a: sp.sqrt(sp.Trace(a[0].T * a[0])), "kron": lambda e, a: sp.KroneckerProduct(*a),
    "diag": lambda e, a: DiagMatrix(a[0]), "diagonal": lambda e, a: DiagonalOf(a[0]),
    "index": _entry, "array": _blocks,
}  # fmt: skip


def _entries(e: Expr, args: list[Any]) -> Any:
    if not e.args[1].is_scalar:
        raise refuse("an elementwise power with an array of exponents", "SymPy")
    return sp.HadamardPower(*args)
