"""Random well-shaped expressions over all operations against JAX: 1,000 of them, a new seed each time.

`MATCALC_SEED=7 pytest tests/random` repeats a run; `MATCALC_COUNT` changes the number. A failure is shrunk.
Without JAX a few, always the same, are compared with differences of their values.
"""

from __future__ import annotations

import os
import random

import pytest

from tests.random.operations import jax, table, value
from tests.random.run import report
from tests.random.samples import NEEDS_JAX, columns, draft, judge, make, sample_values
from tests.random.shrink import shrink, smaller
from tests.random.trees import SCALAR, Tree

SEED = os.environ.setdefault("MATCALC_SEED", str(random.randrange(10**6)) if jax is not None else "plain")
COUNT = int(os.environ.get("MATCALC_COUNT", "1000" if jax is not None else "240"))
PARTS = 20
_since_clearing = 0


@pytest.mark.parametrize("part", range(PARTS))
def test_random_expressions(part: int) -> None:
    global _since_clearing
    failures = []
    _since_clearing += COUNT // PARTS
    if jax is not None and _since_clearing > 200:  # what JAX has compiled takes memory: 10 MB for an expression
        jax.clear_caches()
        _since_clearing = 0
    for i in range(part, COUNT, PARTS):
        sample = make(f"{SEED}-{i}")
        if jax is None and sample.mode in NEEDS_JAX:
            continue
        verdict = judge(sample)
        if verdict.what not in ("ok", "rejected"):
            failures.append(report(*shrink(sample, verdict, 20)))
    assert not failures, f"MATCALC_SEED={SEED}\n" + "\n".join(failures)


def test_every_operation_occurs_and_samples_repeat() -> None:
    rng = random.Random(1)
    drafts = [d for _ in range(3000) if (d := draft(rng, "census")) is not None]
    seen = {n.op for d in drafts for _, n in d.tree.walk()}
    assert not set(table()) - seen
    assert make("census-3").line() == make("census-3").line()


def test_the_values_are_those_of_the_text() -> None:
    from tests.corpus.plain import evaluate
    from tests.random.operations import text
    from tests.random.values import agrees

    for i in range(40):
        sample = make(f"text-{i}")
        env = columns(sample, sample_values(sample))
        assert agrees(evaluate(text(sample.tree), env, sample.sizes), value(sample.tree, env, sample.sizes), 1e-9)


def test_a_failure_shrinks(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a wrong answer planted for every expression that has a sine in it, only the sine is left."""
    from tests.random import samples
    from tests.random import shrink as shrinking

    def planted(sample: samples.Sample) -> samples.Verdict:
        sines = any(n.op == "fn:sin" for _, n in sample.tree.walk())
        return samples.Verdict("wrong", "wrong number") if sines else samples.Verdict("ok")

    monkeypatch.setattr(shrinking, "judge", planted)
    samples_of_sines = (s for i in range(800, 3000) if planted(s := make(f"shrink-{i}")).what == "wrong")
    sample = next(s for s in samples_of_sines if s.tree.count() > 12)
    small, _ = shrink(sample, planted(sample))
    assert small.tree.count() <= 8 < sample.tree.count() and "sin(" in small.text


def test_smaller_trees_come_first() -> None:
    sample = make("order-1")
    sizes = [t.count() for t in smaller(sample)]
    assert sizes == sorted(sizes)
    assert Tree("num", (), SCALAR, 2).count() == 1
