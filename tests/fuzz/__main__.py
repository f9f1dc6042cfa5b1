"""Fuzz the doors: `python -m tests.fuzz --seed S --count N [--door NAME] [--out FILE]`.

Each input must end in an answer or in an error of matcalc: anything else is a crash and is printed with what makes it
happen again. What is fuzzed: texts of bytes and of tokens, declarations, variables, LaTeX, rule files, caches,
arguments of the command, JSON of expressions and names from SymPy.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import time
import traceback
from pathlib import Path

from tests.fuzz.doors import DOORS, Accepted


def run(seed: str, count: int, only: str = "") -> tuple[collections.Counter[tuple[str, str]], list[str]]:
    """How each door took its inputs, and the crashes."""
    outcomes: collections.Counter[tuple[str, str]] = collections.Counter()
    crashes: list[str] = []
    names = [name for name in DOORS if only in ("", name)]
    for k in range(count):
        rng = random.Random(f"{seed}-{k}")
        name = names[k % len(names)]
        make, enter = DOORS[name]
        given = make(rng)
        try:
            enter(given)
            outcomes[name, "answered"] += 1
        except Accepted:
            outcomes[name, "refused"] += 1
        except Exception as error:  # every crash is counted, none hidden
            place = traceback.extract_tb(error.__traceback__)[-1]
            outcomes[name, "crashed"] += 1
            crashes.append(f"{name} [{seed}-{k}] {type(error).__name__} in {Path(place.filename).name}:{place.name}: "
                           f"{str(error)[:80]!r}\n    {given!r}"[:1500])  # fmt: skip
    return outcomes, crashes


def main() -> int:
    """Fuzz, and say how often what happened; the exit status is 0 if nothing crashed."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seed", default=str(random.randrange(10**6)))
    p.add_argument("--count", type=int, default=1000)
    p.add_argument("--door", default="", choices=["", *DOORS])
    p.add_argument("--out", type=Path, help="a file for the table, to which it is appended")
    a = p.parse_args()
    start = time.perf_counter()
    outcomes, crashes = run(a.seed, a.count, a.door)
    lines = [f"seed {a.seed}, {a.count} inputs, {time.perf_counter() - start:.0f} s"]
    for name in DOORS:
        found = {what: n for (door, what), n in sorted(outcomes.items()) if door == name}
        if found:
            lines.append(f"  {name}: " + ", ".join(f"{n} {what}" for what, n in found.items()))
    print("\n".join([*crashes, *lines]))
    if a.out:
        with a.out.open("a", encoding="utf-8") as file:
            file.write("\n".join([*lines, *crashes, ""]))
    return int(bool(crashes))


if __name__ == "__main__":
    sys.exit(main())
