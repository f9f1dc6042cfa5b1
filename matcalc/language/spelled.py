r"""How names are spelled in a text that is not split into tokens yet: `\mathbf{w}_1`, `\hat y`, `x^{(i)}`, `θ`.

The patterns are compiled by `re` when they are used: most texts need none of them.
"""

from __future__ import annotations

import re

from .vocabulary import LOW, normal_name

LETTER = r"A-Za-zͰ-Ͽℓµ𝐀-𝟋"
INNER = r"[^{}]*(?:\{[^{}]*\}[^{}]*)*"  # what stands in braces
_FONT = (
    r"\\(?:mathbf|boldsymbol|bm|mathcal|mathrm|mathit|mathsf|mathscr|mathfrak|mathbb|operatorname\*?|text|hat|bar"
    r"|tilde|vec|dot|ddot|widehat|widetilde|overline|bf|rm)"
)
_WORD = rf"(?:{_FONT}\s*(?:\{{\s*)?)*\\?[{LETTER}]+[0-9]*\s*\}}*"
_UPRIGHT = r"\\(?:text|textrm|textit|mathrm|rm|mbox|operatorname)\s*\{[^{}]*\}"
_LABELLED = (
    r"\s*\^\s*(?:\{\s*(?:[(\[][^{}]*[)\]]|[*+]|\\star|\\ast|[A-Za-z]{2,}|[a-z][+-]1|" + _UPRIGHT + r")\s*\}"
    r"|[*+](?=\s*(?::?=|\\))|\*|\\star|\\ast|" + _UPRIGHT + ")"
)
NAME = rf"{_WORD}(?:\s*_\s*(?:\{{{INNER}\}}|{_UPRIGHT}|\\?[A-Za-z]+|[0-9*])|{_LABELLED}|[{LOW}])*'*"
SPACE = (
    r"(?:\s|\\[,;:! ]|\\q?quad(?![A-Za-z])|~|\$|\\[\[\]()]|\\(?:display|text|script)style(?![A-Za-z])|&"
    r"|\\(?:large|Large|LARGE|huge|Huge|small|normalsize|footnotesize|tiny)(?![A-Za-z]))+"
)


def closing(text: str, start: int) -> int:
    """The position after the bracket that closes the one at start, or 0.

    >>> closing("(a[1])b", 0), closing("(a", 0)
    (6, 0)
    """
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
    for accent in ("hat", "bar", "tilde", "ddot", "dot"):
        text = re.sub(rf"\\(?:wide)?{accent}\s*\{{?\s*(\\?[A-Za-z]+)\s*\}}?", rf"\1_{accent}", text)
    text = re.sub(rf"{_FONT}(?![A-Za-z])", "", text)
    text = re.sub(r"[\\{}\s]", "", text)
    return normal_name(text)
