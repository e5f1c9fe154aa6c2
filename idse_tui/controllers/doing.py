"""Doing things: editing, switching, creating, recording. Whatever writes runs in a worker."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Callable, Dict, Mapping, Optional

from idse_core.pipeline_artifacts import BLUEPRINT
from idse_core.printable import count, one_line
from idse_core.session_graph import NewSession, SessionGraph
from idse_core.session_metadata import SessionMetadata
from idse_tui.actions import Panel, find
from idse_tui.background import start_changing, start_looking, telling
from idse_tui.clipboard import copy_with_tool, tool_for
from idse_tui.controllers.following import Following
from idse_tui.controllers.moving import Moving
from idse_tui.controllers.syncing import Syncing
from idse_tui.dialogs.new_session import NewSessionScreen, spawn_line
from idse_tui.dialogs.session_fields import SessionFieldsScreen, set_line
from idse_tui.editor import choose_editor, editor_arguments
from idse_tui.main_host import MainHost
from idse_tui.messages import Done, Learned
from idse_tui.terminal_handover import NotStartedError, hand_over
from idse_tui.widgets.artifact_panel import ArtifactPanel

if TYPE_CHECKING:
    from idse_core.validation.findings import Finding

__all__ = ["Doing"]


class Doing:
    """The actions that change something, or hand it to another program.

    Args:
        screen: the main screen.
        following: what reads the project.
        moving: what remembers where we were.
        syncing: what may go on when somebody wants to leave.
    """

    def __init__(self, screen: MainHost, following: Following, moving: Moving, syncing: Syncing) -> None:
        self._screen = screen
        self._state = screen.state
        self._following = following
        self._moving = moving
        self._syncing = syncing
        self._asked = ""  # the sync that goes on, of which it was said that it does

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {
            "edit": self._edit,
            "make-current": lambda: self.switch(self._state.spot.session),
            "new": self._new,
            "archive": self._archive,
            "metadata": self._ask_metadata,
            "validate": self._validate,
            "accept": self._accept,
            "copy": self._copy,
            "quit": self._leave,
        }

    def _leave(self) -> None:
        """Leave; when a sync goes on, only if somebody wants that who knows it."""
        screen, running = self._screen, self._syncing.running
        if running and running != self._asked:
            self._asked = running
            which = running.split()[0]
            words = f"a {which} is running; q again leaves, and the next {which} goes on where this one ends"
            screen.tell(words, severity="warning", seconds=8)
        else:
            self._syncing.leave()
            screen.app.exit()

    # Editing

    def _edit(self) -> None:
        screen, artifact = self._screen, self._state.artifact
        if artifact is None:
            return
        finding = screen.finding
        line = screen.query_one(ArtifactPanel).view.line
        if screen.panel is Panel.FINDINGS and finding is not None and finding.stage is artifact.stage:
            line = finding.line
        self._run_editor(artifact.shown, line)

    def edit_finding(self, finding: Finding) -> None:
        """Edit the file of a finding, at its line."""
        self._run_editor(finding.path, finding.line)

    def _run_editor(self, shown: str, line: int) -> None:
        """Edit a file, which is named from the folder on that holds ``.idse``, and look at what has become of it."""
        screen = self._screen
        command = choose_editor(os.environ, screen.settings.editor)
        if command is None:
            screen.tell("no editor is known: set VISUAL or EDITOR", severity="warning", seconds=6)
            return
        try:
            words = editor_arguments(command, screen.workspace.folder.parent / shown, line)
            code = hand_over(screen.app, words)
        except NotStartedError as error:
            screen.tell(str(error), title=command, severity="error", seconds=8)
        except ValueError as error:
            screen.tell(f"the editor's command can't be read: {error}", title=command, severity="error", seconds=8)
        else:
            self._state.command_log.append(" ".join(shlex.quote(word) for word in words))
            if code:
                screen.tell(f"the editor left with code {code}", title=command, severity="warning")
            self._following.changed(frozenset([_inside(shown)]))
        screen.refresh(layout=True)

    # Sessions

    def switch(self, session: str) -> None:
        """Make a session the current one."""
        words = f"{one_line(session)} is the current session"
        self._change(f"idse switch {shlex.quote(session)}", words, lambda graph: graph.switch(session), session)

    def _new(self) -> None:
        screen, state = self._screen, self._state
        if not state.view.sessions and state.view.complete:
            self._restore()
            return
        parent = state.spot.session if state.spot.session in state.view.sessions else ""
        dialog = NewSessionScreen(state.view.sessions, parent, screen.look)
        screen.app.push_screen(dialog, self._create)

    def _create(self, new: Optional[NewSession]) -> None:
        if new is not None:
            words = f"created {one_line(new.name)}, now the current session; {self._screen.look.keys['edit']} begins with its intent"
            self._change(spawn_line(new), words, lambda graph: graph.create(new))

    def _restore(self) -> None:
        """Bring the blueprint back: without it there is no session that others could grow out of."""
        following = self._following
        number, line = following.survey_number, f"idse init {shlex.quote(self._screen.workspace.project)}"
        words = f"the blueprint is back; {self._screen.look.keys['edit']} begins with its intent"

        def job() -> None:
            reader = following.reader
            reader.workspace.complete()
            for change in (reader.skeleton(), reader.metadata([BLUEPRINT]), reader.examine([BLUEPRINT])):
                self._screen.post_message(Learned(change, number))
            self._screen.post_message(Done(line, words, session=BLUEPRINT))

        self._work(job, line)

    def _ask_metadata(self) -> None:
        screen, view = self._screen, self._state.view
        known = view.about(self._state.spot.session)
        owners = sorted({item.owner for item in view.metadata.values() if item.owner})
        dialog = SessionFieldsScreen(known, owners, screen.look)
        screen.app.push_screen(dialog, lambda changes: self._set(known.session_id, changes))

    def _set(self, session: str, changes: Optional[Mapping[str, object]]) -> None:
        if changes:
            what = " and ".join(name.split("_")[-1] for name in changes)
            words = f"{what} of {one_line(session)} changed"
            self._change(set_line(session, changes), words, lambda graph: graph.set(session, changes), session)

    def _archive(self) -> None:
        session = self._state.spot.session
        if self._state.view.about(session).archived:
            words = f"{one_line(session)} is taken out of the archive"
            line = f"idse session restore {shlex.quote(session)}"
            self._change(line, words, lambda graph: graph.restore(session), session)
        else:
            keys = self._screen.look.keys
            shows, takes = f"{keys['archived']} shows it", f"{keys['archive']} takes it out again"
            words = f"{one_line(session)} is archived; {shows}, {takes}"
            line = f"idse session archive {shlex.quote(session)}"
            self._change(line, words, lambda graph: graph.archive(session), then=self._successor_of(session))

    def _successor_of(self, session: str) -> Callable[[], str]:
        """Says, in a worker, which session is the current one when this one, which is it now, has been archived."""
        was_current = self._state.view.current == session

        def words() -> str:
            now = self._following.reader.workspace.current_session().id
            return f"; {one_line(now)} is the current session now" if was_current and now != session else ""

        return words

    def _change(
        self,
        line: str,
        words: str,
        change: Callable[[SessionGraph], SessionMetadata],
        session: str = "",
        *,
        then: Callable[[], str] = lambda: "",
    ) -> None:
        """Change sessions in a worker, then tell and draw.

        Args:
            line: the command that does the same.
            words: what is told.
            change: what is done.
            session: the one to look at afterwards.
            then: what else is told, known only when it is done.
        """
        following = self._following
        number = following.survey_number

        def job() -> None:
            reader = following.reader
            metadata = change(SessionGraph(reader.workspace))
            known = self._state.view
            self._screen.post_message(Learned(reader.skeleton(), number))
            self._screen.post_message(Learned(reader.metadata([metadata.session_id], known), number))
            self._screen.post_message(Learned(reader.examine([metadata.session_id]), number))
            shown = session or ("" if metadata.archived else metadata.session_id)
            self._screen.post_message(Done(line, f"{words}{then()}", session=shown))

        self._work(job, line)

    def _work(self, job: Callable[[], None], what: str) -> None:
        start_changing(self._screen, telling(self._screen, job, what))

    def _look(self, job: Callable[[], None], what: str) -> None:
        """As ``_work``, but what only reads for long and writes one file at its end, which may as well not happen."""
        start_looking(self._screen, telling(self._screen, job, what), group="do", exclusive=False)

    # States

    def _validate(self) -> None:
        screen, following = self._screen, self._following
        session, number = self._state.spot.session, following.survey_number
        line = f"idse validate --session {shlex.quote(session)}"

        def job() -> None:
            reader = following.reader
            report = reader.engine.validate([session])
            reader.engine.record(report)
            screen.post_message(Learned(reader.examine([session]), number))
            screen.post_message(Learned(reader.documents(), number))
            screen.post_message(Learned(reader.whole(), number))
            errors = report.counts.errors
            verdict = f"failing: {count(errors, 'error')}" if errors else "passing"
            screen.post_message(Done(line, f"{one_line(session)} is {verdict}; recorded"))

        self._look(job, line)

    def _accept(self) -> None:
        screen, following = self._screen, self._following
        session, stage, number = self._state.spot.session, self._state.spot.stage, following.survey_number
        line = find("accept").cli.format(session=shlex.quote(session), stage=stage)

        def job() -> None:
            reader = following.reader
            stale = reader.engine.accept(session, stage)
            screen.post_message(Learned(reader.examine([session]), number))
            names = " and ".join(item.value for item in stale)
            screen.post_message(Done(line, f"{stage} of {one_line(session)} still holds, though {names} changed"))

        self._work(job, line)

    # Copying

    def _copy(self) -> None:
        screen, artifact, finding = self._screen, self._state.artifact, self._screen.finding
        text, what = self._state.spot.session, "the session's id"
        if screen.panel is Panel.FINDINGS and finding is not None:
            text, what = f"{finding.path}:{finding.line}: {finding.rule} {finding.message}", "the finding"
        elif screen.panel in {Panel.ARTIFACT, Panel.PIPELINE} and artifact is not None:
            text, what = str(artifact.path), "the path"
        tool = tool_for(os.environ)
        if tool and copy_with_tool(tool, text):
            screen.tell(f"copied {what} with {tool[0]}")
        else:
            screen.app.copy_to_clipboard(text)
            screen.tell(f"copied {what} through the terminal (OSC 52)")


def _inside(shown: str) -> str:
    """A path from the workspace's folder on, as the watcher names it."""
    return "/".join(shown.split("/")[1:])
