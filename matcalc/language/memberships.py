r"""Types that a text declares itself: `x \in \mathbb{R}^n`, `where X ∈ R^{m×n}`, `A \in \mathbb{S}^n_{++}`."""

from __future__ import annotations

import re

from ..terms.errors import DeclarationError, ParseError
from .remarks import Remark
from .spelled import INNER, NAME, plain_name
from .typing.declarations import Type, parse_where

_FIELD = (
    r"(?:\\(?:mathbb|mathbf|mathcal|Bbb|mathrm)\s*\{?\s*(?P<letter>[RSC])\s*\}?"
    r"|\\(?P<command>R|RR|Reals|reals|Re)(?![A-Za-z])|(?P<plain>[RSℝ𝕊ℂ]))"
)
_SCRIPT = rf"(?:\{{(?:{INNER})\}}|\((?:[^()]*)\)|\\?[A-Za-z]+|[0-9]+|[+])"
_SUPERSCRIPT = r"(?P<small>[ⁿᵐᵏᵈᵖ⁰-⁹ˣ²³¹]*)(?![A-Za-z])"
_LOW = rf"(?:\s*_\s*(?P<low>{_SCRIPT}))?"
_SET = rf"{_FIELD}{_LOW}(?:\s*\^\s*(?P<power>{_SCRIPT}))?{_LOW.replace('low', 'late')}{_SUPERSCRIPT}"
_GAP = r"(?:\s|\$|\\[,;: !]|\\q?quad(?![A-Za-z])|~)*"
_IN = rf"{_GAP}(?:\\in(?![A-Za-z])|∈|(?<=[\s$])in(?=\s)){_GAP}"
MEMBER = rf"(?P<names>{NAME}(?:{_GAP},{_GAP}{NAME})*){_IN}{_SET}"
_INTRO = (
    rf"(?:{_GAP}(?:[,;:.]|\(|\\(?:forall|text|mbox|textrm|mathrm)(?![A-Za-z])|[{{}}]"
    r"|(?<![A-Za-z\\])(?:where|with|for|all|every|any|let|and|given|if|s\.?t\.?|such that)(?![A-Za-z])))+"
    rf"{_GAP}$"
)
_SMALL = str.maketrans("ⁿᵐᵏᵈᵖˣ⁰¹²³⁴⁵⁶⁷⁸⁹", "nmkdpx0123456789")
_TIMES = r"\s*(?:\\times|×|\\cdot|,|\*|(?<=[\s\d])x(?=\s)|\bx\b)\s*"


def members(text: str) -> int:
    """Where a list of memberships behind a formula begins, with the words before it; -1 if there is none."""
    for m in re.finditer(MEMBER, text):
        for at in (m.start(), *(m.start() + c.end() for c in re.finditer(rf",{_GAP}", m["names"]))):
            before = text[:at]
            if before.count("{") != before.count("}"):
                break  # below a sum or a minimum
            intro = re.search(_INTRO, before)
            if intro and text[: intro.start()].strip():
                return intro.start()
    return -1


def declared_in(text: str, shown: str, at: int, indexed: frozenset[str]) -> tuple[dict[str, Type], list[Remark]]:
    """The types that memberships in a part of a text declare, and what is said about them.

    `indexed` has the letters that are indices: names with such a subscript are entries or rows, and stay undeclared.
    """
    types: dict[str, Type] = {}
    remarks: list[Remark] = []
    for m in re.finditer(MEMBER, text):
        span = (at + m.start(), at + m.end())
        for part in re.split(r",(?![^{]*\})", m["names"]):
            name = plain_name(part)
            if set(name.partition("_")[2]) & indexed:
                continue
            t = _type(name, m)
            if t is None:
                remarks.append(Remark(f"{m[0].strip()} is left out", span))
                continue
            if name in types and types[name].shape != t.shape:
                raise ParseError(f"{name} is declared twice", shown, span)
            types[name] = t
            remarks.append(Remark(f"{m[0].strip()} declares {name}: {t}", span))
    return types, remarks


def _type(name: str, m: re.Match[str]) -> Type | None:
    """The type of a member of a set; None if its sizes are not read."""
    power = (m["power"] or m["small"].translate(_SMALL)).strip("{}() ")
    low = re.sub(r"[{}()\s]|\\(?:text|mathrm|ge|geq|gt)|[>=≥0]", "", (m["low"] or "") + (m["late"] or ""))
    sizes = [part.strip().strip("{}") for part in re.split(_TIMES, power)] if power else []
    if len(sizes) == 1 and re.fullmatch(r"[a-z]x[a-z]", sizes[0]):
        sizes = sizes[0].split("x")
    sizes = [re.sub(r"[\\{}\s]", "", s) for s in sizes]
    while len(sizes) > 1 and sizes[-1] == "1":
        sizes.pop()
    field = "complex " if "C" in (m["letter"] or "") or m["plain"] == "ℂ" else ""
    symmetric = (m["letter"] or m["plain"]) in ("S", "𝕊")
    if symmetric:
        sizes = sizes * 2 if len(sizes) == 1 else ["?"]
    word = {"": "symmetric " if symmetric else "", "++": "spd " if symmetric else "positive "}.get(low)
    if word is None:  # entries that may be 0
        word = "psd " if symmetric else "nonnegative "
    text = {0: "scalar", 1: "vector(%s)", 2: "matrix(%s, %s)"}.get(len(sizes), "?")
    try:
        found = parse_where({name: field + word + (text % tuple(sizes) if sizes else text)})[name]
    except DeclarationError:
        return None
    return found if isinstance(found, Type) else None
