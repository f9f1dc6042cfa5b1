"""Hostile inputs, each in a process of its own: `python -m tests.hostile [--only TEXT] [--out FILE]`.

Each must end in an answer or in an error of matcalc, within a minute and 1 GB. The time includes the start of Python,
the certificate and the text of the answer.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

INPUTS = Path(__file__).parent / "inputs.txt"
MEMORY = 1 << 30
SECONDS = 60
CODE = """
import matcalc as m, resource, sys
try:
    d = {}
    print("answer of", len(str(d)), "characters")
except m.MatcalcError as error:
    print(type(error).__name__ + ":", str(error).splitlines()[0][:70])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


class Outcome(NamedTuple):
    """What came of one input."""

    name: str
    fine: bool
    what: str
    seconds: float
    megabytes: int


def inputs() -> list[tuple[str, str]]:
    """What each is, and the code that tries it."""
    lines = INPUTS.read_text(encoding="utf-8").splitlines()
    return [(name, code) for name, code in (line.split(" | ", 1) for line in lines if not line.startswith("#"))]


def attempt(name: str, code: str) -> Outcome:
    """One input in its own process."""

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    start = time.perf_counter()
    try:
        run = subprocess.run([sys.executable, "-c", CODE.replace("{}", code)], capture_output=True, text=True,
                             timeout=SECONDS, preexec_fn=bounded, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outcome(name, False, f"over {SECONDS} s", float(SECONDS), 0)
    seconds, lines = time.perf_counter() - start, run.stdout.splitlines()
    if run.returncode or len(lines) != 2:
        return Outcome(name, False, f"crash: {(run.stderr.splitlines() or ['?'])[-1][:70]}", seconds, 0)
    return Outcome(name, True, lines[0], seconds, int(lines[1]))


def main() -> int:
    """Try them all; the exit status is 0 if each ended well."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--only", default="", help="only those with this text in their name")
    p.add_argument("--out", type=Path, help="a file for the table")
    a = p.parse_args()
    rows = ["| input | outcome | seconds | MB |", "|---|---|---|---|"]
    bad = 0
    for name, code in inputs():
        if a.only in name:
            o = attempt(name, code)
            bad += not o.fine
            rows.append(f"| {name} | {o.what.replace('|', '¦')} | {o.seconds:.1f} | {o.megabytes} |")
            print(rows[-1], flush=True)
    if a.out:
        a.out.write_text("\n".join([*rows, ""]), encoding="utf-8")
    print(f"{len(rows) - 2 - bad} of {len(rows) - 2} ended well")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
