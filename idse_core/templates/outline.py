"""Recognising text that is still the template's, without rendering the template.

A template line with a Jinja2 expression, or with text beside a statement, becomes a pattern; a line of only statements
is skipped; every other line is literal, and assumed to be always rendered. Blank lines and surrounding white space are
ignored, so an editor that trims them makes no difference.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Dict, NamedTuple, Optional, Pattern, Sequence, Tuple, Union

from idse_core.late_patterns import late

__all__ = ["Outline", "normalised_lines", "outline"]

_FILLED_IN = late(r"\{\{.*?\}\}|\{%.*%\}|\{#.*?#\}")
_STATEMENTS = late(r"(?:\{%(?:(?!%\}).)*%\}\s*|\{#(?:(?!#\}).)*#\}\s*)+")
_HEADING = late(r"#{1,6}\s+(.*?)\s*#*\s*$")
_FENCE = late(r"(`{3,}|~{3,})")

_BEGINNING = 100  # characters that are compared first

Line = Union[str, Pattern[str]]


class Outline(NamedTuple):
    """The lines of a template that can be compared, as a whole and by heading.

    Attributes:
        lines: all lines in order: a literal, or a pattern where the template fills in a value.
        sections: heading text → the lines below it, up to the next heading of any level.
    """

    lines: Tuple[Line, ...]
    sections: Dict[str, Tuple[Line, ...]]

    def is_untouched(self, text: str) -> bool:
        """Whether ``text`` is still the template, with only the template's own values filled in."""
        return _same(self.lines, text)

    def section_is_untouched(self, heading: str, body: str) -> bool:
        """Whether the section with this heading text still has the template's body."""
        expected = self.sections.get(heading)
        return expected is not None and _same(expected, body)


def normalised_lines(text: str) -> Tuple[str, ...]:
    """The lines of a text without surrounding white space and without blank lines."""
    return tuple(line for line in (raw.strip() for raw in text.splitlines()) if line)


@lru_cache(maxsize=64)
def outline(source: str) -> Outline:
    """The outline of a template's source; cached."""
    lines = [line for line in normalised_lines(source) if _STATEMENTS.fullmatch(line) is None]
    return Outline(tuple(map(_line, lines)), _sections(lines))


def _line(line: str) -> Line:
    pieces = _FILLED_IN.split(line)
    if len(pieces) == 1:
        return line
    # The filled-in value may be empty; then the white space beside it is at the end of the line, and is trimmed.
    return re.compile(rf"\s*{'.*'.join(map(re.escape, pieces))}\s*")


def _sections(lines: Sequence[str]) -> Dict[str, Tuple[Line, ...]]:
    found: Dict[str, Tuple[Line, ...]] = {}
    heading: Optional[str] = None
    body: list[Line] = []
    fenced = False
    for line in lines:
        title = None if fenced else _HEADING.match(line)
        fenced ^= _FENCE.match(line) is not None
        if title is None:
            body.append(_line(line))
            continue
        if heading is not None:
            found[heading] = tuple(body)
        heading, body = title.group(1), []
    if heading is not None:
        found[heading] = tuple(body)
    return found


def _same(expected: Sequence[Line], text: str) -> bool:
    """Whether a text matches the lines of a template; its beginning is compared first, and usually decides it."""
    if expected and isinstance(expected[0], str) and not text.lstrip().startswith(expected[0]):
        return False
    cut = text.find("\n", _BEGINNING) + 1
    if cut and _match(expected, normalised_lines(text[:cut]), whole=False) is False:
        return False
    return bool(_match(expected, normalised_lines(text), whole=True))


def _match(expected: Sequence[Line], lines: Sequence[str], *, whole: bool) -> Optional[bool]:
    """Whether lines match; None when only the first lines were given (not ``whole``) and they don't decide it."""
    reached = {0}  # every number of lines of the text that the template's lines so far can match
    for item in expected:
        if not whole and max(reached) >= len(lines):
            return None
        taken = {count + 1 for count in reached if count < len(lines) and _line_matches(item, lines[count])}
        reached = taken | reached if _may_vanish(item) else taken
        if not reached:
            return False
    return len(lines) in reached if whole else None


def _line_matches(expected: Line, line: str) -> bool:
    if isinstance(expected, str):
        return expected == line
    return expected.fullmatch(f" {line} ") is not None


def _may_vanish(expected: Line) -> bool:
    """Whether a template line has nothing but filled-in values: it may then be rendered blank, and be ignored."""
    return not isinstance(expected, str) and expected.fullmatch("") is not None
