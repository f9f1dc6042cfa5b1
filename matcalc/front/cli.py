"""The command `matcalc`: results on stdout, all else on stderr.

Exit status: 0 done, 2 input that cannot be used, 3 no derivative known, 4 a check that failed.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..terms.errors import MatcalcError
from .arguments import direct, read_as_option
from .commands import commands
from .progress import watched
from .terminal import complain, is_terminal, out, results_to

if TYPE_CHECKING:
    import argparse


def questions(text: str) -> list[str]:
    r"""The expressions in the text of stdin: one on each line, unless the lines belong together.

    >>> questions("x^2\ny^2\n"), questions("x^2\n  + y^2\n")
    (['x^2', 'y^2'], ['x^2\n  + y^2'])
    """
    lines = [line for line in text.splitlines() if line.strip()]
    starts = ("+", "-", "*", "/", "=", "^", "_", ".", ")", "]", "}", "&")
    ends = ("+", "-", "*", "/", "=", "\\", "^", ",")
    together = "\\begin" in text or any(
        any(line.count(a) != line.count(b) for a, b in ("()", "[]", "{}"))
        or (k > 0 and line.lstrip().startswith(starts))
        or (k < len(lines) - 1 and line.rstrip().endswith(ends))
        for k, line in enumerate(lines)
    )
    return [text.strip("\r\n")] if together or len(lines) < 2 else lines


def parsed(given: Sequence[str]) -> argparse.Namespace:
    """The arguments that were given; the process ends with status 2 and a message where they cannot be used."""
    found = direct(given, commands())
    if found is None:
        from .argument_parser import looked_at

        found = looked_at(given, commands())
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    gc.set_threshold(50_000)  # a short run makes little garbage
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and (stream.encoding or "").lower() != "utf-8":
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = list(sys.argv[1:] if argv is None else argv)
    args = parsed(given)
    try:
        line = watched(None if args.command == "serve" else sys.stderr)
        with results_to(getattr(args, "output", None)), line:
            status = run(args)
        sys.stdout.flush()
        return status
    except MatcalcError as error:
        complain(error)
        sys.stderr.write(read_as_option(given))
        return error.status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("MATCALC_DEBUG"):
            raise
        kind = type(error).__name__
        print(f"matcalc: internal error, please report it: {kind}: {error}", file=sys.stderr)
        return 1


def run(args: argparse.Namespace) -> int:
    """What was asked; of several questions on stdin each, also after one that has no answer: the highest status."""
    if getattr(args, "expr", None) != "-":
        return int(args.handler(args))
    asked = questions(sys.stdin.read())
    if len(asked) == 1:
        args.expr = asked[0]
        return int(args.handler(args))
    status = 0
    for number, args.expr in enumerate(asked, 1):
        if number > 1 and is_terminal(sys.stdout):
            out("")
        try:
            status = max(status, args.handler(args))
        except MatcalcError as error:
            complain(f"question {number}: {error}")
            status = max(status, error.status)
    return status


if __name__ == "__main__":
    sys.exit(main())
