"""The documents of `idse trace`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Literal, Optional

__all__ = ["RequirementItem", "TraceAcceptDocument", "TraceDocument", "TracePlaceItem", "TracedItem"]


@dataclass(frozen=True)
class TracePlaceItem:
    """A place that defines or names a requirement.

    ``label`` is the id of a criterion or the number of a task, or empty; ``done`` is null for all but tasks with a box.
    """

    path: str
    line: int
    column: int
    label: str
    done: Optional[bool]
    text: str


@dataclass(frozen=True)
class RequirementItem:
    """One id. ``missing`` says what it lacks to be covered; ``references`` are the places that name an orphan.

    ``digest`` is a fingerprint of its words; ``confirmed`` is true when its cover was confirmed for exactly these
    words.
    """

    id: str
    status: Literal["done", "covered", "waived", "suspect", "uncovered", "duplicate", "orphaned"]
    text: str
    reason: str
    missing: List[Literal["criteria", "tasks"]]
    digest: str
    confirmed: bool
    defined: List[TracePlaceItem]
    criteria: List[TracePlaceItem]
    plan: List[TracePlaceItem]
    tasks: List[TracePlaceItem]
    implementation: List[TracePlaceItem]
    references: List[TracePlaceItem]


@dataclass(frozen=True)
class TracedItem:
    """One session. ``counts`` cover all its requirements, whatever ``--status`` selected.

    ``unwritten`` are the artifacts that are absent, empty or still their template.
    """

    session_id: str
    counts: Dict[str, int]
    unwritten: List[str]
    requirements: List[RequirementItem]


@dataclass(frozen=True)
class TraceDocument:
    """``idse trace --json``. It holds no clock time: the same input gives the same bytes."""

    project: str
    prefixes: List[str]
    sessions: List[TracedItem]
    schema: Literal["idse.trace/1"] = "idse.trace/1"


@dataclass(frozen=True)
class TraceAcceptDocument:
    """``idse trace accept --json``. ``unchanged`` were confirmed already; ``path`` is the file that records it.

    ``waiting`` are the other requirements that changed and are still to be accepted.
    """

    project: str
    session_id: str
    path: str
    accepted: List[str]
    unchanged: List[str]
    waiting: List[str]
    schema: Literal["idse.trace-accept/1"] = "idse.trace-accept/1"
