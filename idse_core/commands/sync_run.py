"""One call of ``idse sync push``, ``pull`` or ``status``: its project, its Agency Core, its sessions, its output."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Dict, List, Optional, Tuple, Type

from idse_core import identifiers
from idse_core.agency.config import AgencyConfig
from idse_core.agency.documents import NAMES
from idse_core.agency.engine import AgencySyncEngine
from idse_core.agency.http_transport import connect
from idse_core.agency.outcome import Direction, DocumentOutcome, SyncReport
from idse_core.commands.face import Face
from idse_core.commands.progress import Progress
from idse_core.commands.session_choice import current_session, refuse_both
from idse_core.errors import NotFoundError, UsageError
from idse_core.events import Listener
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.quoting import quoted
from idse_core.reports.sync_text import hints, render_sync
from idse_core.stores.opening import open_store
from idse_core.workspace_folder import folder_for_new

if TYPE_CHECKING:
    from idse_core.reports.documents import SettingItem

__all__ = ["Syncing", "agency_config", "setting_items", "settings_text"]


class Syncing:
    """A context that closes the connection and erases the progress line when it ends.

    Args:
        face: the face of the call.
        agency_url: the value of the option.
        parallel: how many sessions to send at once.
        may_create: whether a named project may be missing here.
    """

    def __init__(self, face: Face, agency_url: Optional[str], *, parallel: int = 8, may_create: bool = False) -> None:
        self._face = face
        self._progress = Progress(face, "syncing")
        self._workspace = _workspace(face, self._progress, may_create=may_create)
        self._config = agency_config(face, self._workspace, agency_url)
        endpoint = str(self._config.required())
        self._transport = connect(self._config, on_event=self._progress)
        self.engine = AgencySyncEngine(
            self._workspace, self._transport, endpoint=endpoint, on_event=self._progress, parallel=parallel
        )

    def __enter__(self) -> Syncing:  # noqa: PYI034  # typing.Self needs Python 3.11
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._progress.__exit__(kind, error, trace)
        self._transport.close()

    def chosen(self, session: Optional[str], *, all_sessions: bool) -> Optional[Tuple[str, ...]]:
        """The sessions to sync; None for all. A project that does not exist here yet is synced as a whole.

        Raises:
            UsageError: both were asked for.
        """
        refuse_both(session, all_sessions=all_sessions)
        if session:
            return (session,)
        if all_sessions or self._workspace.project not in self._workspace.store.list_projects():
            return None
        return (current_session(self._face, self._workspace),)

    def show(self, report: SyncReport) -> int:
        """Print what happened; returns the exit code.

        Raises:
            IdseError: nothing could be done.
        """
        self._progress.__exit__(None, None, None)
        if report.failure is not None and report.exit_code == report.failure.exit_code:
            raise report.failure
        if self._face.json_output:
            from idse_core.reports.documents import SyncDocument, SyncItem  # noqa: PLC0415  # only for --json

            items = [SyncItem(**_item(outcome)) for outcome in report.outcomes]  # type: ignore[arg-type]  # enum values
            self._face.document(
                SyncDocument(
                    report.direction.value,
                    report.project,
                    report.project_id,
                    report.endpoint,
                    report.server_id,
                    report.dry_run,
                    report.created,
                    report.interrupted,
                    report.sessions,
                    report.sent,
                    report.received,
                    None if report.failure is None else report.failure.message,
                    items,
                    setting_items(self._config) if report.direction is Direction.STATUS else [],
                )
            )
            return report.exit_code
        self._face.print(render_sync(report, self._face.style))
        if report.direction is Direction.STATUS:
            self._face.print("\n" + settings_text(self._config))
        if report.failure is not None:
            self._face.warn(str(report.failure), report.failure.hint)
        for message, hint in hints(report):
            self._face.warn(message, hint)
        return report.exit_code


def agency_config(face: Face, workspace: ProjectWorkspace, agency_url: Optional[str]) -> AgencyConfig:
    """The settings of the Agency Core, from the command line, the environment and the user's file."""
    return AgencyConfig.read(
        os.environ,
        home=Path.home(),
        start=face.config.start,
        url=agency_url,
        project=workspace.folder.parent,
        on_event=face.announce,
    )


def setting_items(config: AgencyConfig) -> List[SettingItem]:
    """The settings as items of a document, with secrets masked."""
    from idse_core.reports.documents import SettingItem  # noqa: PLC0415  # only for --json

    return [SettingItem(row.name, row.value, row.source) for row in config.shown()]


def settings_text(config: AgencyConfig) -> str:
    """One line per setting: its value, with a secret masked, and its origin."""
    return "".join(f"  {row.name:<10}  {quoted(row.value)}  ({quoted(row.source)})\n" for row in config.shown())


def _workspace(face: Face, on_event: Listener, *, may_create: bool) -> ProjectWorkspace:
    """Open the project; a named one that does not exist is prepared in memory only."""
    try:
        found = ProjectWorkspace.open(face.config, on_event=on_event)
    except NotFoundError as error:
        name = face.config.project
        if not may_create:
            raise
        if not name:
            error.hint = "to get a project that others pushed: idse sync pull --all --project NAME"
            raise
        if identifiers.new_id(name, what="project") != name:
            raise UsageError(f"'{name}' is not the id of a project", hint="use the id that others see") from error
        folder = folder_for_new(face.config)
        store = open_store(folder, face.config.store)
        other = identifiers.taken_by(name, store.list_projects())
        if other is not None:
            raise UsageError(
                f"project '{name}' conflicts with '{other}': only their case differs",
                hint=f"idse --project {other} sync pull",
            ) from error
        return ProjectWorkspace(folder, name, store=store, on_event=on_event)
    return found


def _item(outcome: DocumentOutcome) -> Dict[str, object]:
    planned = outcome.planned
    return {
        "session_id": planned.session,
        "document": NAMES[planned.key],
        "action": planned.action.value,
        "result": outcome.result.value,
        "path": outcome.path,
        "detail": outcome.detail,
        "bytes": planned.size,
    }
