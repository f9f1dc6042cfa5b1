"""Make a failing problem smaller while it fails in the same manner."""

from __future__ import annotations

import time
from collections.abc import Iterator

from .samples import KINDS, Sample, Verdict, judge
from .trees import ONE, SCALAR, Tree, kind

TRIES = 400


def leaves(sample: Sample, tree: Tree) -> Iterator[Tree]:
    """Leaves of a tree's shape, the variable first."""
    if sample.wrt.shape == tree.shape:
        yield sample.wrt.tree
    for v in sample.variables:
        if v.shape == tree.shape and v != sample.wrt:
            yield v.tree
    if tree.shape == SCALAR:
        yield Tree("num", (), SCALAR, 2)


def smaller(sample: Sample) -> list[Tree]:
    """Smaller expressions, smallest first: parts of it, and it with a part replaced."""
    root = sample.tree
    found: dict[Tree, int] = {}
    for path, node in root.walk():
        if node.op == "var":
            continue
        whole = sample.mode in ("diff", "second") and kind(node.shape) in KINDS
        if path and (whole or node.shape == root.shape):
            found[node] = node.count()
        options = [*leaves(sample, node), *(n for p, n in node.walk() if p and n.shape == node.shape)]
        if node.shape[1] == ONE and sample.wrt.shape == (node.shape[0], node.shape[0]):
            options.append(Tree("diagonal", (sample.wrt.tree,), node.shape))
        for option in options:
            if option != node and option.count() < node.count() + (option == sample.wrt.tree):
                new = root.replace(path, option)
                found[new] = new.count()
        if node.op in ("pow", "mpow") and node.data not in (2, -1):
            found[root.replace(path, Tree(node.op, node.args, node.shape, 2))] = root.count()
    needed = {sample.wrt.name} | ({sample.other.name} if sample.other else set())
    usable = [t for t in found if needed <= t.names() and t != root]
    return sorted(usable, key=lambda t: found[t])


def shrink(sample: Sample, verdict: Verdict, seconds: float = 60) -> tuple[Sample, Verdict]:
    """The smallest problem found that fails in the same manner."""
    end = time.monotonic() + (seconds if verdict.what != "slow" else 3 * seconds)
    seen: set[Tree] = set()
    tries = 0
    progress = True
    while progress:
        progress = False
        for tree in smaller(sample):
            if tree in seen or tries > TRIES or time.monotonic() > end:
                continue
            seen.add(tree)
            tries += 1
            candidate = sample.with_tree(tree)
            found = judge(candidate)
            if (found.what, found.manner) == (verdict.what, verdict.manner):
                sample, verdict, progress = candidate, found, True
                break
    return sample, verdict
