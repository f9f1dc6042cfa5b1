"""The words of the language: Greek letters, functions and what they are called elsewhere, properties."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from ..terms.regex import regex
from ..terms.signatures import Signatures

PROPERTIES = (
    "complex", "hermitian", "unitary", "hpd", "symmetric", "skew", "diagonal", "orthogonal", "invertible", "spd",
    "psd", "lower", "upper", "positive", "nonnegative", "unit", "small",
)  # fmt: skip
SQUARE_ONLY = frozenset(PROPERTIES[1:13])
REAL_ONLY = ("spd", "psd", "positive", "nonnegative", "unit", "small")  # they ask for an order of numbers

UNIT_NAME = "imaginary_unit"  # what 1i is while a text is read

_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega"  # noqa: E501
_LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"
GREEK: dict[str, str] = dict(zip(_LETTERS, _GREEK.split(), strict=True))
GREEK |= {
    "ς": "sigma",
    "ϵ": "epsilon",
    "ϑ": "theta",
    "ϕ": "phi",
    "ϱ": "rho",
    "ϖ": "pi",
    "ϰ": "kappa",
    "µ": "mu",
}
GREEK |= {u.upper(): n.capitalize() for u, n in list(GREEK.items()) if u in _LETTERS}
GREEK["ℓ"] = "ell"
GREEK_NAMES = frozenset(GREEK.values()) - {"pi"}
VARIANTS = {
    "varepsilon": "epsilon",
    "varphi": "phi",
    "vartheta": "theta",
    "varrho": "rho",
    "varsigma": "sigma",
}

LETTER = "A-Za-zͰ-Ͽµℓ"
LOW = "₀-₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢᵣᵤᵥⱼ"  # letters and digits of subscripts
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₌ₐₑₒₓₕₖₗₘₙₚₛₜᵢᵣᵤᵥⱼ", "0123456789+-=aeoxhklmnpstiruvj")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱⁿʲᵏᵐᵈᵖᴺᴷᴹᴰᵀ", "0123456789+-injkmdpNKMDT")
NAME = regex(rf"[{LETTER}][{LETTER}0-9]*(?:_[{LETTER}0-9]+)*[{LOW}]*")

# functions that the parser itself maps to nodes; the others come from the table of operations
SPECIAL = {
    "transpose": "t", "max": "max", "min": "min", "maximum": "max", "minimum": "min", "diag": "diag",
    "norm2": "norm2", "norm_2": "norm2", "spectral": "norm2", "sqrt": "sqrt", "dot": "inner",
    "inner": "inner", "vdot": "inner", "outer": "outer", "matmul": "mul", "multiply": "had",
    "hadamard": "had", "divide": "ediv", "square": "square",
    "norm of 1": "norm of 1", "norm of inf": "norm of inf", "power": "epow", "inv": "inv",
    "inverse": "inv", "solve": "solve", "mm": "mul", "mv": "mul", "expit": "sigmoid", "pow": "epow",
    "opnorm": "norm2", "diagm": "diag", "Diagonal": "diag", "reduce_sum": "sum", "reduce_mean": "mean",
    "abs": "abs", "absolute": "abs", "prod": "prodall",
}  # fmt: skip
RESERVED = frozenset(("t", "T", "d", "I", "e", "pi", "add", "mm", "had", "pow", "epow", "mpow", "var", "num", "jac",
                      "ones", "zeros", "index", "array", "call", "size", "const", "counter", "series",
                      "einsum", "kernel"))  # fmt: skip
SIZED = frozenset(("eye", "ones", "zeros", "vector", "matrix", "identity"))


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set.

    >>> sorted(words("max min"))
    ['max', 'min']
    """
    return frozenset(text.split())


_NOT_PREFIX = words(
    "t T max min maximum minimum gt ge lt le eq ne kron einsum dot inner outer matmul multiply hadamard "
    "cross skew axial divide power sylvester dexpm dlogm sg mm mv pow solve vdot Ei Si Ci"
)


_COLUMNS = ("cols", "columns", "col", "column")


def functions(signatures: Signatures) -> dict[str, str]:
    """Every name that can be written before parentheses, with the canonical name; a view of the signatures."""
    every = signatures.names()
    found = {n: op.name for n in every if n != "t" and (op := signatures.operation(n)) is not None}
    for name in [n for n in found if n.endswith("_rows")]:  # of each column, of all entries
        stem, rows = name.removesuffix("_rows"), found[name]
        known = rows.removesuffix("_rows")
        columns = {f"{stem}_{word}": f"{known}_cols" for word in _COLUMNS}
        found |= {f"{stem}_row": rows, **columns, f"{stem}_all": f"{known}_all"}
        found.setdefault(stem, known)  # of an array it may have no value
    for name in [n for n in found if n.startswith("row") and found[n].endswith("_rows")]:  # rowSums, colSums
        found["col" + name[3:]] = found[name].removesuffix("_rows") + "_cols"
    return found | SPECIAL


def can_prefix(word: str) -> bool:
    """Whether a function may stand before its argument without parentheses: `log det X`."""
    return word not in _NOT_PREFIX and word not in GREEK_NAMES


def normal_name(name: str) -> str:
    """The canonical spelling of a name: Greek letters spelled out, subscripts as `_1`.

    >>> normal_name("λ"), normal_name("x₁"), normal_name("x_{12}"), normal_name("h_{t-1}")
    ('lambda', 'x_1', 'x_12', 'h_tminus1')
    """
    if not name.isascii():
        name = plain_letters(name)
        m = re.fullmatch(rf"(.*?)([{LOW}]+)", name)
        if m:
            name = f"{m[1]}_{m[2].translate(SUBSCRIPTS)}".replace("+", "plus").replace("-", "minus")
        name = "".join(GREEK.get(c, c) for c in name)
    if "{" in name:
        name = name.replace("{", "").replace("}", "").replace("+", "plus").replace("-", "minus")
    if not name.isidentifier():
        name = name.replace(",", "_").replace(" ", "")
    return VARIANTS.get(name, name)


def plain_letters(text: str) -> str:
    """The text with mathematical bold and italic letters replaced by plain ones, one for one.

    >>> plain_letters("𝐗𝐰")
    'Xw'
    """
    if text.isascii():
        return text
    return "".join(_plain(c) for c in text)


def _plain(c: str) -> str:
    if "\U0001d400" <= c <= "\U0001d7cb":
        flat = unicodedata.normalize("NFKC", c)
        return flat if len(flat) == 1 else c
    if "！" <= c <= "～":  # full width
        return chr(ord(c) - 0xFEE0)
    return _LOOKALIKE.get(c, c)


_LOOKALIKE = {"∂": "∂", "𝟏": "𝟏", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u200a": " ", "\u2003": " ",
              "\u3000": " ", "‘": "'", "‛": "'", "“": '"', "”": '"', "。": ".", "ǁ": "‖"}


def exact(text: str) -> int | Fraction:
    """The exact value of a decimal number.

    >>> exact("0.5"), exact("1e3")
    (Fraction(1, 2), 1000)
    """
    if text.isdigit() or text[:1] == "-":
        return int(text)
    value = Fraction(text)
    return value.numerator if value.denominator == 1 else value
