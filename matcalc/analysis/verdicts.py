"""The verdict on a symmetric matrix or a quadratic form: proved, and compared with numbers; or what these suggest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..numbers.domains import Sampler
from ..numbers.evaluate import evaluate
from ..rulebook.book import RuleBook
from ..terms.errors import EvaluationError, InternalError
from ..terms.expression import Expr, neg
from ..terms.rebuild import rebuild
from ..terms.shapes import SCALAR
from .definiteness import Known, Proofs
from .reasons import reason
from .signs import is_zero

SPD, PSD, ZERO = "positive definite", "positive semidefinite", "zero"
ND, NSD = "negative definite", "negative semidefinite"
INDEFINITE, UNKNOWN = "indefinite", "unknown"
SAMPLES = 12
SMALL = 1e-7  # of an eigenvalue beside the largest entry, where rounding decides its sign
ROUNDING = 1e-10


@dataclass(frozen=True)
class Definiteness:
    """What a symmetric matrix is, with the reason in lines; it is true of a matrix that is at least semidefinite.

    `verdict` is one of positive definite, positive semidefinite, negative definite, negative semidefinite, zero,
    indefinite (shown by numbers) and unknown.
    """

    verdict: str
    reason: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.verdict in (SPD, PSD, ZERO)

    def __str__(self) -> str:
        return "\n".join((self.verdict, *self.reason))


def definiteness(h: Expr, known: Known = (), book: RuleBook | None = None) -> Definiteness:
    """Whether a symmetric matrix, or a number, is positive or negative (semi)definite wherever it is defined.

    `known` holds what is taken for granted beside the properties of variables: ("positive", (x,)). A proof that
    numbers refute is an InternalError.

    >>> from matcalc.language.parse import parse_expression
    >>> print(definiteness(parse_expression("A'*A + l*eye(n)", "l: positive scalar").expr))
    positive definite
    A'*A + l*eye(n) is positive definite, as X + A'*A with X positive definite [Horn and Johnson, Matrix Analysis, 7]
    l*eye(n) is positive definite, as s*X with s > 0 and X positive definite [Horn and Johnson, Matrix Analysis, 7]
    eye(n) is positive definite, as eye(n)
    >>> definiteness(parse_expression("A + A'").expr).verdict
    'indefinite'
    """
    known = tuple(known)
    proofs = Proofs(known, book)
    h = proofs.normal.run(h)
    found = proved(proofs, h)
    lows, highs = extremes(h, known, book)
    refute(found.verdict, lows, highs, h)
    if found.verdict != UNKNOWN or not lows:
        return found
    if any(low < 0 < high for low, high in zip(lows, highs, strict=True)):
        return Definiteness(INDEFINITE, ("it has eigenvalues of both signs at random values",))
    return Definiteness(UNKNOWN, (f"{_seen(lows, highs)} at {len(lows)} random values",))


def proved(proofs: Proofs, h: Expr) -> Definiteness:
    """What is proved of a symmetric matrix in normal form."""
    if h.op == "zeros" or (h.op == "num" and not h.data) or is_zero(h):
        return Definiteness(ZERO, ("it is 0",))
    minus = proofs.normal.run(opposite(h))
    for verdict, prop, e in ((SPD, "spd", h), (ND, "spd", minus), (PSD, "psd", h), (NSD, "psd", minus)):
        if proofs.ask(prop, e):
            return Definiteness(verdict, reason(proofs, prop, e))
    return Definiteness(UNKNOWN)


def opposite(h: Expr) -> Expr:
    """-h; of explicit entries entry by entry."""
    return rebuild(h, tuple(neg(a) for a in h.args)) if h.op == "array" else neg(h)


def _seen(lows: list[float], highs: list[float]) -> str:
    if min(lows) >= 0:
        return "no negative eigenvalue"
    if max(highs) <= 0:
        return "no positive eigenvalue"
    return "its eigenvalues have one sign, which depends on the values,"


def extremes(h: Expr, known: Known, book: RuleBook | None, samples: int = SAMPLES) -> tuple[list[float], list[float]]:
    """The least and the largest eigenvalues at random values, 0 in place of rounding; nothing if none are found."""
    lows: list[float] = []
    highs: list[float] = []
    sampler = Sampler(h, None, known, book)
    rng = np.random.default_rng(0)
    for _ in range(samples):
        try:
            got = np.atleast_2d(evaluate(h, sampler.draw(rng).values, sampler.nodes, book))
        except EvaluationError:
            break
        values = np.linalg.eigvalsh((got + got.T) / 2) if h.shape != SCALAR else got.ravel()
        near = max(ROUNDING, SMALL * float(np.abs(got).max()))
        values = np.where(np.abs(values) < near, 0.0, values)
        lows.append(float(values.min()))
        highs.append(float(values.max()))
    return lows, highs


def refute(verdict: str, lows: list[float], highs: list[float], h: Expr) -> None:
    """InternalError if numbers refute a verdict."""
    wrong = {
        SPD: min(lows, default=0) < 0,
        PSD: min(lows, default=0) < 0,
        ND: max(highs, default=0) > 0,
        NSD: max(highs, default=0) > 0,
        ZERO: min(lows, default=0) < 0 or max(highs, default=0) > 0,
    }
    if wrong.get(verdict, False):
        raise InternalError(f"{h} was found {verdict}, and has an eigenvalue of the other sign")
