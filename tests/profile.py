"""Where the time of a derivation goes: `python -m tests.profile EXPR WRT`.

Own time by cProfile, summed by room of the house, for the first derivation of a process (imports and tables included)
and for the same derivation again; then the slowest functions of each room. What Python's built-in functions take
counts for the room that called them. The profiler slows everything, calls most of all: compare rooms, not clocks.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOUSE = str(Path(__file__).resolve().parent.parent / "matcalc") + "/"
OUTSIDE = "libraries"

Function = tuple[str, int, str]  # file, line, name


@dataclass
class Profile:
    """Seconds of own time by room and by function."""

    rooms: dict[str, float] = field(default_factory=dict)
    functions: dict[str, dict[str, float]] = field(default_factory=dict)

    def add(self, where: Function, seconds: float) -> None:
        """Count own time for a function."""
        room, name = place(where)
        self.rooms[room] = self.rooms.get(room, 0.0) + seconds
        of = self.functions.setdefault(room, {})
        of[name] = of.get(name, 0.0) + seconds

    @property
    def total(self) -> float:
        """The time of all rooms."""
        return sum(self.rooms.values())


def place(where: Function) -> tuple[str, str]:
    """The room of a function, and its name there.

    >>> place((HOUSE + "calculus/derive.py", 25, "derive"))
    ('calculus', 'derive.py:25 derive')
    """
    file, line, name = where
    if not file.startswith(HOUSE):
        return OUTSIDE, f"{Path(file).name}:{line} {name}" if line else name
    room, _, rest = file[len(HOUSE) :].partition("/")
    return (room, f"{rest}:{line} {name}") if rest else ("door", f"{room}:{line} {name}")


def profiled(run: Callable[[], Any]) -> tuple[Profile, Any]:
    """The profile of a call, and its result."""
    profiler = cProfile.Profile()
    result = profiler.runcall(run)
    return by_rooms(profiler), result


def by_rooms(profiler: cProfile.Profile) -> Profile:
    """What a profiler saw, by rooms."""
    profile = Profile()
    stats: dict[Function, Any] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    for where, (_, _, own, _, callers) in stats.items():
        if where[0] != "~" or not callers:
            profile.add(where, own)
            continue
        for caller, (_, _, for_it, _) in callers.items():
            profile.add(caller if caller[0].startswith(HOUSE) else where, for_it)
    return profile


def table(first: Profile, again: Profile, times: int) -> list[str]:
    """Milliseconds by room."""
    rows = [f"{'room':16}{'first ms':>10}{'%':>6}{'again ms':>12}{'%':>6}"]
    names = sorted(first.rooms | again.rooms, key=lambda n: (n == OUTSIDE, -again.rooms.get(n, 0), n))
    for name in names:
        a, b = first.rooms.get(name, 0.0), again.rooms.get(name, 0.0)
        shares = f"{1e3 * a:10.2f}{100 * a / first.total:6.0f}{1e3 * b / times:12.3f}{100 * b / again.total:6.0f}"
        rows.append(f"{name:16}{shares}")
    return [*rows, f"{'in all':16}{1e3 * first.total:10.2f}{'':6}{1e3 * again.total / times:12.3f}"]


def slowest(again: Profile, times: int, most: int) -> list[str]:
    """The functions that take most time of their own, by room."""
    rows = []
    for room in sorted(again.rooms, key=lambda n: (n == OUTSIDE, -again.rooms[n])):
        found = sorted(again.functions[room].items(), key=lambda f: -f[1])[:most]
        rows += [f"{room}", *(f"{1e3 * s / times:10.3f}  {name}" for name, s in found)]
    return rows


def main(argv: Sequence[str] | None = None) -> int:
    """Print the profile of one derivation."""
    parser = argparse.ArgumentParser(prog="python -m tests.profile", description=__doc__.splitlines()[0])
    parser.add_argument("expr")
    parser.add_argument("wrt")
    parser.add_argument("--where")
    parser.add_argument("--layout", default="numerator")
    parser.add_argument("--times", type=int, default=20, help="how often the derivation is repeated")
    parser.add_argument("--most", type=int, default=4, help="how many functions of each room are shown")
    args = parser.parse_args(argv)

    def once() -> str:
        import matcalc

        return str(matcalc.diff(args.expr, args.wrt, args.layout, args.where))

    def often() -> None:
        for _ in range(args.times):
            once()

    first, answer = profiled(once)
    again, _ = profiled(often)
    print(f"{args.expr} by {args.wrt}: {answer}\n")
    print(*table(first, again, args.times), sep="\n")
    print(f"\nslowest functions, ms of own time, mean of {args.times} derivations after the first")
    print(*slowest(again, args.times, args.most), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
