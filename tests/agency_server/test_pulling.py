"""The feed: in order, in pages, from a cursor onwards; on both databases."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Iterator, List, Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from idse_core.agency.protocol import Limits, PullItem, PullRequest, Revision, decode_content, written
from idse_core.agency.server import pulling
from idse_core.agency.server.cursors import Cursors, Feed, Position
from idse_core.agency.server.database import Database
from idse_core.agency.server.problems import ProblemError
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import Caller, create_token
from tests.agency_server.pushes import everything, pages, push

MIB = 1 << 20


def names(items: List[PullItem]) -> List[Tuple[str, str]]:
    return [(item.session_id, item.key) for item in items]


def pull_status(core: AgencyCore, caller: Caller, **wanted: object) -> int:
    with pytest.raises(ProblemError) as raised:
        core.pull(caller, PullRequest(**{"project_id": "portal", **wanted}))  # type: ignore[arg-type]
    return raised.value.status


def test_an_unknown_project_is_an_empty_page(core: AgencyCore, caller: Caller) -> None:
    page = core.pull(caller, PullRequest(project_id="portal"))
    assert (page.items, page.head, page.more, page.project_name) == ([], 0, False, "")

    push(core, caller, {"spec_md": "x"})
    assert names(core.pull(caller, PullRequest(project_id="portal", since=page.next)).items) == [("auth", "spec_md")]


def test_the_newest_state_of_each_document_in_the_order_of_pushes(core: AgencyCore, caller: Caller) -> None:
    first = push(
        core,
        caller,
        {"spec_md": "1", "plan_md": "1"},
        session_metadata={"b": 2, "a": 1},
        base={"session_metadata": None},
    )
    push(core, caller, {"spec_md": "1"}, session="billing")
    third = push(core, caller, {"spec_md": "2"}, base=first.revisions)
    (page,) = pages(core, caller)

    assert [(item.session_id, item.key, item.seq) for item in page.items] == [
        ("auth", "plan_md", 1),
        ("auth", "session_metadata", 1),
        ("billing", "spec_md", 2),
        ("auth", "spec_md", 3),
    ]
    assert page.head == 3
    assert page.items[1].content == '{"a":1,"b":2}'
    assert page.items[3].revision == third.revisions["spec_md"]
    assert [item.size for item in page.items] == [1, 13, 1, 1]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 20, 21])
def test_pages_of_any_size_give_the_same(core: AgencyCore, caller: Caller, limit: int) -> None:
    for number in range(4):
        push(
            core,
            caller,
            {f"{stage}_md": "x" for stage in ("intent", "spec", "plan", "tasks", "feedback")},
            session=f"s{number}",
        )
    whole = everything(core, caller)
    cut = pages(core, caller, limit=limit)

    assert len(whole) == 20
    assert [item for page in cut for item in page.items] == whole
    assert [page.more for page in cut] == [True] * (len(cut) - 1) + [False]
    assert {len(page.items) for page in cut[:-1]} <= {limit}
    assert len(cut) == -(-20 // limit)


def test_a_pull_with_nothing_new(core: AgencyCore, caller: Caller) -> None:
    push(core, caller, {"spec_md": "x"})
    (page,) = pages(core, caller)
    again = core.pull(caller, PullRequest(project_id="portal", since=page.next))
    assert (again.items, again.next, again.more, again.head) == ([], page.next, False, 1)


def test_a_change_between_two_pages_comes_later_and_once(core: AgencyCore, caller: Caller) -> None:
    first = push(core, caller, {"spec_md": "1", "plan_md": "1", "tasks_md": "1"})
    page = core.pull(caller, PullRequest(project_id="portal", limit=1))
    assert names(page.items) == [("auth", "plan_md")]
    push(core, caller, {"spec_md": "2"}, base={"spec_md": first.revisions["spec_md"]})  # not yet seen
    push(core, caller, {"plan_md": "2"}, base={"plan_md": first.revisions["plan_md"]})  # seen
    rest = core.pull(caller, PullRequest(project_id="portal", since=page.next))
    assert [(item.key, item.content) for item in rest.items] == [("tasks_md", "1"), ("spec_md", "2"), ("plan_md", "2")]


def test_one_session(core: AgencyCore, caller: Caller) -> None:
    push(core, caller, {"spec_md": "a"})
    push(core, caller, {"spec_md": "b"}, session="billing")
    page = core.pull(caller, PullRequest(project_id="portal", session_id="auth"))
    assert names(page.items) == [("auth", "spec_md")]
    push(core, caller, {"plan_md": "b"}, session="billing")
    assert core.pull(caller, PullRequest(project_id="portal", session_id="auth", since=page.next)).items == []
    push(core, caller, {"plan_md": "a"})
    assert names(core.pull(caller, PullRequest(project_id="portal", session_id="auth", since=page.next)).items) == [
        ("auth", "plan_md")
    ]
    assert core.pull(caller, PullRequest(project_id="portal", session_id="nobody")).items == []


def test_a_manifest_has_no_contents(core: AgencyCore, caller: Caller) -> None:
    result = push(core, caller, {"spec_md": "long" * 100})
    (item,) = everything(core, caller, want="manifest")
    assert (item.content, item.size, item.revision) == (None, 400, result.revisions["spec_md"])


def test_pages_are_bounded_by_bytes(core: AgencyCore, caller: Caller) -> None:
    for number in range(5):
        push(core, caller, {"spec_md": f"{number}" * (3 * MIB)}, session=f"s{number}")
    push(core, caller, {"spec_md": "x" * (9 * MIB)}, session="big")
    found = pages(core, caller)

    assert [[item.size // MIB for item in page.items] for page in found] == [[3, 3], [3, 3], [3], [9]]
    assert len(pages(core, caller, want="manifest")) == 1


def test_the_servers_own_limit_applies_too(core: AgencyCore, caller: Caller) -> None:
    push(core, caller, {"spec_md": "x", "plan_md": "x", "tasks_md": "x"})
    small = AgencyCore(core.database, Limits(page_items=2))
    assert [len(page.items) for page in pages(small, caller, limit=10_000)] == [2, 1]


# ------------------------------------------------------------------------------------------------------------ cursors


def test_cursors_of_another_feed_are_gone(core: AgencyCore, caller: Caller) -> None:
    push(core, caller, {"spec_md": "x"})
    push(core, caller, {"spec_md": "x"}, project="other")
    other = core.caller(create_token(core.database, "rival").secret)
    assert other is not None
    push(core, other, {"spec_md": "x"})
    cursors = {
        "other project": pages(core, caller, project="other")[-1].next,
        "one session": pages(core, caller, session_id="auth")[-1].next,
        "other tenant": pages(core, other)[-1].next,
    }
    assert {name: pull_status(core, caller, since=cursor) for name, cursor in cursors.items()} == dict.fromkeys(
        cursors, 410
    )
    assert pull_status(core, caller, session_id="auth", since=pages(core, caller)[-1].next) == 410


@pytest.mark.parametrize("cursor", ["x", "0", "ä", "=", "A" * 5000, "e30", "v1-0", " ", "\ud800", "a b"])
def test_an_invalid_cursor_is_gone(core: AgencyCore, caller: Caller, cursor: str) -> None:
    wanted = PullRequest(project_id="portal", since=cursor, limit=1, want="content", session_id=None)
    with pytest.raises(ProblemError) as raised:
        core.pull(caller, wanted)
    assert raised.value.status == 410


def test_a_modified_cursor_is_gone(core: AgencyCore, caller: Caller) -> None:
    push(core, caller, {"spec_md": "x"})
    cursor = pages(core, caller)[-1].next
    data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for index in range(len(data)):
        changed = data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]
        assert pull_status(core, caller, since=base64.urlsafe_b64encode(changed).decode().rstrip("=")) == 410


def test_a_cursor_of_another_server_is_gone(core: AgencyCore, caller: Caller, tmp_path: Path) -> None:
    other = Database.open(str(tmp_path / "other.db"))
    try:
        elsewhere = AgencyCore(other)
        same = elsewhere.caller(create_token(other, "acme").secret)
        assert same is not None
        push(elsewhere, same, {"spec_md": "x"})
        push(core, caller, {"spec_md": "x"})
        assert elsewhere.info().server_id != core.info().server_id
        assert pull_status(core, caller, since=pages(elsewhere, same)[-1].next) == 410
    finally:
        other.close()


@pytest.fixture
def rewound(tmp_path: Path) -> Iterator[Tuple[AgencyCore, Caller, str]]:
    """A server restored from a backup after its second push, and a cursor from after its fourth."""
    database, backup = Database.open(str(tmp_path / "now.db")), str(tmp_path / "backup.db")
    core = AgencyCore(database)
    secret = create_token(database, "acme").secret
    caller = core.caller(secret)
    assert caller is not None
    for number in range(4):
        if number == 2:
            with database.reading() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.execute(text("VACUUM INTO :to"), {"to": backup})
                connection.exec_driver_sql("BEGIN")
        push(core, caller, {"spec_md": str(number)}, session=f"s{number}")
    cursor = pages(core, caller)[-1].next
    database.close()
    restored = Database.open(backup)
    yield AgencyCore(restored), caller, cursor
    restored.close()


def test_a_cursor_from_before_a_restored_backup_is_gone(rewound: Tuple[AgencyCore, Caller, str]) -> None:
    core, caller, cursor = rewound
    assert pull_status(core, caller, since=cursor) == 410  # the server has only two pushes
    for number in range(3):
        push(core, caller, {"plan_md": "another"}, session=f"t{number}")
    assert pull_status(core, caller, since=cursor) == 410  # it has a fourth push again, but a different one
    assert len(everything(core, caller)) == 5


def test_a_cursor_reads_back_as_its_position() -> None:
    cursors, feed = Cursors(b"secret", "server"), Feed("acme", "portal", None)
    position = Position(7, "spec_md", "ab")
    assert cursors.read(feed, cursors.write(feed, position)) == position
    assert cursors.read(feed, "") == Position(0, None, "")


# ----------------------------------------------------------------------------------------------------------- contents


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))))
def test_contents_are_returned_unchanged(data: bytes) -> None:
    content, encoding = pulling._as_sent(data)
    assert decode_content(content, encoding) == data


def test_a_page_is_never_much_larger_than_its_contents(core: AgencyCore, caller: Caller) -> None:
    data = b"\x01" * MIB
    push(core, caller, {"spec_md": base64.b64encode(data).decode()}, encodings={"spec_md": "base64"})
    (page,) = pages(core, caller)
    assert len(written(page)) < 1.4 * MIB
    assert page.items[0].revision == str(Revision.of(1, data))
    assert decode_content(page.items[0].content or "", page.items[0].encoding) == data
