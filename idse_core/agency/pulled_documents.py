"""Applying a pull to one document of a session that exists in the workspace.

The content has been fetched and verified. The live file is written only if it is unchanged since the plan was made;
then the agreement of both sides is recorded.
"""

from __future__ import annotations

from typing import Callable, Dict, Optional, Tuple

from idse_core import files
from idse_core.agency.conflicts import Versions, is_laid_aside, lay_aside, new_conflict, shown_folder
from idse_core.agency.documents import NAMES, Content, as_object, file_bytes, is_json, place_of
from idse_core.agency.json_merge import merge_json
from idse_core.agency.merge import merge
from idse_core.agency.outcome import DocumentOutcome, Result
from idse_core.agency.planner import Action
from idse_core.agency.protocol import STATE_KEY, canonical_json
from idse_core.agency.pull_context import PullContext
from idse_core.agency.pulled_states import CHANGED
from idse_core.agency.recheck import Looking
from idse_core.agency.session_plan import DocumentPlan
from idse_core.announced_documents import AnnouncedDocuments
from idse_core.errors import ConflictError, RefusedError, StorageError
from idse_core.events import FileDisplaced

__all__ = ["MISSING", "PulledDocuments"]

_Effect = Callable[[str, DocumentPlan, Optional[Content]], DocumentOutcome]
"""Carries out an action on a document of a session, given its present content, which is unchanged since the plan."""

MISSING = "its content was not received, or is larger than a document may be"
"""Why a planned document is not written."""


class PulledDocuments:
    """Carries out the planned actions on single documents.

    Args:
        context: of the pull.
    """

    def __init__(self, context: PullContext) -> None:
        self._workspace, self._base, self._recorder, self._states, self._announce = context
        self._written = AnnouncedDocuments(self._workspace.store, self._announce)
        self._looking = Looking(self._workspace)
        self._effects: Dict[Action, _Effect] = {
            Action.RECORD_BASE: self._remember,
            Action.DELETE_LOCAL: self._delete,
            Action.PULL: self._write_remote,
            Action.RESTORE: self._write_remote,
            Action.MERGE: self._join,
            Action.CONFLICT_WITHOUT_BASE: self._join,
            Action.CONFLICT_DELETED_REMOTELY: self._join,
        }

    def apply(self, session: str, document: DocumentPlan) -> DocumentOutcome:
        """Carry out the action planned for one document, and return its outcome, even if it could not be done."""
        try:
            return self._act(session, document)
        except (ConflictError, RefusedError, StorageError) as error:
            return document.came_to(Result.SKIPPED, session, path=error.path, detail=error.message)

    def _act(self, session: str, document: DocumentPlan) -> DocumentOutcome:
        if document.action is Action.FORGET_BASE:
            self._recorder.agree(session, document.key, None)
            return document.came_to(Result.DONE, session)
        if document.action in {Action.PUSH, Action.PUSH_TOMBSTONE}:
            return document.came_to(Result.LEFT, session, path=self._path(session, document.key))
        present = self._looking.document(session, document.key)
        found = None if present is None else present.digest
        if found != (None if document.local is None else document.local.digest):
            return document.came_to(Result.SKIPPED, session, path=self._path(session, document.key), detail=CHANGED)
        return self._effects[document.action](session, document, present)

    def _remember(self, session: str, document: DocumentPlan, present: Optional[Content]) -> DocumentOutcome:
        self._recorder.agree(session, document.key, document.remote, None if present is None else present.data)
        return self._done(session, document)

    def _write_remote(self, session: str, document: DocumentPlan, present: Optional[Content]) -> DocumentOutcome:
        data = self._base.content(document.remote_digest or "")
        if data is None:
            return document.came_to(Result.SKIPPED, session, path=self._path(session, document.key), detail=MISSING)
        if document.key == STATE_KEY:
            return self._states.take(session, document, data)
        self._write(session, document.key, data, present)
        self._recorder.agree(session, document.key, document.remote, data)
        return self._done(session, document)

    def _delete(self, session: str, document: DocumentPlan, present: Optional[Content]) -> DocumentOutcome:
        if document.key == STATE_KEY:
            return self._states.forget(session, document, present)
        path = self._path(session, document.key)
        if present is not None:
            kept = self._workspace.store.displace(
                place_of(self._workspace.project, session, document.key), expected=present.stored
            )
            if kept is not None:
                self._announce(FileDisplaced(path, kept))
        self._recorder.agree(session, document.key, None)
        return document.came_to(Result.DONE, session, path=path)

    def _join(self, session: str, document: DocumentPlan, present: Optional[Content]) -> DocumentOutcome:
        """Merge a document that both sides changed, or lay the conflict aside."""
        conflict = new_conflict(self._workspace, session, document.key, base=document.base, remote=document.remote)
        theirs = None if document.remote_digest is None else self._base.content(document.remote_digest)
        if document.remote_digest is not None and theirs is None:
            return document.came_to(Result.SKIPPED, session, path=self._path(session, document.key), detail=MISSING)
        ours = b"" if present is None else present.data
        base = None if document.base_digest is None else self._base.content(document.base_digest)
        clean, merged = _merged(document.key, base, ours, theirs)
        if not clean or is_laid_aside(self._workspace, conflict):
            shown = [_shown(document.key, data) for data in (base, ours, theirs, merged)]
            lay_aside(self._workspace, conflict, Versions(*shown))
            folder = shown_folder(self._workspace, conflict)
            return document.came_to(Result.CONFLICT, session, path=folder, detail=_why(document))
        if document.key == STATE_KEY:
            return self._states.take(session, document, merged or b"{}", Result.MERGED)
        if merged is not None and merged != ours:
            self._keep(session, document.key, present)
            self._write(session, document.key, merged, present)
        self._recorder.agree(session, document.key, document.remote, theirs)
        return document.came_to(Result.MERGED, session, path=self._path(session, document.key))

    def _write(self, session: str, key: str, data: bytes, present: Optional[Content]) -> None:
        place = place_of(self._workspace.project, session, key)
        path = self._path(session, key)
        like = self._workspace.store.read(place) if is_json(key) else None
        written = file_bytes(key, data, like=None if like is None else like.data, path=path)
        expected = None if present is None else present.stored
        self._written.write(place, written, expected=expected)

    def _keep(self, session: str, key: str, present: Optional[Content]) -> None:
        """Keep a copy of our version before a merge, since it exists nowhere else."""
        if present is None:
            return
        suffix = "json" if is_json(key) else "md"
        name = f"before-merge-{present.digest[:16]}-{session}-{NAMES[key]}.{suffix}"
        folder = self._workspace.local / "displaced" / self._workspace.project
        if files.read_bytes(folder / name, root=self._workspace.folder) is None:
            files.write_bytes(folder / name, present.data, expected=None, root=self._workspace.folder, displaced=folder)

    def _path(self, session: str, key: str) -> str:
        return self._workspace.store.locate(place_of(self._workspace.project, session, key))

    def _done(self, session: str, document: DocumentPlan) -> DocumentOutcome:
        return document.came_to(Result.DONE, session, path=self._path(session, document.key))


def _merged(key: str, base: Optional[bytes], ours: bytes, theirs: Optional[bytes]) -> Tuple[bool, Optional[bytes]]:
    """Whether the merge is clean, and its result; None if there is no result to show."""
    if theirs is None or (base is None and key != STATE_KEY):
        return False, None
    if is_json(key):
        before = {} if base is None else as_object(base, path="base")
        merging = merge_json(before, as_object(ours, path="ours"), as_object(theirs, path="theirs"))
        return merging.clean or key == STATE_KEY, canonical_json(merging.value)
    text = merge(base or b"", ours, theirs)
    is_shown = text.clean or not any(b"\0" in data for data in (ours, theirs))
    return text.clean, text.data if is_shown else None


def _shown(key: str, data: Optional[bytes]) -> Optional[bytes]:
    """A version in the form of a file, for a person to read."""
    return data if data is None or not is_json(key) else file_bytes(key, data, like=None, path=key)


def _why(document: DocumentPlan) -> str:
    if document.action is Action.CONFLICT_DELETED_REMOTELY:
        return "it was edited here and deleted at the Agency Core"
    if document.action is Action.CONFLICT_WITHOUT_BASE:
        return "both sides have one, and they never were the same"
    return "both sides changed the same place"
