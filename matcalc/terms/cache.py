"""A cache on disk for what is slow to build from the data files: flat tables, in the user's cache folder.

What is kept is plain data (`marshal`), so reading it runs no code. A folder that cannot be written, a damaged
file or an old one mean that the work is done again, without a word. MATCALC_CACHE=off turns the cache off.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Hashable, Iterable, Sequence
from fractions import Fraction
from typing import Any, cast
from zlib import crc32

from .nodes import Expr, node
from .payloads import Axes, Differential, Grid, Partial, Variable, picks
from .shapes import Dim, Shape
from .walks import postorder

Key = tuple[Any, ...]
Rows = list[tuple[Any, ...]]
KEPT = 4  # files of one name: several versions and environments may share the folder


def folder() -> str | None:
    """The folder of the cache; None if it is turned off."""
    if os.environ.get("MATCALC_CACHE") == "off":
        return None
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return os.path.join(base or os.path.expanduser("~/.cache"), "matcalc")


def code_stamp() -> tuple[tuple[str, int, int], ...]:
    """What changes when the code does: the sizes and times of the package's files."""
    home = os.path.dirname(os.path.dirname(__file__))
    stamps = []
    places = [home]
    while places:
        place = places.pop()
        try:
            with os.scandir(place) as entries:
                for e in entries:
                    if e.name.endswith(".py"):
                        found = e.stat()
                        stamps.append((e.path[len(home) :], found.st_size, found.st_mtime_ns))
                    elif e.is_dir() and e.name != "__pycache__":
                        places.append(e.path)
        except OSError:
            return ()
    return tuple(sorted(stamps))


def _path(name: str, key: bytes) -> str | None:
    place = folder()
    return None if place is None else os.path.join(place, f"{name}-{crc32(key):08x}.bin")


def _key(key: Key) -> bytes:
    return marshal.dumps((sys.version, *key), 2)


def load(name: str, key: Key) -> Any:
    """What was stored under a name and a key, or None."""
    wanted = _key(key)
    path = _path(name, wanted)
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            content = file.read()
        n, check = (int.from_bytes(content[i : i + 4], "big") for i in (0, 4))
        if content[8 : 8 + n] != wanted or crc32(content[8 + n :]) != check:
            return None
        return marshal.loads(content[8 + n :])
    except (OSError, ValueError, EOFError, TypeError):
        return None


def store(name: str, key: Key, value: Any) -> None:
    """Keep a value made of tuples, lists, numbers and texts; a failure is silent."""
    wanted = _key(key)
    path = _path(name, wanted)
    if path is None:
        return
    body = marshal.dumps(value, 2)
    content = len(wanted).to_bytes(4, "big") + crc32(body).to_bytes(4, "big") + wanted + body
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
        _prune(os.path.dirname(path), name)
    except OSError:
        return


def _prune(place: str, name: str) -> None:
    """Keep only the newest files of a name."""
    with os.scandir(place) as entries:
        found = [(e.stat().st_mtime_ns, e.path) for e in entries if e.name.startswith(f"{name}-")]
    for _, path in sorted(found)[:-KEPT]:
        os.remove(path)


# --- expressions as flat tables -----------------------------------------------------------------------------


class Packer:
    """Collects expressions into one table of rows, each node once.

    >>> from matcalc.terms.expression import as_shape, mm, t, var
    >>> p = Packer()
    >>> x = var("x", as_shape("n"))
    >>> place = p.add(mm(t(x), x))
    >>> unpack(p.rows)[place]
    x'*x
    """

    def __init__(self) -> None:
        self.rows: Rows = []
        self.place: dict[Expr, int] = {}

    def add(self, root: Expr) -> int:
        """The place of an expression in the table."""
        for e in postorder(root):
            if e not in self.place:
                args = tuple(self.place[a] for a in e.args)
                shape = tuple(d.terms for d in e.shape)
                self.rows.append((e.op, args, self._plain(e.op, e.data), shape))
                self.place[e] = len(self.rows) - 1
        return self.place[root]

    def add_all(self, roots: Iterable[Expr]) -> tuple[int, ...]:
        """The places of several expressions."""
        return tuple(self.add(e) for e in roots)

    def _plain(self, op: str, data: Any) -> Any:
        """A datum in types that `marshal` writes."""
        if isinstance(data, Differential):
            return (data.name, self.add(data.of))
        if isinstance(data, Partial):
            return (*data[:3], tuple(d.terms for d in data.value))
        if isinstance(data, Fraction):
            return (data.numerator, data.denominator)
        if op == "index":
            return tuple([tuple(pick) for pick in data])
        return tuple(data) if isinstance(data, tuple) else data


def _datum(op: str, data: Any, built: Sequence[Expr]) -> Hashable:
    """The datum of a node that `Packer` wrote."""
    if op == "num":
        return Fraction(*data) if type(data) is tuple else cast(Hashable, data)
    if op == "d":
        return Differential(data[0], built[data[1]])
    if op == "jac":
        return Partial(data[0], data[1], data[2], tuple(Dim(d) for d in data[3]))
    if op == "index":
        return picks(data)
    kind = _KINDS.get(op)
    return cast(Hashable, data) if kind is None else kind(*data)


_KINDS: dict[str, Callable[..., Hashable]] = {"var": Variable, "array": Grid, "einsum": Axes}


def unpack(rows: Sequence[tuple[Any, ...]]) -> list[Expr]:
    """The expressions of a table, by place."""
    built: list[Expr] = []
    shapes: dict[Any, Shape] = {}
    for op, args, data, terms in rows:
        shape = shapes.get(terms)
        if shape is None:
            shape = shapes[terms] = tuple(Dim(d) for d in terms)
        built.append(node(op, tuple([built[i] for i in args]), _datum(op, data, built), shape))
    return built
