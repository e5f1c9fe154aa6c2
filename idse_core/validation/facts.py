"""What kinds look at beside an artifact's text: a session, a project. Facts only; nothing here reads a disk."""

from __future__ import annotations

from typing import Iterator, Mapping, NamedTuple, Optional, Tuple

from idse_core.design_store import METADATA, Problem
from idse_core.errors import IdseError
from idse_core.pipeline_artifacts import Stage
from idse_core.session_metadata import SessionMetadata
from idse_core.stage_state_model import StageStatus

__all__ = ["ArtifactState", "ProjectFacts", "RecordFacts", "SessionFacts"]


class ArtifactState(NamedTuple):
    """One artifact as seen from its session.

    Attributes:
        path: relative to the folder that holds ``.idse``; where it would be, when absent.
        digest: of its bytes; None when absent or unreadable.
        empty: present, with nothing but white space in it.
        problem: why it can't be read, or None.
    """

    stage: Stage
    path: str
    digest: Optional[str]
    empty: bool = False
    problem: Optional[Problem] = None

    @property
    def present(self) -> bool:
        """Whether something is there, readable or not."""
        return self.digest is not None or self.problem is not None


class RecordFacts(NamedTuple):
    """A small record file (metadata, state, registry, pointer) that was read, or could not be.

    Attributes:
        name: as in ``design_store``.
        problem: what is wrong with it, or None.
    """

    name: str
    path: str
    present: bool
    problem: Optional[IdseError] = None


class SessionFacts(NamedTuple):
    """One session, for kinds that look across its artifacts.

    Attributes:
        artifacts: all seven, in pipeline order.
        statuses: derived from each artifact alone, before any rule about the session as a whole.
    """

    project: str
    session: str
    artifacts: Mapping[Stage, ArtifactState]
    statuses: Mapping[Stage, StageStatus]


class ProjectFacts(NamedTuple):
    """One project, for kinds that look across its sessions.

    Attributes:
        sessions: all sessions' metadata, with defaults where a file is broken.
        metadata: session id → its metadata file.
        records: the project's own record files, by name.
    """

    project: str
    sessions: Tuple[SessionMetadata, ...]
    metadata: Mapping[str, RecordFacts]
    records: Mapping[str, RecordFacts]

    def records_called(self, name: str) -> Iterator[Tuple[str, RecordFacts]]:
        """The record files of that name with the session each belongs to; empty for the project's own."""
        if name == METADATA:
            yield from self.metadata.items()
        elif name in self.records:
            yield "", self.records[name]
