"""The names of the package: those that are promised, each of them there, and nothing of its inside."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from typing import get_args

import pytest

import matcalc
from matcalc.codegen.registry import TARGETS, Target
from matcalc.front.derivatives import Derivatives
from matcalc.front.formats import in_format
from matcalc.front.notations import Notations
from matcalc.front.programs import targets


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


OPERATORS = ("__add__", "__radd__", "__mul__", "__matmul__", "__truediv__", "__pow__", "__getitem__", "__getattr__")


def signatures() -> Iterator[tuple[str, inspect.Signature]]:
    """The functions and the methods that are promised; what `compile` gives belongs to another library."""
    for name in matcalc.__all__:
        what = getattr(matcalc, name)
        if inspect.isclass(what) and not issubclass(what, Exception):
            for member in dir(what):
                found = getattr(what, member)
                found = found.fget if isinstance(found, property) else found
                if inspect.isfunction(found) and (not member.startswith("_") or member in OPERATORS):
                    yield f"{name}.{member}", inspect.signature(found)
        elif inspect.isfunction(what):
            yield name, inspect.signature(what)


SIGNATURES = {name: s for name, s in signatures() if not name.endswith(".compile")}


@pytest.mark.parametrize("name", SIGNATURES)
def test_no_signature_says_any(name: str) -> None:
    assert "Any" not in str(SIGNATURES[name]).replace("dict[str, Any]", "")
    assert "->" in str(SIGNATURES[name])


def test_the_targets_for_type_checkers_are_those_that_exist() -> None:
    assert set(get_args(Target)) == set(targets()) == set(TARGETS)


D = matcalc.diff("||Xw - y||^2", "w")


@pytest.mark.parametrize(
    "shown",
    [
        D, D.expr, D.check(), D.modes(), D.cases(), D.graph(), D.steps(), D.trace(), D.form(), D.index(), D.certificate,
        D.book, D.types["w"], matcalc.reading("log|S|"), matcalc.review("x'*x", "x", "2*x"), matcalc.Limits(),
        matcalc.grad("||Xw - y||^2", ["w", "y"]), matcalc.diff("x^2", "x").limit_table(1.0),
    ],
    ids=lambda x: type(x).__name__,
)  # fmt: skip
def test_what_an_object_shows_in_a_session(shown: object) -> None:
    text = repr(shown)
    assert text and " object at 0x" not in text and "frozenset(" not in text and "Trial(" not in text


def test_a_derivative_shows_its_types_and_remarks() -> None:
    text = repr(matcalc.grad("log|S|", "S"))
    assert "S: matrix(n, n)" in text and "note: |S| is the determinant of S" in text
    assert "Hessian by x" in repr(matcalc.hessian("x'*A*x", "x"))
    assert repr(matcalc.reading("log|S|")) == "<log(det(S)); S: matrix(n, n); note: |S| is the determinant of S>"
    assert isinstance(matcalc.grad("x'*y", ["x", "y"]), Derivatives)
