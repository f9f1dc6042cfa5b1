"""The names of the package: those that are promised, each of them there, and nothing of its inside."""

from __future__ import annotations

import subprocess
import sys

import matcalc
from matcalc.front.formats import in_format
from matcalc.front.notations import Notations


def test_dir_shows_what_is_promised_and_nothing_else() -> None:
    shown = {name for name in dir(matcalc) if not name.startswith("__")}
    assert shown == {name for name in matcalc.__all__ if not name.startswith("__")}
    assert not shown & {"Any", "annotations", "TYPE_CHECKING"}


def test_every_promised_name_is_there() -> None:
    for name in matcalc.__all__:
        assert getattr(matcalc, name) is not None


def test_every_notation_writes_an_expression_and_a_derivative() -> None:
    d = matcalc.diff("||Xw - y||^2", "w")
    for name in Notations():
        assert in_format(d.source, name), name
        assert in_format(d, name), name


def test_a_notation_is_one_file_and_loads_alone() -> None:
    code = (
        "import matcalc, sys; print(matcalc.diff('x^2', 'x').latex()); from matcalc.front.notations import write; "
        "write(matcalc.parse('x'), 'latex'); print([m for m in ('mathml', 'typst', 'python') "
        "if f'matcalc.printing.{m}' in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.splitlines() == ["2 x", "[]"]
