"""The commands that list what the language knows: rules, functions, types and properties."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ..terms.records import NamedTuple
from .current import current
from .terminal import Colours, note, out

if TYPE_CHECKING:
    import argparse


def run_rules(args: argparse.Namespace) -> int:
    """`matcalc rules`."""
    rows = [(r.file, " ".join(r.text.split())) for r in current().rules]
    return list_by_group(args, "rule", rows)


def list_by_group(args: argparse.Namespace, kind: str, rows: Iterable[tuple[str, str]]) -> int:
    """The lines that contain the pattern, those of a group under its name."""
    wanted = (args.pattern or "").lower()
    found = [(group, text) for group, text in rows if wanted in f"{group} {text}".lower()]
    colour, last = Colours(sys.stdout), ""
    for group, text in found:
        if group != last:
            out(("\n" if last else "") + colour("1", group))
            last = group
        out(f"  {text}")
    if not found:
        note(f"no {kind} contains {args.pattern!r}")
    return 0


def listed(args: argparse.Namespace, kind: str, rows: Sequence[NamedTuple],
           line: Callable[..., tuple[str, str]]) -> int:  # fmt: skip
    """A list of what the language knows: as data with `--format json`, else a line each."""
    if args.format != "json":
        return list_by_group(args, kind, map(line, rows))
    wanted = (args.pattern or "").lower()
    import json

    found = [r._asdict() for r in rows if wanted in " ".join(map(str, r)).lower()]
    out(json.dumps(found, ensure_ascii=False, indent=2))
    return 0


def run_functions(args: argparse.Namespace) -> int:
    """`matcalc functions`."""
    from ..rulebook.catalogue import Known, functions

    def line(f: Known) -> tuple[str, str]:
        inside = ", ".join(a.split()[0] for a in f.arguments)
        shapes = "" if f.elementwise else f"  {', '.join(a.partition(' ')[2] for a in f.arguments)} -> {f.shape}"
        stated = f"d = {f.differential}" if f.differential else f"= {f.value}" if f.value else ""
        more = [f"if {f.condition}" * bool(f.condition), f"{{{f.citation}}}" * bool(f.citation)]
        more.append(f"also {', '.join(f.aliases)}" * bool(f.aliases))
        told = "  ".join(part for part in (stated, *more) if part)
        group = "elementwise functions" if f.elementwise else "operations"
        return group, f"{f'{f.name}({inside}){shapes}':40} {told}".rstrip()

    return listed(args, "function", functions(current()), line)


def run_types(args: argparse.Namespace) -> int:
    """`matcalc types`."""
    from ..rulebook.catalogue import KINDS

    return listed(args, "type", KINDS, lambda k: ("types", f"{k.example:30} {k.meaning}"))


def run_properties(args: argparse.Namespace) -> int:
    """`matcalc properties`."""
    from ..rulebook.catalogue import Property, properties

    def line(p: Property) -> tuple[str, str]:
        implied = f"  => {', '.join(p.implies)}" if p.implies else ""
        return "of a square matrix" if p.square else "of any array", f"{p.name:12} {p.meaning}{implied}"

    return listed(args, "property", list(properties(current())), line)
