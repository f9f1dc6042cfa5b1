"""Wrong programs made by machine from the right one: one expression of a file is changed.

Operands change places, a transpose, a term or an argument is left out, a number is one too large, a condition turns
into its opposite, an index into its neighbour. Which places are taken is drawn with a fixed seed.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SEED = 1729
AREAS = {  # how many errors are planted in which files
    "differentiation": (34, ("calculus/differentials.py", "calculus/accumulation.py", "calculus/derive.py",
                             "calculus/abstract.py", "calculus/primes.py", "calculus/forms.py")),
    "identification": (34, ("calculus/index/*.py", "simplification/index/*.py")),
    "layout": (24, ("calculus/layout.py", "calculus/structure.py", "calculus/entries.py")),
    "printing": (42, ("printing/*.py",)),
    "inference": (42, ("language/typing/*.py",)),
}  # fmt: skip
_COMPARED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


class Mutant(NamedTuple):
    """One change: the area, the file, where it stands, what stood there and what stands there instead."""

    area: str
    file: str
    line: int
    column: int
    kind: str
    old: str
    new: str
    around: str  # the function that it stands in
    start: int  # in bytes of the file
    end: int

    @property
    def key(self) -> str:
        """What it is, wherever in its file the function has moved."""
        text = "\n".join((self.file, self.around, self.kind, self.old, self.new))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def plant(self, text: str) -> str:
        """The text of the file with the error in it."""
        whole = text.encode()
        return (whole[: self.start] + f"({self.new})".encode() + whole[self.end :]).decode()

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.kind}: `{self.old}` -> `{self.new}`"


def changes(e: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """What can be done to one expression."""
    if isinstance(e, ast.BinOp):
        if isinstance(e.op, ast.Add | ast.Sub):
            yield "sign", ast.BinOp(e.left, ast.Sub() if isinstance(e.op, ast.Add) else ast.Add(), e.right)
            yield "term left out", e.left
        if isinstance(e.op, ast.Sub | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow):
            yield "operands", ast.BinOp(e.right, e.op, e.left)
    if isinstance(e, ast.Call) and isinstance(e.func, ast.Name) and not e.keywords:
        plain = not any(isinstance(a, ast.Starred) for a in e.args)
        if e.func.id in ("t", "reversed", "reverse_axes", "turned") and len(e.args) == 1 and plain:
            yield "transpose", e.args[0]
        elif len(e.args) == 2 and plain and e.func.id not in ("isinstance", "getattr", "zip", "enumerate"):
            yield "operands", ast.Call(e.func, e.args[::-1], [])
        elif len(e.args) > 2 and plain:
            yield "operands", ast.Call(e.func, [*e.args[1::-1], *e.args[2:]], [])
    if isinstance(e, ast.Tuple | ast.List) and isinstance(e.ctx, ast.Load) and len(e.elts) > 1:
        yield "operands", type(e)(e.elts[1::-1] + e.elts[2:], ast.Load())
    if isinstance(e, ast.Compare) and len(e.ops) == 1:
        yield "condition", ast.Compare(e.left, [_COMPARED[type(e.ops[0])]()], e.comparators)
    if isinstance(e, ast.BoolOp):
        yield "condition", ast.BoolOp(ast.Or() if isinstance(e.op, ast.And) else ast.And(), e.values)
        yield "condition", e.values[0]
    if isinstance(e, ast.UnaryOp) and isinstance(e.op, ast.Not):
        yield "condition", e.operand
    if isinstance(e, ast.UnaryOp) and isinstance(e.op, ast.USub):
        yield "sign", e.operand
    if isinstance(e, ast.IfExp):
        yield "branches", ast.IfExp(e.test, e.orelse, e.body)
    if isinstance(e, ast.Constant) and type(e.value) is int:
        yield "off by one", ast.Constant(e.value + 1)
    if isinstance(e, ast.Subscript) and isinstance(e.slice, ast.Slice) and e.slice.step is not None:
        yield "order", ast.Subscript(e.value, ast.Slice(e.slice.lower, e.slice.upper), ast.Load())


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """The bodies of functions, without what only a reader needs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for statement in node.body:
                yield node.name, statement


def mutants(area: str, path: Path) -> Iterator[Mutant]:
    """Every change that can be made to a file."""
    text = path.read_text(encoding="utf-8")
    starts = [0]
    for line in text.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    seen = set()
    for around, statement in _functions(ast.parse(text)):
        for node in _told(statement):
            if not isinstance(node, ast.expr) or isinstance(node, ast.Starred):
                continue
            start, end = starts[node.lineno - 1] + node.col_offset, starts[(node.end_lineno or 0) - 1]
            end += node.end_col_offset or 0
            for kind, new in changes(node):
                found = Mutant(area, str(path.relative_to(ROOT)), node.lineno, node.col_offset, kind,
                               ast.unparse(node), ast.unparse(new), around, start, end)  # fmt: skip
                if (start, end, found.new) not in seen and found.old != found.new:
                    seen.add((start, end, found.new))
                    yield found


def _told(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below one that can change what is computed: no annotations, no texts of errors, no inner functions."""
    if isinstance(node, ast.FunctionDef | ast.Raise | ast.Assert | ast.Import | ast.ImportFrom | ast.JoinedStr):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name != "annotation":
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _told(child)


def chosen(seed: int = SEED) -> list[Mutant]:
    """The errors to plant: in each area so many, of every kind in turn, no two of them in one line."""
    found: list[Mutant] = []
    for area, (count, patterns) in AREAS.items():
        files = sorted({p for pattern in patterns for p in (ROOT / "matcalc").glob(pattern)})
        pools: dict[str, list[Mutant]] = {}
        for m in (m for p in files for m in mutants(area, p)):
            pools.setdefault(m.kind, []).append(m)
        for pool in pools.values():  # a change to one function does not move what is drawn from the others
            pool.sort(key=lambda m: hashlib.sha256(f"{seed} {m.key}".encode()).hexdigest())
        here: dict[tuple[str, int], Mutant] = {}
        keys: set[str] = set()
        while len(here) < count:
            for pool in pools.values():
                while pool and ((pool[-1].file, pool[-1].line) in here or pool[-1].key in keys):
                    pool.pop()
                if pool and len(here) < count:
                    m = pool.pop()
                    here[m.file, m.line] = m
                    keys.add(m.key)
        found += sorted(here.values(), key=lambda m: (m.file, m.line))
    return found
