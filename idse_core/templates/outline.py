"""Recognising text that is still the template's, without rendering the template.

A template line that holds a Jinja2 expression becomes a pattern; a line with a statement is passed over; every other
line is literal. Blank lines and surrounding white space never count, so an editor that trims them changes nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Dict, NamedTuple, Optional, Pattern, Sequence, Tuple, Union

_EXPRESSION = re.compile(r"\{\{.*?\}\}")
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"(`{3,}|~{3,})")

Line = Union[str, Pattern[str]]


class Outline(NamedTuple):
    """The lines of a template that can be compared, whole and by heading.

    Attributes:
        lines: all lines in order: a literal, or a pattern where the template fills something in.
        sections: heading text to the lines below it, up to the next heading of any level.
    """

    lines: Tuple[Line, ...]
    sections: Dict[str, Tuple[Line, ...]]

    def is_untouched(self, text: str) -> bool:
        """Whether ``text`` is still the template, with only the template's own values filled in."""
        return _same(self.lines, normalised_lines(text))

    def section_is_untouched(self, heading: str, body: str) -> bool:
        """Whether the section with this heading text still has the template's body."""
        expected = self.sections.get(heading)
        return expected is not None and _same(expected, normalised_lines(body))


def normalised_lines(text: str) -> Tuple[str, ...]:
    """The lines that count: white space at the ends dropped, blank lines left out."""
    return tuple(line for line in (raw.strip() for raw in text.splitlines()) if line)


@lru_cache(maxsize=64)
def outline(source: str) -> Outline:
    """The outline of a template's source. Pure, and cached by the source text."""
    lines = [_line(line) for line in normalised_lines(source) if not _is_statement(line)]
    return Outline(tuple(lines), _sections(lines))


def _is_statement(line: str) -> bool:
    return line.startswith(("{%", "{#")) and line.endswith(("%}", "#}"))


def _line(line: str) -> Line:
    if "{{" not in line:
        return line
    pieces = [re.escape(piece) for piece in _EXPRESSION.split(line)]
    return re.compile(".*".join(pieces), re.DOTALL)


def _sections(lines: Sequence[Line]) -> Dict[str, Tuple[Line, ...]]:
    found: Dict[str, Tuple[Line, ...]] = {}
    heading: Optional[str] = None
    body: list[Line] = []
    fenced = False
    for line in lines:
        title = None if fenced or not isinstance(line, str) else _HEADING.match(line)
        fenced ^= isinstance(line, str) and _FENCE.match(line) is not None
        if title is None:
            body.append(line)
            continue
        if heading is not None:
            found[heading] = tuple(body)
        heading, body = title.group(1), []
    if heading is not None:
        found[heading] = tuple(body)
    return found


def _same(expected: Sequence[Line], lines: Sequence[str]) -> bool:
    return len(expected) == len(lines) and all(map(_line_matches, expected, lines))


def _line_matches(expected: Line, line: str) -> bool:
    if isinstance(expected, str):
        return expected == line
    return expected.fullmatch(line) is not None
