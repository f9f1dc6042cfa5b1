"""An expression in words, so that a person sees at once whether it was read as meant.

Norms, traces, means and the like become words, down to a fixed depth; sums and products do in the outermost places,
and everything else stays a formula.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import islice

from ..terms.expression import Expr, num, prod
from ..terms.shapes import SCALAR, kind_of
from ..terms.signatures import known
from ..terms.walks import postorder
from .core import product
from .unicode import unicode

_DEEPEST = 6  # operations inside of each other that become words
_TERMS = 6  # terms of a sum that are said
_FORMULA = 60  # nodes of a formula that is looked at
_WIDTH = 72  # characters of a formula

# What operations are called; {} is their argument, {entries} the entries of it.
PHRASES = {
    "sum": "the sum of {entries}", "mean": "the mean of {entries}", "prodall": "the product of {entries}",
    "amax": "the largest of {entries}", "amin": "the smallest of {entries}",
    "logsumexp": "the logarithm of the sum of the exponentials of {entries}",
    "norm": "the norm of {}", "norm1": "the sum of the absolute values of {entries}",
    "norminf": "the largest absolute value of {entries}", "norm2": "the largest singular value of {}",
    "normnuc": "the nuclear norm of {}", "tr": "the trace of {}", "det": "the determinant of {}",
    "logdet": "the logarithm of the determinant of {}", "inv": "the inverse of {}", "adj": "the adjugate of {}",
    "pinv": "the pseudo-inverse of {}", "expm": "the matrix exponential of {}", "logm": "the matrix logarithm of {}",
    "sqrtm": "the matrix square root of {}", "softmax": "the softmax of {entries}",
    "diag": "the diagonal matrix of {}", "diagonal": "the diagonal of {}", "vec": "the stacked columns of {}",
    "kron": "the Kronecker product of {} and {}", "t": "the transpose of {}", "max": "the larger of {} and {}",
    "min": "the smaller of {} and {}",
}  # fmt: skip
_FORMULAS = frozenset((
    "var", "num", "const", "size", "mm", "t", "add", "prod", "had", "pow", "epow", "inv", "ones", "zeros", "eye",
    "index", "gt", "ge", "lt", "le", "eq", "ne",
))  # fmt: skip


def in_words(e: Expr) -> str:
    """What an expression says.

    >>> import matcalc
    >>> in_words(matcalc.parse("mean((Xw - y)^2)"))
    'a number: the mean of the squared entries of Xw − y'
    >>> in_words(matcalc.parse("tanh(W*x + b)"))
    'a vector (m): tanh of each entry of Wx + b'
    """
    sizes = ", ".join(map(str, e.shape if len(e.shape) > 1 and kind_of(e.shape) != "vector" else e.shape[:1]))
    kind = {"scalar": "a number", "tensor": "an array"}.get(kind_of(e.shape), f"a {kind_of(e.shape)}")
    return f"{kind}: {_phrase(e, _DEEPEST)}" if e.shape == SCALAR else f"{kind} ({sizes}): {_phrase(e, _DEEPEST)}"


def _phrase(e: Expr, depth: int) -> str:
    """An expression in words; a formula if it is one or stands too deep."""
    op = known(e)
    elementwise = op is not None and op.elementwise and len(e.args) == 1
    if depth == 0 or (_is_formula(e) and not elementwise):
        return _formula(e)
    if e.op == "norm" and kind_of(e.shape) == "scalar" and kind_of(e.args[0].shape) == "matrix":
        return f"the Frobenius norm of {_phrase(e.args[0], depth - 1)}"
    if e.op in _SPECIAL:
        say, least = _SPECIAL[e.op]
        return say(e, depth) if depth >= least else _formula(e)
    if e.op in PHRASES:
        text = PHRASES[e.op].format(*(_phrase(a, depth - 1) for a in e.args), entries=_entries(e.args[0], depth - 1))
        return f"{text}, entry by entry" if e.op in ("max", "min") and e.shape != SCALAR else text
    if op is None or not elementwise:
        return _formula(e)
    each = "" if e.shape == SCALAR else "each entry of "
    return f"{op.name} of {each}{_phrase(e.args[0], depth - 1)}" if _is_plain(e.args[0]) else _formula(e)


def _is_formula(e: Expr) -> bool:
    """Whether an expression is short and has no functions in it."""
    nodes = list(islice(postorder(e), _FORMULA))
    return len(nodes) < _FORMULA and all(x.op in _FORMULAS or _is_elementwise(x) for x in nodes)


def _is_elementwise(e: Expr) -> bool:
    op = known(e)
    return op is not None and op.elementwise


def _is_plain(e: Expr) -> bool:
    """Whether what a function is taken of can be said without brackets."""
    if e.op not in ("prod", "add", "had", "epow"):
        return True
    return not any(_is_elementwise(x) for x in islice(postorder(e), _FORMULA))


def _formula(e: Expr) -> str:
    if len(list(islice(postorder(e), 4 * _FORMULA))) == 4 * _FORMULA:
        return "a long expression"
    text = unicode(e)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 2]} …"


def _entries(e: Expr, depth: int) -> str:
    """The entries of an array, with what is done to them."""
    if e.op == "epow" and e.args[1] is num(2) and depth:
        return f"the squared entries of {_phrase(e.args[0], depth - 1)}"
    if _is_elementwise(e) and depth and _is_plain(e.args[0]):
        return _phrase(e, depth)
    return f"the entries of {_phrase(e, depth)}"


def _power(e: Expr, depth: int) -> str:
    base, exponent = e.args
    inner = _phrase(base, depth - 1)
    p = exponent.data if exponent.op == "num" else None
    if p == 2 and e.shape == SCALAR:
        is_norm = base.op == "norm" and inner.startswith("the ")
        return f"the squared {inner[4:]}" if is_norm else f"the square of {inner}"
    if p == 2 and e.op == "epow":
        return f"the squared entries of {inner}"
    if p == Fraction(1, 2):
        return f"the square root of {'' if e.shape == SCALAR else 'each entry of '}{inner}"
    if p == -1 and e.shape == SCALAR:
        return f"1 over {inner}"
    how = ", entry by entry" if e.op == "epow" and e.shape != SCALAR else ""
    return f"{inner} to the power {_formula(exponent)}{how}"


def _sum(e: Expr, depth: int) -> str:
    said = ""
    for x in e.args[:_TERMS]:
        negative = x.op == "prod" and x.args[0].op == "num" and x.args[0].data < 0
        term = prod(num(-x.args[0].data), *x.args[1:]) if negative else x
        sign = (", minus " if negative else ", plus ") if said else ("minus " if negative else "")
        said += sign + _phrase(term, depth - 1)
    more = len(e.args) - _TERMS
    return said if more <= 0 else f"{said}, and {more} more terms"


def _product(e: Expr, depth: int) -> str:
    p = product(e)
    factors = [*p.scalars, *([] if p.array is None else [p.array])]
    value = p.coefficient
    said = " times ".join(_phrase(x, depth - 1) for x in factors[:_TERMS]) or "1"
    if len(factors) > _TERMS:
        return _formula(e)
    if value == Fraction(1, 2):
        said = f"half of {said}"
    elif value != 1:
        said = f"{_formula(num(value))} times {said}" if factors else _formula(num(value))
    said = f"minus {said}" if p.negative else said
    return ", divided by ".join([said, *(_phrase(x, depth - 1) for x in p.below)])


# How each is said, and the least depth that is left where it is said in words.
_SPECIAL: dict[str, tuple[Callable[[Expr, int], str], int]] = {
    "pow": (_power, 1), "epow": (_power, 1), "add": (_sum, _DEEPEST), "prod": (_product, _DEEPEST - 1),
}  # fmt: skip
