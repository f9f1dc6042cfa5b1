"""What has to be asked of a whole reading: a tie between two readings, a capital that only a small letter explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...terms.shapes import ONE, SCALAR, Dim, Shape
from ..tree import Ast
from .declarations import Type
from .fitting import Misfit
from .preferences import TIE
from .shaping import Shaper

Reading = tuple[float, Shaper, dict[str, Shape]]  # its cost, the shapes of parts and of names


def kind_word(shape: Shape) -> str:
    """The kind that a name of a shape is declared as.

    >>> kind_word((Dim.of("n"), ONE))
    'vector'
    """
    return "scalar" if shape == SCALAR else "vector" if shape[1] is ONE else "matrix"


class Doubts:
    """The part of a problem that asks about its best reading."""

    tape: Sequence[Ast]
    free: list[str]
    names: dict[str, int]
    rivals: list[Reading]

    def ask(self, best: Reading) -> None:
        """Add what has to be asked to the best reading."""
        self._bare_capitals(best[1])
        self._tied(best)

    def names_for(self, shaper: Shaper, leaves: Mapping[str, Shape]) -> dict[str, Dim]:
        """Names for the sizes that stay unknown."""
        raise NotImplementedError

    def _tied(self, best: Reading) -> None:
        """Ask which of two readings is meant that cost the same."""
        for total, shaper, leaves in self.rivals:
            names = [n for n in self.free if n[:2] != "1@" and kind_word(leaves[n]) != kind_word(best[2][n])]
            if abs(total - best[0]) <= TIE and names and not best[1].questions:
                one, other = (self._declaring(s, x, names) for s, x in (best[1:], (shaper, leaves)))
                message = f"this can be read in two ways: declare {one}, or {other}"
                best[1].questions.append(Misfit(self.names[names[0]], lambda said=message: said))  # type: ignore[misc]

    def _declaring(self, shaper: Shaper, leaves: Mapping[str, Shape], names: Sequence[str]) -> str:
        """The declarations of some names in a reading."""
        naming = self.names_for(shaper, leaves)
        shapes = {n: tuple(shaper.u.resolve(d).substitute(naming) for d in leaves[n]) for n in names}
        return ", ".join(f"{n}: {Type(kind_word(s), s)}" for n, s in shapes.items())

    def _bare_capitals(self, shaper: Shaper) -> None:
        """Ask about A + x, where nothing but a lower-case letter makes a vector of the capital."""
        if shaper.shapes[-1] == SCALAR:
            return
        for i, node in enumerate(self.tape):
            names = [self.tape[j] for j in node.args] if node.op in ("add", "sub") else []
            if names and all(n.op == "name" and n.data in self.free for n in names) and shaper.shapes[i][1:] == (ONE,):
                capital = next((str(n.data) for n in names if str(n.data)[0].isupper()), None)
                if capital is not None and any(str(n.data)[0].islower() for n in names):
                    other = next(str(n.data) for n in names if n.data != capital)
                    said = f"a capital is a matrix and a lower-case letter none: declare {capital} or {other}"
                    shaper.questions.append(Misfit(i, lambda said=said: said))  # type: ignore[misc]
