"""The JSON Schema of rule packs, for editors: made from the models that packs are checked against.

What it accepts is what a pack may say; ``compile_packs`` checks more, such as that an id is free. The bytes depend
neither on the interpreter nor on the release of pydantic.
"""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import MISSING, fields
from typing import Any, Dict, Iterable, List, Mapping, Set, Tuple, Type

from pydantic import TypeAdapter

from idse_core.constitution_rules import Reach
from idse_core.validation.kinds.base import Kind
from idse_core.validation.pack_models import ArticleModel, ChangeModel, ClauseModel, ExamplesModel, PackModel, RuleModel

__all__ = ["pack_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/{model}"
_ATTRIBUTE = re.compile(r"^    (\w[\w, ]*): (.+)$")

Schema = Dict[str, Any]

_MODELS: Mapping[str, Type[Any]] = {
    "article": ArticleModel,
    "change": ChangeModel,
    "clause": ClauseModel,
    "examples": ExamplesModel,
    "rule": RuleModel,
}
_DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "article": {"number": "A Roman numeral; rules refer to it."},
    "change": {
        "extend": "Id or name of an earlier rule; only the fields that are named here change.",
        "severity": "How bad a finding is; `off` turns the rule off. A locked rule can't be lowered.",
        "locked": "A locked rule can't be lowered, ignored or suppressed, nor unlocked by a later pack.",
        "with": "Parameters that differ; the others stay.",
    },
    "clause": {"kind": "What it looks at; of one file."},
    "examples": {
        "valid": "What gives no finding: the text of the artifact, or document name → what it says.",
        "invalid": "What gives at least one finding.",
    },
    "pack": {
        "pack": "The name of the pack.",
        "requires_idse": "The version that it needs, such as '>=0.1'.",
        "rules": "New rules, and changes of earlier ones.",
    },
    "rule": {
        "id": "Stable, never reused: two to six capital letters and three digits.",
        "name": "A readable alias, accepted wherever the id is.",
        "article": "The article of the Constitution that it serves.",
        "kind": "What it says; `with` are that kind's parameters.",
        "stage": "The artifact that it looks at.",
        "stages": "The artifacts that it looks at, or `all`.",
        "severity": "How bad a finding is; `off` makes none.",
        "locked": "It can't be lowered, ignored or suppressed.",
        "tags": "`open-marker`: its findings are places that wait for a person's input. `consequence`: they come of "
        "the state of other artifacts; a baseline lets them pass while their own artifact does not change.",
        "message": "What a finding says; the kind fills the {placeholders}.",
        "fix": "What to do about it.",
        "docs": "Why it matters.",
    },
}


def pack_schema(kinds: Iterable[Kind]) -> Schema:
    """The schema of a pack that may use these kinds."""
    known = sorted(kinds, key=lambda found: found.name)
    parts: Dict[str, Schema] = {}
    made = {name: _model(model, name, parts) for name, model in _MODELS.items()}
    made.update({f"with-{found.name}": _parameters(found, parts) for found in known})
    made["rule"] = _for_kinds(made["rule"], known)
    made["clause"] = _for_kinds(made["clause"], [found for found in known if found.reach is Reach.FILE], needs=False)
    made["rule"]["properties"]["examples"] = {"$ref": "#/$defs/examples"}
    parts.update(made)
    pack = _model(PackModel, "pack", parts)
    pack["properties"]["rules"]["items"] = {
        "if": {"required": ["extend"]},
        "then": {"$ref": "#/$defs/change"},
        "else": {"$ref": "#/$defs/rule"},
    }
    pack["properties"]["articles"]["items"] = {"$ref": "#/$defs/article"}
    used = {name: part for name, part in sorted(parts.items()) if not name[0].isupper() or name == "Stage"}
    description = "A rule pack of idse: .idse/rules/*.yaml, or rules/*.yaml in the folder of a project."
    return {"$schema": _DIALECT, "title": "idse rule pack", "description": description, **pack, "$defs": used}


def _model(model: Type[Any], name: str, parts: Dict[str, Schema]) -> Schema:
    """A model's schema; the definitions that it refers to go into ``parts``."""
    made = TypeAdapter(model).json_schema(by_alias=True, ref_template=_REF)
    for part, schema in made.pop("$defs", {}).items():
        parts.setdefault(part, _plain(schema))
    described = _DESCRIPTIONS.get(name, {})
    properties = {
        key: {"description": described[key], **_property(key, value)} if key in described else _property(key, value)
        for key, value in made["properties"].items()
    }
    return _object(properties, made.get("required", ()))


def _object(properties: Mapping[str, Schema], required: Iterable[str]) -> Schema:
    made: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**made, "required": list(required)} if required else made


def _property(key: str, schema: Schema) -> Schema:
    if key == "severity":  # some readers of YAML take `off` without quotes for a boolean; it is accepted
        return {"enum": ["error", "warning", "info", "off", False, *([None] if "anyOf" in schema else [])]}
    plain: Schema = _plain(schema)
    return plain


def _parameters(found: Kind, parts: Dict[str, Schema]) -> Schema:
    """The schema of a kind's ``with``."""
    made = TypeAdapter(found.params).json_schema(ref_template=_REF)
    for part, schema in made.pop("$defs", {}).items():
        parts.setdefault(part, _plain(schema))
    described, defaults = _described(found.params), _defaults(found.params)
    properties: Dict[str, Schema] = {}
    for key, value in made.get("properties", {}).items():
        schema = _clauses(value) if key in found.clauses else _plain(value)
        text = {"description": described[key]} if key in described else {}
        properties[key] = {**text, **schema, **({"default": defaults[key]} if key in defaults else {})}
    summary = (sys.modules[found.params.__module__].__doc__ or "").strip().partition("\n\n")[0]
    description = {"description": " ".join(summary.split())} if summary and not found.clauses else {}
    return {**description, **_object(properties, made.get("required", ()))}


def _clauses(schema: Schema) -> Schema:
    clause = {"$ref": "#/$defs/clause"}
    return {"items": clause, "type": "array"} if schema.get("type") == "array" else clause


def _for_kinds(schema: Schema, kinds: List[Kind], *, needs: bool = True) -> Schema:
    """The schema with the form of `with` that each kind takes."""
    schema["properties"]["kind"]["enum"] = [found.name for found in kinds]
    schema["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": found.name}}, "required": ["kind"]},
            "then": {
                "properties": {"with": {"$ref": f"#/$defs/with-{found.name}"}},
                **({"required": ["with"]} if _has_required(found.params) else {}),
                **({"anyOf": _about(found)} if needs and found.reach is Reach.FILE else {}),
            },
        }
        for found in kinds
    ]
    return schema


def _about(found: Kind) -> List[Schema]:
    """A rule about artifacts names them, unless a parameter has it look at something else."""
    named: List[Schema] = [{"required": ["stage"]}, {"required": ["stages"]}]
    other = [{"properties": {"with": {"required": [found.reaches[0]]}}, "required": ["with"]}] if found.reaches else []
    return [*named, *other]


def _has_required(params: Type[Any]) -> bool:
    return any(field.default is MISSING and field.default_factory is MISSING for field in fields(params))


def _defaults(params: Type[Any]) -> Mapping[str, object]:
    """The defaults that are worth showing."""
    plain = {field.name: field.default for field in fields(params) if field.default is not MISSING}
    return {name: value for name, value in plain.items() if type(value) in {bool, int, str} and value != ""}


def _described(params: Type[Any]) -> Mapping[str, str]:
    """Parameter → its description in the docstring of its class."""
    found: Dict[str, str] = {}
    names: Tuple[str, ...] = ()
    # Cleaned first: since Python 3.13 the compiler removes the common indentation of docstrings.
    for line in inspect.cleandoc(params.__doc__ or "").partition("Attributes:")[2].splitlines():
        match = _ATTRIBUTE.match(line)
        if match is not None:
            names = tuple(name.strip() for name in match.group(1).split(","))
            found.update(dict.fromkeys(names, match.group(2)))
        elif line.startswith(" " * 8):
            found.update({name: f"{found[name]} {line.strip()}" for name in names})
        else:
            names = ()
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """A schema without what pydantic adds of its own, which differs between its releases."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    dropped: Set[str] = {"title", "default", "description"} | ({"enum"} if "const" in value else set())
    if value.get("additionalProperties") is True:
        dropped.add("additionalProperties")
    only = value.get("allOf", ())
    if len(only) == 1 and not value.keys() - dropped - {"allOf"}:  # how older releases wrap a reference with a default
        return _plain(only[0])
    return {key: _plain(value[key]) for key in sorted(value) if key not in dropped}
