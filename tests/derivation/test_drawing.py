"""The computation graph: shared parts once, labels, and the two texts."""

from __future__ import annotations

import re
import shutil
import sys
import types

import pytest

import matcalc
from matcalc.derivation.drawing import graph
from matcalc.terms.errors import MatcalcError


def test_lecture_c2_as_a_graph() -> None:
    labels = [n.label("unicode") for n in graph(matcalc.parse("(<x, w> - y)^2")).nodes]
    assert labels == ["x (n)", "w (n)", "xᵀw scalar", "y scalar", "a − y scalar", "b² scalar"]


def test_shared_parts_are_one_node() -> None:
    g = graph(matcalc.parse("exp(x'*x) + sin(x'*x)"))
    assert [n.label() for n in g.nodes].count("x'*x scalar") == 1
    used = [i for i, _ in g.edges() if g.nodes[i].letter == "a"]
    assert len(used) == 2


def test_expression_and_derivative_share() -> None:
    d = matcalc.diff("||Xw - y||^2", "w")
    both, alone = d.graph("both"), [d.graph("expression"), d.graph("derivative")]
    assert len(both) < sum(map(len, alone))
    assert {n.result for n in both.nodes} == {"", "f", "∂f/∂w"}
    with pytest.raises(MatcalcError, match="expression, derivative, both"):
        d.graph("neither")


def test_texts_are_well_formed() -> None:
    g = matcalc.diff("sum((w > x) .* exp(x))", "x", where="w: vector(n), x: vector(n)").graph("both")
    assert g.mermaid().startswith("flowchart BT")
    for line in g.mermaid().splitlines()[1:]:
        assert re.fullmatch(r' +n\d+(\("[^"<>]*"\)|\["[^"<>]*"\]| -->(\|\w+\|)? n\d+)', line), line
    dot = g.dot()
    assert dot.startswith("digraph {") and dot.endswith("}")
    assert dot.count("->") == len(g.edges())


class Drawer(types.ModuleType):
    """What is used of the graphviz package; `program` is whether its program is installed."""

    class ExecutableNotFound(RuntimeError):
        pass

    def __init__(self, program: bool) -> None:
        super().__init__("graphviz")
        self.program = program

    def Source(self, dot: str) -> Drawer:
        assert dot.startswith("digraph {")
        return self

    def pipe(self, format: str) -> bytes:
        if not self.program:
            raise self.ExecutableNotFound
        return f"<{format}/>".encode()


@pytest.mark.parametrize("program, drawn", [(True, "<svg/>"), (False, None)])
def test_svg(monkeypatch: pytest.MonkeyPatch, program: bool, drawn: str | None) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", Drawer(program))
    g = graph(matcalc.parse("||Xw - y||^2"))
    assert g.svg() == drawn
    assert ("image/svg+xml" in g._repr_mimebundle_()) == program


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot of graphviz is not installed")
def test_the_program_draws() -> None:
    pytest.importorskip("graphviz")
    drawn = graph(matcalc.parse("||Xw - y||^2")).svg()
    assert drawn is not None and "<svg" in drawn


def test_without_graphviz_mermaid_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    g = graph(matcalc.parse("a + b"))
    monkeypatch.setattr(type(g), "svg", lambda self: None)
    bundle = g._repr_mimebundle_()
    assert bundle["text/vnd.mermaid"].startswith("flowchart") and "```mermaid" in bundle["text/markdown"]


def test_deep_expressions() -> None:
    e = matcalc.parse("x", where="x: vector(n)")
    for _ in range(1100):
        e = e.sin()
    assert len(graph(e)) == 1101
