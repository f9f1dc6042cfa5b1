"""The value of sums over indices.

What depends on an index is kept as terms in index notation, and read as a matrix expression where a function is applied
to it, and at the end.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from ..terms import expression as nodes
from ..terms.errors import MatcalcError, ParseError
from ..terms.expression import Expr
from ..terms.shapes import ONE, SCALAR, Dim, Shape
from ..terms.sizes import size
from .chains import Value
from .elaborate import Elaborator
from .index_ranges import Range, RangeError
from .index_terms import Factor, Term, array, transposed
from .remarks import Remark
from .sample_sums import SampleProblem
from .tree import Ast, Sums
from .typing.axes import SliceError, sliced

ROW, COLUMN = "R", "C"  # the labels of the axes of a part itself
_MOST_TERMS = 40
_COMPARE = {">": "gt", ">=": "ge", "<": "lt", "<=": "le", "==": "eq", "!=": "ne"}
_SIMPLE: dict[str, Callable[..., Expr]] = {
    "add": nodes.add, "sub": nodes.sub, "had": nodes.had, "ediv": nodes.ediv, "epow": nodes.epow, "pow": nodes.epow,
}  # fmt: skip
_SQUARED = ("", "2", "F", "norm", "norm2")

Terms = list[Term]


class SampleElaborator(Elaborator):
    """Builds expressions with sums over indices."""

    def about(self, problem: SampleProblem) -> SampleElaborator:
        """Say what is summed."""
        self.problem = problem
        self.batches: dict[int, Terms] = {}
        self.fresh = itertools.count()
        self.sizes: dict[str, Dim] = {}
        self.factors: dict[int, Term] = {}
        for i, labels in problem.labels.items():
            if self.tape[i].op == "sample":
                self.factors[i] = self.sample(i, labels)
        for label, n in problem.sizes.items():
            self.sizes.setdefault(label, n)
        return self

    def run(self) -> Expr:
        found = self.finish
        self.current = 0
        last = len(self.tape) - 1
        for i, node in enumerate(self.tape):
            try:
                self.values.append(self.evaluate(i, node))
            except MatcalcError as e:
                raise e.at(self.text, node.span) from None
        return found(last) if last in self.batches else self.take(last)

    def finish(self, i: int) -> Expr:
        """The array of a text with indices that no sum has."""
        open_ = sorted(self.open(self.batches[i]) - {ROW, COLUMN})
        if len(open_) > 2 or self.open(self.batches[i]) & {ROW, COLUMN}:
            raise self.refuse()
        what = "vector" if len(open_) == 1 else "matrix"
        remark = f"the {what} of all entries, for each {' and '.join(open_)}"
        self.remarks.append(Remark(remark, (0, len(self.text))))
        return self.settled(self.batches[i], tuple(open_))

    def evaluate(self, i: int, node: Ast) -> Value | None:
        self.current = i
        if node.op == "count":
            return self.count(node.data)
        if node.op == "samples":
            terms = self.total(i, node)
            if self.open(terms) <= {ROW, COLUMN}:
                return self.express(terms, self.shapes[i])
            self.batches[i] = terms
            return None
        if node.op == "sample":
            self.batches[i] = [self.factors[i]]
        elif node.op == "delta":
            labels = self.problem.labels[i]
            self.batches[i] = [Term((), (Factor(nodes.eye(self.sizes[labels[0]]), labels),))]
        elif any(j in self.batches for j in node.args):
            self.batches[i] = self.batch(node, self.shapes[i])
        else:
            return super().evaluate(i, node)
        return None

    def refuse(self) -> MatcalcError:
        node = self.tape[self.current]
        return ParseError("this cannot be summed over samples: write the sum with whole arrays", self.text, node.span)

    # --- leaves

    def count(self, label: str) -> Expr:
        return size(self.problem.sizes[label])

    def sample(self, i: int, labels: Sequence[str]) -> Term:
        """A use of an array with indices; its sizes are kept."""
        shape = self.shapes[i]
        x = self.leaves[self.problem.base(self.tape[i].data, shape)]
        ranges = self.ranges(i, labels)
        axes = tuple(labels) if len(labels) == 2 or shape == SCALAR else (labels[0], ROW)
        if any(r is not None and not r.whole for r in ranges):
            spec: list[tuple[object, ...]] = [("slice", r.start, r.stop, None) if r else ("slice", None, None, None)
                                              for r in ranges]  # fmt: skip
            spec += [("slice", None, None, None)] * (len(axes) - len(spec))
            what = self.text[self.tape[i].start : self.tape[i].end]
            try:
                found, cut = sliced(tuple(spec), x.shape, what, True)
            except SliceError as e:
                raise ParseError(f"these limits are not read: {e}", self.text, self.tape[i].span) from None
            x = nodes.index(x, found, cut)
        for label, n in zip(axes, x.shape, strict=False):
            if label != ROW:
                self.sizes[label] = n
        return Term((), (Factor(x, axes),))

    def ranges(self, i: int, labels: Sequence[str]) -> list[Range | None]:
        """The entries that each index of a use takes."""
        moves = self.problem.shifts.get(i, (0,) * len(labels))
        for label, by in zip(labels, moves, strict=True):
            if by and self.problem.limits.get(label, ("1", ""))[:2] == ("", ""):
                name, span = label.split("@")[0], self.tape[i].span
                self.remarks.append(Remark(f"{name} runs over the entries for which shifted ones exist", span))
        what = self.text[self.tape[i].start : self.tape[i].end]
        found = [self.problem.ranges.get(u) for u in labels]
        try:
            return [r.moved(by, what) if r is not None and by else r for r, by in zip(found, moves, strict=True)]
        except RangeError as e:
            raise ParseError(str(e), self.text, self.tape[i].span) from None

    def like(self, j: int) -> Terms:
        """A part as terms, whether it depends on an index or not."""
        found = self.batches.get(j)
        if found is not None:
            return found
        x = self.take(j)
        self.values[j] = x
        if x.shape == SCALAR:
            return [Term((x,))]
        if x.shape[1] is ONE:
            return [Term((), (Factor(x, (ROW,)),))]
        if x.shape[0] is ONE:
            return [Term((), (Factor(transposed(x), (COLUMN,)),))]
        return [Term((), (Factor(x, (ROW, COLUMN)),))]

    # --- arrays

    def open(self, terms: Terms) -> set[str]:
        return {a for t in terms for a in t.open}

    def size_of(self, shape: Shape) -> dict[str, Dim]:
        return {**self.sizes, ROW: shape[0], COLUMN: shape[1]}

    def settled(self, terms: Terms, axes: tuple[str, ...], shape: Shape = SCALAR) -> Expr:
        """The array of terms over at most two labels."""
        sizes = self.size_of(shape)
        counted: dict[Expr, Any] = {}
        for term in terms:
            value, body = number_of(array(term, axes, sizes))
            counted[body] = counted.get(body, 0) + value
        whole: Expr | None = None
        for body, value in counted.items():
            if whole is None:
                whole = multiple(value, body)
            elif value < 0:
                whole = nodes.sub(whole, multiple(-value, body))
            else:
                whole = nodes.add(whole, multiple(value, body))
        assert whole is not None
        return whole

    def express(self, terms: Terms, shape: Shape) -> Expr:
        """Terms without indices as an expression of a shape."""
        axes = tuple(a for a, n in zip((ROW, COLUMN), shape, strict=True) if n is not ONE)
        x = self.settled(terms, axes, shape)
        return transposed(x) if axes == (COLUMN,) else x

    def axes(self, *parts: Terms) -> tuple[str, ...] | None:
        """The labels of an array that has all of these parts, if there are at most two."""
        found = {a for terms in parts for a in self.open(terms)}
        order = sorted(found, key=lambda a: (a in (ROW, COLUMN), a == COLUMN, self.rank(a)))
        return tuple(order) if len(order) < 3 else None

    def rank(self, label: str) -> tuple[int, str]:
        """Outer sums first."""
        name, _, place = label.partition("@")
        return (-int(place or 0), name)

    def arrays(self, shape: Shape, *parts: Terms) -> tuple[list[Expr], tuple[str, ...]]:
        axes = self.axes(*parts)
        if axes is None:
            raise self.refuse()
        return [self.settled(terms, axes, shape) for terms in parts], axes

    def entrywise(self, build: Callable[..., Expr], shape: Shape, *parts: Terms) -> Terms:
        """A function entry by entry."""
        made, axes = self.arrays(shape, *(self.filled(p, shape) for p in parts))
        x = build(*made)
        return [Term((), (Factor(x, axes),))] if axes else [Term((x,))]

    def filled(self, terms: Terms, shape: Shape) -> Terms:
        """Terms as those of an array of a shape, in which a scalar fills an array."""
        wanted = {a for a, n in zip((ROW, COLUMN), shape, strict=True) if n is not ONE}
        sizes = self.size_of(shape)
        return [t.times(Term((), tuple(Factor(nodes.ones((sizes[a], ONE)), (a,)) for a in sorted(wanted - t.open))))
                for t in terms]  # fmt: skip

    # --- operations

    def batch(self, node: Ast, shape: Shape) -> Terms:
        """The value of a part that depends on an index."""
        op, args = node.op, node.args
        if len(shape) != 2:
            raise self.refuse()
        columns = [self.shapes[j] != SCALAR and self.shapes[j][1:] == (ONE,) for j in args]
        if (op == "func" and node.data == "inner") or (op == "mul" and node.data in ("dot", "at") and all(columns)):
            return self.closed(self.multiply(self.like(args[0]), self.like(args[1])), (ROW, COLUMN))
        if op == "mul":
            return self.product(*args)
        if op == "div":
            return self.quotient(*args)
        if op == "t":
            return [t.renamed({ROW: COLUMN, COLUMN: ROW}) for t in self.batches[args[0]]]
        if op == "neg":
            return [t._replace(scalars=(nodes.num(-1), *t.scalars)) for t in self.batches[args[0]]]
        if op in ("add", "sub"):
            return self.addition(op, shape, *args)
        if op == "norm" or (op == "func" and node.data in ("norm", "norm1", "norm2")):
            return self.length(args[0], node.data)
        inner = self.tape[args[0]]
        squared = op == "pow" and inner.op == "norm" and inner.data in _SQUARED and self.tape[args[1]].data == 2
        if squared and inner.args[0] in self.batches and self.shapes[inner.args[0]] != SCALAR:
            return self.squares(inner.args[0])
        if op == "func" and node.data == "sum":
            sizes = self.shapes[args[0]]
            return self.closed(self.filled(self.batches[args[0]], sizes), (ROW, COLUMN))
        if op == "func" and node.data == "tr":
            label = f"#{next(self.fresh)}"
            return [t.renamed({ROW: label, COLUMN: label}) for t in self.batches[args[0]]]
        if op == "pow" and shape != SCALAR:
            raise self.refuse()
        build = self.elementwise(op, node.data, len(args))
        if build is None or any(self.shapes[j] not in (SCALAR, shape) for j in args):
            raise self.refuse()
        if op in ("pow", "epow") and args[1] not in self.batches:
            exponent = self.take(args[1])
            return self.entrywise(lambda x: nodes.epow(x, exponent), shape, self.like(args[0]))
        return self.entrywise(build, shape, *(self.like(j) for j in args))

    def elementwise(self, op: str, name: object, count: int) -> Callable[..., Expr] | None:
        """How an operation entry by entry is built."""
        if op in _SIMPLE:
            return _SIMPLE[op]
        if op == "compare":
            return lambda x, y: nodes.apply(_COMPARE[str(name)], x, y)
        if op == "func" and name == "sqrt":
            return lambda x: nodes.epow(x, nodes.div(nodes.num(1), nodes.num(2)))
        if op == "func" and name == "square":
            return lambda x: nodes.epow(x, nodes.num(2))
        name = "abs" if name in ("bars", "determinant") else name
        found = self.signatures.operation(str(name)) if op == "func" else None
        if found is not None and (found.elementwise or name == "abs" or (name in ("max", "min") and count == 2)):
            return lambda *x: self.apply(str(name), *x)
        return None

    def multiply(self, a: Terms, b: Terms) -> Terms:
        if len(a) * len(b) > _MOST_TERMS:
            raise self.refuse()
        return [s.times(t) for s in a for t in b]

    def product(self, a: int, b: int) -> Terms:
        first, second = self.like(a), self.like(b)
        if SCALAR not in (self.shapes[a], self.shapes[b]):
            label = f"#{next(self.fresh)}"
            if self.shapes[a][1] is ONE:
                return self.multiply(first, second)
            first = [t.renamed({COLUMN: label}) for t in first]
            second = [t.renamed({ROW: label}) for t in second]
        return self.multiply(first, second)

    def quotient(self, a: int, b: int) -> Terms:
        first = self.like(a)
        if b not in self.batches:
            return self.multiply(first, [Term((nodes.reciprocal(self.take(b)),))])
        second = self.batches[b]
        if self.axes(first, second) is not None and self.shapes[a] == SCALAR:
            return self.entrywise(nodes.ediv, SCALAR, first, second)
        (x,), axes = self.arrays(SCALAR, second)
        return self.multiply(first, [Term((), (Factor(nodes.reciprocal(x), axes),))])

    def addition(self, op: str, shape: Shape, a: int, b: int) -> Terms:
        first, second = self.filled(self.like(a), shape), self.filled(self.like(b), shape)
        if self.axes(first, second) is not None:
            return self.entrywise(_SIMPLE[op], shape, first, second)
        if op == "sub":
            second = [t._replace(scalars=(nodes.num(-1), *t.scalars)) for t in second]
        return self.settle([*first, *second], shape)

    def settle(self, terms: Terms, shape: Shape) -> Terms:
        """One term in place of several, where they are an array of at most two axes."""
        if len(terms) > _MOST_TERMS:
            raise self.refuse()
        axes = self.axes(terms)
        if axes is None or len(terms) == 1:
            return terms
        x = self.settled(terms, axes, shape)
        return [Term((), (Factor(x, axes),))] if axes else [Term((x,))]

    def closed(self, terms: Terms, labels: Sequence[str]) -> Terms:
        """The sum over labels."""
        return [t.renamed({a: f"#{next(self.fresh)}" for a in labels}) for t in terms]

    def squares(self, j: int) -> Terms:
        """The sum of the squared entries of a part."""
        terms, shape = self.batches[j], self.shapes[j]
        if len(terms) == 1 and self.axes(terms) is not None:
            (x,), axes = self.arrays(shape, terms)
            return self.closed([Term((), (Factor(nodes.epow(x, nodes.num(2)), axes),))], (ROW, COLUMN))
        return self.settle(self.closed(self.multiply(terms, terms), (ROW, COLUMN)), SCALAR)

    def length(self, j: int, name: str) -> Terms:
        terms, shape = self.like(j), self.shapes[j]
        if shape == SCALAR:
            return self.entrywise(lambda x: nodes.apply("abs", x), SCALAR, terms)
        if name in ("1", "norm1"):
            whole = self.entrywise(lambda x: nodes.apply("abs", x), shape, terms)
            return self.closed(whole, (ROW, COLUMN))
        if name not in _SQUARED or (ONE not in shape and name in ("2", "norm2")):
            raise self.refuse()
        half = nodes.div(nodes.num(1), nodes.num(2))
        return self.entrywise(lambda x: nodes.epow(x, half), SCALAR, self.squares(j))

    # --- sums

    def total(self, i: int, node: Ast) -> Terms:
        sums: Sums = node.data
        labels = self.problem.labels[i]
        terms = self.like(node.args[0])
        present = self.open(terms)
        masks = [self.mask(i, node, *c) for c in sums.conditions]
        if not present & set(labels):
            raise ParseError(f"nothing in this sum depends on {labels[0].split('@')[0]}", self.text, node.span)
        if sums.kind != "sum":
            return self.reduction(sums.kind, terms, labels, bool(masks))
        done: Terms = []
        for t in terms:
            for mask in masks:
                t = t.times(mask)
            missing = [u for u in labels if u not in t.open]
            unknown = next((u for u in missing if any(n.startswith("?") for n in self.sizes[u].names)), None)
            if unknown is not None:
                said = f"nothing says how far {unknown.split('@')[0]} runs"
                raise ParseError(f"{said}: write its limits", self.text, node.span)
            ones = tuple(Factor(nodes.ones((self.sizes[u], ONE)), (u,)) for u in missing)
            done += self.closed([t.times(Term((), ones))], labels)
        return self.settle(done, self.shapes[i])

    def mask(self, i: int, node: Ast, a: str, sign: str, b: str) -> Term:
        """A condition such as i < j as a matrix of zeros and ones."""
        scope = {**self.problem.scopes.get(i, {}), **{u.split("@")[0]: u for u in self.problem.labels[i]}}
        labels = (scope[a], scope[b])
        if any(not self.problem.ranges[u].whole for u in labels if u in self.problem.ranges):
            raise ParseError("a condition on indices needs sums over all entries", self.text, node.span)
        n = self.sizes[labels[0]]
        every = nodes.ones((n, n))
        found = {
            "!=": lambda: nodes.sub(every, nodes.eye(n)), "<": lambda: nodes.sub(every, nodes.apply("tril", every)),
            ">": lambda: nodes.sub(every, nodes.apply("triu", every)), "<=": lambda: nodes.apply("triu", every),
            ">=": lambda: nodes.apply("tril", every),
        }[sign]()  # fmt: skip
        return Term((), (Factor(found, labels),))

    def reduction(self, kind: str, terms: Terms, labels: Sequence[str], masked: bool) -> Terms:
        """A product, a largest or a smallest entry over all indices."""
        (x,), axes = self.arrays(SCALAR, terms)
        if masked or set(axes) != set(labels):
            raise self.refuse()
        return [Term((nodes.apply(kind, x),))]




def number_of(x: Expr) -> tuple[Any, Expr]:
    """The number in front of a product, and the rest."""
    if x.op == "prod" and x.args[0].op == "num":
        rest = x.args[1:]
        return x.args[0].data, rest[0] if len(rest) == 1 else nodes.prod(*rest)
    return 1, x


def multiple(value: Any, x: Expr) -> Expr:
    """A number times an array."""
    return x if value == 1 else nodes.prod(nodes.num(value), x)
