"""Other programs' notations, rewritten as raw tokens: Mathematica's brackets, R's t(X)."""

from __future__ import annotations

from collections.abc import Callable, Container

from ..terms.regex import regex
from .tokens import Token

_MATHEMATICA = regex(
    r"(?<![A-Za-z])(?:Tr|Transpose|Inverse|Det|Norm|Exp|Log|Sin|Cos|Tan|Sqrt|Abs|Total|Dot|Tanh|ArcTan|Sign)\["
)
_CALLED = {
    "Tr": "tr", "Transpose": "transpose", "Inverse": "inv", "Det": "det", "Norm": "norm", "Exp": "exp", "Log": "log",
    "Sin": "sin", "Cos": "cos", "Tan": "tan", "Sqrt": "sqrt", "Abs": "abs", "Total": "sum", "Dot": "matmul",
    "Tanh": "tanh", "ArcTan": "arctan", "Sign": "sign", "Sinh": "sinh", "Cosh": "cosh", "MatrixExp": "expm",
    "MatrixLog": "logm", "Max": "max", "Min": "min", "KroneckerProduct": "kron", "PseudoInverse": "pinv",
    "Mean": "mean", "Erf": "erf", "Gamma": "gamma", "Times": "multiply", "MatrixPower": "matrix_power",
}  # fmt: skip

_SIGNS = {",": "RAW_COMMA", "(": "RAW_LPAR", ")": "RAW_RPAR"}

Failure = Callable[[str, int, int], Exception]


def program_of(text: str) -> str:
    """Which program's notation a text surely has: "mathematica", "r" or none.

    >>> program_of("Tr[A.X]"), program_of("t(X) %*% X"), program_of("X'*X")
    ('mathematica', 'r', '')
    """
    if "[" in text and _MATHEMATICA.search(text):
        return "mathematica"
    return "r" if "%*%" in text else ""


def rewritten(raw: list[Token], text: str, known: Container[str], failure: Failure) -> list[Token]:
    """The raw tokens in the plain notation."""
    program = program_of(text)
    if program == "mathematica":
        return mathematica(raw, known, failure)
    out = list(raw)
    for k in range(len(out) - 1):
        if program == "r" and out[k] == "t" and out[k + 1].type == "RAW_LPAR":
            out[k] = renamed(out[k], "transpose")
    if any(t.type == "RAW_BAR" for t in out) and any(t.type == "RAW_LANGLE" for t in out):
        out = brackets(out)
    return out


def brackets(raw: list[Token]) -> list[Token]:
    """<a|B|c> of physics is the inner product of a and B*c, <a|c> that of a and c."""
    out: list[Token] = []
    start, bars, other = -1, list[int](), False
    for token in raw:
        if token.type == "RAW_LANGLE":
            start, bars, other = len(out), [], False
        elif token.type == "RAW_BAR":
            bars.append(len(out))
        elif token.type == "RAW_COMMA":
            other = True
        elif token.type == "RAW_RANGLE" and start >= 0 and not other and len(bars) in (1, 2):
            at = token.start_pos
            for bar, signs in ((bars[-1], ")("), (bars[0], ",(")):
                place = out[bar].start_pos, out[bar].end_pos
                if len(bars) == 1:
                    signs = ",("
                out[bar : bar + 1] = [Token(_SIGNS[c], c, *place) for c in signs]
                if len(bars) == 1:
                    break
            out.append(Token("RAW_RPAR", ")", at, at))
            start = -1
        out.append(token)
    return out


def renamed(token: Token, value: str) -> Token:
    return Token(token.type, value, token.start_pos, token.end_pos)


def mathematica(raw: list[Token], known: Container[str], failure: Failure) -> list[Token]:
    """f[x] is f(x), and a point between operands is a product of matrices."""
    out: list[Token] = []
    stack: list[bool] = []
    for k, token in enumerate(raw):
        before = out[-1] if out else None
        if token.type == "RAW_LBRACK":
            call = before is not None and before.type == "RAW_WORD" and before.end_pos == token.start_pos
            stack.append(call)
            if call and before is not None:
                name = _CALLED.get(str(before), "")
                if not name or name not in known:
                    raise failure(f"unknown function {before}", before.start_pos, before.end_pos)
                out[-1] = renamed(before, name)
                token = Token("RAW_LPAR", "(", token.start_pos, token.end_pos)
        elif token.type == "RAW_RBRACK" and stack and stack.pop():
            token = Token("RAW_RPAR", ")", token.start_pos, token.end_pos)
        elif token.type == "RAW_DOT" and k and k + 1 < len(raw):
            token = Token("RAW_STAR", "@", token.start_pos, token.end_pos)
        out.append(token)
    return out
