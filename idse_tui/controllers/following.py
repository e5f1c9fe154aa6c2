"""Keeping the view true: the first survey, then whatever changes."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, FrozenSet, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from textual.message import Message
from textual.worker import Worker, get_current_worker

from idse_core import files
from idse_core.errors import IdseError, NotFoundError
from idse_core.watcher import Affected, affected, watch
from idse_tui.background import start_looking, telling
from idse_tui.host_app import host_of
from idse_tui.interpreter import shorten_turns, spare_what_exists, undisturbed
from idse_tui.main_host import MainHost
from idse_tui.messages import ArtifactLoaded, Failed, FilesChanged, Followed, Learned, Polling, WatchingEnded
from idse_tui.view import Change, ProjectView, Spot, one_after_the_other
from idse_tui.widgets.artifact_panel import ArtifactPanel

if TYPE_CHECKING:
    from idse_tui.artifact import Artifact
    from idse_tui.blocks import Canvas
    from idse_tui.reading import ProjectReader

__all__ = ["Following"]

_CHUNK = 20
"""Sessions that are examined at once."""

_MOST = 100
"""As many as that when most are known from the last time; of more the engine would look up all that it remembers."""

_LONG = 0.25
"""Seconds that one chunk should not take, and between two messages to the screen, which draws all that they tell."""

_DRAWING = 0.03
"""Seconds that a new finding gets to be drawn before its session is read on."""

_AT_ONCE = 200
"""Sessions that are few: their metadata is read before any of them is listed, so that they are a tree right away, and their
folders can be watched in this process."""

_PATIENCE = 0.3
"""Seconds that the rest of a long artifact waits at most for its beginning to be drawn."""


class _Shown(NamedTuple):
    """The artifact that is on the screen, and where the next one will be drawn; None where that is not known."""

    artifact: Optional[Artifact]
    canvas: Optional[Canvas]


class Following:
    """Runs the workers that read. Their threads only post messages.

    Args:
        screen: the main screen; it is told, and its workspace is followed.
        load_rest: imports what the first paint did without; called in a thread.
    """

    def __init__(self, screen: MainHost, load_rest: Callable[[], None]) -> None:
        self._workspace = screen.workspace
        self._reader: Optional[ProjectReader] = None
        self._reading = threading.Lock()
        self._screen = screen
        self._state = screen.state
        self._post = screen.post_message
        self._load_rest = load_rest
        self._stop = threading.Event()
        self._drawn = threading.Event()
        self._pending: Set[str] = set()
        self._looking: Optional[Tuple[Spot, Worker[None]]] = None
        self.busy = False
        self.survey_number = 0

    @property
    def reader(self) -> ProjectReader:
        """What asks the core; for any thread."""
        from idse_tui.reading import ProjectReader  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        with self._reading:
            if self._reader is None:
                give_way = host_of(self._screen).precedence.give_way
                self._reader = ProjectReader(self._workspace, give_way, self._screen.look.keys)
            return self._reader

    # Starting and stopping

    def start(self) -> None:
        """Survey everything, and watch."""
        spare_what_exists(tidy=False)
        shorten_turns()
        self.survey()
        self._screen.run_worker(self._watch, thread=True, group="watch", exclusive=True)

    def stop(self) -> None:
        """End the thread that watches."""
        self._stop.set()

    def survey(self) -> None:
        """Find out everything anew, the session that is looked at first."""
        self.survey_number += 1
        number, first = self.survey_number, self._state.spot.session
        self._work("survey", lambda: self._survey(number, first), "reading the workspace")

    def _survey(self, number: int, first: str) -> None:
        try:
            self._find_out(number, first)
        finally:
            if not get_current_worker().is_cancelled:
                self._post(Learned(lambda view: view._replace(complete=True), number))

    def _work(self, group: str, job: Callable[[], None], what: str) -> Worker[None]:
        return start_looking(self._screen, telling(self._screen, job, what), group=group)

    def _find_out(self, number: int, first: str) -> None:
        worker, reader = get_current_worker(), self.reader
        if not reader.is_there():
            self._post(Learned(reader.projects(), number))
            return
        skeleton, sessions = reader.skeleton(), reader.workspace.sessions()
        if len(sessions) <= _AT_ONCE:
            tree = reader.metadata(sessions)
            self._post(Learned(lambda view: tree(skeleton(view)), number))
        else:
            self._post(Learned(skeleton, number))
        if not first or first not in sessions:
            first = reader.workspace.current_session().id if sessions else ""
        self._post(Learned(reader.rules(), number))
        if first:
            self._post(Learned(reader.examine([first]), number))
        if len(sessions) > _AT_ONCE:
            self._post(Learned(reader.metadata(sessions), number))
        self._load_rest()
        self._post(Learned(reader.documents(), number))
        rest = [session for session in sessions if session != first]
        for changes in self._examined(rest):
            if worker.is_cancelled:
                break
            self._post(Learned(one_after_the_other(changes), number))
            spare_what_exists()
        if worker.is_cancelled:
            return
        self._post(Learned(reader.whole(), number))

    def _examined(self, sessions: Sequence[str]) -> Iterator[List[Change]]:
        """Examine sessions; what becomes known now and then."""
        changes: List[Change] = []
        told, at, size = time.monotonic(), 0, _CHUNK
        while at < len(sessions):
            began = time.monotonic()
            changes.append(self.reader.examine(sessions[at : at + size]))
            at += size
            now = time.monotonic()
            size = min(_MOST, 2 * size) if now - began < _LONG / 2 else _CHUNK
            if now - told > _LONG or at >= len(sessions):
                yield changes
                changes, told = [], now

    # One session, one artifact

    def look(self, spot: Spot, *, examined: bool) -> None:
        """Read the artifact of a place, and examine its session when that has not been done."""
        if examined and self._is_looked_at(spot):
            return
        number, shown = self.survey_number, self._shown()

        def job() -> None:
            if spot.session and not get_current_worker().is_cancelled:
                self._load(spot, shown)
                if not examined and not get_current_worker().is_cancelled:
                    self._post(Learned(self.reader.examine([spot.session]), number))

        self._looking = spot, self._work("look", job, "reading the artifact")

    def _is_looked_at(self, spot: Spot) -> bool:
        """Whether its artifact is being read already."""
        if self._looking is None:
            return False
        known, worker = self._looking
        return known[:2] == spot[:2] and not worker.is_finished

    def _shown(self) -> _Shown:
        screen, state = self._screen, self._state
        view = screen.query_one(ArtifactPanel).view
        is_here = state.artifact is not None and state.is_looked_at(state.artifact)
        line = state.wanted_line or (view.top_line if is_here else 0)
        canvas = view.canvas(screen.look, dark=screen.app.current_theme.dark, line=line)
        return _Shown(state.artifact, canvas)

    # Following

    def _watch(self) -> None:
        folder = self._workspace.folder
        try:
            begun = False
            changes = watch(
                folder,
                self._stop,
                apart=self._is_large(),
                environment=os.environ,
                on_polling=lambda reason: self._post(Polling(reason)),
            )
            for paths in changes:
                if get_current_worker().is_cancelled:
                    return
                if paths or not begun:
                    self._post(FilesChanged(paths))
                begun = True
        except (OSError, RuntimeError) as error:  # what watchfiles raises when the system refuses
            self._post(WatchingEnded(str(error)))

    def _is_large(self) -> bool:
        try:
            return len(self._workspace.sessions()) > _AT_ONCE
        except IdseError:  # it is gone, or can't be read: whoever shows it says so
            return False

    def changed(self, paths: FrozenSet[str]) -> None:
        """Follow these changes, now or when the last ones are followed."""
        self._pending |= paths
        if self._pending and not self.busy:
            self.busy = True
            taken, self._pending = frozenset(self._pending), set()
            view, spot, number, shown = self._state.view, self._state.spot, self.survey_number, self._shown()
            job = partial(self._follow, taken, view, spot, number, shown)
            start_looking(self._screen, job, group="follow", exclusive=False)

    def followed(self) -> None:
        """The last changes are followed: go on with what came in between."""
        self.busy = False
        self.changed(frozenset())

    def _follow(self, paths: FrozenSet[str], view: ProjectView, spot: Spot, number: int, shown: _Shown) -> None:
        reader = self.reader
        found = Affected()
        try:
            foreign = reader.recogniser.check(paths, self._read)
            found = affected(foreign, reader.workspace.project)
            if (found or found.others) and not found.gone:
                is_there = reader.is_there()
                if found.others or not is_there:
                    self._post(Learned(reader.projects(), number))
                if is_there and found and not found.rules and not view.absent:
                    if spot.session in found.sessions and spot.session in view.sessions:
                        self._refresh_spot(spot, number, shown)
                    self._refresh(found, foreign, view, spot, number)
        except IdseError as error:
            self._post(self._failed(error, number))
        finally:
            self._post(Followed(found))

    def _failed(self, error: IdseError, number: int) -> Message:
        """What to tell of an error: when the project went away in the middle of it, no more than that."""
        with suppress(IdseError):
            if not self.reader.is_there():
                return Learned(self.reader.projects(), number)
        return Failed(error, "following a change")

    def _refresh_spot(self, spot: Spot, number: int, shown: _Shown) -> None:
        """The session that is looked at, first of all: somebody waits for it."""
        self._post(Learned(self.reader.examine([spot.session]), number))
        time.sleep(_DRAWING)
        with suppress(NotFoundError):  # the session is gone: what follows tells
            self._load(spot, shown)

    def _refresh(self, found: Affected, paths: FrozenSet[str], view: ProjectView, spot: Spot, number: int) -> None:
        reader = self.reader
        ordered = sorted(found.sessions - {spot.session} if spot.session in view.sessions else found.sessions)
        there = frozenset(view.sessions)
        if found.project or any(session not in there or not reader.has(session) for session in found.sessions):
            self._post(Learned(reader.skeleton(), number))
            there = frozenset(reader.workspace.sessions())
        if found.project:
            self._post(Learned(reader.documents(), number))
            ordered = [*ordered, spot.session] if spot.session else ordered
        for start in range(0, len(ordered), _CHUNK):
            chunk = [session for session in ordered[start : start + _CHUNK] if session in there]
            self._post(Learned(reader.examine(chunk), number))
        if found.project or there != frozenset(view.sessions) or _touches_metadata(paths):
            self._post(Learned(reader.metadata(_unread(found, there, view), view), number))
            self._post(Learned(reader.whole(), number))

    def _load(self, spot: Spot, shown: _Shown) -> None:
        from idse_tui.loading import load_artifact  # noqa: PLC0415  # not for the first paint: `deferred_imports`
        from idse_tui.moved_lines import MovedLines  # noqa: PLC0415  # the same
        from idse_tui.preparing import prepare  # noqa: PLC0415  # the same

        give_way = host_of(self._screen).precedence.give_way

        def told(artifact: Artifact) -> None:
            canvas, before = shown.canvas, shown.artifact
            if canvas and before and (before.session, before.stage) == (artifact.session, artifact.stage):
                canvas = canvas._replace(line=MovedLines(before.text, artifact.text)(canvas.line) if canvas.line else 0)
            self._post(ArtifactLoaded(artifact, None if canvas is None else prepare(artifact.blocks, canvas)))

        def begun(artifact: Artifact) -> None:
            self._drawn.clear()
            told(artifact)
            self._drawn.wait(_PATIENCE)  # who splits text keeps the app from drawing

        with undisturbed():
            told(
                load_artifact(
                    self._workspace,
                    spot.session,
                    spot.stage,
                    begun,
                    known=shown.artifact,
                    give_way=give_way,
                    keys=self._screen.look.keys,
                )
            )

    def artifact_drawn(self) -> None:
        """The lines of an artifact that are in sight are on the screen."""
        self._drawn.set()

    def _read(self, path: Path) -> Optional[bytes]:
        try:
            return files.read_bytes(path, root=self.reader.workspace.folder)
        except IdseError:
            return None


def _touches_metadata(paths: FrozenSet[str]) -> bool:
    return any(path.endswith(("/session.json", "/metadata")) for path in paths)


def _unread(found: Affected, there: FrozenSet[str], view: ProjectView) -> Sequence[str]:
    return sorted((found.sessions & there) | (there - frozenset(view.metadata)))
