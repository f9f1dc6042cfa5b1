r"""Sums over indices, such as \sum_i (x_i^\top w - y_i)^2 and \sum_{i,j} A_{ij} x_i x_j: their arrays and sizes.

With i the index of a sum, y_i is the i-th entry of a vector y and x_i the i-th row, taken as a column, of a
matrix: of x itself if that is declared a matrix, otherwise of X. Use decides which (a transposed x_i is no entry), as
it does for all names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..terms.errors import ParseError
from ..terms.regex import regex
from ..terms.shapes import ONE, SCALAR, Dim, Shape
from .index_ranges import Range, RangeError, range_of
from .lexicon import LABELS
from .remarks import Remark
from .tree import Ast, Sums
from .typing.declarations import Type
from .typing.fitting import Misfit
from .typing.inference import Problem, Solution
from .typing.preferences import ENTRY, FAMILIES, FAMILY, MEAN, ROW, SAMPLE, Kinds, samples
from .typing.shaping import Shaper

_MOVE = "(?:(?:plus|minus)[0-9]{1,4})?"
_SUBSCRIPTED = regex(rf"(.+?)_([a-z]{_MOVE})(?:_?([a-z]{_MOVE}))?(?:_?([a-z]{_MOVE}))?")
_PARTS = regex(r"plus|minus|_|\d+")
_DEEPEST = 12  # sums inside of each other


class SampleProblem(Problem):
    """A problem with sums over indices."""

    def _find_names(self) -> None:
        self.places: dict[str, tuple[str, int, bool]] = {}  # key: base, how many subscripts, whether it is given
        self.labels: dict[int, tuple[str, ...]] = {}  # position of a use or of a sum: the labels of its indices
        self.ranges: dict[str, Range] = {}
        self.kinds: dict[str, Kinds] = {}
        self.shifts: dict[int, tuple[int, ...]] = {}  # position of a use: how far its indices are shifted
        self.either: set[str] = set()  # what is differentiated by and known by entries or rows alone
        self.scopes: dict[int, dict[str, str]] = {}  # position: the label of each index there
        self.unbound: list[str] = list(self.indices)
        self.limits: dict[str, tuple[str, str, Ast]] = {}
        self.plain = {n.data for n in self.tape if n.op == "name"}
        self._find_scopes()
        self._find_samples()
        self._find_counts()
        bases = frozenset(base for base, _, _ in self.places.values())
        self.extra = self.extra | bases
        super()._find_names()
        self.fixed_size = {n: size for n, size in self.fixed_size.items() if n not in bases}
        self.bases = bases
        for i, node in enumerate(self.tape):
            if node.op == "sample":
                self.names.setdefault(node.data, i)
        self.names = dict(sorted(self.names.items(), key=lambda item: item[1]))

    def _find_scopes(self) -> None:
        depth: dict[int, int] = {}
        for i in range(len(self.tape) - 1, -1, -1):
            node = self.tape[i]
            if node.op != "samples":
                continue
            depth[i] = depth.get(i, 0) + 1
            if depth[i] > _DEEPEST:
                raise ParseError(f"at most {_DEEPEST} sums stand inside of each other", self.text, node.span)
            outer = self.scopes.get(i, {})
            sums: Sums = node.data
            implied = [n for a, _, b in sums.conditions for n in (a, b) if n not in outer and n not in sums.names]
            names = (*sums.names, *dict.fromkeys(implied))
            limits = sums.limits + (("", ""),) * (len(names) - len(sums.names))
            scope = dict(outer)
            for name, (first, last) in zip(names, limits, strict=True):
                scope[name] = f"{name}@{i}"
                self.limits[scope[name]] = (first, last, node)
            self.labels[i] = tuple(scope[n] for n in names)
            for j in range(node.low, i):
                self.scopes[j] = scope
                depth[j] = depth[i]

    def _find_samples(self) -> None:
        found: list[tuple[int, re.Match[str]]] = []
        bases: set[str] = set()
        for i, node in enumerate(self.tape):
            if node.op != "name" or node.data in self.declared:
                continue
            scope = self.scopes.get(i, {})
            m = _SUBSCRIPTED.fullmatch(node.data)
            if m is not None and str(node.data).rpartition("_")[2] in LABELS:
                continue  # x_bar
            if m is None:
                self._refuse_shift(node, scope)
                continue
            used, moves = _indices(m)
            if any(moves) and not any(u in scope for u in used):
                continue  # h_{t-1} is a name
            if any(u in scope for u in used):
                bases.add(m[1])
                self.unbound.extend(u for u in used if u not in scope and u not in self.unbound)
            found.append((i, m))
        uppers = {last for _, last, _ in self.limits.values()}
        summed = {u.split("@")[0] for u in self.limits}
        for i, m in found:
            node, scope = self.tape[i], self.scopes.get(i, {})
            used, moves = _indices(m)
            bound = [u for u in used if u in scope]
            after = next((u for u in used if u not in scope and u in summed), None)
            if after is not None:  # as b_i in \sum_i a_i + b_i
                said = f"{node.data} stands after the end of the sum over {after}"
                raise ParseError(f"{said}: put all that is summed in parentheses", self.text, node.span)
            if not bound and not (m[1] in bases or (self.unbound and set(used) <= set(self.unbound))):
                continue
            for u in used:
                if u not in scope and (u in uppers or u in self.plain):
                    raise ParseError(f"{u} is no index in {node.data}", self.text, node.span)
                if u not in scope and u not in self.unbound:
                    self.unbound.append(u)
            if len(used) > 2:
                raise ParseError(f"{m[1]} has at most two indices", self.text, node.span)
            if any(by and u not in scope for u, by in zip(used, moves, strict=True)):
                raise ParseError(f"a shifted index, as in {node.data}, needs a sum over it", self.text, node.span)
            self.shifts[i] = moves
            self._sample(i, node, m[1], tuple(scope.get(u, u) for u in used))

    def _refuse_shift(self, node: Ast, scope: Mapping[str, str]) -> None:
        _, _, subscript = node.data.partition("_")
        if subscript and any(part in scope for part in _PARTS.split(subscript)):
            what = self.text[node.start : node.end]
            message = f"the index in {what} is not read: an index is i, i+1, i-2 and the like"
            raise ParseError(message, self.text, node.span)

    def _sample(self, i: int, node: Ast, base: str, labels: tuple[str, ...]) -> None:
        capital = base[:1].upper() + base[1:]
        given = self._array(base)
        if given == "matrix" and base not in self.plain and base not in self.declared:
            given = None  # P_i by P: P can be a vector
        if base == "delta" and given is None and len(labels) == 2:
            node.op, node.data = "delta", None
            self.labels[i] = labels
            return
        if given is None and base != capital and self._array(capital):
            base, given = capital, "matrix"
        if given == "scalar":
            raise ParseError(f"{base} is a scalar: there is no {node.data}", self.text, node.span)
        letters = ",".join(u.split("@")[0] for u in labels)
        key = f"{base}[{letters}]"
        node.op, node.data = "sample", key
        self.labels[i] = labels
        self.places[key] = (base, len(labels), given is not None)
        if given == "vector" and len(labels) == 1 and base not in self.plain and base not in self.declared:
            self.either.add(base)  # mu_k by mu: a number or a row
            self.kinds[key] = SAMPLE
            return
        self.kinds[key] = ENTRY if len(labels) > 1 or given == "vector" else samples(base) if given is None else ROW

    def _find_counts(self) -> None:
        """Names that say how many there are, such as the n of 1/n."""
        ends = {last.partition("-")[0]: label for label, (_, last, _) in self.limits.items()}
        counts = {u: label for u, label in ends.items() if u.isidentifier() and u not in self.declared}
        for node in self.tape:
            if node.op == "name" and node.data in counts:
                node.op, node.data = "count", counts[node.data]

    def _array(self, name: str) -> str | None:
        """What a name is known to be: the kind that is declared, or a name in use."""
        t = self.declared.get(name)
        if isinstance(t, Type):
            return t.kind
        if name in self.plain or name in self.extra:
            return "matrix" if name[0].isupper() else "vector"
        return None

    def _options(self, name: str) -> Kinds:
        if name in self.either:
            return (("vector", 0.0), ("matrix", 0.0))
        if name in self.bases:
            return (("matrix" if name[0].isupper() else "vector", 0.0),)
        stem, _, label = name.rpartition("_")
        if label in LABELS and stem in {base for base, _, _ in self.places.values()} and name not in self.bold:
            return MEAN
        if "[" not in name:
            return super()._options(name)
        found = self.kinds[name]
        stem = name.split("[")[0]
        if not (stem in self.bold or stem.lower() in self.bold) or found is ENTRY:
            return found
        return FAMILY if stem in self.bold and stem[0].isupper() and found is not ROW else ROW

    def base(self, key: str, shape: Shape) -> str:
        """The array whose row or entry this is."""
        base, count, given = self.places[key]
        if given or (shape == SCALAR and count == 1):
            return base
        return base[:1].upper() + base[1:]

    # --- sizes

    def prepare(self, shaper: Shaper) -> None:
        self.counts: dict[str, Dim] = {}
        own = {u for i, labels in self.labels.items() for u in labels if self._has_size(self.tape[i])}
        for label, (first, last, node) in self.limits.items():
            try:
                found = range_of(first, last, label in own)
            except RangeError as e:
                raise ParseError(str(e), self.text, node.span) from None
            low, high = self._reach(label)
            if (low or high) and not first and not last:
                found = found.inside(low, high)
            elif high > 0 and label not in own and found.size.isdigit():  # x_4 is the last of x_{i+1} for i = 1..3
                found = Range(str(int(found.size) + high), found.start, int(found.size))
            self.ranges[label] = found
            named = found.size and (label not in own or found.size in self.declared.dimensions)
            size = int(found.size) if found.size.isdigit() else found.size
            self.counts[label] = Dim.of(size) if named else shaper.u.fresh()
        for label in self.unbound:
            self.counts[label] = shaper.u.fresh()
        for i, labels in self.labels.items():
            node = self.tape[i]
            if node.op == "sample":
                self._fit(shaper, i, node.data, labels)
            elif node.op == "delta" and not shaper.same(*(self.counts[u] for u in labels)):
                raise Misfit(i, lambda: "the indices of δ run over different sizes")
        for i, labels in self.labels.items():
            sums = self.tape[i]
            if sums.op == "samples":
                scope = {**self.scopes.get(i, {}), **{u.split("@")[0]: u for u in labels}}
                for a, _, b in sums.data.conditions:
                    if not shaper.same(self.counts[scope[a]], self.counts[scope[b]]):
                        raise Misfit(i, lambda a=a, b=b: f"{a} and {b} run over different sizes")  # type: ignore[misc]

    def _reach(self, label: str) -> tuple[int, int]:
        """The smallest and the largest shift of an index."""
        moves = [by for i, several in self.shifts.items() for u, by in zip(self.labels[i], several, strict=True)
                 if u == label]  # fmt: skip
        return min(moves, default=0), max(moves, default=0)

    def _has_size(self, node: Ast) -> bool:
        return node.op == "sample" and self.places[node.data][0] in self.declared

    def _fit(self, shaper: Shaper, i: int, key: str, labels: tuple[str, ...]) -> None:
        shape = shaper.leaves[key]
        if ONE not in shape:
            name, index = self.tape[i].data.split("[")[0], labels[0].split("@")[0]
            said = f"{shaper.part(i)} is a matrix for each {index}, which sums do not have: write the terms out, "
            said += f"{name}_1 and so on, or declare {name}: vector(n) for numbers, {name}: matrix(n, m) for rows"
            shaper.ask(i, lambda: said, FAMILIES)
            return
        last = self.counts[labels[1]] if len(labels) > 1 else ONE if shape == SCALAR else shape[0]
        base, whole = self.base(key, shape), (self.counts[labels[0]], last)
        declared = self.declared.get(base)
        found = shaper.leaves.setdefault(base, declared.shape if isinstance(declared, Type) else whole)
        if not shaper.equal(found, whole):
            ends = [self.ranges[u].size for u in labels if u in self.ranges and self.ranges[u].size]
            why = f": its index runs to {ends[0]}" if ends else ""
            message = f"{base} is {shaper.show(found)}, which does not fit its use with an index{why}"
            raise Misfit(i, lambda: message)

    def _departures(self, types: Mapping[str, Type]) -> Iterator[Remark]:
        yield from super()._departures({n: t for n, t in types.items() if n not in self.places})
        for key, (base, count, given) in self.places.items():
            t = types[key]
            row = base in self.either and t.kind == "vector"
            if row or (not given and count == 1 and base[0].isupper()):
                node = self.tape[self.names[key]]
                what = "a number, an entry" if t.kind == "scalar" else "a vector, a row"
                yield Remark(f"{self.text[node.start : node.end]} is {what} of {base}", node.span)

    def _solution(self, shaper: Shaper, leaves: Mapping[str, Shape]) -> Solution:
        found = super()._solution(shaper, leaves)
        naming = self.names_for(shaper, leaves)
        self.sizes = {u: shaper.u.resolve(d).substitute(naming) for u, d in self.counts.items()}
        types: dict[str, Type] = {}
        for name, t in found.types.items():
            base = self.base(name, t.shape) if name in self.places else name
            types.setdefault(base, found.types[base])
        return Solution(found.shapes, types, found.remarks)


def _indices(m: re.Match[str]) -> tuple[list[str], tuple[int, ...]]:
    """The letters of a subscript, and how far each is shifted."""
    parts = [g for g in m.groups()[1:] if g]
    moves = tuple(int(p[5:]) if p[1:5] == "plus" else -int(p[6:]) if p[1:6] == "minus" else 0 for p in parts)
    return [p[0] for p in parts], moves
