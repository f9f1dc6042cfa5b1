"""Where the data files are: `grammar/*.lark` and `rules/*.rules`."""

from __future__ import annotations

from importlib.resources import files


def grammar_text(name: str) -> str:
    """The text of a grammar file."""
    return files("matcalc.grammar").joinpath(name).read_text(encoding="utf-8")


def rules_text(name: str) -> str:
    """The text of a rule file."""
    return files("matcalc.rules").joinpath(name).read_text(encoding="utf-8")


def rule_files() -> list[str]:
    """The names of all rule files, sorted."""
    return sorted(p.name for p in files("matcalc.rules").iterdir() if p.name.endswith(".rules"))
