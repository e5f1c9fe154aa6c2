"""Records of the protocol: JSON objects, validated once when they are received, and converted back to JSON.

A record is a NamedTuple; its `Kind` knows what each member must be. It is written by hand because importing pydantic
takes longer than a whole sync with nothing to do may take.
"""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple, Type, Union

__all__ = [
    "Kind",
    "anything",
    "boolean",
    "constant",
    "document",
    "integer",
    "list_of",
    "map_of",
    "optional",
    "record",
    "text",
    "written",
]

_LARGEST = (1 << 63) - 1
"""The largest integer: every database and language at the other end supports 64 bits."""


class Kind(NamedTuple):
    """The type of a value in a message.

    Attributes:
        schema: the type as JSON Schema, to be compared with the published description.
        read: validates and converts a value; its ValueError names the member but never repeats the value.
    """

    schema: Mapping[str, Any]
    read: Callable[[object], Any]


def text(*, least: int = 0, most: Optional[int] = None, pattern: str = "") -> Kind:
    """A Unicode text of ``least`` to ``most`` characters; ``pattern`` is a regular expression for the whole text."""
    form = re.compile(pattern, re.ASCII) if pattern else None

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise _WrongError("must be a text")
        if len(value) < least or (most is not None and len(value) > most) or (form and not form.fullmatch(value)):
            raise _WrongError("is not a text of the form that it must have")
        if not value.isascii():
            try:
                value.encode("utf-8")
            except UnicodeEncodeError:
                raise _WrongError("has half of a surrogate pair") from None
        return value

    bounds = {"minLength": least} if least else {}
    return Kind({"type": "string", **bounds, **({} if most is None else {"maxLength": most})}, read)


def integer(*, least: Optional[int] = None, most: Optional[int] = None) -> Kind:
    """An integer between two bounds, by default those of 64 bits."""
    low, high = -_LARGEST if least is None else least, _LARGEST if most is None else most

    def read(value: object) -> int:
        if type(value) is not int:
            raise _WrongError("must be a whole number")
        if not low <= value <= high:
            raise _WrongError("is out of range")
        return value

    bounds = {} if least is None else {"minimum": least}
    return Kind({"type": "integer", **bounds, **({} if most is None else {"maximum": most})}, read)


def boolean() -> Kind:
    """True or false."""

    def read(value: object) -> bool:
        if not isinstance(value, bool):
            raise _WrongError("must be true or false")
        return value

    return Kind({"type": "boolean"}, read)


def constant(*values: Union[str, int]) -> Kind:
    """One of these values."""

    def read(value: object) -> Union[str, int]:
        for known in values:
            if type(value) is type(known) and value == known:
                return known
        raise _WrongError(f"must be {' or '.join(map(json.dumps, values))}")

    return Kind({"const": values[0]} if len(values) == 1 else {"enum": list(values)}, read)


def optional(kind: Kind) -> Kind:
    """Null, or a value of another kind."""

    def read(value: object) -> Any:  # noqa: ANN401  # of any kind
        return None if value is None else kind.read(value)

    return Kind({"anyOf": [kind.schema, {"type": "null"}]}, read)


def list_of(kind: Kind) -> Kind:
    """A list of values of one kind."""

    def read(value: object) -> List[Any]:
        if not isinstance(value, list):
            raise _WrongError("must be a list")
        return [_at(number, kind, item) for number, item in enumerate(value)]

    return Kind({"type": "array", "items": kind.schema}, read)


def map_of(kind: Kind) -> Kind:
    """An object with any member names, whose values are of one kind."""
    name = text()

    def read(value: object) -> Dict[str, Any]:
        return {name.read(key): _at(key, kind, item) for key, item in _object(value).items()}

    return Kind({"type": "object", "additionalProperties": kind.schema}, read)


def anything() -> Kind:
    """An object with any content."""
    return Kind({"type": "object"}, _object)


def record(make: Type[Any], /, **members: Kind) -> Kind:
    """An object that becomes a NamedTuple. Unknown members are ignored: a newer peer may send them.

    Args:
        make: the NamedTuple; members with a default may be absent.
        members: the kind of each member.

    Raises:
        TypeError: a member has no kind, or there is a kind for an unknown member.
    """
    if set(members) != set(make._fields):
        names = ", ".join(sorted(set(members) ^ set(make._fields)))
        raise TypeError(f"the members and the kinds of {make.__name__} differ: {names}")
    defaults = make._field_defaults
    required = [name for name in make._fields if name not in defaults]
    known = {name: members[name] for name in make._fields}

    def read(value: object) -> Any:  # noqa: ANN401  # what ``make`` makes
        given = _object(value)
        for name in required:
            if name not in given:
                raise _WrongError("is missing", name)
        return make(**{name: _at(name, kind, given[name]) for name, kind in known.items() if name in given})

    properties = {
        name: {**kind.schema, **({"default": document(defaults[name])} if name in defaults else {})}
        for name, kind in known.items()
    }
    return Kind({"type": "object", "required": required, "properties": properties}, read)


def document(value: Any) -> Any:  # noqa: ANN401  # a record and whatever stands in it
    """Convert a record to a JSON document with every member."""
    if not isinstance(value, (tuple, list)):
        return value
    names: Optional[Tuple[str, ...]] = getattr(value, "_fields", None)
    if names is None:
        return [document(item) for item in value]
    return {name: document(item) for name, item in zip(names, value)}


def written(value: Any) -> bytes:  # noqa: ANN401  # a record
    """Convert a record to the bytes of a body.

    Raises:
        ValueError: it contains half a surrogate pair, or a number that JSON does not have.
    """
    made = json.dumps(document(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return made.encode("utf-8")


class _WrongError(ValueError):
    """A value is not of its kind; ``place`` is the path of members and indexes to it."""

    def __init__(self, what: str, *place: Union[str, int]) -> None:
        super().__init__(what)
        self.what = what
        self.place = place

    def __str__(self) -> str:
        where = ".".join(str(step)[:40] for step in self.place)
        return f"{where}: {self.what}" if where else f"it {self.what}"


def _at(step: Union[str, int], kind: Kind, value: object) -> Any:  # noqa: ANN401  # of any kind
    try:
        return kind.read(value)
    except _WrongError as error:
        raise _WrongError(error.what, step, *error.place) from None


def _object(value: object) -> Dict[str, Any]:
    if not isinstance(value, dict):
        raise _WrongError("must be an object")
    return value
