"""The picture at the top of README.md: questions as they are typed, and the answers of matcalc, typeset.

`python docs/picture.py` writes `docs/_static/answers.svg`; it needs matplotlib.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import matcalc  # noqa: E402

TARGET = ROOT / "docs" / "_static" / "answers.svg"
QUESTIONS = (
    ("||Xw - y||^2", "w", None),
    ("logdet(S) + tr(inv(S)*C)", "S", "S, C: spd matrix(n,n)"),
    ("log(sum(exp(A*x)))", "x", None),
)
INK, SOFT, PAPER, LINE = "#1c2024", "#565e66", "#fdfdfb", "#cfd4d9"


def answers() -> list[tuple[str, str]]:
    """The questions as they are typed, and the answers in LaTeX."""
    return [(f"{text}  by {by}", matcalc.grad(text, by, where=where).latex()) for text, by, where in QUESTIONS]


def description() -> str:
    """What the picture shows, for the metadata of the file and for the tests."""
    return "; ".join(f"{question}: {answer}" for question, answer in answers())


def main() -> None:
    """Draw the picture."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "matcalc", "mathtext.fontset": "cm", "svg.fonttype": "path"})
    from matplotlib import pyplot
    from matplotlib.patches import FancyBboxPatch

    figure: Any = pyplot.figure(figsize=(8.4, 2.4), facecolor="none")
    figure.add_artist(FancyBboxPatch((0.012, 0.03), 0.976, 0.94, boxstyle="round,pad=0,rounding_size=0.02",
                                     facecolor=PAPER, edgecolor=LINE))  # fmt: skip
    for k, (question, answer) in enumerate(answers()):
        y = 0.8 - 0.3 * k
        figure.text(0.04, y, question, family="DejaVu Sans Mono", size=11, color=SOFT, va="center")
        figure.text(0.53, y, f"${answer}$", size=17, color=INK, va="center")
    figure.savefig(TARGET, metadata={"Date": None, "Creator": None, "Description": description()})
    text = TARGET.read_text(encoding="utf-8")
    TARGET.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
