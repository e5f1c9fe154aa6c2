"""JSON files that people and git touch: parsed with precise error messages, always written in the same form."""

from __future__ import annotations

import json
import re
from typing import Dict, List, NoReturn, Optional, Sequence, Tuple, Union

from idse_core.errors import ConfigError

__all__ = ["Pointer", "dump", "locate", "parse_object", "quote", "span"]

Pointer = Sequence[Union[str, int]]
"""A path into a JSON value: keys and 0-based indices."""

_BY_HAND = "correct it by hand, or take an earlier version of the file"
_QUOTE_LENGTH = 60
_MAX_DEPTH = 100

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^\s,\]}]+")
_LEFT_OPEN = re.compile(r"( starting)? at$")
"""How Python ends a complaint that the place comes after; here it stands before."""
_CONFLICT_MARKER = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)


def parse_object(data: bytes, *, path: str, hint: str = _BY_HAND) -> Dict[str, object]:
    """Parse a JSON object.

    Args:
        data: UTF-8, with or without a byte order mark.
        path: the file's name, for error messages.
        hint: what to do about a broken file; git's conflict markers get a hint of their own.

    Raises:
        ConfigError: not UTF-8, not JSON, not an object, nested too deeply, or with git's conflict markers in it.
    """
    text = _decode(data, path, hint)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        _raise_broken(text, error, path, hint)
    except RecursionError:
        raise _too_deep(path, hint) from None
    except ValueError as error:  # since Python 3.11: a number of more than 4300 digits
        raise ConfigError(f"not valid JSON: {error}", path=path, line=1, column=1, hint=hint) from None
    if not isinstance(value, dict):
        raise ConfigError(f"expected a JSON object, found {_kind(value)}", path=path, line=1, column=1, hint=hint)
    if _is_deep(value):
        raise _too_deep(path, hint)
    return value


def dump(value: Dict[str, object]) -> bytes:
    """Serialise a JSON object: indented by two spaces, UTF-8, keys in their order, a final newline."""
    # A lone surrogate has no UTF-8; what Python writes in its place is JSON's own escape.
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def locate(data: bytes, pointer: Pointer) -> Tuple[Optional[int], Optional[int]]:
    """Line and column (1-based, in characters) of the value at ``pointer``; (None, None) when it isn't there."""
    try:
        text = data.decode("utf-8-sig")
        offset = _find(text, 0, list(pointer))
    except (ValueError, IndexError, RecursionError):
        return None, None
    if offset is None:
        return None, None
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1


def span(text: str, pointer: Pointer) -> Optional[Tuple[int, int]]:
    """The half-open span of offsets of the value at ``pointer`` in a JSON text; None when it isn't there."""
    try:
        start = _find(text, len(text) - len(text.lstrip("\ufeff")), list(pointer))
        return None if start is None else (start, _end(text, start))
    except (ValueError, IndexError, RecursionError):
        return None


def quote(value: object) -> str:
    """A JSON value on one line, shortened, for messages."""
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _QUOTE_LENGTH else text[: _QUOTE_LENGTH - 1] + "…"


def _decode(data: bytes, path: str, hint: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("the file is not UTF-8", path=path, line=line, hint=hint) from None


def _raise_broken(text: str, error: json.JSONDecodeError, path: str, hint: str) -> NoReturn:
    marker = _CONFLICT_MARKER.search(text)
    if marker is not None:
        line = text.count("\n", 0, marker.start()) + 1
        raise ConfigError(
            "git conflict markers are left in the file", path=path, line=line, column=1, hint=f"resolve {path}"
        ) from None
    problem = _LEFT_OPEN.sub("", f"{error.msg[:1].lower()}{error.msg[1:]}")
    what = "the file is empty" if not text.strip() else f"not valid JSON: {problem}"
    raise ConfigError(what, path=path, line=error.lineno, column=error.colno, hint=hint) from None


def _too_deep(path: str, hint: str) -> ConfigError:
    return ConfigError("the JSON is nested too deeply", path=path, line=1, column=1, hint=hint)


def _is_deep(value: object) -> bool:
    """Whether a value nests too deeply; checked level by level, since a state file has many short branches."""
    level: List[object] = [value]
    for _ in range(_MAX_DEPTH):
        inside = (item.values() if isinstance(item, dict) else item for item in level if isinstance(item, (dict, list)))
        level = [item for items in inside for item in items if isinstance(item, (dict, list))]
        if not level:
            return False
    return True


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _find(text: str, offset: int, pointer: List[Union[str, int]]) -> Optional[int]:
    offset = _skip(text, offset)
    if not pointer:
        return offset
    if text[offset] not in "{[":
        return None
    is_object, found = text[offset] == "{", None
    offset, index = _skip(text, offset + 1), 0
    while text[offset] not in "}]":
        key: Union[str, int] = index
        if is_object:
            key, offset = _DECODER.raw_decode(text, offset)
            offset = _skip(text, _skip(text, offset) + 1)
        if key == pointer[0]:
            found = offset  # a key may occur twice: the last one counts, as it does for the parser
        offset = _skip(text, _end(text, offset))
        if text[offset] == ",":
            offset = _skip(text, offset + 1)
        index += 1
    return None if found is None else _find(text, found, pointer[1:])


def _end(text: str, offset: int) -> int:
    """The offset just after the value that starts at ``offset``."""
    if text[offset] == '"':
        return _text_end(text, offset)
    if text[offset] not in "{[":
        match = _SCALAR.match(text, offset)
        return offset + 1 if match is None else match.end()
    depth = 0
    while True:
        character = text[offset]
        if character == '"':
            offset = _text_end(text, offset)
            continue
        depth += (character in "{[") - (character in "}]")
        offset += 1
        if depth == 0:
            return offset


def _text_end(text: str, offset: int) -> int:
    """The offset just after the JSON string whose opening quote is at ``offset``."""
    return _DECODER.raw_decode(text, offset)[1]


def _skip(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return offset if match is None else match.end()
