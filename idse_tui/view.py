"""What the app knows of a project at one moment: one immutable value that all panels are drawn from."""

from __future__ import annotations

from enum import Enum
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core.agent_registry import Agent
from idse_core.constitution_rules import Severity
from idse_core.lineage import LineageNode
from idse_core.pipeline_artifacts import Stage
from idse_core.session_metadata import SessionMetadata
from idse_core.validation.findings import Finding, sort_key
from idse_core.validation.report import Counts, SessionReport

__all__ = ["Absence", "Change", "ProjectView", "Spot", "one_after_the_other"]


_ABSENT = "gone"
"""The source of the problem that nothing is here any more."""


class Spot(NamedTuple):
    """A place that can be gone back to. ``line`` is 1-based."""

    session: str
    stage: Stage
    line: int = 1


class Absence(str, Enum):
    """Why nothing of the project is here any more, in words."""

    WORKSPACE = "the workspace is gone"
    PROJECT = "the project is gone"


class ProjectView(NamedTuple):
    """A project as far as it has been looked at.

    Attributes:
        projects: ids of all projects of the workspace.
        sessions: ids, in the core's order; known first, everything else follows.
        metadata: of those sessions whose file has been read.
        nodes: the sessions as a tree; empty until all metadata is read.
        texts: what each of those sessions is searched by, folded.
        reports: of those sessions that have been examined.
        counts: the findings of those, counted; see ``counts_of``.
        accepted: of those that have any: how many findings the baseline lets pass, by stage; None for those at no stage.
        project_findings: of the rules about the project as a whole; some stand at a session.
        project_counts: of those sessions that any of them stands at: how many.
        agents: the preferred agent by stage.
        syncs: session → when it was last synced, ISO 8601.
        problems: what is broken and worked around, by where it comes from; one sentence each, with file and line.
        complete: whether every session has been examined.
        absent: that nothing is here any more, and why; then ``problems`` says it with all there is to do about it.
    """

    project: str = ""
    projects: Tuple[str, ...] = ()
    sessions: Tuple[str, ...] = ()
    current: str = ""
    metadata: Mapping[str, SessionMetadata] = {}
    nodes: Tuple[LineageNode, ...] = ()
    texts: Mapping[str, str] = {}
    reports: Mapping[str, SessionReport] = {}
    counts: Mapping[str, Counts] = {}
    accepted: Mapping[str, Mapping[Optional[Stage], int]] = {}
    project_findings: Tuple[Finding, ...] = ()
    project_counts: Mapping[str, Counts] = {}
    agents: Mapping[Stage, Optional[Agent]] = {}
    syncs: Mapping[str, str] = {}
    problems: Mapping[str, str] = {}
    complete: bool = False
    absent: Optional[Absence] = None

    def emptied(self, absent: Absence, problem: str) -> ProjectView:
        """With nothing of all that was known, since it is not there any more; nor of all that was wrong."""
        nothing = ProjectView(self.project, self.projects, complete=self.complete, absent=absent)
        return nothing.with_problem(_ABSENT, problem)

    def restored(self) -> ProjectView:
        """With the project there again, of which nothing is known yet."""
        return self._replace(absent=None).with_problem(_ABSENT, "")

    @property
    def others(self) -> Tuple[str, ...]:
        """The other projects of the workspace."""
        return tuple(project for project in self.projects if project != self.project)

    def examined(
        self,
        reports: Tuple[SessionReport, ...],
        counts: Mapping[str, Counts],
        accepted: Mapping[str, Mapping[Optional[Stage], int]],
    ) -> ProjectView:
        """With these sessions judged anew, and their findings counted, also those that the baseline lets pass."""
        known: Dict[str, SessionReport] = {**self.reports, **{report.session: report for report in reports}}
        let_pass = {key: value for key, value in {**self.accepted, **accepted}.items() if value}
        return self._replace(reports=known, counts={**self.counts, **counts}, accepted=let_pass)

    def judged(self, project_findings: Tuple[Finding, ...]) -> ProjectView:
        """With the project as a whole judged anew."""
        at: Dict[str, List[Finding]] = {}
        for item in project_findings:
            at.setdefault(item.session, []).append(item)
        counts = {session: Counts.of(found) for session, found in at.items() if session}
        return self._replace(project_findings=project_findings, project_counts=counts)

    def counts_of(self, session: str) -> Optional[Counts]:
        """The findings that stand at a session, counted; None before it has been examined."""
        own, whole = self.counts.get(session), self.project_counts.get(session)
        return own if own is None or whole is None else own.plus(whole)

    def with_sessions(self, sessions: Tuple[str, ...]) -> ProjectView:
        """With these sessions and no others."""
        if sessions == self.sessions:
            return self
        there = frozenset(sessions)
        return self._replace(
            sessions=sessions,
            reports={key: value for key, value in self.reports.items() if key in there},
            counts={key: value for key, value in self.counts.items() if key in there},
            accepted={key: value for key, value in self.accepted.items() if key in there},
            metadata={key: value for key, value in self.metadata.items() if key in there},
            nodes=tuple(node for node in self.nodes if node.metadata.session_id in there),
            texts={key: value for key, value in self.texts.items() if key in there},
        )

    def with_problem(self, source: str, problem: str) -> ProjectView:
        """With what is wrong at one source; empty when it is right again."""
        others = {key: value for key, value in self.problems.items() if key != source}
        return self._replace(problems={**others, source: problem} if problem else others)

    def about(self, session: str) -> SessionMetadata:
        """A session's metadata; defaults until it has been read."""
        return self.metadata.get(session) or SessionMetadata.default(session)

    def findings(self, session: str) -> Tuple[Finding, ...]:
        """All findings that stand at a session, in the fixed order."""
        report = self.reports.get(session)
        own = () if report is None else report.findings
        whole = tuple(item for item in self.project_findings if item.session == session)
        return tuple(sorted((*own, *whole), key=sort_key)) if whole else own

    def first_line(self, session: str, stage: Stage) -> int:
        """Where the first of the worst findings of an artifact stands; 0 when it has none."""
        own = [item for item in self.findings(session) if item.stage is stage]
        worst = next((level for level in Severity if any(item.severity is level for item in own)), None)
        return next((item.line for item in own if item.severity is worst), 0)

    def line_later(self, later: ProjectView, spot: Spot) -> int:
        """Where the worst finding of a line stands in a later view; 0 when it has none, or nobody can tell which one it is.

        Args:
            later: what is known of the project later.
            spot: the line, as it is counted here.
        """
        own, then = (
            [item for item in view.findings(spot.session) if item.stage is spot.stage] for view in (self, later)
        )
        here = [item for item in own if item.line == spot.line]
        worst = next((item for level in Severity for item in here if item.severity is level), None)
        if worst is None:
            return 0
        alike, alike_then = ([item for item in found if item.fingerprint == worst.fingerprint] for found in (own, then))
        return alike_then[alike.index(worst)].line if len(alike) == len(alike_then) else 0

    def all_findings(self) -> Tuple[Finding, ...]:
        """The findings of the project and of all sessions that have been examined, in the fixed order."""
        found = [item for report in self.reports.values() for item in report.findings]
        return tuple(sorted((*self.project_findings, *found), key=sort_key))


Change = Callable[[ProjectView], ProjectView]
"""What a worker has learned, as a change of the view; it is applied in the app's own thread."""


def one_after_the_other(changes: Sequence[Change]) -> Change:
    """Several changes as one."""

    def change(view: ProjectView) -> ProjectView:
        for each in changes:
            view = each(view)
        return view

    return change
