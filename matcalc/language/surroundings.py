r"""What stands around a formula: environments, full stops and numbers, `J(w) =`, `\min_w`, and `d/dx` in front.

All of it is blanked, so that places in the text stay what they are. A derivative that the text asks for is returned:
it has to agree with the variable of differentiation, which may be left out then.
"""

from __future__ import annotations

import re

from .asked import Asked, AskedReader, Surroundings
from .listings import comments, front
from .memberships import declared_in, members
from .spelled import INNER, NAME, SPACE, closing, plain_name
from .vocabulary import NAME as VARIABLE

__all__ = ["Asked", "Surroundings", "plain_name", "surroundings"]

# the patterns are compiled by `re` when they are used: most texts need none of them
_OF = r"(?P<of>[-+]?\s*(?:\\?(?:log|ln|exp)(?![A-Za-z])|-)\s*)?"  # the logarithm of what is named
_RAISED = r"\s*\^\s*(?:\{\s*[0-9]\s*\}|[0-9])|[²³]"
_SIDE = (
    rf"\s*{_OF}(?P<value>{NAME})(?P<power>{_RAISED})?\s*(?:(?:\\left|\\[bB]ig[gl]?l?)?\s*(?=[(\[]))?"
)
_LATE = rf"(?:\s*_\s*(?:\{{[^{{}}]*\}}|[A-Za-z0-9])|{_RAISED})?"  # of σ(z)_i
_EQUALS = (
    r"(?:\s|&|\\[,;:! ]|\^\{?\*\}?)*"
    r"(?:(?P<same>::?=(?!=)|:?=(?!=)|≔|≜|≡|≝|←|\\(?:leftarrow|gets|coloneqq|coloneq|triangleq|equiv|doteq|defeq)(?![A-Za-z])|:\s*&?\s*="
    r"|\\stackrel\s*\{[^{}]*(?:\{[^{}]*\})?[^{}]*\}\s*\{?=\}?)|(?P<like>∝|\\propto(?![A-Za-z])))(?:\s|&)*"
)
_ENVIRONMENT = (
    r"\\(?:begin|end)\s*\{(?:equation|align|aligned|alignat|gather|gathered|split|eqnarray|multline|displaymath"
    r"|math|dmath|subequations)\*?\}"
)
_PROGRAM = r"\\begin\s*\{array\}\s*\{[lcr ]*\}(?=\s*\\(?:text|mbox|underset|min|max))|\\end\s*\{array\}\s*$"
_LABEL = r"\\(?:label|tag\*?|eqref|ref)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])"
_NUMBER = r"\(\s*(?:[A-Z]\.)?\d+(?:\.\d+)*[a-z]?'?\s*\)"
_GAPS = ("\\;", "\\:", "\\!", "\\,", "\\quad", "\\qquad", "\\]", "\\)", "\\\\", "\\")
_TAIL = (
    r"(?:[,;.&]|\\q?quad|\\[,;: \\]|\s){0,12}(?:\\(?:text|mbox|textrm|mathrm|textit)\s*\{\s*"
    r"(?:where|with|for|if|when|s\.?\s?t\.?|subject to|and|such that|given|is|holds)\b.*$"
    r"|(?:(?<=[\s,;.])|(?<=\$))(?:where|with|for|subject to|s\.t\.|such that)[\s~]+.*$)"
)
_GOAL = (
    r"(?:\\(?:min|max|inf|sup|argmin|argmax|minimize|maximize)(?![A-Za-z])"
    r"|\\(?:operatorname\*?|mathop|mathrm|text|textrm)\s*\{+\s*(?:\\mathrm\s*\{\s*)?(?:arg\s*(?:\\[,;:! ]|~)?\s*)?"
    r"(?:min|max|minimize|maximize|minimise|maximise)\s*\}+)"
)
_ARG = r"(?:(?:\\arg|\\operatorname\*?\s*\{arg\})\s*(?:\\[,;:! ]|\s)*)?"
_UNDER = rf"(?:\\limits)?\s*_\s*(?:\{{(?:[^{{}}]|\{{{INNER}\}})*\}}|\\?[A-Za-z]+)"
_OPTIMUM = (
    rf"(?:{_ARG}{_GOAL}(?P<under>{_UNDER})?|\\underset\s*\{{(?P<set>{INNER})\}}\s*\{{?\s*{_ARG}{_GOAL}\s*\}}?"
    r"|(?:arg\s?min|arg\s?max|minimi[sz]e|maximi[sz]e|min|max)(?P<low>_\{[^{}]*\}|_[A-Za-zͰ-Ͽ]+)?(?=[\s(|‖\[])"
    r"\s*(?:over\s+(?P<over>\w+)\s*(?:of|:)?)?)"
)
_ARROW = r"\\(?:to|rightarrow|longrightarrow|mapsto)(?![A-Za-z])|->|→|↦"
_MAP = rf"\s*{NAME}\s*(?:\\colon|:)(?!\s*&?\s*=)[^=()|]*?(?:{_ARROW})[^=()|]*?(?:[,;]|\\q?quad(?![A-Za-z])|\n|\.\s)\s*"
_LET = r"\s*(?:let|define|consider|suppose|given|assume)\s+(?:that\s+)?(?:the\s+(?:function|loss|cost)\s+)?(?=\S)"
_NUMBERED = r"\s*(?:>|[*•]|\(\s*[0-9]+(?:\.[0-9]+)*[a-z]?\s*\)|[0-9]+[.)])\s+(?=\S)"
_RELATION = (
    rf"(?:[,;]|\\q?quad(?![A-Za-z]))(?:\s|\\[,;: ]|\\q?quad(?![A-Za-z])){{0,6}}(?:(?P<a>{NAME})\s*"
    rf"(?:\\(?:succ|succeq|prec|preceq|succcurlyeq|geq?|leq?|gt|lt|neq?|perp)(?![A-Za-z])|[≥≤≠≻⪰]|[<>](?=\s*[-0-9]))"
    rf"|(?P<b>{NAME})\s*=\s*(?P=b)\s*(?:\^\s*\{{?\s*(?:\\top|T|\\mathsf\s*\{{?T\}}?)\s*\}}?|')\s*[.,;]?\s*$)"
)
_BROKEN = (
    r"(?P<end>(?:\\right\s*\.\s*)+)\\\\(?:\[[^\]]*\])?(?:&|\\q?quad(?![A-Za-z])|\s)*(?P<start>(?:\\left\s*\.\s*)+)"
)
_STYLE = r"\{\s*\\(?:displaystyle|textstyle)(?![A-Za-z])"
_PROSE = r"(?:[A-Za-z][A-Za-z'-]*[\s,:]+)*"


def surroundings(text: str, declared: frozenset[str] = frozenset()) -> Surroundings:
    r"""The formula in a text, and what the text asks of it.

    >>> found = surroundings(r"J(w) = \|Xw - y\|^2.")
    >>> found.text.strip(), found.name, found.variables, str(found.remarks[0])
    ('\\|Xw - y\\|^2', 'J', ('w',), 'J(w) = is left out')
    >>> surroundings("d/dx x^2").asked
    Asked(variable='x', order=1, span=(0, 5))
    """
    reader = _Reader(text, declared)
    reader.listing()
    reader.in_words()
    reader.wrappers()
    reader.environments()
    reader.tail()
    reader.ends()
    reader.fronts()
    reader.equal_forms()
    return reader.found
_KEPT = ("..", ".,", ".;", r"\right.")  # points at the end that are no full stops


class _Reader(AskedReader):
    def __init__(self, text: str, declared: frozenset[str]):
        super().__init__(text, declared)
        self.lines: list[int] = []  # where the lines of an alignment begin

    # --- listings

    def listing(self) -> None:
        """Blank the comments of a listing."""
        if "\\" not in self.text:
            for start, end in comments(self.text):
                if self.text[:start].strip() or self.text[end:].strip():
                    self.blank(start, end, f"{self.shown[start:end].strip()} is left out")

    def code(self, start: int) -> bool:
        """What a listing says in front of a formula: return, lambda x:, f <- function(x)."""
        end, names = front(self.text, start)
        if end == start:
            return False
        self.found.variables = self.found.variables or names
        self.blank(start, end, f"{self.shown[start:end].strip()} is left out")
        return True

    # --- environments and ends

    def wrappers(self) -> None:
        r"""Blank quotes of code, {\displaystyle ...}, and prose before and after one formula between dollars."""
        inside = self.text.strip()
        start = self.text.find(inside)
        if inside[:1] == "`" and inside[-1:] == "`" and len(inside) > 2:
            for k in (start, start + len(inside) - 1):
                self.blank(k, k + 1)
        m = re.compile(_STYLE).match(self.text, start) if inside[:1] == "{" else None
        if m and closing(self.text, start) == start + len(inside):
            self.blank(*m.span())
            self.blank(start + len(inside) - 1, start + len(inside))
        if self.text.count("$") - 2 * self.text.count("$$") in (0, 2) and "$" in self.text:
            first, last = self.text.find("$"), self.text.rfind("$")
            if first < last and re.fullmatch(rf"\s*{_PROSE}", self.text[:first]) and self.text[:first].strip():
                self.blank(0, first, f"{self.shown[:first].strip()} is left out")

    def environments(self) -> None:
        """Blank what numbers, aligns and labels."""
        if "\\" not in self.text:
            return
        edges = "\\begin" in self.text or "\\end" in self.text
        found = [m.span() for m in re.finditer(_ENVIRONMENT, self.text)] if edges else []
        program = list(re.finditer(_PROGRAM, self.text)) if "array" in self.text else []
        found += [m.span() for m in program] if len(program) == 2 else []
        for start, end in [*found, *(m.span() for m in re.finditer(_LABEL, self.text))]:
            self.blank(start, end)
        if found or re.search(r"\\\\\s*(?:&|\\quad)?\s*=", self.text):
            self.tail()
            self.aligned()

    def aligned(self) -> None:
        """Blank the signs of an alignment, outside of arrays, and brackets that are not seen where a line is broken."""
        for m in list(re.finditer(_BROKEN, self.text)):
            if m["end"].count("right") == m["start"].count("left"):
                self.blank(*m.span("end"))
                self.blank(*m.span("start"))
        depth = 0
        for m in list(re.finditer(r"\\begin|\\end|\\\\(?:\[[^\]]*\])?|\\.|&", self.text)):
            depth += (m[0] == "\\begin") - (m[0] == "\\end")
            if depth or not (m[0] == "&" or m[0].startswith("\\\\")):
                continue
            if m[0] != "&":
                rest = re.sub(SPACE, "", self.text[m.end() :])
                blank = re.match(SPACE, self.text[m.end() :])
                self.lines.append(min(m.end() + (blank.end() if blank else 0), len(self.text) - 1))
                if rest and rest[0] not in "+-=*)]}" and not rest.startswith(("\\cdot", "\\times", "\\right")):
                    raise self.several()
            self.blank(*m.span())

    def several(self) -> Exception:
        """The error for an environment of several formulas, which names them."""
        inside = re.sub(_ENVIRONMENT, " ", self.shown)
        lines = [" ".join(re.sub(r"&|\\(?:nonumber|notag)|\\label\{[^{}]*\}", "", x).split())
                 for x in re.split(r"\\\\(?:\[[^\]]*\])?", inside)]  # fmt: skip
        heads = [x.split("=")[0].strip(" :") for x in lines if "=" in x and re.match(_SIDE, x)]
        which = f": give one of them, {', '.join(heads)}" if len(heads) > 1 else ": give one of them"
        at = self.text.find("\\\\")
        return self.error("these lines are several formulas" + which, at, at + 2)

    def tail(self) -> None:
        """Blank what is said behind the formula; memberships such as x ∈ R^n are declarations."""
        start = members(self.text) if re.search(r"\\in(?![A-Za-z])|∈|\sin\s", self.text) else -1
        if re.search(r"\\|where|with|for|subject|s\.t|such", self.text):
            m = re.search(_TAIL, self.text, re.DOTALL)
            if m and self.text[: m.start()].strip() and (start < 0 or m.start() < start):
                start = m.start()
        for m in re.finditer(_RELATION, self.text) if re.search("[,;]|quad", self.text) else ():
            before = self.text[: m.start()]
            closed = all(before.count(a) == before.count(b) for a, b in ("()", "[]", "{}", "⟨⟩", "<>"))
            if closed and before.strip() and "\\langle" not in before:
                start = m.start() if start < 0 else min(start, m.start())
                break
        if start < 0:
            return
        self.declare(start)
        self.blank(start, len(self.text))

    def declare(self, start: int) -> None:
        """Keep the types in what is said from a place on."""
        said = self.text[start:]
        types, remarks = declared_in(said, self.shown, start, indices(self.text[:start]))
        self.found.types.update(types)
        if remarks:
            self.found.remarks.extend(remarks)
        else:
            left = self.shown[start:].strip()
            self.blank(start, len(self.text), f"{left} is left out")

    def ends(self) -> None:
        """Blank what stands behind the formula."""
        for _ in range(4):
            end = self.end(len(self.text))
            opened = self.text.rfind("(", 0, end)
            number = re.compile(_NUMBER).fullmatch(self.text, opened, end) if opened > 0 else None
            far = self.text[opened - 2 : opened].isspace() or self.end(opened) < len(self.text[:opened].rstrip())
            if number and far:
                self.blank(opened, end)
            elif self.text[:end].endswith((".", ",", ";")) and not self.text[:end].endswith(_KEPT):
                self.blank(end - 1, end)
            else:
                self.blank(end, len(self.text))
                return

    def end(self, at: int) -> int:
        """Where the text before a place ends, without the space behind it."""
        text = self.text[:at]
        while True:
            text = text.rstrip(" \t\r\n~$&")
            if not text.endswith(_GAPS):
                return len(text)
            text = text[: -len(next(g for g in _GAPS if text.endswith(g)))]

    # --- what stands in front

    def fronts(self) -> None:
        """Blank what stands before the formula."""
        m = re.match(_NUMBERED, self.text) if "=" in self.text else None
        side = re.compile(_SIDE).match(self.text, m.end()) if m else None
        if m and side and "=" in self.text[side.end() :]:
            self.blank(*m.span())
        m = re.match(_LET, self.text, re.IGNORECASE) if "=" in self.text else None
        if m:
            self.blank(*m.span(), f"{self.shown[m.start() : m.end()].strip()} is left out")
        m = re.match(_MAP, self.text) if ":" in self.text or "colon" in self.text else None
        if m and re.search(r"\\math|\\R|[RℝX]", m[0]):
            self.blank(*m.span(), f"{self.shown[m.start() : m.end()].strip()} is left out")
        at = -1
        for _ in range(9):
            m = re.match(SPACE, self.text)
            start = m.end() if m else 0
            if start == at:
                break
            at = start
            for step in (self.code, self.equated, self.side, self.derivative, self.quotient, self.optimum):
                if step(start):
                    at = -1
                    break
        self.refuse_later()

    def side(self, start: int) -> bool:
        """A left-hand side, J(w) =."""
        signs = re.search("[=≔≜≡≝∝←]|eq|propto|gets|arrow", self.text)
        m = re.compile(_SIDE).match(self.text, start) if signs else None
        if m is None or (m["power"] and "_" not in m["value"]):  # x^2 = y^2 is an equation
            return False
        end = m.end()
        inside = ""
        if self.text[end : end + 1] in ("(", "["):
            end = closing(self.text, end)
            inside = self.text[m.end() : end]
            if not end or re.search(r"[+*/]|\\frac", re.sub(r"[_^]\{[^{}]*\}", "", inside)):
                return False
            late = re.compile(_LATE).match(self.text, end)
            end = late.end() if late else end
        if m["of"] and not inside and "l" not in m["of"]:  # -a = ...
            return False
        s = re.compile(_EQUALS).match(self.text, end)
        if s is None or not self.text[s.end() :].strip():
            return False
        if end == m.end() and not m["of"] and not m["power"]:
            self.equation(start, end, s.end())
        value = m["value"].strip()
        self.name(value, inside, start, end)
        if m["of"] or m["power"]:
            self.found.name = ""
        remark = f"{self.text[start : s.end()].strip().replace('&', '')} is left out"
        if s["like"]:
            remark = f"{self.text[start:end].strip()} is known up to a factor: what is proportional to it is read"
        self.blank(start, s.end(), remark)
        return True

    def name(self, value: str, inside: str, start: int, end: int) -> None:
        """Keep the name on a left-hand side, and what it is a function of."""
        found = self.found
        found.equated = found.equated or found.asked is not None
        if not found.value:
            found.value = " ".join(self.text[start:end].split())
            name = plain_name(re.sub(r"\^\s*\{?\\?(?:\*|star|ast)\}?", "", value))
            found.name = name if VARIABLE.fullmatch(name) else ""
        arguments = re.split(r"[;|]|\\mid(?![A-Za-z])|\\vert", re.sub(r"\\right|\\[bB]ig[gr]?r?", "", inside)[1:-1])
        if not found.variables and inside and "\\|" not in inside:
            parts = re.split(r",(?![^{]*\})", arguments[0])
            names = tuple(plain_name(p) for p in parts if re.fullmatch(rf"\s*{NAME}\s*", p))
            found.variables = names if len(names) == len(parts) else ()

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
        if any(re.fullmatch("rows?|col(?:umn)?s?", word) for word in letters):
            return False  # the largest of each row
        if not arg and letters and re.search(rf"_\{{?[a-z,]*{re.escape(letters[0])}", rest):
            return False  # an index
        self.over(under or m["over"] or "", m.start())
        self.blank(m.start(), m.end(), f"{self.shown[m.start() : m.end()].strip()} is left out")
        return True

    def over(self, under: str, at: int) -> None:
        """Keep what is minimised over, with the types that stand there."""
        listed = re.sub(r"^(?:\\limits)?\s*_\s*", "", under).strip()
        listed = listed[1:-1] if listed[:1] == "{" and closing(listed, 0) == len(listed) else listed
        types, remarks = declared_in(listed, self.shown, at, frozenset())
        self.found.types.update(types)
        self.found.remarks.extend(remarks)
        parts = re.split(r",(?![^{]*\})", re.split(r"\\in(?![A-Za-z])|∈|:|\\ge|\\le|>|<|=|\\succ", listed)[0])
        names = tuple(plain_name(p) for p in parts if re.fullmatch(rf"\s*{NAME}\s*", p))
        if names and len(names) == len(parts):
            self.found.variables = tuple(dict.fromkeys((*self.found.variables, *names)))

    def equal_forms(self) -> None:
        """Of several forms of one value, each on a line that begins with =, the first is kept."""
        for at in self.lines:
            if self.text[:at].strip() and self.text[at] == "=":
                self.blank(at, len(self.text), "the lines that begin with = are left out: they are other forms")
                return


def indices(text: str) -> frozenset[str]:
    """The letters below sums in a text."""
    below = re.findall(r"(?:\\sum|\\prod|∑|∏|\bsum)(?:\\limits)?\s*_\s*(\{[^{}]*\}|[a-z])", text)
    return frozenset(c for part in below for c in re.split(r"=|\\in|∈", part)[0] if c.islower())
