"""One factorization for all that is asked of a matrix: its inverse, its determinant, solves with it.

| what is asked of A | how |
|---|---|
| one solve, one inverse, one determinant | as it stands |
| its inverse too, or solves with two matrices | the inverse, and products with it |
| several of: solves with vectors, determinants | an LU factorization; Cholesky's where A is positive definite |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from .plan import Plan, Value, needed

_USES = ("solve", "inv", "det", "logdet")


def shared(plan: Plan, roots: list[Value], factorizes: bool = True) -> tuple[Plan, list[Value]]:
    """The plan with shared factorizations, and its roots; `factorizes` is whether the target has LU and Cholesky.

    >>> import matcalc
    >>> from matcalc.codegen.lower import Lowering
    >>> low = Lowering()
    >>> where = "A: matrix(n,n), x, y: vector(n)"
    >>> roots = [low.value(matcalc.parse(s, where)) for s in ("x'*inv(A)*y", "logdet(A)")]
    >>> plan, roots = shared(low.plan, roots)
    >>> [v.op for v in plan.values]
    ['input', 'input', 'lu', 'lu_solve', 'input', 'matmul', 'lu_logdet']
    """
    asked: dict[Value, list[Value]] = defaultdict(list)
    for v in needed(roots):
        if v.op in _USES:
            asked[base(v.args[0])].append(v)
    ways = {m: way(plan, m, uses, factorizes) for m, uses in asked.items() if len(uses) > 1}
    if not any(ways.values()):
        return plan, roots
    new = Plan()
    put: dict[int, Value] = {}
    for v in needed(roots):
        args = [put[a.number] for a in v.args]
        how = ways.get(base(v.args[0]), "") if v.op in _USES else ""
        if how:
            put[v.number] = _WAYS[how](new, v, args)
        else:
            put[v.number] = _turned(new, args[0]) if v.op == "t" else new.make(v.op, *args, data=v.data, axes=v.axes)
        if v.number in plan.left and put[v.number].op == v.op:
            new.left.add(put[v.number].number)
    return new, [put[v.number] for v in roots]


def base(m: Value) -> Value:
    """A matrix without its transpose."""
    return m.args[0] if m.op == "t" else m


def way(plan: Plan, m: Value, uses: list[Value], factorizes: bool) -> str:
    """How several uses of a matrix share work."""
    wide = [v for v in uses if v.op == "solve" and v.rank == 2]
    inverse = any(v.op == "inv" for v in uses)
    if inverse and all(v.op in ("inv", "solve") for v in uses):
        return "inverse"
    if len(wide) > 1:
        return "inverse"
    if not factorizes:
        return "inverse" if inverse else ""
    return "cholesky" if m.number in plan.definite else "lu"


def _turned(p: Plan, x: Value) -> Value:
    """The transpose; of a product that was turned for a solve, the product as it was."""
    chain: list[Value] = []
    while x.op == "matmul" and x.rank == 2 and x.args[1].op == "t" and len(chain) < 8:
        chain.append(x.args[1].args[0])
        x = x.args[0]
    result = p.t(x)
    for left in reversed(chain):
        result = p.make("matmul", left, result, axes=(left.axes[0], result.axes[1]))
    return result


def _by_inverse(p: Plan, v: Value, args: list[Value]) -> Value:
    m = args[0]
    turned = (m.op == "t") != (v.op == "solve" and bool(v.data))
    if v.op in ("det", "logdet"):
        return p.make(v.op, base(m), data=v.data, axes=v.axes)
    inverse = p.make("inv", base(m), axes=base(m).axes)
    inverse = p.t(inverse) if turned else inverse
    return inverse if v.op == "inv" else p.matmul(inverse, args[1])


def _by_lu(p: Plan, v: Value, args: list[Value]) -> Value:
    m = base(args[0])
    turned = (args[0].op == "t") != (v.op == "solve" and bool(v.data))
    lu = p.make("lu", m, axes=m.axes)
    if v.op == "solve":
        return p.make("lu_solve", lu, args[1], data=turned, axes=v.axes)
    if v.op == "inv":
        return p.make("lu_solve", lu, p.make("eye", axes=m.axes), data=turned, axes=v.axes)
    return p.make(f"lu_{v.op}", lu)


def _by_cholesky(p: Plan, v: Value, args: list[Value]) -> Value:
    m = base(args[0])
    factor = p.make("cho_factor", m, axes=m.axes)
    if v.op in ("solve", "inv"):
        rhs = args[1] if v.op == "solve" else p.make("eye", axes=m.axes)
        return p.make("cholesky_solve", factor, rhs, axes=v.axes)
    return p.make(f"cholesky_{v.op}", factor)


_WAYS: dict[str, Callable[[Plan, Value, list[Value]], Value]] = {
    "inverse": _by_inverse, "lu": _by_lu, "cholesky": _by_cholesky,
}  # fmt: skip
