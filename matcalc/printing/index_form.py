"""A derivative entry by entry, in text, Unicode and LaTeX."""

from __future__ import annotations

from ..calculus.entries import Entries, EntryTerm
from ..terms.expression import Expr, prod, var
from ..terms.records import dataclass
from ..terms.shapes import SCALAR
from .core import Printer
from .form import ATOM, Child, Pieces
from .latex import Latex
from .mathematical import TIMES, Mathematical
from .names import split
from .plain import Plain, plain
from .unicode import Unicode

_BRACKETED = frozenset(("var", "d", "eye", "kernel"))
_ENTRIES = var("ϟ", SCALAR)  # stands for a product of entries among scalars


@dataclass(frozen=True, repr=False)
class IndexForm:
    """A derivative entry by entry; prints as text, as Unicode and as LaTeX."""

    entries: Entries

    def __str__(self) -> str:
        return " = ".join(self.sides("plain"))

    __repr__ = __str__

    def unicode(self) -> str:
        """The form in Unicode: ∂Y_ij/∂X_kl = ..."""
        return " = ".join(self.sides("unicode"))

    def latex(self) -> str:
        r"""The form as LaTeX: \frac{\partial Y_{ij}}{\partial X_{kl}} = ..."""
        return " = ".join(self.sides("latex"))

    def sides(self, notation: str) -> tuple[str, str]:
        """The derivative of an entry by an entry, and what it is."""
        top, below = (self.entries.value[0], self.entries.marks), self.entries.variable
        if notation in ("plain", "text"):
            y, x = (name + _plain_index(index) for name, index in (top, below))
            return f"∂{y}/∂{x}", _signed([_plain_term(term) for term in self.entries.terms], "-")
        printer = Latex() if notation == "latex" else Unicode()
        y, x = (_entry_name(printer, name, index) for name, index in (top, below))
        terms = _signed([_term(printer, term) for term in self.entries.terms], printer.minus)
        left = rf"\frac{{\partial {y}}}{{\partial {x}}}" if notation == "latex" else f"∂{y}/∂{x}"
        return left, terms

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def _plain_index(names: tuple[str, ...]) -> str:
    return f"[{','.join(names)}]" if names else ""


def _signed(parts: list[str], minus: str) -> str:
    """Terms as a sum; a term that begins with a minus sign is taken away."""
    if not parts:
        return "0"
    out = parts[0]
    for p in parts[1:]:
        out += f" {minus} {p[len(minus) :]}" if p.startswith(minus) else f" + {p}"
    return out


def _plain_term(term: EntryTerm) -> str:
    factors = []
    for e, names in term.factors:
        body = f"δ{_plain_index(names)}" if e.op == "eye" else _bracket(plain(e), e) + _plain_index(names)
        factors.append(body)
    total = "".join(f"sum[{n}={plain(a)}..{plain(b)}] " for n, a, b in reversed(term.sums))
    total += f"sum[{','.join(term.summed)}] " if term.summed else ""
    return _scaled(Plain(), term, "*".join(factors), total)


def _scaled(printer: Printer, term: EntryTerm, factors: str, total: str) -> str:
    """The entries with the scalars before and below them, after the signs of sums."""
    product = prod(*term.scalars, _ENTRIES) if factors else prod(*term.scalars)
    text = printer.text(product).replace(str(_ENTRIES.data.name), factors)
    minus = printer.minus
    return minus + total + text[len(minus) :] if text.startswith(minus) else total + text


def _term(printer: Mathematical, term: EntryTerm) -> str:
    """A product of entries in the notation of a printer."""
    out: list[str] = []
    for e, names in term.factors:
        simple = e.op in _BRACKETED or printer.form(e).level == ATOM
        body = printer.letter("delta", False) if e.op == "eye" else _inner(printer, e, not simple)
        bare = e.op == "eye" or (e.op in _BRACKETED and not (e.op == "var" and split(e.data.name)[1]))
        base: Pieces = [body] if bare or not isinstance(printer, Latex) else ["{", body, "}"]
        marks = printer.subscripted(base, _marks(printer, names))
        out += [*([TIMES] if out else []), "".join(str(m) for m in marks)]
    total = "".join(
        "".join(_inner(printer, p.expr, False) if isinstance(p, Child) else p for p in printer.ranged(n, a, b))
        for n, a, b in reversed(term.sums)
    )
    total += printer.total(_marks(printer, term.summed)) if term.summed else ""
    return _scaled(type(printer)(), term, printer.finish(out), total)


def _inner(printer: Mathematical, e: Expr, brackets: bool) -> str:
    text = type(printer)().text(e)
    return f"{printer.opening}{text}{printer.closing}" if brackets else text


def _marks(printer: Mathematical, names: tuple[str, ...]) -> str:
    """Indices as a subscript; those with numbers stand apart."""
    if all(len(n) == 1 for n in names):
        return "".join(names)
    return " ".join(n if len(n) == 1 else printer.letter(n, False) for n in names)


def _entry_name(printer: Mathematical, name: str, index: tuple[str, ...]) -> str:
    """A name with indices."""
    if not name.replace("_", "").isalnum():
        letter = name.replace("∇", r"\nabla ") if isinstance(printer, Latex) else name
    elif split(name)[1] and index:
        letter = "{" + printer.letter(name, False) + "}" if isinstance(printer, Latex) else printer.letter(name, False)
    else:
        letter = printer.letter(name, False)
    return "".join(str(p) for p in printer.subscripted([letter], _marks(printer, index))) if index else letter


def _bracket(text: str, e: Expr) -> str:
    call = e.op not in ("add", "mm", "had", "t", "prod", "epow", "mpow") and "(" in text
    return text if e.op in _BRACKETED or call else f"({text})"
