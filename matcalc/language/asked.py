r"""The derivative that a text asks for: `d/dx`, `\nabla_w`, `\frac{\partial}{\partial X}`, `D_x`, `gradient of … by x`.

It is blanked, so that places in the text stay what they are.
"""

from __future__ import annotations

import re

from ..terms.errors import ParseError
from ..terms.records import dataclass, field
from .remarks import Remark, Span
from .spelled import INNER, LETTER, NAME, SPACE, closing, plain_name
from .typing.declarations import Type
from .vocabulary import GREEK_NAMES, LOW, SUBSCRIPTS, normal_name

_VARIABLE = rf"(?:\(\s*)?(?P<x>{NAME}|\\?[{LETTER}]+[0-9₀-₉]*(?:_\w+)?)(?:\s*\))?"
_D = r"(?:\\mathrm\s*\{\s*d\s*\}|\\partial|\\delta|\{?\\rm\s+d\}?|d|∂|δ)"
_ORDER = r"(?:\s*\^\s*\{?\s*(?P<order>\d+)\s*\}?|(?P<small>[²³]))?"
_AGAIN = r"(?:\s*\^\s*\{?\s*\d+\s*\}?|[²³])?"
_SQUARE = r"\^\s*\{?\s*2\s*\}?|²"
_BY = rf"_\s*(?:\{{\s*(?P<x>{INNER})\}}|(?P<y>\\[A-Za-z]+|[{LETTER}]+[0-9]*))"
_BELOW_D = rf"\s*\{{\s*{_D}\s*(?P<x>{INNER})\}}"
_FRACTION = rf"\\[dt]?frac\s*\{{\s*{_D}\s*{_ORDER}\s*\}}{_BELOW_D}"
_SLASH = rf"{_D}{_ORDER}\s*/\s*{_D}\s*{_VARIABLE}{_AGAIN}"
_LOW = rf"(?P<low>[{LOW}]+)"
_NABLA = rf"(?:\\nabla|∇)(?:\s*(?P<square>{_SQUARE}))?(?:{_LOW}|\s*{_BY})?(?:\s*(?P<late>{_SQUARE}))?"
_BELOW = rf"(?:\\partial|∂|\\mathrm\s*\{{\s*D\s*\}}|D)\s*{_BY}(?=\W|\\)"
_AROUND = rf"\\[dt]?frac\s*\{{\s*{_D}(?![A-Za-z])\s*{_ORDER}\s*"
_EQUATED = (
    rf"(?:\\[dt]?frac\s*\{{\s*{_D}\s*(?P<value>{NAME})(?:\([^()]*\))?\s*\}}{_BELOW_D}"
    rf"|(?:d|∂|\\partial)\s*(?P<named>{NAME})(?:\([^()]*\))?\s*/\s*(?:d|∂|\\partial)\s*(?P<z>{NAME}))(?=\s*&?\s*:?=)"
)
_WORDS = (
    r"\s*(?:(?:find|compute|calculate|take|what is)\s+)?(?:the\s+)?"
    r"(?P<what>gradient|derivative|jacobian|hessian|differentiate)"
    r"\s+(?:of\s+)?(?:the\s+)?"
)
_WITH = (
    r"(?<!\s)\s*(?:,\s*)?\b(?:with respect to|w\.?\s?r\.?\s?t\.?|wrt|by)\s+"
    r"(?:the\s+(?:vector|matrix|scalar)\s+)?\$?\s*"
    rf"(?P<x>{NAME})\s*\$?\s*[.?]?\s*$"
)
_LATER = (
    r"(?<![A-Za-zͰ-Ͽ0-9_\\])(?:\\mathrm\s*\{\s*d\s*\}|d)\s*(?:\^\s*\d|[²³])?\s*/\s*d\s*\\?[A-Za-zͰ-Ͽ]"
    r"|\\[dt]?frac\s*\{\s*(?:d|\\mathrm\s*\{\s*d\s*\}|\\partial)\s*\}"
)
_QUOTIENT = (
    r"(?<![A-Za-zͰ-Ͽ0-9_\\])d\s?(?P<f>[A-Za-zͰ-Ͽ])\s*/\s*d\s?(?P<x>[A-Za-zͰ-Ͽ])(?![A-Za-zͰ-Ͽ0-9_])"
    rf"|\\[dt]?frac\s*\{{\s*(?:d|\\mathrm\s*\{{\s*d\s*\}})(?![A-Za-z]{{2}})\s*(?P<g>{NAME})\s*\}}"
    rf"\s*\{{\s*(?:d|\\mathrm\s*\{{\s*d\s*\}})\s*(?P<y>{NAME})\s*\}}"
)


@dataclass
class Asked:
    """The derivative that a text asks for: by which variable (as written, or "" for any), how often, and where."""

    variable: str
    order: int
    span: Span


@dataclass
class Surroundings:
    """A text with blanks for what surrounds its formula."""

    text: str
    asked: Asked | None = None
    value: str = ""  # what the value is called, as it is written
    name: str = ""  # the same as a name
    variables: tuple[str, ...] = ()  # what it is a function of, or is minimised over
    equated: bool = False  # whether a derivative is said to be equal to the formula
    types: dict[str, Type] = field(default_factory=dict)  # what is declared behind the formula
    remarks: list[Remark] = field(default_factory=list)


class Blanks:
    """A text, with the names that are declared, in which parts become blank."""

    def __init__(self, text: str, declared: frozenset[str]):
        self.shown, self.declared = text, declared
        self.found = Surroundings(text)
        self.text = text  # what is left of it

    def blank(self, start: int, end: int, remark: str = "") -> None:
        """Leave out a part."""
        self.text = self.found.text = self.text[:start] + " " * (end - start) + self.text[end:]
        if remark:
            self.found.remarks.append(Remark(remark, (start, end)))

    def error(self, message: str, start: int, end: int) -> ParseError:
        """An error that marks a part."""
        return ParseError(message, self.shown, (start, max(end, start + 1)))


class AskedReader(Blanks):
    """Reads the derivative that a text asks for."""

    def derivative(self, start: int) -> bool:
        """d/dx and its other spellings."""
        if self.text[start : start + 1] not in ("\\", "d", "∂", "∇", "D", "{"):
            return False
        for pattern in (_FRACTION, _SLASH, _NABLA, _BELOW):
            m = re.compile(pattern).match(self.text, start)
            if m is None or (pattern in (_SLASH, _BELOW) and self.is_product(m)) or self.declares_delta(m):
                continue
            groups, end = m.groupdict(), m.end()
            low = (groups.get("low") or "").translate(SUBSCRIPTS)
            variable = groups.get("x") or groups.get("y") or low
            if groups.get("y") and not self.is_name(variable):
                variable, end = variable[0], m.start("y") + 1
                groups["late"] = None
            if not self.text[end:].strip():
                raise self.error("an expression is missing after this", *m.span())
            square = groups.get("square") or groups.get("late")
            order = 2 if square or groups.get("small") == "²" else int(groups.get("order") or 1)
            if groups.get("small") == "³":
                order = 3
            self.ask(variable, order, (start, end))
            return True
        return False

    def is_name(self, word: str) -> bool:
        """Whether a word below ∇ without braces is one name: a command, a letter, a Greek letter, a declared name."""
        letters = word.rstrip("0123456789")
        return word[0] == "\\" or len(letters) == 1 or normal_name(letters) in GREEK_NAMES or word in self.declared

    def declares_delta(self, m: re.Match[str]) -> bool:
        """Whether a delta is a variable: declared, or used elsewhere."""
        if "delta" not in m[0] and "δ" not in m[0]:
            return False
        return "delta" in self.declared or re.search(r"\\delta(?![A-Za-z])|δ", self.text[m.end() :]) is not None

    def is_product(self, m: re.Match[str]) -> bool:
        """Whether d/dx is a quotient of names, or D_x a name."""
        if m[0][0] in "\\∂":
            return False
        if m[0][0] == "D":
            variable = (m["x"] or m["y"]).strip()
            if variable not in self.text[m.end() :]:
                return True
            name = normal_name(re.sub(r"[\\{}\s]", "", m[0]))
            return name in self.declared or "D" in self.declared or not self.text[m.end() :].strip()
        return "d" in self.declared

    def quotient(self, start: int) -> bool:
        r"""\frac{\partial ...}{\partial x} and d(...)/dx around the whole formula."""
        if self.text[start : start + 1] not in ("\\", "d", "∂"):
            return False
        m = re.compile(_AROUND).match(self.text, start)
        if m is not None:
            end = closing(self.text, self.text.find("{", start))
            below = re.compile(_BELOW_D).match(self.text, end)
            inside = self.text[m.end() : end - 1]
            if below is None or re.sub(SPACE, "", self.text[below.end() :]) or re.fullmatch(rf"\s*{NAME}\s*", inside):
                return False
            order = {"²": 2, "³": 3}.get(m["small"] or "", int(m["order"] or 1))
            self.ask(below["x"], order, (start, m.end()))
            self.blank(end - 1, below.end())
            return True
        m = re.compile(r"[d∂]\s*(?=\()").match(self.text, start)
        if m is None or "d" in self.declared:
            return False
        end = closing(self.text, m.end())
        after = re.compile(rf"\s*/\s*{_D}\s*{_VARIABLE}\s*$").match(self.text, end) if end else None
        if after is None:
            return False
        self.blank(end, after.end())
        self.ask(after["x"], 1, (start, m.end()))
        return True

    def equated(self, start: int) -> bool:
        r"""\frac{\partial J}{\partial w} before an equals sign: the J that stands below it is the value."""
        m = re.compile(_EQUATED).match(self.text, start) if "=" in self.text else None
        if m is None or (m["named"] and "d" in self.declared):
            return False
        value, at = (m["value"], m.span("value")) if m["value"] else (m["named"], m.span("named"))
        self.ask(m["x"] or m["z"], 1, m.span())
        self.text = self.found.text = self.text[: at[0]] + value + self.text[at[1] :]
        return True

    def in_words(self) -> None:
        """The gradient of ... with respect to x."""
        if " of " not in self.text and "ifferentiate" not in self.text:
            return
        m = re.compile(_WORDS, re.IGNORECASE).match(self.text)
        if m is None:
            return
        by = re.search(_WITH, self.text[m.end() :])
        if by is not None:
            self.blank(m.end() + by.start(), len(self.text))
        self.ask(by["x"] if by else "", 2 if m["what"].lower() == "hessian" else 1, m.span())

    def ask(self, variable: str, order: int, span: Span) -> None:
        """Keep what is asked for; an error where it is not clear."""
        variable = re.sub(r"\^\s*(?:\\top|T|\{\s*(?:\\top|T)\s*\}|\\mathsf\s*\{?T\}?)|'|ᵀ", "", variable)
        parts = re.split(r"\\partial|∂|(?<=\s)d(?=[A-Za-z\\])", variable)
        parts = [re.sub(r"\^\s*\{?\s*\d+\s*\}?|[²³]", "", p).strip() for p in parts]
        if len({plain_name(p) for p in parts}) > 1:
            raise self.error("a derivative by two variables is not asked for in the text: give an expression", *span)
        rest = self.text[span[1] :]
        opened = re.match(SPACE, rest)
        at = opened.end() if opened else 0
        if rest[at : at + 1] in ("(", "[", "{"):
            end = closing(rest, at)
            after = re.sub(SPACE, "", rest[end:]) if end else ""
            if after[:1] in ("+", "-"):
                raise self.error("is this the derivative of the bracket or of all that follows?", *span)
        asked = Asked(plain_name(parts[0]), order, span)
        before = self.found.asked
        if before is not None:
            if not self.found.equated or (before.variable, before.order) != (asked.variable, order):
                raise self.error("one derivative is asked for at a time", *span)
            self.found.equated = False  # dJ/dx = d/dx ...
        self.found.asked = asked
        self.blank(*span)

    def refuse_later(self) -> None:
        """Errors for derivatives inside of the formula, and for df/dx."""
        if "d" in self.declared or "d" not in self.text or not ("/" in self.text or "frac" in self.text):
            return
        later = re.search(_LATER, self.text)
        if later:
            message = "a derivative is asked for in front of the whole expression only"
            raise self.error(message, *later.span())
        inside = re.search(_QUOTIENT, self.text)
        if inside:
            f, x = inside["f"] or inside["g"], inside["x"] or inside["y"]
            if normal_name(f"d{f}") in self.declared:
                return
            message = f"d{f}/d{x} is the derivative of {f}, which is not given: write d/d{x} before what {f} is"
            raise self.error(message, *inside.span())
