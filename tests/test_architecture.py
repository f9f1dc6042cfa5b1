"""The floors of the house: every import of every file goes down, and no files import each other in a circle."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.imports import FLOOR, Arrow, arrows, circles, drawing, files, graph_of, later, room

# Arrows that are still to go. A line that is no longer needed makes the test fail: then delete it.

TO_GO = set[str]()  # these go up, or close a circle: none is left

INSIDE = set[str]()  # these stand in a function; only front/ may load a module late: none is left

TWICE = set[str]()  # these stand in a function although the same file has them at its top: none is left

# Files that import by a name and not by a statement: the doors of the package, libraries that may be missing, the
# data files, the scanners of the notations (their table counts as arrows), and the one place of the house that looks
# up, the methods of expressions.
BY_NAME = {
    *("__init__", "front.notations", "front.programs", "language.grammar", "numbers.elementwise"),
    *("terms.data_files", "terms.methods"),
}


@pytest.fixture(scope="module")
def found() -> list[Arrow]:
    return arrows()


def up(a: Arrow) -> bool:
    return FLOOR[room(a.target)] > FLOOR[room(a.source)]


def test_every_file_stands_in_a_room() -> None:
    beside = {name for name in files() if name.partition(".")[0] not in FLOOR}
    assert beside == {"__init__", "__main__"}


def test_imports_go_down(found: list[Arrow]) -> None:
    assert sorted({a.name for a in found if up(a)} - TO_GO) == []


def test_no_circle_between_files(found: list[Arrow]) -> None:
    assert circles(graph_of(a for a in found if a.name not in TO_GO)) == []


def test_the_arrows_that_are_to_go_are_there(found: list[Arrow]) -> None:
    round_trips = [set(c) for c in circles(graph_of(found))]
    wrong = {a.name for a in found if up(a) or any({a.source, a.target} <= c for c in round_trips)}
    assert sorted(TO_GO - wrong) == [], "these lines are no longer needed"


def test_only_the_front_imports_inside_functions(found: list[Arrow]) -> None:
    late = {a.name for a in found if a.inside and room(a.source) != "front"}
    assert sorted(late - INSIDE) == []
    assert sorted(INSIDE - late) == [], "these lines are no longer needed"


def test_nothing_is_imported_twice(found: list[Arrow]) -> None:
    top = {a.name for a in found if not a.inside}
    twice = {a.name for a in found if a.inside and a.name in top}
    assert sorted(twice - TWICE) == []
    assert sorted(TWICE - twice) == [], "these lines are no longer needed"


def test_modules_are_imported_by_name_in_few_places() -> None:
    """An import by a text could go up unseen: only calls with the name of another library are free."""
    places = set()
    for name, path in files().items():
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(("import_module", "__import__")):
                fixed = isinstance(call.args[0], ast.Constant) and not str(call.args[0].value).startswith((".", "matc"))
                if not fixed:
                    places.add(name)
    assert places == BY_NAME


def test_files_that_are_loaded_later_are_arrows(found: list[Arrow]) -> None:
    """A table of files that are loaded later stands where they are loaded by name, and names files that there are."""
    tables = {name: later(ast.parse(path.read_text(encoding="utf-8"))) for name, path in files().items()}
    assert {name for name, table in tables.items() if table} == {"language.grammar"}
    for name, table in tables.items():
        assert {place for place, _ in table} <= {a.target for a in found if a.source == name} & files().keys()


def test_the_drawing_names_every_room() -> None:
    text = drawing()
    assert [line.split()[1] for line in text.splitlines() if line[:2].strip()][:-1] == [*reversed(FLOOR)]


HEAVY = ("numpy", "sympy", "lark")
UNNEEDED = ("argparse", "dataclasses", "difflib", "html", "inspect", "json", "shutil")


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import matcalc", (*HEAVY, *UNNEEDED)),
        ("import matcalc; matcalc.diff('||Xw - y||^2', 'w')", (*HEAVY, *UNNEEDED)),
        ("from matcalc.front.cli import main; main(['diff', '||Xw - y||^2', 'w'])", (*HEAVY, *UNNEEDED)),
    ],
)
def test_a_start_is_light(code: str, heavy: tuple[str, ...]) -> None:
    """With the tables in the cache, a question loads what it needs and nothing else."""
    code = f"import sys; b = {{*sys.modules}}\n{code}\nprint([m for m in {heavy} if m in {{*sys.modules}} - b])"
    for _ in range(2):  # the first fills the cache
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.splitlines()[-1] == "[]"
