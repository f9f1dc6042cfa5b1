"""The arguments of the command: the table of options, and what was given of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from ..terms.records import NamedTuple

if TYPE_CHECKING:
    import argparse

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
    "--share": {"action": "yes or no",
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


def flags(argument: str) -> tuple[str, ...]:
    """An argument with its short form."""
    return (SHORT[argument], argument) if argument in SHORT else (argument,)


def direct(given: Sequence[str], commands: Mapping[str, Command]) -> argparse.Namespace | None:
    """Arguments that stand as their command lists them, as argparse gives them; None if it has to look at them.

    argparse takes longer to be loaded than a short question to be answered.

    >>> row = Command(print, "", ("expr", "wrt", "--layout", "--quiet"), ())
    >>> direct(["diff", "x^2", "x", "-l", "denominator"], {"diff": row}).layout
    'denominator'
    >>> direct(["diff", "x^2", "--layuot", "denominator"], {"diff": row}) is None
    True
    """
    command = commands.get(given[0]) if given else None
    if command is None:
        return None
    specs = {name: ARGUMENTS[name] for name in command.arguments}
    if command.formats != ():
        specs["--format"] = {"choices": command.formats}
    words = {flag: name for name in specs if name.startswith("--") for flag in flags(name)}
    args: dict[str, Any] = {_key(name): spec.get("default", _unset(spec)) for name, spec in specs.items()}
    places = [name for name in specs if not name.startswith("--")]
    rest, met, closed = iter(given[1:]), 0, False
    for word in rest:
        name = words.get(word)
        if name is None:  # the places stand side by side
            if word.startswith("-") or closed or met == len(places) or not _fits(word, specs[places[met]]):
                return None
            args[places[met]] = word
            met += 1
            continue
        spec, key, closed = specs[name], _key(name), met > 0
        if spec.get("action") == "store_true":
            args[key] = True
            continue
        value = next(rest, "-")
        if value.startswith("-") or not _fits(value, spec):
            return None
        args[key] = [*args[key], value] if spec.get("action") == "append" else value
    if any("nargs" not in specs[name] for name in places[met:]):
        return None
    return cast("argparse.Namespace", SimpleNamespace(command=given[0], handler=command.handler, **args))


def _key(name: str) -> str:
    return name.lstrip("-").replace("-", "_")


def _unset(spec: Mapping[str, Any]) -> bool | None:
    """What an argument without a default is where it is not given."""
    return False if spec.get("action") == "store_true" else None


def _fits(value: str, spec: Mapping[str, Any]) -> bool:
    """Whether a value needs no other look: it is a text, and among the choices if there are some."""
    plain = "type" not in spec and spec.get("action", "append") == "append"
    return plain and ("choices" not in spec or value in spec["choices"])


def read_as_option(given: Sequence[str]) -> str:
    """Where an expression was to stand and a short option does, a line that tells that it was read as one."""
    word = given[1] if len(given) > 1 else ""
    name = next((long for long, short in SHORT.items() if short == word), "")
    return f"{word} was read as the option {name}; as an expression it is written '({word})'\n" if name else ""
