"""The floors of the house: a module imports, when it is loaded, only from its own floor or from those below."""

from __future__ import annotations

import ast
from pathlib import Path

import matcalc

ROOT = Path(matcalc.__file__).parent

FLOORS = [
    {"terms"},
    {"language"},
    {"rulebook"},
    {"simplification"},
    {"calculus"},
    {"numbers"},
    {"printing"},
    {"derivation"},
    {"front"},
    {"__main__", "__init__"},
]
FLOOR = {name: n for n, names in enumerate(FLOORS) for name in names}


def loaded_with(path: Path) -> set[str]:
    """The modules of matcalc that a file imports at its top level, by their first name."""
    package = path.relative_to(ROOT).parts[:-1]
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            names = [node.module] if node.module else [a.name for a in node.names]
            found |= {(*base, *str(n).split("."))[0] for n in names}
    return found - {"__version__"}


def test_every_module_has_a_floor() -> None:
    names = {p.relative_to(ROOT).parts[0].removesuffix(".py") for p in ROOT.rglob("*.py")}
    assert names - {"grammar", "rules"} <= set(FLOOR), sorted(names - set(FLOOR))


def test_imports_go_down() -> None:
    for path in ROOT.rglob("*.py"):
        name = path.relative_to(ROOT).parts[0].removesuffix(".py")
        if name in ("grammar", "rules"):
            continue
        for other in loaded_with(path):
            assert FLOOR[other] <= FLOOR[name], f"{path.relative_to(ROOT)} imports {other} from a floor above"


def test_importing_matcalc_is_light() -> None:
    import subprocess
    import sys

    code = "import matcalc, sys; print([m for m in ('numpy', 'sympy', 'lark') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
