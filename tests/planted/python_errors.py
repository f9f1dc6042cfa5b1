"""Plant errors made by machine in Python: `python -m tests.planted.python_errors --map FOLDER [--results FILE]`.

FOLDER has what `python -m tests.covered --map --keep FOLDER` found: which tests run which line. Each error is tried
with the tests of its own room that run its line, quick ones first, then with the others that do. A process forked for
each error imports the file with the error in it; nothing is written into the checkout. What was found is kept in the
file of results, so that a run that was stopped goes on; the exit status is 0 if every survivor is explained in
equal.txt.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.machinery
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from tests.planted.__main__ import FIRST, hidden_jax
from tests.planted.mutants import AREAS, ROOT, Mutant, chosen

EQUAL = Path(__file__).parent / "equal.txt"
RESULTS = Path(__file__).parent / "results.json"
QUICK, ALL = (25.0, 400), (150.0, 4000)  # seconds and numbers of the tests that are tried first and then
SURVIVES = "survives"
HEAVY = ("hypothesis", "lark", "numpy", "scipy.linalg", "scipy.special", "sympy")


class Tests:
    """Which tests run a line, and the seconds that they take."""

    def __init__(self, folder: Path) -> None:
        import coverage

        lines = (folder / ".coverage.seconds").read_text(encoding="utf-8").splitlines()
        self.seconds = {name: float(s) for s, _, name in (line.partition("\t") for line in lines)}
        self.lines: dict[str, dict[int, set[str]]] = {}
        for path in sorted(folder.glob(".coverage.*")):
            if path.suffix == ".seconds":
                continue
            data = coverage.CoverageData(str(path))
            data.read()
            for f in data.measured_files():
                known = self.lines.setdefault(f[f.rindex("matcalc/") :], {})
                for line, names in data.contexts_by_lineno(f).items():
                    known.setdefault(line, set()).update(n for n in names if n in self.seconds)

    def of(self, m: Mutant) -> list[str]:
        """The tests that run the line of an error, or the line above that is noted, the quickest first."""
        known = self.lines.get(m.file, {})
        at = next((k for k in range(m.line, m.line - 9, -1) if known.get(k)), None)
        return sorted(known.get(at, ()) if at else (), key=lambda n: self.seconds[n])

    def batches(self, m: Mutant) -> tuple[list[str], list[str]]:
        """Those of its room that are tried first, and the others."""
        first = tuple(FIRST[m.file.split("/")[1]])
        found = self.of(m)
        near = self.some([n for n in found if n.startswith(first)] or found, *QUICK)
        chosen_ones = set(near)
        return near, self.some([n for n in found if n not in chosen_ones], *ALL)

    def some(self, names: list[str], seconds: float, count: int) -> list[str]:
        """As many as take so long."""
        taken = []
        for n in names[:count]:
            seconds -= self.seconds[n]
            if seconds < 0:
                break
            taken.append(n)
        return taken


class Files(Tests):
    """Whole files of tests, the same for every error."""

    def __init__(self, paths: list[str]) -> None:
        self.paths = paths
        self.seconds = dict.fromkeys(paths, 10.0)

    def batches(self, m: Mutant) -> tuple[list[str], list[str]]:
        return self.paths, []


class Chosen:
    """A plugin: only some tests run, in their order; the first that fails is written to a file."""

    def __init__(self, names: list[str], out: Path) -> None:
        self.place, self.out = {n: k for k, n in enumerate(names)}, out

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if any("::" not in n for n in self.place):
            return
        items[:] = sorted((i for i in items if i.nodeid in self.place), key=lambda i: self.place[i.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.out.write_text(report.nodeid, encoding="utf-8")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.out.write_text(f"{report.nodeid} (as it is collected)", encoding="utf-8")


def serve(path: Path, text: str) -> None:
    """Whatever imports a file from here on gets another text."""
    loader = importlib.machinery.SourceFileLoader
    before: Callable[[Any, str], CodeType | None] = loader.get_code

    def get_code(self: Any, name: str) -> CodeType | None:
        if Path(self.path) == path:
            return compile(text, str(path), "exec", dont_inherit=True)
        return before(self, name)

    loader.get_code = get_code  # type: ignore[method-assign,assignment]


def attempt(m: Mutant, batches: tuple[list[str], ...], out: Path) -> None:
    """In a process of its own: run the tests with the error planted."""
    path = ROOT / m.file
    serve(path, m.plant(path.read_text(encoding="utf-8")))
    with (out.parent / f"{out.name}.log").open("w", encoding="utf-8") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        for names in batches:
            files = list(dict.fromkeys(n.partition("::")[0] for n in names))
            words = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", *files]
            status = pytest.main(words, plugins=[Chosen(names, out)]) if names else 0
            if status and not out.exists():
                out.write_text(f"exit status {int(status)}", encoding="utf-8")
            if out.exists():
                os._exit(1)
    os._exit(0)


class Running:
    """A process that tries one error."""

    def __init__(self, m: Mutant, tests: Tests, folder: Path) -> None:
        self.mutant, self.out, self.start = m, folder / m.key, time.monotonic()
        batches = tests.batches(m)
        self.count = sum(map(len, batches))
        self.limit = 60 + 6 * sum(tests.seconds[n] for b in batches for n in b)
        self.pid = os.fork()
        if not self.pid:
            os.setsid()
            with contextlib.suppress(BaseException):
                attempt(m, batches, self.out)
            os._exit(3)

    def done(self) -> str | None:
        """What caught it, or that it survives; None while it runs."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid and time.monotonic() - self.start < self.limit:
            return None
        if not pid:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            return "hangs"
        if self.out.exists():
            return self.out.read_text(encoding="utf-8")
        return f"{SURVIVES} {self.count} tests" if status == 0 else f"ends with status {status}"


def tried(mutants: list[Mutant], tests: Tests, jobs: int, minutes: float) -> Iterator[tuple[Mutant, str]]:
    """Each error and what came of it, until the time is over."""
    end = time.monotonic() + 60 * minutes
    with tempfile.TemporaryDirectory(prefix="errors-") as temporary:
        folder = Path(temporary)
        sys.path.insert(0, str(hidden_jax(folder)))
        os.environ["PYTHONPATH"] = str(folder / "hidden")
        waiting, running = list(mutants[::-1]), list[Running]()
        while running or waiting:
            while waiting and len(running) < jobs and time.monotonic() < end:
                running.append(Running(waiting.pop(), tests, folder))
            if not running:
                return
            time.sleep(0.05)
            for r in list(running):
                if (found := r.done()) is not None:
                    running.remove(r)
                    yield r.mutant, found


def explained() -> dict[str, str]:
    """Why a survivor is the same program, by its key."""
    rows = (line.partition(" ") for line in EQUAL.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#"))
    return {key: why for key, _, why in rows}


def summary(mutants: list[Mutant], results: dict[str, str]) -> list[str]:
    """A table of areas, and the survivors."""
    lines, equal = ["| area | planted | caught | the same program | survive |", "|---|---|---|---|---|"], explained()
    left: list[str] = []
    for area in AREAS:
        count: Counter[str] = Counter()
        for m in (m for m in mutants if m.area == area and m.key in results):
            what = "caught" if not results[m.key].startswith(SURVIVES) else "equal" if m.key in equal else SURVIVES
            count[what] += 1
            if what != "caught":
                text = f"{m}".replace("|", "¦")
                left.append(f"- {text}: {equal.get(m.key, f'SURVIVES ({m.key})')}")
        lines.append(f"| {area} | {count.total()} | {count['caught']} | {count['equal']} | {count[SURVIVES]} |")
    return [*lines, "", *left]


def main() -> int:
    """Try those that have no result yet."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = p.add_mutually_exclusive_group(required=True)
    where.add_argument("--map", type=Path)
    where.add_argument("--tests", nargs="+", help="files of tests that are tried with every error")
    p.add_argument("--results", type=Path, default=RESULTS)
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--minutes", type=float, default=25)
    p.add_argument("--again", action="store_true", help="try the survivors again")
    p.add_argument("--only", default="", help="only errors with this text in their line")
    p.add_argument("--out", type=Path, help="a file for the summary")
    a = p.parse_args()
    for name in HEAVY:  # here once, not in each process
        importlib.import_module(name)
    results: dict[str, str] = json.loads(a.results.read_text("utf-8")) if a.results.exists() else {}
    mutants = chosen()
    todo = [m for m in mutants if a.only in str(m) and
            (m.key not in results or (a.again and results[m.key].startswith(SURVIVES)))]  # fmt: skip
    tests = Tests(a.map) if a.map else Files(a.tests)
    for m, found in tried(todo, tests, a.jobs, a.minutes):
        results[m.key] = found
        a.results.write_text(json.dumps(results, indent=0), encoding="utf-8")
        print(f"{found} | {m}", flush=True)
    lines = summary(mutants, results)
    print("\n".join(lines))
    if a.out:
        a.out.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return int(any("SURVIVES" in line for line in lines) or any(m.key not in results for m in mutants))


if __name__ == "__main__":
    sys.exit(main())
