"""Why a matrix is definite or a number has a sign, in words: the steps of a proof as lines."""

from __future__ import annotations

from ..terms.expression import Expr
from .definiteness import Proofs, Step
from .words import WORDS, Key, said

MOST_LINES = 8
MOST_TOKENS = 60  # of an expression whose sign is told


def reason(proofs: Proofs, prop: str, root: Expr) -> tuple[str, ...]:
    """The lines of a proof, each before those that it rests on.

    >>> from matcalc.language.parse import parse_expression
    >>> proofs, e = Proofs(), parse_expression("X'*diag(exp(w))*X").expr
    >>> proofs.ask("psd", e)
    True
    >>> print(*reason(proofs, "psd", e), sep="\\n")
    X'*diag(exp(w))*X is positive semidefinite, as A'*W*A with W positive semidefinite [Horn and Johnson, Matrix Analysis, 7]
    diag(exp(w)) is positive semidefinite, as diag(x) with x >= 0
    exp(w) >= 0
    """  # noqa: E501
    lines: dict[str, None] = {}
    stack: list[Key] = [(prop, root)]
    seen: set[Key] = set()
    while stack and len(lines) < MOST_LINES:
        key = stack.pop()
        if key in seen or key[1].op == "num":
            continue
        seen.add(key)
        step = proofs.step(key)
        if step is None or (not step.text and not step.needs):
            continue
        if key[0] in WORDS or not step.needs:
            if step.text:
                lines[sentence(key, step)] = None
            stack.extend(reversed(step.needs))
        elif key[1].cost < MOST_TOKENS:
            lines[_sign(proofs, key, step)] = None
    return tuple(lines) or (said((prop, root)),)


def sentence(key: Key, step: Step) -> str:
    """A step as a sentence."""
    source = f" [{step.source}]" if step.source else ""
    return f"{said(key)}{step.text}{source}"


def _sign(proofs: Proofs, key: Key, step: Step) -> str:
    """That something has a sign, with what it rests on that is no identity: properties declared, the domain."""
    grounds: dict[str, None] = {}
    stack, seen = list(step.needs), {key}
    while stack:
        k = stack.pop()
        if k in seen or k[1].op == "num":
            continue
        seen.add(k)
        below = proofs.step(k)
        if below is not None and below.needs:
            stack.extend(below.needs)
        elif k[1].op == "var" or (below is not None and below.is_given):
            grounds[said(k)] = None
    since = f", since {' and '.join(sorted(grounds))}" if grounds else ""
    return said(key) + since
