"""Evaluating expressions with NumPy arrays. The doors import this module when something is evaluated, not before."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from ..rulebook.book import RuleBook
from ..rulebook.definitions import definitions
from ..rulebook.reader import Rule
from ..terms.errors import EvaluationError
from ..terms.expression import Expr
from ..terms.payloads import LinearKernel
from ..terms.shapes import ONE, SCALAR, Dim, Shape, describe
from ..terms.signatures import Operation
from ..terms.signatures import known as operation_of
from ..terms.walks import around, outside, variables
from .elementwise import elementwise
from .numerics import OPERATIONS, chain, guarded, kernel, of_numpy, power


def evaluate(expr: Expr, values: Mapping[str, Any], types: Mapping[str, Any] | None = None,
             book: RuleBook | None = None) -> Any:  # fmt: skip
    """The value of an expression: a float, or an array (vectors and rows have one axis).

    `types` gives the shapes of variables that are no longer in the expression but whose values still say how
    large a named dimension is. An abstract function u(x) takes a callable as the value of "u" and an array or
    callable as that of "∂u/∂x", in numerator layout; an elementwise function phi takes callables under "phi",
    "phi'". `book` has the definitions of the user's functions.

    >>> from matcalc.terms.expression import var, mm, t, as_shape
    >>> x = var("x", as_shape("n"))
    >>> evaluate(mm(t(x), x), {"x": [3, 4]})
    25.0
    """
    return Evaluation(expr, values, types or {}, book or RuleBook.default()).result()


class Evaluation:
    """One evaluation: the arrays of the variables, and the sizes of the dimensions."""

    def __init__(self, root: Expr, values: Mapping[str, Any], types: Mapping[str, Any], book: RuleBook):
        self.root, self.values, self.book = root, values, book
        self.sizes: dict[str, int] = {}
        self.origin: dict[str, str] = {}  # which variable told the size
        self.arrays: dict[str, Any] = {}
        self.counters: dict[int, int] = {}  # the values of the indices of finite sums
        self.load({**types, **variables(root)})

    # --- the variables and their sizes -------------------------------------------------------------------

    def load(self, types: Mapping[str, Any]) -> None:
        """Convert the values of all variables and find the sizes of the dimensions."""
        needed = variables(self.root)
        missing = [name for name in needed if name not in self.values]
        if missing:
            raise EvaluationError(f"no value for {', '.join(missing)}")
        for name in needed:
            if callable(self.values[name]):
                raise EvaluationError(f"the value of {name} is a function, not an array of numbers")
        pending: list[tuple[str, Shape, tuple[int, ...]]] = []
        for name, e in types.items():
            if name in self.values and not callable(self.values[name]):
                self.arrays[name] = array = _array(name, self.values[name], e.shape)
                pending.append((name, e.shape, array.shape if e.shape != SCALAR else (1, 1)))
        while pending:
            later = [entry for entry in pending if not self.bind(*entry)]
            if len(later) == len(pending):
                break
            pending = later

    def bind(self, name: str, shape: Shape, got: tuple[int, ...]) -> bool:
        """Use one variable's array to find sizes; False if some of its dimensions are still unknown."""
        done = True
        for dim, size in zip(shape, got, strict=True):
            known = dim.substitute({n: Dim.of(s) for n, s in self.sizes.items()})
            if known.value is not None:
                if known.value != size:
                    self.refuse(name, shape, got, dim, known.value)
            elif (solved := _solve(known, size)) is not None:
                self.sizes[solved[0]] = solved[1]
                self.origin[solved[0]] = name
            elif not _solvable(known):
                done = False
            else:
                self.refuse(name, shape, got, dim, None)
        return done

    def refuse(self, name: str, shape: Shape, got: tuple[int, ...], dim: Dim, want: int | None) -> None:
        reasons = [
            f"{n} = {self.sizes[n]} (from {self.origin[n]})" for n in sorted(dim.names & self.sizes.keys())
        ]
        reason = f", where {' and '.join(reasons)}" if reasons else ""
        shown = got[:1] if len(shape) == 2 and shape[1] is ONE else got
        raise EvaluationError(
            f"{name} is {describe(shape)}{reason}, but its value has shape "
            f"({', '.join(map(str, shown))})" + (f": {dim} should be {want}" if want is not None else "")
        )

    def size(self, dim: Dim) -> int:
        """The size of a dimension."""
        value = dim.substitute({n: Dim.of(s) for n, s in self.sizes.items()}).value
        if value is None:
            unknown = ", ".join(sorted(dim.names - self.sizes.keys()))
            raise EvaluationError(f"the size {unknown} is not known: no value that is given tells it")
        return value

    # --- the walk ----------------------------------------------------------------------------------------

    def result(self) -> Any:
        """The value of the whole expression."""
        with np.errstate(all="ignore"):
            value = self.walk(self.root)
        if self.root.shape == SCALAR:
            scalar = np.asarray(value).reshape(())[()]
            return complex(scalar) if np.iscomplexobj(scalar) else float(scalar)
        if len(self.root.shape) == 2 and ONE in self.root.shape:
            return np.reshape(value, -1)
        return np.asarray(value)

    def walk(self, root: Expr) -> Any:
        order = list(outside(root))
        uses: dict[Expr, int] = {}
        for e in order:
            for a in around(e):
                uses[a] = uses.get(a, 0) + 1
        memo: dict[Expr, Any] = {}
        for e in order:
            memo[e] = self.step(e, [memo[a] for a in around(e)])
            for a in around(e):  # free what is no longer needed
                uses[a] -= 1
                if not uses[a]:
                    del memo[a]
        return memo[root]

    def step(self, e: Expr, args: list[Any]) -> Any:
        """The value of a node from those of its arguments."""
        structural = _STRUCTURE.get(e.op) if not e.is_elementwise else None
        if structural is not None:
            return structural(self, e, args)
        if e.is_unspecified:
            return self.unspecified(e, args[0])
        if e.is_elementwise:
            return self.function(e.op)(*args)
        known = operation_of(e)
        function = of_numpy(e.op, e.data.numpy) if isinstance(e.data, Operation) else OPERATIONS.get(e.op)
        if function is None:
            raise EvaluationError(f"the operation {e.op} cannot be evaluated")
        if all(a.shape != SCALAR for a in e.args) or (known is not None and known.traits.entrywise):
            return function(*args)
        value = function(*(_square(a) for a in args))  # a scalar as a matrix of one entry
        return value.reshape(())[()] if e.shape == SCALAR and getattr(value, "ndim", False) else value

    def function(self, name: str) -> Callable[..., Any]:
        """The elementwise function of a name: as the book defines it, else that of the table."""
        rule = self.book.view(definitions).get(name)
        return elementwise(name) if rule is None else partial(_defined, rule, self.book)

    def unspecified(self, e: Expr, x: Any) -> Any:
        """An elementwise function that is only declared: its values come from a callable under its name."""
        given = self.values.get(e.op)
        if not callable(given):
            raise EvaluationError(f"no value for the function {e.op}: give a callable under that name")
        value = np.asarray(given(x))
        if value.shape != np.shape(x):
            raise EvaluationError(f"{e.op} is elementwise, but its value for shape {np.shape(x)} has {value.shape}")
        return value if np.shape(x) else value[()]

    # --- the structural operations -----------------------------------------------------------------------

    def variable(self, e: Expr, _: list[Any]) -> Any:
        return self.arrays[e.data[0]]

    def differential(self, e: Expr, _: list[Any]) -> Any:
        name = e.data[0]
        for key in (f"d({name})", f"d{name}"):
            if key in self.values:
                return _array(key, self.values[key], e.shape)
        raise EvaluationError(f"no value for d({name})")

    def filled(self, e: Expr, _: list[Any]) -> Any:
        shape = tuple(self.size(d) for d in e.shape)
        return np.eye(shape[0]) if e.op == "eye" else np.full(shape, float(e.op == "ones"))

    def add(self, e: Expr, args: list[Any]) -> Any:
        total = args[0]
        for a in args[1:]:
            total = total + a
        return total

    def prod(self, e: Expr, args: list[Any]) -> Any:
        total = args[0]
        for a in args[1:]:
            total = total * a
        return total

    def mm(self, e: Expr, args: list[Any]) -> Any:
        value = chain(args)
        return value[0, 0] if e.shape == SCALAR else value

    def pow(self, e: Expr, args: list[Any]) -> Any:
        base, exponent = args
        return np.power(np.asarray(base), exponent)

    def mpow(self, e: Expr, args: list[Any]) -> Any:
        return guarded("a matrix power", power)(*args)

    def counter(self, e: Expr, _: list[Any]) -> Any:
        return float(self.counters[e.data])

    def series(self, e: Expr, limits: list[Any]) -> Any:
        """A finite sum: its body for every value of the index."""
        first, last = (self.whole(x) for x in limits)
        if last < first - 1:
            raise EvaluationError(f"a sum from {first} to {last} has no value: an exponent must be at least 0")
        total = np.zeros(tuple(self.size(d) for d in e.shape)) if e.shape != SCALAR else 0.0
        before = self.counters.get(e.data)
        for i in range(first, last + 1):
            self.counters[e.data] = i
            total = total + self.walk(e.args[0])
        if before is not None:
            self.counters[e.data] = before
        return total

    def whole(self, x: Any) -> int:
        """A limit of a sum."""
        if not float(x).is_integer():
            raise EvaluationError(f"the limits of a sum are integers, not {float(x):g}: an exponent must be an integer")
        return int(x)

    def kernel(self, e: Expr, args: list[Any]) -> Any:
        if not isinstance(e.data, LinearKernel):
            return kernel(e.data, args, tuple(self.size(n) for n in e.shape))
        name, numpy, value, argument = e.data
        whole = kernel(of_numpy(name, numpy) if numpy else name, [], tuple(self.size(n) for n in (*value, *argument)))
        return whole.reshape(tuple(self.size(n) for n in e.shape))

    def index(self, e: Expr, args: list[Any]) -> Any:
        x, spec = args[0], e.data
        if len(spec) == 1 and x.ndim == 2:
            x = x.reshape(-1)
        key = tuple(s[1] if s[0] == "at" else slice(*s[1:]) for s in spec)
        try:
            got = x[key]
        except IndexError as error:
            raise EvaluationError(str(error)) from None
        if e.shape == SCALAR:
            return np.reshape(got, ())[()]
        if got.ndim == 1 and len(e.shape) == 2:
            return got.reshape((1, -1) if e.shape[0] is ONE else (-1, 1))
        return got

    def array(self, e: Expr, args: list[Any]) -> Any:
        rows, columns = e.data
        blocks = [np.reshape(a, (1, 1)) if np.ndim(a) == 0 else a for a in args]
        return np.block([blocks[r * columns : (r + 1) * columns] for r in range(rows)])

    def outward(self, e: Expr, a: Any) -> Any:
        """An argument as a user's function gets it."""
        return np.reshape(a, -1) if ONE in e.shape and e.shape != SCALAR else a

    def call(self, e: Expr, args: list[Any]) -> Any:
        function = self.values.get(e.data)
        if not callable(function):
            raise EvaluationError(f"no value for the function {e.data}: give a callable")
        got = function(*(self.outward(x, a) for x, a in zip(e.args, args, strict=True)))
        return self.fit(f"{e.data}(…)", got, e.shape)

    def jac(self, e: Expr, args: list[Any]) -> Any:
        name, position, transposed, _ = e.data
        x = e.args[position]
        keys = [f"∂{name}/∂{x.data[0]}"] if x.op == "var" else []
        keys += [f"∂{name}"] if len(e.args) == 1 else []
        key = next((k for k in keys if k in self.values), None)
        if key is None:
            wanted = keys[0] if keys else f"∂{name}"
            raise EvaluationError(
                f"no value for {wanted}: give an array in numerator layout, or a callable, under that name"
            )
        got = self.values[key]
        if callable(got):
            got = got(*(self.outward(x, a) for x, a in zip(e.args, args, strict=True)))
        value = self.fit(key, got, e.shape[::-1] if transposed else e.shape)
        return value.T if transposed and e.shape != SCALAR else value

    def fit(self, name: str, got: Any, shape: Shape) -> Any:
        """A value that a user's function gave, checked against the shape that it should have."""
        value = _array(name, got, shape)
        if shape != SCALAR:
            self.bind(name, shape, value.shape)
        return value

    def einsum(self, e: Expr, args: list[Any]) -> Any:
        ins, out = e.data
        sizes: dict[int, int] = {}
        flat = [_axes(a, x.shape, len(axes)) for a, x, axes in zip(args, e.args, ins, strict=True)]
        shape = [self.size(d) for d in e.shape]
        axes_shape = shape
        if len(out) != len(shape):
            axes_shape = [size for d, size in zip(e.shape, shape, strict=True) if d is not ONE]
        pairs = list(zip(out, axes_shape, strict=False))
        for a, axes in zip(flat, ins, strict=True):
            pairs += zip(axes, a.shape, strict=True)
        _index_sizes(pairs, sizes)
        operands: list[Any] = []
        for a, axes in zip(flat, ins, strict=True):
            indices = [i for axis in axes for i in axis]
            operands += [a.reshape([sizes[i] for i in indices]), indices]
        present = {i for axes in ins for axis in axes for i in axis}
        wanted: list[int] = []
        fresh = max(sizes, default=0) + 1
        for i in (i for axis in out for i in axis):
            if i in wanted:  # a repeated index of the result is a diagonal
                operands += [np.eye(sizes[i]), [i, fresh]]
                i, fresh = fresh, fresh + 1
            elif i not in present:
                operands += [np.ones(sizes[i]), [i]]
            wanted.append(i)
        value = np.einsum(*operands, wanted, optimize=True)
        return value.reshape(())[()] if e.shape == SCALAR else value.reshape(shape)


Step = Callable[[Evaluation, Expr, list[Any]], Any]
_STRUCTURE: dict[str, Step] = {
    "var": Evaluation.variable, "d": Evaluation.differential,
    "num": lambda s, e, _: float(e.data) if isinstance(e.data, int | Fraction) else e.data,
    "const": lambda s, e, _: {"pi": math.pi, "e": math.e, "i": 1j}[e.data],
    "size": lambda s, e, _: float(s.size(Dim.of(e.data))),
    "eye": Evaluation.filled, "ones": Evaluation.filled, "zeros": Evaluation.filled,
    "add": Evaluation.add, "prod": Evaluation.prod, "had": Evaluation.prod, "mm": Evaluation.mm,
    "t": lambda s, e, args: args[0].T if e.shape != SCALAR else args[0],
    "pow": Evaluation.pow, "epow": Evaluation.pow, "mpow": Evaluation.mpow,
    "kernel": Evaluation.kernel,
    "index": Evaluation.index, "array": Evaluation.array, "call": Evaluation.call, "jac": Evaluation.jac,
    "einsum": Evaluation.einsum, "series": Evaluation.series, "counter": Evaluation.counter,
}  # fmt: skip


def _defined(rule: Rule, book: RuleBook, x: Any) -> Any:
    """The value of a function that a line `name(A) := expression` defines."""
    return np.reshape(evaluate(rule.rhs, {rule.lhs.data[0]: np.atleast_2d(x)}, None, book), np.shape(x))


def _array(name: str, value: Any, shape: Shape) -> Any:
    """A value as an array with the axes of a shape: vectors as columns, scalars without axes."""
    try:
        a = np.asarray(value)
        a = a if np.iscomplexobj(a) else a.astype(float)
    except (TypeError, ValueError):
        raise EvaluationError(f"the value of {name} is no array of numbers") from None
    fits = False
    if shape == SCALAR:
        fits = a.size == 1
        a = a.reshape(())[()] if fits else a
    elif len(shape) == 2 and ONE in shape:
        fits = a.ndim == 1 or (a.ndim == 2 and 1 in a.shape)
        a = a.reshape((1, -1) if shape[0] is ONE else (-1, 1)) if fits else a
    else:
        fits = a.ndim == len(shape)
    if not fits:
        kind = "a scalar" if shape == SCALAR else describe(shape)
        raise EvaluationError(f"{name} is {kind}, but its value has shape {a.shape}")
    return a


def _square(a: Any) -> Any:
    return a if np.ndim(a) else np.reshape(a, (1, 1))


def _axes(a: Any, shape: Shape, count: int) -> Any:
    """An operand of an einsum without the unit axis of vectors and rows."""
    if np.ndim(a) == count:
        return np.asarray(a)
    return np.reshape(a, [n for d, n in zip(shape, a.shape, strict=True) if d is not ONE] if count else ())


def _index_sizes(pairs: list[tuple[tuple[int, ...], int]], sizes: dict[int, int]) -> None:
    """Find the size of each index from the axes that it stands on."""
    for _ in range(len(pairs) + 1):
        for axis, n in pairs:
            open_ = [i for i in axis if i not in sizes]
            if len(open_) == 1:
                known = math.prod(sizes[i] for i in axis if i in sizes)
                sizes[open_[0]] = n // known if known else 0
    for axis, n in pairs:
        if any(i not in sizes for i in axis) or math.prod(sizes[i] for i in axis) != n:
            raise EvaluationError("the sizes of the operands of einsum do not fit together")


def _solve(dim: Dim, size: int) -> tuple[str, int] | None:
    """The name and its value if a*name + b = size determines it."""
    if not _solvable(dim):
        return None
    name = next(iter(dim.names))
    factor = next(c for mono, c in dim.terms if mono)
    rest = size - sum(c for mono, c in dim.terms if not mono)
    return (name, rest // factor) if rest % factor == 0 and rest // factor >= 0 else None


def _solvable(dim: Dim) -> bool:
    return len(dim.names) == 1 and all(len(mono) <= 1 for mono, _ in dim.terms)
