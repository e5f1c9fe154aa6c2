"""A conflict as rows: three columns side by side, or one below the other where it is narrow."""

from __future__ import annotations

from functools import lru_cache
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

from idse_core.agency.merge import Chunk, Kind
from idse_core.agency.resolution import Decision, Resolution, Take
from idse_tui.look import Look
from idse_tui.presentation.columns import pieces
from idse_tui.presentation.emphasis import Spans, new_words, within
from idse_tui.presentation.texts import readable

__all__ = ["Cell", "ConflictRow", "Sides", "column_width", "conflict_rows", "hunk_key"]

_AROUND = 3  # lines of context beside a change; the rest of what is alike is left out
_GAP = 3
_INDENT = 2
_REMEMBERED = 4096

Lines = Tuple[str, ...]


class Sides(NamedTuple):
    """What the three versions are called."""

    base: str = "base"
    ours: str = "ours, here"
    theirs: str = "theirs, at the Agency Core"


class Cell(NamedTuple):
    """Part of a row: a text in a style of the look; ``marks`` are the words in it that matter."""

    text: str
    style: str = "text"
    marks: Spans = ()


class ConflictRow(NamedTuple):
    """One row: one cell over the whole width, or three of the same width.

    Attributes:
        key: identifies it when the rows are made anew.
        hunk: the hunk that it belongs to; None between hunks.
    """

    key: str
    cells: Tuple[Cell, ...]
    hunk: Optional[int] = None


def hunk_key(hunk: int) -> str:
    """The key of the row that a hunk begins with."""
    return f"hunk {hunk}"


def column_width(width: int) -> int:
    """The cells of one of three columns."""
    return max((width - 2 * _GAP - _INDENT) // 3, 8)


def conflict_rows(resolution: Resolution, look: Look, sides: Sides, *, width: int, columns: bool) -> List[ConflictRow]:
    """All rows.

    Args:
        resolution: as far as it has come.
        look: for the glyphs.
        sides: what to call the versions.
        width: cells that a row may take.
        columns: whether the versions stand side by side.
    """
    drawing = _Drawing(resolution, look, sides, width, columns=columns)
    if resolution.edited_whole:
        return list(drawing.whole())
    return [row for index in range(len(resolution.merge.chunks)) for row in drawing.chunk(index)]


class _Drawing:
    def __init__(self, resolution: Resolution, look: Look, sides: Sides, width: int, *, columns: bool) -> None:
        self._resolution = resolution
        self._chunks = resolution.merge.chunks
        self._look = look
        self._sides = sides
        self._width = width
        self._columns = columns
        conflicts = [index for index, chunk in enumerate(self._chunks) if chunk.kind is Kind.CONFLICT]
        self._hunk_of = {index: number for number, index in enumerate(conflicts)}

    def whole(self) -> Iterator[ConflictRow]:
        """The text as it was edited."""
        glyph = self._look.glyphs.passing if self._resolution.is_complete else "!"
        yield ConflictRow("whole", (Cell(f"{glyph} the merged text, as you edited it", "accent"),))
        yield from self._plain("w", self._resolution.text.split("\n"), "text")

    def chunk(self, index: int) -> Iterator[ConflictRow]:
        """The rows of a chunk."""
        chunk = self._chunks[index]
        if chunk.kind is Kind.STABLE:
            yield from self._stable(index, chunk)
        elif chunk.kind is Kind.CONFLICT:
            yield from self._hunk(self._hunk_of[index], chunk)
        else:
            yield from self._merged(index, chunk)

    def _stable(self, index: int, chunk: Chunk) -> Iterator[ConflictRow]:
        lines = chunk.base
        head = 0 if index == 0 else _AROUND
        tail = 0 if index == len(self._chunks) - 1 else _AROUND
        left_out = len(lines) - head - tail
        if left_out < 2:
            yield from self._alike(f"{index}a", lines)
            return
        yield from self._alike(f"{index}a", lines[:head])
        words = f"{self._look.glyphs.more} {left_out} lines that are the same on both sides"
        yield ConflictRow(f"{index} left out", (Cell(words, "faint"),))
        yield from self._alike(f"{index}z", lines[len(lines) - tail :])

    def _alike(self, key: str, lines: Sequence[str]) -> Iterator[ConflictRow]:
        yield from self._plain(key, lines, "muted")

    def _merged(self, index: int, chunk: Chunk) -> Iterator[ConflictRow]:
        """What went together by itself."""
        who = {Kind.OURS: "changed here", Kind.THEIRS: "changed there", Kind.SAME: "changed alike on both sides"}
        gone = "" if chunk.lines else ": deleted"
        words = f"{self._look.glyphs.passing} {who[chunk.kind]}{gone}"
        yield ConflictRow(f"{index} merged", (Cell(words, "faint"),))
        yield from self._plain(f"{index}", chunk.lines, "muted")

    def _hunk(self, hunk: int, chunk: Chunk) -> Iterator[ConflictRow]:
        decision = self._resolution.decisions[hunk]
        yield self._title(hunk, decision)
        draw = self._beside if self._columns else self._below
        yield from draw(hunk, chunk, decision)
        if decision is not None and decision.take is Take.EDITED:
            words = "as you edited it" if decision.lines else "as you edited it: nothing"
            yield ConflictRow(f"{hunk} edited", (Cell(words, "success"),), hunk)
            yield from self._plain(f"{hunk}e", decision.lines, "text", hunk)
        yield ConflictRow(f"{hunk} end", (Cell(self._look.glyphs.dash * self._width, "faint"),), hunk)

    def _title(self, hunk: int, decision: Optional[Decision]) -> ConflictRow:
        glyphs = self._look.glyphs
        here = glyphs.into if hunk == self._resolution.current else " "
        state = "open" if decision is None else _WORDS[decision.take]
        sign, style = ("!", "warning") if decision is None else (glyphs.passing, "success")
        title = f"{here} {sign} hunk {hunk + 1} of {len(self._hunk_of)}: {state} "
        line = title + glyphs.dash * max(self._width - len(title), 0)
        return ConflictRow(hunk_key(hunk), (Cell(line, style),), hunk)

    def _beside(self, hunk: int, chunk: Chunk, decision: Optional[Decision]) -> Iterator[ConflictRow]:
        width = column_width(self._width)
        columns = [
            _cells(side, _style(name, decision), width, _marks(chunk, name, decision)) or (Cell("(nothing)", "faint"),)
            for name, side in zip(Sides._fields, (chunk.base, chunk.ours, chunk.theirs))
        ]
        for number in range(max(map(len, columns))):
            cells = tuple(column[number] if number < len(column) else Cell("") for column in columns)
            yield ConflictRow(f"{hunk} {number}", cells, hunk)

    def _below(self, hunk: int, chunk: Chunk, decision: Optional[Decision]) -> Iterator[ConflictRow]:
        for name, side in zip(Sides._fields, (chunk.base, chunk.ours, chunk.theirs)):
            style = _style(name, decision)
            sign = f"{self._look.glyphs.passing} " if style == "success" else ""
            words = f"{sign}{getattr(self._sides, name)}{'' if side else ': nothing'}"
            yield ConflictRow(f"{hunk} {name}", (Cell(words, "accent" if decision is None else style),), hunk)
            yield from self._plain(f"{hunk}{name}", side, style, hunk, _marks(chunk, name, decision))

    def _plain(
        self, key: str, lines: Sequence[str], style: str, hunk: Optional[int] = None, marks: Tuple[Spans, ...] = ()
    ) -> Iterator[ConflictRow]:
        for number, cell in enumerate(_cells(tuple(lines), style, max(self._width - _INDENT, 8), marks)):
            shifted = tuple((start + _INDENT, end + _INDENT) for start, end in cell.marks)
            yield ConflictRow(f"{key}.{number}", (Cell(" " * _INDENT + cell.text, style, shifted),), hunk)


_WORDS = {Take.OURS: "ours", Take.THEIRS: "theirs", Take.BOTH: "both, ours first", Take.EDITED: "edited"}


def _style(side: str, decision: Optional[Decision]) -> str:
    """How a version of a hunk stands out: before a decision, and after it."""
    if decision is None:
        return "muted" if side == "base" else "text"
    taken = {Take.OURS: {"ours"}, Take.THEIRS: {"theirs"}, Take.BOTH: {"ours", "theirs"}, Take.EDITED: set()}
    return "success" if side in taken[decision.take] else "faint"


def _marks(chunk: Chunk, side: str, decision: Optional[Decision]) -> Tuple[Spans, ...]:
    """What is new in a version of an open hunk, line by line."""
    if decision is not None or side == "base":
        return ()
    return _new_words(chunk.base, chunk.ours if side == "ours" else chunk.theirs)


# A key changes one hunk of a document; what the others look like is remembered.
@lru_cache(maxsize=_REMEMBERED)
def _new_words(before: Lines, now: Lines) -> Tuple[Spans, ...]:
    return tuple(new_words(_shown(before), _shown(now)))


@lru_cache(maxsize=_REMEMBERED)
def _cells(lines: Lines, style: str, width: int, marks: Tuple[Spans, ...]) -> Tuple[Cell, ...]:
    """Lines broken to a width, with their marks."""
    cells: List[Cell] = []
    for number, line in enumerate(_shown(lines)):
        spans = marks[number] if number < len(marks) else ()
        cells += (Cell(piece, style, within(spans, start, start + len(piece))) for start, piece in pieces(line, width))
    return tuple(cells)


def _shown(lines: Sequence[str]) -> List[str]:
    """Lines for the screen: harmless, without their ends."""
    text = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
    return readable(text.encode("utf-8", "replace").decode("utf-8")).split("\n")[: len(lines)]
