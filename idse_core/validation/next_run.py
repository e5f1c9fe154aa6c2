"""After recording: caches what the next run would find, where that is certain.

A judgement depends on what is recorded about its session as well, so recording puts all judgements in question. But
when the states of a session were recorded as they are, and its basis matches its artifacts, another judgement would be
the same, as long as no rule compares the record itself.
"""

from __future__ import annotations

from typing import Iterable, Mapping, Sequence

from idse_core.constitution_rules import Reach
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_basis import stale_from
from idse_core.stage_state_model import StageState
from idse_core.trace_record import Confirmation
from idse_core.validation.digests import digest_of
from idse_core.validation.plugin_calls import ForeignKind
from idse_core.validation.record_json import Given, record_from_json, record_to_json
from idse_core.validation.report import SessionReport
from idse_core.validation.report_json import report_from_json, report_to_json
from idse_core.validation.result_cache import CacheRow, Results
from idse_core.validation.rule_runner import RunnableRule
from idse_core.validation.session_memory import ProjectRecords, record_name

__all__ = ["Foresight"]


class Foresight:
    """Caches, for sessions that were recorded, what the next run would find.

    Args:
        workspace: opened at the sessions' project.
        results: the cache with their last results, which also takes the new ones.
        rules: the active rules.
        key: identifies the rules, the tool and the templates.
    """

    def __init__(
        self, workspace: ProjectWorkspace, results: Results, *, rules: Sequence[RunnableRule], key: str
    ) -> None:
        self._project = workspace.project
        self._results = results
        self._rules = rules
        self._key = key

    def remember(self, sessions: Iterable[str], before: str, now: ProjectRecords) -> None:
        """Cache it for those of the sessions that were judged under these rules and the records before.

        Args:
            sessions: the sessions that were recorded.
            before: the digest of the project's records before recording.
            now: the records now.
        """
        if not before or not now.digest or any(map(_may_look_at_states, self._rules)):
            return
        context, after = (digest_of([self._key, digest]) for digest in (before, now.digest))
        rows = self._results.sessions(self._project)
        for session in sessions:
            row = rows.get(session)
            if row is not None and row.context == context:
                self._remember(row, now.of(session), after)

    def _remember(self, row: CacheRow, given: Given, context: str) -> None:
        report = report_from_json(row.session, row.value)
        known = self._results.fact(record_name(self._project, row.session), row.record)
        was = None if known is None else record_from_json(known)
        if report is None or was is None or not _is_certain(report, given, was[1]):
            return
        record = record_to_json(given)
        value = report_to_json(report._replace(newly_covered={})) if report.newly_covered else row.value
        made = row._replace(context=context, record=digest_of([self._key, record]), value=value)
        self._results.put_session(self._project, made)
        self._results.put_fact(record_name(self._project, row.session), made.record, record)


def _may_look_at_states(item: RunnableRule) -> bool:
    """Whether a rule may find something else because states were recorded."""
    return item.rule.reach is Reach.SESSION and (item.kind.reads_states or isinstance(item.kind, ForeignKind))


def _is_certain(report: SessionReport, given: Given, confirmed: Mapping[str, Confirmation]) -> bool:
    """Whether the session would be judged the same with what is recorded about it now.

    Args:
        report: its last judgement.
        given: what is recorded about it now.
        confirmed: what was confirmed about its requirements when it was judged.
    """
    record, confirmed_now = given
    if not record.known or dict(confirmed_now) != {**confirmed, **report.newly_covered}:
        return False
    digests = {stage: status.digest for stage, status in report.stages.items()}
    return all(
        record.stages.get(stage) is status.state
        and not status.stale_from
        and not (status.state is StageState.COMPLETED and stale_from(stage, digests, record.basis.get(stage)))
        for stage, status in report.stages.items()
    )
