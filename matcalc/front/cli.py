"""The command `matcalc`: results on stdout, all else on stderr.

Exit status: 0 done, 2 input that cannot be used, 3 no derivative known, 4 a check that failed.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from ..terms.errors import MatcalcError
from ..terms.version import __version__
from .notations import Notations

if TYPE_CHECKING:
    from ..printing.registry import Options
    from ..rulebook.book import RuleBook
    from .derivative import Derivative

EXAMPLES = """\
examples:
  matcalc diff '||Xw - y||^2' w
  matcalc diff '||Xw - y||^2' w --layout denominator --format unicode
  matcalc diff "x'*S*x" x --where 'S: symmetric matrix(n,n)'
  matcalc hessian 'logsumexp(A*x)' x
  matcalc steps '||Xw - y||^2' w --style chain
  echo 'logdet(X)' | matcalc diff - X --check
  matcalc rules 'det'

An expression that begins with a minus sign may stand as it is; a single - reads it from stdin.
"""

Handler = Callable[[argparse.Namespace], int]


class Colours:
    """ANSI colours, on a terminal only and never with NO_COLOR."""

    def __init__(self, stream: TextIO):
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self.on = not plain and hasattr(stream, "isatty") and stream.isatty()

    def __call__(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on else text


def note(text: str) -> None:
    """A line on stderr that is not the result."""
    print(Colours(sys.stderr)("2", text), file=sys.stderr)


def out(text: str) -> None:
    """The result, on stdout."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


# --- the options ---------------------------------------------------------------------------------------


ARGUMENTS: dict[str, dict[str, Any]] = {
    "expr": {"metavar": "EXPR", "help": "the expression; - reads it from stdin"},
    "wrt": {"metavar": "WRT", "nargs": "?",
            "help": "the variable, or several scalars as in x,y; left out if EXPR names it, as in '∇_x …'"},
    "--where": {"metavar": "DECLS", "help": "declarations, as in 'X: matrix(m,n), w: vector(n)'"},
    "--syntax": {"choices": ("auto", "plain", "latex"), "default": "auto", "help": "the notation of EXPR"},
    "--rules": {"metavar": "FILE", "action": "append", "default": [], "help": "a rule file of your own"},
    "--quiet": {"action": "store_true", "help": "no types, layout or assumptions on stderr"},
    "--layout": {"choices": ("numerator", "denominator"), "default": "numerator"},
    "--structure": {"choices": ("free", "entries", "tangent"), "default": "free",
                    "help": "what the entries of a structured variable are"},
    "--check": {"action": "store_true", "help": "compare with numerical differences first"},
    "--style": {"choices": ("differential", "chain"), "default": "differential"},
    "--detail": {"choices": ("brief", "full"), "default": "brief"},
    "--mode": {"choices": ("forward", "reverse"), "help": "the order of the products of the chain"},
    "--order": {"type": int, "choices": (1, 2), "default": 1, "help": "2 for the Hessian"},
    "--all": {"action": "store_true", "help": "all of it, nothing cut"},
    "--share": {"action": argparse.BooleanOptionalAction,
                "help": "name the parts that occur several times; by default in answers of more than three lines"},
    "--form": {"choices": ("entries", "vec", "differential", "all"),
               "help": "the derivative as an equation: entry by entry, of stacked columns, as a differential, or all"},
    "--width": {"type": int, "metavar": "N", "help": "break sums that are wider than N characters"},
    "--target": {"default": "numpy", "metavar": "TARGET", "help": "a library or language; the default is numpy"},
    "--value": {"action": "store_true", "help": "the function gives the value too"},
    "--name": {"metavar": "NAME", "help": "the name of the function; the default says what it computes"},
    "--compressed": {"action": "store_true", "help": "of a Hessian the factors, not the array"},
    "--output": {"metavar": "FILE", "help": "write to a file, not to stdout"},
    "--of": {"choices": ("expression", "derivative", "both"), "default": "expression"},
    "answer": {"metavar": "ANSWER", "help": "the derivative that somebody found; - reads it from stdin"},
    "pattern": {"metavar": "PATTERN", "nargs": "?", "help": "only rules that contain this text"},
    "shell": {"choices": ("bash", "zsh", "fish")},
    "--port": {"type": int, "default": 8765, "help": "the default is %(default)s; 0 takes any that is free"},
    "--limit": {"type": float, "default": 20.0, "metavar": "SECONDS", "help": "stop a question after so long"},
}  # fmt: skip
PROBLEM = ("expr", "wrt", "--where", "--syntax", "--rules", "--quiet")
TEXT = ("--share", "--width")
LAYOUT = (*PROBLEM, "--layout", "--structure")


class Command(NamedTuple):
    """A command: what it does, its arguments, and the formats of its result with the default."""

    handler: Handler
    text: str
    arguments: tuple[str, ...]
    formats: Collection[str] = ()
    default: str = "latex"


def commands() -> dict[str, Command]:
    """The commands by name."""
    steps = ("--style", "--detail", "--mode")
    program = ("--target", "--value", "--name", "--compressed", "--output")
    return {
        "diff": Command(run_diff, "the derivative of an expression by a variable",
                        (*LAYOUT, "--form", *TEXT, "--check"), Notations()),
        "hessian": Command(run_diff, "the second derivative of a scalar", (*PROBLEM, "--form", *TEXT, "--check"),
                           Notations()),
        "differential": Command(run_differential, "the differential of an expression", (*PROBLEM, *TEXT),
                                Notations()),
        "steps": Command(run_steps, "the derivation, step by step", (*LAYOUT, *steps),
                         ("unicode", "text", "latex"), "unicode"),
        "explain": Command(run_explain, "what was done: every rule, move and candidate", (*LAYOUT, "--order", "--all"),
                           ("text", "json"), "text"),
        "check": Command(run_check, "compare a derivative with numerical differences", LAYOUT),
        "review": Command(run_review, "is my derivative right? if not, what is wrong with it",
                          ("expr", "wrt", "answer", "--where", "--order")),
        "code": Command(run_code, "source code of a derivative", (*LAYOUT, "--order", *program)),
        "graph": Command(run_graph, "the computation graph", (*LAYOUT, "--of"), ("dot", "mermaid"), "dot"),
        "rules": Command(run_rules, "list the rules, with their citations", ("pattern",)),
        "serve": Command(run_serve, "the page in your browser, on this machine alone", ("--port", "--limit")),
        "completion": Command(run_completion, "a script for the completion of your shell", ("shell",)),
    }  # fmt: skip


def build_parser(only: str = "") -> argparse.ArgumentParser:
    """The parser of the command line; with `only`, the arguments of one command, which is quicker."""
    parser = argparse.ArgumentParser(
        prog="matcalc", description="Closed-form derivatives of matrix expressions.", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"matcalc {__version__}")
    group = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, c in commands().items():
        if only and name != only:
            continue
        text = c.text[0].upper() + c.text[1:] + "."
        p = group.add_parser(name, help=c.text, description=text, allow_abbrev=False)
        p.set_defaults(handler=c.handler)
        for argument in c.arguments:
            p.add_argument(argument, **ARGUMENTS[argument])
        if c.formats != ():
            p.add_argument("--format", choices=c.formats, default=c.default, metavar="FORMAT",
                           help="one of %(choices)s; the default is %(default)s")  # fmt: skip
    return parser


# --- the commands --------------------------------------------------------------------------------------


def book_of(args: argparse.Namespace) -> RuleBook | None:
    """The book with the rule files that the arguments name; None for the rules in use."""
    book = None
    for path in args.rules:
        from .user_rules import read_rules

        book = read_rules(path, book=book)
    return book


def source(args: argparse.Namespace) -> str:
    """The expression."""
    return str(args.expr).strip("\r\n")


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


def derivative(args: argparse.Namespace) -> Derivative:
    """The derivative that the arguments ask for; its types and layout go to stderr."""
    from . import api

    text, book = source(args), book_of(args)
    if args.command == "hessian" or getattr(args, "order", 1) == 2:
        d = api.hessian(text, args.wrt, args.where, syntax=args.syntax, rules=book)
    else:
        d = api.diff(text, args.wrt, args.layout, args.where, args.structure, syntax=args.syntax, rules=book)
    if not args.quiet:
        from .formats import caption

        for line in caption(d):
            note(line)
    return d


def look(args: argparse.Namespace) -> Options:
    """How long answers are printed."""
    from ..printing.registry import Options

    return Options(args.share, args.width)


def run_diff(args: argparse.Namespace) -> int:
    """`matcalc diff` and `matcalc hessian`."""
    from .formats import in_format

    d = derivative(args)
    if args.check:
        report = d.check()
        print(report, file=sys.stderr)
        note(f"certificate: {d.certificate}")
        if not passed(report):
            return 4
    if args.form is not None:
        out(d.form(args.form).text(args.format, look(args)))
    else:
        out(in_format(d, args.format, options=look(args)))
    return 0


def passed(report: Any) -> bool:
    """Whether a check passed."""
    return bool(getattr(report, "ok", report))


def run_differential(args: argparse.Namespace) -> int:
    """`matcalc differential`."""
    from . import api
    from .formats import in_format

    e = api.differential(source(args), args.wrt, args.where, syntax=args.syntax, rules=book_of(args))
    out(in_format(e, args.format, options=look(args)))
    return 0


def run_steps(args: argparse.Namespace) -> int:
    """`matcalc steps`."""
    steps: Any = derivative(args).steps(style=args.style, detail=args.detail, mode=args.mode)
    method = getattr(steps, args.format, None)
    out(method() if callable(method) else str(steps))
    return 0


def run_explain(args: argparse.Namespace) -> int:
    """`matcalc explain`."""
    explanation = derivative(args).trace()
    out(explanation.json() if args.format == "json" else explanation.text(args.all))
    return 0


def run_check(args: argparse.Namespace) -> int:
    """`matcalc check`."""
    report = derivative(args).check()
    out(str(report))
    return 0 if passed(report) else 4


def run_review(args: argparse.Namespace) -> int:
    """`matcalc review`: the status is 0 if the answer is right, else 1."""
    from .review import review

    answer = sys.stdin.read() if args.answer == "-" else args.answer
    found = review(args.expr, args.wrt, answer, args.where, order=args.order)
    colour = Colours(sys.stdout)
    first, *rest = str(found).split("\n")
    out(colour("32" if found else "31", first))
    for line in rest:
        out(line)
    return 0 if found else 1


def run_code(args: argparse.Namespace) -> int:
    """`matcalc code`."""
    text = derivative(args).code(args.target, args.value, args.name, args.compressed)
    if args.output is None:
        out(text)
        return 0
    try:
        with open(args.output, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise MatcalcError(f"{args.output} cannot be written: {error.strerror}") from None
    return 0


def run_graph(args: argparse.Namespace) -> int:
    """`matcalc graph`."""
    graph: Any = derivative(args).graph(of=args.of)
    method = getattr(graph, args.format, None)
    out(method() if callable(method) else str(graph))
    return 0


def run_rules(args: argparse.Namespace) -> int:
    """`matcalc rules`."""
    from .current import current

    wanted = (args.pattern or "").lower()
    rows = [(r.file, " ".join(r.text.split())) for r in current().rules]
    found = [(file, text) for file, text in rows if wanted in f"{file} {text}".lower()]
    colour, last = Colours(sys.stdout), ""
    for file, text in found:
        if file != last:
            out(("\n" if last else "") + colour("1", file))
            last = file
        out(f"  {text}")
    if not found:
        note(f"no rule contains {args.pattern!r}")
    return 0


def run_completion(args: argparse.Namespace) -> int:
    """`matcalc completion`."""
    from .completion import script

    out(script(args.shell, build_parser()))
    return 0


def run_serve(args: argparse.Namespace) -> int:
    """`matcalc serve`."""
    from .serve import serve

    try:
        serve(args.port, args.limit)
    except (OSError, OverflowError) as error:
    
        raise MatcalcError(f"port {args.port} cannot be used: {error}") from None
    return 0


# --- the entry -----------------------------------------------------------------------------------------


def positional(argument: str) -> str:
    """An expression such as -y.*x, marked so that argparse does not take it for an option."""
    is_option = argument in ("-", "-h") or argument.startswith("--")
    return f" {argument}" if argument.startswith("-") and not is_option else argument


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    gc.set_threshold(50_000)  # a short run makes little garbage
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and (stream.encoding or "").lower() != "utf-8":
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = list(sys.argv[1:] if argv is None else argv)
    only = given[0] if given and given[0] in commands() else ""
    args = build_parser(only).parse_args([positional(a) for a in given])
    for name, value in vars(args).items():
        if isinstance(value, str) and value.startswith(" -") and value[1:] in given:
            setattr(args, name, value[1:])
    try:
        status = 0
        expr = getattr(args, "expr", None)
        for args.expr in questions(sys.stdin.read()) if expr == "-" else [expr]:
            status = max(status, args.handler(args))
        sys.stdout.flush()
        return status
    except MatcalcError as error:
        print(Colours(sys.stderr)("31", "matcalc:"), error, file=sys.stderr)
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


if __name__ == "__main__":
    sys.exit(main())
