"""From text to the syntax tree: the raw tokens, the pass over them, and the parser, for each notation."""

from __future__ import annotations

import re
from importlib import import_module

from ..terms.errors import ParseError
from ..terms.regex import regex
from .dialects import program_of
from .scanner import Context, Scanner
from .tables import Machine, UnexpectedToken, UnknownCharacter
from .tokens import Token
from .tree import Ast, Builder

_NUMPY = regex(
    r"(?<![A-Za-z])(?:np|numpy|jnp|torch|tf|jax|scipy)\.|(?<![A-Za-z])F\.[a-z_0-9]{3,}\s*\(\s*[^)\s]|"
    r"(?<!\bcp)(?<!\bcvxpy)\.(?:dot|sum|mean|max|min|prod|pow|sqrt|abs|tanh|sigmoid|relu|square|mm|mv|matmul|clamp|clip)\s*\("
)
_CVXPY = regex(r"(?<![A-Za-z])(?:cp|cvxpy|cvx)\.[a-z]")
_QUOTED = regex(r"""(?<=[,=(])(\s*)"(\w+)"(?=\s*[],)])""")


def dialect(text: str) -> str:
    """Whether a text is code for arrays: "numpy", perhaps ("python"), or not.

    >>> dialect("np.sum(x*y)"), dialect("X @ w"), dialect("x**2"), dialect("X*w")
    ('numpy', 'numpy', 'python', '')
    """
    if program_of(text) or "@" in text or ("." in text and _NUMPY.search(text)):
        return "numpy"
    return "python" if "**" in text or _CVXPY.search(text) else ""


class Parser:
    """One front end: the shared grammar with the tokens of one notation."""

    def __init__(self, front: str, scanner: type[Scanner]):
        self.scanner = scanner
        self.machine = Machine(front, Builder)

    def parse(self, text: str, shown: str, context: Context) -> tuple[list[Ast], frozenset[str]]:
        """The syntax tree of a text, and the names in bold type; `shown` is what errors quote."""
        builder, scanner = Builder(), self.scanner()
        builder.text, builder.signatures, builder.remarks = shown, context.signatures, context.remarks
        text = _QUOTED.sub(_unquoted, text)
        builder.dialect = context.dialect = dialect(text)
        program = program_of(text)
        builder.caret, builder.spaced = bool(program), program == "mathematica"
        scanner.begin(text, shown, context)
        scanner.lex = self.machine.tokens
        try:
            tokens = scanner.process(self.machine.tokens(text))
            self.machine.parse(tokens, len(text), builder)
        except UnknownCharacter as e:
            raise ParseError(_unknown_character(text, e.place), shown, (e.place, e.place + 1)) from None
        except UnexpectedToken as e:
            raise self._unexpected(text, shown, e.token, scanner) from None
        return builder.tape, frozenset(scanner.bold)

    def _unexpected(self, text: str, shown: str, token: Token, scanner: Scanner) -> ParseError:
        span = (token.start_pos, max(token.end_pos, token.start_pos + 1))
        before = scanner.before(token)
        if token.type == "$END":
            end = len(text.rstrip())
            if before is None:
                return ParseError("there is nothing to read", shown, (0, 1))
            return ParseError(f"something is missing after {before}", shown, (end, end + 1))
        quoted = text[span[0] : span[1]].strip() or str(token)
        if token.type == "CMP":
            return ParseError("comparisons do not chain: write each in parentheses", shown, span)
        if before is None:
            return ParseError(f"an expression cannot begin with {quoted}", shown, span)
        return ParseError(f"{quoted} cannot follow {before}", shown, span)


def _unquoted(m: re.Match[str]) -> str:
    """A word in double quotes in single ones, a number without: norm(x, "2") of R."""
    return f"{m[1]} {m[2]} " if m[2].isdigit() else f"{m[1]}'{m[2]}'"


def _unknown_character(text: str, at: int) -> str:
    c = text[at]
    hints = {
        "_": "a subscript is a name or a number", "\\": "this is LaTeX: is it complete?",
        "%": "write * and / for products and quotients", '"': "only einsum takes a quoted text",
        "&": "columns are separated by commas", "!": "write gamma(n + 1) for n!",
        "=": "an expression has no = in it", ".": "write .*, ./ or .^ for operations entry by entry",
    }  # fmt: skip
    hint = hints.get(c)
    return f"{c!r} is not part of the language" + (f": {hint}" if hint else "")


# The scanner of each notation, loaded when a text in it is first read: the one table of files that are loaded later.
LATER = {"plain": ("language.plain", "PlainScanner"), "latex": ("language.latex.reader", "LatexScanner")}
_parsers: dict[str, Parser] = {}


def _scanner(front: str) -> type[Scanner]:
    """The scanner of a notation."""
    place, name = LATER[front]
    found: type[Scanner] = getattr(import_module(f"..{place}", __package__), name)
    return found


def parser(front: str) -> Parser:
    """The parser of a front end: `plain` or `latex`."""
    found = _parsers.get(front)
    if found is None:
        found = _parsers.setdefault(front, Parser(front, _scanner(front)))
    return found
