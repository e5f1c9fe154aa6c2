"""A conflict between JSON objects as texts, so that it can be resolved line by line like any other.

The three texts differ only where the key-by-key merge found a conflict; everything else is in each of them as merged.
Every member ends with a comma, even the last one, so that a new last member does not change the line before it.
"""

from __future__ import annotations

import json
from typing import Any, Collection, Dict, Iterator, List, Mapping, NamedTuple, Tuple

from idse_core.agency.json_merge import KeyPath, merge_json

__all__ = ["JsonVersions", "json_of", "json_versions"]


class JsonVersions(NamedTuple):
    """The texts of the three versions."""

    base: str
    ours: str
    theirs: str


def json_versions(base: Mapping[str, object], ours: Mapping[str, object], theirs: Mapping[str, object]) -> JsonVersions:
    """Convert three versions of an object to texts; ``base`` is empty if there was none."""
    merged = merge_json(base, ours, theirs)
    order = {**merged.value, **{path[0]: None for path in merged.conflicts}}
    documents = (_with(merged.value, side, merged.conflicts, list(order)) for side in (base, ours, theirs))
    return JsonVersions(*(_lines(document, merged.conflicts) for document in documents))


def json_of(text: str) -> bytes:
    """Convert such a text back to JSON, by removing commas before closing brackets; it is not checked to be valid."""
    lines = [line for line in text.split("\n") if line.strip()]
    ended: List[str] = []
    for line, following in zip(lines, [*lines[1:], "}"]):
        closes = following.strip()[:1] in {"}", "]"}
        ended.append(line.rstrip().rstrip(",") if closes else line)
    return ("\n".join(ended) + "\n").encode("utf-8", "surrogateescape")


def _with(
    merged: Mapping[str, object], side: Mapping[str, object], conflicts: Tuple[KeyPath, ...], order: List[str]
) -> Dict[str, Any]:
    """The merged object with one side's values where there is a conflict."""
    document: Dict[str, Any] = json.loads(json.dumps(merged))
    for path in conflicts:
        _put(document, path, side)
    return {key: document[key] for key in order if key in document}


def _put(document: Dict[str, Any], path: KeyPath, side: Mapping[str, object]) -> None:
    *above, key = path
    target, source = document, side
    for name in above:
        target = target.setdefault(name, {})
        inner = source.get(name)
        source = inner if isinstance(inner, dict) else {}
    if key in source:
        target[key] = source[key]
    else:
        target.pop(key, None)


def _lines(document: Mapping[str, Any], conflicts: Collection[KeyPath]) -> str:
    return "\n".join(["{", *_members(document, (), conflicts), "}"]) + "\n"


def _members(document: Mapping[str, Any], path: KeyPath, conflicts: Collection[KeyPath]) -> Iterator[str]:
    """One line per value, so that a value can't be mixed from both sides; objects without a conflict are expanded."""
    indent = "  " * (len(path) + 1)
    for key, value in document.items():
        name = f"{indent}{json.dumps(key, ensure_ascii=False)}: "
        here = (*path, key)
        if isinstance(value, dict) and value and here not in conflicts:
            yield name + "{"
            yield from _members(value, here, conflicts)
            yield indent + "},"
        else:
            yield f"{name}{json.dumps(value, ensure_ascii=False)},"
