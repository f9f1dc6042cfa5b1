"""The parser of the command line: help, and what it says of an argument that is mistyped."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NoReturn

from ..terms.nearest import near_words
from ..terms.version import __version__
from .arguments import ARGUMENTS, SHORT, Command, flags, read_as_option

EXAMPLES = """\
examples:
  matcalc diff '||Xw - y||^2' w
  matcalc diff '||Xw - y||^2' w --layout denominator --format latex
  matcalc diff "x'*S*x" x --where 'S: symmetric matrix(n,n)'
  matcalc hessian 'logsumexp(A*x)' x
  matcalc steps '||Xw - y||^2' w --style chain
  echo 'logdet(X)' | matcalc diff - X --check
  matcalc functions det

On a terminal the answer is written in Unicode under the question; in a pipe or a file it is LaTeX.
An expression that begins with a minus sign may stand as it is; a single - reads it from stdin.
Write '(-w)' for an expression that is also a short option.
"""
WELCOME = """\
usage: matcalc COMMAND ...

  matcalc diff '||Xw - y||^2' w
  matcalc hessian 'logsumexp(A*x)' x
  matcalc steps "x'*A*x" x

`matcalc --help` lists the commands, `matcalc COMMAND --help` has examples of each."""


class Parser(argparse.ArgumentParser):
    """A parser that says what was probably meant."""

    def error(self, message: str) -> NoReturn:
        """The usage, and what is wrong in one line."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {_plainer(message)}\n")


def _plainer(message: str) -> str:
    """A message of argparse, with the nearest choice."""
    m = re.fullmatch(r"argument (\S+): invalid choice: '?(.*?)'? \(choose from (.*)\)", message)
    if m is None:
        return message
    choices = [c.strip().strip("'") for c in m[3].split(",")]
    return f"{m[1].rpartition('/')[2]} is one of {', '.join(choices)}, not {m[2]!r}{nearest(m[2], choices)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """What was probably meant, as the end of a sentence; nothing if no word is near.

    >>> nearest("--laout", ["--layout", "--where"]), nearest("xyz", ["diff"])
    ('; did you mean --layout?', '')
    """
    known = list(known)
    close = [k for k in known if len(word) > 2 and k.startswith(word)] or near_words(word, known, 1)
    return f"; did you mean {close[0]}?" if close else ""


def build_parser(commands: Mapping[str, Command], only: str = "") -> Parser:
    """The parser of the command line; with `only`, the arguments of one command, which is quicker."""
    parser = Parser(
        prog="matcalc", description="Closed-form derivatives of matrix expressions.", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument("-V", "--version", action="version", version=f"matcalc {__version__}")
    group = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    for name, c in commands.items():
        if only and name != only:
            continue
        p = group.add_parser(
            name, help=c.text, description=c.text[0].upper() + c.text[1:] + ".", allow_abbrev=False,
            epilog="\n".join(["examples:", *(f"  {example}" for example in c.examples)]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        p.set_defaults(handler=c.handler, parser=p)
        for argument in c.arguments:
            p.add_argument(*flags(argument), **_spec(argument))
        if c.formats != ():
            default = f"{c.on_terminal} on a terminal, else {c.default}" if c.on_terminal else c.default
            p.add_argument(*flags("--format"), choices=c.formats, metavar="FORMAT",
                           help=f"one of %(choices)s; the default is {default}")  # fmt: skip
    return parser


def _spec(argument: str) -> dict[str, Any]:
    """A row of the table as argparse takes it."""
    spec = ARGUMENTS[argument]
    return {**spec, "action": argparse.BooleanOptionalAction} if spec.get("action") == "yes or no" else spec


def looked_at(given: Sequence[str], commands: Mapping[str, Command]) -> argparse.Namespace:
    """The arguments that were given; the process ends with status 2 and a message where they cannot be used."""
    given = list(given)
    if given[:1] == ["help"]:
        given = [*given[1:2], "--help"]
    first = given[0] if given else ""
    only = first if first in commands else ""
    parser = build_parser(commands, only)
    if not given:
        parser.exit(2, f"{WELCOME}\n")
    if not only and first not in ("-h", "-V") and not first.startswith("--"):
        parser.error(_no_command(first, commands))
    own = {"-h", "-V"} if not only else {"-h", *(SHORT.get(a, "") for a in (*commands[only].arguments, "--format"))}
    try:
        args, rest = parser.parse_known_args([positional(a, own) for a in given])
    except SystemExit as stop:
        if stop.code:
            sys.stderr.write(read_as_option(given))
        raise
    if rest:
        args.parser.error(_not_taken(rest[0].strip(), args.parser))
    for name, value in vars(args).items():
        if isinstance(value, str) and value.startswith(" -") and value[1:] in given:
            setattr(args, name, value[1:])
    return args


def positional(argument: str, own: Collection[str]) -> str:
    """An expression such as -y.*x, marked so that argparse does not take it for an option."""
    is_option = argument == "-" or argument in own or argument.startswith("--")
    return f" {argument}" if argument.startswith("-") and not is_option else argument


def _no_command(word: str, commands: Mapping[str, Command]) -> str:
    hint = nearest(word, commands)
    if not hint and not word.isalpha():
        hint = "; for a derivative write: matcalc diff EXPR WRT"
    return f"there is no command {word}{hint}"


def _not_taken(word: str, parser: argparse.ArgumentParser) -> str:
    if not word.startswith("-"):
        return f"{word!r} is one argument too many; put an expression with blanks in quotes"
    name = word.partition("=")[0]
    return f"there is no option {name}{nearest(name, parser._option_string_actions)}"
