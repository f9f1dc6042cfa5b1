"""Records behave as the classes of the standard library that type checkers take them for."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
import typing
from typing import Any

import pytest

from matcalc.terms import records

STANDARD = {"dataclass": dataclasses.dataclass, "field": dataclasses.field, "NamedTuple": typing.NamedTuple}
OURS = {name: getattr(records, name) for name in STANDARD}

FROZEN = '''
@dataclass(frozen=True)
class C:
    """A record."""
    a: int
    b: str = "b"
    c: list[int] = field(default_factory=list, compare=False)
    d: int = field(default=4, repr=False)

    @property
    def twice(self): return 2*self.a
'''
CHANGING = '''
@dataclass
class C:
    """A record."""
    a: int
    b: str = "b"

    def __post_init__(self): self.e = self.a + 1
'''
IDENTICAL = "@dataclass(frozen=True, eq=False)\nclass C:\n    'A record.'\n    a: int\n    b: str = 'b'"
TOLD = '''
@dataclass(frozen=True, repr=False)
class C:
    """A record."""
    a: int
    b: str = 'b'

    def __repr__(self): return "told"

    def __eq__(self, other): return True
'''
BASED = "@dataclass\nclass B:\n    a: int\n    b: str = 'b'\n\n@dataclass\nclass C(B):\n    'A record.'\n    c: int = 3"
TUPLE = """
class C(NamedTuple):
    '''A pair.'''
    a: int
    b: str = "b"

    def sides(self): return (self.b, self.a)

    @property
    def twice(self): return 2*self.a
"""
QUESTIONS = (
    "C(1)", "C(1, 'x')", "C(b='y', a=2)", "C()", "C(1, 2, 3, 4, 5)", "C(1, f=2)", "C(1) == C(1)", "C(1) == C(2)",
    "C(1) != C(1, 'c')", "C(1) == (1, 'b')", "len({C(1), C(1)})", "setattr(C(1), 'a', 2)", "delattr(C(1), 'a')",
    "C(1).twice", "C(1).e", "C(1).sides()", "C(1)._asdict()", "C(1)._replace(a=3)", "C._field_defaults", "tuple(C(1))",
    "C(1).c", "C.c", "C.b", "C(1).c is C(1).c", "C.__match_args__", "list(signature(C).parameters)", "C.__doc__",
    "get_type_hints(C)", "C.__module__, C.__qualname__", "C.__init__.__qualname__",
    "[(f.name, f.compare, f.repr, f.default) for f in fields(C) if f.name != 'c']", "is_dataclass(C(1))",
    "replace(C(1), a=5)", "asdict(C(1))",
)  # fmt: skip


def answer(names: dict[str, Any], text: str, question: str) -> str:
    space: dict[str, Any] = {
        **names, "__name__": __name__, "signature": inspect.signature, "fields": dataclasses.fields,
        "replace": dataclasses.replace, "asdict": dataclasses.asdict, "is_dataclass": dataclasses.is_dataclass,
        "get_type_hints": typing.get_type_hints,
    }  # fmt: skip
    exec(compile(text, "there", "exec", dont_inherit=True, flags=FUTURE), space)
    try:
        return repr(eval(question, space))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


FUTURE = __import__("__future__").annotations.compiler_flag


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("text", [FROZEN, CHANGING, IDENTICAL, TOLD, BASED, TUPLE])
def test_records_are_those_of_the_standard_library(text: str, question: str) -> None:
    assert answer(OURS, text, question) == answer(STANDARD, text, question)


def test_replace() -> None:
    space: dict[str, Any] = {**OURS, "__name__": __name__}
    exec(compile(FROZEN, "there", "exec", dont_inherit=True, flags=FUTURE), space)
    assert repr(records.replace(space["C"](1, "x"), b="y")) == "C(a=1, b='y', c=[])"


def test_a_constructor_is_made_when_it_is_needed() -> None:
    space: dict[str, Any] = {**OURS, "__name__": __name__}
    exec(compile(FROZEN, "there", "exec", dont_inherit=True, flags=FUTURE), space)
    made = space["C"]
    assert not inspect.isfunction(vars(made)["__init__"])
    made(1)
    assert inspect.isfunction(vars(made)["__init__"])


def test_records_are_pickled() -> None:
    from matcalc.language.remarks import Remark
    from matcalc.terms.payloads import Variable

    for value in (Remark("a choice", (0, 1)), Variable("x", "vector")):
        again = pickle.loads(pickle.dumps(value))
        assert again == value and type(again) is type(value)
