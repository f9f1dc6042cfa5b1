"""A derivative entry by entry, in text and in LaTeX."""

from __future__ import annotations

from dataclasses import dataclass

from ..calculus.entries import Entries, EntryTerm
from ..terms.expression import Expr
from .latex import latex
from .plain import plain

_BRACKETED = frozenset(("var", "d", "eye", "kernel"))


@dataclass(frozen=True, repr=False)
class IndexForm:
    """A derivative entry by entry; prints as text and as LaTeX."""

    entries: Entries

    def __str__(self) -> str:
        y, x = (name + _plain_index(index) for name, index in (self.entries.value, self.entries.variable))
        return f"∂{y}/∂{x} = {_signed([_plain_term(term) for term in self.entries.terms])}"

    __repr__ = __str__

    def latex(self) -> str:
        r"""The form as LaTeX: \frac{\partial Y_{ij}}{\partial X_{kl}} = ..."""
        y, x = (name + _latex_index(index) for name, index in (self.entries.value, self.entries.variable))
        left = rf"\frac{{\partial {y}}}{{\partial {x}}}"
        return f"{left} = {_signed([_latex_term(term) for term in self.entries.terms])}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def _plain_index(names: tuple[str, ...]) -> str:
    return f"[{','.join(names)}]" if names else ""


def _latex_index(names: tuple[str, ...]) -> str:
    return "_{" + "".join(names) + "}" if names else ""


def _signed(parts: list[str]) -> str:
    """Terms as a sum; a term that begins with a minus sign is taken away."""
    if not parts:
        return "0"
    out = parts[0]
    for p in parts[1:]:
        out += f" - {p[1:]}" if p.startswith("-") else f" + {p}"
    return out


def _plain_term(term: EntryTerm) -> str:
    factors = []
    for e, names in term.factors:
        body = f"δ{_plain_index(names)}" if e.op == "eye" else _bracket(plain(e), e) + _plain_index(names)
        factors.append(body)
    scalars = [plain(s) if s.op != "add" else f"({plain(s)})" for s in term.scalars]
    total = "".join(f"sum[{n}={plain(a)}..{plain(b)}] " for n, a, b in reversed(term.sums))
    total += f"sum[{','.join(term.summed)}] " if term.summed else ""
    return _with_scalars(term, scalars, factors, "*", total)


def _latex_term(term: EntryTerm) -> str:
    factors = []
    for e, names in term.factors:
        body = r"\delta" if e.op == "eye" else latex(e)
        if e.op not in _BRACKETED:
            body = rf"\left({body}\right)"
        factors.append("{" + body + "}" + _latex_index(names))
    scalars = [latex(s) if s.op != "add" else rf"\left({latex(s)}\right)" for s in term.scalars]
    total = "".join(rf"\sum_{{{n}={latex(a)}}}^{{{latex(b)}}} " for n, a, b in reversed(term.sums))
    total += rf"\sum_{{{' '.join(term.summed)}}} " if term.summed else ""
    return _with_scalars(term, scalars, factors, r" \, ", total)


def _with_scalars(term: EntryTerm, scalars: list[str], factors: list[str], times: str, total: str) -> str:
    sign = ""
    if term.scalars and term.scalars[0].op == "num" and term.scalars[0].data == -1:
        sign, scalars = "-", scalars[1:]
    return sign + total + (times.join([*scalars, *factors]) or "1")


def _bracket(text: str, e: Expr) -> str:
    call = e.op not in ("add", "mm", "had", "t", "prod", "epow", "mpow") and "(" in text
    return text if e.op in _BRACKETED or call else f"({text})"
