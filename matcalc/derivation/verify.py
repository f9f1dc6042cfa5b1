"""Each line of the steps against numbers: the values of names, directional differences, and derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..calculus.record import Record
from ..numbers.comparison import along, gathered, moves, relative, richardson, tangent, unfolded
from ..numbers.domains import Sampler
from ..numbers.evaluate import evaluate
from ..numbers.sampling import Array, direction, outward, size_of
from ..terms.expression import Expr
from ..terms.rebuild import substitute
from ..terms.walks import postorder
from .lines import Line


def line_errors(lines: Sequence[Line], d: Record, seed: int = 0) -> list[float]:
    """For each line the relative difference between its right side and what it stands for."""
    return Bench(lines, d, seed).errors()


class Bench:
    """Values for everything that occurs in the lines."""

    def __init__(self, lines: Sequence[Line], d: Record, seed: int):
        self.lines, self.d = lines, d
        self.rng = np.random.default_rng(seed)
        x = d.variable
        types = d.nodes
        self.sample = Sampler(d.source, types, d.trace.assumptions, d.book).draw(self.rng)
        self.values: dict[str, Any] = dict(self.sample.values)
        self.types: dict[str, Expr] = dict(types)
        self.names: dict[Expr, Expr] = {}  # name -> its meaning
        self.changes: dict[tuple[Expr, Expr, int, int], Array] = {}  # by identity of values that are kept
        self.kept: list[Any] = []
        for line in lines:
            if line.kind == "value" and line.left is not None and line.of is not None:
                self.names[line.left] = line.of
        for name, meaning in self.names.items():
            self.values[name.data[0]] = evaluate(meaning, self.sample.values, self.types, d.book)
            self.types[name.data[0]] = name
        self.moves = {v: self.step(v) for v in d.variables}
        self.move: Any = self.moves[x]

    def step(self, x: Expr) -> Any:
        """A random direction for a variable."""
        e = direction(self.rng, (size_of(x.shape[0], self.sample.sizes), size_of(x.shape[1], self.sample.sizes)))
        return np.asarray(outward(e, x.shape))

    def errors(self) -> list[float]:
        """The error of each line."""
        out = []
        for line in self.lines:
            got, want = self.both(line)
            out.append(relative(got, want, max(1.0, np.abs(np.asarray(want)).max(initial=0))))
        return out

    def both(self, line: Line) -> tuple[Any, Any]:
        """The value of the right side, and what it should be."""
        assert line.of is not None
        if line.kind == "gathered":
            return gathered(self.d, self.sample, self.rng), 0.0
        if line.kind == "value":
            return self.number(line.expr), evaluate(line.of, self.sample.values, self.types, self.d.book)
        if line.kind == "differential":
            x = line.by or self.d.variable
            self.move = self.moves[x]
            return self.number(line.expr, x), self.change(line.of, x, self.move, self.sample.values)
        if line.kind == "structured":
            e = next(moves(self.d, self.sample, self.rng, 1))
            move = np.asarray(outward(tangent(self.d, self.sample, e), self.d.variable.shape))
            want = self.difference(line.of, self.d.variable, move, self.values)
            return along(self.d, self.sample, [e]), want
        assert line.by is not None
        return self.derivative(line)

    def derivative(self, line: Line) -> tuple[Any, Any]:
        """A derivative along a random direction, and the change along it."""
        assert line.of is not None and line.by is not None
        by = line.by
        if by in self.moves and line.kind == "derivative":
            move, want = self.moves[by], self.change(line.of, by, self.moves[by], self.sample.values)
        else:  # by a name: vary the name, with the operations behind it
            move = self.step(by)
            self.kept.append(move)
            of = line.of if line.kind == "partial" else self.above(by, line.of)
            want = self.change(of, by, move, self.values)
        value = np.asarray(self.number(line.expr))
        j = unfolded(value, line.of.shape, by.shape, line.layout, self.sample.sizes)
        return (np.tensordot(j, move, move.ndim) if move.ndim else j * move), want

    def above(self, name: Expr, result: Expr) -> Expr:
        """The result in terms of a name: every place where its meaning stands."""
        return substitute(result, {self.names[name]: name})

    def change(self, of: Expr, x: Expr, move: Any, values: dict[str, Any]) -> Array:
        """How an expression changes along a direction of a variable, by differences."""
        key = (of, x, id(move), id(values))
        if key not in self.changes:
            self.changes[key] = self.difference(of, x, move, values)
        return self.changes[key]

    def difference(self, of: Expr, x: Expr, move: Any, values: dict[str, Any]) -> Array:
        at, types = np.asarray(values[x.data[0]]), {**self.types, x.data[0]: x}
        return richardson(lambda h: evaluate(of, {**values, x.data[0]: at + h * move}, types, self.d.book))

    def number(self, e: Expr, x: Expr | None = None) -> Any:
        """The value of a side of a line: differentials and partial derivatives get theirs from differences."""
        values = dict(self.values)
        for a in postorder(e):
            if a.op == "d":
                inner = self.names.get(a.data[1], a.data[1])
                values[f"d({a.data[0]})"] = self.change(inner, x or self.d.variable, self.move, self.sample.values)
                if inner is (x or self.d.variable):
                    values[f"d({a.data[0]})"] = self.move
            elif a.op == "var" and a.data[1] == "partial":
                values[a.data[0]] = self.partial_value(a)
        return evaluate(e, values, self.types, self.d.book)

    def partial_value(self, name: Expr) -> Any:
        """The value of a partial derivative that stands in a line by its name: that of the line that tells it."""
        for line in self.lines:
            if line.left is name:
                return self.number(line.expr)
        raise KeyError(str(name))
