"""How large the sizes of a program are taken to be when the order of its products is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..terms.expression import Expr
from ..terms.shapes import ONE, Dim

LARGE, RANK = 64.0, 16.0  # a size that is a name; one through which two matrices of a sum are multiplied


class Sizes:
    """Numbers for dimensions: those that are given, and an order of magnitude for names.

    >>> n = Dim.of("n")
    >>> Sizes()(ONE) < Sizes()(n) < Sizes()(n * n), Sizes({"n": 3})(n)
    (True, 3.0)
    """

    def __init__(self, given: Mapping[str, float] | None = None):
        self.given = dict(given or {})
        self.known: dict[Dim, float] = {}

    def __call__(self, d: Dim) -> float:
        """The size of a dimension."""
        found = self.known.get(d)
        if found is None:
            found = 0.0
            for names, factor in d.terms:
                product = float(factor)
                for name in names:
                    product *= self.given.get(name, LARGE)
                found += product
            self.known[d] = found = max(1.0, found)
        return found


def ranks(nodes: Iterable[Expr]) -> dict[str, float]:
    """The sizes that are ranks: the inner size of U*V' where a matrix is compared with it, as in T - U*V'.

    A matrix that is written as a product of two is meant to be of low rank.

    >>> import matcalc
    >>> ranks([matcalc.parse("T - U*V'", where="U: matrix(m,k), V: matrix(n,k)")])
    {'k': 16.0}
    """
    found: dict[str, float] = {}
    for e in nodes:
        if e.op != "add" or ONE in e.shape or not any(_is_matrix(_unscaled(x)) for x in e.args):
            continue
        for x in e.args:
            body = _unscaled(x)
            body = body.args[0] if body.op == "t" else body
            if body.op == "mm" and len(body.args) == 2 and all(_is_matrix(f) for f in body.args):
                inner = body.args[0].shape[1]
                if inner not in body.shape and len(inner.terms) == 1 and len(inner.terms[0][0]) == 1:
                    found[inner.terms[0][0][0]] = RANK
    return found


def _unscaled(x: Expr) -> Expr:
    return x.args[-1] if x.op == "prod" else x


def _is_matrix(x: Expr) -> bool:
    return x.op == "var" or (x.op == "t" and x.args[0].op == "var")
