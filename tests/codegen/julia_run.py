"""Runs the part of Julia that generated code is written in, with its rules for shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Any

import numpy as np

from tests.codegen.julia_base import (
    BASE,
    CHAIN,
    LINEAR,
    NUMBERS,
    OPERATIONS,
    SPECIAL,
    JuliaError,
    array,
    broadcast,
    number,
    over,
    plus,
    power,
    rank,
    size,
    solve,
    tick,
    times,
)  # fmt: skip
from tests.codegen.julia_parser import Tree, parse


class Returned(Exception):
    """The value that a function gives."""


class Julia:
    """The functions of a source."""

    def __init__(self, source: str):
        self.names: dict[str, Any] = dict(BASE)
        for statement in parse(source):
            if statement[0] == "using":
                self.use(*statement[1:])
            elif statement[0] == "function":
                self.names[statement[1].removeprefix("ChainRulesCore.")] = self.defined(*statement[1:])
            elif statement[0] != "doc":
                raise JuliaError(f"{statement[0]} outside of a function")

    def use(self, package: str, names: list[str]) -> None:
        if package == "LinearAlgebra":
            self.names |= LINEAR
        elif package == "SpecialFunctions":
            self.names |= {n: number(SPECIAL[n]) for n in names}
        elif package == "ChainRulesCore":
            self.names |= CHAIN
        else:
            raise JuliaError(f"no package {package}")

    def defined(self, name: str, parameters: list[tuple[str, str, bool]], body: list[Tree],
                around: Mapping[str, Any] = MappingProxyType({})) -> Callable[..., Any]:  # fmt: skip
        def call(*args: Any) -> Any:
            if parameters and parameters[-1][2]:
                fixed = len(parameters) - 1
                args = (*args[:fixed], tuple(args[fixed:]))
            if len(args) != len(parameters):
                raise JuliaError(f"{name} takes {len(parameters)} arguments")
            for a, (own, type_, _) in zip(args, parameters, strict=True):
                if type_ and not own:  # typeof(f) for f itself
                    if a is not self.names[type_.removeprefix("typeof(").removesuffix(")")]:
                        raise JuliaError(f"{name} is a rule for another function")
                elif type_ and rank(a) != {"Real": 0, "AbstractVector<:Real": 1, "AbstractMatrix<:Real": 2}[type_]:
                    raise JuliaError(f"{name} takes {own}::{type_}, not {size(a)}")
            try:
                self.run(body, {**around, **dict(zip((p[0] for p in parameters), args, strict=True))})
            except Returned as done:
                return done.args[0]
            raise JuliaError(f"{name} returns nothing")

        return call

    def run(self, body: list[Tree], local: dict[str, Any]) -> None:
        for statement in body:
            what, *rest = statement
            if what == "return":
                raise Returned(self.value(rest[0], local))
            if what == "set":
                self.assign(rest[0], self.value(rest[1], local), local)
            elif what == "for":
                for k in self.value(rest[1], local):
                    local[rest[0]] = int(k)
                    self.run(rest[2], local)
            elif what == "if":
                self.run(rest[1] if self.value(rest[0], local) else rest[2], local)
            elif what == "function":
                local[rest[0]] = self.defined(*rest, around=local)
            elif what == "do":
                self.value(rest[0], local)
            else:
                raise JuliaError(what)

    def assign(self, left: Tree, value: Any, local: dict[str, Any]) -> None:
        if left[0] == "tuple":
            for one, v in zip(left[1], value, strict=True):
                self.assign(one, v, local)
        elif left[0] == "at":
            x = self.value(left[1], local)
            places = self.places(x, left[2], local)
            if len(places) == 1 and x.ndim > 1:
                places = np.unravel_index(places[0], x.shape, order="F")
            x[tuple(places)] = value
        else:
            local[left[1]] = value

    def places(self, x: Any, given: list[Tree], local: dict[str, Any]) -> Any:
        """Places from 0 on."""
        found = []
        for k, e in enumerate(given):
            last = len(x) if isinstance(x, tuple) else np.size(x) if len(given) == 1 else x.shape[k]
            v = self.value(e, {**local, "end": last})
            if not isinstance(v, slice) and (np.min(v, initial=1) < 1 or np.max(v, initial=1) > last):
                raise JuliaError(f"no place {v} among {last}")
            found.append(v if isinstance(v, slice) else np.asarray(v, dtype=int) - 1)
        return found

    def value(self, e: Tree, local: Mapping[str, Any]) -> Any:
        return getattr(self, f"e_{WORDS.get(e[0], e[0])}")(local, *e[1:])

    def values(self, parts: list[Tree], local: Mapping[str, Any]) -> list[Any]:
        found: list[Any] = []
        for e in parts:
            if e[0] == "splat":
                found.extend(self.value(e[1], local))
            else:
                found.append(self.value(e, local))
        return found

    def e_number(self, _: Any, x: Any) -> Any:
        return x

    def e_string(self, _: Any, x: str) -> str:
        return x

    def e_name(self, local: Mapping[str, Any], name: str) -> Any:
        if name not in local and name not in self.names:
            raise JuliaError(f"{name} is not defined")
        return local[name] if name in local else self.names[name]

    def e_end(self, local: Mapping[str, Any]) -> Any:
        return local["end"]

    def e_whole(self, _: Any) -> slice:
        return slice(None)

    def e_tuple(self, local: Mapping[str, Any], parts: list[Tree]) -> Any:
        return tuple(self.values(parts, local))

    def e_neg(self, local: Mapping[str, Any], x: Tree) -> Any:
        return times(-1, self.value(x, local))

    def e_tick(self, local: Mapping[str, Any], x: Tree) -> Any:
        return tick(self.value(x, local))

    def e_range(self, local: Mapping[str, Any], *parts: Tree) -> Any:
        first, step, last = (self.value(p, local) for p in parts)
        return np.arange(first, last + (1 if step > 0 else -1), step)

    def e_test(self, local: Mapping[str, Any], *parts: Tree) -> Any:
        return self.value(parts[1] if self.value(parts[0], local) else parts[2], local)

    def e_op(self, local: Mapping[str, Any], sign: str, x: Tree, y: Tree) -> Any:
        if sign in ("||", "&&"):
            first = self.value(x, local)
            return first if bool(first) == (sign == "||") else self.value(y, local)
        a, b = self.value(x, local), self.value(y, local)
        if sign.startswith("."):
            return broadcast(OPERATIONS[sign[1:]], a, b)
        if sign in ("+", "-"):
            return plus(a, b, 1 if sign == "+" else -1)
        own = {"*": times, "/": over, "\\": solve, "^": power}.get(sign)
        if own is not None:
            return own(a, b)
        if isinstance(a, tuple):
            return OPERATIONS[sign](a, b) if sign not in ("==", "!=") else (a == b) == (sign == "==")
        return number(OPERATIONS[sign])(a, b)

    def e_call(self, local: Mapping[str, Any], f: Tree, args: list[Tree], named: dict[str, Tree]) -> Any:
        if f == ("name", "throw"):
            raise JuliaError(self.value(args[0][2][0], local))
        options = {n: self.value(v, local) for n, v in named.items()}
        return self.value(f, local)(*self.values(args, local), **options)

    def e_each(self, local: Mapping[str, Any], f: Tree, args: list[Tree], _: Any) -> Any:
        call, given = self.value(f, local), self.values(args, local)
        direct = getattr(call, "each", None) or (NUMBERS | {"exp": np.exp, "log": np.log, "sqrt": np.sqrt}).get(f[1])
        return broadcast(direct or np.vectorize(call, otypes=[float]), *given)

    def e_at(self, local: Mapping[str, Any], x: Tree, given: list[Tree]) -> Any:
        a = self.value(x, local)
        if isinstance(a, tuple):
            k = self.places(a, given, dict(local))[0]
            return tuple(np.array(a)[k].tolist()) if np.ndim(k) else a[int(k)]
        a = array(a)
        places = self.places(a, given, dict(local))
        if len(places) == 1 and a.ndim > 1:
            raise JuliaError("one place in an array with several axes")
        return a[np.ix_(*(np.arange(n)[p] if isinstance(p, slice) else np.atleast_1d(p)
                          for p, n in zip(places, a.shape, strict=True)))].reshape(
            [len(np.arange(n)[p]) for p, n in zip(places, a.shape, strict=True) if isinstance(p, slice) or np.ndim(p)]
        )[()]  # fmt: skip

    def e_list(self, local: Mapping[str, Any], body: Tree, name: str, over_: Tree) -> Any:
        found = [self.value(body, {**local, name: int(k)}) for k in self.value(over_, local)]
        return np.array(found, dtype=None if found else int)

    def e_lambda(self, local: Mapping[str, Any], names: Tree, body: Tree) -> Any:
        own = [n[1] for n in (names[1] if names[0] == "tuple" else [names])]
        return lambda *args: self.value(body, {**local, **dict(zip(own, args, strict=True))})

    def e_vector(self, local: Mapping[str, Any], parts: list[Tree]) -> Any:
        found = self.values(parts, local)
        if any(rank(x) for x in found):
            raise JuliaError("commas make a vector of numbers")
        return np.array(found)

    def e_rows(self, local: Mapping[str, Any], rows: list[list[Tree]]) -> Any:
        lines = [self.values(row, local) for row in rows]
        if all(len(row) == 1 for row in rows):  # what is spread out stands below each other too
            lines = [[x] for line in lines for x in line]
        if all(len(line) == 1 and rank(line[0]) < 2 for line in lines):
            return np.concatenate([np.atleast_1d(line[0]) for line in lines])
        wide = [[np.reshape(array(x), (*size(x), *[1] * (2 - rank(x)))) for x in line] for line in lines]
        return reduce(lambda a, b: np.concatenate([a, b], 0), [np.concatenate(line, 1) for line in wide])


WORDS = {":": "whole", "if?": "test", "->": "lambda"}
