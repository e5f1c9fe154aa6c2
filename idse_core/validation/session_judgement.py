"""One session's judgement as texts: in the form in which it is cached, and passed between processes."""

from __future__ import annotations

from typing import List, NamedTuple, Tuple

from idse_core.design_store import METADATA, SessionDocuments
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.digests import digest_of
from idse_core.validation.report import SessionReport
from idse_core.validation.report_json import report_to_json

__all__ = ["Judged", "digest_of_documents", "judged"]


class Judged(NamedTuple):
    """One session's judgement.

    Attributes:
        documents: a digest of its documents.
        metadata: the digest of its metadata, empty when there is none.
        readable: whether all of its documents could be read.
        surroundings: the other questions asked while it was judged, with their answers, as JSON.
        value: its report, as JSON.
        results: key → result of an artifact that was computed for it, as JSON.
    """

    documents: str
    metadata: str
    readable: bool
    surroundings: str
    value: str
    results: Tuple[Tuple[str, str], ...] = ()


def judged(loaded: SessionDocuments, report: SessionReport, surroundings: str) -> Judged:
    """Make the judgement on a session that was loaded."""
    metadata = loaded.documents.get(METADATA)
    return Judged(
        documents=digest_of_documents(loaded),
        metadata="" if metadata is None else metadata.digest,
        readable=not loaded.problems,
        surroundings=surroundings,
        value=report_to_json(report),
    )


def digest_of_documents(loaded: SessionDocuments) -> str:
    """A digest of everything a session's documents say, and of what could not be read."""
    parts: List[str] = []
    for stage in Stage:
        document = loaded.documents.get(stage.value)
        parts += ("", "") if document is None else (document.path, document.digest)
        parts.append(repr(loaded.problems.get(stage.value)))
    metadata = loaded.documents.get(METADATA)
    return digest_of([*parts, "" if metadata is None else metadata.digest])
