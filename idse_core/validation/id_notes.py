"""The ids in an artifact, such as ``FR-1``: where each is, in what text, and whether it could be defined there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Dict, List, NamedTuple, Optional, Pattern, Sequence, Tuple

from idse_core.late_patterns import late
from idse_core.markdown import Identifier, ItemPlace, MarkdownDocument
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.requirement_text import text_digest
from idse_core.validation.results import IdNote
from idse_core.validation.waivers import waiver_in

__all__ = ["LONGEST", "take_id_notes"]

LONGEST = 300
"""The number of characters that are kept of an item's text."""

_FAR = 10
_NUMBER = late(r"-[0-9]+(?:\.[0-9]+)*[a-z]?(?!\w)")
_PREFIX = late(r"(^|\W)([A-Z][A-Z0-9]{0,9})\Z")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_LONGEST_PREFIX = 11  # characters, including the one before the prefix
_LEAD = late(r"[\s>*_~\[\]xX|+#-]*(?:\d+[.)]\s+)?[\s*_\[(`]*(?:Task\s+)?")
_RANGE = late(
    r"""[*_`]{0,4}(?:
        \s{0,9}(?:\bto\b|\bthrough\b|[-\u2013\u2014\u2026]|\.{2,3})\s{0,9}[*_`]{0,4}
            (?P<prefix>[A-Z][A-Z0-9]{0,9})-(?P<number>[0-9]{1,9})
        | (?:[\u2013\u2026]|\.{2,3})(?P<bare>[0-9]{1,9})
    )(?!\w)""",
    re.VERBOSE,
)
"""What follows the first id of a range: ``to FR-9``, and the like."""

_NO_RANGE = frozenset("),:;]")

_LINE_END = late(r"[\r\n]")
_PARAGRAPH_END = late(r"\r?\n[ \t>]*(?=\r?\n)|\r?\n(?=[ \t]*#{1,6}[ \t])")


class _Surroundings(NamedTuple):
    """What is around an id.

    Attributes:
        start, end: of the item without nested ones, of the table row, or else of the line, as offsets.
        full_end: the end of all that belongs to the id if it is defined here.
        heading: the headings above, outermost first.
    """

    start: int
    end: int
    full_end: int
    heading: Tuple[str, ...]


class _Stretch:
    """Finds the end of the line or paragraph around an offset; the offsets must come in ascending order.

    Args:
        text: the whole text.
        border: matches what ends a line or paragraph.
    """

    def __init__(self, text: str, border: Pattern[str]) -> None:
        self._text = text
        self._border = border
        self._end = 0

    def end(self, offset: int) -> int:
        """The offset of its end."""
        if offset >= self._end:
            match = self._border.search(self._text, offset)
            self._end = len(self._text) if match is None else match.start()
        return self._end


def take_id_notes(artifact: ArtifactFacts) -> Tuple[IdNote, ...]:
    """The ids in an artifact's prose, in order."""
    document = artifact.document
    found = _identifiers(document.prose)
    if not found:
        return ()
    around = _surroundings(document, found)
    texts = _Texts(document)
    digests = _digests(document, found, around)
    return tuple([_note(document, place, where, texts, digest) for place, where, digest in zip(found, around, digests)])


def _identifiers(prose: str) -> List[Identifier]:
    """Find the ids with any prefix: upper-case letters and digits before a hyphen and a number."""
    found: List[Identifier] = []
    for match in _NUMBER.finditer(prose):  # starts with a literal, which is searched for much faster than a word
        start, end = match.span()
        if prose[start - 1 : start] not in _UPPER:
            continue
        word = _PREFIX.search(prose[max(0, start - _LONGEST_PREFIX) : start])
        if word is not None and word.group(1) != "-":
            prefix = word.group(2)
            found.append(Identifier(prefix + match.group(), start - len(prefix), end))
    return found


def _leads(prose: str, start: int, end: int) -> bool:
    """Whether only marks and numbers come before an id in its item, row or line."""
    return _LEAD.fullmatch(prose, start, end) is not None


def _digests(
    document: MarkdownDocument, found: Sequence[Identifier], around: Sequence[_Surroundings]
) -> List[Optional[str]]:
    """For each id that begins its item a digest of the text about it, up to the next such id; None for the others."""
    digests: List[Optional[str]] = [None] * len(found)
    comments = [comment.start for comment in document.comments]
    limit = len(document.text)
    for index in range(len(found) - 1, -1, -1):
        place = found[index].start
        if _leads(document.prose, around[index].start, place):
            end = around[index].full_end
            said = _without_comments(document, comments, place, min(end, limit) if limit > place else end)
            digests[index] = text_digest(said)
            limit = _line_start(document.text, place)
    return digests


class _Texts:
    """The text around ids, computed once for all ids in the same item or line.

    Args:
        document: contains the ids.
    """

    def __init__(self, document: MarkdownDocument) -> None:
        self._document = document
        self._around: Dict[Tuple[int, int], Tuple[str, str]] = {}
        self._lines: Dict[int, str] = {}

    def around(self, start: int, end: int) -> Tuple[str, str]:
        """The text of ``[start, end)``, and the reason of a waiver in it, or an empty text."""
        known = self._around.get((start, end))
        if known is None:
            text = self._document.prose[start : min(end, start + _FAR * LONGEST)]
            known = self._around[start, end] = " ".join(text.split())[:LONGEST], waiver_in(text)[:LONGEST]
        return known

    def excerpt(self, line: int) -> str:
        """The beginning of a line."""
        known = self._lines.get(line)
        if known is None:
            known = self._lines[line] = self._document.line_text(line)[:LONGEST]
        return known


def _note(
    document: MarkdownDocument, place: Identifier, around: _Surroundings, texts: _Texts, digest: Optional[str]
) -> IdNote:
    line, column = document.position(place.start)
    text, waiver = texts.around(around.start, around.end)
    through = _through(document.prose, place)
    leads = digest is not None
    return IdNote(
        place.id, line, column, leads, text, around.heading, waiver, texts.excerpt(line), through, digest or ""
    )


def _through(prose: str, place: Identifier) -> str:
    """The last id of the range that begins at ``place``, or empty."""
    if prose[place.end : place.end + 1] in _NO_RANGE:
        return ""
    match = _RANGE.match(prose, place.end)
    prefix = place.id.rpartition("-")[0]
    if match is None or match.group("prefix") not in {None, prefix}:
        return ""
    return f"{prefix}-{match.group('bare') or match.group('number')}"


def _surroundings(document: MarkdownDocument, places: Sequence[Identifier]) -> List[_Surroundings]:
    """What is around each id; one pass over items and rows, so that the cost is linear in the length of a list."""
    rows = document.blocks.row_places
    row_starts = [start for start, _ in rows]
    items = document.item_places
    open_items: List[ItemPlace] = []
    upcoming = 0
    line = _Stretch(document.text, _LINE_END)
    paragraph = _Stretch(document.text, _PARAGRAPH_END)
    found: List[_Surroundings] = []
    for place in places:
        while upcoming < len(items) and items[upcoming].start <= place.start:
            _close(open_items, items[upcoming].start)
            open_items.append(items[upcoming])
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


def _close(open_items: List[ItemPlace], offset: int) -> None:
    while open_items and open_items[-1].full_end <= offset:
        open_items.pop()


def _line_start(text: str, offset: int) -> int:
    start = text.rfind("\n", 0, offset) + 1
    return max(start, text.rfind("\r", start, offset) + 1)  # not from the start of the text: most texts have no CR


def _without_comments(document: MarkdownDocument, starts: Sequence[int], start: int, end: int) -> str:
    """A stretch of the text without the comments in it; ``starts`` are the offsets of the document's comments."""
    parts: List[str] = []
    for comment in document.comments[bisect_left(starts, start) : bisect_left(starts, end)]:
        parts.append(document.text[start : comment.start])
        start = comment.end
    return " ".join([*parts, document.text[start:end]])
