"""Unit vectors: sums of entries times unit vectors become explicit arrays, and selections become slices."""

from __future__ import annotations

from ..terms.expression import Expr, add, array, eye, index, mm, mul, num, prod, t, zeros
from ..terms.payloads import WHOLE, At, Slice
from ..terms.shapes import ONE, SCALAR, ZERO, Dim
from .limits import MOST_ENTRIES


def unit_position(e: Expr) -> int | None:
    """i if the expression is the unit column `eye(n)[:, i]`."""
    if e.op != "index" or e.args[0].op != "eye" or len(e.data) != 2:
        return None
    rows, column = e.data
    return column.position if rows == WHOLE and isinstance(column, At) else None


def selected(left: Expr, right: Expr) -> Expr | None:
    """The slice that a selection of rows of the identity takes out of the next factor; None if it is no selection."""
    j = unit_position(right)
    if j is not None and left.op == "var" and left.shape[0] is not ONE:
        return index(left, (WHOLE, At(position=j)), (left.shape[0], ONE))
    if j is not None and left.op == "t" and left.args[0].op == "var" and left.args[0].shape[1] is not ONE:
        return index(left.args[0], (At(position=j), WHOLE), (left.shape[0], ONE))
    if left.op == "t":
        i = unit_position(left.args[0])
        if i is not None and right.op not in ("index", "t") and right.shape[1] is ONE:
            return index(right, (At(position=i),), SCALAR)
        return None
    if left.op == "index" and left.args[0].op == "eye" and len(left.data) == 2 and left.data[1] == WHOLE:
        spec = left.data[0]
        if isinstance(spec, Slice) and right.op in ("var", "add"):
            if right.shape[1] is ONE:
                return index(right, (spec,), (left.shape[0], ONE))
            return index(right, (spec, WHOLE), (left.shape[0], right.shape[1]))
    return None


def gathered(e: Expr) -> Expr | None:
    """The explicit array of a sum (or single term) of entries on unit vectors, if its size is a small number."""
    if len(e.shape) != 2:
        return None
    terms = _terms(e)
    if terms is None:
        return None
    rows, cols = (d.value for d in e.shape)
    grid: dict[tuple[int, int], list[Expr]] = {}
    strips: dict[int, list[Expr]] = {}
    for x in terms:
        scalars, body = (x.args[:-1], x.args[-1]) if x.op == "prod" else ((), x)
        left, right = (body.args[0], body.args[1:]) if body.op == "mm" else (body, ())
        i = 0 if left.shape[0] is ONE else unit_position(left)
        if i is None:
            return None
        if left.shape[0] is ONE:  # a row: s*e_j'
            j = unit_position(left.args[0]) if left.op == "t" and not right else None
            if j is None:
                return None
            grid.setdefault((0, j), []).append(prod(*scalars) if scalars else num(1))
        elif not right:
            grid.setdefault((i, 0), []).append(prod(*scalars) if scalars else num(1))
        elif len(right) == 1 and right[0].op == "t" and (j := unit_position(right[0].args[0])) is not None:
            grid.setdefault((i, j), []).append(prod(*scalars) if scalars else num(1))
        else:
            strips.setdefault(i, []).append(prod(*scalars, mm(*right)) if scalars else mm(*right))
    if strips:
        if grid or rows is None or rows > MOST_ENTRIES:
            return None
        return array(rows, 1, tuple(_total(strips.get(i)) or zeros((ONE, e.shape[1])) for i in range(rows)))
    if rows is None or cols is None or rows * cols > MOST_ENTRIES:
        return None
    return array(rows, cols, tuple(_total(grid.get((i, j))) or num(0) for i in range(rows) for j in range(cols)))


def _terms(e: Expr) -> tuple[Expr, ...] | None:
    """The terms of a sum that may be scaled or transposed; None if nothing in it can be a unit vector."""
    scalars: tuple[Expr, ...] = ()
    flip = False
    while e.op in ("prod", "t"):
        if e.op == "t" and e.args[0].op in ("add", "prod", "t"):
            e, flip = e.args[0], not flip
        elif e.op == "prod" and not e.is_scalar and e.args[-1].op in ("add", "t") and e.args[-1].args[0].op != "index":
            scalars, e = scalars + e.args[:-1], e.args[-1]
        else:
            break
    out = []
    for x in e.args if e.op == "add" else (e,):
        inner, body = (x.args[:-1], x.args[-1]) if x.op == "prod" and not x.is_scalar else ((), x)
        if flip:
            body = mm(*(_turn(a) for a in reversed(body.args))) if body.op == "mm" else _turn(body)
        out.append(prod(*scalars, *inner, body) if scalars or inner else body)
    return tuple(out)


def _turn(e: Expr) -> Expr:
    return e.args[0] if e.op == "t" else t(e)


def _total(parts: list[Expr] | None) -> Expr | None:
    return add(*parts) if parts else None


def transposed_array(e: Expr) -> Expr:
    """The transpose of an explicit array."""
    rows, cols = e.data
    blocks = (e.args[r * cols + c] for c in range(cols) for r in range(rows))
    return array(cols, rows, tuple(b if b.is_scalar else _turned_block(b) for b in blocks))


def _turned_block(b: Expr) -> Expr:
    if b.op == "eye":
        return b
    return zeros((b.shape[1], b.shape[0])) if b.op == "zeros" else t(b)


def block_product(left: Expr, right: Expr) -> Expr | None:
    """A row of blocks times a column of blocks of matching sizes: the sum of the products."""
    if left.op != "array" or right.op != "array" or left.data.columns != right.data.rows:
        return None
    if left.data.columns < 2 or left.data.rows != 1 or right.data.columns != 1:
        return None
    if any(a.shape[1] is not b.shape[0] for a, b in zip(left.args, right.args, strict=True)):
        return None
    pairs = [(a, b) for a, b in zip(left.args, right.args, strict=True) if "zeros" not in (a.op, b.op)]
    products = [b if a.op == "eye" else a if b.op == "eye" else mul(a, b) for a, b in pairs]
    return add(*products) if products else zeros((left.shape[0], right.shape[1]))


def placed(whole: Dim, before: Dim, block: Dim) -> Expr:
    """The matrix that puts a block of a column after `before` rows of `whole`: identity in zeros."""
    after = whole - before - block
    sizes = [n for n in (before, block, after) if n is not ZERO]
    middle = 0 if before is ZERO else 1
    parts = [eye(block) if at == middle else zeros((n, block)) for at, n in enumerate(sizes)]
    return array(len(parts), 1, tuple(parts)) if len(parts) > 1 else parts[0]
