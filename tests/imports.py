"""The arrows of the house, read from its code: which file imports which. `python -m tests.imports` draws the rooms.

Every import counts, wherever it stands in a file, and every file that a table `LATER` names; only what
stands under `if TYPE_CHECKING:` is for readers alone.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import matcalc

ROOT = Path(matcalc.__file__).parent
ROOMS = (
    *("terms", "language", "rulebook", "certificate", "simplification", "calculus", "numbers", "printing"),
    *("derivation", "marking", "analysis", "codegen", "front"),
)
ROOF = "matcalc"  # the files beside the rooms: the door of the package
FLOOR = {room: n for n, room in enumerate((*ROOMS, ROOF))}
_DATA = ("grammar", "rules")


class Arrow(NamedTuple):
    """One file imports another: their names, as in `front.api`, and whether a function does it."""

    source: str
    target: str
    inside: bool
    line: int

    @property
    def name(self) -> str:
        return f"{self.source} -> {self.target}"


def files() -> dict[str, Path]:
    """The files of matcalc by name: `terms.shapes`, `terms` for its `__init__`, `__init__` and `__main__`."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] not in _DATA:
            found[".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)] = path
    return found


def room(name: str) -> str:
    """The room of a file."""
    first = name.partition(".")[0]
    return first if first in FLOOR else ROOF


def _statements(tree: ast.AST, inside: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """The import statements of a file, and whether each stands in a function."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, inside
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from _statements(ast.Module(child.orelse, []), inside)
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _statements(child, inside or function)


def targets(statement: ast.Import | ast.ImportFrom, package: tuple[str, ...], known: Iterable[str]) -> set[str]:
    """The files that an import statement of a module of a package names.

    >>> s = ast.parse("from ..terms import shapes, walks").body[0]
    >>> sorted(targets(s, ("front",), ("terms", "terms.shapes", "terms.walks")))
    ['terms.shapes', 'terms.walks']
    """
    if isinstance(statement, ast.Import):
        paths = [a.name.split(".") for a in statement.names if a.name.split(".")[0] == "matcalc"]
        wanted = [tuple(p[1:]) for p in paths]
    else:
        names = tuple((statement.module or "").split(".")) if statement.module else ()
        if statement.level:
            base = (*package[: len(package) - statement.level + 1], *names)
        elif names[:1] == ("matcalc",):
            base = names[1:]
        else:
            return set()
        wanted = [(*base, a.name) for a in statement.names]
    found = set()
    for parts in wanted:
        name = ".".join(parts)
        found.add(name if name in known else ".".join(parts[:-1]) or "__init__")
    return found


def arrows() -> list[Arrow]:
    """Every arrow between files, in the order of the files."""
    known = files()
    found = []
    for source, path in known.items():
        package = path.relative_to(ROOT).parts[:-1]
        for statement, inside in _statements(ast.parse(path.read_text(encoding="utf-8"))):
            found += [Arrow(source, t, inside, statement.lineno) for t in sorted(targets(statement, package, known))]
        found += [Arrow(source, t, False, line) for t, line in later(ast.parse(path.read_text(encoding="utf-8")))]
    return found


def later(tree: ast.Module) -> list[tuple[str, int]]:
    """The files that a table `LATER` of a file names, which it loads when they are needed, with its line.

    >>> later(ast.parse("LATER = {'a': ('language.plain', 'Name')}"))
    [('language.plain', 1)]
    """
    found = []
    for s in tree.body:
        if isinstance(s, ast.Assign) and ast.unparse(s.targets[0]) == "LATER":
            found += [(place, s.lineno) for place, _ in ast.literal_eval(s.value).values()]
    return found


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """The sets of two or more files that reach each other, and the files that reach themselves (Tarjan).

    >>> circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"d"}})
    [['b', 'c'], ['d']]
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []
    for start in sorted(graph):
        if start in index:
            continue
        work: list[tuple[str, Iterator[str]]] = []

        def enter(v: str, work: list[tuple[str, Iterator[str]]] = work) -> None:
            index[v] = low[v] = len(index)
            path.append(v)
            work.append((v, iter(sorted(graph.get(v, ())))))

        enter(start)
        while work:
            v, rest = work[-1]
            w = next(rest, None)
            if w is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[v])
                if low[v] == index[v]:
                    at = path.index(v)
                    component, path[at:] = sorted(path[at:]), []
                    if len(component) > 1 or v in graph.get(v, ()):
                        found.append(component)
            elif w not in index:
                enter(w)
            elif w in path:
                low[v] = min(low[v], index[w])
    return sorted(found)


def graph_of(found: Iterable[Arrow]) -> dict[str, set[str]]:
    """The arrows as a map from each file to the files that it imports."""
    graph: dict[str, set[str]] = defaultdict(set)
    for a in found:
        graph[a.source].add(a.target)
    return graph


def drawing() -> str:
    """The rooms from the roof to the ground, with the number of arrows from each to the rooms that it imports."""
    found = arrows()
    size = Counter(room(name) for name in files())
    between = Counter((room(s), room(t)) for s, t in {(a.source, a.target) for a in found})
    lines = []
    for n, name in reversed(list(enumerate((*ROOMS, ROOF)))):
        own = between[name, name]
        lines.append(f"{n + 1:>2}  {name:<16}{size[name]:>3} files{f', {own} arrows inside' if own else ''}")
        for mark, goes in (("↓", range(n - 1, -1, -1)), ("↑ UP", range(n + 1, len(FLOOR)))):
            rooms = [(*ROOMS, ROOF)[k] for k in goes]
            text = "  ".join(f"{r} {between[name, r]}" for r in rooms if between[name, r])
            if text:
                lines.append(f"      {mark} {text}")
    count = len({a.name for a in found})
    up = len({a.name for a in found if FLOOR[room(a.target)] > FLOOR[room(a.source)]})
    lines.append(f"{count} arrows between {len(files())} files, {up} up; circles: {len(circles(graph_of(found)))}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(drawing())
