"""What other programs call things: the table `grammar/spellings.table`, read when a text has a call that needs it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ..terms.data_files import grammar_text
from ..terms.errors import RuleError
from ..terms.records import NamedTuple, dataclass, field
from ..terms.regex import regex
from ..terms.rule_lines import shape_of, statements
from ..terms.shapes import Shape

_SECTION = regex(r"\[(\w+)(?: < (\w+))?\]\s*(.*)")
_MEANING = regex(r"([\w-]+)\((.*)\)(\[1\])? -> (.+)")
_SAME = regex(r"(\w+) = (\w+)")
_REFUSED = regex(r"(\w+): (.+)")
_PARAMETER = regex(r"(?:(\w+)=)?(\w+)(?:\[([^\]]*)\]|(\?))?")
_LITERAL = regex(r"(?:(\w+)=)?('\w+'|inf|True|False|None|-?[0-9]+)")


class Parameter(NamedTuple):
    """What a call takes at one place: an array of a shape, of any shape if that is None, or the number that is said."""

    name: str
    shape: Shape | None = None
    number: int | None = None
    compared: bool = False  # whether it has to be a comparison


class Meaning(NamedTuple):
    """One line of the table: what a call takes, and what it is in the language."""

    shown: str
    parameters: tuple[Parameter, ...]
    text: str


@dataclass
class Section:
    """The calls of one program."""

    inherits: str = ""
    meanings: dict[str, list[Meaning]] = field(default_factory=dict)  # by the form of the call
    same: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)  # the forms of each name


@dataclass(frozen=True)
class Table:
    """The table: its sections, and the section of each prefix of a call."""

    sections: Mapping[str, Section]
    prefixes: Mapping[str, str]

    def chain(self, section: str) -> list[tuple[str, Section]]:
        """A section and those that it looks in."""
        found = []
        while section:
            found.append((section, self.sections[section]))
            section = self.sections[section].inherits
        return found

    def meanings(self, key: str) -> list[Meaning]:
        """The lines of a call by its section and form, "numpy.inner(_,_)"."""
        section, _, form = key.partition(".")
        return self.sections[section].meanings[form]


@lru_cache(maxsize=1)
def table() -> Table:
    """The table of spellings.

    >>> [m.text for m in table().meanings("numpy.inner(_,_)")][:2]
    ["x'*y", "A*B'"]
    >>> table().sections["mathematica"].same["Tr"], table().prefixes["jnp"]
    ('tr', 'numpy')
    """
    return read(grammar_text("spellings.table"))


def read(text: str) -> Table:
    """The table that a text holds; RuleError for a line that is none of the kinds."""
    sections: dict[str, Section] = {}
    prefixes: dict[str, str] = {}
    section = Section()
    for number, line in statements(text):
        if head := _SECTION.fullmatch(line):
            section = sections[head[1]] = Section(head[2] or "")
            prefixes.update(dict.fromkeys(head[3].split(), head[1]))
        elif (m := _MEANING.fullmatch(line)) is not None:
            form, parameters = _form(m[1], _split(m[2]), number)
            shown = line.partition(" -> ")[0]
            section.meanings.setdefault(form + (m[3] or ""), []).append(Meaning(shown, parameters, m[4]))
            section.names.setdefault(m[1], []).append(form + (m[3] or ""))
        elif (m := _SAME.fullmatch(line)) is not None:
            section.same[m[1]] = m[2]
        elif (m := _REFUSED.fullmatch(line)) is not None:
            section.refused[m[1]] = m[2]
        else:
            raise RuleError(f"line {number} of the spellings is no line of the table: {line}")
    return Table(sections, prefixes)


def _split(text: str) -> list[str]:
    """Arguments, split at commas outside brackets."""
    parts, depth = [""], 0
    for c in text:
        depth += (c in "([") - (c in ")]")
        if c == "," and not depth:
            parts.append("")
        else:
            parts[-1] += c
    return [p.strip() for p in parts if p.strip()]


def _form(name: str, arguments: list[str], number: int) -> tuple[str, tuple[Parameter, ...]]:
    """The form of a call, as it is looked up, and its parameters."""
    brackets = len(arguments) == 1 and arguments[0][:1] == "["
    if brackets:
        arguments = _split(arguments[0][1:-1])
    pieces, parameters = [], []
    for argument in arguments:
        if (m := _LITERAL.fullmatch(argument)) is not None:
            value = m[2].strip("'")
            word = value.lstrip("-").isdigit()
            if word:
                parameters.append(Parameter("", None, int(value)))
            pieces.append((m[1] + "=" if m[1] else "") + ("_" if word else value))
        elif (m := _PARAMETER.fullmatch(argument)) is not None:
            shape = None if m[3] is None else shape_of(m[3])
            parameters.append(Parameter(m[2], shape, compared=bool(m[4])))
            pieces.append((m[1] + "=" if m[1] else "") + "_")
        else:
            raise RuleError(f"line {number} of the spellings: {argument!r} is no argument")
    listed = ",".join(pieces)
    return f"{name}([{listed}])" if brackets else f"{name}({listed})", tuple(parameters)
