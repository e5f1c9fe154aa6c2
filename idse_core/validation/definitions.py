"""Which of the places where an id comes first define it, and which only name it. Pure: notes in, notes out.

A document names its requirements in many places that begin with an id: a table that maps them to tests, a changelog, an item
below another requirement. What defines one stands below the headings for it, in a form of its own: as a heading, as
items of one level, as rows of one table. What begins with the same id in another form is a mention.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Dict, Iterable, List, Mapping, NamedTuple, Sequence, Tuple

from idse_core.late_patterns import late
from idse_core.markdown.titles import plain_title
from idse_core.validation.id_forms import identifiers_in
from idse_core.validation.results import HEADING, ITEM, IdNote

__all__ = ["CRITERIA", "QUALITIES", "REQUIREMENTS", "Homes", "definitions", "homes_of", "is_below"]

REQUIREMENTS = ("Functional Requirements", "Requirements", "Functional Specification")
"""What the section with the requirements is called, or begins with."""

QUALITIES = (
    "Non-Functional Requirements",
    "Nonfunctional Requirements",
    "Quality Attributes",
    "Quality Requirements",
    "NFRs",
    "Constraints",
)
"""The same of the requirements that are not functional."""

CRITERIA = (
    "Acceptance Criteria",
    "Acceptance",
    "AC",
    "Acceptance Tests",
    "Exit Criteria",
    "Definition of Done",
)
"""What the section with the acceptance criteria is called."""

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
"""Headings below which requirements are spoken of that are defined elsewhere."""

_ID = late(r"[A-Z][A-Z0-9]{0,9}-[0-9A-Z]")
_TOP_ITEM = f"{ITEM}1"


class Homes(NamedTuple):
    """The headings below which the ids with some prefix are defined.

    Attributes:
        names: the headings, the best first.
        prefix: whether one that goes on after such a name is one, too.
        others: headings below which those ids are only named, if they are defined anywhere else.
    """

    names: Tuple[str, ...]
    prefix: bool = False
    others: Tuple[str, ...] = ()


_OF_CRITERIA = Homes(CRITERIA)
_OF_QUALITIES = Homes((*QUALITIES, *REQUIREMENTS), prefix=True, others=CRITERIA)
_OF_REQUIREMENTS = Homes((*REQUIREMENTS, *QUALITIES), prefix=True, others=CRITERIA)


def homes_of(prefix: str) -> Homes:
    """Where ids with a prefix are defined, if nobody says otherwise."""
    if prefix == "AC":
        return _OF_CRITERIA
    return _OF_QUALITIES if prefix == "NFR" else _OF_REQUIREMENTS


def definitions(notes: Iterable[IdNote], prefix: str, homes: Homes) -> Mapping[str, List[IdNote]]:
    """Id → the notes that define it, the first of which counts; more of them for one that is defined again.

    In a document without any of the headings an id can be defined anywhere, and again below the same heading. The first
    note has the waiver that any of the places below the same headings gives.

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


@lru_cache(maxsize=4096)
def is_below(heading: Tuple[str, ...], names: Tuple[str, ...], prefix: bool = False) -> bool:  # noqa: FBT001, FBT002  # cached
    """Whether one of the headings above is called one of these names.

    Args:
        heading: the headings above.
        names: what they may be called.
        prefix: whether one that goes on after such a name counts, too.
    """
    return _best(heading, names, prefix) < len(names)


class _Candidate(NamedTuple):
    """A note that may define its id.

    Attributes:
        place: how far down the list of homes the heading is that it stands below; the lower the better.
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
    if place >= len(homes.names):
        same = same[:1] if has_homes else [note for note in same if note.heading == same[0].heading]
    waiver = same[0].waiver or next((note.waiver for note in notes if note.waiver), "")
    return [same[0]._replace(waiver=waiver), *same[1:]]


def _rank(note: IdNote) -> int:
    """Headings before items, items before all that may be an index of them or stand within another one."""
    if note.form == HEADING and len(_ID.findall(note.text)) == 1:
        return 0
    return 1 if note.form == _TOP_ITEM else 2


def _is_aside(note: IdNote) -> bool:
    """Whether the place speaks of what is defined elsewhere: by its heading, or as a part of the very requirement."""
    above = note.heading[:-1] if note.form == HEADING else note.heading
    return any(plain_title(title) in _ASIDE or _ids_in(title) == (note.id,) for title in above)


@lru_cache(maxsize=1024)
def _ids_in(title: str) -> Tuple[str, ...]:
    return tuple([found.id for found in identifiers_in(title)])


@lru_cache(maxsize=4096)
def _place(heading: Tuple[str, ...], homes: Homes) -> int:
    """The number of the best home among the headings above; behind all homes what is none, and last what is another's."""
    if homes.others and is_below(heading, homes.others):
        return len(homes.names) + 1
    return _best(heading, homes.names, homes.prefix)


def _best(heading: Sequence[str], names: Sequence[str], prefix: bool) -> int:  # noqa: FBT001  # handed through
    """The number of the first name that one of the headings has; how many names there are when none has one."""
    titles = [plain_title(title) for title in heading]
    for number, name in enumerate(names):
        wanted = plain_title(name)
        if any(title == wanted or (prefix and title.startswith(f"{wanted} ")) for title in titles):
            return number
    return len(names)
