"""Calls: the arguments of a function, and what it is told beside them: axis=1, keepdims=True, ord='fro'."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..terms.records import NamedTuple
from ..terms.regex import regex
from ..terms.shapes import SCALAR
from .remarks import Remark
from .syntax import Tape
from .tokens import Token

FORM = "."  # in the form of a call of another program, numpy.inner(_,_)
ROWS, COLUMNS, ALL = "_rows", "_cols", "_all"  # f_rows(X) is f of each row, f_all(X) of all entries

# The words that say the same; dims counts from 1, as Julia does.
_SAME = {"axis": "axis", "dim": "axis", "dims": "dims", "keepdims": "keepdims", "keepdim": "keepdims",
         "ord": "ord", "p": "ord", "type": "ord"}  # fmt: skip
_TRUTH = {"True": True, "true": True, "False": False, "false": False, 1: True, 0: False}
_NONE = ("None", "nothing")
_CANONICAL = {"max": "amax", "min": "amin"}
_ORDERS = {None: "norm", "fro": "norm", "F": "norm", "nuc": "normnuc", 1: "norm of 1", 2: "norm2", "inf": "norm of inf"}
_ALONG = {None: "norm", 2: "norm", 1: "norm1", "inf": "norminf"}
_LIBRARY = regex(r"(?:np|numpy|jnp|torch)\.(?:linalg\.)?$")
_REDUCTION = regex(r"(?:max|min)\b")  # np.maximum has no axis
_SHOWN = {"amax": "max", "amin": "min", "prodall": "prod"}


class Option(NamedTuple):
    """What is no array among arguments: its name if it has one, its value, which is a number, a word or a part."""

    name: str
    value: Any
    place: int | None  # the position of the value in the tree
    start: int
    end: int


class Along(NamedTuple):
    """Along which axis a function works: None is over all entries; `keep` leaves an axis of one entry."""

    function: str
    axis: int | None
    keep: bool = False


Argument = int | Option


class Calls(Tape):
    """What the parser makes of calls."""

    def setting(self, token: Token) -> Option:
        return Option("", str(token), None, token.start_pos, token.end_pos)

    def keyword(self, name: Token, value: int | Token) -> Option:
        """A keyword with its value; a number loses its part in the tree."""
        if isinstance(value, Token):
            return Option(str(name), str(value), None, name.start_pos, value.end_pos)
        node = self.tape[value]
        return Option(str(name), node.data if node.op == "num" else node, value, name.start_pos, node.end)

    def positions(self, name: str, args: Sequence[Argument]) -> list[int]:
        """The arguments of a function that takes nothing but arrays."""
        for a in args:
            if isinstance(a, Option):
                raise self.unknown_option(name, a)
        return [a for a in args if not isinstance(a, Option)]

    def unknown_option(self, name: str, option: Option) -> Exception:
        """The error for what a function does not take, with what it takes."""
        takes = [f"{word}=" for word in self.takes(name)]
        listed = " and ".join(filter(None, (", ".join(takes[:-1]), *takes[-1:]))) if takes else "no keywords"
        said = f"takes no {option.name}=" if option.name else f"does not take '{option.value}'"
        return self._error(f"{_SHOWN.get(name, name)} {said}: it takes {listed}", option.start, option.end)

    def takes(self, name: str) -> tuple[str, ...]:
        """The keywords of a function: those that have a form for each row take an axis."""
        rows = self.signatures.operation(_CANONICAL.get(name, name) + ROWS)
        if name == "norm":
            return ("ord", "axis", "dim", "keepdims")
        if rows is None:
            return ()
        return ("axis", "dim") if SCALAR[1] is not rows.shape[1] else ("axis", "dim", "keepdims")

    # --- calls

    def method(self, a: int, name: Token, _: Token, *rest: Any) -> int:
        """x.sum(), A.dot(x), X.mean(axis=1)."""
        right = rest[-1]
        args: list[Argument] = [a, *(rest[0] if len(rest) > 1 else ())]
        if name == "inner" and len(args) == 2 and isinstance(args[1], int):
            return self._wide(self._two("mul", a, args[1], "at"), None, right)
        if FORM in name:
            return self._add("spelled", tuple(self.positions(name, args)), str(name), self.tape[a].start, right.end_pos)
        return self.applied(str(name), args, self.tape[a].start, right.end_pos, method=True)

    def call(self, name: Token, left: Token, args: list[Argument], right: Token) -> int:
        if name.type == "FUNC" and name[:1] == "@":
            plain = self.positions(name[1:], args)
            return self._add("call", tuple(plain), name[1:], name.start_pos, right.end_pos)
        if name == "inner" and self.dialect == "numpy" and len(args) == 2:  # np.dot
            a, b = self.positions(str(name), args)
            return self._wide(self._two("mul", a, b, "at"), name, right)
        if FORM in name:
            return self._add("spelled", tuple(self.positions(name, args)), str(name), name.start_pos, right.end_pos)
        return self.applied(str(name), args, name.start_pos, right.end_pos)

    def applied(self, name: str, args: list[Argument], start: int, end: int, method: bool = False) -> int:
        """An operation of the language with its arguments."""
        if name == "solve":
            return self.solved(self.positions(name, args), start, end)
        if name == "norm":
            return self.normed(args, start, end)
        for ending, axis in ((COLUMNS, 0), (ALL, None)):
            if name.endswith(ending) and len(args) == 1:
                (a,) = self.positions(name, args)
                return self._add("along", (a,), Along(name.removesuffix(ending), axis), start, end)
        takes = self.takes(name)
        if takes and self.is_axis(name, args, start, end, method):
            number = args.pop()
            assert isinstance(number, int)
            node = self.tape[number]
            args.append(Option("axis", node.data, number, node.start, node.end))
        options = [a for a in args if isinstance(a, Option)]
        arrays = [a for a in args if not isinstance(a, Option)]
        if not options:
            return self._add("func", tuple(arrays), name, start, end)
        found = self.read_options(name, options)
        if len(arrays) != 1:
            raise self._error(f"{_SHOWN.get(name, name)} takes one array and axis=", start, end)
        return self._add("along", tuple(arrays), self.along(name, found, options), start, end)

    def solved(self, args: list[int], start: int, end: int) -> int:
        """solve(A, b) and, as R has it, solve(A)."""
        if len(args) not in (1, 2):
            raise self._error("solve takes one or two arguments", start, end)
        op = "inv" if len(args) == 1 else "left_div"
        return self._add("func", tuple(args), op, start, end)

    def left_div(self, a: int, _: Token, b: int) -> int:
        """A\\b, the solution x of A x = b."""
        return self._two("func", a, b, "left_div")

    # --- axes

    def is_axis(self, name: str, args: list[Argument], start: int, end: int, method: bool) -> bool:
        """Whether the second of two arguments is a number that tells the axis: np.sum(X, 1), X.sum(0)."""
        if len(args) < 2 or not isinstance(args[0], int) or not isinstance(args[1], int) or len(args) > 2:
            return False
        node = self.tape[args[1]]
        if node.op != "num" or not isinstance(node.data, int):
            return False
        shown = _SHOWN.get(name, name)
        if name in ("max", "min") and not method:
            of_library = _LIBRARY.search(self.text[max(start - 16, 0) : start]) and _REDUCTION.match(self.text, start)
            if node.data in (0, 1, -1) and of_library:
                said = f"of an array this is along an axis: write {shown}(…, axis={node.data}) or {shown}imum(…, …)"
                raise self._error(said, start, end)
            return False
        if method or self.dialect == "numpy" or node.data in (0, -1):
            return True
        if "keepdims" not in self.takes(name) or name == "logsumexp":  # no function of MATLAB
            return True
        if node.data == 2:
            node.data = 1
            self.remarks.append(Remark(f"{shown}(…, 2) is along the second axis, as in MATLAB", (start, end)))
            return True
        said = f"{shown}(…, {node.data}) can count axes from 0 or from 1: write axis=0 or axis=1"
        raise self._error(said, start, end)

    def read_options(self, name: str, options: Sequence[Option]) -> dict[str, Any]:
        """The values of keywords by what they mean."""
        found: dict[str, Any] = {}
        takes = {_SAME[w] for w in self.takes(name)}
        takes |= {"dims"} if "axis" in takes else set()
        for option in options:
            key = _SAME.get(option.name, "")
            if key not in takes:
                raise self.unknown_option(name, option)
            if key == "dims":
                key = "axis"
                if option.value not in (1, 2):
                    raise self._error("dims is 1 or 2", option.start, option.end)
                option = option._replace(value=option.value - 1)
            if key in found:
                raise self._error(f"{option.name}= is told twice", option.start, option.end)
            found[key] = None if option.value in _NONE else option.value
        return found

    def along(self, name: str, found: dict[str, Any], options: Sequence[Option]) -> Along:
        """What axis= and keepdims= say."""
        span = options[0].start, options[-1].end
        axis, keep = found.get("axis"), found.get("keepdims", False)
        if axis is not None and not isinstance(axis, int):
            raise self._error("an axis is 0, 1, -1 or None", *span)
        if not isinstance(keep, bool | int | str) or keep not in _TRUTH:
            raise self._error("keepdims is True or False", *span)
        return Along(_CANONICAL.get(name, name), axis, _TRUTH[keep])

    # --- norms

    def normed(self, args: list[Argument], start: int, end: int) -> int:
        """norm(x, 1), norm(X, 'fro'), norm(x, ord=p), norm(X, axis=1)."""
        options = []
        arrays = [args[0]] if isinstance(args[0], int) else []
        for name, a in zip(("ord", "axis"), args[1:3], strict=False):  # by position
            if isinstance(a, Option) and a.name:
                break
            value = self.keyword(Token("KEYWORD", name, start, start), a) if isinstance(a, int) else a
            options.append(value._replace(name=name, start=self.tape[a].start if isinstance(a, int) else a.start))
        rest = args[1 + len(options) :]
        options += [a for a in rest if isinstance(a, Option)]
        arrays += [a for a in rest if isinstance(a, int)]
        if len(arrays) != 1 or not isinstance(args[0], int):
            raise self._error("norm takes an array and ord=", start, end)
        found = self.read_options("norm", options)
        order = found.get("ord")
        key = order if isinstance(order, int | str) else None if order is None else ""
        if "axis" in found and found["axis"] is not None:
            if key not in _ALONG:
                raise self._error("along an axis the norms are 1, 2 and inf", start, end)
            return self._add("along", (arrays[0],), self.along(_ALONG[key], found, options), start, end)
        if key in _ORDERS:
            return self._add("func", (arrays[0],), _ORDERS[key], start, end)
        place = next(o.place for o in options if _SAME[o.name] == "ord")
        self.refuse_order(order, start, end)
        if place is None:
            raise self._error(f"no norm is called {order}: ord is a number, inf, 'fro' or 'nuc'", start, end)
        return self._add("norm", (arrays[0], place), "p", start, end)

    def refuse_order(self, order: Any, start: int, end: int) -> None:
        """An error for an order that makes no norm."""
        if order == 0:
            raise self._error("the number of nonzero entries has no derivative", start, end)
        if isinstance(order, int) and order < 0:
            raise self._error(f"a norm has an order of at least 1, not {order}", start, end)
