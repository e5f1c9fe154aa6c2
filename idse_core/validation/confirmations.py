"""Reading and writing ``trace.json``, for rules, reports and `idse trace accept`."""

from __future__ import annotations

from typing import Callable, Mapping, NamedTuple, Optional

from idse_core.announced_documents import AnnouncedDocuments
from idse_core.design_store import TRACE, Place
from idse_core.errors import ConfigError, ConflictError, IdseError, UnreadableError
from idse_core.events import Listener
from idse_core.project_workspace import ProjectWorkspace
from idse_core.trace_record import Confirmation, TraceRecord

__all__ = ["RecordedTrace", "confirm", "read_confirmations"]

_ATTEMPTS = 5

New = Mapping[str, Mapping[str, Confirmation]]
"""Session → requirement → its confirmation."""


class RecordedTrace(NamedTuple):
    """``trace.json`` as it is.

    Attributes:
        record: its content; nothing is confirmed when the file is absent or broken.
        digest: of the bytes that were read; None when it is absent or can't be read.
        problem: what is wrong with the file, or None.
    """

    record: TraceRecord
    digest: Optional[str]
    problem: Optional[IdseError] = None


def read_confirmations(workspace: ProjectWorkspace) -> RecordedTrace:
    """Read ``trace.json``; when it is broken, or no file, the result says so."""
    try:
        document = workspace.store.read(Place(workspace.project, None, TRACE))
    except UnreadableError as error:
        return RecordedTrace(TraceRecord.empty(), None, error)
    if document is None:
        return RecordedTrace(TraceRecord.empty(), None)
    try:
        return RecordedTrace(TraceRecord.parse(document.data, path=document.path), document.digest)
    except ConfigError as error:
        return RecordedTrace(TraceRecord.empty(), document.digest, error)


def confirm(workspace: ProjectWorkspace, new: New, *, on_event: Listener) -> None:
    """Record confirmations; nothing is written when all of them are known. The caller holds the project's lock.

    A broken file is left alone: unlike the state, it can't be derived again.

    Raises:
        ConfigError: the file is broken.
        UnreadableError: it can't be read.
        RefusedError: a newer version of the tool wrote it.
        ConflictError: somebody else keeps changing it.
    """

    def change(record: TraceRecord) -> TraceRecord:
        return record.confirm_all(new)

    for _ in range(_ATTEMPTS - 1):
        try:
            _write(workspace, change, on_event)
        except ConflictError:
            continue
        return
    _write(workspace, change, on_event)


def _write(workspace: ProjectWorkspace, change: Callable[[TraceRecord], TraceRecord], on_event: Listener) -> None:
    recorded = read_confirmations(workspace)
    if recorded.problem is not None:
        raise recorded.problem
    changed = change(recorded.record)
    if changed is recorded.record:
        return
    place = Place(workspace.project, None, TRACE)
    AnnouncedDocuments(workspace.store, on_event).write(place, changed.serialize(), expected=recorded.digest)
