"""Three people, one Agency Core, and everything that can go wrong between them, decided by one seed.

Each person edits, deletes and makes documents again, pushes, pulls and settles conflicts. Meanwhile connections drop,
answers are lost, requests arrive twice or much later, programs die between any two effects, somebody saves a file in the
middle of a sync, what sync remembers is lost, and every clock is years off. Then the faults end, everybody syncs until
nothing is left to do, and the oracles are asked:

* nothing lost: every token that somebody saved, and that nobody who had read it took out, is in a live file, a conflict,
  a displaced copy, a base or the server's history; at the end it is in a live file;
* convergence: a few rounds make all copies and the server the same;
* quiet: after that a sync is one request and writes nothing;
* no resurrection: what was deleted where everybody agreed, and not edited since, stays deleted;
* a dry run says what the run does, and the same seed gives the same story.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from typing import Callable, Dict, Iterator, List, NamedTuple, NoReturn, Optional, Set, Tuple, TypeVar

from idse_core.agency.base_store import BaseStore
from idse_core.agency.conflicts import Conflict
from idse_core.agency.engine import AgencySyncEngine
from idse_core.agency.outcome import SyncReport
from idse_core.agency.protocol import PullPage, PullRequest, PushRequest, PushResult, ServerInfo
from idse_core.agency.resolving import Choice, open_conflicts, resolve
from idse_core.agency.transport import Transport
from idse_core.design_store import DesignStore, Document, Place
from idse_core.errors import IdseError, RemoteError, UsageError
from idse_core.events import Event
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.filesystem import DesignStoreFilesystem
from tests.agency.memory_core import MemoryCore
from tests.builders import PROJECT, add_session, make_workspace, session_folder, tree

__all__ = ["OracleError", "Simulation", "make_origin", "run"]

_NAMES = ("ann", "ben", "cleo")
_STAGES = (Stage.SPEC, Stage.PLAN, Stage.TASKS)
_SESSIONS = (BLUEPRINT, "auth", "billing")
_ENDPOINT = "https://agency.example.org"
_TOKEN = re.compile(rb"tok[0-9]+x")
_MANY = 10_000
_ROUNDS = 4
_DECADE = 10 * 365 * 24 * 3600

T = TypeVar("T")


class OracleError(AssertionError):
    """An oracle said no."""


class _Crash(BaseException):
    """The program died here."""


class _Late(NamedTuple):
    """A push that is still under way."""

    request: PushRequest
    key: str


class _Moments:
    """What happens between the effects of one sync: nothing, the program's end, or somebody else's save."""

    def __init__(self) -> None:
        self._left = -1
        self._then: Callable[[], None] = _nothing

    def after(self, count: int, then: Callable[[], None]) -> None:
        """At the moment number ``count`` from now, this happens."""
        self._left, self._then = count, then

    def clear(self) -> None:
        self._left = -1

    def pass_one(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._then()


class _Line(Transport):
    """A client's connection: what happens to each call is drawn when it is made."""

    def __init__(self, core: MemoryCore, rng: random.Random, moments: _Moments) -> None:
        self._core = core
        self._rng = rng
        self._moments = moments
        self.server_id = core.server_id
        self.trouble = rng.choice([0.0, 0.0, 0.3])
        self.late: List[_Late] = []

    def info(self) -> ServerInfo:
        return self._call(self._core.info)

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        if self._rng.random() < self.trouble / 4:
            self.late.append(_Late(request, key))
            raise RemoteError("no answer; the request is still under way")
        return self._call(lambda: self._core.push(request, key=key))

    def pull(self, request: PullRequest) -> PullPage:
        return self._call(lambda: self._core.pull(request))

    def close(self) -> None:
        """There is nothing to give back."""

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


class _Disk(DesignStoreFilesystem):
    """Files, with a moment before and after each change."""

    def __init__(self, folder: Path, moments: _Moments) -> None:
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
        self.moments = _Moments()
        self.line = _Line(core, rng, self.moments)
        self.skew = rng.choice([-_DECADE, 0, _DECADE])
        self._rng = rng

    @property
    def workspace(self) -> ProjectWorkspace:
        """As the next command finds it."""
        store: DesignStore = _Disk(self.folder, self.moments)
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
            now=lambda: f"{2026 + self.skew // _DECADE * 10}-01-01T00:00:00Z",
        )

    @property
    def exists(self) -> bool:
        return self.workspace.project in self.workspace.store.list_projects()

    def documents(self) -> Dict[str, bytes]:
        """The files that travel: path below the project → bytes; of the state, what travels."""
        folder = self.folder / "projects" / PROJECT
        if not folder.exists():
            return {}
        found = {name: data for name, data in tree(folder).items() if name.startswith("sessions/")}
        return {name: _same(name, data) for name, data in found.items() if name.endswith((".md", "session.json"))}

    def tokens(self, conflict: Conflict) -> Set[bytes]:
        """Those of the document that a conflict is about."""
        if conflict.session not in self.workspace.store.list_sessions(PROJECT):
            return set()
        document = self.workspace.store.read(Place(PROJECT, conflict.session, conflict.name))
        return set() if document is None else _tokens(document.data)

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


class Simulation:
    """One run.

    Args:
        seed: decides everything.
        steps: how many things happen before the faults end.
        folder: empty, for the copies.
        origin: of `make_origin`.
    """

    def __init__(self, seed: int, steps: int, folder: Path, origin: Path) -> None:
        self._rng = random.Random(seed)
        self._steps = steps
        self.core = MemoryCore()
        self.clients = [Client(name, folder / name, self.core, self._rng) for name in _NAMES]
        self.story: List[str] = []
        self._count = 0
        self._owed: Set[bytes] = set()
        self._gone: Set[str] = set()
        for client in self.clients:
            client.folder.parent.mkdir(parents=True)
        shutil.copytree(str(origin / ".idse"), str(self.clients[0].folder))

    def run(self) -> None:
        """All of it.

        Raises:
            OracleError: an oracle said no; says which, and what about.
        """
        trouble, self.clients[0].line.trouble = self.clients[0].line.trouble, 0.0
        self.clients[0].engine.push()
        self.clients[0].line.trouble = trouble
        for _ in range(self._steps):
            self._step()
        self._end_of_faults()
        self._check_nothing_lost()
        self._check_convergence()
        self._check_nothing_lost()
        self._check_nothing_buried()
        self._check_quiet()
        self._check_no_resurrection()

    # What happens

    def _step(self) -> None:
        client = self._rng.choice(self.clients)
        actions: List[Tuple[Callable[[Client], None], int]] = [
            (self._edit, 30),
            (self._delete, 6),
            (self._delete_session, 1),
            (self._new_session, 2),
            (self._push, 20),
            (self._pull, 20),
            (self._settle, 8),
            (self._deliver, 8),
            (self._lose_base, 2),
            (self._weather, 6),
            (self._meet, 3),
        ]
        [action] = self._rng.choices([action for action, _ in actions], [weight for _, weight in actions])
        action(client)

    def _tell(self, client: Client, what: str) -> None:
        self.story.append(f"{client.name}: {what}")

    def _edit(self, client: Client) -> None:
        """Reads a document and saves another: a line more, a line changed, all new, or one that was not there."""
        if not client.exists:
            return
        workspace = client.workspace
        session = self._rng.choice(workspace.store.list_sessions(PROJECT))
        if self._rng.random() < 0.15:
            self._edit_metadata(client, session)
            return
        path = session_folder(workspace, session) / f"{self._rng.choice(_STAGES)}.md"
        before = path.read_bytes() if path.exists() else b""
        lines = before.splitlines(keepends=True)
        line = b"- " + self._token() + b" of " + client.name.encode() + self._rng.choice([b"\n", b"\n", b"\r\n"])
        place = self._rng.randrange(len(lines) + 1)
        kind = self._rng.random()
        if kind < 0.6 or not lines:
            lines.insert(place, line)
        elif kind < 0.9:
            lines[place - 1] = line
        else:
            lines = [line, self._rng.choice([b"", b"\xff\n", b"tail without an end"])]
        self._save(client, path, before, b"".join(lines))

    def _edit_metadata(self, client: Client, session: str) -> None:
        path = session_folder(client.workspace, session) / "metadata" / "session.json"
        if not path.exists():
            return
        before = path.read_bytes()
        document = json.loads(before)
        field = self._rng.choice(["title", "owner", "description"])
        document[field] = self._token().decode()
        self._save(client, path, before, json.dumps(document, indent=2).encode() + b"\n")

    def _save(self, client: Client, path: Path, before: bytes, after: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(after)
        now = path.stat().st_mtime + client.skew
        os.utime(str(path), (now, now))
        self._took_out(_tokens(before) - _tokens(after))
        self._owed |= _tokens(after) - _tokens(before)
        self._gone.discard(_name(path))
        self._tell(client, f"saves {_name(path)} {_short(after)}")

    def _delete(self, client: Client) -> None:
        if not client.exists:
            return
        workspace = client.workspace
        session = self._rng.choice(workspace.store.list_sessions(PROJECT))
        path = session_folder(workspace, session) / f"{self._rng.choice(_STAGES)}.md"
        if not path.exists():
            return
        data = path.read_bytes()
        name = _name(path)
        if self._everybody_has(name, data):
            self._gone.add(name)
        path.unlink()
        self._took_out(_tokens(data))
        self._tell(client, f"deletes {name}")

    def _delete_session(self, client: Client) -> None:
        workspace = client.workspace
        if not client.exists or len(workspace.store.list_sessions(PROJECT)) < 2:
            return
        session = self._rng.choice(workspace.store.list_sessions(PROJECT))
        if session == workspace.current_session().id:
            return
        folder = session_folder(workspace, session)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self._took_out(_tokens(path.read_bytes()))
        shutil.rmtree(str(folder))
        # Edited elsewhere it comes back whole, with what had been deleted of it before.
        self._gone = {name for name in self._gone if not name.startswith(f"{session}/")}
        self._tell(client, f"deletes the session {session}")

    def _new_session(self, client: Client) -> None:
        if not client.exists:
            return
        missing = [name for name in _SESSIONS if name not in client.workspace.store.list_sessions(PROJECT)]
        if not missing:
            return
        session = self._rng.choice(missing)
        try:
            add_session(client.workspace, session, switch=False)
        except IdseError as error:
            self._tell(client, f"makes no session {session}: {error.code}")
            return
        self._gone = {name for name in self._gone if not name.startswith(f"{session}/")}
        self._tell(client, f"makes the session {session}")

    def _push(self, client: Client) -> None:
        self._sync(client, "push", lambda dry: client.engine.push(dry_run=dry, allow_deletes=self._allowed()))

    def _pull(self, client: Client) -> None:
        self._sync(client, "pull", lambda dry: client.engine.pull(dry_run=dry, allow_deletes=self._allowed()))

    def _allowed(self) -> Optional[int]:
        return _MANY

    def _sync(self, client: Client, what: str, call: Callable[[bool], SyncReport]) -> None:
        if what == "push" and not client.exists:
            return
        fate = self._rng.random()
        moment = self._rng.choice([1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 30])
        if client.line.trouble == 0.0 and self._rng.random() < 0.2:
            self._compare(client, what, call)
            return
        if fate < 0.3:
            client.moments.after(moment, _crash)
        elif fate < 0.6:
            client.moments.after(moment, lambda: self._edit(client))
        try:
            report = call(False)
            said = str(report.exit_code)
        except _Crash:
            said = "crash"
        except IdseError as error:
            said = error.code
        client.moments.clear()
        self._tell(client, f"{what} {said}")

    def _compare(self, client: Client, what: str, call: Callable[[bool], SyncReport]) -> None:
        """A dry run, and then the run."""
        try:
            planned = call(True).actions
            done = call(False).actions
        except IdseError as error:
            self._tell(client, f"{what} twice {error.code}")
            return
        if planned != done:
            raise OracleError(f"{client.name}'s {what}: planned {planned}, done {done}")
        self._tell(client, f"{what} as planned, {len(done)}")

    def _settle(self, client: Client) -> None:
        if not client.exists:
            return
        workspace = client.workspace
        for conflict in open_conflicts(workspace)[:1]:
            self._resolve(client, conflict)

    def _resolve(self, client: Client, conflict: Conflict) -> None:
        choice = self._rng.choice(list(Choice))
        data = None
        if choice is Choice.FILE:
            versions = [conflict.path(version) for version in ("ours", "theirs")]
            data = b"".join(path.read_bytes() for path in versions if path.exists())
            if conflict.key == "session_metadata":
                choice, data = Choice.THEIRS, None
        seen = client.tokens(conflict).union(*(_tokens(data) for data in _files_in(conflict.folder)))
        try:
            try:
                resolve(client.workspace, conflict, choice, data)
            except UsageError:
                choice = Choice.OURS
                resolve(client.workspace, conflict, choice)
        except IdseError as error:
            self._tell(client, f"settles nothing: {error.code}")
            return
        self._took_out(seen - client.tokens(conflict))
        self._gone.discard(f"{conflict.session}/{conflict.name}.md")
        self._tell(client, f"settles {conflict.session}/{conflict.name}: {choice}")

    def _deliver(self, client: Client) -> None:
        """A push arrives that its sender has given up."""
        if not client.line.late:
            return
        late = client.line.late.pop(self._rng.randrange(len(client.line.late)))
        try:
            self.core.push(late.request, key=late.key)
            self._tell(client, f"a late push arrives for {late.request.session_id}")
        except IdseError as error:
            self._tell(client, f"a late push is refused: {error.code}")

    def _lose_base(self, client: Client) -> None:
        shutil.rmtree(str(client.folder / ".local" / "sync"), ignore_errors=True)
        self._gone.clear()  # without a base, what another has is taken in again
        self._tell(client, "loses what sync remembered")

    def _weather(self, client: Client) -> None:
        client.line.trouble = self._rng.choice([0.0, 0.0, 0.3, 0.6, 1.0])
        client.skew = self._rng.choice([-_DECADE, 0, _DECADE])
        self._tell(client, f"trouble {client.line.trouble}")

    def _meet(self, client: Client) -> None:
        """Everybody syncs undisturbed; then one of them may delete what all have."""
        for each in [*self.clients, *self.clients]:
            trouble, each.line.trouble = each.line.trouble, 0.0
            self._pull(each)
            self._settle(each)
            self._push(each)
            each.line.trouble = trouble
        if self._rng.random() < 0.6:
            self._delete(client)

    # Bookkeeping

    def _token(self) -> bytes:
        self._count += 1
        return b"tok%dx" % self._count

    def _took_out(self, tokens: Set[bytes]) -> None:
        """Somebody who had read them took them out."""
        self._owed -= tokens

    def _everybody_has(self, name: str, data: bytes) -> bool:
        """Whether a document is the same wherever it is, everybody knows that, and nothing about it is under way."""
        session, _, file = name.partition("/")
        key = f"{file[: -len('.md')]}_md"
        if self.core.get(PROJECT, session, key) != data or any(client.line.late for client in self.clients):
            return False
        digest = hashlib.sha256(data).hexdigest()
        copies = [client.documents().get(f"sessions/{name}") for client in self.clients]
        return all(copy == data for copy in copies) and all(c.agreed(session, key) == digest for c in self.clients)

    # The oracles

    def _end_of_faults(self) -> None:
        for client in self.clients:
            client.line.trouble = 0.0
            client.moments.clear()
            while client.line.late:
                self._deliver(client)

    def _check_nothing_lost(self) -> None:
        kept: Set[bytes] = set()
        for versions in self.core.history.values():
            for data in versions:
                kept |= _tokens(data)
        for client in self.clients:
            for data in _everything_in(client.folder):
                kept |= _tokens(data)
        lost = self._owed - kept
        if lost:
            raise OracleError(f"lost: {sorted(lost)}")

    def _check_nothing_buried(self) -> None:
        """What nobody took out stands in the documents themselves, not only in some copy of them."""
        live = {token for data in self.clients[0].documents().values() for token in _tokens(data)}
        if self._owed - live:
            raise OracleError(f"in no document any more: {sorted(self._owed - live)}")

    def _check_convergence(self) -> None:
        for number in range(_ROUNDS):
            for client in self.clients:
                self._round(client)
            copies = [client.documents() for client in self.clients]
            if copies[0] == copies[1] == copies[2] and self._is_settled():
                self.story.append(f"the same after {number + 1}")
                return
        raise OracleError(f"no convergence after {_ROUNDS} rounds: {self._differences()}")

    def _round(self, client: Client) -> None:
        client.engine.pull(allow_deletes=_MANY)
        for conflict in open_conflicts(client.workspace):
            self._resolve(client, conflict)
        report = client.engine.push(allow_deletes=_MANY)
        if report.exit_code:
            raise OracleError(
                f"{client.name}'s push after a pull: {report.exit_code} {report.outcomes} {report.failure}"
            )

    def _is_settled(self) -> bool:
        return all(not client.engine.status().actions for client in self.clients)

    def _differences(self) -> str:
        copies = {client.name: client.documents() for client in self.clients}
        names = sorted({name for copy in copies.values() for name in copy})
        found = {
            name: {who: _short(copy[name]) if name in copy else None for who, copy in copies.items()}
            for name in names
            if len({copy.get(name) for copy in copies.values()}) > 1
        }
        waiting = {client.name: client.engine.status().actions for client in self.clients}
        return f"{found}, left to do: {waiting}"

    def _check_quiet(self) -> None:
        for client in self.clients:
            before = tree(client.folder)
            self.core.calls.clear()
            client.engine.push()
            client.engine.pull()
            if self.core.calls != ["pull", "pull"]:
                raise OracleError(f"{client.name} is not quiet: {self.core.calls}")
            if tree(client.folder) != before:
                raise OracleError(f"{client.name} writes although there is nothing to do")

    def _check_no_resurrection(self) -> None:
        for name in sorted(self._gone):
            if f"sessions/{name}" in self.clients[0].documents():
                raise OracleError(f"{name} was deleted and is back")

    def fingerprint(self) -> str:
        """Of the story and of what is there at its end."""
        digest = hashlib.sha256("\n".join(self.story).encode())
        for client in self.clients:
            for name, data in client.documents().items():
                digest.update(name.encode() + b"\0" + data + b"\0")
        return digest.hexdigest()


def make_origin(folder: Path) -> Path:
    """A small project to begin with; gives the folder that holds ``.idse``."""
    texts = {stage: f"# {stage}\n\none\ntwo\nthree\n" for stage in Stage}
    make_workspace(folder, sessions={BLUEPRINT: texts, "auth": texts})
    return folder


def run(seed: int, steps: int, folder: Path, origin: Path) -> str:
    """One run in an empty folder, removed when it is over.

    Returns:
        Its fingerprint.

    Raises:
        OracleError: an oracle said no; names the seed and tells the story.
    """
    simulation = Simulation(seed, steps, folder, origin)
    try:
        simulation.run()
    except (OracleError, IdseError) as error:
        story = "\n  ".join(simulation.story[-60:])
        raise OracleError(f"seed {seed}, {steps} steps: {type(error).__name__}: {error}\n  {story}") from error
    finally:
        shutil.rmtree(str(folder), ignore_errors=True)
    return simulation.fingerprint()


def _nothing() -> None:
    """What happens mostly."""


def _crash() -> NoReturn:
    raise _Crash


def _name(path: Path) -> str:
    """``session/document``."""
    return f"{path.parent.name}/{path.name}" if path.suffix == ".md" else f"{path.parents[1].name}/{path.name}"


def _tokens(data: bytes) -> Set[bytes]:
    return set(_TOKEN.findall(data))


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]


def _same(name: str, data: bytes) -> bytes:
    """JSON is compared by what it says."""
    return data if name.endswith(".md") else json.dumps(json.loads(data), sort_keys=True).encode()


def _files_in(folder: Path) -> List[bytes]:
    return [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()]


def _everything_in(folder: Path) -> Iterator[bytes]:
    """Every file, and every content that sync remembers."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix == ".sqlite3":
            with closing(sqlite3.connect(str(path))) as connection:
                for (data,) in connection.execute("SELECT data FROM content"):
                    yield zlib.decompress(data)
        else:
            yield path.read_bytes()
