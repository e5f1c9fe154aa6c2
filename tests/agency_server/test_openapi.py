"""The OpenAPI document agrees with the record types of the protocol."""

from __future__ import annotations

from importlib import resources
from typing import Any, Dict, Iterator, Type

import pytest
import yaml
from jsonschema import Draft202012Validator

from idse_core.agency import protocol
from idse_core.agency.server import problems
from idse_core.agency.server.app import _Endpoints

DOCUMENT: Dict[str, Any] = yaml.safe_load((resources.files("idse_core.agency.server") / "openapi.yaml").read_bytes())
SCHEMAS: Dict[str, Any] = DOCUMENT["components"]["schemas"]

MODELS: Dict[str, Type[Any]] = {record.__name__: record for record in protocol.KINDS}


def resolved(schema: Dict[str, Any], definitions: Dict[str, Any]) -> Dict[str, Any]:
    """A schema with references resolved and without descriptions."""
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    return schema


def types(schema: Dict[str, Any], definitions: Dict[str, Any]) -> frozenset[str]:
    """The JSON types that a schema allows."""
    schema = resolved(schema, definitions)
    if "anyOf" in schema:
        return frozenset().union(*(types(each, definitions) for each in schema["anyOf"]))
    if "type" in schema:
        return frozenset([schema["type"]])
    values = [schema["const"]] if "const" in schema else schema["enum"]
    return frozenset({str: "string", int: "integer", bool: "boolean"}[type(value)] for value in values)


def test_every_model_is_described() -> None:
    assert set(MODELS) <= set(SCHEMAS)
    assert len(MODELS) == 9
    assert set(MODELS) <= set(protocol.__all__)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_members_types_defaults_and_bounds_agree(name: str) -> None:
    ours = protocol.KINDS[MODELS[name]].schema
    definitions: Dict[str, Any] = {}
    theirs = SCHEMAS[name]
    assert set(theirs["properties"]) == set(ours["properties"])
    assert sorted(theirs.get("required", [])) == sorted(ours.get("required", []))
    for member, schema in ours["properties"].items():
        described = theirs["properties"][member]
        assert types(described, SCHEMAS) == types(schema, definitions), member
        flat = resolved(described, SCHEMAS)
        for word in ("minimum", "maximum", "minLength", "maxLength", "const", "enum"):
            if word in schema:
                assert flat.get(word) == schema[word], (member, word)
        if "default" in schema and "$ref" not in described:
            assert flat.get("default") == schema["default"], member


def test_keys_are_those_of_the_protocol() -> None:
    assert SCHEMAS["ArtifactKey"]["enum"] == list(protocol.ARTIFACT_KEYS.values())
    assert SCHEMAS["DocumentKey"]["enum"] == list(protocol.DOCUMENT_KEYS)
    in_base = SCHEMAS["PushRequest"]["properties"]["base"]["propertyNames"]["enum"]
    assert in_base == [*protocol.ARTIFACT_KEYS.values(), protocol.METADATA_KEY]


def test_limits_are_those_of_the_protocol() -> None:
    limits = {name: schema["default"] for name, schema in SCHEMAS["Limits"]["properties"].items()}
    assert limits == protocol.document(protocol.Limits())


@pytest.mark.parametrize(
    "text", ["v1-" + "0" * 64, "v0-" + "0" * 64, "v01-" + "0" * 64, "v1-" + "G" * 64, "v1-" + "0" * 63]
)
def test_both_accept_the_same_revisions(text: str) -> None:
    try:
        protocol.Revision.parse(text)
        taken = True
    except ValueError:
        taken = False
    assert Draft202012Validator(SCHEMAS["Revision"]).is_valid(text) is taken


def examples(value: Any) -> Iterator[Dict[str, Any]]:
    for name, schema in value.items():
        for example in schema.get("examples", []):
            yield {"name": name, "example": example}


@pytest.mark.parametrize("found", list(examples(SCHEMAS)), ids=lambda found: found["name"])
def test_examples_are_valid(found: Dict[str, Any]) -> None:
    schema = {**SCHEMAS[found["name"]], "components": {"schemas": SCHEMAS}}
    assert list(Draft202012Validator(schema).iter_errors(found["example"])) == []
    if found["name"] in MODELS:
        protocol.parsed(MODELS[found["name"]], found["example"])


def test_routes_are_those_of_the_app() -> None:
    class Nothing:
        pass

    routes = {route.path: (route.methods or set()) - {"HEAD"} for route in _Endpoints(Nothing()).routes()}  # type: ignore[arg-type]
    assert {path: {method.upper() for method in item} for path, item in DOCUMENT["paths"].items()} == routes


def test_every_status_of_the_server_is_described() -> None:
    described = {
        status
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
        for status in operation["responses"]
    }
    assert {str(status) for status in problems._TITLES} <= described
