"""The page's questions and answers as data that JSON takes: one door for the page in a browser and for `serve`.

A question is an object with the text and what is asked of it. An answer holds formulas in every notation, never HTML;
an error is an answer too, with its place in the text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

from ..calculus.layout import LAYOUTS, Layout
from ..derivation.notation import write as write_step
from ..language.typing.declarations import Type
from ..printing.registry import Options
from ..terms.errors import MatcalcError
from ..terms.expression import Expr
from .api import diff, differential, hessian, reading
from .conditions import conditions
from .derivative import Derivative
from .notations import write

Answer = dict[str, Any]

NOTATIONS = ("latex", "unicode", "text", "typst", "mathml")
LONGEST = 20_000  # characters of a question


def respond(text: str) -> str:
    """The answer to a question in JSON, as JSON.

    >>> json.loads(respond('{"text": "x\\'*A*x", "wrt": "x"}'))["layouts"]["numerator"]["unicode"]
    'xᵀ(A + Aᵀ)'
    """
    try:
        question = json.loads(text)
    except (ValueError, RecursionError):
        return json.dumps(failure(MatcalcError("a question is a JSON object")))
    return json.dumps(answer(question), ensure_ascii=False)


def answer(question: object) -> Answer:
    """The answer to a question.

    `question` has `text`, and as needed `want` (one of "reading", "derivative", "steps", "code", "forms", "check",
    "graph"), `wrt`, `kind` ("derivative", "hessian" or "differential"), `where` (a dictionary of names and types),
    `structure`, `style` and `target`. The answer has `ok`; where that is false, `error` says why and where.

    >>> answer({"text": "x'*A*x", "wrt": "x"})["layouts"]["denominator"]["text"]
    "(A + A')*x"
    >>> answer({"text": "x'*(A*x", "wrt": "x"})["error"]["span"]
    [3, 4]
    """
    try:
        asked = Question(question)
        return {"ok": True, "want": asked.want, **_PARTS[asked.want](asked)}
    except MatcalcError as error:
        return failure(error)
    except RecursionError:
        return failure(MatcalcError("this is nested too deeply"))


def failure(error: MatcalcError) -> Answer:
    """An error as data: its kind, the message without the caret, the text and the place in it."""
    place = list(error.span) if error.span is not None and error.text is not None else None
    told = {"kind": type(error).__name__, "message": error.message, "text": error.text, "span": place}
    return {"ok": False, "error": told}


class Question:
    """What is asked, with every part checked: what comes from a page is text from outside."""

    def __init__(self, question: object):
        if not isinstance(question, Mapping):
            raise MatcalcError("a question is a JSON object")
        self.text = self._text(question, "text", LONGEST)
        self.want = self._one_of(question, "want", tuple(_PARTS), "derivative")
        self.wrt = self._text(question, "wrt", 200)
        self.kind = self._one_of(question, "kind", ("derivative", "hessian", "differential"), "derivative")
        self.structure = self._one_of(question, "structure", ("free", "entries", "tangent"), "free")
        self.layout = self._one_of(question, "layout", LAYOUTS, "numerator")
        self.style = self._one_of(question, "style", ("differential", "chain"), "differential")
        self.target: Any = self._text(question, "target", 40) or "numpy"
        where = question.get("where") or {}
        if not isinstance(where, Mapping) or not all(isinstance(x, str) for pair in where.items() for x in pair):
            raise MatcalcError("where is an object of names and types")
        self.where = dict(where)

    @staticmethod
    def _text(question: Mapping[str, Any], key: str, longest: int) -> str:
        value = question.get(key, "")
        if value is None:
            return ""
        if not isinstance(value, str):
            raise MatcalcError(f"{key} is a text")
        if len(value) > longest:
            raise MatcalcError(f"{key} is longer than {longest} characters")
        return value

    @staticmethod
    def _one_of(question: Mapping[str, Any], key: str, choices: tuple[str, ...], default: str) -> Any:
        value = question.get(key) or default
        if value not in choices:
            raise MatcalcError(f"{key} is one of {', '.join(choices)}")
        return value

    def derivative(self, layout: Layout | None = None) -> Derivative:
        """The derivative that is asked for."""
        if not self.wrt:
            raise MatcalcError("choose the variable to differentiate by")
        if self.kind == "hessian":
            return hessian(self.text, self.wrt, self.where)
        return diff(self.text, self.wrt, layout or self.layout, self.where, self.structure)


# --- the parts of an answer ---------------------------------------------------------------------------------


def _reading(asked: Question) -> Answer:
    """The text as it is understood: its formula, its names and their types, the remarks."""
    read = reading(asked.text, asked.where)
    names = [_name(n, t) for n, t in read.types.items() if isinstance(t, Type)]
    return {
        "formula": _formula(read.expr, read.fills),
        "shape": _axes(read.expr),
        "names": names,
        "remarks": [str(r) for r in read.remarks],
    }


def _name(name: str, kind: Type) -> Answer:
    node = kind.node(name)
    return {
        "name": name,
        "latex": write(node, "latex"),
        "kind": kind.kind,
        "shape": _axes(node),
        "properties": sorted(kind.properties),
        "type": str(kind),
        "inferred": bool(kind.inferred),
    }


def _derivative(asked: Question) -> Answer:
    """The answer in both layouts, with all that a reader has to know."""
    if asked.kind == "differential":
        e = differential(asked.text, asked.wrt, asked.where)
        return {**_reading(asked), "differential": _formula(e)}
    first = asked.derivative(LAYOUTS[0])
    both = [first, first if asked.kind == "hessian" else asked.derivative(LAYOUTS[1])]
    return {
        "shape": _axes(first.source),
        "wrt": [str(v.data[0]) for v in first.variables],
        "variable": _axes(first.variable),
        "layouts": {
            name: {**_formula(d.expr, d.fills), "shape": _axes(d.expr)} for name, d in zip(LAYOUTS, both, strict=True)
        },
        "assumptions": conditions(first),
        "remarks": list(first.remarks),
    }


def _forms(asked: Question) -> Answer:
    """The entries and the form by vec, where they exist."""
    d = asked.derivative()
    forms: Answer = {}
    ways: dict[str, Callable[[], Answer]] = {
        "entries": lambda: {"latex": d.index().latex(), "text": str(d.index())},
        "vec": lambda: _formula(d.vec().expr),
    }
    for name, way in ways.items():
        try:
            forms[name] = way()
        except MatcalcError as error:
            forms[name] = {"refused": error.message}
    return {"forms": forms}


def _steps(asked: Question) -> Answer:
    """The derivation line by line, each with its rule and the source of the rule."""
    steps = asked.derivative().steps(asked.style)
    lines = [
        {
            "left": write_step(line.left, "latex") if line.left is not None else "",
            "right": line.right("latex"),
            "unicode": f"{write_step(line.left, 'unicode') if line.left is not None else ''} = {line.right('unicode')}",
            "rule": line.rule,
            "citation": line.citation,
            "shapes": line.shapes,
        }
        for line in steps
    ]
    return {"lines": lines, "latex": steps.latex(), "text": str(steps)}


def _code(asked: Question) -> Answer:
    """The derivative as a program."""
    return {"target": asked.target, "code": asked.derivative().code(asked.target)}


def _check(asked: Question) -> Answer:
    """The comparisons of the derivative with numbers that are drawn here, in words: always its certificate."""
    d = asked.derivative()
    said = [f"the differential of the expression and that of the answer: {d.certificate}"]
    passed = bool(d.certificate)
    if find_spec("numpy") is not None:  # a browser has none
        report = d.check()
        said, passed = [*said, str(report)], bool(report)
    return {"report": "\n".join(said), "passed": passed}


def _graph(asked: Question) -> Answer:
    """The computation graph of the expression, to be drawn."""
    graph = asked.derivative().graph()
    nodes = [
        {"label": n.label("unicode"), "letter": n.letter, "leaf": n.is_leaf, "result": bool(n.result)}
        for n in graph.nodes
    ]
    return {"nodes": nodes, "edges": [list(e) for e in graph.edges()], "mermaid": graph.mermaid()}


_PARTS: dict[str, Callable[[Question], Answer]] = {
    "reading": _reading,
    "derivative": _derivative,
    "steps": _steps,
    "code": _code,
    "forms": _forms,
    "check": _check,
    "graph": _graph,
}


def _formula(e: Expr, fills: frozenset[int] = frozenset()) -> dict[str, str]:
    """A formula in every notation that the page copies; `fills` as in `Options`."""
    return {name: write(e, name, options=Options(fills=fills)) for name in NOTATIONS}


def _axes(e: Expr) -> list[str]:
    """The axes of an array as text; none for a scalar, one for a column."""
    axes = [str(n) for n in e.shape]
    if axes == ["1", "1"]:
        return []
    return axes[:1] if len(axes) == 2 and axes[1] == "1" else axes
