"""What a terminal sees of long work: types at once, a line that goes away, nothing where output is piped."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import pytest

from matcalc.front import progress as module
from matcalc.front.progress import CLEAR, Progress, watched
from matcalc.front.terminal import note
from matcalc.terms.limits import Limits, spend, within

pty = pytest.importorskip("pty", reason="no pseudo terminals here")

SLOW = """
import signal, sys, time
from matcalc.calculus import derive
from matcalc.front import cli, progress

def forever(*args, **options):
    while True:
        time.sleep(0.01)

if "forever" in sys.argv:
    derive.derive = forever
signal.signal(signal.SIGINT, signal.default_int_handler)  # a program in the background of a shell ignores it
progress.EVERY = 0.01
progress.watched.__wrapped__.__defaults__ = (0.01,)
sys.exit(cli.main(["diff", "||Xw - y||^2", "w"]))
"""


@contextmanager
def opened() -> Iterator[tuple[int, TextIO]]:
    """A pseudo terminal: the side of its reader, and that of the program."""
    reader, writer = pty.openpty()
    with open(writer, "w", encoding="utf-8") as stream:
        yield reader, stream
    os.close(reader)


def until(reader: int, word: str) -> str:
    """What a terminal gets until a word comes, or until its program is gone."""
    text = ""
    while word not in text or not word:
        try:
            more = os.read(reader, 1024)
        except OSError:
            break
        if not more:
            break
        text += more.decode()
    return text


def run(*words: str, cut: bool = False) -> tuple[int, str, str]:
    """The status of a run whose stderr is a terminal, what that gets, and stdout; cut off by Ctrl-C while it works."""
    reader, writer = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    command = [sys.executable, "-c", SLOW, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=writer, env=environment) as process:
        os.close(writer)
        text = ""
        if cut:
            text = until(reader, "deriving, ")
            process.send_signal(signal.SIGINT)
        text += until(reader, "")
        assert process.stdout is not None
        out = process.stdout.read().decode()
    os.close(reader)
    return process.returncode, text, out


def test_ctrl_c_ends_cleanly() -> None:
    status, text, out = run("forever", cut=True)
    assert status == 130 and out == ""
    assert "Traceback" not in text and text.endswith(CLEAR)
    assert text.index("inferred X: matrix(m, n)") < text.index("deriving, ")  # the types at once


def test_the_line_is_away_when_the_work_is_done() -> None:
    status, text, out = run()
    assert status == 0 and "mathbf{X}" in out
    shown = [piece.split(CLEAR)[-1].strip() for piece in text.split("\n")]
    assert shown[:2] == ["inferred X: matrix(m, n), w: vector(n), y: vector(m)", "numerator layout, shape (1, n)"]
    assert not shown[2]


def test_nothing_is_drawn_where_output_is_piped() -> None:
    done = subprocess.run([sys.executable, "-c", SLOW], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == [
        "inferred X: matrix(m, n), w: vector(n), y: vector(m)", "numerator layout, shape (1, n)"
    ]  # fmt: skip


def test_the_line_comes_back_behind_what_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    with opened() as (reader, stream), within(Limits(work=1000)):
        monkeypatch.setattr(sys, "stderr", stream)
        with watched(stream, wait=0.0) as progress:
            assert progress is not None
            spend(250)
            assert f"{CLEAR}reading, " in until(reader, " s, 25% of the work that a question may take")
            note("a note")
            module.stage("deriving")
            text = until(reader, "deriving")
        text += until(reader, CLEAR)
    assert text.index(CLEAR) < text.index("a note\r\n") < text.index("deriving") < text.rindex(CLEAR)


def test_a_dumb_terminal_has_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with opened() as (_, stream), watched(stream) as progress:
        assert progress is None


def test_a_terminal_that_is_gone_is_no_error() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    stream.close()
    progress.write("x")
    assert progress.done.is_set()
