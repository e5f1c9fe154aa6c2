"""Traces as items of JSON documents, and the documents of ``idse trace --json``."""

from __future__ import annotations

from typing import List, Sequence, Tuple

from idse_core.reports.documents import (
    RequirementItem,
    TraceAcceptDocument,
    TracedItem,
    TraceDocument,
    TracePlaceItem,
)
from idse_core.traceability import Acceptance, Reference, Requirement, SessionTrace

__all__ = ["trace_accept_document", "trace_document"]


def trace_document(
    project: str, prefixes: Sequence[str], traces: Sequence[Tuple[SessionTrace, SessionTrace]]
) -> TraceDocument:
    """The document of ``idse trace --json``.

    Args:
        project: the project of the sessions.
        prefixes: the prefixes of the ids that were looked at.
        traces: for each session the whole trace, and the part that the call selected.
    """
    return TraceDocument(project, list(prefixes), [_traced(whole, shown) for whole, shown in traces])


def trace_accept_document(project: str, session: str, done: Acceptance) -> TraceAcceptDocument:
    """The document of ``idse trace accept --json``."""
    return TraceAcceptDocument(
        project=project,
        session_id=session,
        path=done.path,
        accepted=[item.id for item in done.accepted],
        unchanged=[item.id for item in done.unchanged],
        waiting=list(done.waiting),
    )


def _traced(whole: SessionTrace, shown: SessionTrace) -> TracedItem:
    return TracedItem(
        session_id=whole.session,
        counts={status.value: number for status, number in whole.counts.items()},
        unwritten=[stage.value for stage in whole.unwritten],
        requirements=[_requirement(shown, item) for item in shown.requirements],
    )


def _requirement(trace: SessionTrace, item: Requirement) -> RequirementItem:
    return RequirementItem(
        id=item.id,
        status=item.status.value,
        text=item.text,
        reason=item.reason,
        missing=list(item.missing),  # type: ignore[arg-type]  # one of two words
        digest=item.digest,
        confirmed=item.confirmed,
        defined=_places(trace, item.definitions),
        criteria=_places(trace, item.criteria),
        plan=_places(trace, item.plan),
        tasks=_places(trace, item.tasks),
        implementation=_places(trace, item.implementation),
        references=_places(trace, item.references),
    )


def _places(trace: SessionTrace, references: Sequence[Reference]) -> List[TracePlaceItem]:
    return [
        TracePlaceItem(trace.paths[item.stage], item.line, item.column, item.label, item.done, item.text)
        for item in references
    ]
