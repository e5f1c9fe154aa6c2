"""Parsing a profile's YAML to plain values with positions; anything invalid becomes a problem with its position."""

from __future__ import annotations

import datetime as dt
import math
import re
from bisect import bisect_right
from typing import Dict, Iterator, List, NamedTuple, Tuple, Union

from idse_core.compiler.problems import Problem, fail
from idse_core.compiler.source import ProfileBlock
from idse_core.open_markers import MARKER, OPEN_MARKERS, awaits_input
from idse_core.yaml_text import YamlError, YamlText, load

__all__ = ["ParsedProfile", "Path", "open_markers", "parse", "spelled"]

_TOP_LEVEL = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:", re.MULTILINE)

Path = Tuple[Union[str, int], ...]


class ParsedProfile(NamedTuple):
    """The fields of a block.

    Attributes:
        block: the block that they were read from.
        values: field → plain value of a type that JSON has. Fields without a value are left out.
        places: the YAML with its positions.
    """

    block: ProfileBlock
    values: Dict[str, object]
    places: YamlText

    def problem(self, path: Path, message: str, *, at_key: bool = False) -> Problem:
        """A problem at the position of the value at ``path``, or of its key."""
        line, column = self.places.key_place(path) if at_key else self.places.place(path)
        where = self.block.position(line, column)
        return Problem(self.block.path, where.line, where.column, spelled(path), message)


def parse(block: ProfileBlock, *, allow_open: bool = False) -> ParsedProfile:
    """Parse a block.

    Args:
        block: the fenced YAML.
        allow_open: leave out fields that still await input, instead of raising.

    Raises:
        ProfileError: broken YAML, a duplicate key, not a mapping, values that JSON can't express, or open markers.
    """
    markers = list(open_markers(block))
    if markers and not allow_open:
        raise fail(markers)
    try:
        loaded = load(block.text)
    except YamlError as error:
        where = block.position(error.line, error.column)
        message = f"the profile is not valid YAML: {error.message}"
        raise fail([Problem(block.path, where.line, where.column, "", message)]) from error
    if not isinstance(loaded.value, dict):
        where = block.position(1, 1)
        message = "the profile must be a mapping of fields, such as 'id: my-agent'"
        raise fail([Problem(block.path, where.line, where.column, "", message)])
    values = loaded.value
    if markers:
        values = {name: content for name, content in values.items() if not awaits_input(content)}
    return _plain(block, loaded, values)


def open_markers(block: ProfileBlock) -> Iterator[Problem]:
    """A problem for each line of the block with an open marker; one in a comment counts too, as it is no accident."""
    text = block.text
    fields = [(named.start(), named.group(1)) for named in _TOP_LEVEL.finditer(text)]
    starts = [start for start, _ in fields]
    line, at, seen = 1, 0, 0
    for found in OPEN_MARKERS.finditer(text):
        line += text.count("\n", at, found.start())
        at = found.start()
        if line == seen:
            continue
        seen = line
        above = bisect_right(starts, at)
        field = fields[above - 1][1] if above else ""
        where = block.position(line, at - text.rfind("\n", 0, at))
        message = f"{MARKER} is still open{f' in {chr(39)}{field}{chr(39)}' if field else ''}: write the answer"
        yield Problem(block.path, where.line, where.column, field, message)


def spelled(path: Path) -> str:
    """A path in the usual notation: ``memory_policy.keep``, ``goals[2]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _plain(block: ProfileBlock, loaded: YamlText, value: Dict[str, object]) -> ParsedProfile:
    parsed = ParsedProfile(block, {}, loaded)
    problems: List[Problem] = []
    for name, content in value.items():
        if content is not None:
            parsed.values[name] = _json_value(content, (name,), parsed, problems)
    if problems:
        raise fail(problems)
    return parsed


def _json_value(value: object, path: Path, parsed: ParsedProfile, problems: List[Problem]) -> object:
    """The value as JSON can express it: a date becomes text; bytes, infinity and NaN are reported as problems."""
    if isinstance(value, dict):
        return {key: _json_value(item, (*path, key), parsed, problems) for key, item in value.items()}
    if isinstance(value, list):
        return [_json_value(item, (*path, index), parsed, problems) for index, item in enumerate(value)]
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, bytes) or (isinstance(value, float) and not math.isfinite(value)):
        what = "binary data" if isinstance(value, bytes) else "an infinite number or NaN"
        problems.append(parsed.problem(path, f"'{spelled(path)}' is {what}, which a profile can't hold"))
    return value
