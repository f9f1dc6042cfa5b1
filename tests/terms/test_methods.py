"""The methods of expressions: the ground floor loads alone, and the door is opened when a method is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from matcalc.front import operators
from matcalc.terms import methods
from tests.imports import files, room

ALONE = """
import importlib, pickle, sys
for name in {names!r}:
    importlib.import_module("matcalc." + name)
from matcalc.terms.expression import as_shape, mm, t, var
x = var("x", as_shape("n"))
e = mm(t(x), x)
assert pickle.loads(pickle.dumps(e)) is e and hash(e) and e == e and e.is_scalar and e.free == {{"x"}}
print(sorted({{m.split(".")[1] for m in sys.modules if m.startswith("matcalc.")}}))
{use}
print("matcalc.front.operators" in sys.modules)
"""


@pytest.mark.parametrize(
    ("use", "said"),
    [
        ("", ["['terms']", "False"]),
        ("print(e)", ["['terms']", "x'*x", "True"]),
        ("print([e])", ["['terms']", "[x'*x]", "True"]),
        ("print(2*e + 1)", ["['terms']", "2*x'*x + 1", "True"]),
        ("print(e.diff('x'))", ["['terms']", "2*x'", "True"]),
        ("print(x.exp().latex())", ["['terms']", r"\exp\left(\mathbf{x}\right)", "True"]),
        ("print(e.evaluate({'x': [1, 2]}))", ["['terms']", "5.0", "True"]),
        ("import numpy; print(numpy.exp(x))", ["['terms']", "exp(x)", "True"]),
        ("try: mm(x, x)\nexcept Exception as error: print(error)",
         ["['terms']", "a product needs equal inner sizes: x is (n) times x is (n)", "True"]),
    ],
)  # fmt: skip
def test_the_ground_floor_loads_alone(use: str, said: list[str]) -> None:
    names = [name for name in files() if room(name) == "terms"]
    code = ALONE.format(names=names, use=use)
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = out.stdout.splitlines()
    assert [lines[0], *lines[1:]] == said


def test_the_front_has_all_that_methods_ask_for() -> None:
    asked = [name for name in vars(methods.Door) if not name.startswith("_")]
    assert methods.door() is operators
    assert [name for name in asked if not callable(getattr(operators, name, None))] == []
