"""Other programs' notations, rewritten as raw tokens: Mathematica's brackets, Julia's log.(x)."""

from __future__ import annotations

from collections.abc import Callable, Container

from ..terms.regex import regex
from .applied import single
from .foreign import Calls
from .idioms import idioms, is_of_table
from .scanner import Context
from .spellings import table
from .tokens import Token
from .vocabulary import normal_name

_MATHEMATICA = regex(r"(?<![A-Za-z])([A-Z][a-z]+[A-Za-z]*2?)\[")
_R = regex(r"%(?:\*|o|x)%|(?<![A-Za-z])(?:t?crossprod|(?:row|col)(?:Sums|Means))\s*\(")

_SIGNS = {",": "RAW_COMMA", "(": "RAW_LPAR", ")": "RAW_RPAR"}

Failure = Callable[[str, int, int], Exception]


def program_of(text: str) -> str:
    """Which program's notation a text surely has: "mathematica", "r" or none.

    >>> program_of("Tr[A.X]"), program_of("t(X) %*% X"), program_of("X'*X")
    ('mathematica', 'r', '')
    """
    if "[" in text and any(m[1] in called() for m in _MATHEMATICA.finditer(text)):
        return "mathematica"
    return "r" if ("%" in text or "(" in text) and _R.search(text) else ""


def called() -> Container[str]:
    """The functions of Mathematica that are known."""
    section = table().sections["mathematica"]
    return section.names.keys() | section.same.keys() | section.refused.keys()


def rewritten(raw: list[Token], text: str, context: Context, failure: Failure) -> list[Token]:
    """The raw tokens in the plain notation."""
    if context.exact:
        return raw
    program = program_of(text)
    out = list(raw)
    bracketed = frozenset[int]()
    if program == "mathematica" or any(t.type == "RAW_DOT" for t in raw):
        out, bracketed = mathematica(out, program == "mathematica", context, failure)
    out = idioms(out, program, context, failure)
    if any(t.type == "RAW_BAR" for t in out) and any(t.type == "RAW_LANGLE" for t in out):
        out = brackets(out)
    if any(t.type in ("RAW_CALLED", "RAW_ATTRIBUTE") or (t.type == "RAW_LPAR" and k) for k, t in enumerate(out)):
        out = Calls(out, text, context, bracketed, failure).run()
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


def mathematica(raw: list[Token], sure: bool, context: Context,
                failure: Failure) -> tuple[list[Token], frozenset[int]]:  # fmt: skip
    """f[x] is f(x), and a point between operands is a product of matrices; and where calls in brackets begin.

    log.(x) of Julia is log(x).
    """
    out: list[Token] = []
    stack: list[bool] = []
    bracketed: set[int] = set()
    for k, token in enumerate(raw):
        before = out[-1] if out else None
        after = raw[k + 1] if k + 1 < len(raw) else None
        touches = before is not None and before.end_pos == token.start_pos
        if token.type == "RAW_LBRACK" and before == "D" and touches and after is not None and after.type == "RAW_WORD":
            refused = table().sections["mathematica"].refused["D"]
            raise failure(f"D[…] is not read: {refused}", token.start_pos - 1, token.end_pos)
        if token.type == "RAW_LBRACK" and sure:
            call = before is not None and before.type == "RAW_WORD" and touches
            stack.append(call)
            if call and before is not None:
                if before not in called():
                    raise failure(f"unknown function {before}", before.start_pos, before.end_pos)
                bracketed.add(before.start_pos)
                token = Token("RAW_LPAR", "(", token.start_pos, token.end_pos)
        elif token.type == "RAW_RBRACK" and stack and stack.pop():
            token = Token("RAW_RPAR", ")", token.start_pos, token.end_pos)
        elif token.type == "RAW_DOT" and before is not None and after is not None:
            if before == "@" and touches:
                message = "@. is not read: write the point at each operation, exp.(-x.^2)"
                raise failure(message, before.start_pos, token.end_pos)
            name = str(before) if before.type == "RAW_WORD" else ""
            applied = name in context.functions or function_of(name, context) or (not sure and letter(name, context))
            if after.type == "RAW_LPAR" and name and applied and touches and token.end_pos == after.start_pos:
                out[-1] = Token(before.type, name, before.start_pos, token.end_pos)
                continue
            if after.type == "RAW_WORD" and not sure and touches and token.end_pos == after.start_pos:
                attribute_of(before, token, after, context, failure)
            token = Token("RAW_STAR", "@", token.start_pos, token.end_pos)
        out.append(token)
    return out, frozenset(bracketed)


def letter(name: str, context: Context) -> bool:
    """Whether a name before .( is a small letter that nobody declared: f.(x) of Julia."""
    return len(name) == 1 and name.islower() and name not in context.given


def function_of(name: str, context: Context) -> bool:
    """Whether a name before .( is a function: of the language, of the table, or the logistic function."""
    flat = normal_name(name)
    if flat in context.given:
        return False
    return flat in context.known or flat == "sigma" or is_of_table(flat)


def attribute_of(before: Token, token: Token, after: Token, context: Context, failure: Failure) -> None:
    """Refuse x.data and self.W, which are no products of names."""
    name, owner = normal_name(str(after)), normal_name(str(before)) if before.type == "RAW_WORD" else "x"
    if not single(name) and name not in context.given:
        message = f".{after} is not read: write what it stands for, or spaces around the point of a product"
        raise failure(message, token.start_pos, after.end_pos)
    if not single(owner) and owner not in context.given:
        message = f"{before}.{after} is not read: write {after}, or spaces around the point of a product"
        raise failure(message, before.start_pos, after.end_pos)
