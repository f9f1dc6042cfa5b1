"""Long work on a terminal: the types as soon as the text is read, and then a line that says how far it is.

The line is drawn by a thread of its own, which reads the account of the work (see `terms.limits`); the work itself does
nothing for it. Where stderr is no terminal there is no thread and no line.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TextIO

from ..terms.limits import share

WAIT, EVERY = 0.5, 0.2  # seconds before the first line, and between lines
CLEAR = "\r\x1b[K"


class Progress:
    """The line of one run on a terminal."""

    def __init__(self, stream: TextIO, wait: float = WAIT):
        self.stream, self.wait = stream, wait
        self.stage = "reading"
        self.types: Callable[[str], None] | None = None  # what is done with the line of types
        self.said = ""  # the line of types that was shown
        self.shown = False
        self.lock, self.done = threading.RLock(), threading.Event()
        self.begun, self.share = time.monotonic(), share()

    def line(self) -> str:
        """What is being done, for how long, and how much of the work that a question may take is done."""
        seconds = time.monotonic() - self.begun
        return f"{self.stage}, {seconds:.0f} s, {self.share():.0%} of the work that a question may take"

    def draw(self) -> None:
        """Show the line, if there is still something to wait for."""
        with self.lock:
            if not self.done.is_set():
                width = os.get_terminal_size(self.stream.fileno()).columns or 80
                self.write(f"{CLEAR}{self.line()[: width - 1]}")
                self.shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self.shown:
            self.write(CLEAR)
            self.shown = False

    def write(self, text: str) -> None:
        """Write to the terminal; one that is gone has no line."""
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):
            self.done.set()

    def run(self) -> None:
        """Draw the line until the work is done."""
        pause = self.wait
        while not self.done.wait(pause):
            try:
                self.draw()
            except OSError:
                return
            pause = EVERY


_here: ContextVar[Progress | None] = ContextVar("progress", default=None)


@contextmanager
def watched(stream: TextIO | None, wait: float = WAIT) -> Iterator[Progress | None]:
    """A block of work with a line on a stream, if that is a terminal that can clear a line; else nothing is done.

    >>> import io
    >>> with watched(io.StringIO()) as progress:
    ...     print(progress)
    None
    """
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    progress = Progress(stream, wait)
    token = _here.set(progress)
    thread = threading.Thread(target=progress.run, daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        _here.reset(token)
        progress.done.set()
        with progress.lock:
            progress.clear()


@contextmanager
def without_line() -> Iterator[None]:
    """A block that writes to a terminal: the line is away, and comes back when it is drawn the next time."""
    progress = _here.get()
    if progress is None:
        yield
        return
    with progress.lock:
        progress.clear()
        yield


def announce(types: Callable[[str], None]) -> None:
    """What is to be done with the line of types of the next question as soon as it is read."""
    progress = _here.get()
    if progress is not None:
        progress.types, progress.said = types, ""


def announced() -> str:
    """The line of types that was shown already, or nothing."""
    progress = _here.get()
    return "" if progress is None else progress.said


def stage(name: str, types: Callable[[], str] | None = None) -> None:
    """Say what is done from here on; the line of types is asked for and shown if somebody waits for it."""
    progress = _here.get()
    if progress is None:
        return
    if types is not None and progress.types is not None and not progress.said:
        progress.said = types()
        if progress.said:
            progress.types(progress.said)
    progress.stage = name  # the line that says it is drawn under the types
