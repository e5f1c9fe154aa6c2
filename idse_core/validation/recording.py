"""Records a report in ``session_state.json`` and ``trace.json``, looking only at what is not recorded yet."""

from __future__ import annotations

import hashlib
import json
from typing import Callable, Dict, Iterable, List, Mapping, Optional, Sequence

from idse_core.design_store import SESSION_STATE, TRACE
from idse_core.events import Listener
from idse_core.project_workspace import CurrentSession, ProjectWorkspace, StateChange
from idse_core.stage_state_model import StageStateModel
from idse_core.trace_record import Confirmation
from idse_core.validation.confirmations import confirm, read_confirmations
from idse_core.validation.digests import digest_of
from idse_core.validation.next_run import Foresight
from idse_core.validation.record_history import RecordHistory
from idse_core.validation.report import SessionReport
from idse_core.validation.result_cache import Results
from idse_core.validation.session_memory import ProjectRecords, history_name, written_name

__all__ = ["Recorder"]

_MARK = 12  # bytes
_MANY = 5  # from this many sessions on, parsing all records costs less than judging these again

Marks = Dict[str, str]
"""Session → a digest of what is recorded about it."""


class Recorder:
    """Records the reports of one project.

    Args:
        workspace: opened at the project.
        results: the cache, where the next run also finds what this one wrote.
        judge: judges sessions, for a state file that has to be made anew.
        foresight: caches what the next run would find; used when many sessions were recorded.
        on_event: receives an event for every write.
    """

    def __init__(
        self,
        workspace: ProjectWorkspace,
        results: Results,
        *,
        judge: Callable[[Sequence[str]], Iterable[SessionReport]],
        foresight: Callable[[], Foresight],
        on_event: Listener,
    ) -> None:
        self._workspace = workspace
        self._results = results
        self._judge = judge
        self._foresight = foresight
        self._announce = on_event
        self._name = f"recorded {workspace.project}"

    def record(self, reports: Sequence[SessionReport]) -> None:
        """Record states, verdicts and new cover; nothing is written when nothing meaningful changed.

        Raises:
            RefusedError: a newer version of the tool wrote the state file.
            StorageError: a file can't be written.
        """
        current = self._workspace.current_session()
        records = ProjectRecords(self._workspace)
        marks = {report.session: _mark(report) for report in reports}
        known = self._known(current, records)
        new = [report for report in reports if known.get(report.session) != marks[report.session]]
        if known and not new:
            return
        covered = {item.session: item.newly_covered for item in new if item.newly_covered}
        change = self._write(new, current, records, covered)
        if covered and not self._is_trace_closed():  # the next report does not list them again
            marks.update({item.session: _mark(item._replace(newly_covered={})) for item in new})
        if not change.recovered:
            self._remember(change, records, {**known, **marks}, None if covered else new)
            if len(new) >= _MANY and change.after != change.before:
                self._foresight().remember(
                    [item.session for item in new], records.digest, ProjectRecords(self._workspace)
                )

    def _known(self, current: CurrentSession, records: ProjectRecords) -> Marks:
        """What is recorded already, according to the cache; empty when something has to be repaired."""
        if current.problem or not records.digest:
            return {}
        value = self._results.fact(self._name, _key(current.id, records))
        try:
            found = json.loads(value or "{}")
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(
        self,
        new: Sequence[SessionReport],
        current: CurrentSession,
        records: ProjectRecords,
        covered: Mapping[str, Mapping[str, Confirmation]],
    ) -> StateChange:
        judged: List[SessionReport] = list(new)
        digest = records.digest_of_one(SESSION_STATE)
        is_ours = bool(digest) and self._results.fact(written_name(self._workspace.project), digest) is not None
        if not is_ours and self._workspace.state().problem is not None:
            judged = list(self._judge(self._workspace.sessions()))
            covered = {item.session: item.newly_covered for item in judged if item.newly_covered}

        def change(model: StageStateModel) -> StageStateModel:
            model = model.record_all((item.session, item.stages, item.validation_status) for item in judged)
            return model if model.current == current.id else model.select(current.id)

        with self._workspace.lock():
            self._workspace.repair_pointer()
            made = self._workspace.change_state(
                change,
                about=[*(item.session for item in judged), current.id],
                written=digest if is_ours else None,
            )
            self._confirm(covered)
        return made

    def _confirm(self, covered: Mapping[str, Mapping[str, Confirmation]]) -> None:
        """Record the text of newly covered requirements. A file that can't be changed is left alone."""
        if covered and not self._is_trace_closed():
            confirm(self._workspace, covered, on_event=self._announce)

    def _is_trace_closed(self) -> bool:
        recorded = read_confirmations(self._workspace)
        return recorded.problem is not None or recorded.record.read_only

    def _remember(
        self, change: StateChange, before: ProjectRecords, marks: Marks, changed: Optional[Sequence[SessionReport]]
    ) -> None:
        """Cache, for the next run, what is recorded now and which sessions' records changed."""
        now = ProjectRecords(self._workspace)
        project = self._workspace.project
        current = self._workspace.current_session()
        if current.problem or now.digest_of_one(SESSION_STATE) != change.after:
            return
        if now.digest:
            self._results.put_fact(self._name, _key(current.id, now), json.dumps(marks, separators=(",", ":")))
        if change.after == change.before:
            return
        self._results.put_fact(written_name(project), change.after, "")
        if not (before.digest and now.digest):  # one of the records can't be read
            return
        same_trace = now.digest_of_one(TRACE) == before.digest_of_one(TRACE)
        if changed is not None and same_trace and change.before == before.digest_of_one(SESSION_STATE):
            text = self._results.fact(history_name(project), before.digest)
            history = RecordHistory.from_json(text, before.digest)
            after = history.then(now.digest, [report.session for report in changed])
            self._results.put_fact(history_name(project), now.digest, after.to_json())


def _key(current: str, records: ProjectRecords) -> str:
    return digest_of([records.digest, current])


def _mark(report: SessionReport) -> str:
    """A digest of everything in a report that determines what is recorded about its session."""
    parts = [report.validation_status.value, repr(report.newly_covered) if report.newly_covered else ""]
    for status in report.stages.values():
        parts += status.state, status.digest or "", "stale" if status.stale_from else ""  # a state is itself a string
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=_MARK).hexdigest()
