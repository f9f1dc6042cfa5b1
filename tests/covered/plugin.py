"""For pytest under coverage: every line is noted with the test that runs it, and the seconds of every test are kept.

The seconds go to a file beside the data of coverage, a test and a number in a line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

coverage = pytest.importorskip("coverage", reason="lines are counted where coverage is installed")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """What follows is of this test."""
    found = coverage.Coverage.current()
    if found is not None:
        found.switch_context(item.nodeid)
    yield
    if found is not None:
        found.switch_context("")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the seconds of what passed."""
    if report.when == "call" and report.passed:
        with Path(os.environ["COVERAGE_FILE"] + ".seconds").open("a", encoding="utf-8") as file:
            file.write(f"{report.duration:.4f}\t{report.nodeid}\n")
