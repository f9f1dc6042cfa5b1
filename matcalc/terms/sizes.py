"""Sizes of dimensions: as scalars, and where the text of an expression must tell them.

The leaf `size` is the number that a named dimension stands for, such as the m of `1/m*||x||^2`.
"""

from __future__ import annotations

from .axes import einsum_sizes, loose
from .expression import Expr, add, node, num, prod
from .shapes import ONE, SCALAR, Dim, DimLike
from .signatures import is_entrywise
from .signatures import known as operation_of
from .walks import postorder

Known = tuple[bool, bool]
_ROUNDS = 4
_YES: Known = (True, True)
_ALIKE = frozenset(("add", "had", "epow"))


def size(dim: DimLike) -> Expr:
    """The number of entries along a dimension: a polynomial of `size` leaves.

    >>> size(Dim.of("m") * "n" + 2)
    m*n + 2
    """
    terms = []
    for names, c in Dim.of(dim).terms:
        factors = [node("size", (), n, SCALAR) for n in names]
        terms.append(prod(*([num(c)] if c != 1 or not factors else []), *factors))
    return add(*terms) if terms else num(0)


def entries(e: Expr) -> Dim | None:
    """How many entries a sum of ones has; None for other expressions."""
    if e.op != "sum" or e.args[0].op != "ones":
        return None
    rows, columns = e.args[0].shape
    return rows * columns


def unsized(root: Expr, ops: tuple[str, ...] = ("ones", "zeros")) -> frozenset[Expr]:
    """The leaves `ones`, `zeros`, ... whose size cannot be inferred from the expression around them."""
    order = list(postorder(root))
    leaves = [e for e in order if e.op in ops]
    if not leaves:
        return frozenset()
    square: set[Expr] = set()  # identities of which one axis, and so the other, is known
    for _ in range(_ROUNDS):
        known: dict[Expr, Known] = {}
        for e in order:
            known[e] = _YES if e in square else _own(e, known, ops)
        given: dict[Expr, Known] = {root: (False, False)}
        for e in reversed(order):
            around = given.get(e, _YES)
            for child, (r, c) in zip(e.args, _inner(e, around, known), strict=True):
                before = given.get(child, _YES)
                given[child] = (before[0] and r, before[1] and c)
        axes = {e: [k or g for k, g in zip(known[e], given.get(e, _YES), strict=True)] for e in leaves}
        more = {e for e, sides in axes.items() if e.op == "eye" and any(sides) and e not in square}
        if not more:
            break
        square |= more
    return frozenset(e for e, sides in axes.items() if not all(sides) and e not in square)


def written(root: Expr) -> frozenset[str]:
    """The names of dimensions that stand in the plain text of an expression as sizes, such as the n of eye(n).

    >>> from matcalc.terms.expression import as_shape, eye, mm, var
    >>> sorted(written(mm(eye(Dim.of("n")), var("x", as_shape("n")))))
    ['n']
    """
    told = set(unsized(root))
    dims: list[Dim] = []
    for e in postorder(root):
        if e.op == "eye" or e in told:
            dims += e.shape
        elif e.op == "einsum":
            sizes = einsum_sizes(e)
            dims += [sizes[i] for i in loose(e)]
    return frozenset(name for d in dims for name in d.names)


def _alike(e: Expr) -> bool:
    """Whether the arguments of a node have its own shape."""
    return e.op in _ALIKE or is_entrywise(e)


def _own(e: Expr, known: dict[Expr, Known], ops: tuple[str, ...]) -> Known:
    """Whether the rows and the columns of a node follow from what is inside it."""
    if e.shape == SCALAR or len(e.shape) != 2:
        return _YES
    if e.op in ops:
        return e.shape[0] is ONE, e.shape[1] is ONE
    args = [known[a] for a in e.args]
    if _alike(e):
        arrays = [k for a, k in zip(e.args, args, strict=True) if a.shape == e.shape]
        return any(k[0] for k in arrays), any(k[1] for k in arrays)
    if e.is_elementwise or e.op == "prod":
        return args[-1]
    if e.op == "t":
        return args[0][1], args[0][0]
    if e.op == "mm":
        return args[0][0], args[-1][1]
    found = _environment(e, (False, False), known)
    if found is None:
        return _YES
    env, result = found
    return all(n in env for n in result[0].names), all(n in env for n in result[1].names)


def _inner(e: Expr, around: Known, known: dict[Expr, Known]) -> list[Known]:
    """For each argument, whether its rows and columns follow from what is around it."""
    own = known[e]
    here = (own[0] or around[0], own[1] or around[1])
    if _alike(e):
        return [here if a.shape == e.shape else _YES for a in e.args]
    if e.is_elementwise or e.op == "prod":
        return [here if a.shape == e.shape else _YES for a in e.args]
    if e.op == "t":
        return [(here[1], here[0])]
    if e.op == "mm":
        before = [here[0], *(known[a][1] for a in e.args[:-1])]
        after = [*(known[a][0] for a in e.args[1:]), here[1]]
        return list(zip(before, after, strict=True))
    found = _environment(e, around, known)
    op = operation_of(e)
    if found is None or op is None:
        return [(False, False)] * len(e.args)
    env, _ = found
    return [(all(n in env for n in s[0].names), all(n in env for n in s[1].names)) for s in op.arguments]


def _environment(e: Expr, around: Known, known: dict[Expr, Known]) -> tuple[set[str], tuple[Dim, ...]] | None:
    """The dimension names of an operation of the table that are determined, and the shape of its result."""
    op = operation_of(e)
    if op is None or len(op.arguments) != len(e.args):
        return None
    env: set[str] = set()
    for shape, a in zip(op.arguments, e.args, strict=True):
        for dim, is_known in zip(shape, known[a], strict=True):
            if is_known:
                env |= dim.names
    for dim, is_known in zip(op.shape, around, strict=True):
        if is_known and len(dim.names) == 1:
            env |= dim.names
    return env, op.shape
