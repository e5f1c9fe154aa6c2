"""``ValidationEngine``: applies the Constitution to sessions. It contains no rule of its own."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from shlex import quote
from typing import TYPE_CHECKING, AbstractSet, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from idse_core.constitution_rules import ConstitutionRules, Reach
from idse_core.errors import UsageError
from idse_core.events import Listener, SessionExamined, ignore
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.artifact_examination import result_key
from idse_core.validation.baseline import Baseline
from idse_core.validation.baseline_file import load_baseline
from idse_core.validation.confirmations import read_confirmations
from idse_core.validation.constitution import Constitution, load_constitution
from idse_core.validation.examination import Examiner
from idse_core.validation.facts import ProjectFacts, SessionFacts
from idse_core.validation.findings import Finding, finding, sort_key
from idse_core.validation.kinds.base import Phase
from idse_core.validation.next_run import Foresight
from idse_core.validation.project_facts import project_facts
from idse_core.validation.recording import Recorder
from idse_core.validation.report import Report, Selection, SessionReport
from idse_core.validation.result_cache import MemoryCache, NoCache, ResultCache, Results
from idse_core.validation.rule_runner import RuleRunner, RunnableRule
from idse_core.validation.session_memory import SessionMemory

if TYPE_CHECKING:
    from idse_core.design_store import SessionDocuments
    from idse_core.validation.fix_harm import Judge
    from idse_core.validation.fixes import Fix
    from idse_core.validation.helper_process import HelperProcess
    from idse_core.validation.results import Notes

__all__ = ["ValidationEngine"]


_MANY = 100
"""With more sessions than this, all cached results are loaded at once."""


_WORTHWHILE = 40
"""With as many sessions to read, several processes are faster than one; each takes about a quarter of a second to
start.
"""


class ValidationEngine:
    """Validates the sessions of one project.

    Args:
        workspace: opened at the project.
        constitution: the rules in force; by default those of the workspace.
        baseline: accepted findings, which are let pass; by default those recorded in the workspace.
        use_cache: whether results may be cached in ``.idse/.local/``.
        jobs: how many processes may validate when there is much to do; the findings are the same.
        on_event: receives progress, and warnings about what was worked around.

    Raises:
        PackError: a rule pack of the workspace is broken.
        ConfigError: the baseline is broken.
    """

    def __init__(
        self,
        workspace: ProjectWorkspace,
        *,
        constitution: Optional[Constitution] = None,
        baseline: Optional[Baseline] = None,
        use_cache: bool = True,
        jobs: int = 1,
        on_event: Listener = ignore,
    ) -> None:
        self._workspace = workspace
        self._constitution = constitution or load_constitution(workspace.folder, workspace.project, on_event)
        self._rules = tuple(RunnableRule(rule) for rule in self._constitution.rules.active())
        self._baseline = load_baseline(workspace.folder) if baseline is None else baseline
        self._use_cache = use_cache
        self._jobs = jobs
        self._announce = on_event

    @property
    def rules(self) -> ConstitutionRules:
        """The rules in force."""
        return self._constitution.rules

    def validate(self, sessions: Sequence[str]) -> Report:
        """Validate sessions and the project as a whole. Writes nothing that git tracks.

        Args:
            sessions: session ids, in the order of the report.

        Raises:
            NotFoundError: one of them does not exist.
        """
        with self._runner() as runner, self._memory(runner, len(sessions)) as memory:
            whole = memory.about_project(lambda: self._of_project(runner))
            reports = _with_more(self._of_sessions(sessions, memory), whole)
        new, accepted = self._baseline.part([item for item in whole if not item.session])
        broken = tuple(item.rule.id for item in runner.broken)
        return Report(self._workspace.project, tuple(map(self._accepting, reports)), new, accepted, broken)

    def examine(self, sessions: Sequence[str]) -> Tuple[SessionReport, ...]:
        """Validate sessions by their own artifacts alone, without the rules about the project as a whole.

        Raises:
            NotFoundError: one of them does not exist.
        """
        with self._runner() as runner, self._memory(runner, len(sessions)) as memory:
            return tuple(map(self._accepting, self._of_sessions(sessions, memory)))

    def examine_project(self) -> Tuple[Finding, ...]:
        """The findings of the rules about the project as a whole; some of them are reported at a session."""
        with self._runner() as runner:
            return self._baseline.part(self._of_project(runner))[0]

    def plan_fixes(
        self, session: str, selection: Selection, *, within: Optional[AbstractSet[str]] = None
    ) -> Tuple[Fix, ...]:
        """Work out what to write to fix the findings of a session; nothing is written.

        Suppressed and accepted findings are left alone. Of what can't be fixed, why is announced.

        Args:
            session: the session's id.
            selection: which findings to fix.
            within: fix only findings in these files, named as in findings.

        Raises:
            NotFoundError: there is no such session.
        """
        from idse_core.validation.fixes import plan_fixes  # noqa: PLC0415  # needs the Markdown reader, unlike judging

        found = [
            item
            for item in self.examine([session])[0].findings
            if selection.allows(item) and (within is None or item.path in within)
        ]
        with self._runner() as runner:
            return plan_fixes(
                self._workspace,
                self._rules,
                found,
                session=session,
                runner=runner,
                baseline=self._baseline,
                judge=lambda: self._judge(session, runner),
                on_event=self._announce,
            )

    def _judge(self, session: str, runner: RuleRunner) -> Judge:
        """What judges a session by other documents than its own."""
        examiner = self._examiner(runner, MemoryCache())
        record = self._workspace.state().model.session(session)
        confirmed = read_confirmations(self._workspace).record.session(session)

        def judge(documents: SessionDocuments) -> Tuple[Tuple[Finding, ...], Mapping[Stage, Notes]]:
            report = examiner.examine(session, record, confirmed, loaded=documents)
            return report.findings, examiner.facts(session, record, confirmed, loaded=documents).notes

        return judge

    def _accepting(self, report: SessionReport) -> SessionReport:
        """Split the report's findings by the baseline; the states of stages still follow from the artifacts."""
        if not self._baseline:
            return report
        digests = {stage: status.digest for stage, status in report.stages.items()}
        new, accepted = self._baseline.part(report.findings, digests)
        return report._replace(findings=new, accepted=accepted) if accepted else report

    def _of_sessions(self, sessions: Sequence[str], memory: SessionMemory) -> Iterator[SessionReport]:
        with self._workers(sessions, memory):
            for done, session in enumerate(sessions, start=1):
                yield memory.report(session)
                self._announce(SessionExamined(session, done, len(sessions)))

    @contextmanager
    def _workers(self, sessions: Sequence[str], memory: SessionMemory) -> Iterator[None]:
        """Within this context several processes validate, if there is enough to do for them."""
        elsewhere = self._workspace.store.capabilities.reopenable
        tasks = memory.unknown(sessions) if elsewhere and self._jobs > 1 and len(sessions) >= _WORTHWHILE else []
        if len(tasks) < _WORTHWHILE:
            yield
            return
        from idse_core.validation.workers import Setup, Workers  # noqa: PLC0415  # costs start-up time, rarely needed

        rules = tuple(item.rule for item in self._rules)
        workspace, key = self._workspace, self._constitution.key
        setup = Setup(str(workspace.folder), workspace.project, workspace.store, rules, key, self._use_cache)
        with Workers(setup, tasks, self._jobs) as made:
            memory.judge_elsewhere(made.judged)
            yield

    @contextmanager
    def _opened(self) -> Iterator[Results]:
        results = ResultCache(self._workspace.folder) if self._use_cache else NoCache()
        try:
            yield results
        finally:
            results.close()

    @contextmanager
    def _memory(self, runner: RuleRunner, sessions: int) -> Iterator[SessionMemory]:
        with self._opened() as results:
            examiner = self._examiner(runner, results)
            yield SessionMemory(
                self._workspace,
                examiner,
                results,
                key=examiner.key,
                is_sound=lambda: not runner.broken,
                whole=sessions > _MANY,
            )

    def facts(self, sessions: Sequence[str]) -> Iterator[SessionFacts]:
        """What the artifacts of sessions say, session by session, without validating them.

        Raises:
            NotFoundError: one of them does not exist.
        """
        model = self._workspace.state().model
        confirmed = read_confirmations(self._workspace).record
        with self._opened() as results, self._runner() as runner:
            examiner = self._examiner(runner, results)
            for done, session in enumerate(sessions, start=1):
                yield examiner.facts(session, model.session(session), confirmed.session(session))
                self._announce(SessionExamined(session, done, len(sessions)))

    def _examiner(self, runner: RuleRunner, results: Results) -> Examiner:
        return Examiner(self._workspace, self._rules, runner=runner, key=self._constitution.key, results=results)

    def _of_project(self, runner: RuleRunner) -> Tuple[Finding, ...]:
        facts = project_facts(self._workspace)
        about_project = [item for item in self._rules if item.rule.reach is Reach.PROJECT]
        found = self._found(runner, about_project, facts)
        broken = runner.news()
        if broken:
            about_rules = [item for item in self._rules if item.kind.phase is Phase.RULES]
            found += self._found(runner, about_rules, facts._replace(broken=broken))
        return tuple(sorted(found, key=sort_key))

    def _found(self, runner: RuleRunner, rules: Iterable[RunnableRule], facts: ProjectFacts) -> List[Finding]:
        project = self._workspace.project
        return [
            finding(item.rule, hit, project=project, session="", stage=None, path="")
            for item in rules
            for hit in runner.hits(item, facts) or ()
        ]

    def _runner(self) -> RuleRunner:
        return RuleRunner(lambda: self._helper, self._announce)

    @cached_property
    def _helper(self) -> HelperProcess:
        from idse_core.validation.helper_process import HelperProcess  # noqa: PLC0415  # only outside the main thread

        return HelperProcess()

    def accept(self, session: str, stage: Stage) -> Tuple[Stage, ...]:
        """Confirm that a stale stage still holds; returns the earlier stages that had changed.

        Raises:
            UsageError: the stage is not stale.
            NotFoundError: there is no such session.
            RefusedError: a newer version of the tool wrote the state file.
        """
        statuses = self.examine([session])[0].stages
        stale = statuses[stage].stale_from
        if not stale:
            raise UsageError(
                f"{stage} of '{session}' is not stale: nothing before it changed since it was completed",
                hint=f"idse status --session {quote(session)}",
            )
        digests = {name: status.digest for name, status in statuses.items()}
        with self._workspace.lock():
            self._workspace.change_state(lambda model: model.accept(session, stage, digests))
        return stale

    def record(self, report: Report) -> None:
        """Record a report's states and verdicts in ``session_state.json``, and new cover in ``trace.json``.

        A broken state file is displaced and rebuilt for all sessions. When nothing meaningful changed, nothing is
        written.

        Raises:
            RefusedError: a newer version of the tool wrote the state file.
            StorageError: a file can't be written.
        """
        with self._opened() as results:
            Recorder(
                self._workspace,
                results,
                judge=lambda sessions: self.validate(sessions).sessions,
                foresight=lambda: self._foresight(results),
                on_event=self._announce,
            ).record(report.sessions)

    def _foresight(self, results: Results) -> Foresight:
        templates = self._workspace.pipeline_artifacts()
        return Foresight(self._workspace, results, rules=self._rules, key=result_key(self._constitution.key, templates))


def _with_more(reports: Iterable[SessionReport], whole: Sequence[Finding]) -> List[SessionReport]:
    """The sessions' reports, each with the findings about the project that are reported at that session."""
    own: Dict[str, List[Finding]] = {}
    for item in whole:
        own.setdefault(item.session, []).append(item)
    return [
        report._replace(findings=tuple(sorted([*report.findings, *own[report.session]], key=sort_key)))
        if report.session in own
        else report
        for report in reports
    ]
