"""Reports as the app keeps them, thousands at once: what is equal is kept once, what is never shown is not kept."""

from __future__ import annotations

from sys import intern
from typing import Any, Dict, Mapping, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_core.session_metadata import SessionMetadata
from idse_core.stage_state_model import StageStatus
from idse_core.validation.findings import Finding
from idse_core.validation.report import SessionReport

__all__ = ["Sharing"]

_Statuses = Tuple[StageStatus, ...]
_NOTHING: Mapping[str, Any] = {}


class Sharing:
    """Makes reports and metadata small. Most sessions of a large project have states in common; for any thread."""

    def __init__(self) -> None:
        self._stages: Dict[_Statuses, Mapping[Stage, StageStatus]] = {}
        self._texts: Dict[Tuple[str, ...], Tuple[str, ...]] = {}

    def small_metadata(self, metadata: SessionMetadata) -> SessionMetadata:
        """The metadata without what the tool does not know; nobody here asks for it."""
        return metadata._replace(
            session_id=intern(metadata.session_id),
            parent_session=intern(metadata.parent_session) if metadata.parent_session else None,
            depends_on=tuple(map(intern, metadata.depends_on)),
            related_sessions=tuple(map(intern, metadata.related_sessions)),
            owner=intern(metadata.owner),
            tags=self._texts.setdefault(metadata.tags, metadata.tags),
            collaborators=self._texts.setdefault(metadata.collaborators, metadata.collaborators),
            raw=_NOTHING,
        )

    def small(self, report: SessionReport) -> SessionReport:
        """The report without digests and without what would be recorded; nobody here asks for either."""
        statuses = tuple(status._replace(digest=None) for status in report.stages.values())
        stages = self._stages.setdefault(statuses, {status.stage: status for status in statuses})
        findings = tuple(map(_small, report.findings))
        return report._replace(
            session=intern(report.session),
            stages=stages,
            findings=findings,
            suppressed=(),
            accepted=(),
            newly_covered=_NOTHING,
        )


def _small(item: Finding) -> Finding:
    return item._replace(
        rule=intern(item.rule),
        name=intern(item.name),
        article=intern(item.article),
        project=intern(item.project),
        session=intern(item.session),
        path=intern(item.path),
        fix=intern(item.fix),
    )
