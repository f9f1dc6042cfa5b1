"""What is said about a text that was read in one of several possible ways."""

from __future__ import annotations

from collections.abc import Iterable

from ..terms.records import dataclass

Span = tuple[int, int]


@dataclass(frozen=True)
class Remark:
    """A choice that was made in reading: a sentence, and the place in the text that it is about.

    >>> str(Remark("e is Euler's number", (0, 1)))
    "e is Euler's number"
    """

    text: str
    span: Span = (0, 0)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


def ordered(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Remarks in the order of their places, each sentence once.

    >>> [r.text for r in ordered([Remark("b", (5, 6)), Remark("a", (0, 1)), Remark("b", (9, 10))])]
    ['a', 'b']
    """
    first: dict[str, Remark] = {}
    for remark in sorted(remarks, key=lambda r: r.span):
        first.setdefault(remark.text, remark)
    return tuple(first.values())
