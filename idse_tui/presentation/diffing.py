"""What changed between two texts, line by line, with the words that did; then as rows of a width, so that nothing is cut off."""

from __future__ import annotations

import difflib
from typing import Iterable, Iterator, List, Mapping, NamedTuple, Sequence, Tuple

from rich.console import Console, ConsoleOptions, RenderResult
from rich.style import Style
from rich.text import Text

from idse_tui.look import Look
from idse_tui.presentation.columns import pieces
from idse_tui.presentation.emphasis import Spans, new_words, within
from idse_tui.presentation.texts import readable

__all__ = ["DiffLine", "DiffRow", "DiffText", "diff_lines", "diff_row_line", "diff_rows"]

_AROUND = 3  # lines of context beside a change
_SIGNS = 2  # cells of the column that the sign stands in
_STYLES: Mapping[str, str] = {"+": "success", "-": "error", "@": "info", "=": "muted"}
_CHANGED = Style(bold=True, underline=True)


class DiffLine(NamedTuple):
    """One line of a diff.

    Attributes:
        sign: ``+``, ``-`` or a space; ``@`` for where a change stands, ``=`` for what a text is called.
        text: harmless, on one line.
        marks: the words in it that are others.
        line: where it stands, or stood, in the text as it is now, 1-based; 0 where there is no such place.
    """

    sign: str
    text: str
    marks: Spans = ()
    line: int = 0


class DiffRow(NamedTuple):
    """As much of a line as one row holds. ``key`` tells rows apart; the rest is as in ``DiffLine``."""

    key: str
    sign: str
    text: str
    marks: Spans = ()
    line: int = 0


def diff_lines(before: str, now: str, labels: Tuple[str, ...] = ()) -> Tuple[DiffLine, ...]:
    """What changed, with some lines around it; empty when nothing did.

    Args:
        before: the earlier text.
        now: the later one.
        labels: what to call both, in lines of their own above all others; empty for no such lines.
    """
    old, new = readable(before).split("\n"), readable(now).split("\n")
    if not old[-1] and not new[-1]:  # both end with a line's end, which is no line that changed
        del old[-1], new[-1]
    found: List[DiffLine] = []
    for hunk in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(_AROUND):
        (_, low, _, new_low, _), (_, _, high, _, new_high) = hunk[0], hunk[-1]
        place = f"@@ -{_range(low, high)} +{_range(new_low, new_high)} @@"
        found.append(DiffLine("@", place, line=_within(new_low, new)))
        for kind, start, end, new_start, new_end in hunk:
            if kind == "equal":
                found += (DiffLine(" ", new[at], line=at + 1) for at in range(new_start, new_end))
            else:
                found += _changed(old[start:end], new[new_start:new_end], _within(new_start, new))
    heads = [DiffLine("=", f"{sign} {label}") for sign, label in zip(("---", "+++"), labels)]
    return (*heads, *found) if found else ()


def _within(at: int, lines: Sequence[str]) -> int:
    """The line number of a place between lines, which may be behind the last one."""
    return min(at + 1, len(lines))


def _range(low: int, high: int) -> str:
    """As in a unified diff."""
    if high - low == 1:
        return str(low + 1)
    return f"{low + 1 if high > low else low},{high - low}"


def _changed(gone: Sequence[str], come: Sequence[str], line: int) -> Iterator[DiffLine]:
    yield from (DiffLine("-", text, marks, line) for text, marks in zip(gone, _marks(come, gone)))
    yield from (DiffLine("+", text, marks, line + at) for at, (text, marks) in enumerate(zip(come, _marks(gone, come))))


def _marks(before: Sequence[str], now: Sequence[str]) -> Sequence[Spans]:
    """What of each line is new; where there was nothing before, that goes without saying."""
    return new_words(before, now) if before and now else [()] * len(now)


def diff_rows(lines: Iterable[DiffLine], width: int) -> List[DiffRow]:
    """The lines broken to a width in cells, each row with the sign of its line."""
    return [
        DiffRow(f"{number}.{start}", line.sign, piece, within(line.marks, start, start + len(piece)), line.line)
        for number, line in enumerate(lines)
        for start, piece in pieces(line.text, max(width - _SIGNS, 8))
    ]


def diff_row_line(row: DiffRow, look: Look) -> Text:
    """One row: the sign, then the text in a column of its own."""
    style = look.styles[_STYLES.get(row.sign, "text")]
    sign = row.sign if row.sign in {"+", "-"} else " "
    line = Text(f"{sign} ", style, no_wrap=True, end="")
    line.append(row.text, style)
    for start, end in row.marks:
        line.stylize(_CHANGED, start + _SIGNS, end + _SIGNS)
    return line


class DiffText:
    """A diff as something that Rich draws in whatever width there is.

    Args:
        lines: of the diff.
        look: glyphs and styles.
    """

    def __init__(self, lines: Sequence[DiffLine], look: Look) -> None:
        self._lines = lines
        self._look = look

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console
        for row in diff_rows(self._lines, options.max_width):
            line = diff_row_line(row, self._look)
            line.end = "\n"
            yield line
