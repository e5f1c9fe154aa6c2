"""Which of the places where an id comes first define it, and which only name it. Pure: notes in, notes out.

Many places begin with the id of a requirement: rows of a table that maps requirements to tests, items of a changelog or
below another requirement. A requirement is defined below the headings for requirements, in one form: headings, items of
one level, or rows of one table. The same id at the beginning of another form is a mention.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Dict, Iterable, List, Mapping, NamedTuple, Protocol, Sequence, Tuple

from idse_core.late_patterns import late
from idse_core.markdown.titles import plain_title, title_forms
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.id_forms import identifiers_in
from idse_core.validation.results import HEADING, ITEM, IdNote, Notes

__all__ = [
    "CRITERIA",
    "QUALITIES",
    "REQUIREMENTS",
    "Homes",
    "defined_in",
    "definitions",
    "homes_of",
    "homes_under",
    "is_below",
]

REQUIREMENTS = ("Functional Requirements", "Requirements", "Functional Specification")
"""Headings of the section with the functional requirements, or how such a heading begins."""

QUALITIES = (
    "Non-Functional Requirements",
    "Nonfunctional Requirements",
    "Quality Attributes",
    "Quality Requirements",
    "NFRs",
    "Constraints",
)
"""The same for the other requirements."""

CRITERIA = (
    "Acceptance Criteria",
    "Acceptance",
    "AC",
    "Acceptance Tests",
    "Exit Criteria",
    "Definition of Done",
)
"""Headings of the section with the acceptance criteria."""

_ASIDE = frozenset(
    [
        "changelog",
        "change log",
        "change history",
        "revision history",
        "traceability",
        "traceability matrix",
        "requirements traceability",
        "requirements traceability matrix",
        "coverage",
        "mapping",
        "priorities",
        "prioritization",
        "dependencies",
        "open questions",
        "notes",
    ]
)
"""Headings below which an id at the beginning is a mention, if it is defined anywhere else."""

_ID = late(r"[A-Z][A-Z0-9]{0,9}-[0-9A-Z]")
_TOP_ITEM = f"{ITEM}1"


class Homes(NamedTuple):
    """The headings below which the ids with some prefix are defined.

    Attributes:
        names: the headings, the best first.
        prefix: whether a heading that continues after such a name counts.
        others: headings below which these ids are only mentioned, if they are defined anywhere else.
    """

    names: Tuple[str, ...]
    prefix: bool = False
    others: Tuple[str, ...] = ()


_OF_CRITERIA = Homes(CRITERIA)
_OF_QUALITIES = Homes((*QUALITIES, *REQUIREMENTS), prefix=True, others=CRITERIA)
_OF_REQUIREMENTS = Homes((*REQUIREMENTS, *QUALITIES), prefix=True, others=CRITERIA)


def homes_of(prefix: str) -> Homes:
    """The headings below which ids with a prefix are defined by default."""
    if prefix == "AC":
        return _OF_CRITERIA
    return _OF_QUALITIES if prefix == "NFR" else _OF_REQUIREMENTS


def definitions(notes: Iterable[IdNote], prefix: str, homes: Homes) -> Mapping[str, List[IdNote]]:
    """Id → the notes that define it, of which the first counts; more than one when it is defined again.

    In a document without any of these headings an id can be defined anywhere, and a second time below the same heading. The
    first note has the waiver of any note below the same headings.

    Args:
        notes: of one artifact.
        prefix: of the ids.
        homes: where such ids are defined.
    """
    start = f"{prefix}-"
    leading: Dict[str, List[_Candidate]] = defaultdict(list)
    for note in notes:
        if note.form and note.id.startswith(start):
            leading[note.id].append(_Candidate(note, _place(note.heading, homes)))
    has_homes = any(item.place < len(homes.names) for found in leading.values() for item in found)
    return {name: _defining(found, homes, has_homes=has_homes) for name, found in leading.items()}


class _Told(Protocol):
    """What tells where ids are defined."""

    @property
    def prefix(self) -> str: ...

    @property
    def under(self) -> Tuple[str, ...]: ...

    @property
    def under_prefix(self) -> bool: ...


def homes_under(told: _Told) -> Homes:
    """The headings that a rule names for the ids with some prefix."""
    return Homes(told.under, prefix=told.under_prefix, others=homes_of(told.prefix).others)


def defined_in(
    notes: Mapping[Stage, Notes], stage: Stage, prefix: str, homes: Homes
) -> Mapping[str, List[Tuple[Stage, IdNote]]]:
    """Id → all notes of a session that define it, those of its own artifact first, then in pipeline order.

    In the other artifacts an id is defined below the headings for such ids only: elsewhere they speak of it.

    Args:
        notes: of the session's artifacts.
        stage: the artifact that defines these ids.
        prefix: of the ids.
        homes: where such ids are defined.
    """
    found: Dict[str, List[Tuple[Stage, IdNote]]] = defaultdict(list)
    strict = homes if homes.names else homes_of(prefix)
    for at in (stage, *(other for other in Stage if other is not stage)):
        own = notes[at].ids if at in notes else ()
        for name, defining in definitions(own, prefix, homes if at is stage else strict).items():
            found[name] += [
                (at, note) for note in defining if at is stage or is_below(note.heading, strict.names, strict.prefix)
            ]
    return {name: places for name, places in found.items() if places}


@lru_cache(maxsize=4096)
def is_below(heading: Tuple[str, ...], names: Tuple[str, ...], prefix: bool = False) -> bool:  # noqa: FBT001, FBT002  # cached
    """Whether one of the headings above is called one of these names.

    Args:
        heading: the headings above.
        names: what they may be called.
        prefix: whether a heading that continues after such a name counts.
    """
    return _best(heading, names, prefix) < len(names)


class _Candidate(NamedTuple):
    """A note that may define its id.

    Attributes:
        place: the number of its heading in the list of homes; a lower one is better.
    """

    note: IdNote
    place: int


def _defining(found: Sequence[_Candidate], homes: Homes, *, has_homes: bool) -> List[IdNote]:
    if len(found) == 1:
        return [found[0].note]
    own = [item for item in found if not _is_aside(item.note)] or found
    place = min(item.place for item in own)
    notes = [item.note for item in own if item.place == place]
    form = min(notes, key=_rank).form  # of the same rank the first in the text
    same = [note for note in notes if note.form == form]
    if homes.names and place >= len(homes.names):
        same = same[:1] if has_homes else [note for note in same if note.heading == same[0].heading]
    waiver = same[0].waiver or next((note.waiver for note in notes if note.waiver), "")
    return [same[0]._replace(waiver=waiver), *same[1:]]


def _rank(note: IdNote) -> int:
    """Headings before items, and items before rows and nested items, which are more often mentions."""
    if note.form == HEADING and len(_ID.findall(note.text)) == 1:
        return 0
    return 1 if note.form == _TOP_ITEM else 2


def _is_aside(note: IdNote) -> bool:
    """Whether it is a mention: it begins a range, or is below a heading for mentions or that of the requirement itself."""
    if note.through:
        return True
    above = note.heading[:-1] if note.form == HEADING else note.heading
    return any(not _ASIDE.isdisjoint(title_forms(title)) or _ids_in(title) == (note.id,) for title in above)


@lru_cache(maxsize=1024)
def _ids_in(title: str) -> Tuple[str, ...]:
    return tuple([found.id for found in identifiers_in(title)])


@lru_cache(maxsize=4096)
def _place(heading: Tuple[str, ...], homes: Homes) -> int:
    """The number of the best home among the headings above; a higher one below no home, the highest below ``others``."""
    if homes.others and is_below(heading, homes.others):
        return len(homes.names) + 1
    return _best(heading, homes.names, homes.prefix)


def _best(heading: Sequence[str], names: Sequence[str], prefix: bool) -> int:  # noqa: FBT001  # handed through
    """The number of the first name that one of the headings has; the number of names when none has any."""
    titles = [form for title in heading for form in title_forms(title)]
    for number, name in enumerate(names):
        wanted = plain_title(name)
        if any(title == wanted or (prefix and title.startswith(f"{wanted} ")) for title in titles):
            return number
    return len(names)
