"""The contract of `Transport`, for every implementation: the core in memory, and HTTP to two servers."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional

import pytest

from idse_core.agency.http_transport import HttpTransport, connect
from idse_core.agency.protocol import (
    ARTIFACT_KEYS,
    DOCUMENT_KEYS,
    METADATA_KEY,
    PROTOCOL,
    STATE_KEY,
    PullItem,
    PullRequest,
    PushRequest,
    PushResult,
    Revision,
    canonical_json,
    decode_content,
    encode_content,
)
from idse_core.agency.transport import CursorGoneError, PreconditionError, Transport
from idse_core.errors import IdseError, RemoteError
from tests.agency.loopback import config_for_url, serving
from tests.agency.memory_core import MemoryCore

PROJECT, SESSION = "shop", "auth"

Make = Callable[[Path, ExitStack], Transport]


def in_memory(folder: Path, stack: ExitStack) -> Transport:
    return MemoryCore()


def over_http(folder: Path, stack: ExitStack) -> Transport:
    server = stack.enter_context(serving(MemoryCore()))
    return HttpTransport(config_for_url(f"http://127.0.0.1:{server.port}", folder))


def with_retries(folder: Path, stack: ExitStack) -> Transport:
    server = stack.enter_context(serving(MemoryCore()))
    return connect(config_for_url(f"http://127.0.0.1:{server.port}", folder))


def to_the_reference_server(folder: Path, stack: ExitStack) -> Transport:
    pytest.importorskip("starlette", reason="the reference server needs the extra 'server'")
    reference = pytest.importorskip("tests.agency.reference")
    url, token = stack.enter_context(reference.reference_server(folder))
    return HttpTransport(config_for_url(url, folder, token=token))


@pytest.fixture(params=[in_memory, over_http, with_retries, to_the_reference_server], ids=lambda make: make.__name__)
def transport(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Transport]:
    with ExitStack() as stack:
        made = request.param(tmp_path, stack)
        stack.callback(made.close)
        yield made


def push_of(
    artifacts: Optional[Dict[str, bytes]] = None,
    *,
    base: Optional[Mapping[str, Optional[str]]] = None,
    session: str = SESSION,
    project: str = PROJECT,
    **more: Any,
) -> PushRequest:
    """A push of some artifacts; what has no base is new."""
    travelling = {key: encode_content(data) for key, data in (artifacts or {}).items()}
    return PushRequest(
        project_id=project,
        project_name="The Shop",
        session_id=session,
        artifacts={key: text for key, (text, _) in travelling.items()},
        encodings={key: encoding for key, (_, encoding) in travelling.items() if encoding},
        base={**dict.fromkeys(artifacts or {}), **(base or {})},
        **more,
    )


_KEYS = iter(range(1_000_000))


def pushed(transport: Transport, request: PushRequest) -> PushResult:
    return transport.push(request, key=f"key-{next(_KEYS)}")


def pulled(transport: Transport, since: str = "", **more: Any) -> List[PullItem]:
    """All items after a cursor."""
    items: List[PullItem] = []
    while True:
        page = transport.pull(PullRequest(project_id=PROJECT, since=since, **more))
        items += page.items
        since = page.next
        if not page.more:
            return items


def contents(transport: Transport) -> Dict[str, Optional[bytes]]:
    return {
        f"{item.session_id}/{item.key}": None if item.content is None else decode_content(item.content, item.encoding)
        for item in pulled(transport)
    }


def test_info(transport: Transport) -> None:
    info = transport.info()
    assert PROTOCOL in info.protocol
    assert info == transport.info()
    assert info.limits.body_bytes > 0
    assert info.limits.page_items > 0


def test_a_project_that_nobody_knows(transport: Transport) -> None:
    page = transport.pull(PullRequest(project_id="unheard-of"))
    assert (page.items, page.more, page.head, page.project_name) == ([], False, 0, "")


@pytest.mark.parametrize(
    "data",
    [
        b"# Spec\n",
        b"",
        b"one\r\ntwo\r\n",
        b"\xef\xbb\xbf# BOM\n",
        b"not UTF-8: \xff\xfe\x80",
        b"\0\x1b[2J",
        "e\u0301 \u00e9 \U0001f680\u2028\n".encode(),
        b"x" * 300_000,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_bytes_come_back_as_they_were_sent(transport: Transport, data: bytes) -> None:
    result = pushed(transport, push_of({"spec_md": data}))
    assert result.revisions == {"spec_md": str(Revision.of(result.seq, data))}
    [item] = pulled(transport)
    assert (item.session_id, item.key, item.seq, item.deleted) == (SESSION, "spec_md", result.seq, None)
    assert item.revision == result.revisions["spec_md"]
    assert item.size == len(data)
    assert decode_content(item.content or "", item.encoding) == data


def test_every_document_of_a_session_in_one_push(transport: Transport) -> None:
    artifacts = {key: f"# {key}\n".encode() for key in ARTIFACT_KEYS.values()}
    metadata: Dict[str, Any] = {"title": "Gr\u00f6\u00dfe", "tags": ["b", "a"], "n": 1.5, "nothing": None}
    state = {"stages": {"spec": "complete"}}
    request = push_of(
        artifacts, base={METADATA_KEY: None}, session_metadata=metadata, state_json=state, base_state=None
    )
    result = pushed(transport, request)
    assert sorted(result.revisions) == sorted(DOCUMENT_KEYS)
    assert not result.replayed
    expected = {f"{SESSION}/{key}": data for key, data in artifacts.items()}
    expected[f"{SESSION}/{METADATA_KEY}"] = canonical_json(metadata)
    expected[f"{SESSION}/{STATE_KEY}"] = canonical_json(state)
    assert contents(transport) == expected
    assert transport.pull(PullRequest(project_id=PROJECT)).project_name == "The Shop"


def test_the_same_push_again_is_not_a_second_one(transport: Transport) -> None:
    request = push_of({"spec_md": b"one"})
    first = transport.push(request, key="the-same")
    again = transport.push(request, key="the-same")
    assert again == first._replace(replayed=True)
    assert transport.pull(PullRequest(project_id=PROJECT)).head == first.seq


def test_a_key_is_for_one_push(transport: Transport) -> None:
    transport.push(push_of({"spec_md": b"one"}), key="the-same")
    with pytest.raises(RemoteError, match="422"):
        transport.push(push_of({"plan_md": b"two"}), key="the-same")
    assert contents(transport) == {f"{SESSION}/spec_md": b"one"}


def test_a_wrong_base_refuses_the_whole_push(transport: Transport) -> None:
    first = pushed(transport, push_of({"spec_md": b"s1", "plan_md": b"p1", "tasks_md": b"t1"}))
    second = pushed(transport, push_of({"spec_md": b"s2"}, base=first.revisions))
    wrong = {"spec_md": first.revisions["spec_md"], "plan_md": None, "tasks_md": first.revisions["tasks_md"]}
    with pytest.raises(PreconditionError) as caught:
        pushed(transport, push_of({"spec_md": b"s3", "plan_md": b"p3", "tasks_md": b"t3"}, base=wrong))
    assert caught.value.exit_code == 6
    found = {mismatch.key: (mismatch.expected, mismatch.current) for mismatch in caught.value.mismatches}
    assert found == {
        "spec_md": (first.revisions["spec_md"], second.revisions["spec_md"]),
        "plan_md": (None, first.revisions["plan_md"]),
    }
    assert contents(transport) == {
        f"{SESSION}/spec_md": b"s2",
        f"{SESSION}/plan_md": b"p1",
        f"{SESSION}/tasks_md": b"t1",
    }


def test_a_base_of_the_same_bytes_but_another_push_is_wrong(transport: Transport) -> None:
    """Otherwise a push that comes late would undo a return to the old text."""
    first = pushed(transport, push_of({"spec_md": b"a"}))
    second = pushed(transport, push_of({"spec_md": b"b"}, base=first.revisions))
    third = pushed(transport, push_of({"spec_md": b"a"}, base=second.revisions))
    with pytest.raises(PreconditionError) as caught:
        pushed(transport, push_of({"spec_md": b"c"}, base=first.revisions))
    assert [mismatch.current for mismatch in caught.value.mismatches] == [third.revisions["spec_md"]]


def test_no_base_at_all(transport: Transport) -> None:
    request = push_of({"spec_md": b"a"})._replace(base={})
    with pytest.raises(RemoteError, match="428"):
        pushed(transport, request)
    assert contents(transport) == {}


@pytest.mark.parametrize("key", ["spec", "spec.md", "../spec_md", "SPEC_MD", "", "metadata/session.json"])
def test_keys_are_those_of_the_protocol(transport: Transport, key: str) -> None:
    with pytest.raises(RemoteError, match=r"4[0-9][0-9]") as caught:
        pushed(transport, push_of({key: b"a"}))
    assert caught.value.exit_code == 4
    assert contents(transport) == {}


def test_deleted_documents_leave_a_tombstone(transport: Transport) -> None:
    first = pushed(transport, push_of({"spec_md": b"a", "plan_md": b"b"}))
    gone = pushed(transport, push_of(deleted={"spec_md": first.revisions["spec_md"]}))
    assert gone.revisions == {"spec_md": None}
    plan, tombstone = pulled(transport)
    assert (plan.key, plan.deleted) == ("plan_md", None)
    assert (tombstone.key, tombstone.revision, tombstone.content) == ("spec_md", None, None)
    assert tombstone.deleted == first.revisions["spec_md"]
    assert tombstone.seq == gone.seq
    again = pushed(transport, push_of({"spec_md": b"new"}))
    assert contents(transport)[f"{SESSION}/spec_md"] == b"new"
    assert again.seq > gone.seq


def test_deleting_needs_the_right_revision(transport: Transport) -> None:
    first = pushed(transport, push_of({"spec_md": b"a"}))
    pushed(transport, push_of({"spec_md": b"b"}, base=first.revisions))
    with pytest.raises(PreconditionError):
        pushed(transport, push_of(deleted={"spec_md": first.revisions["spec_md"]}))
    assert contents(transport) == {f"{SESSION}/spec_md": b"b"}


def test_a_manifest_has_no_contents(transport: Transport) -> None:
    result = pushed(transport, push_of({"spec_md": b"some text"}))
    [item] = pulled(transport, want="manifest")
    assert (item.content, item.encoding, item.size) == (None, None, 9)
    assert item.revision == result.revisions["spec_md"]


def test_pages_are_in_the_order_of_pushes_and_skip_nothing(transport: Transport) -> None:
    sessions = [f"s{number:02}" for number in range(23)]
    for session in sessions:
        pushed(transport, push_of({"spec_md": session.encode(), "plan_md": b"p"}, session=session))
    items = pulled(transport, limit=5)
    assert [item.seq for item in items] == sorted(item.seq for item in items)
    found = {(item.session_id, item.key) for item in items}
    assert found == {(session, key) for session in sessions for key in ("spec_md", "plan_md")}
    assert len(items) == len(found)


def test_a_cursor_is_good_for_another_day(transport: Transport) -> None:
    pushed(transport, push_of({"spec_md": b"a"}))
    cursor = transport.pull(PullRequest(project_id=PROJECT)).next
    assert pulled(transport, cursor) == []
    result = pushed(transport, push_of({"plan_md": b"b"}, session="other"))
    [item] = pulled(transport, cursor)
    assert (item.session_id, item.key, item.seq) == ("other", "plan_md", result.seq)


def test_one_session_only(transport: Transport) -> None:
    pushed(transport, push_of({"spec_md": b"a"}))
    pushed(transport, push_of({"spec_md": b"b"}, session="other"))
    [item] = pulled(transport, session_id="other")
    assert item.session_id == "other"


def test_projects_are_apart(transport: Transport) -> None:
    pushed(transport, push_of({"spec_md": b"theirs"}, project="another"))
    pushed(transport, push_of({"spec_md": b"ours"}))
    assert contents(transport) == {f"{SESSION}/spec_md": b"ours"}


def test_a_cursor_of_another_server(transport: Transport) -> None:
    pushed(transport, push_of({"spec_md": b"a"}))
    cursor = transport.pull(PullRequest(project_id=PROJECT)).next
    other = MemoryCore("another")
    other.put(PROJECT, SESSION, "spec_md", b"x")
    foreign = other.pull(PullRequest(project_id=PROJECT)).next
    assert foreign != cursor
    with pytest.raises((CursorGoneError, RemoteError)) as caught:
        transport.pull(PullRequest(project_id=PROJECT, since=foreign))
    assert caught.value.exit_code == 4


def test_of_many_pushes_on_one_base_one_is_taken(transport: Transport) -> None:
    first = pushed(transport, push_of({"spec_md": b"start"}))
    barrier = threading.Barrier(8, timeout=30)

    def race(number: int) -> Optional[int]:
        request = push_of({"spec_md": f"writer {number}".encode()}, base=first.revisions)
        barrier.wait()
        try:
            return transport.push(request, key=f"racer-{number}").seq
        except PreconditionError:
            return None

    with ThreadPoolExecutor(8) as pool:
        seqs = list(pool.map(race, range(8)))
    [winner] = [number for number, seq in enumerate(seqs) if seq is not None]
    assert contents(transport) == {f"{SESSION}/spec_md": f"writer {winner}".encode()}


def test_pushes_in_parallel_are_all_seen(transport: Transport) -> None:
    requests = [push_of({"spec_md": str(number).encode()}, session=f"s{number}") for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        seqs = [result.seq for result in pool.map(lambda request: pushed(transport, request), requests)]
    assert len(set(seqs)) == 24
    assert contents(transport) == {f"s{number}/spec_md": str(number).encode() for number in range(24)}


def test_closing_twice(transport: Transport) -> None:
    transport.info()
    transport.close()
    transport.close()


@pytest.mark.parametrize("text", ["", "../x", "a/b", "a\0b", "\u202e", "x" * 5000, "CON", "C:\\x"], ids=ascii)
def test_only_our_errors_come_out(transport: Transport, text: str) -> None:
    refused = 0
    for request in (
        push_of({"spec_md": b"a"}, session=text),
        push_of({"spec_md": b"a"}, project=text),
        push_of({"spec_md": b"a"})._replace(artifacts={"spec_md": text}, base={"spec_md": text}),
        push_of(base={METADATA_KEY: None}, session_metadata={"title": text}),
    ):
        try:
            pushed(transport, request)
        except IdseError:
            refused += 1
    assert refused
