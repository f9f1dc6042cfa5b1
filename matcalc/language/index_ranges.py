r"""The limits of sums over an index: which entries \sum_{i=2}^{n} takes."""

from __future__ import annotations

from ..terms.records import dataclass

_EVERY = "an index runs from 1 to the number of entries, over a part such as i=2..n, or from 0 to n - 1"


class RangeError(Exception):
    """Limits that are not understood."""


@dataclass(frozen=True)
class Range:
    """The entries that an index takes: how many there are in all, if that is said, and a slice of them."""

    size: str = ""  # a name or a number
    start: int = 0
    stop: int | None = None

    @property
    def whole(self) -> bool:
        return self.start == 0 and self.stop is None

    def moved(self, by: int, name: str) -> Range:
        """The entries that a shifted index takes, as x_{i+1} does.

        >>> Range("n", 0, -1).moved(1, "x_{i+1}")
        Range(size='n', start=1, stop=None)
        """
        if self.start + by < 0:
            raise RangeError(f"{name} begins before the first entry: let the index begin later")
        stop = self.stop
        if by > 0 and (stop is None or stop < 0 < stop + by):
            raise RangeError(f"{name} goes beyond the last entry: let the index end earlier, as in i=1..n-1")
        end = by if stop is None else stop + by
        return Range(self.size, self.start + by, end or None)

    def inside(self, low: int, high: int) -> Range:
        """All entries for which the shifts from low to high stay inside."""
        return Range(self.size, max(-low, 0), -high if high > 0 else None)


def range_of(first: str, last: str, declared: bool) -> Range:
    """The range of limits as they are written; `declared` if the arrays have sizes of their own.

    >>> range_of("1", "n", False), range_of("2", "n-1", True)
    (Range(size='n', start=0, stop=None), Range(size='n', start=1, stop=-1))
    """
    if not first and not last:
        return Range()
    if first and not first.isdigit():
        raise RangeError(_EVERY)
    low = int(first or "1") if len(first) < 10 else -1
    if not last:
        if low > 1 or low < 0:
            raise RangeError(_EVERY)
        return Range()
    if last.isdigit() and len(last) < 10:
        high = int(last) + (low == 0)
        start = max(low - 1, 0)
        if high <= start:
            raise RangeError("the sum ends before it begins")
        if start and not declared:
            raise RangeError("declare the array whose entries are summed in part")
        return Range("" if declared else str(high), start, high if declared else None)
    name, minus, less = last.replace(" ", "").partition("-")
    if not name.isidentifier() or len(name) > 9 or (minus and not (less.isdigit() and len(less) < 10 and int(less))):
        raise RangeError(_EVERY)
    if low == 0:
        if not minus:
            raise RangeError(_EVERY)
        return Range(name, 0, 1 - int(less) or None)
    return Range(name, max(low - 1, 0), -int(less) if minus else None)
