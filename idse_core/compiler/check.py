"""Validating merged fields: pydantic finds what is wrong, this module adds the position and what was expected."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Dict, Iterator, List, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from idse_core.compiler.merge import Merged
from idse_core.compiler.model import AgentProfileSpec
from idse_core.compiler.parse import ParsedProfile, Path, spelled
from idse_core.compiler.problems import Problem, fail, nearest
from idse_core.json_text import quote

__all__ = ["checked"]

_FIELDS = tuple(AgentProfileSpec.model_fields)
_LISTS = ("goals", "inputs", "outputs", "tools", "constraints")
_MAPPINGS = ("memory_policy", "runtime_hints")


def checked(merged: Merged, own: ParsedProfile, computed: Mapping[str, str]) -> AgentProfileSpec:
    """Validate the merged fields of a profile.

    Args:
        merged: the fields of the session and its blueprint.
        own: the session's profile; missing fields are reported at its position.
        computed: field → value, for fields that neither the session nor the blueprint sets.

    Raises:
        ProfileError: unknown or missing fields or wrong types; names all of them, each with its position.
    """
    values: Dict[str, object] = {**computed, **merged.values}
    problems = list(_blank(merged, values))
    try:
        profile = AgentProfileSpec.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False)
        misspelt = {_nearest_field(item) for item in found}
        wrong = [item for item in found if item["type"] != "missing" or item["loc"][0] not in misspelt]
        problems += [_problem(item, merged, own) for item in wrong]
        raise fail(problems) from None
    if problems:
        raise fail(problems)
    return profile


def _nearest_field(error: ErrorDetails) -> str:
    """The known field that a misspelt one most likely means, which is then not reported as missing too."""
    close = get_close_matches(str(error["loc"][0]), _FIELDS, n=1) if error["type"] == "extra_forbidden" else []
    return close[0] if close else ""


def _problem(error: ErrorDetails, merged: Merged, own: ParsedProfile) -> Problem:
    path: Path = tuple(error["loc"])
    name = str(path[0])
    origin = merged.origin(path) or own
    if error["type"] == "extra_forbidden":
        return origin.problem(
            path, f"'{name}' is not a field of an agent profile: {nearest(name, _FIELDS)}", at_key=True
        )
    if error["type"] == "missing":
        return own.problem((), f"'{name}' is missing: it must be {_expected(path)}")
    if error["type"] in {"string_too_short", "too_short"}:
        return origin.problem(path, f"'{spelled(path)}' is empty: it must be {_expected(path)}")
    found = _found(error["input"])
    return origin.problem(path, f"'{spelled(path)}' must be {_expected(path)}, not {found}{_advice(path, error)}")


def _expected(path: Path) -> str:
    if len(path) > 1:
        return "a text"
    if path[0] in _LISTS:
        return "a list of texts" if path[0] != "goals" else "a list of texts, at least one"
    return "a mapping" if path[0] in _MAPPINGS else "a text"


def _found(value: object) -> str:
    kinds = {dict: "a mapping", list: "a list", str: "a text", bool: "true or false"}
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"the number {value}"
    return kinds.get(type(value), "that")


def _advice(path: Path, error: ErrorDetails) -> str:
    """How to write what was probably meant: YAML does not read ``1.0`` and ``yes`` as text."""
    value = error["input"]
    if isinstance(value, bool):
        return ": put it in quotes"
    if isinstance(value, (int, float)):
        return f": write {quote(str(value))} with the quotes"
    if isinstance(value, str) and path[0] in _LISTS:
        return ": begin each item with '- '"
    if isinstance(value, dict) and len(path) > 1:
        return ": put a text with a colon in quotes"
    return ""


def _blank(merged: Merged, values: Mapping[str, object]) -> Iterator[Problem]:
    """Problems with texts of white space only, which pydantic accepts."""
    for name, value in values.items():
        items: List[object] = value if isinstance(value, list) else [value]
        for index, item in enumerate(items):
            path: Path = (name, index) if isinstance(value, list) else (name,)
            origin = merged.origin(path)
            if name in _FIELDS and isinstance(item, str) and origin is not None and _is_blank(item, path):
                yield origin.problem(path, f"'{spelled(path)}' is empty: it must be a text")


def _is_blank(item: str, path: Path) -> bool:
    return not item.strip() and (bool(item) or len(path) > 1)
