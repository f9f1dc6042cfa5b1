"""What surrounds each part of a syntax tree, as far as its reading depends on it."""

from __future__ import annotations

from collections.abc import Container, Sequence

from ...terms.records import dataclass
from ..tree import Ast
from .preferences import ALGEBRA, DENSITIES, ENTRIES, INTERCEPTS, REDUCING, SQUARES

_OF_MATRICES = ("exp", "log", "sqrt")
_SPECTRAL = ("tr", "det", "logdet")
_CARRIES = frozenset(("add", "sub", "neg", "mul", "div"))  # what a scalar that is wanted is handed down through


@dataclass(frozen=True)
class Contexts:
    """For each part: whether powers in it may go entry by entry, whether a name in it is undeclared, whether a sum, a
    norm or an inner product is in it, what a bar means.

    `bars` has, for each part in single bars, what is wanted of it: "log" (under a logarithm), "factor" (a scalar
    factor, a divisor, a base, or the whole), "norm" (a divisor or a base) or "entries".
    """

    entries: Sequence[bool]
    free: Sequence[bool]
    reduces: Sequence[bool]
    bars: dict[int, str]
    traced: frozenset[int]  # functions that stand directly in tr or det, or beside their own argument
    summed: frozenset[int]  # products with a sign that are summed up as they stand
    intercepts: frozenset[str]  # letters with a 0 that are added where nothing is for arrays, as beta_0
    flat: bool  # whether nothing in the text is for arrays alone
    exponents: frozenset[int]  # factors in powers of e
    square: frozenset[str]  # the names that stand alone in tr, det and the like, or as a factor there
    states: frozenset[str]  # the names in a trace that are density matrices


def contexts(tape: Sequence[Ast], undeclared: Container[str]) -> Contexts:
    """What surrounds the parts of a tree, in two passes over it."""
    parent = [-1] * len(tape)
    free, reduces = [False] * len(tape), [False] * len(tape)
    for i, node in enumerate(tape):
        free[i] = (node.op in ("name", "sample") and node.data in undeclared) or any(free[j] for j in node.args)
        reduces[i] = node.op in ("norm", "t", "samples") or (node.op == "func" and node.data in REDUCING)
        reduces[i] = reduces[i] or any(reduces[j] for j in node.args)
        for j in node.args:
            parent[j] = i
    entries, square = [False] * len(tape), [False] * len(tape)
    names: set[str] = set()
    exponents: set[int] = set()
    for i in range(len(tape) - 1, -1, -1):
        node, up = tape[i], parent[i]
        if up >= 0:
            around = tape[up]
            word = around.data if around.op == "func" else "norm" if around.op == "norm" and around.args[0] == i else ""
            word = around.data.function if around.op == "along" else word
            entries[i] = word in ENTRIES or (entries[up] and word not in ALGEBRA)
            two = around.op == "along" and around.data.axis in (1, -2)  # only a matrix has this axis
            square[i] = two or word in SQUARES or (square[up] and around.op in ("mul", "pow", "add", "sub", "neg"))
            if word == "euler" or (up in exponents and around.op in _CARRIES):
                exponents.add(i)
        if node.op == "name" and square[i]:
            names.add(node.data)
    traced = {
        i for i, n in enumerate(tape) if n.op == "func" and parent[i] >= 0 and tape[parent[i]].data in _SPECTRAL
    } | _beside_itself(tape, parent)
    bars = {i: _wanted(tape, parent, entries, i) for i, n in enumerate(tape) if n.op == "func" and n.data == "bars"}
    flat = not any(_for_arrays(n, undeclared) for n in tape)
    states = _states(tape, parent)
    of_states = {i for i, n in enumerate(tape) if _of_state(tape, n, states)}
    summed = frozenset(i for i, n in enumerate(tape) if n.op == "mul" and _summed(tape, parent, i))
    sums = {n.data for i, n in enumerate(tape) if flat and n.op == "name" and tape[parent[i]].op in ("add", "sub")}
    intercepts = frozenset(n for n in sums if str(n)[-1] == "0" and str(n).rstrip("_0") in INTERCEPTS)
    return Contexts(
        entries, free, reduces, bars, frozenset(traced | of_states), summed, intercepts, flat, frozenset(exponents),
        frozenset(names), states,
    )  # fmt: skip


def _summed(tape: Sequence[Ast], parent: Sequence[int], i: int) -> bool:
    """Whether a product stands alone in sum(...) or mean(...)."""
    up = parent[i]
    while up >= 0 and tape[up].op == "neg":
        up = parent[up]
    node = tape[i]
    if node.data not in ("", "python") or up < 0 or tape[up].op != "func" or tape[up].data not in ("sum", "mean"):
        return False
    inside = tape[node.low : i]  # with a product of products, as in sum(A*B'*C), the product is one of matrices
    return not any(n.op in ("mul", "t") or (n.op == "func" and n.data in ALGEBRA) for n in inside)


def _of_state(tape: Sequence[Ast], node: Ast, states: Container[str]) -> bool:
    """Whether a part is a function of a density matrix."""
    if node.op != "func" or node.data not in _OF_MATRICES:
        return False
    argument = tape[node.args[0]]
    return argument.op == "name" and argument.data in states


def _states(tape: Sequence[Ast], parent: Sequence[int]) -> frozenset[str]:
    """The Greek letters in a trace that are density matrices: rho as a factor, and others beside it."""
    found: set[str] = set()
    never: set[str] = set()
    inside = [False] * len(tape)
    for i in range(len(tape) - 1, -1, -1):
        node, up = tape[i], parent[i]
        if up < 0:
            continue
        around = tape[up]
        called = around.op == "func" and around.data in _OF_MATRICES
        inside[i] = (around.op == "func" and around.data == "tr") or (
            inside[up] and (called or around.op in ("mul", "pow", "add", "sub", "neg", "t"))
        )
        if inside[i] and node.op == "name":
            beside = tape[around.args[0]].op == "num" and around.op in ("add", "sub")  # (1 - rho)*I
            (never if beside else found).add(str(node.data))
    states = {n for n in found - never if n.split("_")[0].rstrip("0123456789") in DENSITIES}
    return frozenset(states if any(n.startswith("rho") for n in states) else ())


def _for_arrays(node: Ast, undeclared: Container[str]) -> bool:
    """Whether a part says that there are arrays in the text."""
    if node.op == "name":
        return node.data not in undeclared or str(node.data)[0].isupper()
    if node.op == "mul":
        return node.data in ("at", "dot", "cross")
    if node.op == "func":
        return node.data in REDUCING or node.data in ENTRIES or node.data in ALGEBRA
    return node.op not in ("num", "const", "size", "add", "sub", "neg", "div", "pow")


def _beside_itself(tape: Sequence[Ast], parent: Sequence[int]) -> set[int]:
    """The functions that stand in a product with their own argument or another function, as in X*log(X)."""
    top = list(range(len(tape)))  # the whole product, or sum of products, that a part is a factor of
    product = [False] * len(tape)
    for i in range(len(tape) - 1, -1, -1):
        if parent[i] >= 0 and tape[parent[i]].op in ("mul", "add", "sub", "neg", "t"):
            top[i] = top[parent[i]]
            product[i] = product[parent[i]] or tape[parent[i]].op == "mul"
    factors = {(top[i], n.data) for i, n in enumerate(tape) if n.op == "name" and product[i]}
    called: dict[int, list[int]] = {}
    for i, n in enumerate(tape):
        if n.op == "func" and n.data in _OF_MATRICES and product[i]:
            called.setdefault(top[i], []).append(i)
    return {
        i
        for t, found in called.items()
        for i in found
        if (len(found) > 1 and tape[parent[t]].data in _SPECTRAL and parent[t] >= 0)
        or (tape[tape[i].args[0]].op == "name" and (t, tape[tape[i].args[0]].data) in factors)
    }


def _wanted(tape: Sequence[Ast], parent: Sequence[int], entries: Sequence[bool], i: int) -> str:
    """What the surroundings of |...| want it to be."""
    above = parent[i]
    carried = summed = False  # whether there is a product, a sum, on the way up
    while above >= 0 and tape[above].op in _CARRIES:
        node = tape[above]
        if node.op == "div" and node.args[1] == i:
            return "factor" if summed else "norm"  # x/(1 + |x|) goes entry by entry
        summed = summed or node.op in ("add", "sub")
        if node.op in ("add", "sub") and not carried and _capital(tape, node, i):
            return "entries"
        carried = carried or node.op == "mul"
        i, above = above, parent[above]
    if above < 0:
        return "factor"
    node = tape[above]
    if node.op == "pow" and node.args[0] == i:
        beside = parent[above] >= 0 and tape[parent[above]].op in ("add", "sub")
        if entries[above] and beside:  # |||Ax|^2 - y||
            return "entries"
        return "factor" if summed else "norm"
    if node.op == "func" and node.data in ("log", "logdet", "sqrt"):
        return "log"
    return "entries"


def _capital(tape: Sequence[Ast], node: Ast, i: int) -> bool:
    """Whether a bare capital is added to a part."""
    return any(tape[j].op == "name" and str(tape[j].data)[:1].isupper() for j in node.args if j != i)
