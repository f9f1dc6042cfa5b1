"""Which lines and branches of matcalc the tests run: `python -m tests.covered [--keep FOLDER] [--out FILE]`.

The tests run room by room, two rooms at a time. With `--map` every line is noted with the tests that run it, which
`tests.planted.python_errors` needs. Takes two to four times as long as the suite.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import coverage

from tests.planted.__main__ import ROOT, hidden_jax

PIECES = (
    *(("tests/corpus",), ("tests/language",), ("tests/front",), ("tests/codegen", "tests/terms"), ("tests/rulebook",)),
    *(("tests/printing", "tests/simplification"), ("tests/calculus", "tests/certificate", "tests/numbers")),
    ("tests/derivation", "tests/marking", "tests/analysis", "tests/random", "tests/fuzz", "matcalc"),
    ("tests/test_architecture.py", "tests/test_contributing.py", "tests/test_determinism.py", "tests/test_readme.py"),
    ("tests/test_lecture.py", "tests/test_lecture_automatic.py", "tests/test_packaging.py", "tests/test_profile.py"),
)
LEFT_OUT = "not depth and not deep and not thousand"  # what is about time takes minutes under coverage
SETTINGS = """
[run]
branch = {branch}
source_pkgs = matcalc
parallel = true
[report]
exclude_also =
    if TYPE_CHECKING:
    raise NotImplementedError
    @overload
    if __name__ == "__main__":
    ^ *\\.\\.\\.$
"""


def run(piece: tuple[str, ...], folder: Path, noted: bool) -> str:
    """Run some tests under coverage, noted with each line or not; what they say last."""
    env = {
        **os.environ, "PYTHONPATH": str(hidden_jax(folder)), "COVERAGE_FILE": str(folder / ".coverage"),
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={folder / 'settings'}", "-m", "pytest", "-q"]
    plugins = ["-p", "no:cacheprovider", *(["-p", "tests.covered.plugin"] if noted else [])]
    words = [*command, *plugins, "-k", LEFT_OUT, *piece]
    out = subprocess.run(words, cwd=ROOT, env=env, text=True, capture_output=True, check=False).stdout
    return f"{' '.join(piece)}: {out.splitlines()[-1] if out else 'nothing'}"


def collect(folder: Path, jobs: int, noted: bool) -> None:
    """Run everything; the data are in the folder."""
    (folder / "settings").write_text(SETTINGS.replace("{branch}", "false" if noted else "true"))
    with ThreadPoolExecutor(jobs) as pool:
        for line in pool.map(lambda piece: run(piece, folder, noted), PIECES):
            print(line, flush=True)


def table(folder: Path) -> list[str]:
    """The share of each room, and the lines that no test runs."""
    found = coverage.Coverage(str(folder / ".coverage"), config_file=str(folder / "settings"))
    found.combine([str(folder)], keep=True)
    out = folder / "report.json"
    found.json_report(outfile=str(out))
    return rows(out.read_text(encoding="utf-8"))


def rows(report: str) -> list[str]:
    """The table from the report of coverage in JSON."""
    import json

    parts = ("num_statements", "covered_lines", "num_branches", "covered_branches")
    rooms: dict[str, list[int]] = {}
    left: list[str] = []
    for file, data in sorted(json.loads(report)["files"].items()):
        name = file[file.index("matcalc/") :]
        room = name.split("/")[1] if name.count("/") > 1 else "matcalc"
        counts = [data["summary"][k] for k in parts]
        rooms[room] = [a + b for a, b in zip(rooms.get(room, [0] * 4), counts, strict=True)]
        lines = spans(data["missing_lines"])
        gone = set(data["missing_lines"])
        arrows = [f"{a}->{'end' if b < 0 else b}" for a, b in data["missing_branches"] if not {a, b} & gone]
        if lines or arrows:
            left.append(f"| `{name}` | {', '.join(lines)} | {', '.join(arrows)} |")
    rooms["all"] = [sum(column) for column in zip(*rooms.values(), strict=True)]
    lines = ["| room | lines | run | branches | taken | together |", "|---|---|---|---|---|---|"]
    for room, (n, run_, b, taken) in rooms.items():
        lines.append(f"| {room} | {n} | {run_} | {b} | {taken} | {100 * (run_ + taken) / (n + b or 1):.1f} % |")
    return [*lines, "", "| file | lines that no test runs | branches that no test takes |", "|---|---|---|", *left]


def spans(lines: list[int]) -> list[str]:
    """Numbers in rows.

    >>> spans([3, 4, 5, 9])
    ['3-5', '9']
    """
    found: list[list[int]] = []
    for n in lines:
        if found and n == found[-1][1] + 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return [str(a) if a == b else f"{a}-{b}" for a, b in found]


def main() -> int:
    """Run, and print the table."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--keep", type=Path, help="a folder for the data; if it has some, nothing is run again")
    p.add_argument("--map", action="store_true", help="note the tests that run each line; no branches, no table")
    p.add_argument("--out", type=Path, help="a file for the table")
    a = p.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="covered-") as temporary:
        folder = a.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.glob(".coverage.*")):
            collect(folder, a.jobs, a.map)
            print(f"{time.perf_counter() - start:.0f} s")
        if a.map:
            return 0
        lines = table(folder)
    print("\n".join(lines))
    if a.out:
        a.out.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
