"""Which kinds the undeclared names have: the reading of the whole text that departs least from what is usual.

Conventions: a to g and Greek letters are scalars, h to z vectors, capitals matrices. Assignments of kinds are
tried in the order of how far they depart; each is checked by unifying shapes, and costs more for what mathematics
hardly does (the transpose of a scalar, adding an undeclared scalar to an array). `preferences` has the costs. If the
cheapest reading is one that nobody can be sure of, it is asked back.
"""

from __future__ import annotations

import heapq
import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from ...terms.errors import DeclarationError, MatcalcError, ShapeError, UnknownNameError
from ...terms.records import dataclass, field
from ...terms.regex import regex
from ...terms.shapes import ONE, SCALAR, Dim, Shape, Unifier
from ...terms.signatures import Signatures
from ..remarks import Remark
from ..tree import Ast
from .contexts import contexts
from .declarations import Declarations, FunctionType, Type
from .doubts import Doubts, Reading, kind_word
from .fitting import Misfit
from .preferences import COUNTING_LETTERS, INTERCEPT, ONES, SIZED_VECTOR, STATE, TIE, UNLIKELY, Kinds, kinds
from .shaping import Shaper

_FUNCTIONS = frozenset(("cross", "det", "expm", "softmax_rows", "log_softmax_rows"))  # what a part may be read as
_WORK = 300_000  # steps of checking after which the search gives up
_COMPONENT = regex(r"(.+?)_([0-9]+)(?:_([0-9]+))?")
_DIMS = list("mnklpqrsuvw")


@dataclass
class Solution:
    """The shapes of all parts, the types of all names, and what is to be said about them."""

    shapes: list[Shape]
    types: dict[str, Type]
    remarks: list[Remark] = field(default_factory=list)


@dataclass
class Problem(Doubts):
    """A syntax tree whose names are to be typed."""

    tape: Sequence[Ast]
    text: str
    declared: Declarations
    extra: frozenset[str] = frozenset()
    nodes: Mapping[str, Shape] | None = None  # shapes of names that are given as nodes
    bold: frozenset[str] = frozenset()  # names in bold type: no scalars
    transposed: bool = False  # the layout of derivatives of abstract functions
    signatures: Signatures = field(default_factory=Signatures.shipped)
    indices: tuple[str, ...] = ()  # letters that are indices without a sum

    def __post_init__(self) -> None:
        self.names: dict[str, int] = {}  # first appearance
        self.fixed_size: dict[str, int] = {}
        self.functions = {n: t for n, t in self.declared.items() if isinstance(t, FunctionType)}
        self._find_names()
        self.known: dict[str, Shape] = {}
        for n in self.names:
            t = self.declared.get(n)
            if self.nodes is not None and n in self.nodes:
                self.known[n] = self.nodes[n]
            elif isinstance(t, Type):
                self.known[n] = t.shape
        self.free = [n for n in self.names if n not in self.known]
        self.around = contexts(self.tape, frozenset(self.free))
        self.options = [self._options(n) for n in self.free]
        self.rivals: list[Reading] = []  # what costs as much as the best reading so far

    # --- names and components

    def _find_names(self) -> None:
        plain = {n.data for n in self.tape if n.op == "name"}
        sizes = frozenset[str]() if self.nodes is not None else self._written() | self.declared.dimensions
        sizes -= {n for n in sizes if n in self.declared or n in self.extra}
        largest: dict[str, int] = {}
        for i, node in enumerate(self.tape):
            if node.op == "name" and node.data in sizes:
                node.op = "size"
            elif node.op == "name":
                name = node.data
                m = _COMPONENT.fullmatch(name)
                base = m[1] if m else ""
                if m and name not in self.declared and (self.nodes is None or name not in self.nodes):
                    t = self.declared.get(base)
                    array = isinstance(t, Type) and t.kind != "scalar"
                    array = array and (int(m[2]) > 0 or (isinstance(t, Type) and t.shape[0].value is not None))
                    parts = t is None and name not in self.extra and base in self.extra and base not in plain
                    if array or parts:
                        at = _places(
                            m,
                            t.kind == "matrix" if isinstance(t, Type) else base[0].isupper(),
                            self.text,
                            node,
                        )
                        node.op, node.data = "component", (base, at)
                        if t is None and base not in plain and len(at) == 1:
                            largest[base] = max(largest.get(base, 1), at[0] + 1)
                        name = base
                elif name not in self.declared and self.nodes is None:
                    self._sibling(name, node)
                self.names.setdefault(name, i)
            elif node.op in ("ones", "zeros") and node.data is None:
                self.names.setdefault(f"1@{i}", i)
            elif node.op == "jac":
                self._find_jac(node)
        self.fixed_size = largest

    def _sibling(self, name: str, node: Ast) -> None:
        """Refuse x_i where x is a declared array: an entry of it, or another variable."""
        base, _, index = name.partition("_")
        if not index:
            base = name.rstrip("0123456789")
            index = "i" if base != name else ""
        t = self.declared.get(base)
        if isinstance(t, Type) and t.kind != "scalar" and 1 <= len(index) <= 2 and index.isalpha():
            entry = f"{base}[0]" if t.kind == "vector" else f"{base}[0, 0]"
            said = f"{name} can be an entry of {base} or another variable: write {entry}, or declare {name}"
            raise DeclarationError(said, self.text, node.span)

    def _written(self) -> set[str]:
        """The names that stand in the text as sizes, such as the n of eye(n)."""
        found: set[str] = set()
        for node in self.tape:
            if node.op in ("eye", "ones", "zeros", "identity", "fill", "einsum") and node.data:
                dims = node.data
                if node.op in ("fill", "einsum"):
                    dims = node.data[1] if node.op == "fill" else node.data[1].values()
                found |= {n for d in dims for n in d.names}
        return found

    def _find_jac(self, node: Ast) -> None:
        name, single = node.data
        f = self.functions.get(name)
        if f is None:
            message = f"{name} is not declared as a function, such as {name}: vector(n) -> vector(m)"
            raise UnknownNameError(message, self.text, node.span)
        if len(node.args) - (not single) != len(f.arguments):
            message = f"{name} takes {len(f.arguments)} argument(s); write ∂{name}(x, y)/∂(y)"
            raise ShapeError(message, self.text, node.span)
        node.data = (name, single, self.transposed)

    def _options(self, name: str) -> Kinds:
        if name.startswith("1@"):
            return ONES
        if name in self.fixed_size:
            return SIZED_VECTOR
        if name in self.around.states or name in self.around.intercepts:
            return STATE if name in self.around.states else INTERCEPT
        return kinds(name, self.bold, name in self.around.square)

    # --- search

    def attempt(self, choice: Mapping[int, int]) -> tuple[Shaper, dict[str, Shape], Misfit | None]:
        """Check one assignment of kinds: `choice` has what deviates from convention."""
        u = Unifier()
        leaves = dict(self.known)
        for k, name in enumerate(self.free):
            kind = self.options[k][choice.get(k, 0)][0]
            if kind == "scalar":
                leaves[name] = SCALAR
            elif kind == "vector":
                size = self.fixed_size.get(name)
                leaves[name] = (u.fresh() if size is None else Dim.of(size), ONE)
            else:
                leaves[name] = (u.fresh(), u.fresh())
        scalars = (self.free[k] for k, c in choice.items() if self.options[k][c][0] == "scalar")
        demoted = frozenset(n for n in scalars if n not in COUNTING_LETTERS)
        shaper = Shaper(
            self.tape, leaves, frozenset(self.free), self.functions, u, self.text, self.signatures, self.around, demoted
        )
        shaper.exact, shaper.bold_names = self.nodes is not None, self.bold
        shaper.flexible = {n for k in self.free if k[:2] == "1@" for d in leaves[k] for n in d.names}
        try:
            self.prepare(shaper)
            shaper.run()
        except Misfit as e:
            return shaper, leaves, e
        return shaper, leaves, None

    def prepare(self, shaper: Shaper) -> None:
        """What else is known about shapes."""

    def solve(self) -> Solution:
        """The types of all names and the shapes of all parts; an error if nothing fits."""
        best, misfit, exhausted = self._search({})
        if best is None and exhausted:
            best, _, _ = self._search(self._summands())
        if best is None or (best[1].questions and exhausted):
            if exhausted:
                message = f"too many readings of {len(self.free)} undeclared names: declare some of them in where"
                raise ShapeError(message, self.text, (0, len(self.text)))
            assert misfit is not None
            raise self._error(misfit[0], misfit[1])
        self.ask(best)
        if best[1].questions:
            raise self._error(best[1], best[1].questions[0])
        return self._solution(best[1], best[2])

    def _summands(self) -> dict[int, int]:
        """For each part, how many terms of the sum that the text is end before it."""
        ends: list[int] = []
        i = len(self.tape) - 1
        while self.tape[i].op in ("add", "sub"):
            i, last = self.tape[i].args
            ends.append(last)
        ends = sorted([*ends, i])
        return {i: bisect_left(ends, i) for i in range(len(self.tape) + 1)}

    def _search(self, passed: Mapping[int, int]) -> tuple[Reading | None, tuple[Shaper, Misfit] | None, bool]:
        """The best reading, the misfit that was met last in the text, and whether the work was too much.

        Where terms are counted, readings that fit more of them are tried first, and the first that fits all is taken.
        """
        best: Reading | None = None
        misfit: tuple[int, Shaper, Misfit] | None = None
        order = itertools.count()
        heap: list[tuple[float, int, float, tuple[tuple[int, int], ...]]] = [(0.0, next(order), 0.0, ())]
        first_of = [self.names[n] for n in self.free]
        work = max(_WORK, 12 * len(self.tape))
        while heap and work > 0:
            _, _, cost, choice = heapq.heappop(heap)
            if best is not None and (cost > best[0] + TIE or passed):
                break
            shaper, leaves, error = self.attempt(dict(choice))
            work -= len(shaper.shapes) + len(self.free) + 1
            reach = len(self.tape)
            if error is None:
                total = cost + shaper.cost
                if best is not None and abs(total - best[0]) <= TIE and not shaper.questions:
                    self.rivals.append((total, shaper, leaves))
                elif best is None or total < best[0]:
                    best = (total, shaper, leaves)
            else:
                reach = error.place
                if misfit is None or reach > misfit[0]:
                    misfit = (reach, shaper, error)
            last = choice[-1] if choice else (-1, 0)
            for k in range(max(last[0], 0), len(self.free)):
                if first_of[k] > reach:
                    break
                option = last[1] + 1 if k == last[0] else 1
                if option < len(self.options[k]):
                    rest = choice[:-1] if k == last[0] else choice
                    more = cost + self.options[k][option][1] - self.options[k][option - 1][1]
                    first = more - UNLIKELY * passed.get(reach, 0)
                    heapq.heappush(heap, (first, next(order), more, (*rest, (k, option))))
        return best, misfit and misfit[1:], bool(heap) and work <= 0

    # --- answers

    def names_for(self, shaper: Shaper, leaves: Mapping[str, Shape]) -> dict[str, Dim]:
        """Names for the sizes that stay unknown, in the order in which they appear, matrices first."""
        taken = (
            set(self.declared.dimensions)
            | set(self.names)
            | {n for s in self.known.values() for d in s for n in d.names}
        )
        taken |= self._written()
        order = [n for n in self.names if n in leaves]
        order += [n for n in leaves if n not in self.names]
        full = [tuple(shaper.u.resolve(d) for d in leaves[n]) for n in order]
        taken |= {n for s in full for d in s for n in d.names}
        wide = [s for s in full if len(s) == 2 and s[1] is not ONE and s[0] is not s[1]]
        fresh = iter([n for n in (_DIMS if wide else ["n", "m", *_DIMS[2:]]) if n not in taken])
        spare = (f"n{i}" for i in itertools.count(1) if f"n{i}" not in taken)
        found: dict[str, Dim] = {}
        for shape in (*wide, *full):
            for d in shape:
                for n in sorted(d.names):
                    if n[0] == "?" and n not in found and n not in shaper.flexible:
                        found[n] = Dim.of(next(fresh, None) or next(spare))
        return found

    def _solution(self, shaper: Shaper, leaves: Mapping[str, Shape]) -> Solution:
        naming = self.names_for(shaper, leaves)
        memo: dict[Dim, Dim] = {}

        def final(dim: Dim) -> Dim:
            if not dim.names:
                return dim
            found = memo.get(dim)
            if found is None:
                found = memo[dim] = shaper.u.resolve(dim).substitute(naming)
            return found

        shapes = [tuple([final(d) for d in s]) for s in shaper.shapes]
        self._check_sizes(shapes)
        types: dict[str, Type] = {}
        for name in (*self.names, *leaves):
            t = self.declared.get(name)
            if isinstance(t, Type):
                types.setdefault(name, t)
            elif name in leaves and name not in types and not name.startswith("1@"):
                shape = tuple(final(d) for d in leaves[name])
                types[name] = Type(kind_word(shape), shape, inferred=True)
        self._rewrite(shaper)
        remarks = [*shaper.remarks, *shaper.foreign(), *self._departures(types)]
        return Solution(shapes, types, [*remarks, *(self._by_convention(types) if shaper.around.flat else ())])

    def _rewrite(self, shaper: Shaper) -> None:
        """Make of each part that is read as another operation that operation."""
        for i, meaning in shaper.chosen.items():
            self.tape[i].data = [meaning]
        for i, op in shaper.read_as.items():
            node = self.tape[i]
            if op in _FUNCTIONS:
                node.op, node.data = "func", op
            elif op == "kept":
                node.data = node.data._replace(keep=True)
            else:
                node.op, node.data = op, "" if op == "norm" else None
        for node in self.tape:
            if node.op == "func" and node.data == "euler":
                node.data = "exp"

    def _departures(self, types: Mapping[str, Type]) -> Iterator[Remark]:
        """Remarks on the capitals that are no matrices, and on x_1 or A_ij beside x or A."""
        for name, t in types.items():
            base, _, index = name.partition("_")
            base = base if _COMPONENT.fullmatch(name) or (len(index) <= 2 and index.isalpha()) else ""
            if t.inferred and base in types and base != name:
                yield Remark(f"{name} is another variable than {base}", self.tape[self.names[name]].span)
            if t.inferred and name[0].isupper() and t.kind != "matrix" and name in self.names:
                yield Remark(f"{name} is read as a {t.kind}", self.tape[self.names[name]].span)

    def _by_convention(self, types: Mapping[str, Type]) -> Iterator[Remark]:
        """Remarks on vectors in a text that could as well be of numbers, such as log(1 + exp(x))."""
        if not any(n.op in ("func", "div", "pow", "epow") for n in self.tape):
            return
        for name, t in types.items():
            if t.inferred and t.kind == "vector" and name not in self.bold and name in self.names:
                said = f"{name} is read as a vector, so functions go entry by entry; "
                said += f"declare {name}: scalar for a number"
                yield Remark(said, self.tape[self.names[name]].span)

    def _check_sizes(self, shapes: Sequence[Shape]) -> None:
        for node, shape in zip(self.tape, shapes, strict=True):
            for d in shape:
                if d.names and any(n[0] == "?" for n in d.names):
                    size = "n" if len(shape) < 2 or shape[1] is ONE else "m, n"
                    hints = {
                        "fill": f"{node.data and node.data[0]}(1, {size})",
                        "identity": "eye(n)",
                        "ones": "vector(1, n)",
                    }
                    hint = f": write {hints[node.op]}" if node.op in hints else ""
                    message = f"the size of this cannot be inferred{hint}"
                    raise ShapeError(message, self.text, node.span)

    def _error(self, shaper: Shaper, misfit: Misfit) -> MatcalcError:
        leaves = dict(shaper.leaves)
        for n, d in self.names_for(shaper, leaves).items():
            shaper.u.bindings.setdefault(n, d)
        for n in shaper.flexible:
            if n not in shaper.u.bindings:
                shaper.u.bindings[n] = Dim.of("?")
        node = self.tape[misfit.place]
        return ShapeError(misfit.message(), self.text, node.span)


def _places(m: re.Match[str], matrix: bool, text: str, node: Ast) -> tuple[int, ...]:
    """The positions that the subscripts of a component name, from 0."""
    if m[3]:
        digits = [m[2], m[3]]
    elif matrix:
        if len(m[2]) != 2:
            raise DeclarationError(f"an entry of a matrix is written {m[1]}_12 or {m[1]}_{{1,2}}", text, node.span)
        digits = list(m[2])
    else:
        digits = [m[2]]
    if any(int(d) < 1 for d in digits):
        raise DeclarationError("components are counted from 1", text, node.span)
    return tuple(int(d) - 1 for d in digits)
