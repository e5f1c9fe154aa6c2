"""From an artifact's notes to its requirements: where each is defined, accepted, planned, tasked and reported.

Pure: notes in, values out. Rules and reports say the same of a requirement because both ask here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from enum import Enum
from functools import lru_cache
from typing import Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core.markdown.titles import is_called, plain_title
from idse_core.pipeline_artifacts import Stage
from idse_core.trace_record import Confirmation, natural_key
from idse_core.validation.results import IdNote, Notes, TaskNote

__all__ = [
    "REQUIREMENTS",
    "Reference",
    "Requirement",
    "TraceStatus",
    "changed_since",
    "named_ids",
    "trace",
    "unconfirmed",
]

REQUIREMENTS = ("FR", "NFR")
"""The prefixes that requirements have by default."""

_CRITERIA = frozenset(["acceptance criteria", "acceptance", "ac", "acceptance tests"])
_REFERRING = (Stage.SPEC, Stage.PLAN, Stage.TASKS, Stage.IMPLEMENTATION, Stage.FEEDBACK)
"""The artifacts that refer to a session's own requirements; what comes before the spec can't mean them."""

_BEFORE_TEXT, _AFTER_TEXT = " *_`~:.|)]-\u2013\u2014", " *_~:.|-\u2013\u2014"
"""What stands between an id and what it says, and may stand behind."""

_LONGEST_RANGE = 200
"""How many ids a range names at most; more of them is hardly what somebody meant."""

Confirmed = Mapping[str, Confirmation]
NotesOf = Mapping[Stage, Notes]
NaturalKey = Tuple[Tuple[int, str], ...]


class TraceStatus(str, Enum):
    """How a requirement stands, the best first. A requirement has exactly one.

    Covered means: at least one acceptance criterion names it, and the tasks do. Done means: covered, and every task
    that names it is ticked.
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
        stage: in which artifact.
        line, column: 1-based, column in characters.
        label: the id of the criterion or the number of the task that names it; empty when it has none.
        done: of a task: whether it is ticked; None for what is no task with a box.
        text: the item, row or line it stands in, white space folded, shortened.
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
    """One id and all that is said of it.

    Attributes:
        text: what it says, without id and markup around it, shortened; empty for an orphan.
        reason: why it is waived.
        digest: the fingerprint of its words; empty for an orphan.
        confirmed: somebody, or the first complete validation, confirmed its cover with these very words.
        definitions: where it is defined; more than one for a duplicate, none for an orphan.
        criteria, plan, tasks, implementation: where it is accepted, planned, tasked and reported.
        references: of an orphan, all places that name it.
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
        """Ids of its criteria, then numbers of its tasks; each once."""
        return tuple(dict.fromkeys(item.label for item in (*self.criteria, *self.tasks) if item.label))

    @property
    def done_tasks(self) -> Tuple[int, int]:
        """How many of its tasks are ticked, and how many have a box."""
        boxes = [task.done for task in self.tasks if task.done is not None]
        return sum(boxes), len(boxes)


def trace(notes: NotesOf, confirmed: Confirmed, prefixes: Sequence[str] = REQUIREMENTS) -> Tuple[Requirement, ...]:
    """The requirements of one session in the order of their numbers, ids that nobody defined behind each prefix's own.

    Args:
        notes: what the artifacts that are more than templates say.
        confirmed: what the requirements said when their cover was confirmed.
        prefixes: those of the ids that are requirements, in the order of the rows.
    """
    found: List[Requirement] = []
    for prefix in dict.fromkeys(prefixes):
        homes = _definitions(notes, prefix)
        if not homes:
            continue  # the ids are those of another session
        named = _mentions(notes, prefix, homes)
        found += [_requirement(homes[name], named.get(name, ()), confirmed) for name in sorted(homes, key=natural_key)]
        strangers = sorted(set(named) - set(homes), key=natural_key)
        found += [Requirement(name, TraceStatus.ORPHANED, references=tuple(named[name])) for name in strangers]
    return tuple(found)


def changed_since(notes: NotesOf, confirmed: Confirmed, prefixes: Sequence[str]) -> Tuple[Requirement, ...]:
    """The requirements that are suspect. Looks closely only where a fingerprint differs, which is hardly ever."""
    if not confirmed or not any(
        note.id in confirmed and note.digest != confirmed[note.id].text for note in _leading(notes, prefixes)
    ):
        return ()
    return tuple(item for item in trace(notes, confirmed, prefixes) if item.status is TraceStatus.SUSPECT)


def unconfirmed(notes: NotesOf, confirmed: Confirmed, prefixes: Sequence[str]) -> Mapping[str, Confirmation]:
    """Requirements that are covered while nothing is remembered of them, with what there is to remember."""
    if all(note.id in confirmed for note in _leading(notes, prefixes)):
        return {}
    covered = (TraceStatus.COVERED, TraceStatus.DONE)
    new = (item for item in trace(notes, confirmed, prefixes) if item.status in covered and item.id not in confirmed)
    return {item.id: Confirmation(item.digest, item.cover) for item in new}


def named_ids(notes: Iterable[IdNote], known: Iterable[str]) -> FrozenSet[str]:
    """The ids that notes name, themselves or, of the known ones, within a range such as ``FR-1 to FR-9``."""
    found = tuple(notes)
    ordered = sorted((_range_key(name), name) for name in known) if any(note.through for note in found) else ()
    return frozenset(name for note in found for name in _named(note, ordered))


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


# ------------------------------------------------------------------------------------------------------- what defines


def _leading(notes: NotesOf, prefixes: Sequence[str]) -> Iterator[IdNote]:
    spec = notes.get(Stage.SPEC)
    for note in spec.ids if spec is not None else ():
        if note.leads and note.id.rpartition("-")[0] in prefixes:
            yield note


def _definitions(notes: NotesOf, prefix: str) -> Dict[str, List[IdNote]]:
    """Id → the notes that define it, of which the first one counts.

    Where a spec has headings that end in "requirements", definitions stand below them, and an id that leads elsewhere,
    as in a table that maps ids to tests, does not define it a second time. Without, anything but a criterion defines.
    """
    leading = defaultdict(list)
    for note in _leading(notes, (prefix,)):
        leading[note.id].append(note)
    chosen: Dict[str, List[IdNote]] = {}
    for name, found in leading.items():
        others = [note for note in found if not _below_criteria(note.heading)]
        below = [note for note in others if _below_requirements(note.heading)]
        chosen[name] = below or others[:1] or found[:1]
    return chosen


@lru_cache(maxsize=4096)
def _below_requirements(heading: Tuple[str, ...]) -> bool:
    return any(plain_title(title).endswith("requirements") for title in heading)


@lru_cache(maxsize=4096)
def _below_criteria(heading: Tuple[str, ...]) -> bool:
    return any(is_called(title, _CRITERIA) for title in heading)


# --------------------------------------------------------------------------------------------------------- what names


def _mentions(notes: NotesOf, prefix: str, homes: Mapping[str, Sequence[IdNote]]) -> Mapping[str, List[Reference]]:
    """Id → every line that names it, itself or within a range; of the spec's lines, only criteria name what is defined."""
    found: Dict[str, Dict[Tuple[Stage, int, int], Reference]] = defaultdict(dict)
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
            is_criterion = stage is Stage.SPEC and _below_criteria(note.heading)
            place = place._replace(label=criteria.get(note.text, "")) if is_criterion else place
            for name in _named(note, known):
                is_home = note.id == name and note in homes.get(name, ())
                counts = stage is not Stage.SPEC or name not in homes or (is_criterion and not is_home)
                if counts:
                    found[name].setdefault((stage, place.line, place.column), place)
    return {name: list(places.values()) for name, places in found.items()}


def _criterion_ids(spec: Notes, prefix: str) -> Mapping[str, str]:
    """The text of a criterion → its own id, which is none of a requirement."""
    own = (note for note in reversed(spec.ids) if note.leads and _below_criteria(note.heading))
    return {note.text: note.id for note in own if note.id.rpartition("-")[0] != prefix}


def _named(note: IdNote, known: Sequence[Tuple[NaturalKey, str]]) -> List[str]:
    """The id, and those of the known ones that lie in the range which begins with it."""
    if not note.through:
        return [note.id]
    low = bisect_right(known, (_range_key(note.id), note.id))
    high = bisect_left(known, (_range_key(note.through), note.through))
    return [note.id, *(name for _, name in known[low : min(high, low + _LONGEST_RANGE)])]


def _range_key(name: str) -> NaturalKey:
    return natural_key(name)[:-1]


class _TaskFinder:
    """The innermost task around a line, asked for lines in ascending order."""

    def __init__(self, tasks: Sequence[TaskNote]) -> None:
        self._upcoming = list(reversed(tasks))
        self._open: List[TaskNote] = []

    def around(self, line: int) -> Optional[TaskNote]:
        """The task, or None."""
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
