"""Records: classes of named fields, which `dataclass` and `NamedTuple` make, as those of the standard library do.

A question needs few of the records that are defined on its way. The standard library writes and compiles the methods
of each class when it is defined, which takes longer than to answer; here `__init__` is compiled when the first object
is made, the other methods are shared, and annotations are not read. To type checkers both are the same, and functions
such as `dataclasses.replace` and `fields` take these records too.
"""

from __future__ import annotations

from collections import namedtuple
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace
    from typing import NamedTuple as NamedTuple
else:
    _NONE = object()  # no default
    _FIELDS = "__record_fields__"

    class Field:
        """What is known of a field: its default, and whether it is compared and shown."""

        __slots__ = ("compare", "default", "default_factory", "repr")

        def __init__(self, default, default_factory, repr, compare):
            self.default, self.default_factory, self.repr, self.compare = default, default_factory, repr, compare

    def field(*, default=_NONE, default_factory=_NONE, repr=True, compare=True):
        """A field that is more than a name."""
        return Field(default, default_factory, repr, compare)

    def dataclass(cls=None, /, *, frozen=False, eq=True, repr=True):
        """A class with a constructor, a text and an equality made of its annotations; immutable if it is frozen.

        >>> @dataclass(frozen=True)
        ... class Point:
        ...     x: int
        ...     y: int = 0
        >>> Point(1), Point(1) == Point(1, 0), replace(Point(1), y=2)
        (Point(x=1, y=0), True, Point(x=1, y=2))
        """
        if cls is None:
            return lambda cls: _made(cls, frozen, eq, repr)
        return _made(cls, frozen, eq, repr)

    def replace(record, /, **changes):
        """The record with other values of some fields."""
        return type(record)(**{name: getattr(record, name) for name in getattr(record, _FIELDS)} | changes)

    def _made(cls, frozen, eq, shown):
        fields = dict(getattr(cls, _FIELDS, ()))  # those of a base first
        own = vars(cls)
        for name in own.get("__annotations__", ()):
            given = own.get(name, _NONE)
            fields[name] = given if isinstance(given, Field) else field(default=given)
            if isinstance(given, Field) and given.default is not _NONE:
                setattr(cls, name, given.default)
            elif isinstance(given, Field):
                delattr(cls, name)
        setattr(cls, _FIELDS, fields)
        cls.__dataclass_fields__ = _StandardFields()
        cls.__match_args__ = tuple(fields)
        if "__init__" not in own:
            cls.__init__ = _Constructor(cls, frozen)
        if shown and "__repr__" not in own:
            cls.__repr__ = _text([name for name, f in fields.items() if f.repr])
        if eq:
            _compare_by(cls, [name for name, f in fields.items() if f.compare], frozen)
        if frozen:
            cls.__setattr__, cls.__delattr__ = _refuse_to_set, _refuse_to_delete
        return cls

    class _Constructor:
        """The `__init__` of a class until it is first asked for."""

        def __init__(self, cls, frozen):
            self.cls, self.frozen = cls, frozen

        def __get__(self, instance, owner):
            if self.cls.__dict__.get("__init__") is self:
                self.cls.__init__ = _constructor(self.cls, self.frozen)
            return self.cls.__init__ if instance is None else self.cls.__init__.__get__(instance, owner)

    def _constructor(cls, frozen):
        """The `__init__` of a class, from its text."""
        values, parameters, lines = {"_set": object.__setattr__, "_none": _NONE}, [], []
        for name, f in getattr(cls, _FIELDS).items():
            default, value = "", name
            if f.default is not _NONE:
                values[f"_default_{name}"], default = f.default, f"=_default_{name}"
            elif f.default_factory is not _NONE:
                values[f"_make_{name}"], default = f.default_factory, "=_none"
                value = f"_make_{name}() if {name} is _none else {name}"
            parameters.append(name + default)
            lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
        lines += ["self.__post_init__()"] * hasattr(cls, "__post_init__")
        exec(f"def __init__(self, {', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"]), values)
        made = values["__init__"]
        made.__qualname__, made.__module__ = f"{cls.__qualname__}.__init__", cls.__module__
        return made

    def _text(names):
        @recursive_repr()
        def __repr__(self):
            return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

        return __repr__

    def _compare_by(cls, names, frozen):
        """Objects of one class are equal if these of their fields are."""
        several = len(names) > 1  # of one name, attrgetter gives no tuple
        values = attrgetter(*names) if several else lambda record: [getattr(record, name) for name in names]

        def __eq__(self, other):
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        if "__eq__" not in vars(cls):
            cls.__eq__ = __eq__
        if vars(cls).get("__hash__") is None:
            cls.__hash__ = (lambda self: hash(tuple(values(self)))) if frozen else None

    def _refuse_to_set(self, name, value):
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def _refuse_to_delete(self, name):
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot delete field {name!r}")

    class _StandardFields:
        """The fields as `dataclasses` has them, for its functions; made when they are first asked for."""

        def __get__(self, instance, owner):
            import dataclasses

            spec = []
            for name, f in getattr(owner, _FIELDS).items():
                made = {"default": f.default, "default_factory": f.default_factory}
                given = {key: value for key, value in made.items() if value is not _NONE}
                spec.append((name, Any, dataclasses.field(**given, repr=f.repr, compare=f.compare)))
            owner.__dataclass_fields__ = dataclasses.make_dataclass(owner.__name__, spec).__dataclass_fields__
            return owner.__dataclass_fields__

    class _TupleMaker(type):
        def __new__(maker, name, bases, namespace):
            if not bases:
                return super().__new__(maker, name, bases, namespace)
            annotations = namespace.get("__annotations__", {})
            defaults = [namespace[field] for field in annotations if field in namespace]
            made = namedtuple(name, annotations, defaults=defaults, module=namespace["__module__"])
            made.__annotations__ = annotations
            for key, value in namespace.items():
                if key not in annotations and key not in ("__module__", "__annotations__", "__qualname__"):
                    setattr(made, key, value)
            made.__qualname__ = namespace["__qualname__"]
            return made

    class NamedTuple(metaclass=_TupleMaker):
        """The base of tuples with named fields.

        >>> class Pair(NamedTuple):
        ...     left: int
        ...     right: int = 2
        >>> Pair(1), Pair(1) == (1, 2), Pair(1)._replace(right=3).right
        (Pair(left=1, right=2), True, 3)
        """
