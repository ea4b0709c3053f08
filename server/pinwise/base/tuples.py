"""Named tuples whose definition takes a tenth of the time.

The standard library compiles a constructor for each class and an expression for each annotation:
0.1 to 0.2 ms a class. A command of 0.2 s defines a hundred and fifty, and makes instances of a
third. Here a constructor is compiled when it is first called, and annotations are only read.
Type checkers see the standard one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    # Checkers know the class by its origin.
    from typing import NamedTuple
else:
    # Quicker to read than a property; Python's own named tuples have it from there.
    from collections import _tuplegetter

    class _Fields(tuple):
        """What all named tuples share."""

        __slots__ = ()

        @classmethod
        def _make(cls, values: Any) -> Any:  # noqa: ANN401 - any class's own fields
            return cls(*values)

        def _replace(self, **changes: Any) -> Any:  # noqa: ANN401 - likewise
            made = tuple.__new__(self.__class__, map(changes.pop, self._fields, self))
            if changes:
                message = f"Got unexpected field names: {[*changes]}"
                raise ValueError(message)
            return made

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            told = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{self.__class__.__name__}({told})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    class _Definition(type):
        """Makes of a class body a subclass of `_Fields`; is not the type of what it makes."""

        def __new__(cls, name: str, _bases: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            getters = {field: _tuplegetter(index, "") for index, field in enumerate(fields)}

            def construct(cls: type, *values: Any, **named: Any) -> Any:  # noqa: ANN401 - likewise
                # Only at the first call: from then on, the class has the compiled one.
                made.__new__ = _constructor(fields, tuple(defaults.values()))
                return made.__new__(cls, *values, **named)

            given = {"__slots__": (), "__match_args__": fields, "__new__": construct}
            kept = {"_fields": fields, "_field_defaults": defaults}
            made = type(name, (_Fields,), {**body, **getters, **given, **kept})
            return made

    def _constructor(fields: tuple[str, ...], defaults: tuple[Any, ...]) -> Any:  # noqa: ANN401
        # The names are those of a class body, and thus identifiers.
        arguments = ", ".join(("_cls", *fields))
        values = "".join(f"{name}, " for name in fields)
        made = eval(f"lambda {arguments}: _new(_cls, ({values}))", {"_new": tuple.__new__})  # noqa: S307
        made.__defaults__ = defaults
        made.__name__ = "__new__"
        return made

    class _Base:
        """What a class names as its base: a definition takes its place, as in `typing`."""

        def __mro_entries__(self, _bases: tuple[object, ...]) -> tuple[type, ...]:
            return (_DEFINED,)

    _DEFINED = type.__new__(_Definition, "NamedTuple", (), {})
    NamedTuple = _Base()
