"""Our answers beside the books': `python -m tests.corpus.compare [FILE ...] [--longer 1.0] [--freeze]`.

Prints each row where ours differs from the form in the file, the longest first. `--freeze` writes ours into
the files where it has the right value and is no longer than the form there: read it before committing it.
"""

from __future__ import annotations

import argparse
import collections
import sys
from typing import Any

import numpy as np

from tests.corpus.rows import HERE, Row, corpus, reference, tokens
from tests.random.samples import limit
from tests.random.values import agrees


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


def answer(row: Row, layout: str) -> tuple[str, str]:
    """The verdict (ok, wrong or error) and the printed answer or the message."""
    values = row.values()
    try:
        with limit(20):
            d = derive(row, layout)
            got, text = d.evaluate(values), str(d)
    except Exception as e:  # every failure is shown, none hidden
        return "error", f"{type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}"
    return ("ok" if agrees(got, np.asarray(reference(row, values, layout))) else "wrong"), text


def layouts(row: Row) -> tuple[str, ...]:
    """The layouts to look at; a Hessian has one."""
    return ("denominator",) if row.order == 2 else ("numerator", "denominator")


def worth_freezing(row: Row, texts: dict[str, str]) -> bool:
    """Whether our forms are matrix forms, no longer than those of the file, and alike in both layouts."""
    if set(texts) != set(layouts(row)) or row.citation == "random tests":
        return False
    lengths = [tokens(t) for t in texts.values()]
    if any("einsum" in t or " | " in t for t in texts.values()) or max(lengths) > 1.3 * min(lengths) + 2:
        return False
    if row.order == 2:
        texts["numerator"] = texts["denominator"]
    forms = {layout: row.form(layout).lstrip("~") for layout in texts}
    return all(form == "-" or tokens(texts[layout]) <= tokens(form) for layout, form in forms.items())


def freeze(changes: dict[tuple[str, int], dict[str, str]]) -> None:
    """Write forms into the files."""
    for path in HERE.glob("*.corpus"):
        lines = path.read_text().splitlines()
        for (file, number), forms in changes.items():
            if file == path.stem:
                cells = lines[number - 1].split(" | ")
                for layout, form in forms.items():
                    cells[3 if layout == "numerator" else 4] = form
                lines[number - 1] = " | ".join(cells)
        path.write_text("\n".join(lines) + "\n")


def main() -> int:
    """Compare."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("files", nargs="*")
    p.add_argument("--longer", type=float, default=0.0, help="only where ours is longer than this many times the form")
    p.add_argument("--freeze", action="store_true")
    a = p.parse_args()
    found: list[tuple[float, str]] = []
    counts: collections.Counter[str] = collections.Counter()
    answers: dict[Row, dict[str, str]] = collections.defaultdict(dict)
    ratios = []
    for row in corpus():
        if a.files and row.file not in a.files:
            continue
        for layout in layouts(row):
            verdict, text = answer(row, layout)
            counts[verdict] += 1
            form = row.form(layout).lstrip("~")
            head = f"{row.label} [{layout}] by {row.variable}: {row.expression}    where {row.where}"
            if verdict != "ok":
                found.append((99.0, f"{verdict} {head}\n    {text}"))
                continue
            if form != "-":
                ratios.append(tokens(text) / tokens(form))
                if text != form and ratios[-1] > a.longer:
                    found.append((ratios[-1], f"x{ratios[-1]:.2f} {head}\n    ours {text}\n    book {form}"))
            answers[row][layout] = text
    for _, text in sorted(found, key=lambda f: -f[0]):
        print(text)
    if a.freeze:
        freeze({(r.file, r.line): texts for r, texts in answers.items() if worth_freezing(r, texts)})
    longer = sum(r > 1 for r in ratios)
    print(f"{dict(counts)}; of {len(ratios)} forms ours is longer {longer} times, over 1.5 times as long "
          f"{sum(r > 1.5 for r in ratios)} times")  # fmt: skip
    return int(counts["ok"] != counts.total())


if __name__ == "__main__":
    sys.exit(main())
