"""A cache on disk for what is slow to build from the data files: flat tables, in the user's cache folder.

What is kept is plain data (`marshal`), so reading it runs no code. A folder that cannot be written, a file that is
damaged, old, not regular or not the user's own mean that the work is done again, without a word. MATCALC_CACHE=off
turns the cache off: nothing is read and nothing written.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys
from collections.abc import Callable, Hashable, Iterable, Sequence
from fractions import Fraction
from threading import get_ident
from typing import Any, TypeVar, cast
from zlib import crc32

from .nodes import Expr, node
from .payloads import Axes, Differential, Grid, Partial, Variable, picks
from .shapes import Dim, Shape
from .walks import postorder

T = TypeVar("T")
Key = tuple[Any, ...]
Rows = list[tuple[Any, ...]]
LARGEST = 1 << 24  # bytes of a file
KEPT = 4  # files of one name: several versions and environments may share the folder


def folder() -> str | None:
    """The folder of the cache; None if it is turned off."""
    if os.environ.get("MATCALC_CACHE") == "off":
        return None
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return os.path.join(base or os.path.expanduser("~/.cache"), "matcalc")


def code_stamp(rooms: Iterable[str]) -> tuple[tuple[str, int, int], ...]:
    """What changes when the code of some rooms does: the sizes and times of their files."""
    home = os.path.dirname(os.path.dirname(__file__))
    stamps = []
    places = [os.path.join(home, room) for room in rooms]
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


def cached(
    name: str, key: Key, build: Callable[[], T], pack: Callable[[T], Any] | None = None,
    unpack: Callable[[Any], T] | None = None,
) -> T:  # fmt: skip
    """What `build` makes, from the cache if it is there; `pack` makes plain data of it and `unpack` the way back."""
    plain = load(name, key)
    if plain is not None:
        try:
            return unpack(plain) if unpack else cast(T, plain)
        except (TypeError, ValueError, LookupError, AttributeError):
            pass  # a file of another making
    made = build()
    store(name, key, pack(made) if pack else made)
    return made


def dumped(value: Any) -> bytes:
    """A part of a value in bytes, which `loaded` reads when it is needed."""
    return marshal.dumps(value, 2)


def loaded(content: bytes) -> Any:
    """What `dumped` wrote; only for bytes that stood in a value that `load` gave, whose checksum held."""
    return marshal.loads(content)


def _path(name: str, key: bytes) -> str | None:
    place = folder()
    return None if place is None else os.path.join(place, f"{name}-{crc32(key):08x}.bin")


def _key(key: Key) -> bytes:
    return marshal.dumps((sys.version, *key), 2)


def load(name: str, key: Key) -> Any:
    """What was stored under a name and a key, or None.

    A file is a checksum of all that follows, the length of the key, the key, and the value.
    """
    wanted = _key(key)
    path = _path(name, wanted)
    if path is None:
        return None
    try:
        content = _content(path)
        n = int.from_bytes(content[4:8], "big")
        if crc32(content[4:]) != int.from_bytes(content[:4], "big") or content[8 : 8 + n] != wanted:
            return None
        return marshal.loads(content[8 + n :])
    except (OSError, ValueError, EOFError, TypeError):
        return None


def _content(path: str) -> bytes:
    """The content of a regular file that is the user's own and that nobody else can write; empty if it is not."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        found = os.fstat(file.fileno())
        foreign = hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & 0o022)
        if foreign or not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            return b""
        return file.read()


def store(name: str, key: Key, value: Any) -> None:
    """Keep a value made of tuples, lists, dictionaries, numbers and texts; a failure is silent."""
    wanted = _key(key)
    path = _path(name, wanted)
    if path is None:
        return
    content = len(wanted).to_bytes(4, "big") + wanted + marshal.dumps(value, 2)
    temporary = f"{path}.{os.getpid()}.{get_ident()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            with open(os.open(temporary, flags, 0o600), "wb") as file:
                file.write(crc32(content).to_bytes(4, "big") + content)
            os.replace(temporary, path)  # whole or not at all
        except OSError:
            os.remove(temporary)
            return
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
