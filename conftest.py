"""The whole suite runs in two processes; a choice of tests, and `-n`, run as asked."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Two processes where no paths are given, if pytest-xdist is installed; they themselves start no others."""
    if hasattr(config, "workerinput") or "PYTEST_XDIST_WORKER" in os.environ:
        return
    o = config.option
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if whole and config.pluginmanager.hasplugin("xdist") and o.numprocesses is None and not (o.usepdb or o.collectonly):
        o.numprocesses, o.dist = 2, "worksteal"


@pytest.fixture(autouse=True)
def _rules_in_use() -> Iterator[None]:
    """What a test or an example loads is not in use in the next one."""
    from matcalc.front.current import current, using  # where tests begin, not where options are read

    with using(current()):
        yield
