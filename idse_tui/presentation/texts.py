"""Small helpers around Rich's ``Text``; whatever comes from a file goes through ``shown`` first."""

from __future__ import annotations

from typing import Optional

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from idse_core.printable import one_line, printable

__all__ = ["cursor_style", "fit", "pointed", "readable", "readable_bytes", "shown", "sides", "strip_of"]


def shown(text: str, style: Optional[Style] = None) -> Text:
    """Foreign text on one line, made harmless: control and bidi characters are escaped, nothing is markup."""
    return Text(one_line(text), style or "", no_wrap=True, end="")


def readable(text: str) -> str:
    """An artifact's text made harmless for a terminal, with the same lines."""
    return printable("\n".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).expandtabs(4))


def readable_bytes(data: bytes) -> str:
    """An artifact's bytes as ``readable`` text; those that are no UTF-8 are shown as escapes, a byte order mark is not."""
    return readable(data.decode("utf-8-sig", "backslashreplace"))


def fit(text: Text, width: int, more: str = "…") -> Text:
    """The text in at most ``width`` cells; what is cut off leaves a sign. The text itself is changed."""
    if text.cell_len > width:
        text.truncate(max(width - 1, 0))
        text.append(more if width > 0 else "")
    return text


def strip_of(text: Text, console: Console) -> Strip:
    """The line as a strip."""
    line = Text(no_wrap=True, end="")  # Rich leaves out the style of a text that has no spans
    return Strip(line.append_text(text).render(console))


def sides(left: Text, right: Text, width: int, more: str = "…") -> Text:
    """``left`` flush left, ``right`` flush right, one cell between them at least; ``left`` gives way."""
    room = width - right.cell_len
    if room < 2:
        return fit(left, width, more)
    line = fit(left, room - 1, more)
    line.append(" " * (room - line.cell_len))
    line.append_text(right)
    return line


def cursor_style(style: Style, colours: Optional[str], *, focused: bool = True) -> Style:
    """The style of what is pointed at.

    Args:
        style: the theme's; it has a ground of its own.
        colours: what the terminal can show, as Rich calls it. Of sixteen colours, two dark or two light grounds are one: there it
            is a bar where the keys go, and a line below the words elsewhere.
        focused: whether keys go there.
    """
    if colours != "standard":
        return style
    return Style(reverse=True, bold=True) if focused else Style(underline=True)


def pointed(strip: Strip, cursor: Style, ground: Style) -> Strip:
    """A row as it is when it is pointed at; a bar is of one colour, since those of words would be grounds in it.

    Args:
        strip: the row.
        cursor: see ``cursor_style``.
        ground: what all rows stand on.
    """
    style = ground + cursor
    if not cursor.reverse:
        return strip.apply_style(style)
    return Strip([Segment(piece.text, style) for piece in strip], strip.cell_length)
