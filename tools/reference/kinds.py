"""docs/reference/kinds.md: what a rule can say, from the models that packs are checked against."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from idse_core.validation.kind_names import KIND_NAMES
from idse_core.validation.kind_registry import kind
from idse_core.validation.kinds import Kind
from idse_core.validation.pack_schema import pack_schema
from tools.reference.markdown import NOTE, cell, code, table

__all__ = ["kinds_page"]

_INTRODUCTION = """\
# Kinds of rules

A rule names a *kind* and gives it parameters under `with`; [writing rules](../how-to/writing-rules.md) shows how. A kind
looks at one file, at a session, or at a whole project; what changed decides what is looked at again. Placeholders may
be used in the rule's `message` and `fix`; a `fix` may name the finding's session as well, with `{session_id}`, so that a
command in it can be pasted. Patterns are regular expressions of Python's `re`, with a limit on their time.
"""


_COMBINED = {
    "all": "Composition: every finding of every clause",
    "any": "Composition: one finding where none of the clauses holds",
    "not": "Composition: one finding where the clause holds",
    "when": "Composition: the findings of `then` where `condition` holds",
}


def kinds_page() -> str:
    """The page's text."""
    definitions = pack_schema(map(kind, KIND_NAMES))["$defs"]
    lines = [NOTE, "", _INTRODUCTION.rstrip()]
    for name in KIND_NAMES:
        lines += ["", *_section(name, definitions[f"with-{name}"])]
    return "\n".join(lines) + "\n"


def _section(name: str, schema: Mapping[str, Any]) -> List[str]:
    made = kind(name)
    _, _, description = str(schema.get("description", "")).partition(": ")
    lines = [f"## {code(name)}", "", f"{_sentence(_COMBINED.get(name, description))} Looks at: {_reach(made)}."]
    if made.placeholders:
        lines[-1] += f" Placeholders: {', '.join(code('{' + each + '}') for each in made.placeholders)}."
    required = schema.get("required", ())
    properties: Dict[str, Any] = schema.get("properties", {})
    if properties:
        rows = [
            [code(key), _type(value), _needed(key, value, required), _text(value)] for key, value in properties.items()
        ]
        lines += ["", *table(("parameter", "type", "default", ""), rows)]
    return lines


def _reach(made: Kind) -> str:
    return (
        f"{made.reach}" if made.reaches is None else f"{made.reach}, or with {code(made.reaches[0])} {made.reaches[1]}"
    )


def _sentence(text: str) -> str:
    text = " ".join(text.replace("``", "`").split()).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _text(value: Mapping[str, Any]) -> str:
    return cell(_sentence(str(value.get("description", ""))))


def _needed(key: str, value: Mapping[str, Any], required: Any) -> str:  # noqa: ANN401  # part of a JSON Schema
    if key in required:
        return "required"
    default = value.get("default")
    return (
        ""
        if default is None or default in ([], {}, "")
        else code(str(default).lower() if isinstance(default, bool) else str(default))
    )


def _type(value: Mapping[str, Any]) -> str:
    if "$ref" in value:
        return str(value["$ref"]).rsplit("/", 1)[-1].lower()
    if "enum" in value:
        return " \\| ".join(code(str(choice)) for choice in value["enum"])
    if "anyOf" in value:
        return " or ".join(_type(each) for each in value["anyOf"] if each.get("type") != "null")
    if value.get("type") == "array":
        return f"list of {_type(value['items'])}" if value.get("items") else "list"
    if value.get("type") == "object":
        return "mapping"
    return {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}.get(
        str(value.get("type", "")), cell(str(value.get("const", value.get("type", "any"))))
    )
