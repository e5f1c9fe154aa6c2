"""A person with a copy of a project, and everything that can happen during their syncs."""

from __future__ import annotations

import hashlib
import json
import random
import re
from contextlib import closing
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Set, TypeVar

from idse_core.agency.base_store import BaseStore
from idse_core.agency.conflicts import Conflict
from idse_core.agency.engine import AgencySyncEngine
from idse_core.agency.protocol import PullPage, PullRequest, PushRequest, PushResult, ServerInfo
from idse_core.agency.transport import Transport
from idse_core.design_store import DesignStore, Document, Place
from idse_core.errors import RemoteError
from idse_core.events import Event
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.filesystem import DesignStoreFilesystem
from tests.agency.memory_core import MemoryCore
from tests.builders import PROJECT, tree

__all__ = ["DECADE", "Client", "Crash", "short_digest", "tokens_in"]

DECADE = 10 * 365 * 24 * 3600
"""The maximum error of a client's clock, in seconds."""

_ENDPOINT = "https://agency.example.org"
_TOKEN = re.compile(rb"tok[0-9]+x")

T = TypeVar("T")


class Crash(BaseException):
    """Stands for the death of the program."""


class Late(NamedTuple):
    """A push that is delayed in the network."""

    request: PushRequest
    key: str


class Moments:
    """What happens between the steps of one sync: nothing, the death of the program, or a save by somebody else."""

    def __init__(self) -> None:
        self._left = -1
        self._then: Callable[[], None] = _nothing

    def after(self, count: int, then: Callable[[], None]) -> None:
        """Call a function after ``count`` moments from now."""
        self._left, self._then = count, then

    def clear(self) -> None:
        self._left = -1

    def pass_one(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._then()


class Line(Transport):
    """A client's connection; for each call, a fault or none is drawn at random."""

    def __init__(self, core: MemoryCore, rng: random.Random, moments: Moments) -> None:
        self._core = core
        self._rng = rng
        self._moments = moments
        self.server_id = core.server_id
        self.trouble = rng.choice([0.0, 0.0, 0.3])
        self.late: List[Late] = []

    def info(self) -> ServerInfo:
        return self._call(self._core.info)

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        if self._rng.random() < self.trouble / 4:
            self.late.append(Late(request, key))
            raise RemoteError("no answer; the request is still under way")
        return self._call(lambda: self._core.push(request, key=key))

    def pull(self, request: PullRequest) -> PullPage:
        return self._call(lambda: self._core.pull(request))

    def close(self) -> None:
        """Nothing to close."""

    def _call(self, call: Callable[[], T]) -> T:
        self._moments.pass_one()
        fate = self._rng.random()
        if fate < self.trouble / 3:
            raise RemoteError("not reached")
        answer = call()
        if fate < self.trouble * 2 / 3:
            raise RemoteError("the answer was lost")
        if fate < self.trouble:
            answer = call()
        self._moments.pass_one()
        return answer


class Disk(DesignStoreFilesystem):
    """The store, with a moment before and after each change."""

    def __init__(self, folder: Path, moments: Moments) -> None:
        super().__init__(folder)
        self._moments = moments

    def write(self, place: Place, data: bytes, *, expected: Optional[str]) -> Document:
        return self._between(lambda: DesignStoreFilesystem.write(self, place, data, expected=expected))

    def displace(self, place: Place, *, expected: Optional[str] = None) -> Optional[str]:
        return self._between(lambda: DesignStoreFilesystem.displace(self, place, expected=expected))

    def discard_session(self, project: str, session: str) -> bool:
        return self._between(lambda: DesignStoreFilesystem.discard_session(self, project, session))

    def _between(self, change: Callable[[], T]) -> T:
        self._moments.pass_one()
        done = change()
        self._moments.pass_one()
        return done


class Client:
    """One person with one copy."""

    def __init__(self, name: str, folder: Path, core: MemoryCore, rng: random.Random) -> None:
        self.name = name
        self.folder = folder / ".idse"
        self.moments = Moments()
        self.line = Line(core, rng, self.moments)
        self.skew = rng.choice([-DECADE, 0, DECADE])
        self._rng = rng

    @property
    def workspace(self) -> ProjectWorkspace:
        """The workspace, opened anew as by the next command."""
        store: DesignStore = Disk(self.folder, self.moments)
        return ProjectWorkspace(self.folder, PROJECT, store=store, on_event=self._heard)

    @property
    def engine(self) -> AgencySyncEngine:
        return AgencySyncEngine(
            self.workspace,
            self.line,
            endpoint=_ENDPOINT,
            on_event=self._heard,
            parallel=1,
            new_key=lambda: f"{self._rng.getrandbits(64):016x}",
            now=lambda: f"{2026 + self.skew // DECADE * 10}-01-01T00:00:00Z",
        )

    @property
    def exists(self) -> bool:
        return self.workspace.project in self.workspace.store.list_projects()

    def documents(self) -> Dict[str, bytes]:
        """The synced files: path below the project → content; for the state, its wire form."""
        folder = self.folder / "projects" / PROJECT
        if not folder.exists():
            return {}
        found = {name: data for name, data in tree(folder).items() if name.startswith("sessions/")}
        return {name: _same(name, data) for name, data in found.items() if name.endswith((".md", "session.json"))}

    def tokens(self, conflict: Conflict) -> Set[bytes]:
        """The tokens in the document of a conflict."""
        if conflict.session not in self.workspace.store.list_sessions(PROJECT):
            return set()
        document = self.workspace.store.read(Place(PROJECT, conflict.session, conflict.name))
        return set() if document is None else tokens_in(document.data)

    def agreed(self, session: str, key: str) -> Optional[str]:
        """The digest of a document that this copy and the server last agreed on."""
        if not list(self.folder.glob(".local/sync/*/*/*.sqlite3")):
            return None
        with closing(BaseStore(self.folder, self.line.server_id, PROJECT)) as base:
            revision, _ = base.document(session, key)
        return None if revision is None else revision[-64:]

    def _heard(self, event: Event) -> None:
        del event
        self.moments.pass_one()


def tokens_in(data: bytes) -> Set[bytes]:
    """The tokens in a content."""
    return set(_TOKEN.findall(data))


def short_digest(data: bytes) -> str:
    """A short digest, for a readable story."""
    return hashlib.sha256(data).hexdigest()[:8]


def _nothing() -> None:
    """The usual action at a moment: none."""


def _same(name: str, data: bytes) -> bytes:
    """A form of a content by which it can be compared: for JSON, independent of its formatting."""
    return data if name.endswith(".md") else json.dumps(json.loads(data), sort_keys=True).encode()
