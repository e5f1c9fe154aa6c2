"""The server is killed in the middle of pushes, again and again, on both databases.

The oracle: everything acknowledged to a client is stored, with its bytes; every push, acknowledged or not, is stored
completely or not at all; the numbers have no gap; the database's own checks find no problem; a push that a client
repeats because it got no response is in the history once.
"""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Dict, List, NamedTuple, Set

import httpx
from sqlalchemy import select

from idse_core.agency.protocol import PushRequest, Revision, written
from idse_core.agency.server.database import Database
from idse_core.agency.server.schema import blob, revision
from idse_core.agency.server.tokens import create_token
from tests.agency_server.pushes import new_key, request
from tests.agency_server.serving import Process, client, until

ROUNDS = 4
WRITERS = 6
KEYS = ("intent_md", "context_md", "spec_md", "plan_md", "tasks_md", "implementation_md", "feedback_md")


class Sent(NamedTuple):
    """A push that was sent."""

    key: str
    wanted: PushRequest


class Writer(threading.Thread):
    """Pushes one session after another, with seven artifacts each, until the server is killed."""

    def __init__(self, url: str, token: str, name: str, told: List[Sent]) -> None:
        super().__init__()
        self.unanswered: List[Sent] = []
        self._url, self._token, self._name, self._told = url, token, name, told

    def run(self) -> None:
        with client(self._url, self._token) as http:
            for number in range(10_000):
                texts = {key: f"{self._name}.{number}.{key}\n" * 200 for key in KEYS}
                sent = Sent(new_key(), request(texts, session=f"{self._name}-{number}"))
                try:
                    response = post(http, sent)
                except httpx.TransportError:
                    self.unanswered.append(sent)
                    return
                assert response.status_code == 200, response.text
                self._told.append(sent)


def post(http: httpx.Client, sent: Sent) -> httpx.Response:
    headers = {"Content-Type": "application/json", "Idempotency-Key": sent.key}
    return http.post("/sync/push", content=written(sent.wanted), headers=headers)


def check(database: Database, told: List[Sent], possible: Set[str]) -> Dict[str, int]:
    """Assert the oracle; return the number of documents of each session."""
    assert database.problems() == []
    with database.reading() as connection:
        rows = connection.execute(select(revision).order_by(revision.c.seq)).all()
        contents = {row.digest: bytes(row.data) for row in connection.execute(select(blob))}
    sessions: Dict[str, Dict[str, bytes]] = {}
    for row in rows:
        assert Revision.of(row.seq, contents[row.digest]).digest == row.digest
        sessions.setdefault(row.session, {})[row.key] = contents[row.digest]
    for sent in told:
        artifacts = {key: text.encode() for key, text in sent.wanted.artifacts.items()}
        assert sessions[sent.wanted.session_id] == artifacts
    assert {len(found) for found in sessions.values()} == {len(KEYS)}
    assert set(sessions) <= possible
    assert sorted({row.seq for row in rows}) == list(range(1, len(sessions) + 1))
    return {session: len(found) for session, found in sessions.items()}


def test_killed_in_the_middle_of_pushes(address: str, tmp_path: Path) -> None:
    database = Database.open(address)
    token = create_token(database, "acme").secret
    told: List[Sent] = []
    unanswered: List[Sent] = []
    for number in range(ROUNDS):
        with Process(address, tmp_path) as server, client(server.url, token) as http:
            for sent in unanswered:  # as clients do when they got no response
                assert post(http, sent).status_code == 200
                told.append(sent)
            before = len(told)
            writers = [Writer(server.url, token, f"r{number}w{index}", told) for index in range(WRITERS)]
            for writer in writers:
                writer.start()
            enough = before + random.Random(number).randint(2, 20)
            until(lambda enough=enough: len(told) >= enough, "pushes")
            server.kill()
            for writer in writers:
                writer.join()
        unanswered = [sent for writer in writers for sent in writer.unanswered]
        assert len(unanswered) == WRITERS
        check(database, told, {sent.wanted.session_id for sent in (*told, *unanswered)})
    assert len(told) > ROUNDS
    database.close()
