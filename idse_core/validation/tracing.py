"""From an artifact's notes to its requirements: where each is defined, accepted, planned, tasked and reported.

Pure: notes in, values out. Rules and reports agree about a requirement because both ask here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from enum import Enum
from typing import Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_core.trace_record import Confirmation, natural_key
from idse_core.validation.definitions import CRITERIA, definitions, homes_of, is_below
from idse_core.validation.id_forms import family
from idse_core.validation.results import IdNote, Notes, TaskNote

__all__ = [
    "REQUIREMENTS",
    "Reference",
    "Requirement",
    "TraceStatus",
    "changed_since",
    "named_ids",
    "standing_in",
    "trace",
    "unconfirmed",
]

REQUIREMENTS = ("FR", "NFR")
"""The default prefixes of requirements."""

CRITERION = "AC"
"""The prefix of acceptance criteria. One that stands in the item or section of a requirement accepts it."""

_REFERRING = (Stage.SPEC, Stage.PLAN, Stage.TASKS, Stage.IMPLEMENTATION, Stage.FEEDBACK)
"""The artifacts that can refer to a session's own requirements; those before the spec can't mean them."""

_BEFORE_TEXT, _AFTER_TEXT = " *_`~:.|)]-\u2013\u2014", " *_~:.|-\u2013\u2014"
"""The characters between an id and its text, and those that may follow the text."""

_LONGEST_RANGE = 200
"""The most ids that a range can stand for; more of them are hardly meant."""

Confirmed = Mapping[str, Confirmation]
NotesOf = Mapping[Stage, Notes]
NaturalKey = Tuple[Tuple[int, str], ...]


class TraceStatus(str, Enum):
    """The status of a requirement, the best first. A requirement has exactly one.

    Covered means: at least one acceptance criterion names it or stands in it, and at least one task names it. Done means:
    covered, and every task that names it is ticked.
    """

    DONE = "done"
    COVERED = "covered"
    WAIVED = "waived"
    SUSPECT = "suspect"
    UNCOVERED = "uncovered"
    DUPLICATE = "duplicate"
    ORPHANED = "orphaned"

    def __str__(self) -> str:
        return str(self.value)


class Reference(NamedTuple):
    """A place where a requirement is defined or named.

    Attributes:
        stage: the stage of the artifact.
        line, column: 1-based, column in characters.
        label: the id of the criterion or the number of the task that names it; empty when it has none.
        done: for a task, whether it is ticked; None for anything without a checkbox.
        text: the item, row or line that contains it, white space folded, shortened.
    """

    stage: Stage
    line: int
    column: int
    label: str
    done: Optional[bool]
    text: str

    @property
    def name(self) -> str:
        """The label, or else the line."""
        return self.label or f"line {self.line}"


class Requirement(NamedTuple):
    """One id, and everything that is said about it.

    Attributes:
        text: its text, without the id and the markup around it, shortened; empty for an orphan.
        reason: the reason why it is waived.
        digest: the fingerprint of its words; empty for an orphan.
        confirmed: whether its cover was confirmed with these very words, by a person or by the first complete
            validation.
        definitions: where it is defined; more than one for a duplicate, none for an orphan.
        criteria, plan, tasks, implementation: where it is accepted, planned, tasked and reported.
        references: for an orphan, all places that name it.
    """

    id: str
    status: TraceStatus
    text: str = ""
    reason: str = ""
    digest: str = ""
    confirmed: bool = False
    definitions: Tuple[Reference, ...] = ()
    criteria: Tuple[Reference, ...] = ()
    plan: Tuple[Reference, ...] = ()
    tasks: Tuple[Reference, ...] = ()
    implementation: Tuple[Reference, ...] = ()
    references: Tuple[Reference, ...] = ()

    @property
    def missing(self) -> Tuple[str, ...]:
        """What it lacks to be covered: ``criteria``, ``tasks``, both or nothing."""
        lacking = (("criteria", self.criteria), ("tasks", self.tasks))
        return tuple(name for name, found in lacking if not found) if self.definitions else ()

    @property
    def cover(self) -> Tuple[str, ...]:
        """The ids of its criteria, then the numbers of its tasks; each once."""
        return tuple(dict.fromkeys(item.label for item in (*self.criteria, *self.tasks) if item.label))

    @property
    def done_tasks(self) -> Tuple[int, int]:
        """The number of its tasks that are ticked, and of those that have a checkbox."""
        boxes = [task.done for task in self.tasks if task.done is not None]
        return sum(boxes), len(boxes)


def trace(notes: NotesOf, confirmed: Confirmed, prefixes: Sequence[str] = REQUIREMENTS) -> Tuple[Requirement, ...]:
    """The requirements of one session by number; ids that are not defined follow those of the same prefix.

    Args:
        notes: notes on the artifacts that are more than templates.
        confirmed: what the requirements said when their cover was confirmed.
        prefixes: the prefixes of the ids that are requirements, in the order of the result.
    """
    found: List[Requirement] = []
    for prefix in dict.fromkeys(prefixes):
        homes = _definitions(notes, prefix)
        if not homes:
            continue  # the ids belong to another session
        named = _mentions(notes, prefix, homes)
        found += [_requirement(homes[name], named.get(name, ()), confirmed) for name in sorted(homes, key=natural_key)]
        strangers = sorted(set(named) - set(homes), key=natural_key)
        found += [Requirement(name, TraceStatus.ORPHANED, references=tuple(named[name])) for name in strangers]
    return tuple(found)


def changed_since(notes: NotesOf, confirmed: Confirmed, prefixes: Sequence[str]) -> Tuple[Requirement, ...]:
    """The suspect requirements. Looks closely only where a fingerprint differs, which is rare."""
    if not confirmed or not any(
        note.id in confirmed and note.digest != confirmed[note.id].text for note in _leading(notes, prefixes)
    ):
        return ()
    return tuple(item for item in trace(notes, confirmed, prefixes) if item.status is TraceStatus.SUSPECT)


def unconfirmed(notes: NotesOf, confirmed: Confirmed, prefixes: Sequence[str]) -> Mapping[str, Confirmation]:
    """Requirements that are covered but not recorded yet, with the confirmations to record."""
    if all(note.id in confirmed for note in _leading(notes, prefixes)):
        return {}
    covered = (TraceStatus.COVERED, TraceStatus.DONE)
    new = (item for item in trace(notes, confirmed, prefixes) if item.status in covered and item.id not in confirmed)
    return {item.id: Confirmation(item.digest, item.cover) for item in new}


def named_ids(notes: Iterable[IdNote], known: Iterable[str]) -> FrozenSet[str]:
    """The ids that notes name directly, or, if they are known, within a range such as ``FR-1 to FR-9``."""
    found = tuple(notes)
    ordered = sorted((_range_key(name), name) for name in known) if any(note.through for note in found) else ()
    return frozenset(name for note in found for name in _named(note, ordered))


def standing_in(
    notes: Iterable[IdNote], homes: Mapping[str, Sequence[IdNote]], prefixes: Sequence[str]
) -> Mapping[str, List[IdNote]]:
    """For each id the notes that lead in its own item or section, and in that of no other of these ids within.

    Args:
        notes: of the artifact that defines the ids, in order.
        homes: id → the notes that define it.
        prefixes: the prefixes of the ids that are looked for.
    """
    places = {(home.line, home.column) for found in homes.values() for home in found}
    inside: Dict[str, List[IdNote]] = {}
    around: List[IdNote] = []
    for note in notes:
        if not note.leads:
            continue
        while around and around[-1].end_line < note.line:
            around.pop()
        if (note.line, note.column) in places:
            around.append(note)
        elif around and family(note.id) in prefixes:
            inside.setdefault(around[-1].id, []).append(note)
    return inside


def _requirement(homes: Sequence[IdNote], named: Sequence[Reference], confirmed: Confirmed) -> Requirement:
    home = homes[0]
    found = Requirement(
        id=home.id,
        status=TraceStatus.COVERED,
        text=home.text.partition(home.id)[2].lstrip(_BEFORE_TEXT).rstrip(_AFTER_TEXT),
        reason=home.waiver,
        digest=home.digest,
        definitions=tuple(_reference(Stage.SPEC, note) for note in homes),
        criteria=_in(named, Stage.SPEC),
        plan=_in(named, Stage.PLAN),
        tasks=_in(named, Stage.TASKS),
        implementation=_in(named, Stage.IMPLEMENTATION),
    )
    known = confirmed.get(home.id)
    found = found._replace(confirmed=known is not None and known.text == home.digest)
    return found._replace(status=_status(found, known))


def _status(found: Requirement, known: Optional[Confirmation]) -> TraceStatus:
    if len(found.definitions) > 1:
        return TraceStatus.DUPLICATE
    if found.reason:
        return TraceStatus.WAIVED
    if found.missing:
        return TraceStatus.UNCOVERED
    if known is not None and not found.confirmed:
        return TraceStatus.SUSPECT
    ticked, boxes = found.done_tasks
    return TraceStatus.DONE if boxes and ticked == boxes else TraceStatus.COVERED


# --------------------------------------------------------------------------------------------------------- definitions


def _leading(notes: NotesOf, prefixes: Sequence[str]) -> Iterator[IdNote]:
    spec = notes.get(Stage.SPEC)
    for note in spec.ids if spec is not None else ():
        if note.leads and family(note.id) in prefixes:
            yield note


def _definitions(notes: NotesOf, prefix: str) -> Mapping[str, List[IdNote]]:
    spec = notes.get(Stage.SPEC)
    return definitions(spec.ids if spec is not None else (), prefix, homes_of(prefix))


# ------------------------------------------------------------------------------------------------------------ mentions


_Places = Dict[str, Dict[Tuple[Stage, int, int], Reference]]


def _mentions(notes: NotesOf, prefix: str, homes: Mapping[str, Sequence[IdNote]]) -> Mapping[str, List[Reference]]:
    """Id → all lines that name it, directly or in a range; in the spec, only criteria count for defined ids."""
    found: _Places = defaultdict(dict)
    known = sorted((_range_key(name), name) for name in homes)
    start = f"{prefix}-"
    for stage in _REFERRING:
        if stage not in notes:
            continue
        tasks = _TaskFinder(notes[stage].tasks if stage is Stage.TASKS else ())
        criteria = _criterion_ids(notes[stage], prefix) if stage is Stage.SPEC else {}
        for note in notes[stage].ids:
            if not note.id.startswith(start):
                continue
            place = _reference(stage, note, tasks.around(note.line))
            is_criterion = stage is Stage.SPEC and is_below(note.heading, CRITERIA)
            place = place._replace(label=criteria.get(note.text, "")) if is_criterion else place
            for name in _named(note, known):
                is_home = note.id == name and note in homes.get(name, ())
                if name not in homes:
                    counts = not note.quoted
                else:
                    counts = stage is not Stage.SPEC or (is_criterion and not is_home)
                if counts:
                    found[name].setdefault((stage, place.line, place.column), place)
    _add_criteria_inside(found, notes, homes)
    return {name: list(places.values()) for name, places in found.items()}


def _add_criteria_inside(found: _Places, notes: NotesOf, homes: Mapping[str, Sequence[IdNote]]) -> None:
    """Add the criteria that stand in the item or section of a requirement, unless they name it as well."""
    spec = notes.get(Stage.SPEC)
    for name, inside in standing_in(spec.ids if spec is not None else (), homes, [CRITERION]).items():
        named = {(place.line, place.label) for place in found[name].values() if place.stage is Stage.SPEC}
        for note in inside:
            if (note.line, note.id) not in named:
                place = _reference(Stage.SPEC, note)._replace(label=note.id)
                found[name][Stage.SPEC, place.line, place.column] = place


def _criterion_ids(spec: Notes, prefix: str) -> Mapping[str, str]:
    """The text of a criterion → its own id, which is not that of a requirement."""
    own = (note for note in reversed(spec.ids) if note.leads and is_below(note.heading, CRITERIA))
    return {note.text: note.id for note in own if family(note.id) != prefix}


def _named(note: IdNote, known: Sequence[Tuple[NaturalKey, str]]) -> List[str]:
    """The id itself, and the known ids in the range that begins with it."""
    if not note.through:
        return [note.id]
    low = bisect_right(known, (_range_key(note.id), note.id))
    high = bisect_left(known, (_range_key(note.through), note.through))
    return [note.id, *(name for _, name in known[low : min(high, low + _LONGEST_RANGE)])]


def _range_key(name: str) -> NaturalKey:
    return natural_key(name)[:-1]


class _TaskFinder:
    """Finds the innermost task around a line; the lines must come in ascending order."""

    def __init__(self, tasks: Sequence[TaskNote]) -> None:
        self._upcoming = list(reversed(tasks))
        self._open: List[TaskNote] = []

    def around(self, line: int) -> Optional[TaskNote]:
        """The innermost task around a line, or None."""
        while self._upcoming and self._upcoming[-1].line <= line:
            self._open.append(self._upcoming.pop())
        while self._open and self._open[-1].end_line < line:
            self._open.pop()
        return self._open[-1] if self._open else None


def _reference(stage: Stage, note: IdNote, task: Optional[TaskNote] = None) -> Reference:
    if task is None:
        return Reference(stage, note.line, note.column, "", None, note.text)
    return Reference(stage, task.line, task.column, task.key, task.done, task.text)


def _in(places: Sequence[Reference], stage: Stage) -> Tuple[Reference, ...]:
    return tuple(place for place in places if place.stage is stage)
