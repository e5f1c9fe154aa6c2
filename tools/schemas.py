"""Writes docs/reference/schemas: a JSON Schema for every document that a command prints with ``--json``, and for packs.

Run ``python -m tools.schemas`` after a change in ``idse_core/reports/documents``; ``--check`` writes nothing and exits
with 1 when a file is out of date. The output depends neither on the interpreter nor on the release of pydantic.
"""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import json
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Set

from pydantic import TypeAdapter

from idse_core.reports import documents
from idse_core.validation.kind_names import KIND_NAMES
from idse_core.validation.kind_registry import kind
from idse_core.validation.pack_schema import pack_schema

__all__ = ["FOLDER", "expected_files", "main"]

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference" / "schemas"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/{model}"


def expected_files() -> Dict[str, bytes]:
    """File name → its expected content, sorted by name."""
    found: Dict[str, bytes] = {}
    for document in _documents():
        name = _schema_name(document)
        file = f"{name.replace('idse.', '', 1).replace('/', '-')}.json"
        if file in found:
            raise ValueError(f"two documents are called {name}")
        text = json.dumps(_schema(document, name), indent=2, ensure_ascii=False) + "\n"
        found[file] = text.encode("utf-8")
    text = json.dumps(pack_schema(map(kind, KIND_NAMES)), indent=2, ensure_ascii=False) + "\n"
    found["rule-pack.json"] = text.encode("utf-8")
    return dict(sorted(found.items()))


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Write the files, or with ``--check`` compare them; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.schemas", description="JSON Schemas of the documents")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is out of date")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they are (default: docs/reference/schemas)")
    options = parser.parse_args(arguments)
    expected = expected_files()
    stale = _stale(options.folder, expected)
    if options.check:
        print(
            "".join(f"out of date: {name}\n" for name in stale) or f"{len(expected)} schemas are up to date\n", end=""
        )
        return 1 if stale else 0
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in expected:
            (options.folder / name).write_bytes(expected[name])
        else:
            (options.folder / name).unlink()
    print(f"{len(expected)} schemas in {options.folder}, {len(stale)} changed")
    return 0


def _documents() -> List[Any]:
    exported = (getattr(documents, name) for name in documents.__all__)
    return [item for item in exported if dataclasses.is_dataclass(item) and _schema_name(item)]


def _schema_name(document: Any) -> str:  # noqa: ANN401  # a dataclass
    """``idse.status/1`` for a whole document, empty for a part of one."""
    names = [field.default for field in dataclasses.fields(document) if field.name == "schema"]
    return str(names[0]) if names else ""


def _schema(document: Any, name: str) -> Dict[str, Any]:  # noqa: ANN401  # a dataclass
    made = TypeAdapter(document).json_schema(mode="serialization", ref_template=_REF)
    parts = {part: _plain(value, part) for part, value in sorted(made.pop("$defs", {}).items())}
    body = _plain(made, document.__name__)
    body.pop("title", None)
    schema = {"$schema": _DIALECT, "title": name, **body}
    return {**schema, "$defs": parts} if parts else schema


def _plain(made: Dict[str, Any], name: str) -> Dict[str, Any]:
    """An object's schema in its published form: in our own words, without what differs between releases of pydantic."""
    source = getattr(documents, name)
    fields = [field.name for field in dataclasses.fields(source)]
    properties = {field: _without_titles(made["properties"][field]) for field in fields}
    return {
        "title": name,
        "description": " ".join((inspect.getdoc(source) or "").split()),
        "type": "object",
        "properties": properties,
        "required": fields,
        "additionalProperties": True,
    }


def _without_titles(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(value, list):
        return [_without_titles(item) for item in value]
    if not isinstance(value, dict):
        return value
    dropped: Set[str] = {"title", "default"} | ({"enum"} if "const" in value else set())
    if value.get("additionalProperties") is True:  # true in any case, and only some releases say it
        dropped.add("additionalProperties")
    kept = {key: _without_titles(item) for key, item in value.items() if key not in dropped}
    return {key: kept[key] for key in sorted(kept)}


def _stale(folder: Path, expected: Dict[str, bytes]) -> List[str]:
    """The names of files that are absent, differ, or belong to no document."""
    present = {path.name: path.read_bytes() for path in folder.glob("*.json")} if folder.is_dir() else {}
    return [name for name in sorted({*present, *expected}) if present.get(name) != expected.get(name)]


if __name__ == "__main__":
    sys.exit(main())
