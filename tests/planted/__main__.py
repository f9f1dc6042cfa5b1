"""Plant errors and see whether the tests notice: `python -m tests.planted [--jobs 2] [--only TEXT] [--quick]`.

Each error is planted in a copy of the checkout, never in place, and README's test command is run there without
JAX: first the tests that are most likely to notice, then all. What caught each is printed, the survivors last;
the exit status is 0 if there are none.
"""

from __future__ import annotations

import argparse
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.planted.errors import PLANTED, Planted

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "venv", ".hypothesis", ".pytest_cache", ".mypy_cache", ".ruff_cache")
CORPUS = "tests/corpus/test_corpus.py"
FIRST = {  # the tests that are tried first, by room
    "terms": ("tests/terms", "tests/calculus", "tests/language/test_plain.py", CORPUS),
    "language": ("tests/language/test_errors.py", "tests/language/test_plain.py", CORPUS, "tests/language"),
    "rulebook": ("tests/rulebook/test_patterns.py", "tests/calculus", "tests/simplification", CORPUS, "tests/rulebook"),
    "rules": ("tests/rulebook",),
    "certificate": ("tests/certificate",),
    "simplification": ("tests/simplification", "tests/calculus", CORPUS),
    "calculus": ("tests/calculus", CORPUS),
    "numbers": ("tests/numbers", "tests/rulebook"),
    "printing": ("tests/printing", CORPUS, "tests/corpus/test_read_back.py"),
    "derivation": ("tests/derivation",),
    "marking": ("tests/marking",),
    "analysis": ("tests/analysis",),
    "codegen": ("tests/codegen",),
    "front": ("tests/front",),
}
HANGS = 1200  # seconds after which a run counts as hanging


def plant(text: str, error: Planted) -> str:
    """The text of a file with an error in it."""
    if text.count(error.old) != 1:
        raise ValueError(f"{error.file}: {error.old!r} stands there {text.count(error.old)} times, not once")
    return text.replace(error.old, error.new)


def hidden_jax(place: Path) -> Path:
    """A folder below some place that, found first, hides JAX: the suite runs without it."""
    hidden = place / "hidden" / "jax"
    hidden.mkdir(parents=True, exist_ok=True)
    (hidden / "__init__.py").write_text('raise ModuleNotFoundError("hidden", name="jax")\n')
    return hidden.parent


class Copy:
    """A copy of the checkout, in which one error after the other is planted."""

    def __init__(self, place: Path) -> None:
        self.place = place / "checkout"
        shutil.copytree(ROOT, self.place, ignore=LEFT_OUT)
        self.cache = place / "cache"
        self.env = {
            **os.environ, "PYTHONPATH": str(hidden_jax(place)), "XDG_CACHE_HOME": str(self.cache),
            "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        }  # fmt: skip

    def test(self, *paths: str) -> str:
        """What fails first in some tests, or in all; empty if nothing does."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", "-rfE"]
        run = subprocess.Popen([*command, "--ignore=tests/planted", *paths], cwd=self.place, env=self.env, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
        try:
            out, _ = run.communicate(timeout=HANGS)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
            return "hangs"
        found = re.search(r"^(?:FAILED|ERROR) (\S+)", out, re.MULTILINE)
        return "" if run.returncode == 0 else found[1] if found else f"exit status {run.returncode}"

    def catch(self, error: Planted, quick: bool = False) -> str:
        """What catches an error; empty if nothing does. If quick, only the most likely tests are run."""
        path = self.place / error.file
        text = path.read_text(encoding="utf-8")
        shutil.rmtree(self.cache, ignore_errors=True)
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            compiled.unlink()
        path.write_text(plant(text, error), encoding="utf-8")
        try:
            return self.test(*FIRST[error.room]) or ("" if quick else self.test())
        finally:
            path.write_text(text, encoding="utf-8")


def main() -> int:
    """Plant them all."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--only", default="", help="only errors with this text in their file or reason")
    p.add_argument("--quick", action="store_true", help="only the tests that are most likely to notice")
    p.add_argument("--report", type=Path, help="a file for the table")
    a = p.parse_args()
    chosen = [e for e in PLANTED if a.only in f"{e.file} {e.why}"]
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="planted-") as temporary:
        free: queue.Queue[Copy] = queue.Queue()
        for k in range(a.jobs):
            free.put(Copy(Path(temporary) / str(k)))

        def one(error: Planted) -> str:
            copy, start = free.get(), time.perf_counter()
            try:
                caught = copy.catch(error, a.quick)
            finally:
                free.put(copy)
            line = f"{caught or 'SURVIVES'} | {error.file}: {error.why}"
            print(f"{time.perf_counter() - start:4.0f} s  {line}", flush=True)
            return line

        with ThreadPoolExecutor(a.jobs) as pool:
            lines = list(pool.map(one, chosen))
    survivors = [line for line in lines if line.startswith("SURVIVES")]
    if a.report:
        a.report.write_text("\n".join([*lines, ""]), encoding="utf-8")
    print("\n".join([f"{len(lines) - len(survivors)} of {len(lines)} are caught", *survivors]))
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main())
