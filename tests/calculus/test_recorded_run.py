"""The record of a run is complete: the moves in it, and nothing else, lead from the input to the answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc.calculus.derive import derive, second
from matcalc.numbers.domains import Sampler
from matcalc.numbers.evaluate import evaluate
from matcalc.terms.expression import Expr, var
from matcalc.terms.rebuild import rebuild, substitute
from matcalc.terms.recorder import Accumulation, Move, Recorder
from matcalc.terms.walks import postorder
from tests.corpus.rows import Row, corpus

ROWS = [row for row in corpus() if " then " not in row.variable][::6]


RUNS = ("recognised form", "normal form")


def run(row: Row, layout: str) -> tuple[Any, Recorder, Expr]:
    """The derivative of a row, the record of a run of it, and the answer of that run."""
    recorder = Recorder()
    if row.order == 2:
        d = matcalc.hessian(row.expression, row.variable, where=row.where)
        return d, recorder, second(d.source, d.variable, recorder).expr
    d = matcalc.diff(row.expression, row.variable, layout, row.where, row.structure)
    return d, recorder, derive(d.source, d.variable, layout, row.structure, recorder).expr


def everything(moves: list[Move | Accumulation]) -> Iterator[Move]:
    """All moves at any depth."""
    pending = list(moves)
    while pending:
        m = pending.pop()
        if isinstance(m, Move):
            yield m
            pending.extend(m.moves)


# --- the moves, replayed ---------------------------------------------------------------------------------


def rewritten(root: Expr, known: dict[Expr, Expr]) -> Expr:
    """The normal form, by the recorded moves alone: the arguments first, then moves at the root."""
    done: dict[Expr, Expr] = {}

    def go(e: Expr) -> Expr:
        start = e
        for _ in range(10_000):
            if e in done:
                break
            if e in known:
                e = known[e]
                continue
            new = rebuild(e, tuple(go(a) for a in e.args)) if e.args else e
            if new is e:
                done[e] = e
                break
            e = new
        done[start] = done[e]
        return done[start]

    return go(root)


def searched(stage: Move, known: dict[Expr, Expr]) -> Expr:
    """The answer of a search, by the recorded moves alone: node by node, the arguments first."""
    root, moves = stage.before, [m for m in stage.moves if isinstance(m, Move)]
    if moves and moves[0].name == "unit vectors gathered":
        root = moves.pop(0).after
        if moves and moves[0].name in RUNS:
            root = rewritten(root, known)
            assert root is moves.pop(0).after
    done: dict[Expr, Expr] = {}
    for e in postorder(root):
        new = rebuild(e, tuple(done[a] for a in e.args)) if e.args else e
        if moves and moves[0].name == "shorten" and moves[0].before is new:
            chosen = moves.pop(0)
            assert chosen.after is new or chosen.after in [c.expr for c in chosen.choices]
            new = chosen.after
        done[e] = new
    best = done[root]
    if moves and moves[0].before is best:
        best = moves.pop(0).after
    assert not [m.name for m in moves]
    return best


@pytest.mark.parametrize("row", ROWS, ids=[r.label for r in ROWS])
def test_the_moves_lead_to_the_answer(row: Row) -> None:
    d, recorder, answer = run(row, "numerator")
    known: dict[Expr, Expr] = {}
    at = d.source
    stages = recorder.stages()
    for stage in [s for top in stages for s in (top.moves if top.name.startswith("inverses of") else [top])]:
        assert isinstance(stage, Move)
        for run_of_rules in (m for m in everything([stage]) if m.name in RUNS):
            known.update((m.before, m.after) for m in run_of_rules.moves if isinstance(m, Move))
        if stage.name in RUNS:
            assert rewritten(stage.before, known) is stage.after
        elif stage.name == "search":
            assert searched(stage, known) is stage.after
    for stage in stages:
        assert stage.before is at, f"{stage.name} begins with another expression than the one before it ended with"
        at = stage.after
    assert at is answer


# --- the moves, with numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=[r.label for r in ROWS])
def test_the_two_sides_of_a_move_are_equal(row: Row) -> None:
    d, recorder, _ = run(row, "denominator")
    types = {n: t.node(n) for n, t in d.types.items() if hasattr(t, "node")} | {d.variable.data[0]: d.variable}
    rng = np.random.default_rng(7)
    sample = Sampler(d.source, types, d.record.trace.assumptions).draw(rng)
    values = dict(sample.values)
    x = d.variable
    direction = var(f"d{x.data[0]}", x.shape)
    values[direction.data[0]] = rng.standard_normal(np.shape(values[x.data[0]]))
    types[direction.data[0]] = direction
    values = {k: v for k, v in values.items() if k in types}
    pairs = {(m.before, m.after) for m in everything(recorder.moves) if m.equal}
    pairs |= {(m.before, c.expr) for m in everything(recorder.moves) for c in m.choices}

    def number(e: Expr) -> Any:
        leaves = {a: direction for a in postorder(e) if a.op == "d"}
        return np.asarray(evaluate(substitute(e, leaves), values, types))

    for before, after in pairs:
        want, got = number(before), number(after)
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-8 * max(1.0, np.abs(want).max(initial=0)),
                                   err_msg=f"{before} -> {after}")  # fmt: skip


# --- nothing is recorded unasked -------------------------------------------------------------------------


def test_the_answer_is_the_same_without_a_recorder() -> None:
    e = matcalc.parse("x'*A*x/(x'*B*x)")
    x = matcalc.terms.walks.variables(e)["x"]
    recorder = Recorder()
    assert derive(e, x, recorder=recorder).expr is derive(e, x).expr
    assert recorder.stages()


def test_a_condition_that_is_not_known_is_named() -> None:
    e = matcalc.parse("x'*A'*x")
    x = matcalc.terms.walks.variables(e)["x"]
    recorder = Recorder()
    derive(e, x, recorder=recorder)
    found = {(u.rule.label, str(u.expr), u.property) for u in recorder.unknown.values()}
    assert ("t-symmetric", "A'", "symmetric") in found


def test_a_run_that_nobody_records_does_not_load_the_recorder() -> None:
    code = "import matcalc, sys; matcalc.diff('A*sin(x)', 'x'); print('matcalc.terms.recorder' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"
