"""The report on what the tests show: `python -m tests.report [--full]` writes tests/REPORT.md.

Every part is measured again: what the certificates cost and the wrong answers that they caught, fuzzed and random
inputs, wrong rules made by machine, hostile inputs. `--full` takes an hour: two runs of 25,000 fuzzed inputs, 2,000
random derivatives and every planted error; without it the same in small.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import matcalc
from matcalc.certificate.certify import certify
from matcalc.front.certificates import certificate_of
from tests.certificate.test_planted import planted
from tests.corpus.rows import Row, corpus
from tests.hostile.__main__ import attempt, inputs
from tests.planted.errors import PLANTED
from tests.planted.mutants import chosen
from tests.planted.python_errors import RESULTS, summary
from tests.report.faults import table
from tests.report.rows import table as numbered

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "tests" / "REPORT.md"


def derive(row: Row) -> matcalc.Derivative:
    """The derivative of a row without its certificate."""
    asked = {"where": row.where, "structure": row.structure}
    return matcalc.diff(row.expression, row.variable, **asked, verify=False)  # type: ignore[arg-type]


def certificates() -> list[str]:
    """What certificates say of the corpus, what they cost, and the planted errors that they caught."""
    kinds, ratios, own = Counter[str](), [], []
    for row in corpus():
        if row.order == 2 or " then " in row.variable:
            continue
        try:
            derive(row)
            start = time.perf_counter()
            d = derive(row)
            between = time.perf_counter()
        except matcalc.MatcalcError:
            continue
        kinds[certificate_of(d.record).kind] += 1
        seconds = time.perf_counter() - between
        own.append(seconds)
        ratios.append(seconds / (between - start))
    ratios.sort()
    caught: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for kind, _, claim in planted():
        try:
            certify(claim)
            missed[kind] += 1
        except matcalc.InternalError:
            caught[kind] += 1
    lines = [
        f"Of {len(ratios)} derivatives of the corpus {kinds['exact']} are certified in the prime field, "
        f"{kinds['points']} at random points, {kinds['none']} not at all. A certificate takes "
        f"{1000 * statistics.median(own):.2f} ms in the median, {100 * statistics.median(ratios):.0f} % of the time of "
        f"the derivation (a quarter of them more than {100 * ratios[len(ratios) * 3 // 4]:.0f} %, a tenth more than "
        f"{100 * ratios[len(ratios) * 9 // 10]:.0f} %).", "",
        f"Wrong answers planted by machine: {sum(caught.values())} of {sum(caught.values()) + sum(missed.values())} "
        "get no certificate.", "", "| form | planted | caught |", "|---|---|---|",
    ]
    return lines + [f"| {kind} | {n + missed[kind]} | {n} |" for kind, n in sorted(caught.items())]


def command(*words: str, given: Path | None = None) -> list[str]:
    """What a command of the tests prints, the lines of its summary; or what it printed before."""
    if given is not None and given.exists():
        return [f"`python -m {' '.join(words)}`", "", "```text", *given.read_text("utf-8").splitlines()[-45:], "```"]
    run = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return [f"`python -m {' '.join(words)}`", "", "```text", *run.stdout.splitlines()[-45:], "```"]


def python_errors() -> list[str]:
    """The errors that are made by machine, and what caught them when they were last tried."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    return ["Made by machine, `python -m tests.planted.python_errors`:", "", *summary(chosen(), results)]


def coverage(given: Path | None) -> list[str]:
    """Lines and branches that the tests run, if they were counted."""
    if given is not None and given.exists():
        return given.read_text("utf-8").splitlines()
    return ["`python -m tests.covered` counts them."]


def hostile(given: Path | None) -> list[str]:
    """The hostile inputs, with time and memory."""
    if given is not None and given.exists():
        return given.read_text("utf-8").splitlines()
    lines = ["| input | outcome | seconds | MB |", "|---|---|---|---|"]
    for name, code in inputs():
        o = attempt(name, code)
        lines.append(f"| {name} | {o.what.replace('|', '¦')} | {o.seconds:.1f} | {o.megabytes} |")
    return lines


def main() -> int:
    """Write the report."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--full", action="store_true", help="all of it, which takes an hour")
    p.add_argument("--out", type=Path, default=REPORT)
    p.add_argument("--given", type=Path, help="a folder of what the commands printed before, as fuzzed-1.txt")
    a = p.parse_args()
    before = a.given
    many, few = ("25000", "1000") if a.full else ("1000", "60")

    def run(file: str, *words: str) -> list[str]:
        return [*command(*words, given=before and before / file), ""]

    parts = {
        "Certificates": certificates,
        "Fuzzed doors": lambda: [*run("fuzzed-1.txt", "tests.fuzz", "--seed", "20260101", "--count", many),
                                 *run("fuzzed-2.txt", "tests.fuzz", "--seed", "31415", "--count", many)],
        "Random derivatives": lambda: [*run("random-1.txt", "tests.random", "--seed", "2026", "--count", few),
                                       *run("random-2.txt", "tests.random", "--seed", "1618", "--count", few)],
        "Wrong rules": lambda: run("rules.txt", "tests.planted.rule_mutations"),
        "Errors in Python": lambda: [
            f"{len(PLANTED)} errors of thought are kept in tests/planted/errors.txt; `python -m tests.planted` plants "
            "each and names the test that notices it.", "", *python_errors()],
        "Coverage": lambda: coverage(before and before / "covered.md"),
        "Hostile inputs": lambda: hostile(before and before / "hostile.md"),
        "Faults by number": numbered,
        "Faults and their tests": table,
    }  # fmt: skip
    lines = ["# What the tests show", "",
             f"Made by `python -m tests.report{' --full' * a.full}`, Python {platform.python_version()}, "
             f"matcalc {matcalc.__version__}.", ""]  # fmt: skip
    for title, part in parts.items():
        print(title, flush=True)
        lines += [f"## {title}", "", *part(), ""]
    a.out.write_text("\n".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
