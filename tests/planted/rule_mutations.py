"""Wrong rules made by machine from the shipped ones: `python -m tests.planted.rule_mutations [--out FILE]`.

One thing on the right side of a line is changed (its sign, a factor, a transpose, the order of a product, a number, a
plus or a minus), or a condition is dropped; the check that every line of the rule files passes must then fail.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from matcalc.numbers.rulecheck import verify
from matcalc.rulebook.reader import Rule, read_rules
from matcalc.terms.data_files import rules_text
from matcalc.terms.errors import MatcalcError

_FILES = "differentials functions adjoints simplify recognize expand structure facts"
FILES = tuple(f"{name}.rules" for name in _FILES.split())
_LINE = re.compile(
    r"^(?P<head>[\w-]+: .*?(?: = | -> ))(?P<body>.+?)(?P<tail>(?: {2,}(?:odd|even|kink|idempotent|\|).*?)?"
    r"(?: {1,}if .*?)?)(?P<cite>\s*\{[^}]*\})?$"
)


def mutations(body: str) -> Iterator[tuple[str, str]]:
    """What is done to a right side, and the wrong one."""
    yield "sign", f"-({body})"
    yield "factor", f"2*({body})"
    for m in re.finditer(r"(?<![\w(])([A-Z])(?![\w('(])", body):
        yield "transpose", f"{body[: m.start()]}{m[1]}'{body[m.end() :]}"
    for m in re.finditer(r"([\w']+(?:\([^()]*\))?)\*([\w']+(?:\([^()]*\))?)", body):
        yield "order", f"{body[: m.start()]}{m[2]}*{m[1]}{body[m.end() :]}"
    for m in re.finditer(r" ([+-]) ", body):
        yield "plus or minus", f"{body[: m.start()]} {'-' if m[1] == '+' else '+'} {body[m.end() :]}"
    for m in re.finditer(r"(?<![\w.])(\d+)(?![\w.,\]])", body):
        yield "number", f"{body[: m.start()]}{int(m[1]) + 1}{body[m.end() :]}"


def lines() -> Iterator[tuple[str, str, re.Match[str]]]:
    """Each rule with its file and what is declared above it."""
    for file in FILES:
        let, use = "", ""
        for raw in rules_text(file).splitlines():
            line = raw.split(" #")[0].rstrip()
            if line.startswith("let "):
                let = line
            elif line.startswith("use "):
                use = line
            elif (m := _LINE.match(line)) is not None:
                yield file, f"{let}\n{use}\n", m


def read(above: str, line: str) -> Rule | None:
    """The rule of a line, as if it stood in its file; None if it is no rule at all, as its shapes tell."""
    try:
        found = read_rules(above + line, "planted").rules
    except (MatcalcError, ValueError, AssertionError, IndexError, KeyError):
        return None
    return found[0] if len(found) == 1 else None


def wrong(limit: int = 0) -> Iterator[tuple[str, str, Rule | None]]:
    """Every mutation: what it is, its line, and the rule that it is read as."""
    count = 0
    for file, above, m in lines():
        right = read(above, m["head"] + m["body"] + m["tail"])
        if right is None:
            continue
        changed = [(name, m["head"] + body + m["tail"]) for name, body in mutations(m["body"])]
        if " if " in m["tail"]:
            changed.append(("condition dropped", m["head"] + m["body"] + m["tail"].split(" if ")[0]))
        for name, line in changed:
            rule = read(above, line)
            if rule is not None and rule.rhs is right.rhs and rule.conditions == right.conditions:
                continue  # the same rule
            yield f"{file}, {name}", line, rule
            count += 1
            if count == limit:
                return


def caught(rule: Rule | None) -> bool:
    """Whether the check of rules fails."""
    if rule is None:
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return not verify(rule).ok
        except MatcalcError:
            return True


def main() -> int:
    """Try them all; survivors are printed."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", type=Path, help="a file for the summary")
    a = p.parse_args()
    start, counts, survivors = time.perf_counter(), Counter[str](), []
    for name, line, rule in wrong():
        kind = name.split(", ")[1]
        if caught(rule):
            counts[f"{kind}{'' if rule is not None else ' (refused as it is read)'}"] += 1
        else:
            survivors.append(f"{name}: {' '.join(line.split())}")
    total = sum(counts.values()) + len(survivors)
    rows = [f"{sum(counts.values())} of {total} wrong rules are caught, {time.perf_counter() - start:.0f} s",
            *(f"  {n} {what}" for what, n in counts.most_common()), *(f"  survives: {s}" for s in survivors)]
    print("\n".join(rows))
    if a.out:
        a.out.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
