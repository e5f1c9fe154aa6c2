"""A project's workspace: finding it, creating it, opening it, and the documents that belong to it as a whole."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Collection, Dict, Iterator, List, NamedTuple, Optional, Tuple

from idse_core import discovery, files, identifiers
from idse_core.agent_registry import DEFAULT_AGENTS, AgentRegistry
from idse_core.announced_documents import AnnouncedDocuments
from idse_core.config import IdseConfig
from idse_core.design_store import (
    AGENT_REGISTRY,
    CURRENT_SESSION,
    METADATA,
    SESSION_STATE,
    DesignStore,
    PassedOver,
    PassingOver,
    Place,
)
from idse_core.errors import (
    ConfigError,
    NotFoundError,
    StorageError,
    UnreadableError,
    UsageError,
)
from idse_core.events import Listener, Warned, ignore
from idse_core.pipeline_artifacts import BLUEPRINT, Layout, PipelineArtifacts, Stage, TemplateValues, blueprint_first
from idse_core.recorded_state import RecordedState, StateChange, StateFile
from idse_core.session_metadata import SessionMetadata, SessionType
from idse_core.stage_state_model import StageStateModel
from idse_core.stores.opening import open_store
from idse_core.workspace_folder import FOLDER, find_folder, folder_for_new

__all__ = ["Creation", "CurrentSession", "ProjectWorkspace", "RecordedState", "StateChange", "utc_now"]


class CurrentSession(NamedTuple):
    """The session that is being worked on.

    Attributes:
        id: always an existing session.
        problem: why ``CURRENT_SESSION`` itself could not be used; empty when it could.
    """

    id: str
    problem: str = ""


class Creation(NamedTuple):
    """What ``create`` did.

    Attributes:
        created: the new paths, in the order of their creation.
        existed: whether the project was there before.
    """

    project: str
    created: Tuple[str, ...]
    existed: bool


def utc_now() -> str:
    """The current time in UTC, in ISO 8601, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class ProjectWorkspace:
    """One project of a workspace.

    Args:
        folder: the ``.idse`` folder.
        project: the project's id.
        store: holds the documents; plain files by default.
        on_event: receives an event for every write.
    """

    def __init__(
        self, folder: Path, project: str, *, store: Optional[DesignStore] = None, on_event: Listener = ignore
    ) -> None:
        self.folder = folder
        self.project = project
        self.store: DesignStore = open_store(folder) if store is None else store
        self.local = folder / ".local"
        self._announce = on_event
        self._documents = AnnouncedDocuments(self.store, on_event)
        self._state = StateFile(project, self.store, self._documents, lambda: self.current_session().id)

    # Finding and creating

    @classmethod
    def open(cls, config: IdseConfig, *, on_event: Listener = ignore) -> ProjectWorkspace:
        """Open the workspace and the project that ``config`` means.

        Raises:
            NotFoundError: no workspace, or no such project; the hint lists the existing ones.
        """
        folder = find_folder(config)
        store = open_store(folder, config.store)
        projects = store.list_projects()
        if config.project and config.project not in projects:
            _refuse_passed_over(store, config.project)
        project = discovery.select_project(folder, config, projects)
        return cls(folder, project, store=store, on_event=on_event)

    @classmethod
    def create(
        cls,
        config: IdseConfig,
        name: str,
        *,
        title: str = "",
        stack: str = "",
        layout: Optional[Layout] = None,
        on_event: Listener = ignore,
    ) -> Tuple[ProjectWorkspace, Creation]:
        """Create a project with its blueprint session, or complete one that exists; nothing is ever overwritten.

        Args:
            config: where to create it: in ``workspace``, else in the nearest ``.idse`` above ``start``, else in
                ``start``.
            name: the project's name; one that is not a valid id is turned into a slug, and kept as the title.
            title: the title for people; the name by default.
            stack: the technology stack, for the templates.
            layout: the layout of new sessions; flat by default.
            on_event: receives an event for every write.

        Raises:
            UsageError: the name can't be used, or an existing project differs from it only in case.
        """
        folder = folder_for_new(config)
        store = open_store(folder, config.store)
        existing = store.list_projects()
        if name not in existing:
            _refuse_passed_over(store, name)
        project = name if name in existing else identifiers.new_id(name, what="project")
        workspace = cls(folder, project, store=store, on_event=on_event)
        other = identifiers.taken_by(project, existing)
        if other not in {None, project}:
            raise UsageError(
                f"project '{project}' conflicts with '{other}': only their case or form differs",
                hint=f"idse init {other}",
            )
        files.ensure_root(folder)
        shown = identifiers.single_line(title) or identifiers.single_line(name)
        values = TemplateValues(shown, project, BLUEPRINT, SessionType.BLUEPRINT.value, stack)
        if other is None:
            created = workspace._create_project(values, layout)
        else:
            created = workspace.complete(title=values.title, stack=stack)
        if discovery.remembered_project(folder) is None:
            created.append(discovery.remember_project(folder, project))
        return workspace, Creation(project, tuple(created), existed=other is not None)

    def complete(self, *, title: str = "", stack: str = "") -> List[str]:
        """Add what is missing, above all the blueprint, as ``create`` does; nothing is ever overwritten. Gives the paths that are new.

        Args:
            title: the human title; the project's id by default.
            stack: the technology stack, for the templates.
        """
        values = TemplateValues(title or self.project, self.project, BLUEPRINT, SessionType.BLUEPRINT.value, stack)
        with self.lock():
            return self._complete(values)

    def sibling(self, project: str, *, on_event: Listener = ignore) -> ProjectWorkspace:
        """Another project of the same workspace and store; whether it exists is not checked.

        Args:
            project: the id of that project.
            on_event: receives an event for every write.
        """
        return type(self)(self.folder, project, store=self.store, on_event=on_event)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """The project's lock: held for milliseconds, it excludes only other processes of idse.

        Raises:
            LockedError: another process does not release it in time.
        """
        files.ensure_local(self.local, root=self.folder)
        with files.told_from(self.folder), files.lock(self.local / "locks" / f"{self.project}.lock"):
            yield

    # Sessions

    def sessions(self) -> Tuple[str, ...]:
        """The ids of all sessions: the blueprint first, the others sorted."""
        found = self.store.list_sessions(self.project)
        return tuple(sorted(found, key=blueprint_first))

    def passed_over(self) -> Tuple[PassedOver, ...]:
        """Entries among the sessions that are not recognised as one, such as a folder whose name is not valid text."""
        return self.store.passed_over(self.project) if isinstance(self.store, PassingOver) else ()

    def require_session(self, session: str) -> str:
        """Return the id if there is such a session.

        Raises:
            NotFoundError: there is no such session.
        """
        if session not in self.sessions():
            _refuse("session", session, self.passed_over())
            raise NotFoundError(
                f"there is no session '{session}' in project '{self.project}'", hint="`idse session list` lists them"
            )
        return session

    def current_session(self) -> CurrentSession:
        """The current session; when ``CURRENT_SESSION`` is broken, the blueprint, or else the newest session.

        Raises:
            NotFoundError: the project has no session at all.
        """
        place = Place(self.project, None, CURRENT_SESSION)
        try:
            document = self.store.read(place)
        except UnreadableError as error:
            named, wrong = "", f"can't be read: {error.message}"
        else:
            named = "" if document is None else discovery.first_line(document.data)
            wrong = f"names no session: '{named}'" if named else "is missing or empty"
        known = self.sessions()
        if named in known:
            return CurrentSession(named)
        if not known:
            raise NotFoundError(f"project '{self.project}' has no session", hint=f"idse init {self.project}")
        return CurrentSession(self._stand_in(known), f"{self.store.locate(place)} {wrong}")

    def point_to(self, session: str) -> None:
        """Make ``CURRENT_SESSION`` name this session. The caller holds the lock.

        Raises:
            NotFoundError: there is no such session.
        """
        self.require_session(session)
        place, data = Place(self.project, None, CURRENT_SESSION), f"{session}\n".encode()
        try:
            self._documents.overwrite(place, data)
        except UnreadableError as error:
            self._documents.displace(place, error)
            self._documents.overwrite(place, data)

    def repair_pointer(self) -> str:
        """Repair a broken ``CURRENT_SESSION``, with a warning; returns the current session. The lock must be held."""
        current = self.current_session()
        if current.problem:
            self.point_to(current.id)
            self._announce(Warned(f"{current.problem}; it names '{current.id}' now"))
        return current.id

    def metadata(self, session: str) -> SessionMetadata:
        """A session's metadata; defaults when the file is absent.

        Raises:
            ConfigError: the file is broken.
        """
        document = self.store.read(Place(self.project, session, METADATA))
        if document is None:
            return SessionMetadata.default(session)
        return SessionMetadata.parse(document.data, session, path=document.path)

    def metadata_or_default(self, session: str, on_event: Listener) -> SessionMetadata:
        """A session's metadata; defaults also when the file is broken, with a warning to ``on_event``."""
        try:
            return self.metadata(session)
        except (ConfigError, UnreadableError) as error:
            on_event(Warned(str(error), error.hint))
            return SessionMetadata.default(session)

    def write_metadata(self, metadata: SessionMetadata) -> None:
        """Write a session's metadata. The caller holds the lock."""
        self._documents.overwrite(Place(self.project, metadata.session_id, METADATA), metadata.serialize())

    def _stand_in(self, known: Tuple[str, ...]) -> str:
        if BLUEPRINT in known:
            return BLUEPRINT
        return max(known, key=lambda session: (self._created_at(session), session))

    def _created_at(self, session: str) -> str:
        try:
            return self.metadata(session).created_at
        except (ConfigError, UnreadableError):
            return ""

    # State

    def state(self) -> RecordedState:
        """Read ``session_state.json``; when it is broken, or no file, the result says so.

        Raises:
            UnreadableError: there is no permission to read it.
        """
        return self._state.read()

    def change_state(
        self,
        change: Callable[[StageStateModel], StageStateModel],
        *,
        about: Optional[Collection[str]] = None,
        written: Optional[str] = None,
    ) -> StateChange:
        """Change ``session_state.json``; a broken one is displaced first. Writes only when something changed.

        Args:
            change: makes the new model from the present one; may be called again after a conflict.
            about: the only sessions that ``change`` looks at; the model that it gets may lack others.
            written: the digest of a content that idse wrote: while the file still has it, sessions not in ``about`` are
                left unparsed.

        Raises:
            RefusedError: a newer version of the tool wrote the file.
            ConflictError: somebody else keeps changing the file.
        """
        return self._state.change(change, about=about, written=written)

    # Agents and templates

    def registry(self) -> AgentRegistry:
        """The project's agents; an empty registry when there is no file.

        Raises:
            ConfigError: the file is broken.
        """
        document = self.store.read(Place(self.project, None, AGENT_REGISTRY))
        return AgentRegistry() if document is None else AgentRegistry.parse(document.data, path=document.path)

    def update_registry(self, change: Callable[[AgentRegistry], AgentRegistry]) -> AgentRegistry:
        """Change the project's agents; returns the new registry. The caller holds the lock.

        Raises:
            ConfigError: the file is broken; it is left alone.
            ConflictError: somebody changed it at the same moment.
        """
        place = Place(self.project, None, AGENT_REGISTRY)
        document = self.store.read(place)
        before = AgentRegistry() if document is None else AgentRegistry.parse(document.data, path=document.path)
        changed = change(before)
        self._documents.write(place, changed.serialize(), expected=None if document is None else document.digest)
        return changed

    def pipeline_artifacts(self) -> PipelineArtifacts:
        """The templates: the workspace's own from ``.idse/templates/``, packaged ones for the other stages.

        Raises:
            UnreadableError: a template of the workspace can't be read.
        """
        sources: Dict[Stage, str] = {}
        paths: Dict[Stage, str] = {}
        folder = self.folder / "templates"
        for stage in Stage if folder.is_dir() else ():
            shown = f"{FOLDER}/templates/{stage}.md"
            try:
                data = files.read_bytes(folder / f"{stage}.md", root=self.folder)
            except StorageError as error:
                error.path = shown
                raise
            if data is not None:
                sources[stage], paths[stage] = files.decode(data, path=shown), shown
        return PipelineArtifacts(sources, paths)

    # Inside

    def _create_project(self, values: TemplateValues, layout: Optional[Layout]) -> List[str]:
        artifacts = self.pipeline_artifacts().render_all(values)
        documents = {Place.artifact(self.project, BLUEPRINT, stage): data for stage, data in artifacts.items()}
        documents.update(self._own_documents(values, BLUEPRINT))
        self.store.create_project(self.project, documents, layout)
        return [self.store.locate(place) for place in documents]

    def _complete(self, values: TemplateValues) -> List[str]:
        """Add what is missing to a project that exists."""
        created: List[str] = []
        if BLUEPRINT not in self.sessions():
            created += self._add_blueprint(values)
        for place, data in self._own_documents(values, self.current_session().id).items():
            created += self._documents.add(place, data)
        self.repair_pointer()
        artifacts = self.pipeline_artifacts()
        for session in self.sessions():
            for stage in Stage:
                place = Place.artifact(self.project, session, stage)
                if not self._documents.stands(place):
                    text = artifacts.render(stage, self._values_of(session, values))
                    created += self._documents.add(place, text.encode("utf-8"))
        return created

    def _add_blueprint(self, values: TemplateValues) -> List[str]:
        artifacts = self.pipeline_artifacts().render_all(values)
        documents = {stage.value: data for stage, data in artifacts.items()}
        documents[METADATA] = self._own_documents(values, BLUEPRINT)[Place(self.project, BLUEPRINT, METADATA)]
        self.store.save_session(self.project, BLUEPRINT, documents)
        return [self.store.locate(Place(self.project, BLUEPRINT, name)) for name in documents]

    def _own_documents(self, values: TemplateValues, current: str) -> Dict[Place, bytes]:
        """The documents of a new project apart from artifacts, with ``current`` as its current session."""
        now = utc_now()
        metadata = SessionMetadata(BLUEPRINT, values.title, SessionType.BLUEPRINT, created_at=now, updated_at=now)
        return {
            Place(self.project, BLUEPRINT, METADATA): metadata.serialize(),
            Place(self.project, None, AGENT_REGISTRY): AgentRegistry(DEFAULT_AGENTS).serialize(),
            Place(self.project, None, SESSION_STATE): StageStateModel.new(self.project, current).serialize(),
            Place(self.project, None, CURRENT_SESSION): f"{current}\n".encode(),
        }

    def _values_of(self, session: str, values: TemplateValues) -> TemplateValues:
        metadata = self.metadata_or_default(session, self._announce)
        return values._replace(title=metadata.title, session_id=session, session_type=metadata.session_type.value)


def _refuse_passed_over(store: DesignStore, project: str) -> None:
    if isinstance(store, PassingOver):
        _refuse("project", project, store.passed_over())


def _refuse(what: str, name: str, passed_over: Tuple[PassedOver, ...]) -> None:
    """Refuse the name of an entry that exists but is not read, and say why it is not.

    Raises:
        NotFoundError: the name is among those that were passed over.
    """
    for item in passed_over:
        if item.name == name:
            raise NotFoundError(f"{what} '{item.shown}' is not read: {item.problem}", hint=item.advice)
