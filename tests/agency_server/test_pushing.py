"""A push is accepted as a whole or not at all, on both databases."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from typing import Any, Dict, List

import pytest
from sqlalchemy import func, select

from idse_core.agency.protocol import PullRequest, PushRequest, PushResult, Revision, canonical_json, parsed, written
from idse_core.agency.server.problems import ProblemError
from idse_core.agency.server.schema import blob, idempotency, project, revision
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import Caller
from tests.agency_server.pushes import everything, new_key, push, request

ABSENT = f"v9-{'0' * 64}"


def refused(core: AgencyCore, caller: Caller, wanted: PushRequest, key: str = "") -> ProblemError:
    with pytest.raises(ProblemError) as raised:
        core.push(caller, wanted, key=key or new_key())
    return raised.value


def counted(core: AgencyCore) -> Dict[str, int]:
    with core.database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (blob, idempotency, project, revision)
        }


def test_revisions_are_computed_from_the_bytes(core: AgencyCore, caller: Caller) -> None:
    result = push(core, caller, {"spec_md": "# Spec\r\n", "plan_md": ""}, state_json={"b": 1, "a": "ü"})

    assert result.seq == 1
    assert not result.replayed
    assert result.revisions == {
        "plan_md": str(Revision.of(1, b"")),
        "spec_md": str(Revision.of(1, b"# Spec\r\n")),
        "state_json": str(Revision.of(1, '{"a":"ü","b":1}'.encode())),
    }


def test_changing_an_existing_document(core: AgencyCore, caller: Caller) -> None:
    first = push(core, caller, {"spec_md": "one"})
    second = push(core, caller, {"spec_md": "two"}, base=first.revisions)

    assert second.revisions == {"spec_md": str(Revision.of(2, b"two"))}
    assert [item.content for item in everything(core, caller)] == ["two"]


def test_every_mismatch_is_named_and_nothing_is_written(core: AgencyCore, caller: Caller) -> None:
    first = push(
        core,
        caller,
        {"spec_md": "one", "plan_md": "one", "tasks_md": "one"},
        session_metadata={},
        base={"session_metadata": None},
    )
    before = counted(core)
    problem = refused(
        core,
        caller,
        request(
            {"spec_md": "two", "plan_md": "two", "intent_md": "two", "context_md": "new"},
            base={
                "spec_md": ABSENT,
                "plan_md": first.revisions["plan_md"],
                "intent_md": ABSENT,
                "session_metadata": ABSENT,
            },
            deleted={"tasks_md": ABSENT},
            state_json={},
            base_state=ABSENT,
        ),
    )

    assert problem.status == 412
    found = {each.key: (each.expected, each.current) for each in problem.conflicts}
    assert found == {
        "spec_md": (ABSENT, first.revisions["spec_md"]),
        "intent_md": (ABSENT, None),
        "tasks_md": (ABSENT, first.revisions["tasks_md"]),
        "session_metadata": (ABSENT, first.revisions["session_metadata"]),
        "state_json": (ABSENT, None),
    }
    assert counted(core) == before


def test_a_refused_push_leaves_no_project_behind(core: AgencyCore, caller: Caller) -> None:
    refused(core, caller, request({"spec_md": "x"}, base={"spec_md": ABSENT}))

    assert set(counted(core).values()) == {0}


def test_a_null_base_means_that_the_document_must_not_exist(core: AgencyCore, caller: Caller) -> None:
    first = push(core, caller, {"spec_md": "one"})
    problem = refused(core, caller, request({"spec_md": "one"}))

    assert [(each.expected, each.current) for each in problem.conflicts] == [(None, first.revisions["spec_md"])]


def test_the_whole_revision_counts_not_only_the_content(core: AgencyCore, caller: Caller) -> None:
    first = push(core, caller, {"spec_md": "one"})
    second = push(core, caller, {"spec_md": "two"}, base=first.revisions)
    third = push(core, caller, {"spec_md": "one"}, base=second.revisions)  # somebody reverts the document

    problem = refused(core, caller, request({"spec_md": "two"}, base=first.revisions))

    assert problem.status == 412
    assert problem.conflicts[0].current == third.revisions["spec_md"]


def test_deleting_and_creating_again(core: AgencyCore, caller: Caller) -> None:
    first = push(core, caller, {"spec_md": "one"})
    gone = push(core, caller, deleted=first.revisions)
    assert gone.revisions == {"spec_md": None}
    (tombstone,) = everything(core, caller)
    assert (tombstone.revision, tombstone.deleted, tombstone.content) == (None, first.revisions["spec_md"], None)

    again = refused(core, caller, request(deleted=first.revisions))
    assert [(each.expected, each.current) for each in again.conflicts] == [(first.revisions["spec_md"], None)]

    third = push(core, caller, {"spec_md": "one"})
    assert third.revisions == {"spec_md": str(Revision.of(3, b"one"))}
    (item,) = everything(core, caller)
    assert (item.revision, item.deleted, item.content) == (third.revisions["spec_md"], None, "one")


def test_records_can_be_deleted_too(core: AgencyCore, caller: Caller) -> None:
    first = push(core, caller, state_json={"a": 1}, session_metadata={"t": 1}, base={"session_metadata": None})
    assert push(core, caller, deleted=first.revisions).revisions == {"session_metadata": None, "state_json": None}


def test_a_base_of_an_unchanged_document_is_checked_too(core: AgencyCore, caller: Caller) -> None:
    first = push(core, caller, {"spec_md": "one"})
    assert push(core, caller, {"plan_md": "one"}, base=first.revisions).seq == 2
    problem = refused(core, caller, request({"tasks_md": "one"}, base={"spec_md": None}))
    assert [each.key for each in problem.conflicts] == ["spec_md"]
    problem = refused(core, caller, request({"tasks_md": "one"}, base_state=ABSENT))
    assert [(each.key, each.current) for each in problem.conflicts] == [("state_json", None)]


def test_the_same_push_again_gets_the_same_response(core: AgencyCore, caller: Caller) -> None:
    wanted, key = request({"spec_md": "one"}), new_key()
    first = core.push(caller, wanted, key=key)
    push(core, caller, {"spec_md": "two"}, base=first.revisions)
    before = counted(core)

    assert core.push(caller, wanted, key=key) == first._replace(replayed=True)
    assert counted(core) == before


def test_the_same_key_for_another_push(core: AgencyCore, caller: Caller) -> None:
    key = new_key()
    core.push(caller, request({"spec_md": "one"}), key=key)

    assert refused(core, caller, request({"spec_md": "two"}), key).status == 422
    assert refused(core, caller, request({"spec_md": "one"}, project="other"), key).status == 422
    assert counted(core)["project"] == 1


def test_a_refused_push_may_be_sent_again_with_its_key(core: AgencyCore, caller: Caller) -> None:
    key, wanted = new_key(), request({"spec_md": "new"}, base={"spec_md": str(Revision.of(1, b"one"))})
    assert refused(core, caller, wanted, key).status == 412
    push(core, caller, {"spec_md": "one"})
    assert core.push(caller, wanted, key=key).seq == 2


def test_one_key_in_two_projects_at_once(core: AgencyCore, caller: Caller) -> None:
    """Only one of the pushes can use the key; the other is refused, and never reported as accepted."""
    for _ in range(5):
        key = new_key()
        found: List[Any] = []
        barrier = threading.Barrier(2)

        def send(name: str, key: str = key, found: List[Any] = found, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            try:
                found.append(core.push(caller, request({"spec_md": key}, project=name), key=key))
            except ProblemError as error:
                found.append(error)

        threads = [threading.Thread(target=send, args=(f"{name}-{key[:8]}",)) for name in ("left", "right")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(type(each).__name__ for each in found) == ["ProblemError", "PushResult"]
        assert [each.status for each in found if isinstance(each, ProblemError)] == [422]


def test_bytes_that_are_not_text(core: AgencyCore, caller: Caller) -> None:
    data = b"\xff\xfe\x00binary"
    result = push(core, caller, {"spec_md": base64.b64encode(data).decode()}, encodings={"spec_md": "base64"})
    (item,) = everything(core, caller)

    assert result.revisions["spec_md"] == f"v1-{hashlib.sha256(data).hexdigest()}"
    assert item.encoding == "base64"
    assert base64.b64decode(item.content or "") == data
    assert item.size == len(data)


def test_equal_contents_are_stored_once(core: AgencyCore, caller: Caller) -> None:
    push(core, caller, {"spec_md": "same", "plan_md": "same"})
    push(core, caller, {"spec_md": "same"}, session="other")
    assert counted(core)["blob"] == 1
    assert counted(core)["revision"] == 3


def test_history_is_complete(core: AgencyCore, caller: Caller) -> None:
    result = push(core, caller, {"spec_md": "0"})
    for number in range(1, 5):
        result = push(core, caller, {"spec_md": str(number)}, base=result.revisions)
    with core.database.reading() as connection:
        rows = connection.execute(select(revision).order_by(revision.c.seq)).all()
        kept = {row.digest: row.data for row in connection.execute(select(blob))}
    assert [kept[row.digest] for row in rows] == [str(number).encode() for number in range(5)]
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0].replaced is None
    assert [row.replaced for row in rows[1:]] == [f"v{row.seq}-{row.digest}" for row in rows[:-1]]
    assert {row.actor for row in rows} == {caller.token}


def test_a_projects_name_is_the_latest_one_pushed(core: AgencyCore, caller: Caller) -> None:
    from tests.agency_server.pushes import pages

    push(core, caller, {"spec_md": "x"}, project_name="Old \0 name\nof it")
    assert pages(core, caller)[0].project_name == "Old name of it"
    push(core, caller, {"plan_md": "x"})
    assert pages(core, caller)[0].project_name == "Old name of it"
    push(core, caller, {"tasks_md": "x"}, project_name="n" * 999)
    assert pages(core, caller)[0].project_name == "n" * 200


def nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {"a": value}
    return value


WRONG: Dict[str, Dict[str, Any]] = {
    "nothing": {},
    "unknown artifact": {"artifacts": {"notes_md": "x"}, "base": {"notes_md": None}},
    "a path for a key": {"artifacts": {"../spec.md": "x"}, "base": {"../spec.md": None}},
    "metadata among artifacts": {"artifacts": {"session_metadata": "{}"}, "base": {"session_metadata": None}},
    "unknown base": {"artifacts": {"spec_md": "x"}, "base": {"spec_md": None, "nope": None}},
    "state among bases": {"state_json": {}, "base": {"state_json": None}},
    "unknown deleted": {"deleted": {"notes_md": ABSENT}},
    "encoding of nothing": {
        "artifacts": {"spec_md": "x"},
        "base": {"spec_md": None},
        "encodings": {"plan_md": "base64"},
    },
    "not base64": {"artifacts": {"spec_md": "?"}, "base": {"spec_md": None}, "encodings": {"spec_md": "base64"}},
    "changed and deleted": {"artifacts": {"spec_md": "x"}, "base": {"spec_md": None}, "deleted": {"spec_md": ABSENT}},
    "state changed and deleted": {"state_json": {}, "deleted": {"state_json": ABSENT}},
    "two bases": {"base": {"spec_md": None}, "deleted": {"spec_md": ABSENT}},
    "base is no revision": {"artifacts": {"spec_md": "x"}, "base": {"spec_md": "v0-" + "0" * 64}},
    "base is a hash": {"artifacts": {"spec_md": "x"}, "base": {"spec_md": "0" * 64}},
    "deleted is no revision": {"deleted": {"spec_md": ""}},
    "base_state is no revision": {"state_json": {}, "base_state": "x"},
    "base_state of nothing is no revision": {
        "artifacts": {"spec_md": "x"},
        "base": {"spec_md": None},
        "base_state": "x",
    },
    "deep": {"state_json": nested(64)},
    "infinite": {"state_json": {"x": [float("inf")]}},
    "not a number": {"session_metadata": {"x": float("nan")}, "base": {"session_metadata": None}},
    "half a pair": {"state_json": {"x": "\ud800"}},
}


@pytest.mark.parametrize("name", WRONG)
def test_pushes_that_violate_the_protocol(core: AgencyCore, caller: Caller, name: str) -> None:
    wanted = PushRequest(project_id="portal", session_id="auth", **WRONG[name])
    assert refused(core, caller, wanted).status == 400
    assert set(counted(core).values()) == {0}


@pytest.mark.parametrize(
    "bad",
    [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "../a",
        ".a",
        "a.",
        " a",
        "a ",
        "con",
        "CON.x",
        "a:b",
        "a\0",
        "a\n",
        "a\u0308",
        "\u202ea",
    ],
)
def test_invalid_ids(core: AgencyCore, caller: Caller, bad: str) -> None:
    assert refused(core, caller, request({"spec_md": "x"}, project=bad)).status == 400
    assert refused(core, caller, request({"spec_md": "x"}, session=bad)).status == 400


@pytest.mark.parametrize("good", ["a", "Auth Login", "a..b", "-a", "ä", "会議", "x" * 200, "__blueprint__"])
def test_ids_of_earlier_tools(core: AgencyCore, caller: Caller, good: str) -> None:
    push(core, caller, {"spec_md": "x"}, project=good, session=good)
    first = core.pull(caller, PullRequest(project_id=good, session_id=good))
    assert [item.session_id for item in first.items] == [good]
    assert core.pull(caller, PullRequest(project_id=good, session_id=good, since=first.next)).items == []


def test_ids_have_a_maximum_length(core: AgencyCore, caller: Caller) -> None:
    assert refused(core, caller, request({"spec_md": "x"}, project="x" * 201)).status == 400
    assert refused(core, caller, request({"spec_md": "x"}, session="ä" * 101)).status == 400


def test_a_base_is_required(core: AgencyCore, caller: Caller) -> None:
    wanted = PushRequest(
        project_id="portal", session_id="auth", artifacts={"spec_md": "x", "plan_md": "x"}, session_metadata={}
    )
    problem = refused(core, caller, wanted)
    assert problem.status == 428
    assert "plan_md, session_metadata, spec_md" in problem.detail


def test_records_have_a_limit(core: AgencyCore, caller: Caller) -> None:
    most = (1 << 20) - len(canonical_json({"x": ""}))
    assert push(core, caller, state_json={"x": "y" * most}).seq == 1
    assert refused(core, caller, request(session="other", state_json={"x": "y" * (most + 1)})).status == 413
    assert push(core, caller, session="deep", state_json=nested(63)).seq == 2


def test_the_answer_is_a_push_result(core: AgencyCore, caller: Caller) -> None:
    result = push(core, caller, {"spec_md": "x"})
    assert parsed(PushResult, json.loads(written(result))) == result
