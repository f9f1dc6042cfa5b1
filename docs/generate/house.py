"""The pages that show files of the house: the map of CONTRIBUTING.md, the figures that were measured, the changelog."""

from __future__ import annotations

import re

from docs.generate.formulas import DOCS, filled

ROOT = DOCS.parent
_LINK = re.compile(r"\[([^\]\n]+)\]\([\w.-]*[/.][\w./-]*\)")  # to a file of the house


def pages() -> dict[str, str]:
    """The pages by their files."""
    results = text("tests/benchmarks/RESULTS.md")
    return {
        **filled("how-it-works.md", map=part("CONTRIBUTING.md", "The map"),
                 followed=part("CONTRIBUTING.md", "One derivation, followed through"),
                 recipes=part("CONTRIBUTING.md", "Recipes")),
        **filled("benchmarks.md", results=results.splitlines()[1:]),
        **filled("why-not-autograd.md", speed=speeds(results)),
        "changelog.md": text("CHANGELOG.md"),
    }  # fmt: skip


def text(name: str) -> str:
    """A file of the house; links to other files of it are words here."""
    return _LINK.sub(r"\1", (ROOT / name).read_text(encoding="utf-8"))


def part(name: str, title: str) -> list[str]:
    """The lines under a heading of a file, up to the next heading of its rank."""
    _, found, after = text(name).partition(f"\n## {title}\n")
    if not found:
        raise ValueError(f"{name} has no part {title}")
    return re.split(r"^## ", after, flags=re.M)[0].strip().splitlines()


def speeds(results: str) -> list[str]:
    """The parts of the figures that compare with automatic differentiation, with smaller headings."""
    found = [p for p in re.split(r"^(?=## )", results, flags=re.M) if p.startswith("## Time of ")]
    if not found:
        raise ValueError("the figures compare with no automatic differentiation")
    return "\n".join(p.replace("## ", "**", 1).replace("\n", "**\n", 1) for p in found).splitlines()
