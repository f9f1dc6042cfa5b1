"""Equations entry by entry: those of one unknown number, which SymPy solves, in arrays too where entries do not mix."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ...terms.errors import MatcalcError
from ...terms.expression import Expr, add, const, epow, fn, had, num, ones, power, prod
from ...terms.shapes import SCALAR, Shape
from ...terms.walks import fold
from .work import Found, Work, depends, refuse

MOST = 60  # operations of an equation that is handed to SymPy
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

    def __init__(self, x: Expr, work: Work):
        import sympy

        self.sp, self.x, self.work = sympy, x, work
        self.of: dict[Expr, Any] = {}
        self.meant: dict[Any, Expr] = {}

    def symbol(self, e: Expr) -> Any:
        """The symbol of an opaque part, positive or real."""
        if e not in self.of:
            positive = self.work.facts.holds("positive", e)
            self.of[e] = s = self.sp.Dummy(str(e)[:20], real=True, positive=True if positive else None)
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
        if e is self.x:
            return self.symbol(e)
        if not self._entrywise(e):
            return None if depends(e, self.x) else self.symbol(e)
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
        roots = sp.solve(equation, unknown)
    except (NotImplementedError, ValueError, TypeError, RecursionError):
        return None
    found = []
    for r in roots:
        r = _shortest(sp, r)
        if r.is_real is False or not isinstance(r, sp.Expr):
            continue
        if sp.count_ops(r) > LONGEST:
            raise refuse(f"the solutions for {x} are longer than {LONGEST} operations", g)
        try:
            value = symbols.written(r)
        except MatcalcError:
            return None
        found.append(Found(x, work.short(value)))
    return found


def _shortest(sp: Any, r: Any) -> Any:
    """The shortest of some equal forms, with sums in exponents as products of powers."""
    if sp.count_ops(r) > LONGEST:
        return r
    apart = sp.expand_power_exp(r)
    forms = [apart, sp.factor_terms(apart), sp.simplify(r)] if sp.count_ops(r) < MOST else [apart]
    return min(forms, key=sp.count_ops)
