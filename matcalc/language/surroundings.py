r"""What stands around a formula: environments, full stops and numbers, `J(w) =`, `\min_w`, and `d/dx` in front.

All of it is blanked, so that places in the text stay what they are. A derivative that the text asks for is returned:
it has to agree with the variable of differentiation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..terms.errors import ParseError
from .remarks import Remark, Span
from .vocabulary import normal_name

# the patterns are compiled by `re` when they are used: most texts need none of them
_LETTER = r"A-Za-zͰ-Ͽℓµ𝐀-𝟋"
_INNER = r"[^{}]*(?:\{[^{}]*\}[^{}]*)*"  # what stands in braces
_FONT = (
    r"\\(?:mathbf|boldsymbol|bm|mathcal|mathrm|mathit|mathsf|mathscr|mathfrak|mathbb|operatorname\*?|text|hat|bar"
    r"|tilde|vec|dot|widehat|widetilde|overline|bf|rm)"
)
_WORD = rf"(?:{_FONT}\s*(?:\{{\s*)?)*\\?[{_LETTER}]+[0-9]*\s*\}}*"
_LABELLED = r"\s*\^\s*(?:\{\s*(?:[(\[][^{}]*[)\]]|\*|\\star|\\ast|[a-z]{2,})\s*\}|\*|\\star|\\ast)"
_NAME = rf"{_WORD}(?:\s*_\s*(?:\{{{_INNER}\}}|\\?[A-Za-z]+|[0-9*])|{_LABELLED})*'*"
_SIDE = rf"\s*{_NAME}\s*(?:(?:\\left|\\[bB]ig[gl]?l?)?\s*(?=[(\[]))?"
_EQUALS = (
    r"(?:\s|&|\\[,;:! ]|\^\{?\*\}?)*"
    r"(?::?=(?!=)|≔|\\(?:coloneqq|triangleq|equiv|doteq|defeq)(?![A-Za-z])|:\s*&?\s*=)(?:\s|&)*"
)
_ENVIRONMENT = (
    r"\\(?:begin|end)\s*\{(?:equation|align|aligned|alignat|gather|gathered|split|eqnarray|multline|displaymath"
    r"|math)\*?\}"
)
_LABEL = r"\\(?:label|tag\*?|eqref|ref)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])"
_NUMBER = r"\(\s*\d+(?:\.\d+)*[a-z]?\s*\)"
_GAPS = ("\\;", "\\:", "\\!", "\\,", "\\quad", "\\qquad", "\\]", "\\)", "\\\\", "\\")
_REST = (
    r"(?:[,;.]|\\q?quad|\\[,;: ])(?:\s|[,;.]|\\q?quad|\\[,;: ]){0,9}\\(?:text|mbox|textrm|mathrm)\s*\{\s*"
    r"(?:where|with|for|if|when|s\.?\s?t\.?|subject to|and|such that|given)\b.*$"
)
_SPACE = r"(?:\s|\\[,;:! ]|\\q?quad(?![A-Za-z])|~|\$|\\[\[\]()]|\\(?:displaystyle|textstyle)(?![A-Za-z])|&)+"
_GOAL = (
    r"(?:\\(?:min|max|inf|sup|argmin|argmax|minimize|maximize)(?![A-Za-z])"
    r"|\\(?:operatorname\*?|mathop|mathrm|text|textrm)\s*\{+\s*(?:\\mathrm\s*\{\s*)?(?:arg\s*(?:\\[,;:! ]|~)?\s*)?"
    r"(?:min|max|minimize|maximize|minimise|maximise)\s*\}+)"
)
_ARG = r"(?:(?:\\arg|\\operatorname\*?\s*\{arg\})\s*(?:\\[,;:! ]|\s)*)?"
_UNDER = rf"(?:\\limits)?\s*_\s*(?:\{{(?:[^{{}}]|\{{{_INNER}\}})*\}}|\\?[A-Za-z]+)"
_OPTIMUM = (
    rf"(?:{_ARG}{_GOAL}(?P<under>{_UNDER})?|\\underset\s*\{{(?P<set>{_INNER})\}}\s*\{{?\s*{_ARG}{_GOAL}\s*\}}?"
    r"|(?:arg\s?min|arg\s?max|minimi[sz]e|maximi[sz]e|min|max)(?P<low>_\{[^{}]*\}|_[A-Za-zͰ-Ͽ]+)?(?=[\s(|‖\[])"
    r"\s*(?:over\s+\w+\s*(?:of|:)?)?)"
)
_VARIABLE = rf"(?:\(\s*)?(?P<x>{_NAME}|\\?[{_LETTER}]+[0-9₀-₉]*(?:_\w+)?)(?:\s*\))?"
_D = r"(?:\\mathrm\s*\{\s*d\s*\}|\\partial|\{?\\rm\s+d\}?|d|∂)"
_ORDER = r"(?:\s*\^\s*\{?\s*(?P<order>\d+)\s*\}?|(?P<small>[²³]))?"
_AGAIN = r"(?:\s*\^\s*\{?\s*\d+\s*\}?|[²³])?"
_SQUARE = r"\^\s*\{?\s*2\s*\}?|²"
_BY = rf"_\s*(?:\{{\s*(?P<x>{_INNER})\}}|(?P<y>\\[A-Za-z]+|[{_LETTER}]))"
_BELOW_D = rf"\s*\{{\s*{_D}\s*(?P<x>{_INNER})\}}"
_FRACTION = rf"\\[dt]?frac\s*\{{\s*{_D}\s*{_ORDER}\s*\}}{_BELOW_D}"
_SLASH = rf"{_D}{_ORDER}\s*/\s*{_D}\s*{_VARIABLE}{_AGAIN}"
_NABLA = rf"(?:\\nabla|∇)(?:\s*(?P<square>{_SQUARE}))?(?:\s*{_BY})?(?:\s*(?P<late>{_SQUARE}))?"
_BELOW = rf"(?:\\partial|∂|\\mathrm\s*\{{\s*D\s*\}}|D)\s*{_BY}(?=\W|\\)"
_LATER = (
    r"(?<![A-Za-zͰ-Ͽ0-9_\\])(?:\\mathrm\s*\{\s*d\s*\}|d)\s*(?:\^\s*\d|[²³])?\s*/\s*d\s*\\?[A-Za-zͰ-Ͽ]"
    r"|\\[dt]?frac\s*\{\s*(?:d|\\mathrm\s*\{\s*d\s*\}|\\partial)\s*\}"
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
    value: str = ""  # what the value is called
    remarks: list[Remark] = field(default_factory=list)


def surroundings(text: str, declared: frozenset[str] = frozenset()) -> Surroundings:
    r"""The formula in a text, and what the text asks of it.

    >>> found = surroundings(r"J(w) = \|Xw - y\|^2.")
    >>> found.text.strip(), found.value, str(found.remarks[0])
    ('\\|Xw - y\\|^2', 'J(w)', 'J(w) = is left out')
    >>> surroundings("d/dx x^2").asked
    Asked(variable='x', order=1, span=(0, 5))
    """
    reader = _Reader(text, declared)
    reader.environments()
    reader.ends()
    reader.fronts()
    return reader.found


class _Reader:
    def __init__(self, text: str, declared: frozenset[str]):
        self.shown, self.declared = text, declared
        self.found = Surroundings(text)

    @property
    def text(self) -> str:
        return self.found.text

    def blank(self, start: int, end: int, remark: str = "") -> None:
        self.found.text = self.text[:start] + " " * (end - start) + self.text[end:]
        if remark:
            self.found.remarks.append(Remark(remark, (start, end)))

    def error(self, message: str, start: int, end: int) -> ParseError:
        return ParseError(message, self.shown, (start, max(end, start + 1)))

    # --- environments and ends

    def environments(self) -> None:
        """Blank what numbers, aligns and labels."""
        if "\\" not in self.text:
            return
        edges = "\\begin" in self.text or "\\end" in self.text
        found = [m.span() for m in re.finditer(_ENVIRONMENT, self.text)] if edges else []
        for start, end in [*found, *(m.span() for m in re.finditer(_LABEL, self.text))]:
            self.blank(start, end)
        if found:
            self.aligned()

    def aligned(self) -> None:
        """Blank the signs of an alignment, outside of arrays."""
        depth = 0
        for m in list(re.finditer(r"\\begin|\\end|\\\\(?:\[[^\]]*\])?|\\.|&", self.text)):
            depth += (m[0] == "\\begin") - (m[0] == "\\end")
            if depth or not (m[0] == "&" or m[0].startswith("\\\\")):
                continue
            if m[0] != "&":
                rest = re.sub(_SPACE, "", self.text[m.end() :])
                if rest and rest[0] not in "+-=*)]}" and not rest.startswith(("\\cdot", "\\times", "\\right")):
                    raise self.error("these lines are several formulas: give one of them", *m.span())
            self.blank(*m.span())

    def ends(self) -> None:
        """Blank what stands behind the formula."""
        m = re.search(_REST, self.text, re.DOTALL) if "\\" in self.text else None
        if m:
            self.blank(m.start(), m.end(), f"{self.shown[m.start() : m.end()].strip()} is left out")
        for _ in range(4):
            end = self.end(len(self.text))
            opened = self.text.rfind("(", 0, end)
            number = re.compile(_NUMBER).fullmatch(self.text, opened, end) if opened > 0 else None
            far = self.text[opened - 2 : opened].isspace() or self.end(opened) < len(self.text[:opened].rstrip())
            if number and far:
                self.blank(opened, end)
            elif end and self.text[end - 1] in ".,;" and self.text[end - 2 : end - 1] != ".":
                self.blank(end - 1, end)
            else:
                self.blank(end, len(self.text))
                return

    def end(self, at: int) -> int:
        """Where the text before a place ends, without the space behind it."""
        text = self.text[:at]
        while True:
            text = text.rstrip(" \t\r\n~$&")
            gap = next((g for g in _GAPS if text.endswith(g)), "")
            if not gap:
                return len(text)
            text = text[: -len(gap)]

    # --- what stands in front

    def fronts(self) -> None:
        """Blank what stands before the formula."""
        at = -1
        for _ in range(9):
            m = re.match(_SPACE, self.text)
            start = m.end() if m else 0
            if start == at:
                break
            at = start
            for step in (self.derivative, self.quotient, self.side, self.optimum):
                if step(start):
                    at = -1
                    break
        later = re.search(_LATER, self.text) if "d" in self.text and ("/" in self.text or "frac" in self.text) else None
        if later and "d" not in self.declared:
            message = "a derivative is asked for in front of the whole expression only"
            raise self.error(message, *later.span())

    def side(self, start: int) -> bool:
        """A left-hand side, J(w) =."""
        m = re.compile(_SIDE).match(self.text, start) if re.search("=|≔|eq", self.text) else None
        if m is None:
            return False
        end = m.end()
        if self.text[end : end + 1] in ("(", "["):
            end = closing(self.text, end)
            inside = self.text[m.end() : end]
            if not end or re.search(r"[+*/]|\\frac|\\\|", re.sub(r"[_^]\{[^{}]*\}", "", inside)):
                return False
        s = re.compile(_EQUALS).match(self.text, end)
        if s is None or not self.text[s.end() :].strip():
            return False
        if end == m.end():
            self.equation(start, end, s.end())
        self.found.value = self.shown[start:end].strip()
        self.blank(start, s.end(), f"{self.shown[start : s.end()].strip().replace('&', '')} is left out")
        return True

    def equation(self, start: int, end: int, after: int) -> None:
        """Refuse Ax = b: what stands on its left is no name, if the variable is in it or the right side is a name."""
        left, right = self.text[start:end].strip(), self.text[after:].strip()
        letters = frozenset(left)
        if re.fullmatch(r"[A-Za-z]{2}|[A-Z]{2}[A-Za-z]", left) is None or left in self.declared:
            return
        if letters & self.declared or re.fullmatch(r"(?:\\[A-Za-z]+|[A-Za-z]{1,2})(?:_\w)?|0", right):
            right = f"({right})" if re.search("[+-]", right) else right
            residual = left if right == "0" else f"{left} - {right}"
            bars = r"\|" if "\\" in self.text else "||"
            said = f"this is an equation: for what it leaves write {residual}, or {bars}{residual}{bars}^2"
            raise self.error(said, start, len(self.text.rstrip()))

    def optimum(self, start: int) -> bool:
        r"""\min_w and the like."""
        m = re.compile(_OPTIMUM).match(self.text, start) if re.search("m[ai][xn]|imi[sz]e|inf|sup", self.text) else None
        if m is None:
            return False
        under = m["under"] or m["set"] or m["low"] or ""
        letters = re.findall(r"[A-Za-z]+", under)
        rest = self.text[m.end() :]
        goal = m[0]
        arg = "arg" in goal or "imi" in goal
        if not under and not arg:
            return False  # the largest of what follows
        if not arg and letters and re.search(rf"_\{{?[a-z,]*{re.escape(letters[0])}", rest):
            return False  # an index
        self.blank(m.start(), m.end(), f"{self.shown[m.start() : m.end()].strip()} is left out")
        return True

    def derivative(self, start: int) -> bool:
        """d/dx and its other spellings."""
        if self.text[start : start + 1] not in ("\\", "d", "∂", "∇", "D", "{"):
            return False
        for pattern in (_FRACTION, _SLASH, _NABLA, _BELOW):
            m = re.compile(pattern).match(self.text, start)
            if m is None or (pattern in (_SLASH, _BELOW) and self.is_product(m)):
                continue
            if not self.text[m.end() :].strip():
                raise self.error("an expression is missing after this", *m.span())
            groups = m.groupdict()
            variable = groups.get("x") or groups.get("y") or ""
            square = groups.get("square") or groups.get("late")
            order = 2 if square or groups.get("small") == "²" else int(groups.get("order") or 1)
            if groups.get("small") == "³":
                order = 3
            self.ask(variable, order, m.span())
            return True
        return False

    def is_product(self, m: re.Match[str]) -> bool:
        """Whether d/dx is a quotient of names, or D_x a name."""
        if m[0][0] in "\\∂":
            return m[0][0] == "∂" and "/" in m[0] and self.text[m.end() : m.end() + 1] == "("
        if m[0][0] == "D":
            name = normal_name(re.sub(r"[\\{}\s]", "", m[0]))
            return name in self.declared or "D" in self.declared or not self.text[m.end() :].strip()
        return "d" in self.declared

    def quotient(self, start: int) -> bool:
        r"""\frac{\partial ...}{\partial x} and d(...)/dx around the whole formula."""
        m = re.compile(rf"\\[dt]?frac\s*\{{\s*{_D}(?![A-Za-z])\s*").match(self.text, start)
        if m is not None:
            top = self.text.find("{", start)
            end = closing(self.text, top)
            below = re.compile(_BELOW_D).match(self.text, end)
            inside = self.text[m.end() : end - 1]
            if below is None or re.sub(_SPACE, "", self.text[below.end() :]) or re.fullmatch(rf"\s*{_NAME}\s*", inside):
                return False
            self.ask(below["x"], 1, (start, m.end()))
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

    def ask(self, variable: str, order: int, span: Span) -> None:
        if self.found.asked is not None:
            raise self.error("one derivative is asked for at a time", *span)
        variable = re.sub(r"\^\s*(?:\\top|T|\{\s*(?:\\top|T)\s*\}|\\mathsf\s*\{?T\}?)|'|ᵀ", "", variable)
        parts = re.split(r"\\partial|∂|(?<=\s)d(?=[A-Za-z\\])", variable)
        parts = [re.sub(r"\^\s*\{?\s*\d+\s*\}?|[²³]", "", p).strip() for p in parts]
        if len({plain_name(p) for p in parts}) > 1:
            raise self.error("a derivative by two variables is not asked for in the text: give an expression", *span)
        rest = self.text[span[1] :]
        opened = re.match(_SPACE, rest)
        at = opened.end() if opened else 0
        if rest[at : at + 1] in ("(", "[", "{"):
            end = closing(rest, at)
            after = re.sub(_SPACE, "", rest[end:]) if end else ""
            if after[:1] in ("+", "-"):
                raise self.error("is this the derivative of the bracket or of all that follows?", *span)
        self.found.asked = Asked(plain_name(parts[0]), order, span)
        self.blank(*span)


def closing(text: str, start: int) -> int:
    """The position after the bracket that closes the one at start, or 0."""
    depth = 0
    for i in range(start, len(text)):
        depth += (text[i] in "([{") - (text[i] in ")]}")
        if not depth:
            return i + 1
    return 0


def plain_name(text: str) -> str:
    r"""The name that LaTeX such as \mathbf{w} stands for.

    >>> plain_name(r"\mathbf{w}_1"), plain_name(r"\boldsymbol\theta"), plain_name(r"\hat{y}")
    ('w_1', 'theta', 'y_hat')
    """
    for accent in ("hat", "bar", "tilde", "dot"):
        text = re.sub(rf"\\(?:wide)?{accent}\s*\{{?\s*(\\?[A-Za-z]+)\s*\}}?", rf"\1_{accent}", text)
    text = re.sub(rf"{_FONT}(?![A-Za-z])", "", text)
    text = re.sub(r"[\\{}\s]", "", text)
    return normal_name(text)
