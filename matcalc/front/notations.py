"""The notations of `printing`, loaded when they are asked for: by name, or all of them for a list of the names."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from .. import codegen, printing
from ..printing.registry import AUTOMATIC, NOTATIONS, Options
from ..terms.errors import MatcalcError
from ..terms.limits import within

if TYPE_CHECKING:
    from ..language.typing.declarations import Types
    from ..printing.registry import Writer
    from ..terms.expression import Expr


_PROGRAMS = ("python",)  # the notations that are programs


class Notations(Collection[str]):
    """The names of all notations. To ask for one loads that one; to run through them loads all.

    >>> "latex" in Notations(), "roman" in Notations()
    (True, False)
    >>> sorted(Notations())
    ['json', 'latex', 'mathml', 'python', 'text', 'typst', 'unicode']
    """

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and find(name) is not None

    def __iter__(self) -> Iterator[str]:
        _load_all()
        return iter(sorted(NOTATIONS))

    def __len__(self) -> int:
        return len(list(iter(self)))


def find(name: str) -> Writer | None:
    """The function that writes a notation; None if there is none of that name.

    Most notations stand in a file of their own name, so that only this file has to be loaded.
    """
    if name not in NOTATIONS and name.isidentifier():
        module = f"{(codegen if name in _PROGRAMS else printing).__name__}.{name}"
        try:
            import_module(module)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
    if name not in NOTATIONS:
        _load_printing()
    return NOTATIONS.get(name)


def _load_printing() -> None:
    from pkgutil import iter_modules

    for m in iter_modules(printing.__path__):
        import_module(f"{printing.__name__}.{m.name}")


def _load_all() -> None:
    _load_printing()
    for name in _PROGRAMS:
        import_module(f"{codegen.__name__}.{name}")


def write(e: Expr, name: str, types: Types | None = None, options: Options = AUTOMATIC) -> str:
    """An expression in a notation.

    >>> import matcalc
    >>> write(matcalc.parse("A*x"), "typst")
    'bold(A) bold(x)'
    """
    with within():
        writer = find(name)
        if writer is None:
            raise MatcalcError(f"the format is one of {', '.join(Notations())}, not {name!r}")
        return writer(e, types or {}, options)
