"""Traceability: the status of each requirement of a session, and confirmations that its cover still holds.

``trace`` and ``trace_facts`` only read. What a requirement said when its cover was confirmed is recorded in
``trace.json``: by `idse validate` when the requirement is first covered, and by ``accept`` afterwards.
"""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core.design_store import TRACE, Place
from idse_core.events import Listener, ignore
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.trace_record import Confirmation
from idse_core.validation.confirmable import confirmable
from idse_core.validation.confirmations import confirm, read_confirmations
from idse_core.validation.examination import requirement_prefixes
from idse_core.validation.facts import SessionFacts
from idse_core.validation.id_forms import family
from idse_core.validation.tracing import REQUIREMENTS, Reference, Requirement, TraceStatus
from idse_core.validation.tracing import trace as trace_notes
from idse_core.validation_engine import ValidationEngine

__all__ = [
    "REQUIREMENTS",
    "Acceptance",
    "Reference",
    "Requirement",
    "SessionTrace",
    "TraceStatus",
    "accept",
    "trace",
    "trace_facts",
]


class SessionTrace(NamedTuple):
    """The requirements of one session.

    Attributes:
        requirements: each id exactly once.
        paths: where each artifact is, or would be, relative to the folder that holds ``.idse``.
        unwritten: the artifacts that are absent, empty or still their template, and so contain nothing.
        prefixes: the prefixes of the ids that counted as requirements.
    """

    project: str
    session: str
    requirements: Tuple[Requirement, ...]
    paths: Mapping[Stage, str]
    unwritten: Tuple[Stage, ...]
    prefixes: Tuple[str, ...] = REQUIREMENTS

    @property
    def counts(self) -> Mapping[TraceStatus, int]:
        """The number of requirements with each status, in the order of the statuses."""
        statuses = [item.status for item in self.requirements]
        return {status: statuses.count(status) for status in TraceStatus}

    def narrowed(self, statuses: Iterable[TraceStatus]) -> SessionTrace:
        """A copy with only the requirements that have one of these statuses."""
        wanted = frozenset(statuses)
        return self._replace(requirements=tuple(item for item in self.requirements if item.status in wanted))

    def place(self, reference: Reference) -> str:
        """``path:line`` of a reference."""
        return f"{self.paths[reference.stage]}:{reference.line}"


class Acceptance(NamedTuple):
    """The result of ``accept``.

    Attributes:
        path: the file that records it, relative to the folder that holds ``.idse``.
        accepted: the requirements that were new or had changed.
        unchanged: the requirements that were confirmed already as they stand.
        waiting: ids of other requirements that changed and are still to be accepted.
    """

    path: str
    accepted: Tuple[Requirement, ...]
    unchanged: Tuple[Requirement, ...]
    waiting: Tuple[str, ...] = ()


def trace(
    workspace: ProjectWorkspace,
    sessions: Sequence[str],
    *,
    prefixes: Optional[Sequence[str]] = None,
    on_event: Listener = ignore,
) -> Iterator[SessionTrace]:
    """Determine the status of sessions' requirements, session by session. Writes nothing that git tracks.

    Args:
        workspace: opened at the sessions' project.
        sessions: session ids, in the order of the result.
        prefixes: the prefixes of the ids that count as requirements; by default those in the rules in force.
        on_event: receives progress, and a warning when ``trace.json`` can't be read.

    Raises:
        NotFoundError: one of the sessions does not exist.
        PackError: a rule pack of the workspace is broken.
    """
    engine = ValidationEngine(workspace, on_event=on_event)
    return (trace_facts(facts, prefixes) for facts in engine.facts(sessions))


def trace_facts(facts: SessionFacts, prefixes: Optional[Sequence[str]] = None) -> SessionTrace:
    """Determine the status of a session's requirements from what its artifacts say. Pure.

    Args:
        facts: what they say, and the rules in force.
        prefixes: the prefixes of the ids that count as requirements; by default those in these rules.
    """
    chosen = requirement_prefixes(facts.rules.values()) if prefixes is None else tuple(prefixes)
    return SessionTrace(
        project=facts.project,
        session=facts.session,
        requirements=trace_notes(facts.notes, facts.confirmed, chosen),
        paths={stage: state.path for stage, state in facts.artifacts.items()},
        unwritten=tuple(stage for stage in Stage if stage not in facts.notes),
        prefixes=chosen,
    )


def accept(
    workspace: ProjectWorkspace, session: str, names: Sequence[str], *, on_event: Listener = ignore
) -> Acceptance:
    """Confirm that the criteria and tasks of requirements fit what the requirements say now.

    Args:
        workspace: opened at the session's project.
        session: the session's id.
        names: ids of requirements, with any prefix.
        on_event: receives an event for every write.

    Raises:
        NotFoundError: no such session, or no such requirement in it; nothing is written.
        UsageError: a requirement has no cover that could be confirmed; nothing is written.
        ConfigError: ``trace.json`` is broken; it is left alone.
        RefusedError: a newer version of the tool wrote it.
    """
    problem = read_confirmations(workspace).problem
    if problem is not None:
        raise problem
    (facts,) = ValidationEngine(workspace, on_event=on_event).facts([session])
    in_force = requirement_prefixes(facts.rules.values())
    found = trace_facts(facts, tuple(dict.fromkeys((*in_force, *(family(name.upper()) for name in names)))))
    chosen = [
        confirmable(found.requirements, name, session=session, place=found.place)
        for name in dict.fromkeys(name.upper() for name in names)
    ]
    new: Dict[str, Confirmation] = {
        item.id: Confirmation(item.digest, item.cover) for item in chosen if not item.confirmed
    }
    with workspace.lock():
        confirm(workspace, {session: new}, on_event=on_event)
    parted: Tuple[List[Requirement], List[Requirement]] = ([], [])
    for item in chosen:
        parted[item.confirmed].append(item)
    path = workspace.store.locate(Place(workspace.project, None, TRACE))
    waiting = (item.id for item in found.requirements if item.status is TraceStatus.SUSPECT and item not in chosen)
    return Acceptance(path, tuple(parted[False]), tuple(parted[True]), tuple(waiting))
