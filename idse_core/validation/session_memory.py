"""Judges sessions only when something that the judgement depends on has changed.

There are three checks, each cheaper than the next. A session whose documents look untouched from outside (`stamp`) is
not read. One that was read, and has not changed, is not judged. Only then is it judged, artifact by artifact, and of
those only the ones with new bytes. The result is the same in every case.
"""

from __future__ import annotations

from functools import cached_property
from typing import Callable, Dict, Iterable, List, Optional, Tuple

from idse_core.design_store import METADATA, PROJECT_DOCUMENTS, SESSION_STATE, TRACE, Place
from idse_core.errors import StorageError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageStateModel
from idse_core.trace_record import TraceRecord
from idse_core.validation.confirmations import read_confirmations
from idse_core.validation.digests import digest_of
from idse_core.validation.examination import Examiner
from idse_core.validation.findings import Finding
from idse_core.validation.record_history import RecordHistory
from idse_core.validation.record_json import Given, record_from_json, record_to_json
from idse_core.validation.report import SessionReport
from idse_core.validation.report_json import findings_from_json, findings_to_json, report_from_json
from idse_core.validation.result_cache import CacheRow, Results
from idse_core.validation.session_judgement import Judged, digest_of_documents, judged

_WITHOUT_STATE = tuple(name for name in PROJECT_DOCUMENTS if name != SESSION_STATE)

__all__ = ["ProjectRecords", "SessionMemory", "history_name", "record_name", "written_name"]


def nobody(session: str) -> Optional[Judged]:
    """No judgement from another process."""
    del session
    return None  # what the signature promises


class ProjectRecords:
    """What the project's own documents say about its sessions; parsed on first use.

    Args:
        workspace: opened at the project.

    Attributes:
        digest: a digest of everything they say; empty when one of them can't be read.
    """

    def __init__(self, workspace: ProjectWorkspace) -> None:
        self._workspace = workspace
        self._digests: Dict[str, str] = {}
        self.digest = self.digest_of((SESSION_STATE, TRACE))

    def digest_of(self, names: Iterable[str]) -> str:
        """A digest of some of the project's documents; empty when one of them can't be read."""
        try:
            return digest_of([self.digest_of_one(name) for name in names])
        except StorageError:
            return ""

    def digest_of_one(self, name: str) -> str:
        """The digest of one of the project's documents; empty when it is absent.

        Raises:
            StorageError: it can't be read.
        """
        if name not in self._digests:
            document = self._workspace.store.read(Place(self._workspace.project, None, name))
            self._digests[name] = "" if document is None else document.digest
        return self._digests[name]

    def of(self, session: str) -> Given:
        """What is recorded about a session: its states, and the confirmations of its requirements."""
        return self._model.session(session), self._trace.session(session)

    @cached_property
    def _model(self) -> StageStateModel:
        return self._workspace.state().model

    @cached_property
    def _trace(self) -> TraceRecord:
        return read_confirmations(self._workspace).record


class SessionMemory:
    """Judges the sessions of one project, and caches the judgements. For one run: it looks at nothing twice.

    Args:
        workspace: opened at the project.
        examiner: judges the sessions that have to be judged.
        results: the cache.
        key: identifies the rules and the tool.
        is_sound: whether no rule has failed so far; a judgement that lacks a rule is not cached.
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
        self._elsewhere: Callable[[str], Optional[Judged]] = nobody
        self._records = ProjectRecords(workspace)
        self._context = digest_of([key, self._records.digest]) if self._records.digest else ""
        self._history = self._known_history()
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
                if not self._is_recorded_alike(row):
                    self._results.put_session(self._workspace.project, row._replace(context=self._context))
                return report
        return self._read(session, stamp, row)

    def unknown(self, sessions: Iterable[str]) -> List[Tuple[str, str]]:
        """The sessions that have to be read, each with what is recorded about it as JSON."""
        found: List[Tuple[str, str]] = []
        for session in sessions:
            stamp, row = self._stamp(session), self._row(session)
            if row is None or not stamp or stamp != row.stamp or not self._holds(row):
                found.append((session, record_to_json(self._given(session, row))))
        return found

    def judge_elsewhere(self, elsewhere: Callable[[str], Optional[Judged]]) -> None:
        """From now on call ``elsewhere`` before judging a session; None means that it has to be judged here."""
        self._elsewhere = elsewhere

    def about_project(self, judge: Callable[[], Tuple[Finding, ...]]) -> Tuple[Finding, ...]:
        """The findings about the project as a whole, from the cache if possible.

        Args:
            judge: finds them, when they are not cached.
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
        given = self._given(session, row)
        found = self._elsewhere(session)
        report = None if found is None else report_from_json(session, found.value)
        if found is None or report is None:
            found, report = self._judged_here(session, row, given)
        for key, result in found.results:
            self._results.put_encoded(key, result)
        if self._is_sound():
            record = record_to_json(given)
            made = CacheRow(
                session=session,
                stamp=stamp if found.readable else "",
                context=self._context,
                record=digest_of([self._key, record]),
                documents=found.documents,
                metadata=found.metadata,
                surroundings=found.surroundings,
                value=found.value,
            )
            if made != row:
                self._results.put_session(self._workspace.project, made)
                self._results.put_fact(self._name(session), made.record, record)
        return report

    def _judged_here(self, session: str, row: Optional[CacheRow], given: Given) -> Tuple[Judged, SessionReport]:
        loaded = self._workspace.store.load_session(self._workspace.project, session)
        if row is not None and row.documents == digest_of_documents(loaded) and self._holds(row):
            report = report_from_json(session, row.value)
            if report is not None:
                return judged(loaded, report, row.surroundings), report
        report = self._examiner.examine(session, given[0], given[1], loaded=loaded)
        return judged(loaded, report, self._examiner.surroundings.taken()), report

    def _holds(self, row: CacheRow) -> bool:
        """Whether everything the judgement depends on, apart from the session's documents, is still the same.

        That includes the rules: one that has failed by now is left out of the rest of the run, but may have findings in
        the cache.
        """
        if not self._is_sound():
            return False
        same = self._is_recorded_alike(row) or row.record == self._record(row.session)
        return same and self._examiner.surroundings.still_hold(row.surroundings)

    def _is_recorded_alike(self, row: CacheRow) -> bool:
        """Whether rules and record of a session are certainly the same; False only means that they may differ."""
        if self._context and row.context == self._context:
            return True
        return self._history.holds_since(self._versions.get(row.context), row.session)

    def _known_history(self) -> RecordHistory:
        digest = self._records.digest
        return RecordHistory.from_json(self._results.fact(history_name(self._workspace.project), digest), digest)

    @cached_property
    def _versions(self) -> Dict[str, int]:
        """Context → index of the version of the records that it belongs to."""
        versions = enumerate(self._history.versions) if self._context else ()
        return {digest_of([self._key, version]): number for number, version in versions}

    def _record(self, session: str) -> str:
        """A digest of the rules, and of what is recorded about the session."""
        return digest_of([self._key, record_to_json(self._records.of(session))])

    def _given(self, session: str, row: Optional[CacheRow]) -> Given:
        """What is recorded about a session; from the cache if possible, without parsing the records of all sessions."""
        is_known = row is not None and self._is_recorded_alike(row)
        known = self._results.fact(self._name(session), row.record) if is_known and row is not None else None
        given = None if known is None else record_from_json(known)
        return self._records.of(session) if given is None else given

    def _name(self, session: str) -> str:
        return record_name(self._workspace.project, session)

    def _stamp(self, session: str) -> str:
        if session not in self._stamps:
            row = self._row(session)
            last = "" if row is None else row.stamp
            self._stamps[session] = self._workspace.store.stamp(self._workspace.project, session, last) or ""
        return self._stamps[session]

    def _row(self, session: str) -> Optional[CacheRow]:
        if self._known is not None:
            return self._known.get(session)
        return self._results.sessions(self._workspace.project, session).get(session)

    def _project_key(self) -> str:
        """A digest of everything that findings about the project depend on; empty when some of it can't be read."""
        own = self._records.digest_of(PROJECT_DOCUMENTS)
        if not own:
            return ""
        state = self._records.digest_of_one(SESSION_STATE)
        if state and self._results.fact(written_name(self._workspace.project), state) is not None:
            # Rules about the project ask only whether the states can be read, and these were written by us.
            own = digest_of(["ours", *map(self._records.digest_of_one, _WITHOUT_STATE)])
        parts = [self._key, own]
        known = self._known if self._known is not None else self._results.sessions(self._workspace.project)
        try:
            for session in self._workspace.sessions():
                row = known.get(session)
                is_known = row is not None and row.stamp and row.stamp == self._stamp(session)
                parts += [session, row.metadata if is_known and row is not None else self._metadata(session)]
        except StorageError:
            return ""
        parts += [text for item in self._workspace.passed_over() for text in (item.shown, item.problem)]
        return digest_of(parts)

    def _metadata(self, session: str) -> str:
        document = self._workspace.store.read(Place(self._workspace.project, session, METADATA))
        return "" if document is None else document.digest


def history_name(project: str) -> str:
    """The name under which the history of a project's records is cached."""
    return f"history {project}"


def record_name(project: str, session: str) -> str:
    """The name under which the record is cached that a session's judgement depends on."""
    return f"record {project} {session}"


def written_name(project: str) -> str:
    """The name under which the digest of the ``session_state.json`` that we wrote is cached."""
    return f"written {project}"
