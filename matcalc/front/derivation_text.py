"""The sides of a derivation that somebody wrote: what stands between its equals signs and line ends."""

from __future__ import annotations

from ..terms.records import NamedTuple
from ..terms.regex import regex

_EQUALS = regex(r"(?<![<>=!:])=(?!=)")
_LINE = regex(r"\n|\\\\")
_LETTER = r"(?:\\?[A-Za-z]+|\\mathcal\{?[A-Z]\}?)(?:\(\s*\\?[A-Za-z]+\s*\))?"
_D = r"(?:d|∂|\\partial\s*|\\mathrm\{d\}\s*)"
_GRADIENT = rf"(?:∇|\\nabla|grad)(?:_?\{{?\\?[A-Za-z]+\}}?)?\s*{_LETTER}"
_QUOTIENT = rf"{_D}\s*{_LETTER}\s*/\s*{_D}\s*\\?\w+|\\frac\{{\s*{_D}\s*{_LETTER}\s*\}}\{{\s*{_D}\s*\\?\w+\s*\}}"
_DERIVATIVE = regex(rf"{_GRADIENT}|{_QUOTIENT}|{_LETTER}'")
_DIFFERENTIAL = regex(rf"{_D}\s*(?:[A-Z]|f|g|h|l|y|z|\\ell|\\mathcal\{{?[A-Z]\}}?)(?:\(\s*\\?[A-Za-z]+\s*\))?")
_VALUE = regex(rf"{_LETTER}")


class Side(NamedTuple):
    """One side of an equation; `kind` is what a name on the left says that it is, or nothing."""

    text: str
    kind: str = ""

    def mentions(self, name: str) -> bool:
        """Whether a name stands in the text by itself."""
        return regex(rf"(?<![A-Za-z]){name}(?![A-Za-z0-9_])").search(self.text) is not None


def sides(answer: str) -> list[Side]:
    r"""The sides, without the names on the left.

    >>> sides("df/dx = x'*(A + A')")
    [Side(text="x'*(A + A')", kind='derivative')]
    >>> [(s.text, s.kind) for s in sides("f = x'*x\ndf = 2*x'*dx")]
    [("x'*x", 'value'), ("2*x'*dx", 'differential')]
    """
    found = []
    kind = ""
    for line in _LINE.split(answer):
        parts = [p.strip(" &.,;$") for p in _EQUALS.split(line)]
        for k, part in enumerate(parts):
            if not part:
                continue
            label = _label(part) if k == 0 and len(parts) > 1 else ""
            if label:
                kind = label
                continue
            found.append(Side(part, kind))
    return found


def _label(text: str) -> str:
    for kind, pattern in (("derivative", _DERIVATIVE), ("differential", _DIFFERENTIAL), ("value", _VALUE)):
        if pattern.fullmatch(text):
            return kind
    return ""
