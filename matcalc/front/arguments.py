"""The arguments of the command: the table of options, the parser, and what it says of an option that is mistyped."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NoReturn

from ..terms.nearest import near_words
from ..terms.records import NamedTuple
from ..terms.version import __version__

Handler = Callable[[argparse.Namespace], int]


class Command(NamedTuple):
    """A command: what it does, its arguments, examples, and the formats of its result with the default."""

    handler: Handler
    text: str
    arguments: tuple[str, ...]
    examples: tuple[str, ...]
    formats: Collection[str] = ()
    default: str = "latex"
    on_terminal: str = ""  # the default where a person reads, if it is another


ARGUMENTS: dict[str, dict[str, Any]] = {
    "expr": {"metavar": "EXPR", "help": "the expression; - reads it from stdin, each line a question of its own"},
    "wrt": {"metavar": "WRT", "nargs": "?",
            "help": "the variable, or several as in x,y; left out if EXPR names it, as in '∇_x …'"},
    "--where": {"metavar": "DECLS", "help": "declarations, as in 'X: matrix(m,n), w: vector(n)'; see matcalc types"},
    "--syntax": {"choices": ("auto", "plain", "latex"), "default": "auto", "help": "the notation of EXPR"},
    "--rules": {"metavar": "FILE", "action": "append", "default": [], "help": "a rule file of your own"},
    "--quiet": {"action": "store_true", "help": "the answer alone: no types, layout or assumptions on stderr"},
    "--layout": {"choices": ("numerator", "denominator"), "default": "numerator",
                 "help": "whose axes come first; the default is numerator"},
    "--structure": {"metavar": "STRUCTURE", "default": "free",
                    "help": "what the entries of a structured variable are: free, entries or tangent"},
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
    "--inverse": {"choices": ("auto", "inverse", "woodbury"), "default": "auto",
                  "help": "how to invert a Hessian that is a diagonal and a product; auto: few columns by Woodbury"},
    "--at": {"metavar": "POINT", "help": "the point, a name or 0; the default is the variable with a 0"},
    "--degree": {"type": int, "choices": (1, 2), "default": 2, "help": "of the polynomial"},
    "--model": {"metavar": "EXPR", "help": "the part that is the model; the rest is the loss"},
    "--observed": {"metavar": "NAME", "default": "y", "help": "what is observed; the default is y"},
    "answer": {"metavar": "ANSWER", "help": "the derivative that somebody found; - reads it from stdin"},
    "--subject-to": {"action": "append", "default": [], "metavar": "EQUATION",
                     "help": "an equation that the variable satisfies, as in 'A*x = b'; may stand several times"},
    "pattern": {"metavar": "PATTERN", "nargs": "?", "help": "only those that contain this text"},
    "shell": {"choices": ("bash", "zsh", "fish")},
    "--port": {"type": int, "default": 8765, "help": "the default is %(default)s; 0 takes any that is free"},
    "--limit": {"type": float, "default": 20.0, "metavar": "SECONDS", "help": "stop a question after so long"},
}  # fmt: skip
SHORT = {"--where": "-w", "--quiet": "-q", "--layout": "-l", "--check": "-c", "--target": "-t", "--output": "-o",
         "--format": "-f"}  # fmt: skip
PROBLEM = ("expr", "wrt", "--where", "--syntax", "--rules", "--quiet", "--output")
TEXT = ("--share", "--width")
LAYOUT = (*PROBLEM, "--layout", "--structure")

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
            p.add_argument(*flags(argument), **ARGUMENTS[argument])
        if c.formats != ():
            default = f"{c.on_terminal} on a terminal, else {c.default}" if c.on_terminal else c.default
            p.add_argument(*flags("--format"), choices=c.formats, metavar="FORMAT",
                           help=f"one of %(choices)s; the default is {default}")  # fmt: skip
    return parser


def flags(argument: str) -> tuple[str, ...]:
    """An argument with its short form."""
    return (SHORT[argument], argument) if argument in SHORT else (argument,)


def parsed(given: Sequence[str], commands: Mapping[str, Command]) -> argparse.Namespace:
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


def read_as_option(given: Sequence[str]) -> str:
    """Where an expression was to stand and a short option does, a line that tells that it was read as one."""
    word = given[1] if len(given) > 1 else ""
    name = next((long for long, short in SHORT.items() if short == word), "")
    return f"{word} was read as the option {name}; as an expression it is written '({word})'\n" if name else ""


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
