"""Random expressions against JAX: `python -m tests.random.run --count 500 --seed 3 --verdicts`."""

from __future__ import annotations

import argparse
import collections
import random
import re
import sys
import time
from pathlib import Path

from .samples import Sample, Verdict, judge, make
from .shrink import shrink


def report(sample: Sample, verdict: Verdict) -> str:
    """A failure as a person wants to read it."""
    return (
        f"{verdict.what} [seed {sample.seed}] {verdict.manner}\n    {sample.text}\n    by {sample.wrt.name}"
        f"  where {sample.where}\n    {verdict.note}\n    {sample.line()}"
    )


def signature(sample: Sample) -> str:
    """The operations of an expression."""
    ops = {n.op for _, n in sample.tree.walk()} - {"var", "num"}
    return f"{sample.mode}: {' '.join(sorted(ops))}"


def main() -> int:
    """Run, shrink, summarise; the exit status is 0 if nothing failed."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--seed", default=str(random.randrange(10**6)))
    p.add_argument("--only", type=int, help="the number of one expression of the seed")
    p.add_argument("--again", help="a report: its expressions are tried first")
    p.add_argument("--verdicts", action="store_true", help="print each failure as it is found")
    p.add_argument("--show", action="store_true", help="print every expression")
    p.add_argument("--each", type=int, default=6, help="how many failures of one manner to shrink")
    p.add_argument("--out", help="a file for the failures, most frequent first")
    a = p.parse_args()
    print(f"MATCALC_SEED={a.seed}")
    counts: collections.Counter[str] = collections.Counter()
    often: collections.Counter[str] = collections.Counter()
    failures: dict[str, dict[str, str]] = collections.defaultdict(dict)
    start = time.perf_counter()
    seeds = [f"{a.seed}-{i}" for i in ([a.only] if a.only is not None else range(a.count))]
    if a.again and Path(a.again).exists():
        old = re.findall(r"\[seed (\S+)\]", Path(a.again).read_text())
        seeds = [s for s in dict.fromkeys(old) if s not in seeds] + seeds
    for seed in seeds:
        sample = make(seed)
        if a.show:
            print(f"{sample.seed} {sample.mode} {sample.layout} d/d{sample.wrt.name} {sample.text}", flush=True)
        verdict = judge(sample)
        counts[verdict.what] += 1
        if verdict.what in ("ok", "rejected"):
            continue
        often[verdict.manner] += 1
        if len(failures[verdict.manner]) < a.each:
            small, verdict = shrink(sample, verdict)
            text = report(small, verdict)
            if failures[verdict.manner].setdefault(signature(small), text) is text and a.verdicts:
                print(text, flush=True)
    lines = []
    for what, n in often.most_common():
        lines += [f"== {n} x {what}", *failures[what].values(), ""]
    summary = f"{dict(counts)} in {time.perf_counter() - start:.0f} s"
    if a.out:
        Path(a.out).write_text("\n".join([summary, "", *lines]))
    print("\n".join(f"{n:4} x {what}" for what, n in often.most_common()))
    print(summary)
    return int(bool(often))


if __name__ == "__main__":
    sys.exit(main())
