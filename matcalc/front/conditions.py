"""What an answer takes for granted, as mathematics, and what the uncommon words in it mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..printing.registry import Options
from ..rulebook.properties import Facts
from ..terms.expression import Expr, add, div, num, t
from ..terms.walks import postorder
from .notations import write

if TYPE_CHECKING:
    from ..rulebook.book import RuleBook
    from .derivative import Derivative

_SIGNS = {"nonzero": ("≠ 0", r"\ne 0"), "positive": ("> 0", "> 0")}
_MATHML = {"nonzero": "<mo>≠</mo><mn>0</mn>", "positive": "<mo>&gt;</mo><mn>0</mn>"}
_WORDS = {"spd": "symmetric positive definite"}
MEANINGS = {
    "polar": "polar(X) is the orthogonal factor U of the polar decomposition X = UH",
    "dpolar": "dpolar(X, E) is the derivative of polar at X in the direction E",
    "leading": "leading(X) is uv', with the first left and right singular vectors of X",
    "dleading": "dleading(X, E) is the derivative of leading at X in the direction E",
    "dexpm": "dexpm(X, E) is the derivative of expm at X in the direction E",
    "d2expm": "d2expm(X, E, F) is the second derivative of expm at X in the directions E and F",
    "dlogm": "dlogm(X, E) is the derivative of logm at X in the direction E",
    "d2logm": "d2logm(X, E, F) is the second derivative of logm at X in the directions E and F",
    "sylvester": "sylvester(A, B, C) is the solution Z of AZ + ZB = C",
    "commutation": "commutation(I_m, I_n) vec(A) = vec(A') for A of size m by n",
    "cholesky": "cholesky(X) is the lower triangular L with (X + X')/2 = LL'",
    "eigvalsh": "eigvalsh(X) are the eigenvalues of (X + X')/2, the least first",
    "eigvecsh": "eigvecsh(X) has the unit eigenvectors of (X + X')/2 as its columns, in the order of eigvalsh",
    "maxeig": "maxeig(X) is the largest eigenvalue of (X + X')/2",
    "mineig": "mineig(X) is the smallest eigenvalue of (X + X')/2",
    "maxeigvec": "maxeigvec(X) is a unit eigenvector of the largest eigenvalue of (X + X')/2",
    "mineigvec": "mineigvec(X) is a unit eigenvector of the smallest eigenvalue of (X + X')/2",
    "wrapped": "wrapped(X)[k] is the sum of X[i, j] with (i - j) mod n = k",
    "lagged": "lagged(X)[k] is the sum of X[i, j] with |i - j| = k",
    "adj": "adj(X) is the adjugate of X, which is det(X) inv(X) where X is invertible",
    "step": "step(x) is 1 where x > 0, and 0 elsewhere",
}


_OF_SYMMETRIC_PART = frozenset(word for word, said in MEANINGS.items() if "(X + X')/2" in said)


def of_symmetric_parts(e: Expr, book: RuleBook) -> tuple[str, ...]:
    """What is said where eigenvalues or a Cholesky factor are asked of a matrix that nothing says is symmetric.

    >>> import matcalc
    >>> matcalc.grad("maxeig(A)", "A").remarks
    ("A is not known to be symmetric: maxeig(A) is that of (A + A')/2",)
    """
    found = [x for x in postorder(e) if x.op in _OF_SYMMETRIC_PART]
    if not found:
        return ()
    facts = Facts(book=book)
    free = [(x, x.args[0]) for x in found if not facts.holds("symmetric", x.args[0])]
    said = "{1} is not known to be symmetric: {0} is that of {2}"
    return tuple(said.format(x, a, div(add(a, t(a)), num(2))) for x, a in free)


def legend(e: Expr) -> list[str]:
    """A line for each uncommon word in an expression.

    >>> import matcalc
    >>> legend(matcalc.grad("normnuc(X)", "X").expr)
    ['polar(X) is the orthogonal factor U of the polar decomposition X = UH']
    """
    found = dict.fromkeys(getattr(x.data, "name", x.data) if x.op == "kernel" else x.op for x in postorder(e))
    return [MEANINGS[word] for word in found if word in MEANINGS]


def conditions(d: Derivative, notation: str = "unicode") -> list[str]:
    """What an answer takes for granted and nothing else in the list implies, in Unicode, LaTeX or MathML.

    >>> import matcalc
    >>> conditions(matcalc.grad("logdet(X)", "X"))
    ['X invertible']
    """
    stated = d.record.conditions
    kept = [(p, args) for p, args in stated if not _implied(p, args, [x for x in stated if x != (p, args)])]
    return [_sentence(prop, args, notation, d.fills) for prop, args in kept]


def _sentence(prop: str, args: tuple[Expr, ...], notation: str, fills: frozenset[int]) -> str:
    sides = [write(a, notation, None, Options(share=False, fills=fills)) for a in args]
    if notation == "mathml":
        sides = [s.replace(' display="block"', "") for s in sides]
    if prop == "equal":
        return " = ".join(sides)
    things = ", ".join(sides)
    if notation == "mathml":
        from html import escape  # with its table of entities

        word = escape(_WORDS.get(prop, prop))
        return things.removesuffix("</math>") + _MATHML[prop] + "</math>" if prop in _MATHML else f"{things} {word}"
    latex = notation == "latex"
    if prop in _SIGNS:
        return f"{things} {_SIGNS[prop][latex]}"
    word = _WORDS.get(prop, prop)
    return rf"{things} \text{{ {word}}}" if latex else f"{things} {word}"


def _implied(prop: str, args: tuple[Expr, ...], others: list[tuple[str, tuple[Expr, ...]]]) -> bool:
    """Whether other conditions say as much: x > 0 says x ≠ 0, and x ≠ 0 says 2x² ≠ 0 and ||x|| ≠ 0."""
    if prop == "invertible":
        return ("spd", args) in others
    if prop != "nonzero":
        return False
    known = {a[0] for p, a in others if p in ("nonzero", "positive")}
    open_ = [args[0]]
    while open_:
        e = open_.pop()
        if e in known or (e.op == "num" and e.data):
            continue
        if e.op == "prod" and e.is_scalar:
            open_ += e.args
        elif e.op == "norm" or (e.op == "pow" and e.args[1].op == "num"):
            open_.append(e.args[0])
        else:
            return False
    return True
