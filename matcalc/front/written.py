"""The notations of a derivative, with its shared parts named and its long sums broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..printing.registry import Options
from .notations import write

if TYPE_CHECKING:
    from ..language.typing.declarations import Types
    from ..terms.expression import Expr


def names_of(types: Types, *sources: Expr) -> frozenset[str]:
    """The names of a question: of its variables, of its functions and of its sizes."""
    sizes = {n for kind in types.values() for d in getattr(kind, "shape", ()) for n in d.names}
    return frozenset(types).union(sizes, *(e.free for e in sources))


class Written:
    """What has a closed form `expr`, and knows the types of the names of its question.

    `share` gives names to parts that occur several times, "body, where r = ..."; by default where the text has more
    than three lines of 80 characters. With a `width`, a sum that is wider is broken into lines.
    """

    @property
    def expr(self) -> Expr:
        """The closed form as an expression."""
        raise NotImplementedError

    @property
    def types(self) -> Types:
        """The types of the names, declared and inferred."""
        raise NotImplementedError

    @property
    def names(self) -> frozenset[str]:
        """The names of the question, which no shared part gets."""
        return names_of(self.types, self.expr)

    @property
    def fills(self) -> frozenset[int]:
        """Whether scalars are added to vectors (1) and matrices (2) without an array of ones, as the question does."""
        return frozenset()

    def _written(self, notation: str, share: bool | None, width: int | None) -> str:
        return write(self.expr, notation, self.types, Options(share, width, self.names, self.fills))

    def __str__(self) -> str:
        return self.plain()

    def plain(self, share: bool | None = None, width: int | None = None) -> str:
        """The closed form in the plain language, as `str` gives it; it is read back, definitions too.

        >>> import matcalc
        >>> d = matcalc.grad("exp(-||X*w - y||^2)*||X*w - y||^2", "w")
        >>> print(d.plain(share=True, width=60))
        2*exp(-c)*(1 - c)*X'*(X*w - y), where c = ||X*w - y||^2
        >>> matcalc.parse(d.plain(share=True)) is d.expr
        True
        """
        return self._written("text", share, width)

    def unicode(self, share: bool | None = None, width: int | None = None) -> str:
        """The closed form in Unicode.

        >>> import matcalc
        >>> matcalc.diff("||Xw - y||^2", "w", layout="denominator").unicode()
        '2Xᵀ(Xw − y)'
        """
        return self._written("unicode", share, width)

    def latex(self, share: bool | None = None, width: int | None = None) -> str:
        """The closed form as LaTeX.

        >>> import matcalc
        >>> matcalc.diff("x'*A*x", "x").latex()
        '\\\\mathbf{x}^\\\\top \\\\left(\\\\mathbf{A} + \\\\mathbf{A}^\\\\top\\\\right)'
        """
        return self._written("latex", share, width)

    def typst(self, share: bool | None = None, width: int | None = None) -> str:
        """The closed form in the notation of Typst.

        >>> import matcalc
        >>> matcalc.diff("A*x", "x").typst()
        'bold(A)'
        """
        return self._written("typst", share, width)

    def mathml(self, share: bool | None = None) -> str:
        """The closed form as a <math> element.

        >>> import matcalc
        >>> matcalc.diff("A*x", "x").mathml()
        '<math display="block"><mi>𝐀</mi></math>'
        """
        return self._written("mathml", share, None)
