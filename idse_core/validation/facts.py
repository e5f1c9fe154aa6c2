"""What kinds look at besides an artifact's text: a session, a project. Facts only; nothing here reads a disk."""

from __future__ import annotations

from typing import Callable, FrozenSet, Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core.constitution_rules import Rule
from idse_core.design_store import METADATA, PassedOver, Problem
from idse_core.errors import IdseError
from idse_core.pipeline_artifacts import Stage
from idse_core.session_metadata import SessionMetadata
from idse_core.stage_state_model import StageState, StageStatus
from idse_core.trace_record import Confirmation
from idse_core.validation.results import Notes, SuppressionNote

__all__ = [
    "CORE",
    "QUESTIONS",
    "ArtifactState",
    "BrokenRule",
    "Definition",
    "IdQuestion",
    "ProjectFacts",
    "RecordFacts",
    "SessionFacts",
    "SessionFile",
    "without_questions",
]


CORE = "core/"
"""The beginning of the source of every rule that ships with idse."""


def _nobody_knows(path: str) -> Optional[bool]:
    del path
    return None


def _nobody_reads(path: str) -> Optional[SessionFile]:
    del path
    return None  # what the signature promises


def _nobody_defines(asked: IdQuestion) -> Mapping[str, Definition]:
    del asked
    return {}


def _nobody_looked(names: Sequence[str]) -> Mapping[str, str]:
    del names
    return {}


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


class SessionFile(NamedTuple):
    """A file in a session's folder that is none of its documents.

    Attributes:
        path: relative to the folder that holds ``.idse``; where it would be, when absent.
        text: what it says; None when it is absent or can't be read.
        problem: why it can't be read, else empty.
    """

    path: str
    text: Optional[str] = None
    problem: str = ""


class IdQuestion(NamedTuple):
    """Which ids to look for in other sessions, and what defines them there.

    Attributes:
        stage: the artifact that defines them.
        under, under_prefix: the headings below which it does, see ``Homes``.
        ids: the ids.
    """

    prefix: str
    stage: str
    under: Tuple[str, ...]
    under_prefix: bool
    ids: Tuple[str, ...]


class Definition(NamedTuple):
    """Where an id is defined.

    Attributes:
        path: of the artifact, relative to the folder that holds ``.idse``.
        line: 1-based.
    """

    path: str
    line: int


class BrokenRule(NamedTuple):
    """A rule that failed while it ran.

    Attributes:
        reason: what happened, for people.
        stage: the stage whose artifact it looked at; None for a rule about a session or a project.
    """

    rule: Rule
    reason: str
    stage: Optional[Stage] = None

    @property
    def advice(self) -> str:
        """What to do about it, without a full stop; users can't correct a rule that ships with idse."""
        rule = self.rule
        turn_off = "" if rule.locked else ", or turn it off"
        if rule.changed_by or not rule.source.startswith(CORE):
            return f"correct it in {rule.changed_by[-1] if rule.changed_by else rule.source}{turn_off}"
        return f"it ships with idse: report it there with what it looked at{turn_off}"


class SessionFacts(NamedTuple):
    """One session, for kinds that look across its artifacts.

    Attributes:
        artifacts: all seven, in pipeline order.
        notes: notes on the artifacts that are more than a template; the others are left out.
        statuses: derived from all rules but those that look at statuses; empty until then.
        recorded: the states of the stages in session_state.json; None when it says nothing about this session.
        confirmed: requirement id → what the requirement said when its cover was confirmed.
        suppressions: path of an artifact → its suppressions.
        used: for suppressions that suppressed something or ended a range: path, index of the suppression, and a rule as
            it is named there; filled when all other rules have run.
        rules: the rules in force, by id and by name.
        exists: tells whether a path relative to the folder that holds ``.idse`` exists; None when that is unknown.
        named_elsewhere: returns, for some names, name → another session that mentions it, or an empty text; names about
            which nothing is known are left out.
        file: returns a file by its path relative to the session's folder; None when nothing is known about files there.
        defined_elsewhere: returns, for those of some ids that a session before this one defines, id → where the first of
            these does; the blueprint is before all others, which are in the order of their ids.
        broken: rules that failed here; filled when all other rules have run.
    """

    project: str
    session: str
    artifacts: Mapping[Stage, ArtifactState]
    notes: Mapping[Stage, Notes]
    statuses: Mapping[Stage, StageStatus]
    recorded: Optional[Mapping[Stage, StageState]] = None
    confirmed: Mapping[str, Confirmation] = {}
    suppressions: Mapping[str, Tuple[SuppressionNote, ...]] = {}
    used: FrozenSet[Tuple[str, int, str]] = frozenset()
    rules: Mapping[str, Rule] = {}
    exists: Callable[[str], Optional[bool]] = _nobody_knows
    named_elsewhere: Callable[[Sequence[str]], Mapping[str, str]] = _nobody_looked
    file: Callable[[str], Optional[SessionFile]] = _nobody_reads
    defined_elsewhere: Callable[[IdQuestion], Mapping[str, Definition]] = _nobody_defines
    broken: Tuple[BrokenRule, ...] = ()


QUESTIONS = ("exists", "named_elsewhere", "file", "defined_elsewhere")
"""The fields of ``SessionFacts`` that are not values but functions to be asked."""


def without_questions(facts: SessionFacts) -> SessionFacts:
    """The facts as values alone, which can be sent to another process."""
    return facts._replace(
        exists=_nobody_knows, named_elsewhere=_nobody_looked, file=_nobody_reads, defined_elsewhere=_nobody_defines
    )


class ProjectFacts(NamedTuple):
    """One project, for kinds that look across its sessions.

    Attributes:
        sessions: all sessions' metadata, with defaults where a file is broken.
        metadata: session id → its metadata file.
        records: the project's own record files, by name.
        broken: rules about the project that failed; filled when all other rules have run.
        passed_over: path → an entry among the sessions that is not recognised as one.
    """

    project: str
    sessions: Tuple[SessionMetadata, ...]
    metadata: Mapping[str, RecordFacts]
    records: Mapping[str, RecordFacts]
    broken: Tuple[BrokenRule, ...] = ()
    passed_over: Mapping[str, PassedOver] = {}

    def records_called(self, name: str) -> Iterator[Tuple[str, RecordFacts]]:
        """The record files of that name, each with its session; empty for the project's own."""
        if name == METADATA:
            yield from self.metadata.items()
        elif name in self.records:
            yield "", self.records[name]
