"""``ValidationEngine``: runs the Constitution over sessions. It contains no rule."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

from idse_core.constitution_rules import ConstitutionRules, Reach
from idse_core.errors import UsageError
from idse_core.events import Listener, SessionExamined, ignore
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageStateModel
from idse_core.validation.constitution import Constitution, load_constitution
from idse_core.validation.examination import Examiner
from idse_core.validation.findings import Finding, finding, sort_key
from idse_core.validation.project_facts import project_facts
from idse_core.validation.report import Report, SessionReport
from idse_core.validation.results import NoCache, ResultCache
from idse_core.validation.running import RunnableRule

__all__ = ["ValidationEngine"]


class ValidationEngine:
    """Judges the sessions of one project.

    Args:
        workspace: whose sessions.
        constitution: the rules in force; by default those of the workspace.
        use_cache: whether results may be remembered in ``.idse/.local/``.
        on_event: told of progress and of what was worked around.

    Raises:
        PackError: a rule pack of the workspace is broken.
    """

    def __init__(
        self,
        workspace: ProjectWorkspace,
        *,
        constitution: Optional[Constitution] = None,
        use_cache: bool = True,
        on_event: Listener = ignore,
    ) -> None:
        self._workspace = workspace
        self._constitution = constitution or load_constitution(workspace.folder, workspace.project)
        self._rules = tuple(RunnableRule(rule) for rule in self._constitution.rules.active())
        self._use_cache = use_cache
        self._announce = on_event

    @property
    def rules(self) -> ConstitutionRules:
        """The rules in force."""
        return self._constitution.rules

    def validate(self, sessions: Sequence[str]) -> Report:
        """Judge sessions and the project as a whole. Writes nothing that git tracks.

        Args:
            sessions: ids, in the order of the report.

        Raises:
            NotFoundError: one of them does not exist.
        """
        whole = self.examine_project()
        reports = tuple(_with_more(session, whole) for session in self.examine(sessions))
        return Report(self._workspace.project, reports, tuple(item for item in whole if not item.session))

    def examine(self, sessions: Sequence[str]) -> Tuple[SessionReport, ...]:
        """Judge sessions by their own artifacts alone, without the rules about the project as a whole.

        Raises:
            NotFoundError: one of them does not exist.
        """
        model = self._workspace.state().model
        results = ResultCache(self._workspace.folder) if self._use_cache else NoCache()
        examiner = Examiner(self._workspace, self._rules, key=self._constitution.key, results=results)
        examined: List[SessionReport] = []
        try:
            for session in sessions:
                examined.append(examiner.examine(session, model.session(session)))
                self._announce(SessionExamined(session, len(examined), len(sessions)))
        finally:
            results.close()
        return tuple(examined)

    def examine_project(self) -> Tuple[Finding, ...]:
        """Findings of the rules about the project as a whole; some of them stand at a session."""
        facts = project_facts(self._workspace)
        found = [
            finding(item.rule, hit, project=self._workspace.project, session="", stage=None, path="")
            for item in self._rules
            if item.rule.reach is Reach.PROJECT
            for hit in item.hits(facts)
        ]
        return tuple(sorted(found, key=sort_key))

    def accept(self, session: str, stage: Stage) -> Tuple[Stage, ...]:
        """Confirm that a stale stage still holds on what the earlier stages say now; gives those that had changed.

        Raises:
            UsageError: the stage is not stale.
            NotFoundError: there is no such session.
            RefusedError: a newer version of the tool wrote the state file.
        """
        statuses = self.examine([session])[0].stages
        stale = statuses[stage].stale_from
        if not stale:
            raise UsageError(f"{stage} of '{session}' is not stale: nothing before it changed since it was completed")
        digests = {name: status.digest for name, status in statuses.items()}
        with self._workspace.lock():
            self._workspace.update_state(lambda model: model.accept(session, stage, digests))
        return stale

    def record(self, report: Report) -> None:
        """Remember a report's states and verdicts in ``session_state.json``.

        A broken state file is displaced and rebuilt for all sessions. When nothing meaningful changed, nothing is
        written.

        Raises:
            RefusedError: a newer version of the tool wrote the state file.
            StorageError: it can't be written.
        """
        recorded = self._workspace.state()
        judged = report.sessions
        if recorded.problem is not None:
            judged = self.validate(self._workspace.sessions()).sessions
        current = self._workspace.current_session()

        def change(model: StageStateModel) -> StageStateModel:
            for session in judged:
                model = model.record(session.session, session.stages, session.validation_status)
            return model if model.current == current.id else model.select(current.id)

        with self._workspace.lock():
            self._workspace.repair_pointer()
            self._workspace.update_state(change)


def _with_more(report: SessionReport, whole: Sequence[Finding]) -> SessionReport:
    """The session's report with those findings about the project that stand at this session."""
    own = [item for item in whole if item.session == report.session]
    return report._replace(findings=tuple(sorted([*report.findings, *own], key=sort_key))) if own else report
