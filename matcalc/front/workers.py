"""Processes that answer questions, so that a question that takes too long can be stopped and others go on."""

from __future__ import annotations

import json
import multiprocessing
import queue
from multiprocessing.connection import Connection

from ..terms.errors import MatcalcError
from .page import failure, respond


def work(pipe: Connection) -> None:
    """Answer what comes through a pipe until it closes."""
    try:
        while True:
            pipe.send(respond(pipe.recv()))
    except (EOFError, OSError, KeyboardInterrupt):
        return


class Worker:
    """A process and the pipe to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=work, args=(other,), daemon=True)
        self.process.start()
        other.close()

    def ask(self, question: str, seconds: float) -> str | None:
        """The answer; None if the process died or took longer."""
        try:
            self.pipe.send(question)
            return str(self.pipe.recv()) if self.pipe.poll(seconds) else None
        except (EOFError, OSError):
            return None

    def stop(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


class Workers:
    """A number of workers; each answers one question at a time, and one that is too slow is replaced."""

    def __init__(self, count: int, seconds: float):
        self.seconds = seconds
        self.idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self.all = {Worker() for _ in range(count)}
        for worker in self.all:
            self.idle.put(worker)

    def ask(self, question: str) -> str:
        """The answer to a question in JSON, as JSON; waits for an idle worker."""
        worker = self.idle.get()
        answer = worker.ask(question, self.seconds)
        if answer is None:
            self.all.discard(worker)
            worker.stop()
            worker = Worker()
            self.all.add(worker)
            limit = MatcalcError(f"stopped: no answer within {self.seconds:g} seconds")
            answer = json.dumps(failure(limit))
        self.idle.put(worker)
        return answer

    def stop(self) -> None:
        """End all processes."""
        for worker in self.all:
            worker.stop()
