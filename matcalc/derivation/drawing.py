"""The computation graph: the operations of an expression, shared parts once, as DOT, Mermaid and SVG.

>>> import matcalc
>>> print(graph(matcalc.parse("||Xw - y||^2")).mermaid())
flowchart BT
    n0("X (m, n)")
    n1("w (n)")
    n2["X*w (m)"]
    n3("y (m)")
    n4["a - y (m)"]
    n5["norm(b)^2 scalar"]
    n0 --> n2
    n1 --> n2
    n2 -->|a| n4
    n3 --> n4
    n4 -->|b| n5
"""

from __future__ import annotations

from typing import Any

from ..calculus.record import Record
from ..printing.plain import Plain
from ..printing.unicode import unicode
from ..terms.errors import MatcalcError
from ..terms.expression import Expr, var
from ..terms.rebuild import rebuild
from ..terms.records import dataclass
from ..terms.shapes import describe
from ..terms.walks import postorder

PARTS = ("expression", "derivative", "both")
LETTERS = "abcghkpqrstuvwxyzABCGHKPQRSTUVWXYZ"


@dataclass(frozen=True)
class Node:
    """A node of the drawing: its operation in terms of the letters of its inputs, and where these come from."""

    number: int
    expr: Expr  # the operation, its inputs by their letters
    meaning: Expr
    inputs: tuple[int, ...]
    letter: str  # how later operations call it; empty for a leaf
    result: str = ""  # the name of a result, such as f or ∂f/∂w

    @property
    def is_leaf(self) -> bool:
        return not self.inputs

    def label(self, notation: str = "plain", gap: str = " ") -> str:
        """The operation and the shape."""
        text = unicode(self.expr) if notation == "unicode" else written(self.expr)
        named = f"{self.result} = " if self.result and not self.is_leaf else ""
        return f"{named}{text}{gap}{describe(self.meaning.shape)}"


def written(e: Expr) -> str:
    """An operation without the bars of norms, which would end a label."""
    return _Words().text(e)


class _Words(Plain):
    norm = Plain.function


class Graph:
    """A computation graph. `dot()` and `mermaid()` are texts; Jupyter draws it, with graphviz if it is installed."""

    def __init__(self, results: dict[str, Expr]):
        self.results = results
        self.roots = {e: name for name, e in results.items()}
        self.nodes: list[Node] = []
        self._build()

    def _build(self) -> None:
        order = list(dict.fromkeys(e for root in self.roots for e in postorder(root)))
        parents: dict[Expr, set[Expr]] = {}
        for e in order:
            for a in e.args:
                parents.setdefault(a, set()).add(e)
        taken = {n for e in order for n in e.free}
        letters = [c for c in LETTERS if c not in taken]
        shown: dict[Expr, Expr] = {}
        number: dict[Expr, int] = {}  # of the names and the leaves
        for e in order:
            new = rebuild(e, tuple(shown[a] for a in e.args)) if e.args else e
            shown[e] = new
            if self._is_part(e, parents.get(e, set())):
                continue
            inputs = tuple(dict.fromkeys(number[a] for a in postorder(new) if a in number)) if e.args else ()
            k = len(self.nodes)
            letter = ""
            if e.args:
                free = [n for n in letters if n not in {x.letter for x in self.nodes}]
                letter = free[0] if free else f"u_{k}"
                shown[e] = var(letter, e.shape)
            number[shown[e]] = k
            self.nodes.append(Node(k, new, e, inputs, letter, self.roots.get(e, "")))

    def _is_part(self, e: Expr, parents: set[Expr]) -> bool:
        """Whether a node is drawn inside its parent: numbers, signs and factors, and norms that are squared."""
        if e in self.roots:
            return False
        if e.op in ("num", "const", "eye", "ones", "zeros"):
            return True
        if e.op == "t":
            return e.args[0].op == "var"
        if e.op == "prod":
            return all(a.op in ("num", "const") for a in e.args[:-1]) and len(parents) == 1
        return e.op == "norm" and bool(parents) and all(p.op == "pow" and p.args[1].op == "num" for p in parents)

    def edges(self) -> list[tuple[int, int]]:
        """Pairs of numbers of nodes: from an input to what is computed from it."""
        return [(i, n.number) for n in self.nodes for i in n.inputs]

    def __len__(self) -> int:
        return len(self.nodes)

    def __str__(self) -> str:
        return self.mermaid()

    __repr__ = __str__

    def mermaid(self) -> str:
        """The graph as a Mermaid flowchart."""
        lines = ["flowchart BT"]
        for n in self.nodes:
            left, right = ("(", ")") if n.is_leaf else ("[", "]")
            lines.append(f'    n{n.number}{left}"{_entities(n.label())}"{right}')
        for i, j in self.edges():
            letter = self.nodes[i].letter
            lines.append(f"    n{i} -->|{letter}| n{j}" if letter else f"    n{i} --> n{j}")
        return "\n".join(lines)

    def dot(self) -> str:
        """The graph in the DOT language of graphviz."""
        lines = ["digraph {", "    rankdir=BT", '    node [fontname="sans-serif"]']
        for n in self.nodes:
            shape = "ellipse" if n.is_leaf else "box"
            label = n.label("unicode", "\n")
            lines.append(f"    n{n.number} [label={_quoted(label)}, shape={shape}]")
        for i, j in self.edges():
            letter = self.nodes[i].letter
            lines.append(f"    n{i} -> n{j}" + (f" [label={_quoted(letter)}]" if letter else ""))
        return "\n".join([*lines, "}"])

    def svg(self) -> str | None:
        """The drawing as SVG; None if the graphviz package or its program is not installed."""
        try:
            import graphviz
        except ImportError:
            return None
        try:
            drawn: bytes = graphviz.Source(self.dot()).pipe(format="svg")
        except (graphviz.ExecutableNotFound, OSError):
            return None
        return drawn.decode()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        drawn = self.svg()
        text = {"text/plain": self.mermaid()}
        if drawn is not None:
            return {"image/svg+xml": drawn, **text}
        return {"text/vnd.mermaid": self.mermaid(), "text/markdown": f"```mermaid\n{self.mermaid()}\n```", **text}


def graph(what: Expr | Record, of: str = "expression") -> Graph:
    """The graph of an expression; of a derivative, `of` is "expression", "derivative" or "both".

    >>> import matcalc
    >>> len(graph(matcalc.parse("exp(x'*x) + x'*x"))) # x'*x is one node
    4
    """
    if isinstance(what, Expr):
        return Graph({"": what})
    if of not in PARTS:
        raise MatcalcError(f"of is one of {', '.join(PARTS)}, not {of!r}")
    name = next((c for c in "fzy" if c not in what.source.free | {what.variable.data[0]}), "f_0")
    mark = "²" if what.order == 2 else ""
    by = ", ".join(v.data[0] for v in what.variables)
    derivative = {f"∂{mark}{name}/∂{f'({by})' if len(what.variables) > 1 else by}{mark}": what.expr}
    return Graph(derivative if of == "derivative" else {name: what.source, **(derivative if of == "both" else {})})


def _quoted(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{body}"'


def _entities(text: str) -> str:
    """Text inside the quotes of a Mermaid label."""
    marks = {'"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;"}
    return "".join(marks.get(c, c) for c in text)


__all__ = ["Graph", "Node", "graph"]
