"""`python -m tests.random --seed S --count N`: random derivatives and everything that comes of them.

Every operation, structured variables, abstract functions, sums over samples, all shapes by all shapes, up to third
orders. Without a seed a fresh one is used and printed. The exit status is 0 if nothing failed.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import time
from pathlib import Path

from .everything import SLOW, failures


def main() -> int:
    """Run, and print each failure with the seed that makes it again."""
    p = argparse.ArgumentParser(prog="python -m tests.random", description=__doc__)
    p.add_argument("--seed", default=str(random.randrange(10**6)))
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--only", type=int, help="the number of one derivative of the seed")
    p.add_argument("--out", type=Path, help="a file to which the summary is appended")
    a = p.parse_args()
    print(f"seed {a.seed}", flush=True)
    start, counts = time.perf_counter(), collections.Counter[str]()
    for k in range(a.count) if a.only is None else [a.only]:
        for what, note in failures(f"{a.seed}-{k}"):
            counts[what] += 1
            print(f"{what} [{a.seed}-{k}] {note}", flush=True)
    seconds = time.perf_counter() - start
    summary = f"seed {a.seed}: {a.count} derivatives, {sum(counts.values()) - counts[SLOW]} failures, {seconds:.0f} s"
    print("\n".join([*(f"{n} x {what}" for what, n in counts.most_common()), summary]))
    if a.out:
        with a.out.open("a", encoding="utf-8") as file:
            file.write(summary + "\n")
    return int(any(what != SLOW for what in counts))


if __name__ == "__main__":
    sys.exit(main())
