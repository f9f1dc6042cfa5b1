"""The corpus in shuffled order under several seeds of the hashes: `python -m tests.determinism --seeds 20`.

Each process takes all questions in an order of its own, with a hash seed of its own; every answer must be the same text
in all of them. The exit status is 0 if it is.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]


def answers(seed: int, every: int) -> dict[str, list[str]]:
    """What is printed for each question of the corpus, or for each of so many, asked in the order of a seed."""
    import matcalc
    from tests.corpus.rows import corpus

    rows = [r for r in corpus() if " then " not in r.variable and r.order == 1][::every]
    random.Random(seed).shuffle(rows)
    out = {}
    for r in rows:
        d = matcalc.diff(r.expression, r.variable, where=r.where, structure=r.structure, verify=False)
        out[f"{r.file}: {r.name} ({r.where}, {r.structure})"] = [str(d), d.latex(), *map(str, d.assumptions)]
    return out


def in_a_process(seed: int, every: int) -> dict[str, list[str]]:
    """The same from a process whose hashes have the seed."""
    command = [sys.executable, "-m", "tests.determinism", "--one", str(seed), "--every", str(every)]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": str(seed)}, capture_output=True,
                         text=True, check=True)  # fmt: skip
    found: dict[str, list[str]] = json.loads(run.stdout)
    return found


def differences(seeds: int, every: int = 1, jobs: int = 2) -> tuple[int, list[str]]:
    """How many questions were asked, and those whose answer is not the same under all seeds."""
    with ThreadPoolExecutor(jobs) as pool:
        first, *others = pool.map(partial(in_a_process, every=every), range(seeds))
    return len(first), [name for name, said in first.items() if any(other.get(name) != said for other in others)]


def main() -> int:
    """Ask, and print what differs."""
    p = argparse.ArgumentParser(prog="python -m tests.determinism", description=__doc__)
    p.add_argument("--seeds", type=int, default=20)
    p.add_argument("--every", type=int, default=1, help="one question of so many")
    p.add_argument("--one", type=int, help="print the answers of one seed as JSON")
    a = p.parse_args()
    if a.one is not None:
        print(json.dumps(answers(a.one, a.every)))
        return 0
    asked, wrong = differences(a.seeds, a.every)
    print("\n".join([*wrong, f"{asked} questions in {a.seeds} orders: {len(wrong)} have more than one answer"]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
