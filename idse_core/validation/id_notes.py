"""The ids in an artifact, such as ``FR-1``: where each is, in what text, and whether it could be defined there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import Dict, List, NamedTuple, Optional, Pattern, Sequence, Tuple

from idse_core.late_patterns import late
from idse_core.markdown import Identifier, ItemPlace, MarkdownDocument, Position
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.id_addresses import without_addresses
from idse_core.validation.id_forms import identifiers_in, through
from idse_core.validation.id_leading import Leads
from idse_core.validation.quoted_ids import with_quoted_ids
from idse_core.validation.requirement_text import text_digest
from idse_core.validation.results import HEADING, ITEM, LINE, ROW, IdNote
from idse_core.validation.waivers import hollow_waiver, may_waive, waiver_below, waiver_in

__all__ = ["LONGEST", "take_id_notes"]

LONGEST = 300
"""The number of characters that are kept of an item's text."""

_FAR = 10
_LINE_END = late(r"[\r\n]")
_LINE_ENDS = late(r"\r\n?|\n")
_PARAGRAPH_END = late(r"\r?\n[ \t>]*(?=\r?\n)|\r?\n(?=[ \t]*#{1,6}[ \t])")


class _Surroundings(NamedTuple):
    """What is around an id.

    Attributes:
        start, end: of the item without nested ones, of the table row, or else of the line, as offsets.
        full_end: the end of all that belongs to the id if it is defined here.
        heading: the headings above, outermost first.
        form: as in ``IdNote``, if the id comes first.
    """

    start: int
    end: int
    full_end: int
    heading: Tuple[str, ...]
    form: str


class _Said(NamedTuple):
    """The text about an id that can be defined where it is.

    Attributes:
        digest: of its words, including those below it.
        waiver: the reason in an item, line or paragraph below it why it is left out, or empty.
    """

    digest: str
    waiver: str


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


class _Rows:
    """The rows of a document's tables below their headers.

    Args:
        document: whose tables.
    """

    def __init__(self, document: MarkdownDocument) -> None:
        self._text = document.text
        self._places = document.blocks.row_places
        self._starts = [start for start, _ in self._places]

    def at(self, offset: int) -> Optional[int]:
        """The number of the row that an offset is in, or None."""
        number = bisect_right(self._starts, offset) - 1
        return number if number >= 0 and offset < self._places[number][1] else None

    def place(self, number: int) -> Tuple[int, int]:
        """From the first cell of a row to the end of its last."""
        return self._places[number]

    def table(self, number: int) -> int:
        """The number of the table that a row is in."""
        return self._tables[number]

    @cached_property
    def _tables(self) -> List[int]:
        """For each row its table: between two rows of the same one there is one line end."""
        found: List[int] = []
        end = 0
        for start, row_end in self._places:
            is_next = bool(found) and len(_LINE_ENDS.findall(self._text, end, start)) == 1
            found.append(found[-1] if is_next else len(found))
            end = row_end
        return found


def take_id_notes(artifact: ArtifactFacts) -> Tuple[IdNote, ...]:
    """The ids in an artifact's prose, in order."""
    document = artifact.document
    prose, quoted = with_quoted_ids(document)
    found = without_addresses(prose, identifiers_in(prose))
    if not found:
        return ()
    around = _surroundings(document, found)
    texts = _Texts(document, prose)
    told = _said(document, found, around, texts)
    return tuple(
        [
            _note(place, where, texts, said, is_quoted=place.start in quoted)
            for place, where, said in zip(found, around, told)
        ]
    )


def _said(
    document: MarkdownDocument, found: Sequence[Identifier], around: Sequence[_Surroundings], texts: _Texts
) -> List[Optional[_Said]]:
    """For each id that can be defined the text about it, up to the next such id; None for the others."""
    told: List[Optional[_Said]] = [None] * len(found)
    comments = [comment.start for comment in document.comments]
    leads = Leads(texts.prose)
    limit = len(document.text)
    for index in range(len(found) - 1, -1, -1):
        where = around[index]
        if _is_leading(leads, found[index], where):
            place = found[index].start
            end = min(where.full_end, limit) if limit > place else where.full_end
            marks = _marks_start(document.text, place, where.start)
            text = _without_comments(document, comments, marks, end)
            digest = text_digest(text, is_row=where.form.startswith(ROW))
            told[index] = _Said(digest, texts.waiver_below(where.end, end))
            limit = _line_start(document.text, place)
    return told


def _is_leading(leads: Leads, place: Identifier, where: _Surroundings) -> bool:
    """Whether the id can be defined here."""
    return leads.is_first(place, where.start) and (where.form != LINE or leads.is_entry(place, where.start))


class _Texts:
    """The text around ids, computed once for all ids in the same item or line.

    Args:
        document: contains the ids.
        prose: its prose, with the ids in it.
    """

    def __init__(self, document: MarkdownDocument, prose: str) -> None:
        self.prose = prose
        self._document = document
        self._may_waive = may_waive(prose)
        self._around: Dict[Tuple[int, int], Tuple[str, str, str]] = {}
        self._lines: Dict[int, str] = {}

    def around(self, start: int, end: int) -> Tuple[str, str, str]:
        """The text of ``[start, end)``, the reason of a waiver in it, and a waiver without a reason; or empty texts."""
        known = self._around.get((start, end))
        if known is None:
            text = self.prose[start : min(end, start + _FAR * LONGEST)]
            reason = waiver_in(text)[:LONGEST] if self._may_waive else ""
            hollow = hollow_waiver(text) if self._may_waive and not reason else ""
            known = self._around[start, end] = " ".join(text.split())[:LONGEST], reason, hollow
        return known

    def waiver_below(self, start: int, end: int) -> str:
        """The reason of a waiver that has its own item, line or paragraph in ``[start, end)``, or empty."""
        if not self._may_waive:
            return ""
        return waiver_below(self.prose[start : min(end, start + _FAR * LONGEST)])[:LONGEST]

    def position(self, offset: int) -> Position:
        """Line and column of an offset."""
        return self._document.position(offset)

    def end_line(self, around: _Surroundings, line: int) -> int:
        """The last line of an item or section; ``line`` for anything else."""
        if around.form != HEADING and not around.form.startswith(ITEM):
            return line
        return max(line, self._document.position(around.full_end - 1).line)

    def excerpt(self, line: int) -> str:
        """The beginning of a line."""
        known = self._lines.get(line)
        if known is None:
            known = self._lines[line] = self._document.line_text(line, LONGEST)
        return known


def _note(place: Identifier, around: _Surroundings, texts: _Texts, said: Optional[_Said], *, is_quoted: bool) -> IdNote:
    line, column = texts.position(place.start)
    text, waiver, hollow = texts.around(around.start, around.end)
    return IdNote(
        id=place.id,
        line=line,
        column=column,
        form="" if said is None else around.form,
        text=text,
        heading=around.heading,
        waiver=waiver or ("" if said is None else said.waiver),
        hollow=hollow,
        excerpt=texts.excerpt(line),
        through=through(texts.prose, place),
        digest="" if said is None else said.digest,
        end_line=line if said is None else texts.end_line(around, line),
        quoted=is_quoted,
    )


def _surroundings(document: MarkdownDocument, places: Sequence[Identifier]) -> List[_Surroundings]:
    """What is around each id; one pass over items and rows, so that the cost is linear in the length of a list."""
    rows = _Rows(document)
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
        item = open_items[-1] if open_items else None
        row = rows.at(place.start)
        if item is not None and place.start < item.end:
            start, end, form = item.start, item.end, f"{ITEM}{len(open_items)}"
        elif row is not None:
            start, end = rows.place(row)
            form = f"{ROW}{rows.table(row)}"
        else:
            start, end, form = _line_start(document.text, place.start), line.end(place.start), LINE
        if item is not None:
            full_end = item.full_end
        elif row is not None:
            full_end = end
        else:
            full_end = paragraph.end(place.start)
        section = document.section_at(place.start)
        if section.heading is not None and place.start < section.heading.end:
            full_end, form = section.full_end, HEADING
        found.append(_Surroundings(start, end, full_end, section.path, form))
    return found


def _close(open_items: List[ItemPlace], offset: int) -> None:
    while open_items and open_items[-1].full_end <= offset:
        open_items.pop()


def _marks_start(text: str, offset: int, least: int) -> int:
    """Where the emphasis that an offset may be in begins, if that is right before it."""
    while offset > least and text[offset - 1] in "*_~`[(":
        offset -= 1
    return offset


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
