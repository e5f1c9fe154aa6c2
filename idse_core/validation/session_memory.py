"""Judging sessions only when something that the judgement rests on has changed.

Three looks, each cheaper than the one after it. A session whose documents look untouched from outside (`stamp`) is not
read. One that was read, and says what it said, is not judged. Only then is it judged, artifact by artifact, and of those
too only the ones whose bytes are new. What comes out is the same in every case.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Callable, Dict, Iterable, List, Optional, Tuple

from idse_core.design_store import METADATA, PROJECT_DOCUMENTS, SESSION_STATE, TRACE, Place, SessionDocuments
from idse_core.errors import StorageError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageStateModel
from idse_core.trace_record import TraceRecord
from idse_core.validation.confirmations import read_confirmations
from idse_core.validation.examination import Examiner
from idse_core.validation.findings import Finding
from idse_core.validation.record_json import Given, record_from_json, record_to_json
from idse_core.validation.report import SessionReport
from idse_core.validation.report_json import findings_from_json, findings_to_json, report_from_json, report_to_json
from idse_core.validation.result_cache import CacheRow, Results

__all__ = ["ProjectRecords", "SessionMemory", "digest_of"]


class ProjectRecords:
    """What the project's own documents say of its sessions; parsed when it is first asked for.

    Args:
        workspace: whose documents.

    Attributes:
        digest: of all that is said in them; empty when one of them can't be read.
    """

    def __init__(self, workspace: ProjectWorkspace) -> None:
        self._workspace = workspace
        self._digests: Dict[str, str] = {}
        self.digest = self.digest_of((SESSION_STATE, TRACE))

    def digest_of(self, names: Iterable[str]) -> str:
        """A digest of some of the project's documents; empty when one of them can't be read."""
        try:
            return digest_of([self._digest_of(name) for name in names])
        except StorageError:
            return ""

    def _digest_of(self, name: str) -> str:
        if name not in self._digests:
            document = self._workspace.store.read(Place(self._workspace.project, None, name))
            self._digests[name] = "" if document is None else document.digest
        return self._digests[name]

    def of(self, session: str) -> Given:
        """What is remembered of a session: its states, and what was confirmed of its requirements."""
        return self._model.session(session), self._trace.session(session)

    @cached_property
    def _model(self) -> StageStateModel:
        return self._workspace.state().model

    @cached_property
    def _trace(self) -> TraceRecord:
        return read_confirmations(self._workspace).record


class SessionMemory:
    """Judges the sessions of one project, and remembers the judgements. For one run: it looks at nothing twice.

    Args:
        workspace: whose sessions.
        examiner: judges those that have to be.
        results: what was remembered.
        key: identifies rules and tool.
        is_sound: whether no rule failed so far; what a rule that failed has left out is not remembered.
        whole: whether many of the project's sessions are going to be asked for.
    """

    def __init__(
        self,
        workspace: ProjectWorkspace,
        examiner: Examiner,
        results: Results,
        *,
        key: str,
        is_sound: Callable[[], bool],
        whole: bool,
    ) -> None:
        self._workspace = workspace
        self._examiner = examiner
        self._results = results
        self._key = key
        self._is_sound = is_sound
        self._records = ProjectRecords(workspace)
        self._context = digest_of([key, self._records.digest]) if self._records.digest else ""
        self._known: Optional[Dict[str, CacheRow]] = results.sessions(workspace.project) if whole else None
        self._stamps: Dict[str, str] = {}

    def report(self, session: str) -> SessionReport:
        """A session's report, from what its documents say now.

        Raises:
            NotFoundError: there is no such session.
        """
        stamp, row = self._stamp(session), self._row(session)
        if row is not None and stamp and stamp == row.stamp and self._holds(row):
            report = report_from_json(session, row.value)
            if report is not None:
                if row.context != self._context:
                    self._results.put_session(self._workspace.project, row._replace(context=self._context))
                return report
        return self._read(session, stamp, row)

    def about_project(self, judge: Callable[[], Tuple[Finding, ...]]) -> Tuple[Finding, ...]:
        """The findings about the project as a whole.

        Args:
            judge: finds them, when they are not known.
        """
        key = self._project_key()
        known = self._results.fact(f"project {self._workspace.project}", key) if key else None
        findings = None if known is None else findings_from_json(known)
        if findings is None:
            findings = judge()
            if key and self._is_sound():
                self._results.put_fact(f"project {self._workspace.project}", key, findings_to_json(findings))
        return findings

    def _read(self, session: str, stamp: str, row: Optional[CacheRow]) -> SessionReport:
        """The report on a session that may have changed."""
        loaded = self._workspace.store.load_session(self._workspace.project, session)
        documents = _digest_of_documents(loaded)
        report, surroundings = None, ""
        if row is not None and row.documents == documents and self._holds(row):
            report, surroundings = report_from_json(session, row.value), row.surroundings
        given = self._given(session, row)
        if report is None:
            report = self._examiner.examine(session, given[0], given[1], loaded=loaded)
            surroundings = self._examiner.surroundings.taken()
        if self._is_sound():
            metadata = loaded.documents.get(METADATA)
            record = record_to_json(given)
            made = CacheRow(
                session=session,
                stamp="" if loaded.problems else stamp,
                context=self._context,
                record=digest_of([self._key, record]),
                documents=documents,
                metadata="" if metadata is None else metadata.digest,
                surroundings=surroundings,
                value=report_to_json(report),
            )
            if made != row:
                self._results.put_session(self._workspace.project, made)
                self._results.put_fact(self._name(session), made.record, record)
        return report

    def _holds(self, row: CacheRow) -> bool:
        """Whether all that went in beside the session's documents is still the same."""
        same = (self._context and row.context == self._context) or row.record == self._record(row.session)
        return bool(same) and self._examiner.surroundings.still_hold(row.surroundings)

    def _record(self, session: str) -> str:
        """A digest of the rules, and of what is recorded of the session."""
        return digest_of([self._key, record_to_json(self._records.of(session))])

    def _given(self, session: str, row: Optional[CacheRow]) -> Given:
        """What is recorded of a session, without parsing the records of all of them where it is known."""
        is_known = row is not None and self._context and row.context == self._context
        known = self._results.fact(self._name(session), row.record) if is_known and row is not None else None
        given = None if known is None else record_from_json(known)
        return self._records.of(session) if given is None else given

    def _name(self, session: str) -> str:
        return f"record {self._workspace.project} {session}"

    def _stamp(self, session: str) -> str:
        if session not in self._stamps:
            self._stamps[session] = self._workspace.store.stamp(self._workspace.project, session) or ""
        return self._stamps[session]

    def _row(self, session: str) -> Optional[CacheRow]:
        if self._known is not None:
            return self._known.pop(session, None)
        return self._results.sessions(self._workspace.project, session).get(session)

    def _project_key(self) -> str:
        """A digest of all that findings about the project rest on; empty when something of it can't be read."""
        own = self._records.digest_of(PROJECT_DOCUMENTS)
        if not own:
            return ""
        parts = [self._key, own]
        known = self._known if self._known is not None else self._results.sessions(self._workspace.project)
        try:
            for session in self._workspace.sessions():
                row = known.get(session)
                is_known = row is not None and row.stamp and row.stamp == self._stamp(session)
                parts += [session, row.metadata if is_known and row is not None else self._metadata(session)]
        except StorageError:
            return ""
        return digest_of(parts)

    def _metadata(self, session: str) -> str:
        document = self._workspace.store.read(Place(self._workspace.project, session, METADATA))
        return "" if document is None else document.digest


def digest_of(parts: Iterable[str]) -> str:
    """One short text for many; another one when any of them, or their number, is another."""
    return hashlib.sha256(json.dumps(list(parts)).encode("ascii")).hexdigest()


def _digest_of_documents(loaded: SessionDocuments) -> str:
    parts: List[str] = []
    for stage in Stage:
        document = loaded.documents.get(stage.value)
        parts += ("", "") if document is None else (document.path, document.digest)
        parts.append(repr(loaded.problems.get(stage.value)))
    metadata = loaded.documents.get(METADATA)
    return digest_of([*parts, "" if metadata is None else metadata.digest])
