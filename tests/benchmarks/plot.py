"""A plot on logarithmic axes as SVG, without a library."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 60, 150, 20, 45
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")  # told apart by the colour-blind

Point = tuple[float, float]


def plot(lines: Mapping[str, Sequence[Point]], x: str = "n", y: str = "seconds") -> str:
    """Lines through points (x, y), both positive, with their names at their ends.

    >>> plot({"a": [(1, 1), (10, 100)]}).count("<polyline")
    1
    """
    points = [p for line in lines.values() for p in line]
    across, up = ([math.log10(p[k]) for p in points] for k in (0, 1))
    low, high = math.floor(min(up)), math.ceil(max(up))
    first, last = min(across), max(across)

    def place(p: Point) -> Point:
        right = (math.log10(p[0]) - first) / ((last - first) or 1)
        above = (math.log10(p[1]) - low) / ((high - low) or 1)
        return LEFT + right * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - above * (HEIGHT - TOP - BOTTOM)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
             f'font-size="13"><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']  # fmt: skip
    for k in range(low, high + 1):
        _, at = place((10**first, 10.0**k))
        parts.append(f'<path d="M{LEFT} {at:.0f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{at + 4:.0f}" text-anchor="end">{10.0**k:g}</text>')
    for n in sorted({p[0] for p in points}):
        at, _ = place((n, 10.0**low))
        parts.append(f'<text x="{at:.0f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{n:g}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 6}" text-anchor="middle">{x}</text>')
    parts.append(f'<text x="14" y="{HEIGHT / 2:.0f}" transform="rotate(-90 14 {HEIGHT / 2:.0f})">{y}</text>')
    return "\n".join([*parts, *_drawn(lines, place), "</svg>", ""])


def _drawn(lines: Mapping[str, Sequence[Point]], place: Callable[[Point], Point]) -> list[str]:
    """The lines, and their names, which do not overlap."""
    free = 0.0
    ends = sorted(((place(line[-1])[1], name) for name, line in lines.items()))
    heights = {}
    for at, name in ends:
        heights[name] = free = max(at + 4, free + 15)
    parts = []
    for (name, line), colour in zip(lines.items(), COLOURS, strict=False):
        shown = " ".join(f"{a:.1f},{b:.1f}" for a, b in map(place, line))
        parts.append(f'<polyline points="{shown}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in map(place, line)]
        parts.append(f'<text x="{WIDTH - RIGHT + 8}" y="{heights[name]:.0f}" fill="{colour}">{name}</text>')
    return parts
