"""Whether an id comes first in its item, row, heading or paragraph, and so can be defined there."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Dict, Tuple

from idse_core.late_patterns import late
from idse_core.markdown import Identifier

__all__ = ["Leads"]

_MARKS = late(
    r"""(?:
        \[(?:[\w ./+!?]|-(?!\d)){1,12}\]                           # a box, or a tag such as [P1]
        |[\s>*_~|+\#\[\](`-]                                       # what Markdown writes lists, rows and emphasis with
        |[\u00b7\u2013\u2014\u2022\u2023\u2043\u2219\u25a0-\u25ff]  # bullets that somebody typed
        |[\u2300-\u23ff\u2600-\u2793\u2795-\u2797\u2b1b\u2b1c\u2b50\u2b55\U0001f000-\U0001faff]  # symbols, no arrows
        |[0-9]?[\u200d\ufe0e\ufe0f\u20e3]                           # what they are put together with
        |:[a-z0-9_+-]{1,40}:                                       # their names
        |</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>\r\n]{0,200})?/?>         # an anchor, or another tag of HTML
        |[0-9]{1,9}(?:[.)]|(?:\.[0-9]{1,9}){1,5}[.)]?)\s           # a number
        |(?:[0-9]{1,9}(?:\.[0-9]{1,9}){0,5}|P[0-9]|[A-Za-z])[.)]?(?=[\s*_]{0,99}\|)  # the cell that counts the rows
    )*(?:Task\s+[*_]{0,3})?""",
    re.VERBOSE,
)
"""What may precede an id that comes first."""

_ENTRY = late(r"[*_~`\]]{0,4}(?:\s{0,3}\([^()\r\n]{0,99}\))?[*_]{0,4}(?:\s?:|\s{1,3}[-\u2013\u2014]\s)")
"""What follows the id of an entry: ``**FR-1**: …``, ``AC-1 (FR-1): …``, ``FR-1 - …``."""

_BOLD = ("**", "__")
_BORDER = late(
    r"""[\s>]*\Z                  # an empty line
        |[\s>]*\#{1,6}(?:\s|\Z)    # a heading
        |[\s>]*[-=_*~|:+\s]*\Z     # a rule, the line below a heading or a table's header
        |[\s>]*<[^<>]*>\s*\Z       # a tag by itself
        |.*(?:\ \ |\\|<br\s?/?>\s?)\Z  # a line that is broken on purpose
    """,
    re.VERBOSE,
)
"""The line before one that begins a paragraph, or an entry of its own."""

_LONGEST_LINE = 300  # a longer one is a line of a paragraph; only its end is looked at


class Leads:
    """Tells which ids come first, once for all those in the same item, row or line.

    Args:
        prose: the text, in which comments are blanked, and code but for ids.
    """

    def __init__(self, prose: str) -> None:
        self._prose = prose
        self._marks_end: Dict[int, int] = {}

    def is_first(self, place: Identifier, start: int) -> bool:
        """Whether only marks come before an id in its item, row or line, and it is not the beginning of a longer word.

        Args:
            place: the id.
            start: the offset at which its item, row or line begins.
        """
        end = self._marks_end.get(start)
        if end is None:
            match = _MARKS.match(self._prose, start)
            end = self._marks_end[start] = match.end() if match else start
        return end == place.start and not self._is_part(place.end)

    def is_entry(self, place: Identifier, start: int) -> bool:
        """Whether an id that comes first in a line can be defined there.

        It can in the first line of a paragraph. Later lines may begin with an id because a sentence was wrapped: there, the
        id must be bold, or a colon or dash must separate it from its text.
        """
        if _ENTRY.match(self._prose, place.end) or self._prose[max(0, place.start - 2) : place.start] in _BOLD:
            return True
        return _is_border(*self._line_before(start))

    def _is_part(self, end: int) -> bool:
        """Whether an id is the beginning of a longer word, as in ``FR-1-related``."""
        return self._prose[end : end + 1] in {"-", "."} and self._prose[end + 1 : end + 2].isalnum()

    def _line_before(self, start: int) -> Tuple[str, bool]:
        """The end of the line before one, without its line end, and whether that is all of it."""
        prose = self._prose
        end = start
        if end and prose[end - 1] == "\n":
            end -= 1
        if end and prose[end - 1] == "\r":
            end -= 1
        low = max(0, end - _LONGEST_LINE)
        line_start = max(prose.rfind("\n", low, end), prose.rfind("\r", low, end)) + 1
        return prose[max(line_start, low) : end], bool(line_start) or low == 0


@lru_cache(maxsize=512)
def _is_border(line: str, is_whole: bool) -> bool:  # noqa: FBT001  # both come of one question
    match = _BORDER.match(line)
    return match is not None and (is_whole or line.endswith(("  ", "\\", ">")))
