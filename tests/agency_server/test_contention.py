"""Many clients at once over real HTTP, on both databases: no update is lost or counted twice, every 412 is correct."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Set, Tuple

import httpx
from sqlalchemy import select

from idse_core.agency.protocol import written
from idse_core.agency.server.database import Database
from idse_core.agency.server.schema import revision
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import create_token
from tests.agency_server.pushes import new_key, request
from tests.agency_server.serving import Process, client, in_thread

CLIENTS = 32
TRIES = 4


class Tried(NamedTuple):
    """The outcome of a push."""

    text: str
    base: Optional[str]
    status: int
    answer: Dict[str, Any]


def post_push(http: httpx.Client, text: str, base: Optional[str], session: str) -> Tried:
    wanted = request({"spec_md": text}, base={"spec_md": base}, session=session)
    headers = {"Content-Type": "application/json", "Idempotency-Key": new_key()}
    response = http.post("/sync/push", content=written(wanted), headers=headers)
    return Tried(text, base, response.status_code, response.json())


class Reader(threading.Thread):
    """Follows the feed until it has seen the push with this number."""

    def __init__(self, url: str, token: str, last: threading.Event) -> None:
        super().__init__()
        self.seen: List[Tuple[int, str, str]] = []
        self.error: Optional[BaseException] = None
        self._url, self._token, self._last = url, token, last

    def run(self) -> None:
        try:
            with client(self._url, self._token) as http:
                self._follow(http)
        except BaseException as error:
            self.error = error
            raise

    def _follow(self, http: httpx.Client) -> None:
        since, finishing = "", False
        while True:
            answer = http.post("/sync/pull", json={"project_id": "portal", "since": since, "limit": 3})
            assert answer.status_code == 200, answer.text
            page = answer.json()
            self.seen += [(item["seq"], item["session_id"], item["revision"]) for item in page["items"]]
            since = page["next"]
            if finishing and not page["more"]:
                return
            finishing = self._last.is_set()


def contend(address: str, folder: Path, session_of: Any) -> Tuple[List[Tried], List[Any], Reader]:
    """Let all clients push; return their outcomes, the history, and what a reader saw meanwhile."""
    database = Database.open(address)
    token = create_token(database, "acme").secret
    start, done = threading.Barrier(CLIENTS), threading.Event()

    def work(number: int, url: str) -> List[Tried]:
        found: List[Tried] = []
        base: Optional[str] = None
        with client(url, token) as http:
            start.wait(60)
            for turn in range(TRIES):
                found.append(post_push(http, f"{number}.{turn}", base, session_of(number)))
                last = found[-1]
                base = (
                    last.answer["revisions"]["spec_md"]
                    if last.status == 200
                    else last.answer["conflicts"][0]["current"]
                )
        return found

    with Process(address, folder) as server:
        reader = Reader(server.url, token, done)
        reader.start()
        try:
            with ThreadPoolExecutor(CLIENTS) as pool:
                tried = [
                    each
                    for found in pool.map(lambda number: work(number, server.url), range(CLIENTS))
                    for each in found
                ]
        finally:
            done.set()
            reader.join()
        assert server.stop() == 0
    with database.reading() as connection:
        history = list(connection.execute(select(revision).order_by(revision.c.seq)).all())
    assert database.problems() == []
    database.close()
    assert reader.error is None
    return tried, history, reader


def check(tried: List[Tried], history: List[Any]) -> None:
    """Assert what must always hold: as many revisions as successes, numbered without gaps."""
    taken = [each for each in tried if each.status == 200]
    assert {each.status for each in tried} <= {200, 412}
    assert (
        sorted(each.answer["seq"] for each in taken) == [row.seq for row in history] == list(range(1, len(taken) + 1))
    )
    by_seq = {row.seq: f"v{row.seq}-{row.digest}" for row in history}
    assert all(each.answer["revisions"] == {"spec_md": by_seq[each.answer["seq"]]} for each in taken)


def test_many_clients_push_one_artifact(address: str, tmp_path: Path) -> None:
    tried, history, reader = contend(address, tmp_path, lambda number: "auth")
    check(tried, history)

    texts = [f"v{row.seq}-{row.digest}" for row in history]
    assert [row.replaced for row in history] == [None, *texts[:-1]]  # each one is based on the one before
    known: Set[Optional[str]] = set(texts)
    for each in (each for each in tried if each.status == 412):
        ((conflict,),) = (each.answer["conflicts"],)
        assert conflict["key"] == "spec_md"
        assert conflict["expected"] == each.base
        assert conflict["current"] in known
        assert conflict["current"] != each.base
        if each.base is not None:
            assert texts.index(conflict["current"]) > texts.index(each.base)
    counts = [seq for seq, _, _ in reader.seen]
    assert counts == sorted(set(counts))
    assert reader.seen[-1] == (len(history), "auth", texts[-1])
    assert {found for _, _, found in reader.seen} <= known


def test_each_client_pushes_its_own_session(address: str, tmp_path: Path) -> None:
    tried, history, reader = contend(address, tmp_path, lambda number: f"s{number}")
    check(tried, history)

    assert {each.status for each in tried} == {200}
    assert len(history) == CLIENTS * TRIES
    newest = {row.session: (row.seq, f"v{row.seq}-{row.digest}") for row in history}
    assert len(newest) == CLIENTS
    counts = [seq for seq, _, _ in reader.seen]
    assert counts == sorted(set(counts))  # no row comes twice or out of order
    last_seen = {session: (seq, found) for seq, session, found in reader.seen}
    assert last_seen == newest


def test_one_push_sent_by_all_at_once(address: str) -> None:
    """Clients repeat a push like this after no response: it is accepted once, and all get the same response."""
    database = Database.open(address)
    token = create_token(database, "acme").secret
    start = threading.Barrier(8)

    def send(url: str) -> Dict[str, Any]:
        with client(url, token) as http:
            start.wait(60)
            headers = {"Content-Type": "application/json", "Idempotency-Key": "the-same-for-all"}
            response = http.post("/sync/push", content=written(request({"spec_md": "x"})), headers=headers)
            assert response.status_code == 200
            answer: Dict[str, Any] = response.json()
            return answer

    with in_thread(AgencyCore(database)) as server, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, [server.url] * 8))
    assert sorted(answer.pop("replayed") for answer in answers) == [False] + [True] * 7
    assert all(answer == answers[0] for answer in answers)
    with database.reading() as connection:
        assert len(connection.execute(select(revision)).all()) == 1
    database.close()
