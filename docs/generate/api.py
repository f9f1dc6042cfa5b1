"""The API: a page for every public name of matcalc, from its docstring, its signature and docs/api.toml."""

from __future__ import annotations

import inspect
import tomllib
from pathlib import Path
from typing import Any

import matcalc

DATA = Path(__file__).parent.parent / "api.toml"


def table() -> dict[str, Any]:
    """What docs/api.toml says."""
    with DATA.open("rb") as file:
        return tomllib.load(file)


def pages() -> dict[str, str]:
    """The pages of the API by their files."""
    data = table()
    names = [name for group in data["groups"] for name in group["names"]]
    out = {f"api/{name}.md": _page(name, data) for name in names}
    return {"api/index.md": _index(data), "api/objects.md": _objects(data), **out}


def described(name: str, data: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """The parameters of a function: name, type, default, what it is; KeyError for one that is nowhere described."""
    rows = []
    for p in inspect.signature(getattr(matcalc, name)).parameters.values():
        text = data["parameters"].get(f"{name}.{p.name}") or data["parameters"][p.name]
        default = "" if p.default is p.empty else repr(p.default)
        stars = {p.VAR_KEYWORD: "**", p.VAR_POSITIONAL: "*"}.get(p.kind, "")
        kind = p.annotation if isinstance(p.annotation, str) else getattr(p.annotation, "__forward_arg__", "")
        rows.append((stars + p.name, kind, default, text))
    return rows


def _summary(name: str) -> str:
    """The first sentence of a docstring."""
    what = getattr(matcalc, name)
    if isinstance(what, str):
        return "The version of the package."
    text = " ".join((inspect.getdoc(what) or "").split("\n\n")[0].split())
    return text.replace("|", r"\|").replace("<", r"\<")


def _index(data: dict[str, Any]) -> str:
    lines = ["# API", "", "`import matcalc` gives these names, and `dir(matcalc)` shows no others."]
    for group in data["groups"]:
        lines += ["", f"## {group['title']}", "", "| name | |", "|---|---|"]
        lines += [f"| [`{n}`]({n}.md) | {_summary(n)} |" for n in group["names"]]
    tree = [name for group in data["groups"] for name in group["names"]]
    lines += ["", "The methods of a derivative give [further objects](objects.md).", ""]
    return "\n".join([*lines, "```{toctree}", ":hidden:", ":maxdepth: 1", "", *tree, "objects", "```", ""])


def _page(name: str, data: dict[str, Any]) -> str:
    what = getattr(matcalc, name)
    lines = [f"# {name.replace('__', chr(92) + '_' * 2)}", ""]
    if isinstance(what, str):
        return "\n".join([*lines, _summary(name), "", "```python", ">>> import matcalc", ">>> matcalc.__version__",
                          repr(what), "```", ""])  # fmt: skip
    if not inspect.isclass(what):
        return "\n".join([*lines, *_directive("autofunction", f"matcalc.{name}"), *_parameters(name, data),
                          *_errors(name, data)])  # fmt: skip
    if issubclass(what, matcalc.MatcalcError):
        after = _raisers(name, data)
        return "\n".join([*lines, *_directive("autoexception", f"matcalc.{name}", ":show-inheritance:"), *after])
    options = () if name == "Limits" else (":members:", ":inherited-members:")
    after = _parameters(name, data) if name == "Limits" else []
    return "\n".join([*lines, *_directive("autoclass", f"matcalc.{name}", *options), *after])


def _directive(kind: str, name: str, *options: str) -> list[str]:
    return ["```{eval-rst}", f".. {kind}:: {name}", *(f"   {o}" for o in options), "```", ""]


def _parameters(name: str, data: dict[str, Any]) -> list[str]:
    lines = ["## Parameters", "", "| name | type | default | |", "|---|---|---|---|"]
    for parameter, kind, default, text in described(name, data):
        shown = [f"`{t}`".replace("|", r"\|") if t else "" for t in (parameter, kind, default)]
        lines.append(f"| {' | '.join(shown)} | {text} |")
    return [*lines, ""]


def _errors(name: str, data: dict[str, Any]) -> list[str]:
    found = data["errors"].get(name, ())
    if not found:
        return []
    return ["## Errors", "", *(f"- [`{e}`]({e}.md): {_summary(e)}" for e in found), ""]


def _raisers(error: str, data: dict[str, Any]) -> list[str]:
    found = [f"[`{name}`]({name}.md)" for name, errors in data["errors"].items() if error in errors]
    return ["", f"Raised by {', '.join(found)}.", ""] if found else [""]


def _objects(data: dict[str, Any]) -> str:
    lines = ["# Other objects", "", "What the methods of a derivative and of an expression give.", ""]
    for title, names in data["objects"].items():
        lines += [f"## {title}", ""]
        for name in names:
            lines += _directive("autoclass", name, ":members:")
    return "\n".join(lines)
