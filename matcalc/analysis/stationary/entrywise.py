"""Equations entry by entry: those of one unknown number, which SymPy solves, in arrays too where entries do not mix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from ...simplification.canonical import coefficient
from ...terms.errors import MatcalcError
from ...terms.expression import Expr, add, const, epow, fn, had, mm, num, ones, power, prod, t
from ...terms.rebuild import substitute, transform
from ...terms.shapes import ONE, SCALAR, Shape
from ...terms.walks import fold
from .work import Found, Work, depends, refuse

MOST = 60  # operations of an equation that is handed to SymPy
DEGREE = 4  # of a polynomial in the unknown
LONGEST = 150  # operations of a solution
_ENTRYWISE = frozenset(("add", "prod", "had", "pow", "epow", "num", "ones", "zeros", "const"))
_FUNCTIONS = frozenset(("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan",
                        "asinh", "acosh", "atanh"))  # fmt: skip
_DEFINED: dict[str, Callable[[Any, Any], Any]] = {
    "sigmoid": lambda sp, x: 1 / (1 + sp.exp(-x)),
    "log1p": lambda sp, x: sp.log(1 + x),
    "expm1": lambda sp, x: sp.exp(x) - 1,
}


class Symbols:
    """An expression entry by entry in SymPy; what is not taken apart is a symbol."""

    def __init__(self, x: Expr, work: Work, unknowns: Sequence[Expr] = ()):
        import sympy

        self.sp, self.x, self.work = sympy, x, work
        self.unknowns = tuple(unknowns) or (x,)
        self.of: dict[Expr, Any] = {}
        self.meant: dict[Any, Expr] = {}

    def symbol(self, e: Expr) -> Any:
        """The symbol of an opaque part, positive or real."""
        if e not in self.of:
            positive = any(self.work.facts.holds(p, e) for p in ("positive", "nonnegative"))  # generic: not 0
            known = {} if e in self.unknowns else {"real": True, "positive": True if positive else None}
            self.of[e] = s = self.sp.Dummy(str(e)[:20], **known)
            self.meant[s] = e
        return self.of[e]

    def read(self, e: Expr) -> Any:
        """The entry of an expression; None if entries of the unknown mix in it."""
        return fold(e, self._step, self._inside)[e]

    def _entrywise(self, e: Expr) -> bool:
        known = e.op in _ENTRYWISE or (e.is_elementwise and (e.op in _FUNCTIONS or e.op in _DEFINED))
        return known and (e.shape == self.x.shape or e.shape == SCALAR)

    def _inside(self, e: Expr) -> tuple[Expr, ...]:
        return e.args if self._entrywise(e) else ()

    def _step(self, e: Expr, parts: tuple[Any, ...]) -> Any:
        if e in self.unknowns:
            return self.symbol(e)
        if not self._entrywise(e):
            inside = [x for x in self.unknowns if depends(e, x)]
            return self._polynomial(e, inside[0]) if len(inside) == 1 else None if inside else self.symbol(e)
        if any(p is None for p in parts):
            return None
        sp = self.sp
        if e.op == "num":
            exact = isinstance(e.data, int | Fraction)
            return sp.Rational(e.data.numerator, e.data.denominator) if exact else sp.Rational(str(e.data))
        if e.op in ("ones", "zeros"):
            return sp.Integer(int(e.op == "ones"))
        if e.op == "const":
            return sp.pi if e.data == "pi" else sp.E
        if e.op == "add":
            return sp.Add(*parts)
        if e.op in ("prod", "had"):
            return sp.Mul(*parts)
        if e.op in ("pow", "epow"):
            return sp.Pow(*parts)
        return _DEFINED[e.op](sp, *parts) if e.op in _DEFINED else getattr(sp, e.op)(*parts)

    def _polynomial(self, e: Expr, x: Expr) -> Any:
        """A number that is a polynomial in the unknown, from its derivatives at 0; None if it is none."""
        if not e.is_scalar or not x.is_scalar:
            return None
        total, part = self.sp.Integer(0), e
        for k in range(DEGREE + 1):
            number, core = coefficient(transform(self.work.short(substitute(part, {x: num(0)})), _dots))
            factor = self.sp.Integer(1) if core is None else self.symbol(core)
            total += self.sp.Rational(str(number)) * factor * self.symbol(x) ** k / self.sp.factorial(k)
            part = self.work.short(self.work.derivative(part, x).expr)
            if not depends(part, x) and part.op == "num" and not part.data:
                return total
        return None

    def written(self, value: Any) -> Expr:
        """A SymPy value as an expression of the shape of the unknown; MatcalcError for what has no form."""
        sp, shape = self.sp, self.x.shape
        done: dict[Any, Expr] = {}
        for s in sp.postorder_traversal(value):
            if s not in done:
                done[s] = self._written(s, [done[a] for a in s.args], shape)
        return _filled(done[value], shape)

    def _written(self, s: Any, parts: list[Expr], shape: Shape) -> Expr:
        sp = self.sp
        if s in self.meant:
            return self.meant[s]
        if s.is_Rational:
            return num(Fraction(int(s.p), int(s.q)))
        if s in (sp.pi, sp.E):
            return const("pi") if s == sp.pi else fn("exp", num(1))
        arrays = [p for p in parts if p.shape != SCALAR]
        if s.is_Add:
            return add(*(_filled(p, shape) for p in parts)) if arrays else add(*parts)
        if s.is_Mul:
            scalars = [p for p in parts if p.shape == SCALAR]
            return prod(*scalars, had(*arrays)) if arrays else prod(*parts)
        if s.is_Pow:
            base, exponent = parts
            if s.args[0] == sp.E:
                return fn("exp", exponent)
            return power(base, exponent) if not arrays else epow(_filled(base, shape), exponent)
        if isinstance(s, sp.Function) and s.func.__name__ in _FUNCTIONS:
            return fn(s.func.__name__, parts[0])
        raise MatcalcError(f"{s.func.__name__} has no form here")


def _dots(e: Expr) -> Expr:
    """A sum of squares as a product, as others stand."""
    squares = e.args[0] if e.op == "sum" else e
    is_sum = squares is not e and squares.op == "epow" and squares.args[1] is num(2) and squares.shape[1] is ONE
    return mm(t(squares.args[0]), squares.args[0]) if is_sum else e


def _filled(e: Expr, shape: Shape) -> Expr:
    """A scalar as an array of it."""
    return e if e.shape == shape else prod(e, ones(shape))


def solve_entrywise(g: Expr, x: Expr, work: Work) -> list[Found] | None:
    """All real solutions of an equation entry by entry; None if it is not one, or if SymPy finds none."""
    symbols = Symbols(x, work)
    equation = symbols.read(g)
    if equation is None:
        return None
    sp, unknown = symbols.sp, symbols.symbol(x)
    equation = sp.expand_power_exp(equation)
    if sp.count_ops(equation) > MOST:
        return None
    try:
        roots = sp.solve(_top(sp, equation), unknown, check=False, simplify=False)
    except (NotImplementedError, ValueError, TypeError, RecursionError):
        return None
    found = []
    for r in roots:
        if _complex(sp, r):
            continue
        value = _value(r, symbols, g)
        if value is None:
            return None
        found.append(Found(x, work.short(value)))
    return found


def _value(r: Any, symbols: Symbols, g: Expr) -> Expr | None:
    """A root as an expression; None if it has no form here."""
    sp = symbols.sp
    if sp.count_ops(r) > LONGEST:
        raise refuse(f"the solutions for {symbols.x} are longer than {LONGEST} operations", g)
    # with sums in exponents as products, so that a number comes out of a sum over the entries of an array
    r = _shortest(sp, r) if symbols.x.is_scalar else sp.expand_power_exp(r)
    try:
        return symbols.written(_signs(sp, r))
    except MatcalcError:
        return None


def solve_system(equations: Sequence[Expr], unknowns: Sequence[Expr], work: Work) -> list[dict[Expr, Expr]] | None:
    """All real solutions of equations in several numbers; None if there is an array, or if SymPy finds none."""
    if not all(x.is_scalar for x in (*equations, *unknowns)):
        return None
    symbols = Symbols(unknowns[0], work, unknowns)
    read = [symbols.read(e) for e in equations]
    sp = symbols.sp
    if any(e is None for e in read) or sum(sp.count_ops(e) for e in read) > MOST:
        return None
    try:
        tops = [_top(sp, e) for e in read]
        answers = sp.solve(tops, [symbols.symbol(x) for x in unknowns], dict=True, check=False, simplify=False)
    except (NotImplementedError, ValueError, TypeError, RecursionError):
        return None
    found = []
    for answer in answers:
        values = {x: answer.get(symbols.symbol(x)) for x in unknowns}
        if any(v is None for v in values.values()):
            raise refuse("the stationary points are a family of which some unknowns are arbitrary", equations[0])
        if any(_complex(sp, v) for v in values.values()):
            continue
        forms = {x: _value(v, symbols, equations[0]) for x, v in values.items()}
        if any(v is None for v in forms.values()):
            return None
        found.append({x: work.short(v) for x, v in forms.items() if v is not None})
    return found or None


def tidied(value: Expr, x: Expr, work: Work) -> Expr:
    """A value of an array in the shorter of its form and of what SymPy makes of its entries."""
    if x.is_scalar or value.shape != x.shape:
        return value
    symbols = Symbols(x, work)
    read = symbols.read(value)
    if read is None or symbols.sp.count_ops(read) > MOST or not read.atoms(symbols.sp.exp, symbols.sp.log):
        return value
    try:
        other = work.short(symbols.written(_signs(symbols.sp, symbols.sp.simplify(read))))
    except MatcalcError:
        return value
    return other if other.cost < value.cost else value


def _top(sp: Any, equation: Any) -> Any:
    """The numerator of an equation, multiplied out, so that what cancels does."""
    return sp.expand(sp.fraction(sp.together(equation))[0])


def _complex(sp: Any, r: Any) -> bool:
    """Whether a root is known not to be real; one that may be real although the imaginary unit is in it has no form."""
    return bool(r.has(sp.I)) and r.is_real is False


def _signs(sp: Any, r: Any) -> Any:
    """A negative product with a difference in the divisor as a positive one with the opposite difference."""

    def turned(e: Any) -> Any:
        for f in e.args:
            if f.is_Pow and f.args[0].is_Add and f.args[1] == -1:
                return sp.Mul(-1, *(a for a in e.args if a is not f), 1 / sp.expand(-f.args[0]))
        return e

    powers = sp.Wild("b"), sp.Wild("k")
    r = r.replace(sp.log(powers[0] ** powers[1]), powers[1] * sp.log(powers[0]))
    return r.replace(lambda e: e.is_Mul and e.could_extract_minus_sign(), turned)


def _shortest(sp: Any, r: Any) -> Any:
    """The shortest of some equal forms."""
    apart = sp.expand_power_exp(r)
    forms = [apart, sp.factor_terms(apart), sp.simplify(r)] if sp.count_ops(r) < MOST else [apart]
    return min(forms, key=sp.count_ops)
