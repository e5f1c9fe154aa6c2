"""Conflicts between JSON objects, written as texts."""

from __future__ import annotations

import json
from typing import Any, Dict

from hypothesis import given, settings

from idse_core.agency.json_lines import json_of, json_versions
from idse_core.agency.json_merge import merge_json
from idse_core.agency.resolution import Take, resolution_of
from tests.agency.test_json_merge import objects

BASE = {"title": "Log in", "owner": "ann", "tags": ["a"], "links": {"doc": "1"}, "updated_at": "1"}
OURS = {"title": "Log in", "owner": "ann-b", "tags": ["a", "b"], "links": {"doc": "2"}, "updated_at": "2"}
THEIRS = {"title": "Sign in", "owner": "carl", "tags": ["a", "c"], "links": {}, "updated_at": "3"}


def _bytes(text: str) -> bytes:
    return text.encode()


def test_only_conflicts_become_hunks() -> None:
    begun = resolution_of(*map(_bytes, json_versions(BASE, OURS, THEIRS)))
    assert [(hunk.base, hunk.ours, hunk.theirs) for hunk in begun.hunks] == [
        (('  "owner": "ann",\n',), ('  "owner": "ann-b",\n',), ('  "owner": "carl",\n',)),
        (
            ('  "links": {\n', '    "doc": "1",\n', "  },\n"),
            ('  "links": {\n', '    "doc": "2",\n', "  },\n"),
            ('  "links": {},\n',),
        ),
    ]
    done = begun.take(Take.THEIRS).take(Take.OURS)
    assert json.loads(json_of(done.text)) == {
        "title": "Sign in",
        "owner": "carl",
        "tags": ["a", "b", "c"],
        "links": {"doc": "2"},
        "updated_at": "3",
    }


@settings(max_examples=300, deadline=None)
@given(base=objects, ours=objects, theirs=objects)
def test_taking_one_side_gives_the_merge_with_its_values(
    base: Dict[str, Any], ours: Dict[str, Any], theirs: Dict[str, Any]
) -> None:
    begun = resolution_of(*map(_bytes, json_versions(base, ours, theirs)))
    merged = merge_json(base, ours, theirs)
    assert json.loads(json_of(begun.take_all(Take.OURS).text)) == merged.value
    if merged.clean:
        assert begun.is_complete
