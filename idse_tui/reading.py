"""Asking the core, in a worker's thread: every question gives a change of the view."""

from __future__ import annotations

from collections import Counter
from sys import intern
from typing import Callable, Dict, Iterable, List, Optional, Sequence, Tuple

from idse_core.agent_registry import AgentRegistry
from idse_core.errors import IdseError, NotFoundError
from idse_core.events import Event, Listener
from idse_core.ide_agent_routing import IDEAgentRouting
from idse_core.lineage import lineage
from idse_core.project_workspace import CurrentSession, ProjectWorkspace
from idse_core.session_metadata import SessionMetadata
from idse_core.validation.constitution import core_constitution
from idse_core.validation.report import SessionReport
from idse_core.validation_engine import ValidationEngine
from idse_core.watcher import Recogniser
from idse_tui.interning import Sharing
from idse_tui.key_names import DEFAULT_KEYS, KeyNames
from idse_tui.presentation.absence import project_gone
from idse_tui.presentation.matching import search_text
from idse_tui.view import Absence, Change, ProjectView

__all__ = ["ProjectReader"]


class ProjectReader:
    """What the app asks of one project. Nothing here touches the screen or writes what git tracks.

    Args:
        workspace: the project.
        give_way: called between two pieces of work; returns when nobody is in more of a hurry.
        keys: what the keys are called.
    """

    def __init__(
        self,
        workspace: ProjectWorkspace,
        give_way: Callable[[], None] = lambda: None,
        keys: KeyNames = DEFAULT_KEYS,
    ) -> None:
        self.recogniser = Recogniser(workspace.folder)
        self.workspace = _Workspace(workspace, self.recogniser.remember, give_way)
        self._give_way = give_way
        self._keys = keys
        self._engine: Optional[ValidationEngine] = None
        self._sharing = Sharing()

    @property
    def engine(self) -> ValidationEngine:
        """The engine with the rules as they were read last."""
        if self._engine is None:
            self.rules()
        assert self._engine is not None  # noqa: S101  # ``rules`` has set it
        return self._engine

    def skeleton(self) -> Change:
        """Which sessions there are, and the current one."""
        sessions = tuple(map(intern, self.workspace.sessions()))
        current = self.workspace.current_session() if sessions else CurrentSession("")
        project, projects = self.workspace.project, self.workspace.store.list_projects()

        def change(view: ProjectView) -> ProjectView:
            here = view.restored() if view.absent else view
            known = here.with_sessions(sessions)._replace(project=project, projects=projects, current=current.id)
            return known.with_problem("pointer", current.problem)

        return change

    def projects(self) -> Change:
        """Which projects there are; when this one is not among them any more, that."""
        project, projects = self.workspace.project, self.workspace.store.list_projects()
        if project in projects:
            return lambda view: view._replace(projects=projects)
        gone = project_gone(project, projects, self._keys["project"])
        return lambda view: view._replace(projects=projects).emptied(Absence.PROJECT, gone)

    def is_there(self) -> bool:
        """Whether the project is there now."""
        return self.workspace.project in self.workspace.store.list_projects()

    def has(self, session: str) -> bool:
        """Whether there is such a session now."""
        try:
            self.workspace.store.stamp(self.workspace.project, session)
        except NotFoundError:
            return False
        return True

    def rules(self) -> Change:
        """Read the rules; with a broken pack the core's own stay in force."""
        problem = ""
        try:
            self._engine = ValidationEngine(self.workspace, on_event=self._examined)
        except IdseError as error:
            problem = f"{error}; only the core rules are in force"
            self._engine = ValidationEngine(self.workspace, constitution=core_constitution(), on_event=self._examined)
        return lambda view: view.with_problem("rules", problem)

    def documents(self) -> Change:
        """The project's own documents: the agents, and what is remembered of syncs."""
        registry, registry_problem = self._registry()
        agents = IDEAgentRouting(registry).suggestions()
        recorded = self.workspace.state()
        state_problem = f"{recorded.problem}; {self._keys['validate']} writes it anew" if recorded.problem else ""
        sessions = self.workspace.sessions()
        syncs = {session: recorded.model.session(session).last_sync for session in sessions}
        known = {session: moment for session, moment in syncs.items() if moment}

        def change(view: ProjectView) -> ProjectView:
            told = view.with_problem("registry", registry_problem).with_problem("state", state_problem)
            return told._replace(agents=agents, syncs=known)

        return change

    def _registry(self) -> Tuple[AgentRegistry, str]:
        try:
            return self.workspace.registry(), ""
        except IdseError as error:
            return AgentRegistry(), f"{error}; no agent is suggested"

    def metadata(self, sessions: Iterable[str], known: Optional[ProjectView] = None) -> Change:
        """The metadata of sessions, and the tree that follows.

        Args:
            sessions: whose file to read.
            known: what is known of the others.
        """
        read: Dict[str, SessionMetadata] = dict(known.metadata) if known else {}
        problems: Dict[str, str] = {}
        for session in sessions:
            try:
                read[session] = self._sharing.small_metadata(self.workspace.metadata(session))
                problems[session] = ""
            except NotFoundError:
                read.pop(session, None)
            except IdseError as error:
                read[session] = SessionMetadata.default(session)
                problems[session] = str(error)
        broken = {session: problem for session, problem in problems.items() if problem}
        there = [session for session in self.workspace.sessions() if session in read]
        nodes = lineage([read[session] for session in there])
        texts = {session: search_text(read[session]) for session in there}

        metadata = {session: read[session] for session in there}

        def change(view: ProjectView) -> ProjectView:
            known_problems = [name[9:] for name in view.problems if name.startswith("metadata ")]
            for session in (*broken, *(name for name in known_problems if name in problems and name not in broken)):
                view = view.with_problem(f"metadata {session}", problems[session])
            return view._replace(metadata=metadata, nodes=nodes, texts=texts)

        return change

    def examine(self, sessions: Sequence[str]) -> Change:
        """Judge sessions by their own artifacts; those that are gone in the meantime are left out."""
        found: List[SessionReport] = []
        try:
            found.extend(self.engine.examine(sessions))
        except NotFoundError:
            for session in sessions:
                found.extend(self._examine_one(session))
        small = tuple(map(self._sharing.small, found))
        counts = {report.session: report.counts for report in small}
        accepted = {report.session: Counter(item.stage for item in report.accepted) for report in found}
        return lambda view: view.examined(small, counts, accepted)

    def _examined(self, event: Event) -> None:
        """One session is judged, the next one will be."""
        del event
        self._give_way()

    def _examine_one(self, session: str) -> Tuple[SessionReport, ...]:
        try:
            return self.engine.examine([session])
        except NotFoundError:
            return ()

    def whole(self) -> Change:
        """Judge the project as a whole; without a session there is nothing to find."""
        try:
            found = self.engine.examine_project()
        except NotFoundError:
            found = ()
        return lambda view: view.judged(found)


class _Workspace(ProjectWorkspace):
    """The same project, which can be left waiting before each session: some questions are about thousands of them.

    Args:
        workspace: the project.
        on_event: told of every write.
        give_way: as for ``ProjectReader``.
    """

    def __init__(self, workspace: ProjectWorkspace, on_event: Listener, give_way: Callable[[], None]) -> None:
        super().__init__(workspace.folder, workspace.project, store=workspace.store, on_event=on_event)
        self._give_way = give_way

    def metadata(self, session: str) -> SessionMetadata:
        """A session's metadata; see ``ProjectWorkspace.metadata``."""
        self._give_way()
        return super().metadata(session)
