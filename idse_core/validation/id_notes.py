"""The ids in an artifact, such as ``FR-1``: where each stands, in what text, and whether it could be defined there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Dict, List, NamedTuple, Pattern, Sequence, Set, Tuple

from idse_core.markdown import Identifier, ListItem, MarkdownDocument, identifiers
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.requirement_text import text_digest
from idse_core.validation.results import IdNote

__all__ = ["LONGEST", "take_id_notes"]

LONGEST = 300
"""How many characters of an item's text are kept."""

_FAR = 10
_NUMBER = re.compile(r"-\d")  # starts with a literal, which is searched for much faster than a word
_PREFIX = re.compile(r"(?:^|\W)([A-Z][A-Z0-9]{0,9})\Z")
_LONGEST_PREFIX = 11  # characters, the one before it among them
_WAIVER = re.compile(r"\b(?:waived|deferred)\s*:\s*(\S[^)\n]*)", re.IGNORECASE)
_LEAD = re.compile(r"[\s>*_~\[\]xX|+#-]*(?:\d+[.)]\s+)?[\s*_\[(`]*(?:Task\s+)?")
_RANGE = re.compile(
    r"""[*_`]{0,4}(?:
        \s{0,9}(?:\bto\b|\bthrough\b|[-\u2013\u2014\u2026]|\.{2,3})\s{0,9}[*_`]{0,4}
            (?P<prefix>[A-Z][A-Z0-9]{0,9})-(?P<number>[0-9]{1,9})
        | (?:[\u2013\u2026]|\.{2,3})(?P<bare>[0-9]{1,9})
    )(?!\w)""",
    re.VERBOSE,
)
"""What stands behind the first id of a range: ``to FR-9``, and the like."""

_LINE_END = re.compile(r"[\r\n]")
_PARAGRAPH_END = re.compile(r"\r?\n[ \t>]*(?=\r?\n)|\r?\n(?=[ \t]*#{1,6}[ \t])")


class _Surroundings(NamedTuple):
    """What is around an id.

    Attributes:
        start, end: of the item without what is nested in it, of the table row, or else of the line.
        full_end: where all ends that belongs to it when it is defined here.
        heading: the headings above, outermost first.
    """

    start: int
    end: int
    full_end: int
    heading: Tuple[str, ...]


class _Stretch:
    """Where the line or paragraph around an offset ends, asked for offsets in ascending order.

    Args:
        text: all of it.
        border: what ends one.
    """

    def __init__(self, text: str, border: Pattern[str]) -> None:
        self._text = text
        self._border = border
        self._end = 0

    def end(self, offset: int) -> int:
        """Where it ends, in characters."""
        if offset >= self._end:
            match = self._border.search(self._text, offset)
            self._end = len(self._text) if match is None else match.start()
        return self._end


def take_id_notes(artifact: ArtifactFacts) -> Tuple[IdNote, ...]:
    """The ids in an artifact's prose, in order."""
    document = artifact.document
    prefixes = _prefixes(document.prose)
    if not prefixes:
        return ()
    found = identifiers(document, prefixes)
    around = _surroundings(document, found)
    texts = _Texts(document)
    notes = [_note(document, place, where, texts) for place, where in zip(found, around)]
    leading = [index for index, note in enumerate(notes) if note.leads]
    comments = [comment.start for comment in document.comments]
    for index, following in zip(leading, [*leading[1:], None]):
        limit = len(document.text) if following is None else _line_start(document.text, found[following].start)
        start, end = found[index].start, around[index].full_end
        said = _without_comments(document, comments, start, min(end, limit) if limit > start else end)
        notes[index] = notes[index]._replace(digest=text_digest(said))
    return tuple(notes)


def _prefixes(prose: str) -> Set[str]:
    """What stands before a hyphen and a number: ``FR``, ``NFR``, and whatever else the text has."""
    ends = (found.start() for found in _NUMBER.finditer(prose))
    words = (_PREFIX.search(prose[max(0, end - _LONGEST_PREFIX) : end]) for end in ends)
    return {word.group(1) for word in words if word}


class _Texts:
    """What stands around ids, worked out once for all those in the same item or line.

    Args:
        document: where they stand.
    """

    def __init__(self, document: MarkdownDocument) -> None:
        self._document = document
        self._around: Dict[Tuple[int, int], Tuple[str, str]] = {}
        self._lines: Dict[int, str] = {}

    def around(self, start: int, end: int) -> Tuple[str, str]:
        """The text of ``[start, end)``, and the reason for a waiver in it or an empty text."""
        known = self._around.get((start, end))
        if known is None:
            text = " ".join(self._document.prose[start : min(end, start + _FAR * LONGEST)].split())[:LONGEST]
            known = self._around[start, end] = text, _waiver(text)
        return known

    def excerpt(self, line: int) -> str:
        """The beginning of a line."""
        known = self._lines.get(line)
        if known is None:
            known = self._lines[line] = self._document.line_text(line)[:LONGEST]
        return known


def _waiver(text: str) -> str:
    """The reason after ``Waived:`` or ``Deferred:``, or an empty text."""
    folded = text.lower()
    if "waived" not in folded and "deferred" not in folded:
        return ""
    found = _WAIVER.search(text)
    return found.group(1).strip() if found else ""


def _note(document: MarkdownDocument, place: Identifier, around: _Surroundings, texts: _Texts) -> IdNote:
    line, column = document.position(place.start)
    text, waiver = texts.around(around.start, around.end)
    return IdNote(
        id=place.id,
        line=line,
        column=column,
        leads=_LEAD.fullmatch(document.prose, around.start, place.start) is not None,
        text=text,
        heading=around.heading,
        waiver=waiver,
        excerpt=texts.excerpt(line),
        through=_through(document.prose, place),
        digest="",
    )


def _through(prose: str, place: Identifier) -> str:
    """The last id of the range that begins at ``place``, or empty."""
    match = _RANGE.match(prose, place.end)
    prefix = place.id.rpartition("-")[0]
    if match is None or match.group("prefix") not in {None, prefix}:
        return ""
    return f"{prefix}-{match.group('bare') or match.group('number')}"


def _surroundings(document: MarkdownDocument, places: Sequence[Identifier]) -> List[_Surroundings]:
    """What is around each id; one pass over items and rows, so that a long list costs no more than it is long."""
    rows = [(row[0].start, max(cell.end for cell in row)) for table in document.tables for row in table.rows if row]
    row_starts = [start for start, _ in rows]
    open_items: List[ListItem] = []
    upcoming = 0
    line = _Stretch(document.text, _LINE_END)
    paragraph = _Stretch(document.text, _PARAGRAPH_END)
    found: List[_Surroundings] = []
    for place in places:
        while upcoming < len(document.items) and document.items[upcoming].start <= place.start:
            _close(open_items, document.items[upcoming].start)
            open_items.append(document.items[upcoming])
            upcoming += 1
        _close(open_items, place.start)
        number = bisect_right(row_starts, place.start) - 1
        row = rows[number] if number >= 0 and place.start < rows[number][1] else None
        item = open_items[-1] if open_items else None
        if item is not None and place.start < item.end:
            start, end = item.start, item.end
        elif row is not None:
            start, end = row
        else:
            start, end = _line_start(document.text, place.start), line.end(place.start)
        if item is not None:
            full_end = item.full_end
        elif row is not None:
            full_end = row[1]
        else:
            full_end = paragraph.end(place.start)
        section = document.section_at(place.start)
        if section.heading is not None and place.start < section.heading.end:
            full_end = section.full_end
        found.append(_Surroundings(start, end, full_end, section.path))
    return found


def _close(open_items: List[ListItem], offset: int) -> None:
    while open_items and open_items[-1].full_end <= offset:
        open_items.pop()


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _without_comments(document: MarkdownDocument, starts: Sequence[int], start: int, end: int) -> str:
    """A stretch of the text without the comments in it; ``starts`` is where the document's comments start."""
    parts: List[str] = []
    for comment in document.comments[bisect_left(starts, start) : bisect_left(starts, end)]:
        parts.append(document.text[start : comment.start])
        start = comment.end
    return " ".join([*parts, document.text[start:end]])
