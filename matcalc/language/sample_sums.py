r"""Sums over samples, such as \sum_i (x_i^\top w - y_i)^2, as expressions in whole arrays.

With i the index of a sum, y_i is the i-th entry of a vector y and x_i the i-th row, taken as a column, of a
matrix: of x itself if that is declared a matrix, otherwise of X. Use decides which (a transposed x_i is no entry), as
it does for all names. The summand is evaluated for all samples at once: a scalar for each sample is a vector, a vector
for each sample a matrix with a row for each. A double sum over i and j has entries x_i, y_j and A_ij only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..terms import expression as nodes
from ..terms.errors import MatcalcError, ParseError
from ..terms.expression import Expr
from ..terms.shapes import ONE, SCALAR, Dim, Shape
from .chains import Value, fill
from .elaborate import Elaborator
from .tree import Ast
from .typing.declarations import Type
from .typing.fitting import Misfit
from .typing.inference import Problem, Solution
from .typing.preferences import SAMPLE, Kinds
from .typing.shaping import Shaper

_SUBSCRIPTED = re.compile(r"(.+?)_([a-z])(?:_?([a-z]))?")


class SampleProblem(Problem):
    """A problem with sums over samples."""

    def _find_names(self) -> None:
        self.places: dict[str, tuple[str, tuple[str, ...], bool]] = {}  # key: base, indices, whether it is given
        self.uppers: dict[str, str] = {}
        plain = {n.data for n in self.tape if n.op == "name"}
        for i, node in enumerate(self.tape):
            if node.op == "samples":
                for name, upper in zip(*node.data, strict=True):
                    self.uppers.setdefault(name, upper)
                for inner in self.tape[node.low : i]:
                    if inner.op == "name" and inner.data not in self.declared:
                        self._find_sample(inner, node.data[0], plain)
        counts = {u: i for i, u in self.uppers.items() if u.isidentifier() and u not in self.declared}
        for node in self.tape:
            if node.op == "name" and node.data in counts:
                node.op, node.data = "count", counts[node.data]
        super()._find_names()
        for i, node in enumerate(self.tape):
            if node.op == "sample":
                self.names.setdefault(node.data, i)
        self.names = dict(sorted(self.names.items(), key=lambda item: item[1]))

    def _find_sample(self, node: Ast, indices: tuple[str, ...], plain: set[str]) -> None:
        m = _SUBSCRIPTED.fullmatch(node.data)
        used = tuple(g for g in m.groups()[1:] if g) if m else ()
        if m is None or not all(u in self.uppers and (u in indices or len(used) == 1) for u in used):
            return
        if any(u not in indices for u in used):
            return
        base = m[1]
        capital = base[:1].upper() + base[1:]
        given = self._array(base, plain)
        if given is None and base != capital and self._array(capital, plain):
            base, given = capital, "matrix"
        if given == "scalar":
            raise ParseError(f"{base} is a scalar: there is no {node.data}", self.text, node.span)
        key = f"{base}[{','.join(used)}]"
        node.op, node.data = "sample", key
        self.places[key] = (base, used, given is not None)
        kinds = ("scalar", "vector") if given is None or given == "name" else ("vector",)
        self.kinds = {**getattr(self, "kinds", {}), key: ("scalar",) if len(used) > 1 or given == "vector" else kinds}

    def _array(self, name: str, plain: set[str]) -> str | None:
        """What a name is known to be: the kind that is declared, or a name in use."""
        t = self.declared.get(name)
        if isinstance(t, Type):
            return t.kind
        if name in plain or name in self.extra:
            return "matrix" if name[0].isupper() else "vector"
        return None

    def _options(self, name: str) -> Kinds:
        if "[" not in name:
            return super()._options(name)
        found: tuple[str, ...] = self.kinds[name]
        stem = name.split("[")[0]
        bold = stem in self.bold or stem.lower() in self.bold
        found = ("vector",) if bold and "vector" in found else found
        return tuple(zip(found, (0.0, SAMPLE), strict=False))

    def base(self, key: str, shape: Shape) -> str:
        """The array whose row or entry this is."""
        base, used, given = self.places[key]
        if given or (shape == SCALAR and len(used) == 1):
            return base
        return base[:1].upper() + base[1:]

    def prepare(self, shaper: Shaper) -> None:
        declared = {i for base, used, _ in self.places.values() if base in self.known for i in used}
        count: dict[str, Dim] = {}
        for index, upper in self.uppers.items():
            named = upper and index not in declared and (upper.isdigit() or upper.isidentifier())
            count[index] = Dim.of(int(upper) if upper.isdigit() else upper) if named else shaper.u.fresh()
        for key, (_, used, _) in self.places.items():
            shape = shaper.leaves[key]
            last = count[used[1]] if len(used) > 1 else ONE if shape == SCALAR else shape[0]
            base, whole = self.base(key, shape), (count[used[0]], last)
            found = shaper.leaves.setdefault(base, whole)
            if not shaper.equal(found, whole):
                message = f"{base} is {shaper.show(found)}, which does not fit its use with an index"
                raise Misfit(self.names[key], lambda message=message: message)  # type: ignore[misc]

    def _solution(self, shaper: Shaper, leaves: Mapping[str, Shape]) -> Solution:
        found = super()._solution(shaper, leaves)
        types: dict[str, Type] = {}
        for name, t in found.types.items():
            base = self.base(name, t.shape) if name in self.places else name
            types.setdefault(base, found.types[base])
        return Solution(found.shapes, types, found.remarks)


class Batch(NamedTuple):
    """One value for each sample: scalars, or columns or rows as the rows of a matrix, or outer products x*y'."""

    kind: str
    x: Expr
    y: Expr | None = None
    scaled: tuple[Expr, Expr] | None = None  # a scalar for each sample times one row


class SampleElaborator(Elaborator):
    """Evaluates what depends on an index for all samples at once."""

    def about(self, problem: SampleProblem) -> SampleElaborator:
        """Say what is summed."""
        self.problem = problem
        self.batches: dict[int, Batch] = {}
        self.frame: dict[int, Ast] = {}
        for i, node in enumerate(self.tape):
            if node.op == "samples":
                for j in range(node.low, i):
                    self.frame.setdefault(j, node)
        return self

    def evaluate(self, i: int, node: Ast) -> Value | None:
        if node.op == "count":
            size = self.samples(node.data)
            return nodes.num(size.value) if size.value is not None else nodes.apply("sum", nodes.ones((size, ONE)))
        if node.op == "samples":
            if node.args[0] not in self.batches:
                raise ParseError(f"nothing in this sum depends on {node.data[0][0]}", self.text, node.span)
            return self.total(self.batches[node.args[0]])
        if node.op != "sample" and not any(j in self.batches for j in node.args):
            return super().evaluate(i, node)
        self.current = i
        self.batches[i] = self.sample(node) if node.op == "sample" else self.batch(i, node)
        return None

    def refuse(self) -> MatcalcError:
        node = self.tape[self.current]
        return ParseError("this cannot be summed over samples: write the sum with whole arrays", self.text, node.span)

    def samples(self, index: str) -> Dim:
        """The number of samples."""
        for base, used, _ in self.problem.places.values():
            for axis, name in enumerate(used):
                leaf = self.leaves.get(base) or self.leaves.get(base[:1].upper() + base[1:])
                if name == index and leaf is not None:
                    return leaf.shape[axis]
        raise ParseError(f"nothing depends on {index}", self.text, (0, len(self.text)))

    @property
    def shape(self) -> Shape:
        """The shape of a scalar for each sample, here."""
        names = self.frame[self.current].data[0]
        return (self.samples(names[0]), self.samples(names[1]) if len(names) > 1 else ONE)

    def column(self, n: Dim) -> Expr:
        return nodes.ones((n, ONE))

    def sample(self, node: Ast) -> Batch:
        key = node.data
        _, used, _ = self.problem.places[key]
        x = self.leaves[self.problem.base(key, self.shapes[self.current])]
        names = self.frame[self.current].data[0]
        if any(u not in names for u in used):
            raise self.refuse()
        row = self.shapes[self.current] != SCALAR
        if len(names) == 1:
            return Batch("column" if row else "scalar", x)
        if row:
            raise self.refuse()
        if len(used) == 2:
            return Batch("scalar", x if used == names else nodes.t(x))
        if used[0] == names[0]:
            return Batch("scalar", nodes.mm(x, nodes.ones((ONE, self.shape[1]))))
        return Batch("scalar", nodes.mm(self.column(self.shape[0]), nodes.t(x)))

    def total(self, b: Batch) -> Expr:
        if b.kind == "scalar":
            return nodes.apply("sum", b.x)
        if b.y is not None:
            return nodes.mm(nodes.t(b.x), b.y)
        rows = b.x.shape[0]
        if b.kind == "column":
            return nodes.mm(nodes.t(b.x), self.column(rows))
        return nodes.mm(nodes.ones((ONE, rows)), b.x)

    def like(self, j: int, shape: Shape) -> Batch:
        """A part as a value of a shape for each sample, whether it depends on the sample or not."""
        kind = "scalar" if shape == SCALAR else "column" if shape[1] is ONE else "row"
        width = shape[0] if kind == "column" else shape[1]
        if ONE not in shape or (kind != "scalar" and self.shape[1] is not ONE):
            raise self.refuse()
        whole = self.shape if kind == "scalar" else (self.shape[0], width)
        found = self.batches.get(j)
        if found is not None:
            if found.kind == "scalar" and kind != "scalar":
                return Batch(kind, nodes.mm(found.x, nodes.ones((ONE, width))))
            return found
        x = self.take(j)
        if x.shape == SCALAR:
            return Batch(kind, fill(x, whole))
        return Batch(kind, nodes.mm(self.column(whole[0]), x if kind == "row" else transposed(x)))

    def scaled(self, s: Expr, x: Expr) -> Expr:
        return nodes.mm(nodes.apply("diag", s), x)

    def squares(self, x: Expr) -> Expr:
        return nodes.mm(nodes.epow(x, nodes.num(2)), self.column(x.shape[1]))

    def batch(self, i: int, node: Ast) -> Batch:
        """The value of a part that depends on the sample."""
        op, args, shape = node.op, node.args, self.shapes[i]
        if op == "mul" and SCALAR not in (self.shapes[args[0]], self.shapes[args[1]]):
            return self.matrix_product(*args)
        if op in ("mul", "div"):
            return self.scaling(op, *args)
        if op == "t":
            b = self.batches[args[0]]
            if b.y is not None:
                return Batch("outer", b.y, b.x)
            return Batch({"scalar": "scalar", "column": "row", "row": "column"}[b.kind], b.x)
        if op == "norm" or (op == "func" and node.data in ("norm", "norm1", "norm2")):
            return self.length(args[0], node.data)
        if op == "pow" and self.tape[args[0]].op == "norm" and self.tape[args[1]].data == 2:
            inner = self.tape[args[0]]
            normed = self.batches.get(inner.args[0])
            if normed is not None and normed.kind != "scalar" and inner.data in ("", "2", "F"):
                return Batch("scalar", self.squares(normed.x))
        if op == "func" and node.data == "inner":
            first = self.like(args[0], self.shapes[args[0]])
            return self.dot(first, self.like(args[1], self.shapes[args[1]]))
        if op in ("pow", "epow"):
            base = self.like(args[0], shape)
            exponent = self.take(args[1]) if args[1] not in self.batches else self.like(args[1], shape).x
            return Batch(base.kind, nodes.epow(base.x, exponent))
        parts = [self.like(j, shape) for j in args] if shape == SCALAR or ONE in shape else []
        build = self.elementwise(op, node.data, len(args))
        if not parts or build is None or any(self.shapes[j] not in (SCALAR, shape) for j in args):
            raise self.refuse()
        return Batch(parts[0].kind, build(*(p.x for p in parts)))

    def elementwise(self, op: str, name: object, count: int) -> Callable[..., Expr] | None:
        """How an operation entry by entry is built."""
        simple: dict[str, Callable[..., Expr]] = {
            "add": nodes.add, "sub": nodes.sub, "neg": nodes.neg, "had": nodes.had, "ediv": nodes.ediv,
        }  # fmt: skip
        if op in simple:
            return simple[op]
        compare = {">": "gt", ">=": "ge", "<": "lt", "<=": "le", "==": "eq", "!=": "ne"}
        if op == "compare":
            return lambda x, y: nodes.apply(compare[str(name)], x, y)
        if op == "func" and name == "sqrt":
            return lambda x: nodes.epow(x, nodes.div(nodes.num(1), nodes.num(2)))
        name = "abs" if name in ("bars", "determinant") else name
        found = self.signatures.operation(str(name)) if op == "func" else None
        if found is not None and (found.elementwise or name == "abs" or (name in ("max", "min") and count == 2)):
            return lambda *x: self.apply(str(name), *x)
        return None

    def scaling(self, op: str, a: int, b: int) -> Batch:
        """A product or quotient in which one of the two is a scalar."""
        if op == "mul" and self.shapes[a] != SCALAR:
            a, b = b, a
        big, small = (a, b) if op == "div" else (b, a)
        s = self.like(small, SCALAR) if small in self.batches else None
        if s is None:
            found, c = self.batches[big], self.take(small)
            first = nodes.div(found.x, c) if op == "div" else nodes.prod(c, found.x)
            return Batch(found.kind, first, found.y)
        if self.shapes[big] == SCALAR:
            other = self.like(big, SCALAR).x
            return Batch("scalar", nodes.ediv(other, s.x) if op == "div" else nodes.had(s.x, other))
        factor = nodes.reciprocal(s.x) if op == "div" else s.x
        whole = self.batches.get(big)
        if whole is not None:
            return Batch(whole.kind, self.scaled(factor, whole.x), whole.y)
        x = self.take(big)
        if ONE not in x.shape or self.shape[1] is not ONE:
            raise self.refuse()
        row = x.shape[0] is ONE
        line = x if row else transposed(x)
        return Batch("row" if row else "column", nodes.mm(factor, line), None, (factor, line))

    def dot(self, a: Batch, b: Batch) -> Batch:
        for one, other in ((a, b), (b, a)):
            if one.scaled is not None:
                return Batch("scalar", nodes.had(one.scaled[0], nodes.mm(other.x, transposed(one.scaled[1]))))
        product = nodes.had(a.x, b.x)
        return Batch("scalar", product if a.kind == "scalar" else nodes.mm(product, self.column(a.x.shape[1])))

    def matrix_product(self, a: int, b: int) -> Batch:
        first, second = self.batches.get(a), self.batches.get(b)
        if first is None:
            assert second is not None
            x = self.take(a)
            if second.y is not None:
                return Batch("outer", nodes.mm(second.x, transposed(x)), second.y)
            if second.kind == "column":  # x*c_i: row by row
                done = nodes.mm(second.x, transposed(x))
                return Batch("scalar" if x.shape[0] is ONE else "column", done)
            return Batch("outer", nodes.mm(self.column(second.x.shape[0]), transposed(x)), second.x)
        if second is None:
            x = self.take(b)
            if first.y is not None:
                return Batch("outer", first.x, nodes.mm(first.y, x))
            if first.kind == "row":
                return Batch("scalar" if x.shape[1] is ONE else "row", nodes.mm(first.x, x))
            return Batch("outer", first.x, nodes.mm(self.column(first.x.shape[0]), x))
        if first.kind == "row" and second.kind == "column":
            return self.dot(first, second)
        if first.kind == "column" and second.kind == "row":
            return Batch("outer", first.x, second.x)
        if first.y is not None and second.kind == "column":
            return Batch("column", self.scaled(self.dot(Batch("row", first.y), second).x, first.x))
        raise self.refuse()

    def length(self, j: int, name: str) -> Batch:
        b = self.batches[j]
        if b.kind == "scalar":
            return Batch("scalar", nodes.apply("abs", b.x))
        if b.y is not None or name not in ("", "1", "2", "F", "norm", "norm1", "norm2"):
            raise self.refuse()
        if name in ("1", "norm1"):
            return Batch("scalar", nodes.mm(nodes.apply("abs", b.x), self.column(b.x.shape[1])))
        return Batch("scalar", nodes.epow(self.squares(b.x), nodes.div(nodes.num(1), nodes.num(2))))


def transposed(x: Expr) -> Expr:
    """The transpose, without a second one."""
    return x.args[0] if x.op == "t" else nodes.t(x)
