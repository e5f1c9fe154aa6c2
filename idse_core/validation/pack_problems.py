"""Puts what pydantic reports about a value of a pack into words for the person who wrote the pack.

Importing this module imports pydantic.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any, List, Mapping, NamedTuple, Sequence, Tuple, Type, Union

from pydantic import ValidationError

from idse_core.pipeline_artifacts import Stage
from idse_core.validation.kinds.parameters import ParameterError

__all__ = ["Pointer", "Problem", "did_you_mean", "problem_of"]

Pointer = Tuple[Union[str, int], ...]
_Details = Mapping[str, Any]

_UNKNOWN = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
_MISSING = frozenset({"missing", "missing_argument"})
_NO_MAPPING = frozenset({"model_type", "dict_type", "dataclass_type"})
_WORD = re.compile(r"'([^']*)'")
_SHOWN = 40

_STAGES = ", ".join(stage.value for stage in Stage)
_MEANT: Mapping[str, Tuple[str, str]] = {
    "id": ("is not an id", "an id has two to six capital letters and three digits, such as TEAM001"),
    "name": ("is not a name", "a name begins with a small letter; digits and hyphens may follow: no-vague-words"),
    "prefix": (
        "is not a prefix of ids",
        "it is what stands before the hyphen, FR for FR-1: up to ten capital letters or digits",
    ),
    "prefixes": (
        "is not a prefix of ids",
        "they are what stands before the hyphen, FR for FR-1: capital letters and digits",
    ),
}
"""Key → what is wrong with a value of the wrong form, and what the right form looks like."""

_CHOICES: Mapping[str, Tuple[str, str]] = {
    "stages": ("input should be 'all' or a list of stages", f"stages: all, or some of [{_STAGES}]"),
    "examples": (
        "input should be a text, or a mapping from document names to texts",
        "write the text of the artifact, after a `|`, or {spec: the text of one, plan: that of another}",
    ),
}
"""First key of the place → what is expected where several forms are allowed, and an example."""

_MAPPINGS: Mapping[Pointer, str] = {
    (): "a pack begins with `pack: NAME`, then `rules:` and a list of them",
    ("rules",): "a rule is a mapping: `- id: TEAM001`, below it `name:`, `kind:` and so on",
}
_HINTS: Mapping[str, str] = {
    "list_type": "write [one, two], or each on a line of its own after `- `",
    "tuple_type": "write [one, two], or each on a line of its own after `- `",
    "string_type": "write a text, in quotes where YAML takes it for a number, a date or a truth value",
    "bool_type": "write true or false, without quotes",
    "bool_parsing": "write true or false, without quotes",
    "int_type": "write a whole number, without quotes",
    "int_parsing": "write a whole number, without quotes",
    "greater_than_equal": "write a whole number of at least {ge}",
    "less_than_equal": "write a whole number up to {le}",
}


class Problem(NamedTuple):
    """One problem in a pack.

    Attributes:
        message: what is wrong.
        hint: what to write instead.
        where: the pointer to the value, within the value that was checked.
        at_key: whether it is the key that is wrong.
    """

    message: str
    hint: str
    where: Pointer
    at_key: bool = False


def problem_of(error: ValidationError, model: Type[Any], value: object) -> Problem:
    """Describe the first problem.

    Args:
        error: the result of the check.
        model: what the value was checked against.
        value: what was checked.
    """
    known = _known_keys(model)
    errors = error.errors()
    details = _misspelt(errors, _closest(errors, value))
    where, kind = _place(details["loc"], value), details["type"]
    if kind in _UNKNOWN:
        bad = str(details["loc"][-1])
        return Problem(f"unknown key '{bad}'", did_you_mean(bad, known) or _keys_hint(known), where, at_key=True)
    if kind in _MISSING:
        key = details["loc"][-1]
        return Problem(f"the key '{key}' is missing", f"add '{key}: …'; {_keys_hint(known)}", where)
    if kind == "value_error":
        return _senseless(details, where)
    found = _WORD.findall(str(details.get("ctx", {}).get("expected", "")))
    message, hint = _said(details, where, found)
    name = ".".join(str(part) for part in where)
    return Problem(f"{name}: {message[:1].lower()}{message[1:]}" if name else message, hint, where)


def _said(details: _Details, where: Pointer, expected: Sequence[str]) -> Tuple[str, str]:
    """The message and the hint for a problem."""
    kind, given = details["type"], details["input"]
    key = next((part for part in reversed(where) if isinstance(part, str)), "")
    if kind == "string_pattern_mismatch" and key in _MEANT:
        problem, hint = _MEANT[key]
        return f"'{_short(given)}' {problem}", hint
    if where and where[0] in _CHOICES and not (expected and isinstance(where[-1], int)):
        return _choice(str(where[0]), given)
    message = str(details["msg"]).replace("a valid tuple", "a list")
    if expected:
        return message, did_you_mean(str(given), expected) or f"it is '{_short(given)}'; write one of these"
    if kind in _NO_MAPPING:  # the message would name one of our classes, or a type
        named = tuple(part for part in where if isinstance(part, str))
        return "input should be a mapping", _MAPPINGS.get(named, "write {key: value}, or each `key: value` on a line")
    if where == ("rules",):
        return message, "each rule begins with `- `; `rules: []` for none"
    otherwise = f"it is '{_short(given)}'; docs/reference/kinds.md says what each kind takes"
    return message, _HINTS[kind].format(**details.get("ctx", {})) if kind in _HINTS else otherwise


def _choice(key: str, given: object) -> Tuple[str, str]:
    message, hint = _CHOICES[key]
    if key == "stages":
        hint = did_you_mean(str(given), ["all", *(f"[{stage.value}]" for stage in Stage)]) or hint
    return message, hint


def _senseless(details: _Details, where: Pointer) -> Problem:
    """The problem with a value of the right type that one of our own checks refused."""
    raised = details["ctx"]["error"]
    message = str(details["msg"]).replace("Value error, ", "")
    if isinstance(raised, ParameterError):
        return Problem(message, raised.hint, (*where, *raised.key))
    return Problem(message, "correct it; the documentation of the kind says what it takes", where)


def _closest(found: Sequence[_Details], value: object) -> _Details:
    """Of the errors about the first wrong value, the deepest: the others are about forms that it does not have."""
    same = [details for details in found if details["loc"][:1] == found[0]["loc"][:1]]
    return max(same, key=lambda details: len(_place(details["loc"], value)))


def _misspelt(found: Sequence[_Details], details: _Details) -> _Details:
    """Prefer, to the error about a missing key, one about an unknown key that looks like it: the mistake is there."""
    if details["type"] not in _MISSING:
        return details
    *parent, missing = details["loc"]
    unknown = (other for other in found if other["type"] in _UNKNOWN and list(other["loc"][:-1]) == parent)
    return next((other for other in unknown if get_close_matches(str(other["loc"][-1]), [str(missing)])), details)


def _place(location: Sequence[Union[str, int]], value: Any) -> Pointer:  # noqa: ANN401  # any plain value
    """The parts of a location that lead through the value: pydantic puts names of its own in between."""
    path: List[Union[str, int]] = []
    for part in location:
        leads_on = part in value if isinstance(value, dict) else isinstance(value, list) and part in range(len(value))
        if leads_on:
            value = value[part]
            path.append(part)
    return tuple(path)


def _known_keys(model: Type[Any]) -> Tuple[str, ...]:
    fields = getattr(model, "model_fields", None)
    if fields is not None:
        return tuple(field.alias or name for name, field in fields.items())
    return tuple(getattr(model, "__dataclass_fields__", ()))


def _keys_hint(known: Sequence[str]) -> str:
    """The hint that lists the known keys."""
    return "the keys are " + ", ".join(known) if known else "this kind takes no parameters: leave them out"


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The nearest of the known words as a question; empty when none is near."""
    close = get_close_matches(word, known, n=1)
    return f"did you mean '{close[0]}'?" if close else ""


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
