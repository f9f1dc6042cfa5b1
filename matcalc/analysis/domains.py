"""Where an expression has a value, as conditions on its parts, and whether that is a convex set of its variables."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..rulebook.book import RuleBook
from ..rulebook.patterns import instantiate, match
from ..rulebook.reader import Rule
from ..terms.expression import Expr
from ..terms.signatures import traits
from ..terms.walks import postorder
from .composition import AFFINE, CONCAVE, CONSTANT, Composition
from .definiteness import Proofs
from .words import Key

OPEN = frozenset(("positive", "above_one", "unit"))  # conditions of elementwise functions that are their domain
OF_DEFINITE = frozenset(("logdet", "inv", "logm", "sqrtm", "cholesky"))
NOT_SMOOTH = frozenset(
    ("norm", "norm1", "norm2", "norminf", "normnuc", "normp", "norm_rows", "norm1_rows", "norminf_rows", "lambda_max",
     "lambda_min", "sigma_max")
)  # fmt: skip
HOLES = frozenset(("nonzero", "invertible"))


def restrictions(f: Expr, names: Collection[str], proofs: Proofs) -> list[Key]:
    """What must hold of the parts that depend on some variables, without what holds anyway.

    >>> from matcalc.language.parse import parse_expression
    >>> f = parse_expression("x*log(x) + sqrt(1 + x^2) + 1/y", "x: scalar, y: scalar").expr
    >>> restrictions(f, ("x", "y"), Proofs())
    [('positive', x), ('nonzero', y)]
    """
    rules = proofs.book.view(_elementwise)
    moving = frozenset(names)
    found: dict[Key, None] = {}
    for e in postorder(f):
        if e.free & moving:
            for key in _asked(e, rules, proofs):
                if key[1].free & moving and not _holds(key, proofs):
                    found[key] = None
    positive = {e for p, e in found if p == "positive"}
    return [k for k in found if k[0] not in ("nonnegative", "nonzero") or k[1] not in positive]


def _holds(key: Key, proofs: Proofs) -> bool:
    """Whether a condition holds anyway."""
    prop, e = key
    if prop == "nonzero":
        return any(proofs.ask(p, e) for p in ("positive", "nowhere_zero")) or bool(proofs.ask("positive", -e))
    return proofs.ask(prop, e) is True


def _asked(e: Expr, rules: dict[str, list[Rule]], proofs: Proofs) -> Iterator[Key]:
    """What an operation asks of its arguments."""
    if e.op in ("pow", "epow"):
        yield from _power(e)
    elif e.op in OF_DEFINITE and not e.args[0].is_scalar:
        s = proofs.normal.run(e.args[0])
        yield ("spd" if proofs.ask("symmetric", s) else "invertible"), e.args[0]
    for rule in rules.get(e.op, ()):
        for env, dims in match(rule.lhs, e, {}, {}):
            for prop, args in rule.conditions:
                if prop in OPEN:
                    yield prop, instantiate(args[0], env, dims)


def _power(e: Expr) -> Iterator[Key]:
    base, exponent = e.args
    if exponent.op != "num":
        yield "positive", base
    elif isinstance(exponent.data, int):
        if exponent.data < 0:
            yield "nonzero", base
    else:
        yield ("positive" if exponent.data < 0 else "nonnegative"), base


def _elementwise(book: RuleBook) -> dict[str, list[Rule]]:
    table: dict[str, list[Rule]] = {}
    for rule in book.of_kind("differential"):
        if rule.lhs.is_elementwise and rule.conditions:
            table.setdefault(rule.lhs.op, []).append(rule)
    return table


def holes(found: list[Key], composition: Composition) -> list[Key]:
    """The conditions that are not known to describe a convex set: one of a concave part being positive does."""
    out = []
    for prop, e in found:
        what = composition.of(e).what
        fine = (CONSTANT, AFFINE) if prop in ("spd", "unit") else (CONSTANT, AFFINE, CONCAVE)
        if prop in HOLES or what not in fine:
            out.append((prop, e))
    return out


def has_kinks(f: Expr, names: Collection[str]) -> bool:
    """Whether some part is not smooth everywhere: an absolute value, a norm, a largest entry.

    >>> from matcalc.language.parse import parse_expression
    >>> [has_kinks(parse_expression(t).expr, "x") for t in ("norm1(x)", "x'*x", "norm(A)*sum(exp(x))")]
    [True, False, False]
    """
    moving = frozenset(names)
    return any(e.free & moving and (traits(e.op).kink or e.op in NOT_SMOOTH) for e in postorder(f))
