"""The explanation of an answer: of the run that gave it, readable in 100 columns, and the same as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import pytest

import matcalc
from matcalc.front import cli
from matcalc.front.explain import WIDTH, Explanation, clip
from matcalc.terms.recorder import Accumulation

LONG = "(x'*A*x + b'*x)/(x'*B*x + c'*x + exp(x'*C*x)) + logsumexp(A*x + B*x)*tr(A*B*C)"


QUESTIONS: dict[str, Callable[[], matcalc.Derivative]] = {  # derivatives of all kinds
    "residual": lambda: matcalc.diff("||Xw - y||^2", "w"),
    "denominator": lambda: matcalc.diff("A*sin(x)", "x", layout="denominator"),
    "matrix": lambda: matcalc.diff("A*X*B", "X"),
    "scalars": lambda: matcalc.diff("x*y^2", "x, y"),
    "mean": lambda: matcalc.diff("1/m*||Xw - y||^2", "w", where="X: matrix(m,n)"),
    "entries": lambda: matcalc.diff("logdet(S)", "S", where="S: symmetric matrix(n,n)", structure="entries"),
    "gradient": lambda: matcalc.grad("tr(A*X*B)", "X"),
    "hessian": lambda: matcalc.hessian("||A*x - b||^2", "x"),
    "expression": lambda: matcalc.parse("x'*A*x").diff("x"),
    "twice": lambda: matcalc.diff(matcalc.diff("sum(exp(x))", "x"), "x"),
    "long": lambda: matcalc.diff(LONG, "x"),
}


@cache
def asked(name: str) -> matcalc.Derivative:
    """A derivative."""
    return QUESTIONS[name]()


@cache
def explained(name: str) -> Explanation:
    """Its explanation, once for all tests."""
    return asked(name).trace()


@cache
def whole(name: str) -> str:
    """The explanation that leaves nothing out."""
    return explained(name).text(everything=True)


@pytest.mark.parametrize("name", QUESTIONS)
def test_it_is_of_the_run_that_gives_the_answer(name: str) -> None:
    d, explanation = asked(name), explained(name)
    stages = explanation.recorder.stages()
    assert explanation.derivative.expr is d.expr
    assert stages[-1].after is d.expr
    assert d.source in (stages[0].before, stages[-1].before)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_text_fits_and_counts_what_it_leaves_out(name: str) -> None:
    brief, full = explained(name).text(), whole(name)
    assert max(map(len, brief.splitlines())) <= WIDTH
    assert max(map(len, full.splitlines())) <= WIDTH
    assert "--all shows" not in full
    assert ("…" in brief or "--all" in brief) == (brief != full)
    assert "…" not in full


def test_all_shows_every_term_whole() -> None:
    full = "".join(line.strip() for line in whole("long").splitlines()).replace(" ", "")
    for m in explained("long").moves():
        assert str(m.after).replace(" ", "") in full


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_data_say_the_same(name: str) -> None:
    d = asked(name)
    data = json.loads(explained(name).json())
    assert (data["result"], data["layout"], data["order"]) == (str(d), d.layout, d.order)
    assert data["stages"][-1]["after"] == str(d)
    labels = {s["rule"]["label"] for s in inside(data["stages"]) if s["rule"]}
    assert labels == {r.label for r in explained(name).recorder.rules()}


def inside(stages: list[dict]) -> list[dict]:  # type: ignore[type-arg]
    """All stages and moves, at any depth."""
    return [x for s in stages for x in (s, *inside(s.get("moves", [])))]


def test_rules_are_cited_where_they_stand() -> None:
    from matcalc.terms.data_files import rules_text

    rules = {r.label: r for r in explained("long").recorder.rules()}
    assert len(rules) > 8
    for label, rule in rules.items():
        line = rules_text(rule.file).splitlines()[rule.line - 1]
        head = f"{rule.lhs.op}(" if rule.file == "operations.rules" else f"{label}:"  # a trait, or a line of its own
        assert line.startswith(head), f"{rule.file}:{rule.line}"


@pytest.mark.parametrize(
    ("text", "adjoints"),
    [
        ("tr(A*X*B)", {"product-left", "product-right", "trace"}),
        ("sum(exp(X))", {"hadamard", "total"}),
        ("||X||^2", {"scaling-scalar", "total", "hadamard"}),
    ],
)
def test_the_adjoints_are_named(text: str, adjoints: set[str]) -> None:
    (stage,) = (m for m in matcalc.diff(text, "X").trace().recorder.stages() if m.name == "reverse accumulation")
    used = {r.label for a in stage.moves if isinstance(a, Accumulation) for r in a.adjoints}
    assert used >= adjoints
    shown = matcalc.diff(text, "X").trace().text()
    assert all(f"by {label}  adjoints.rules:" in shown for label in used)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("x'A x", {"x'": "x'", "A": "A", "x": "x"}),
        (r"\frac{1}{2} \|\mathbf{X}w\|^2", {r"\frac{1}{2}": "1/2", r"\mathbf{X}w": "X*w"}),
        ("2*sigmoid(w)'x", {"sigmoid(w)": "sigmoid(w)", "2": "2"}),
    ],
)
def test_each_part_stands_where_it_was_read(text: str, spans: dict[str, str]) -> None:
    wrt = "w" if "w" in text else "x"
    parts = matcalc.diff(text, wrt).trace().recorder.parts
    assert all(text[slice(*p.span)] == p.text for p in parts)
    found = {p.text: str(p.expr) for p in parts}
    assert {t: found[t] for t in spans} == spans


def test_what_is_known_of_a_part() -> None:
    d = matcalc.diff("x'*S*x", "x", where="S: spd matrix(n,n)")
    (part,) = (p for p in d.trace().data()["parts"] if p["text"] == "S")
    assert {"symmetric", "spd"} <= set(part["known"])
    assert (part["shape"], part["read as"]) == ("(n, n)", "name")


def test_the_candidates_and_the_winner() -> None:
    text = matcalc.diff("x'*A*x/(x'*B*x)", "x").trace().text()
    rows = [line.split() for line in text.splitlines() if " taken out " in line]
    assert any(row[0] == "*" for row in rows) and any(row[0] != "*" for row in rows)


def test_a_condition_that_is_not_known() -> None:
    missing = "not known: symmetric(A)"
    assert missing in str(matcalc.diff("x'*A'*x", "x").trace())
    assert missing not in str(matcalc.diff("x'*A'*x", "x", where="A: symmetric matrix(n,n)").trace())


def test_a_limit_that_was_reached() -> None:
    long = "+".join(f"(a'*x)^{k}*b" for k in range(2, 28))
    text = str(matcalc.diff(long, "x", where="a: vector(n), x: vector(n), b: vector(m)").trace())
    assert "Limits that were reached\n   more than 24 terms: " in text
    assert "Limits" not in str(matcalc.diff("x'*A*x", "x").trace())


def test_other_forms_have_no_trace() -> None:
    with pytest.raises(matcalc.MatcalcError, match="before vec or hvp"):
        matcalc.diff("A*X*B", "X").vec().trace()


@pytest.mark.parametrize("width", [1, 2, 3, 7, 9, 10])
def test_clip(width: int) -> None:
    assert len(clip("abcdefghij", width)) == min(width, 10)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "||Xw - y||^2", "w", "--layout", "denominator"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("1. Input, as read\n")
    assert out.rstrip().endswith("2*X'*(X*w - y)\n   denominator layout, shape (n)")
    assert cli.main(["explain", "||A*x - b||^2", "x", "--order", "2", "--format", "json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out)["result"] == "2*A'*A"
