"""Our answers beside those of books: `python -m tests.corpus.compare [FILE ...] [--longer 1.0]`.

Prints each row where ours differs from the form that the source prints, the longest first.
"""

from __future__ import annotations

import argparse
import sys
from functools import cache
from statistics import median
from typing import Any

from tests.corpus.rows import Row, corpus, tokens


@cache
def derive(row: Row, layout: str) -> Any:
    """What matcalc answers."""
    import matcalc

    if row.order == 2:
        return matcalc.hessian(row.expression, row.variable, where=row.where)
    if " then " in row.variable:
        first, second = row.variable.split(" then ")
        d = matcalc.diff(row.expression, first, where=row.where, layout=layout)
        return matcalc.diff(d, second, layout=layout)
    extra = {} if row.structure == "free" else {"structure": row.structure}
    return matcalc.diff(row.expression, row.variable, where=row.where, layout=layout, **extra)


def ratio(ours: str, book: str) -> float:
    """How many times as long as the book's form ours is, in tokens."""
    return tokens(ours) / tokens(book)


def main() -> int:
    """Compare."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("files", nargs="*")
    p.add_argument("--longer", type=float, default=0.0, help="only where ours is longer than this many times the form")
    a = p.parse_args()
    found: list[tuple[float, str]] = []
    for row in corpus():
        if row.book and (not a.files or row.file in a.files):
            book, layout = row.book
            ours = str(derive(row, layout))
            head = f"x{ratio(ours, book):.2f} {row.label} [{layout}] {row.name}    where {row.where}"
            found.append((ratio(ours, book), f"{head}\n    ours {ours}\n    book {book}    ({row.citation})"))
    for longer, text in sorted(found, key=lambda f: -f[0]):
        if longer > a.longer and longer != 1:
            print(text)
    ratios = [longer for longer, _ in found]
    print(f"of {len(ratios)} forms ours is longer {sum(r > 1 for r in ratios)} times, "
          f"shorter {sum(r < 1 for r in ratios)} times; the median is {median(ratios):.2f}")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
