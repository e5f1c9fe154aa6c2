"""Three people, one Agency Core, and everything that can go wrong between them, decided by one seed.

Each person edits, deletes and recreates documents, pushes, pulls and settles conflicts. Meanwhile connections drop,
responses are lost, requests arrive twice or much later, programs die between any two steps, somebody saves a file in
the middle of a sync, the sync state is lost, and every clock is years off. Then the faults end, everybody syncs until
nothing is left to do, and the oracles are checked:

* nothing lost: every token that somebody saved, and that nobody who had read it removed, is in a live file, a conflict,
  a displaced copy, a base or the server's history; at the end it is in a live file;
* convergence: after a few rounds all copies and the server are equal;
* quiet: after that a sync is one request and writes nothing;
* no resurrection: a document that was deleted while everybody agreed, and not edited since, stays deleted;
* a dry run reports what the run does, and the same seed gives the same story.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from pathlib import Path
from typing import Callable, List, NoReturn, Optional, Set, Tuple

from idse_core.agency.conflicts import Conflict
from idse_core.agency.outcome import SyncReport
from idse_core.agency.resolving import Choice, open_conflicts, resolve
from idse_core.errors import IdseError, UsageError
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from tests.agency.memory_core import MemoryCore
from tests.builders import PROJECT, add_session, make_workspace, session_folder
from tests.faults import oracles
from tests.faults.oracles import OracleError
from tests.faults.simulated_client import DECADE, Client, Crash, short_digest, tokens_in

__all__ = ["OracleError", "Simulation", "make_origin", "run"]

_NAMES = ("ann", "ben", "cleo")
_STAGES = (Stage.SPEC, Stage.PLAN, Stage.TASKS)
_SESSIONS = (BLUEPRINT, "auth", "billing")
_MANY = 10_000


class Simulation:
    """One run.

    Args:
        seed: determines the whole run.
        steps: the number of actions before the faults end.
        folder: an empty folder for the copies.
        origin: the project of `make_origin`.
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
        """Perform the whole run.

        Raises:
            OracleError: an oracle fails; the message says which one and why.
        """
        trouble, self.clients[0].line.trouble = self.clients[0].line.trouble, 0.0
        self.clients[0].engine.push()
        self.clients[0].line.trouble = trouble
        for _ in range(self._steps):
            self._step()
        self._end_of_faults()
        oracles.nothing_lost(self.core, self.clients, self._owed)
        self.story.append(f"the same after {oracles.convergence(self.clients, self._resolve)}")
        oracles.nothing_lost(self.core, self.clients, self._owed)
        oracles.nothing_buried(self.clients[0], self._owed)
        oracles.quiet(self.core, self.clients)
        oracles.no_resurrection(self.clients[0], self._gone)

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
        """Reads a document and saves it with a line added, a line changed or all new text; or creates a missing one."""
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
        self._took_out(tokens_in(before) - tokens_in(after))
        self._owed |= tokens_in(after) - tokens_in(before)
        self._gone.discard(_name(path))
        self._tell(client, f"saves {_name(path)} {short_digest(after)}")

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
        self._took_out(tokens_in(data))
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
                self._took_out(tokens_in(path.read_bytes()))
        shutil.rmtree(str(folder))
        # If it was edited elsewhere, it comes back as a whole, including documents deleted from it before.
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
        except Crash:
            said = "crash"
        except IdseError as error:
            said = error.code
        client.moments.clear()
        self._tell(client, f"{what} {said}")

    def _compare(self, client: Client, what: str, call: Callable[[bool], SyncReport]) -> None:
        """Make a dry run and then the run, and compare them."""
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
        seen = client.tokens(conflict).union(*(tokens_in(data) for data in _files_in(conflict.folder)))
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
        """Deliver a push that its sender has given up."""
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
        self._gone.clear()  # without a base, documents that others still have come back
        self._tell(client, "loses what sync remembered")

    def _weather(self, client: Client) -> None:
        client.line.trouble = self._rng.choice([0.0, 0.0, 0.3, 0.6, 1.0])
        client.skew = self._rng.choice([-DECADE, 0, DECADE])
        self._tell(client, f"trouble {client.line.trouble}")

    def _meet(self, client: Client) -> None:
        """Let everybody sync without faults; then one of them may delete a document that all have."""
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
        """Note that somebody who had read these tokens removed them."""
        self._owed -= tokens

    def _everybody_has(self, name: str, data: bytes) -> bool:
        """Whether a document is equal in all copies, everybody's base agrees, and no request about it is pending."""
        session, _, file = name.partition("/")
        key = f"{file[: -len('.md')]}_md"
        if self.core.get(PROJECT, session, key) != data or any(client.line.late for client in self.clients):
            return False
        digest = hashlib.sha256(data).hexdigest()
        copies = [client.documents().get(f"sessions/{name}") for client in self.clients]
        return all(copy == data for copy in copies) and all(c.agreed(session, key) == digest for c in self.clients)

    def _end_of_faults(self) -> None:
        for client in self.clients:
            client.line.trouble = 0.0
            client.moments.clear()
            while client.line.late:
                self._deliver(client)

    def fingerprint(self) -> str:
        """A digest of the story and of the contents at its end."""
        digest = hashlib.sha256("\n".join(self.story).encode())
        for client in self.clients:
            for name, data in client.documents().items():
                digest.update(name.encode() + b"\0" + data + b"\0")
        return digest.hexdigest()


def make_origin(folder: Path) -> Path:
    """Create a small initial project; return the folder that contains ``.idse``."""
    texts = {stage: f"# {stage}\n\none\ntwo\nthree\n" for stage in Stage}
    make_workspace(folder, sessions={BLUEPRINT: texts, "auth": texts})
    return folder


def run(seed: int, steps: int, folder: Path, origin: Path) -> str:
    """Perform one run in an empty folder, which is removed at the end.

    Returns:
        The fingerprint of the run.

    Raises:
        OracleError: an oracle fails; the message has the seed and the story.
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


def _crash() -> NoReturn:
    raise Crash


def _name(path: Path) -> str:
    """``session/document``."""
    return f"{path.parent.name}/{path.name}" if path.suffix == ".md" else f"{path.parents[1].name}/{path.name}"


def _files_in(folder: Path) -> List[bytes]:
    return [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()]
