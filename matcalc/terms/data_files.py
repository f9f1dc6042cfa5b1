"""Where the data files are: `grammar/*.lark` and `rules/*.rules`."""

from __future__ import annotations

import os
from importlib import import_module


def _folder(package: str, checkout: str = "") -> str:
    """The folder of a package of data files; in a checkout that is not installed, it stands beside matcalc."""
    try:
        return str(next(iter(import_module(package).__path__)))
    except ModuleNotFoundError:
        home = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
        return os.path.join(home, checkout or package.rpartition(".")[2])


def _content(package: str, name: str) -> bytes:
    try:
        with open(os.path.join(_folder(package), name), "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):  # in a zip archive, for example
        from importlib.resources import files

        return files(package).joinpath(name).read_bytes()


def _text(package: str, name: str) -> str:
    return _content(package, name).decode("utf-8").replace("\r\n", "\n")


def grammar_text(name: str) -> str:
    """The text of a grammar file."""
    return _text("matcalc.grammar", name)


def rules_text(name: str) -> str:
    """The text of a rule file."""
    return _text("matcalc.rules", name)


def rules_content(name: str) -> bytes:
    """The bytes of a rule file."""
    return _content("matcalc.rules", name)


def rule_files() -> list[str]:
    """The names of all rule files, sorted."""
    try:
        names = os.listdir(_folder("matcalc.rules"))
    except (FileNotFoundError, NotADirectoryError):
        from importlib.resources import files

        names = [p.name for p in files("matcalc.rules").iterdir()]
    return sorted(n for n in names if n.endswith(".rules"))


def page_folder() -> str:
    """The folder of the page's static files."""
    return _folder("matcalc.web", os.path.join("web", "page"))
