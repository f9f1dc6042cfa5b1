"""The shape of every part of a syntax tree, for one assignment of kinds to the names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...terms.shapes import ONE, SCALAR, Dim, Shape, Unifier
from ...terms.signatures import Signatures
from ..spellings import Meaning
from ..templates import filled
from ..tree import Ast
from .fitting import ARITY, Misfit, count
from .preferences import ALGEBRA, DEMOTED, EXPONENT, MORE, NAMED, REDUCED, TRACED, UNLIKELY, WEIGHT, usual_scalar
from .spelled import Spelled, around, bound

_SMALL = 64  # how much of an exponent is looked at


class Shaper(Spelled):
    """Computes shapes from the leaves up; raises Misfit where they do not fit."""

    def run(self) -> None:
        """Shapes of all parts, of one size wherever they have to be."""
        self.each()
        if not self.u.settle():
            raise Misfit(len(self.tape) - 1, lambda: "the sizes in this expression contradict each other")

    def each(self) -> None:
        """Shapes of all parts."""
        handlers = _HANDLERS
        for i, node in enumerate(self.tape):
            self.level = 0.0
            self.shapes.append(handlers[node.op](self, i, node))
            if self.kept:
                self.carry(i, node, self.shapes[i])
            self.levels.append(self.level)

    # --- leaves

    def num(self, i: int, node: Ast) -> Shape:
        return SCALAR

    def name(self, i: int, node: Ast) -> Shape:
        if node.data in self.undeclared and not usual_scalar(node.data):
            self.level = DEMOTED if node.data in self.demoted else NAMED
        return self.leaves[node.data]

    def defined(self, i: int, node: Ast) -> Shape:
        """What is defined behind the expression."""
        self.inherit(*node.args)
        return self.shapes[node.args[0]]

    def samples(self, i: int, node: Ast) -> Shape:
        self.level = REDUCED
        return self.shapes[node.args[0]]

    def bold(self, i: int, node: Ast) -> Shape:
        return self.leaves[f"1@{i}"]

    def identity(self, i: int, node: Ast) -> Shape:
        dim = self.flex() if not node.data else node.data[0]
        return (dim, dim)

    def sized(self, i: int, node: Ast) -> Shape:
        if node.data is None:
            return self.bold(i, node)
        dims: Shape = node.data
        return dims if len(dims) > 1 else (dims[0], ONE)

    def fill(self, i: int, node: Ast) -> Shape:
        word, dims = node.data
        if not self.scalar(node.args[0]):
            raise Misfit(i, lambda: f"{word}(c) takes a scalar, and {self.is_(node.args[0])}")
        wanted = 1 if word == "vector" else 2
        if dims and len(dims) != wanted:
            example = "vector(1, n)" if wanted == 1 else "matrix(1, m, n)"
            raise Misfit(i, lambda: f"{word} takes a value and its size: {example}")
        if wanted == 1:
            return (dims[0] if dims else self.flex(), ONE)
        return (dims[0], dims[1]) if dims else (self.flex(), self.flex())

    # --- arithmetic

    def add(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        return self.pair(i, a, b, "a sum", "+" if node.op == "add" else "-")

    def elementwise(self, i: int, node: Ast) -> Shape:
        kind = {"compare": "a comparison", "epow": "an elementwise power", "ediv": "an elementwise quotient"}
        self.flat(i, *node.args)
        if node.op == "epow":
            a, b = node.args
            if self.scalar(b):
                self.inherit(a, b)
                return self.shapes[a]
        sign = {"had": ".*", "ediv": "./"}.get(node.op, "")
        a, b = node.args
        if node.op == "compare" and i == len(self.tape) - 1 and self.around.free[i]:
            what = "an equation" if node.data == "==" else "a condition, which is constant"
            left = self.part(a) if self.part(b) == "0" else f"{self.part(a)} - {self.wrapped(b)}"
            said = f"this is {what}: for what it leaves write {left}"
            self.ask(i, lambda: said, 0)
        if sign and self.scalar(a) and self.scalar(b) and min(self.levels[a], self.levels[b]) >= NAMED:
            self.cost += UNLIKELY
        return self.pair(i, a, b, kind.get(node.op, "an elementwise product"), sign)

    def neg(self, i: int, node: Ast) -> Shape:
        self.inherit(*node.args)
        return self.shapes[node.args[0]]

    def t(self, i: int, node: Ast) -> Shape:
        self.flat(i, *node.args)
        self.unlikely(*node.args, never=True)
        self.inherit(*node.args)
        rows, columns = self.shapes[node.args[0]]
        return (columns, rows)

    def norm(self, i: int, node: Ast) -> Shape:
        if len(node.args) > 1:
            self.ordered(i, node)
        self.flat(i, *node.args)
        self.unlikely(node.args[0], never=True)
        self.level = REDUCED
        return SCALAR

    # --- functions

    def func(self, i: int, node: Ast) -> Shape:
        name, args = node.data, node.args
        wanted = ARITY.get(name, 0)
        if wanted and len(args) not in ((1, 2) if name in ("max", "min") else (wanted,)):
            raise Misfit(i, lambda: f"{name} takes {count(wanted)}, not {len(args)}")
        self.flat(i, *args)
        special = _FUNCTIONS.get(name)
        if special is not None and not (name in ("max", "min") and len(args) == 1):
            return special(self, i, node)
        if len(args) == 2 and (name in ("had", "ediv") or self.signatures.traits(name).entrywise):
            return self.pair(i, args[0], args[1], name, {"had": ".*", "ediv": "./"}.get(name, ""))
        op = self.signatures.operation({"max": "amax", "min": "amin"}.get(name, name))
        if op is None:
            raise Misfit(i, lambda: f"no operation is called {name}")
        missing = len(op.arguments) - len(args)
        if missing and not 0 < missing <= op.directions:
            raise Misfit(i, lambda: f"{name} takes {count(len(op.arguments))}, not {len(args)}")
        if op.elementwise:
            self.inherit(args[0])
            if op.name in ("exp", "log"):
                self.of_matrix(i, op.name)
            return self.shapes[args[0]]
        if op.name in ("det", "tr", "logdet") and self.scalar(args[0]):
            self.unlikely(args[0])
            if self.tape[args[0]].op == "mul" and self.tape[args[0]].data in ("at", "dot"):
                self.cost += TRACED
            self.inherit(args[0])
            return SCALAR
        self.unlikely(*args)
        env: dict[str, Dim] = {}
        for want, j in zip(op.arguments, args, strict=False):
            for w, g in zip(want, self.shapes[j], strict=True):
                n = next(iter(w.names), None)
                if not self.same(env.setdefault(n, g) if n else w, g):
                    got = " and ".join(self.is_(k) for k in args)
                    message = f"{name} takes {op.wants()}, and {got}"
                    raise Misfit(i, lambda message=message: message)  # type: ignore[misc]
        result: Shape = (op.shape[0].substitute(env), op.shape[1].substitute(env))
        if op.name == "vec" and ONE not in self.shapes[args[0]]:
            self.stacked.setdefault(result[0], self.shapes[args[0]])
        for directions in op.arguments[len(args) :]:  # left out: the array that maps them to the value
            result += tuple(d.substitute(env) for d in directions)
        if result == SCALAR:
            self.level = REDUCED
        return result

    def root(self, i: int, node: Ast) -> Shape:
        """A square root, of numbers or of entries."""
        self.of_matrix(i, "sqrt")
        return self.keep(i, node)

    def of_matrix(self, i: int, name: str) -> None:
        """Ask about tr(exp(A)) and tr(A*log(A)), which people write for functions of the matrix."""
        (a,) = self.tape[i].args
        if ONE in self.shapes[a]:
            return
        part, inside = self.part(i), self.part(a)
        traced, free, node = i in self.around.traced, self.around.free[a], self.tape[a]
        of_algebra = node.op in ("name", "mul", "pow") or (node.op == "func" and node.data in ALGEBRA)
        if not traced and not (free and of_algebra and not self.around.entries[i]):
            return
        if traced and free:
            whole = f"\\operatorname{{{name}m}}({inside})" if "\\" in self.text else f"{name}m({inside})"
            said = f"{part} can be the function of the matrix, {whole}, or of its entries"
            said += f": write {whole}, or declare what is in it"
            if self.around.entries[i]:
                said = f"{inside} and {part} can be multiplied entry by entry, {inside}.*{part}, or as matrices"
                said += f", {inside}@{whole}: write one of them"
            self.ask(i, lambda: said, MORE)
        self.say(i, f"{part} goes entry by entry; the function of the matrix is {name}m")

    def keep(self, i: int, node: Ast) -> Shape:
        self.inherit(*node.args[:1])
        return self.shapes[node.args[0]]

    def bars(self, i: int, node: Ast) -> Shape:
        """|...|: of a scalar its absolute value, of a vector a norm or entry by entry, of a matrix a determinant."""
        (a,) = node.args
        rows, columns = self.shapes[a]
        wanted, inside = self.around.bars.get(i, "entries"), self.part(a)
        if self.scalar(a):
            return self.keep(i, node)
        vector = rows is ONE or columns is ONE
        if vector and wanted == "norm":
            self.read_as[i] = "norm"
            self.say(i, f"{self.part(i)} is the norm of {inside}")
        elif not vector and wanted != "entries" and self.same(rows, columns):
            self.read_as[i] = "det"
            self.say(i, f"{self.part(i)} is the determinant of {inside}")
        else:
            self.say(i, f"{self.part(i)} is taken entry by entry")
            return self.keep(i, node)
        self.level = REDUCED
        return SCALAR

    def euler(self, i: int, node: Ast) -> Shape:
        """A power of Euler's number."""
        (a,) = node.args
        self.say(i, f"e in {self.part(i)} is Euler's number")
        parts = self.tape[self.tape[a].low : a + 1][:_SMALL]
        if any(n.op == "name" and n.data == "i" and "i" in self.undeclared for n in parts):
            said = "i in a power of e is the imaginary unit, which is not part of the language: declare i"
            self.ask(i, lambda: said, 0)
        if ONE in self.shapes[a]:
            self.inherit(a)
            arrays = [n for n in parts if n.op == "name" and self.leaves[n.data] != SCALAR]
            if any(self.weight(n) for n in arrays):
                self.cost += EXPONENT if len(arrays) > 1 else WEIGHT
            if not self.scalar(a):
                self.say(i, f"{self.part(i)} is taken entry by entry")
            return self.shapes[a]
        if not self.same(*self.shapes[a]):
            raise Misfit(i, lambda: f"e^A takes a square matrix, and {self.is_(a)}: for entry by entry write exp(…)")
        self.read_as[i] = "expm"
        self.say(i, f"{self.part(i)} is the matrix exponential")
        return self.shapes[a]

    def length(self, i: int, node: Ast) -> Shape:
        """norm(x, 1) and norm(x, inf), which are other norms of a matrix."""
        if ONE not in self.shapes[node.args[0]]:
            sums = "column" if node.data == "norm of 1" else "row"
            entries = "||X||_1 and ||X||_inf are norms of the entries"
            said = f"of a matrix this is the largest {sums} sum, which is not known; {entries}"
            self.ask(i, lambda: said, MORE)
        return self.norm(i, node)

    def skew(self, i: int, node: Ast) -> Shape:
        """The matrix of the cross product, which has other meanings for a matrix."""
        (a,) = node.args
        bare = self.tape[a].op == "name" and self.tape[a].data in self.undeclared
        capital = bare and str(self.tape[a].data)[0].isupper()
        if capital or self.shapes[a][1] is not ONE or not self.same(self.shapes[a][0], Dim.of(3)):
            x = self.wrapped(a)
            said = f"skew takes a vector of 3 entries; of a matrix the skew part is ({x} - {x}')/2"
            raise Misfit(i, lambda: said)
        return (self.shapes[a][0], self.shapes[a][0])

    def diag(self, i: int, node: Ast) -> Shape:
        (a,) = node.args
        self.unlikely(a)
        n, m = self.shapes[a]
        if self.scalar(a):
            return SCALAR
        if m is ONE:
            return (n, n)
        if not self.same(n, m):
            raise Misfit(i, lambda: f"diag takes a vector or a square matrix, and {self.is_(a)}")
        return (n, ONE)

    def inv(self, i: int, node: Ast) -> Shape:
        (a,) = node.args
        if self.scalar(a):
            self.inherit(a)
        elif not self.same(*self.shapes[a]):
            raise Misfit(i, lambda: f"only a square matrix has an inverse, and {self.is_(a)}")
        return self.shapes[a]

    def outer(self, i: int, node: Ast) -> Shape:
        a, b = node.args
        self.unlikely(a, b)
        for j in (a, b):
            if self.shapes[j][1] is not ONE:
                raise Misfit(i, lambda j=j: f"outer takes two vectors, and {self.is_(j)}")  # type: ignore[misc]
        return (self.shapes[a][0], self.shapes[b][0])

    def reduce(self, i: int, node: Ast) -> Shape:
        return self.norm(i, node)

_Handler = Callable[[Shaper, int, Ast], Shape]
_FUNCTIONS: dict[str, _Handler] = {
    "bars": Shaper.bars, "euler": Shaper.euler, "softmax": Shaper.softmax, "log_softmax": Shaper.softmax,
    "skew": Shaper.skew,
    "norm of 1": Shaper.length, "norm of inf": Shaper.length,
    "t": Shaper.t, "diag": Shaper.diag, "norm2": Shaper.reduce, "sqrt": Shaper.root, "inner": Shaper.inner,
    "outer": Shaper.outer, "left_div": Shaper.left_div, "mul": Shaper.mul, "square": Shaper.keep,
    "epow": Shaper.elementwise, "inv": Shaper.inv, "abs": Shaper.keep, "d": Shaper.keep,
}  # fmt: skip
_HANDLERS: dict[str, _Handler] = {
    "sample": Shaper.name, "samples": Shaper.samples, "count": Shaper.num, "delta": Shaper.num,
    "num": Shaper.num, "const": Shaper.num, "size": Shaper.num, "name": Shaper.name, "identity": Shaper.identity,
    "eye": Shaper.identity, "ones": Shaper.sized, "zeros": Shaper.sized, "fill": Shaper.fill,
    "add": Shaper.add, "sub": Shaper.add, "mul": Shaper.mul, "had": Shaper.elementwise,
    "ediv": Shaper.elementwise, "div": Shaper.div, "pow": Shaper.pow, "epow": Shaper.elementwise,
    "neg": Shaper.neg, "t": Shaper.t, "norm": Shaper.norm, "func": Shaper.func, "spelled": Shaper.spelled,
    "along": Shaper.along,
    "compare": Shaper.elementwise, "call": Shaper.call, "jac": Shaper.jac, "array": Shaper.array,
    "index": Shaper.index, "component": Shaper.component, "einsum": Shaper.einsum,
    "series": Shaper.series, "part": Shaper.defined, "counter": Shaper.num,
}  # fmt: skip


def concrete(meaning: Meaning, shapes: Sequence[Shape], signatures: Signatures) -> tuple[list[Ast], list[Shape]]:
    """The syntax tree of a meaning for arguments of known shapes, and the shapes of its parts.

    >>> from ..spellings import table
    >>> m, n = Dim.of("m"), Dim.of("n")
    >>> concrete(table().meanings("words.rowSums(_)")[0], [(m, n)], Signatures.shipped())[1][-1]
    (m, 1)
    """
    tape = filled(meaning, bound(meaning, shapes))
    leaves = {p.name: s for p, s in zip(meaning.parameters, shapes, strict=True) if p.name}
    u = Unifier()
    shaper = Shaper(tape, leaves, frozenset(), {}, u, meaning.text, signatures, around(meaning))
    shaper.run()
    return tape, [tuple([u.resolve(d) for d in s]) for s in shaper.shapes]
