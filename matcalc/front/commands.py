"""What each command does: it asks the front doors, and writes the answer."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..printing.registry import Options
from ..terms.errors import MatcalcError
from . import api
from .arguments import LAYOUT, PROBLEM, TEXT, Command
from .formats import caption, in_format, types_line
from .lists import run_functions, run_properties, run_rules, run_types
from .notations import Notations, write
from .progress import announce, announced, stage, without_line
from .terminal import Colours, answer_below_question, differential_below_question, is_terminal, note, out

if TYPE_CHECKING:
    import argparse

    from ..rulebook.book import RuleBook
    from .derivative import Derivative
    from .formula import Formula


def run_formula(args: argparse.Namespace) -> int:
    """The commands whose answer is a formula made of derivatives; what it takes for granted goes to stderr."""
    from . import second_order

    if not args.quiet:
        announce(note)
    door = getattr(second_order, args.command.replace("-", "_"))
    taken = {"at": "at", "degree": "order", "inverse": "inverse", "model": "model", "observed": "observed"}
    more = {taken[k]: v for k, v in vars(args).items() if k in taken and v is not None}
    return told(args, door(source(args), args.wrt, where=args.where, syntax=args.syntax, rules=book_of(args), **more))


def run_expect(args: argparse.Namespace) -> int:
    """`matcalc expect`."""
    from .expectation import expectation

    return told(args, expectation(source(args), args.where, syntax=args.syntax, rules=book_of(args)))


def told(args: argparse.Namespace, found: Formula) -> int:
    """Write a formula; its types and what it takes for granted go to stderr."""
    if not args.quiet:
        assumed = "assuming " + ", ".join(found.assumptions) if found.assumptions else ""
        notes(line for line in (types_line(found.types), *(f"note: {r}" for r in found.remarks), assumed) if line)
    out(write(found.expr, format_of(args), found.types, look(args)._replace(taken=found.names)))
    return 0


def book_of(args: argparse.Namespace) -> RuleBook | None:
    """The book with the rule files that the arguments name; None for the rules in use."""
    book = None
    for path in args.rules:
        from .user_rules import read_rules  # with NumPy

        book = read_rules(path, book=book)
    return book


def source(args: argparse.Namespace) -> str:
    """The expression."""
    return str(args.expr).strip("\r\n")


def derivative(args: argparse.Namespace) -> Derivative:
    """The derivative that the arguments ask for; its types and layout go to stderr."""
    text, book = source(args), book_of(args)
    if not args.quiet:
        announce(note)
    if args.command == "hessian" or getattr(args, "order", 1) == 2:
        d = api.hessian(text, args.wrt, args.where, syntax=args.syntax, rules=book)
    else:
        d = api.diff(text, args.wrt, args.layout, args.where, args.structure, syntax=args.syntax, rules=book)
    if not args.quiet:
        notes(caption(d))
    stage("writing")
    return d


def notes(lines: Iterable[str]) -> None:
    """Lines on stderr, without that of the types if it was shown while the work was done."""
    for line in lines:
        if line != announced():
            note(line)


def look(args: argparse.Namespace) -> Options:
    """How long answers are printed."""
    return Options(args.share, args.width)


def reads_a_person(args: argparse.Namespace) -> bool:
    """Whether the answer goes to a terminal and no format is asked for."""
    return args.format is None and args.output is None and is_terminal(sys.stdout)


def format_of(args: argparse.Namespace) -> str:
    """The format that is asked for; the default is Unicode on a terminal where a command has it, LaTeX elsewhere."""
    command = commands()[args.command]
    return str(args.format or (command.on_terminal if reads_a_person(args) else "") or command.default)


def run_diff(args: argparse.Namespace) -> int:
    """`matcalc diff` and `matcalc hessian`."""
    d, form = derivative(args), format_of(args)
    if args.check:
        report = d.check()
        with without_line():
            print(report, file=sys.stderr)
        note(f"certificate: {d.certificate}")
        if not passed(report):
            return 4
    if args.form is not None:
        out(d.form(args.form).text(form, look(args)))
        return 0
    answer = in_format(d, form, options=look(args))
    out(answer if args.quiet or not reads_a_person(args) else answer_below_question(d, answer))
    return 0


def passed(report: Any) -> bool:
    """Whether a check passed."""
    return bool(getattr(report, "ok", report))


def run_differential(args: argparse.Namespace) -> int:
    """`matcalc differential`."""
    if not args.quiet:
        announce(note)
    found = api.question_of_differential(
        source(args), args.wrt, args.where, syntax=args.syntax, rules=book_of(args)
    )
    if not args.quiet:
        notes((types_line(found.types), *(f"note: {r}" for r in found.remarks)))
    answer = in_format(found.answer, format_of(args), options=look(args))
    is_alone = args.quiet or not reads_a_person(args)
    out(answer if is_alone else differential_below_question(found.source, answer))
    return 0


def run_steps(args: argparse.Namespace) -> int:
    """`matcalc steps`."""
    steps: Any = derivative(args).steps(style=args.style, detail=args.detail, mode=args.mode)
    method = getattr(steps, format_of(args), None)
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


def run_curvature(args: argparse.Namespace) -> int:
    """`matcalc curvature`."""
    from .curvature import curvature

    found = curvature(source(args), args.wrt, args.where, syntax=args.syntax, rules=book_of(args))
    if not args.quiet:
        notes((types_line(found.types),))
    out(found.latex() if format_of(args) == "latex" else str(found))
    return 0


def run_stationary(args: argparse.Namespace) -> int:
    """`matcalc stationary`."""
    from .stationary import solve_stationary

    given = {"subject_to": args.subject_to, "syntax": args.syntax, "rules": book_of(args)}
    found = solve_stationary(source(args), args.wrt, args.where, **given)
    if not args.quiet:
        notes((types_line(found.types),))
    out(found.latex() if format_of(args) == "latex" else "\n".join(found.lines(format_of(args))))
    return 0


def run_code(args: argparse.Namespace) -> int:
    """`matcalc code`."""
    out(derivative(args).code(args.target, args.value, args.name, args.compressed))
    return 0


def run_graph(args: argparse.Namespace) -> int:
    """`matcalc graph`."""
    graph: Any = derivative(args).graph(of=args.of)
    method = getattr(graph, format_of(args), None)
    out(method() if callable(method) else str(graph))
    return 0


def run_completion(args: argparse.Namespace) -> int:
    """`matcalc completion`."""
    from .argument_parser import build_parser
    from .completion import script

    out(script(args.shell, build_parser(commands())))
    return 0


def run_serve(args: argparse.Namespace) -> int:
    """`matcalc serve`."""
    from .serve import serve

    try:
        serve(args.port, args.limit)
    except (OSError, OverflowError) as error:
        raise MatcalcError(f"port {args.port} cannot be used: {error}") from None
    return 0


def _formula(text: str, more: tuple[str, ...], *examples: str) -> Command:
    """A command for what is done next with a derivative."""
    return Command(run_formula, text, (*PROBLEM, *TEXT, *more), examples, Notations(), on_terminal="unicode")


_STEPS = ("--style", "--detail", "--mode")
_PROGRAM = ("--target", "--value", "--name", "--compressed")

# A row for each command; the options are in the table of `arguments`.
COMMANDS: dict[str, Command] = {
    "diff": Command(
        run_diff, "the derivative of an expression by a variable", (*LAYOUT, "--form", *TEXT, "--check"),
        ("matcalc diff '||Xw - y||^2' w",
         "matcalc diff '||Xw - y||^2' w --layout denominator --format latex",
         """matcalc diff "x'*S*x" x --where 'S: symmetric matrix(n,n)' --check""",
         r"matcalc diff '\nabla_x x^T A x'"),
        Notations(), on_terminal="unicode"),
    "hessian": Command(
        run_diff, "the second derivative of a scalar", (*PROBLEM, "--form", *TEXT, "--check"),
        ("matcalc hessian 'logsumexp(A*x)' x", "matcalc hessian 'x*y^2' x,y"),
        Notations(), on_terminal="unicode"),
    "differential": Command(
        run_differential, "the differential of an expression", (*PROBLEM, *TEXT),
        ("matcalc differential 'inv(X)' X", """matcalc differential "u'*A*v" u,v"""),
        Notations(), on_terminal="unicode"),
    "steps": Command(
        run_steps, "the derivation, step by step", (*LAYOUT, *_STEPS),
        ("matcalc steps '||Xw - y||^2' w", "matcalc steps '||Xw - y||^2' w --style chain --mode reverse"),
        ("unicode", "text", "latex"), "unicode"),
    "explain": Command(
        run_explain, "what was done: every rule, move and candidate", (*LAYOUT, "--order", "--all"),
        ("matcalc explain '||Xw - y||^2' w", "matcalc explain 'logdet(X)' X --all --format json"),
        ("text", "json"), "text"),
    "check": Command(
        run_check, "compare a derivative with numerical differences", LAYOUT,
        ("matcalc check 'logdet(S)' S --where 'S: spd matrix(n,n)'",)),
    "review": Command(
        run_review, "is my derivative right? if not, what is wrong with it",
        ("expr", "wrt", "answer", "--where", "--order", "--output"),
        ("""matcalc review "x'*A*x" x "(A + A')*x" """.rstrip(),)),
    "curvature": Command(
        run_curvature, "whether it is convex or concave, and why", PROBLEM,
        ("matcalc curvature 'logsumexp(A*x)' x",
         "matcalc curvature 'x*log(x/y)' x,y --where 'x, y: positive scalar'"),
        ("text", "latex"), "text"),
    "stationary": Command(
        run_stationary, "where the gradient is 0, in closed form, and whether it is a minimum",
        (*PROBLEM, "--subject-to"),
        ("matcalc stationary '||Xw - y||^2' w", "matcalc stationary '||x||^2' x --subject-to 'A*x = b'"),
        ("text", "unicode", "latex"), on_terminal="unicode"),
    "newton": _formula(
        "the step of Newton's method in closed form", ("--inverse",),
        "matcalc newton '||A*x - b||^2' x", "matcalc newton 'sqrt(1 + x^T x)' x"),
    "taylor": _formula(
        "the Taylor polynomial to second order around a point", ("--at", "--degree"),
        "matcalc taylor 'logsumexp(A*x)' x", "matcalc taylor 'logdet(X)' X --at X0 --degree 1"),
    "laplacian": _formula(
        "the sum of the second derivatives by each entry", (), "matcalc laplacian 'log(x^T x)' x"),
    "expect": Command(
        run_expect, "the closed form of an expectation",
        ("expr", "--where", "--syntax", "--rules", "--quiet", "--output", *TEXT),
        ("""matcalc expect "E[x'*A*x]" --where 'x ~ N(mu, Sigma)'""",
         """matcalc expect "Var[a'*x]" --where 'x ~ (mu, Sigma)'"""), Notations(), on_terminal="unicode"),
    "gauss-newton": _formula(
        "the Gauss-Newton matrix of a residual or of a loss of a model", ("--model",),
        "matcalc gauss-newton 'tanh(X*w) - y' w"),
    "fisher": _formula(
        "the Fisher information of a negative log-likelihood", ("--model", "--observed"),
        """matcalc fisher "sum(exp(X*w)) - y'*X*w" w --observed y"""),
    "code": Command(
        run_code, "source code of a derivative", (*LAYOUT, "--order", *_PROGRAM),
        ("matcalc code '||Xw - y||^2' w", "matcalc code '||Xw - y||^2' w --target jax --value")),
    "graph": Command(
        run_graph, "the computation graph", (*LAYOUT, "--of"),
        ("matcalc graph '||Xw - y||^2' w", "matcalc graph '||Xw - y||^2' w --of both --format mermaid"),
        ("dot", "mermaid"), "dot"),
    "rules": Command(
        run_rules, "list the rules, with their citations", ("pattern", "--output"),
        ("matcalc rules logdet",)),
    "functions": Command(
        run_functions, "list the functions, with their shapes and differentials", ("pattern", "--output"),
        ("matcalc functions", "matcalc functions softmax"), ("text", "json"), "text"),
    "types": Command(
        run_types, "list what a name can be declared to be", ("pattern", "--output"),
        ("matcalc types",), ("text", "json"), "text"),
    "properties": Command(
        run_properties, "list the properties of a declaration, and what follows from them",
        ("pattern", "--output"), ("matcalc properties spd",), ("text", "json"), "text"),
    "serve": Command(
        run_serve, "the page in your browser, on this machine alone", ("--port", "--limit"),
        ("matcalc serve --port 0",)),
    "completion": Command(
        run_completion, "a script for the completion of your shell", ("shell", "--output"),
        ("source <(matcalc completion bash)", "matcalc completion fish | source")),
}  # fmt: skip


def commands() -> dict[str, Command]:
    """The commands by name."""
    return COMMANDS
