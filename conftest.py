"""The whole suite runs in two processes; a choice of tests, and `-n`, run as asked."""

from __future__ import annotations

import os

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
