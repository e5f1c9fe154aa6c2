"""`metadata/session.json`: typed fields, precise complaints, and nothing lost on the way through."""

from __future__ import annotations

import json
from typing import Any, Dict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.errors import ConfigError
from idse_core.pipeline_artifacts import BLUEPRINT
from idse_core.session_metadata import SessionMetadata, SessionStatus, SessionType

PATH = "sessions/auth/metadata/session.json"
FIELDS = [
    "session_id",
    "title",
    "session_type",
    "parent_session",
    "related_sessions",
    "depends_on",
    "owner",
    "collaborators",
    "tags",
    "status",
    "created_at",
    "updated_at",
]


def parse(value: object, session: str = "auth") -> SessionMetadata:
    return SessionMetadata.parse(json.dumps(value).encode(), session, path=PATH)


def written(metadata: SessionMetadata) -> Dict[str, Any]:
    document: Dict[str, Any] = json.loads(metadata.serialize())
    return document


def test_a_new_file_has_the_documented_fields_in_the_documented_order() -> None:
    assert list(written(SessionMetadata("auth", "Auth"))) == FIELDS


def test_an_absent_file_stands_for_defaults() -> None:
    default = SessionMetadata.default("auth")
    assert (default.title, default.session_type, default.status) == ("auth", SessionType.FEATURE, SessionStatus.DRAFT)
    assert not default.present
    assert SessionMetadata.default(BLUEPRINT).session_type is SessionType.BLUEPRINT


def test_an_empty_object_is_present_and_has_the_defaults() -> None:
    assert parse({}) == SessionMetadata.default("auth")._replace(present=True)
    assert parse({}, BLUEPRINT).session_type is SessionType.BLUEPRINT


def test_the_folders_name_wins_over_what_the_file_says() -> None:
    moved = parse({"session_id": "old-name", "title": "T"})
    assert moved.session_id == "auth"
    assert written(moved)["session_id"] == "auth"


def test_null_and_empty_stand_for_absent() -> None:
    for nothing in (None, ""):
        found = parse(dict.fromkeys(["title", "parent_session", "owner", "status", "session_type"], nothing))
        assert found._replace(raw={}) == SessionMetadata.default("auth")._replace(present=True)


names = st.text(max_size=8)
lists = st.lists(names, max_size=3).map(tuple)
values = st.builds(
    SessionMetadata,
    session_id=st.just("auth"),
    title=names.filter(bool),
    session_type=st.sampled_from(list(SessionType)),
    parent_session=st.one_of(st.none(), names.filter(bool)),
    related_sessions=lists,
    depends_on=lists,
    owner=names,
    collaborators=lists,
    tags=lists,
    status=st.sampled_from(list(SessionStatus)),
    created_at=names,
    updated_at=names,
    present=st.just(True),
    raw=st.dictionaries(names.filter(lambda key: key not in {*FIELDS, "name"}), st.one_of(names, st.integers(), lists)),
)


@settings(max_examples=80, deadline=None)
@given(metadata=values)
def test_what_is_written_is_read_back_and_written_the_same(metadata: SessionMetadata) -> None:
    data = metadata.serialize()
    again = SessionMetadata.parse(data, "auth", path=PATH)
    assert again._replace(raw={}) == metadata._replace(raw={})
    assert again.serialize() == data
    assert set(metadata.raw) <= set(again.raw)


def test_unknown_keys_and_the_order_of_keys_are_kept() -> None:
    document = {"zeta": [1, {"b": 1, "a": 2}], "tags": ["x"], "title": "T", "alpha": None, "owner": "o"}
    after = written(parse(document)._replace(owner="other"))
    assert [key for key in after if key in document] == list(document)
    assert after == {**written(SessionMetadata("auth", "T")), **document, "owner": "other"}


def test_the_earlier_tools_name_is_the_title_and_stays_the_only_one() -> None:
    earlier = parse({"name": "Login", "session_id": "auth"})
    assert earlier.title == "Login"
    assert "title" not in written(earlier)
    renamed = written(earlier._replace(title="Sign in"))
    assert (renamed["title"], renamed["name"]) == ("Sign in", "Login")
    assert parse({"name": "Login", "title": "Sign in"}).title == "Sign in"


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ('{\n  "title": 3\n}', 2, 12, "'title' must be a text"),
        ('{\n  "tags": "x"\n}', 2, 11, "'tags' must be a list of texts"),
        ('{\n  "tags": ["x",\n    7]\n}', 3, 5, "'tags' must hold texts only"),
        ('{"depends_on": {"a": 1}}', 1, 16, "'depends_on' must be a list"),
        ('{"status": "done"}', 1, 12, "it must be one of draft, in_progress, review, complete, archived"),
        ('{"session_type": "Feature"}', 1, 18, "it must be one of blueprint, feature, exploratory"),
        ('{"parent_session": ["a"]}', 1, 20, "'parent_session' must be a text"),
        ('{"session_type": false}', 1, 18, "'session_type' must be a text"),
        ('{"a": 1,}', 1, 9, "not valid JSON"),
        ("[]", 1, 1, "expected a JSON object"),
        ("", 1, 1, "the file is empty"),
        ('{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> x\n}', 2, 1, "git conflict markers"),
    ],
)
def test_a_wrong_field_is_named_with_its_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        SessionMetadata.parse(text.encode(), "auth", path=PATH)
    if "valid JSON" not in message:
        assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.path == PATH
    assert ("rules explain WS006" in caught.value.hint) is ("markers" not in message)
    assert caught.value.line == line


def test_only_archived_sessions_are_archived() -> None:
    archived = [status for status in SessionStatus if SessionMetadata("a", "a", status=status).archived]
    assert archived == [SessionStatus.ARCHIVED]
