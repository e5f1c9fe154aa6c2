"""Which cells of rendered blocks show the words that are looked for."""

from __future__ import annotations

from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from idse_tui.blocks import Block, Rendered
from idse_tui.occurrences import Occurrences, is_exact, like

__all__ = ["Highlights", "Match", "Piece", "emphasised"]

Piece = Tuple[int, int, int]
"""A row of a block, and the half-open range of characters in it. What is wrapped has several."""


class Match(NamedTuple):
    """The occurrence that is looked at.

    Attributes:
        place: in the text that is searched.
        line: of the file, 1-based.
    """

    place: int
    line: int


class Highlights:
    """Finds words in the strips of blocks, one block at a time, when it is drawn.

    A block's strips show a little more or less than its source, so the n-th occurrence here is the n-th there only as long
    as both have the same number; else it is the one whose line is nearest.

    Args:
        found: where the words stand in the source.
    """

    def __init__(self, found: Occurrences) -> None:
        self.found = found
        self._hits: Dict[int, Tuple[Rendered, List[Tuple[Piece, ...]]]] = {}
        self._rows: Dict[int, Tuple[Rendered, Dict[int, List[Tuple[int, Piece]]]]] = {}

    def current(self, match: Match, index: int, block: Block, rendered: Rendered) -> Optional[int]:
        """Which of the block's hits shows the match; None when none does, since what it is in is not drawn as it is written.

        Args:
            match: one in this block.
            index: the block's number.
            block: the source.
            rendered: its strips.
        """
        hits = self._hits_of(index, rendered)
        if not hits:
            return None
        searched = self.found.searched
        first, end = searched.place_of(block.first), searched.place_of(block.first + block.size)
        number = self.found.within(first, match.place)
        if len(hits) == self.found.within(first, end):
            return min(number, len(hits) - 1)
        near: Callable[[int], Tuple[int, int]] = lambda at: (  # noqa: E731
            abs(rendered.lines[hits[at][0][0]] - match.line),
            abs(at - number),
        )
        return min(range(len(hits)), key=near)

    def row(self, match: Match, index: int, block: Block, rendered: Rendered) -> Optional[int]:
        """The row of the block that shows the match; None as for ``current``."""
        at = self.current(match, index, block, rendered)
        return None if at is None else self._hits_of(index, rendered)[at][0][0]

    def pieces(self, index: int, rendered: Rendered, row: int) -> Sequence[Tuple[int, Piece]]:
        """What of a row is a hit: the hit's number, and the piece."""
        known = self._rows.get(index)
        if known is None or known[0] is not rendered:
            rows: Dict[int, List[Tuple[int, Piece]]] = {}
            for number, pieces in enumerate(self._hits_of(index, rendered)):
                for piece in pieces:
                    rows.setdefault(piece[0], []).append((number, piece))
            known = self._rows[index] = (rendered, rows)
        return known[1].get(row, ())

    def _hits_of(self, index: int, rendered: Rendered) -> List[Tuple[Piece, ...]]:
        known = self._hits.get(index)
        if known is None or known[0] is not rendered:
            known = self._hits[index] = (rendered, list(_hits(rendered.strips, self.found.words)))
        return known[1]


def _hits(strips: Sequence[Strip], words: str) -> Iterator[Tuple[Piece, ...]]:
    texts = [strip.text for strip in strips]
    leads = [len(text) - len(text.lstrip()) for text in texts]
    shown = [text.strip() for text in texts]
    whole = " ".join(shown)
    whole = whole if is_exact(words) else like(whole)
    ends: List[int] = []
    for text in shown:
        ends.append((ends[-1] + 1 if ends else 0) + len(text))
    row, place = 0, whole.find(words) if words else -1
    while place >= 0:
        end = place + len(words)
        while ends[row] < place:
            row += 1
        pieces, at = [], row
        while at < len(ends) and (at == row or ends[at - 1] + 1 < end):
            begin = ends[at] - len(shown[at])
            low, high = max(place - begin, 0), min(end, ends[at]) - begin
            if low < high:
                pieces.append((at, low + leads[at], high + leads[at]))
            at += 1
        if pieces:
            yield tuple(pieces)
        place = whole.find(words, end)


def emphasised(strip: Strip, piece: Piece, style: Style) -> Strip:
    """The strip with a style over a piece of it."""
    text = strip.text
    begin = cell_len(text[: piece[1]])
    end = begin + cell_len(text[piece[1] : piece[2]])
    middle = Strip([Segment(part.text, (part.style or Style()) + style) for part in strip.crop(begin, end)])
    return Strip.join([strip.crop(0, begin), middle, strip.crop(end, strip.cell_length)])
