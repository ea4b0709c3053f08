"""Records: dataclasses whose definition takes a tenth of the time.

The standard library writes and compiles up to six methods for each dataclass, 0.2 to 0.4 ms a
class. A command of 0.2 s defines fifty. Here what compares, hashes and shows an instance is
shared, and only `__init__` is compiled, when the first instance is made. Type checkers see the
standard decorator, and they alone forbid assignments.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["record"]

if TYPE_CHECKING:
    from collections.abc import Callable

    # Checkers know the decorator by its origin.
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool = False, eq: bool = True) -> Callable[[type], type]:
        """As `dataclasses.dataclass`: equal by class and fields, shown by fields.

        `dataclasses.fields` and `replace` know it. Not for classes that inherit fields, nor for
        annotations that are no field of `__init__`, such as `ClassVar`.

        Args:
            frozen: its instances can be hashed; type checkers alone forbid assignments.
            slots: instances have no `__dict__`, and thus no cached properties.
            eq: false for what equals only itself.
        """

        def decorate(cls: type) -> type:
            fields = _fields_of(cls)
            compared = tuple(field.name for field in fields.values() if field.compare)
            shown = tuple(field.name for field in fields.values() if field.repr)
            made = _slotted(cls, tuple(fields)) if slots else _open(cls, fields)
            made.__dataclass_fields__ = fields
            made.__match_args__ = tuple(fields)
            made.__init__ = _initializing(made)
            given: dict[str, Any] = {"__repr__": _showing(shown)}
            if eq:
                given |= {**_comparing(compared), **({} if frozen else {"__hash__": None})}
            for name, method in given.items():
                if name not in cls.__dict__:
                    setattr(made, name, method)
            return made

        return decorate


_MISSING = dataclasses.MISSING
_ORDINARY = dataclasses._FIELD  # type: ignore[attr-defined]  # noqa: SLF001 - by it `fields` knows a field


def _fields_of(cls: type) -> dict[str, Any]:
    """Return by name what the body of a class says of its fields."""
    fields = {}
    for name, annotation in cls.__annotations__.items():
        given = cls.__dict__.get(name, _MISSING)
        field: Any = (
            given if isinstance(given, dataclasses.Field) else dataclasses.field(default=given)
        )
        field.name, field.type, field.kw_only = name, annotation, False
        field._field_type = _ORDINARY  # noqa: SLF001 - where `dataclasses.fields` looks
        fields[name] = field
    return fields


def _slotted(cls: type, names: tuple[str, ...]) -> Any:  # noqa: ANN401 - a class that is changed
    """Return the class anew, because only a new one takes slots."""
    body = {
        name: value
        for name, value in cls.__dict__.items()
        if name not in {*names, "__dict__", "__weakref__"}
    }
    made = type(cls)(cls.__name__, cls.__bases__, {**body, "__slots__": names})
    made.__qualname__ = cls.__qualname__
    return made


def _open(cls: type, fields: dict[str, Any]) -> Any:  # noqa: ANN401 - likewise
    """Leave in the class of each `field()` its default alone."""
    for name, field in fields.items():
        if isinstance(cls.__dict__.get(name), dataclasses.Field):
            if field.default is _MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, field.default)
    return cls


def _initializing(cls: Any) -> Callable[..., None]:  # noqa: ANN401 - likewise
    """Return an `__init__` that puts the compiled one in its place when it is first called."""

    def __init__(self: object, /, *values: object, **named: object) -> None:  # noqa: N807
        names = {"_MISSING": _MISSING}
        arguments, lines = ["self"], []
        for name, field in cls.__dataclass_fields__.items():
            value = name
            if field.default is not _MISSING:
                names[f"_default_{name}"] = field.default
                arguments.append(f"{name}=_default_{name}")
            elif field.default_factory is not _MISSING:
                names[f"_make_{name}"] = field.default_factory
                arguments.append(f"{name}=_MISSING")
                value = f"_make_{name}() if {name} is _MISSING else {name}"
            else:
                arguments.append(name)
            lines.append(f" self.{name} = {value}")
        if hasattr(cls, "__post_init__"):
            lines.append(" self.__post_init__()")
        # The names are those of a class body, and thus identifiers.
        text = f"def __init__({', '.join(arguments)}):\n" + "\n".join(lines or [" pass"])
        exec(text, names)  # noqa: S102
        cls.__init__ = names["__init__"]
        cls.__init__(self, *values, **named)

    return __init__


def _comparing(names: tuple[str, ...]) -> dict[str, Callable[..., Any]]:
    """Return the methods that compare and hash by some attributes."""
    key: Callable[[object], Any] = attrgetter(*names) if names else lambda _self: ()

    def equal(self: object, other: object) -> object:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self is other or key(self) == key(other)

    def hashed(self: object) -> int:
        return hash(key(self))

    return {"__eq__": equal, "__hash__": hashed}


def _showing(names: tuple[str, ...]) -> Callable[[object], str]:
    """Return the method that shows some attributes."""

    def shown(self: object) -> str:
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({told})"

    return shown
