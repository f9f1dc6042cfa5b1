"""What the commands of LaTeX stand for."""

from __future__ import annotations

from collections.abc import Container

from ..vocabulary import GREEK_NAMES, VARIANTS, words

TOKENS = {
    "cdot": ("STAR", "·"), "times": ("STAR", "×"), "ast": ("STAR", "*"), "bullet": ("STAR", "*"),
    "odot": ("DOTSTAR", ".*"), "circ": ("DOTSTAR", ".*"), "oslash": ("DOTSLASH", "./"),
    "otimes": ("KRON", "⊗"), "div": ("SLASH", "/"), "slash": ("SLASH", "/"), "langle": ("LANGLE", "⟨"),
    "rangle": ("RANGLE", "⟩"), "lt": ("LT", "<"), "gt": ("GT", ">"), "le": ("CMP", "<="),
    "leq": ("CMP", "<="), "leqslant": ("CMP", "<="), "ge": ("CMP", ">="), "geq": ("CMP", ">="),
    "geqslant": ("CMP", ">="), "ne": ("CMP", "!="), "neq": ("CMP", "!="), "lbrace": ("LPAR", "("),
    "rbrace": ("RPAR", ")"), "lbrack": ("LBRACK", "["), "rbrack": ("RBRACK", "]"),
    "lvert": ("OPENBAR", "|"), "rvert": ("CLOSEBAR", "|"), "vert": ("BAR", "|"), "mid": ("BAR", "|"),
    "lVert": ("OPENDBAR", "||"), "rVert": ("CLOSEDBAR", "||"), "Vert": ("DBAR", "||"),
    "parallel": ("DBAR", "||"), "prime": ("QUOTE", "'"), "lparen": ("LPAR", "("), "rparen": ("RPAR", ")"),
    "colon": ("COLON", ":"), "surd": ("SQRT", "√"), "land": ("STAR", "*"), "infty": ("INFTY", "∞"),
}  # fmt: skip

SKIP = words(
    "displaystyle textstyle scriptstyle limits nolimits quad qquad nobreak relax thinspace medspace "
    "thickspace enspace negthinspace hfill mathstrut strut big Big bigg Bigg middle nonumber notag allowbreak "
    "large Large LARGE huge Huge small normalsize footnotesize tiny"
)
SIZES = words("big Big bigg Bigg")  # a bracket that they stand before says itself which side it is
LEFT = frozenset(("left", "bigl", "Bigl", "biggl", "Biggl", "mleft"))
RIGHT = frozenset(("right", "bigr", "Bigr", "biggr", "Biggr", "mright"))
TRANSPOSE = frozenset(("top", "intercal", "T", "prime", "t", "mathsf", "transpose", "trans"))
ADJOINT = frozenset(("dagger", "dag", "ast"))
BOLD = frozenset(("mathbf", "boldsymbol", "bm", "bf", "pmb", "mathbb", "symbf", "symbfit", "bold", "mathbfit"))
FONTS = frozenset(
    ("mathcal", "mathit", "mathnormal", "mathfrak", "mathscr", "mathsf", "mathtt", "vec", "underline", "mit")
)
UPRIGHT = frozenset(
    (
        "operatorname",
        "operatorname*",
        "mathrm",
        "text",
        "textrm",
        "textbf",
        "textit",
        "mathop",
        "textsf",
        "rm",
        "mbox",
    )
)
ACCENTS = frozenset(("hat", "bar", "tilde", "widehat", "widetilde", "overline", "dot", "ddot", "check", "breve"))
REFUSED = {
    "int": "integrals are not part of the language", "iint": "integrals are not part of the language",
    "lim": "limits are not part of the language",
    "sim": "a distribution is not part of the language: write its density",
    "approx": "what is only about equal is no definition: give one side",
    **dict.fromkeys(("dots", "ldots", "cdots", "vdots", "ddots"), "dots are not read: write a sum over an index"),
}  # commands that a formula may hold, and why they are not read
LETTERING = BOLD | FONTS | UPRIGHT
SWITCHES = frozenset(("bf", "rm", "mit"))  # these change what follows them, however long
TEXTS = frozenset(("text", "textrm", "textbf", "textit", "textsf", "mbox"))
EXPECTATIONS = {
    "E": "an expectation has its argument in brackets, E[...]: write it so, or declare E",
    "P": "a probability is not part of the language: write the expression itself, or declare P",
    "V": "a variance is written Var[...]: write it so, or declare V",
}
FRACTIONS = frozenset(("frac", "dfrac", "tfrac", "cfrac"))
ARRAYS = frozenset(("matrix", "bmatrix", "pmatrix", "smallmatrix", "bsmallmatrix", "array"))
_MORE = {"Tr": "tr", "trace": "tr", "Diag": "diag", "Det": "det"}


def word_of(command: str, known: Container[str]) -> str | None:
    """The plain word for a command that is a function or a Greek letter.

    >>> word_of("log", {"log"}), word_of("varepsilon", {"log"}), word_of("nosuch", {"log"})
    ('log', 'epsilon', None)
    """
    name = VARIANTS.get(command, command)
    if name in GREEK_NAMES or name in ("pi", "ell"):
        return name
    if command in known and len(command) > 1:
        return _MORE.get(command, command)
    if len(command) > 3 and command.lower() in known:
        return command.lower()
    return _MORE.get(command)
