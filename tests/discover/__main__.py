"""python -m tests.discover [--most N] [--largest N] [--world NAME] [--all]: identities that no rule states.

Small expressions over the table of operations are enumerated and fingerprinted by their values. Pairs that agree and
have different normal forms are printed in the notation of rules, the longer side first, when they pass the test of
rules at every size. A pair that the rules at hand join in some other order is marked with them: there the strategy
misses something, not the rules. What `listed.txt` names, below the reason why it is no rule, is not printed again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from matcalc.rulebook.book import RuleBook

from .proof import Prover, holds
from .search import Pair, Search, as_rule, renamed
from .worlds import worlds

LISTED = Path(__file__).with_name("listed.txt")


def listed() -> dict[str, str]:
    """The identities that are no rules, each with the reason: the remark above it."""
    out: dict[str, str] = {}
    reason = ""
    for line in LISTED.read_text().splitlines():
        if line.startswith("# "):
            reason = line[2:]
        elif line:
            out[line] = reason
    return out


def found(book: RuleBook, names: list[str], most: int, largest: int) -> Iterator[tuple[str, Pair]]:
    """The pairs of all worlds, or of some, each with the name of its world."""
    for world in worlds():
        if not names or world.name in names:
            once = dict.fromkeys(renamed(p, world) for p in Search(world, book, most, largest).pairs())
            yield from ((world.name, pair) for pair in once)


def main() -> None:
    """Print what is new."""
    reader = argparse.ArgumentParser(prog="python -m tests.discover", description=__doc__)
    reader.add_argument("--most", type=int, default=1_000, help="expressions of each world")
    reader.add_argument("--largest", type=int, default=5, help="letters and operations in an expression")
    reader.add_argument("--world", action="append", default=[], help="one world, by its name; again for more")
    reader.add_argument("--all", action="store_true", help="what is listed too")
    given = reader.parse_args()
    book = RuleBook.default()
    prover, known, new = Prover(book), {} if given.all else listed(), 0
    for world, pair in found(book, given.world, given.most, given.largest):
        if str(pair) in known or holds(pair):
            continue
        path = prover.joined(pair)
        new += 1
        note = "" if path is None else f"   # joined by {', '.join(path) or 'the normal form'}"
        print(f"{world}: {as_rule(pair, f'found-{new}').splitlines()[1]}{note}", flush=True)
    print(f"{new} identities that are not stated")


if __name__ == "__main__":
    main()
