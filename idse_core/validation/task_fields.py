"""What a task says of itself in fields: ``(Deps: 0.1)``, ``(Files: src/a.py)``, or items such as ``- Files: …`` below it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Dict, Iterator, List, Match, Tuple

from idse_core.late_patterns import late
from idse_core.markdown import MarkdownDocument
from idse_core.markdown.masks import without

__all__ = ["ELSEWHERE", "INSIDE_FILE", "PHASE", "TaskFields", "file_paths", "phase_of", "task_names"]

_NAME = "(Deps|Dependencies|Depends on|Files?|Acceptance|Covers|Owner)"
_FIELD = late(rf"\({_NAME}\s*:([^()]*(?:\([^()]*\)[^()]*)*)\)", re.IGNORECASE)
_LISTED_FIELD = late(
    rf"^[ \t]+[-+*][ \t]+[*_]*{_NAME}[*_]*[ \t]*:[*_]*(.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES = {"dep": "dep", "fil": "file", "acc": "acceptance", "cov": "covers", "own": "owner"}

_SEPARATORS = late(r"[,;\s]+")
_RANGE = late(r"^(T?\d+(?:\.\d+)*)(?:[-\u2013\u2026]|\.{2,3})(T?\d+(?:\.\d+)*)\.?$", re.IGNORECASE)
_FILLERS = frozenset(["none", "-", "\u2013", "and", "n/a", "task", "tasks"])
PHASE = "phase "
"""What a dependency on all tasks of a phase begins with; the number of the phase follows."""

_PHASE = late(r"\bphase[ \t]+(\d+(?:\.\d+)*[a-z]?)\b", re.IGNORECASE)
_PHASES = late(
    r"""\bphase(?P<many>s)?\s+(?:
          (?P<part>\d+(?:(?:\.\d+)+[a-z]?|[a-z]))\b
        | (?P<first>\d+)(?P<rest>
            (?(many)(?:\s*(?:,|&|and\b|to\b|-|\u2013|\.\.)\s*\d+(?!\.?\d))*
                   |(?:\s*(?:to\b|-|\u2013|\.\.)\s*\d+(?!\.?\d))?))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_LATER_PHASE = late(r"(?P<through>to\b|-|\u2013|\.\.)?\s*(?P<number>\d+)", re.IGNORECASE)
_MOST_PHASES = 100

_CODE = late(r"(`+)(.+?)\1", re.DOTALL)
_REMARK = late(r"\([^()]*\)")
_MOVED = late(r"(?:`[^`]+`|(?<!\S)\S+)\s*(?:\u2192|->|=>)")
_EXTENSION = late(r"\.[A-Za-z]\w{0,7}\Z")
_PATH = late(r"[^\s/]*/|[\w.@+~-]+\.[A-Za-z]\w{0,7}\Z|\.[A-Za-z][\w.-]*\Z")
_NO_PATH = late(r"\.\.\.|[\u2026<>\u2192]|(?:and/or|n/a|w/o)\Z", re.IGNORECASE)
_WELL_KNOWN = frozenset(["dockerfile", "gemfile", "jenkinsfile", "justfile", "license", "makefile", "procfile"])
INSIDE_FILE = late(r"(?:::[^/]*|:\d+(?:[-:]\d+)?|#L\d+(?:-L?\d+)?)$")
"""What may follow a path to say where in the file: a test, a line."""

ELSEWHERE = late(r"(?:\w[\w+.-]*:)?//|~")
"""How addresses, and paths outside of the repository, begin."""


class TaskFields:
    """Reads the fields of the tasks of one artifact.

    What stands in code or in a comment is no field; in a field, code marks a value and counts.

    Args:
        document: the artifact.
    """

    def __init__(self, document: MarkdownDocument) -> None:
        self._document = document

    def of(self, start: int, end: int) -> Dict[str, str]:
        """The fields of a task, by ``dep``, ``file``, ``acceptance``, ``covers`` and ``owner``.

        Args:
            start: where the task begins.
            end: where it ends.
        """
        prose = self._document.prose
        found = list(_FIELD.finditer(prose, start, end))
        if prose.find("\n", start, end) >= 0:
            found[:0] = _LISTED_FIELD.finditer(prose, start, end)
        return {_NAMES[match[1][:3].lower()]: value for match in found for value in [self._value(match)] if value}

    def _value(self, match: Match[str]) -> str:
        start, end = match.span(2)
        written = self._document.text[start:end]
        return written.strip() if written == match[2] else self._readable[start:end].strip()

    @cached_property
    def _readable(self) -> str:
        """The text with all blanked that says nothing, but not inline code."""
        document = self._document
        spans = [(block.start, block.end) for block in document.fences]
        spans += [(comment.start, comment.end) for comment in document.comments]
        return without(document.text, [*spans, *document.blocks.indented])


def task_names(value: str) -> Tuple[str, ...]:
    """The tasks that a field names; of a range such as ``1.1-1.4`` both ends, of a phase ``phase 1``."""
    if value in _FILLERS or value.isalnum():  # as most are
        return () if value.lower() in _FILLERS else (value,)
    phases = [f"{PHASE}{number}" for match in _PHASES.finditer(value) for number in _numbers(match)]
    rest = _PHASES.sub(" ", value) if phases else value
    words = (word.strip("`*_'\".:") for part in _SEPARATORS.split(rest) for word in _RANGE.sub(r"\1 \2", part).split())
    return (*phases, *(word for word in words if word and word.lower() not in _FILLERS))


def phase_of(heading: str) -> str:
    """The phase that a heading begins, as ``task_names`` gives it; empty when it names none."""
    match = _PHASE.search(heading)
    return f"{PHASE}{match[1].lower()}" if match else ""


def _numbers(phases: Match[str]) -> List[str]:
    """The numbers of ``Phases 0, 2 and 4-6``."""
    if phases["part"]:
        return [phases["part"].lower()]
    found = [int(phases["first"][:9])]
    for later in _LATER_PHASE.finditer(phases["rest"]):
        last = int(later["number"][:9])
        first = found[-1] + 1 if later["through"] and 0 <= last - found[-1] < _MOST_PHASES else last
        found.extend(range(first, last + 1))
    return [str(number) for number in found]


def file_paths(value: str) -> Tuple[str, ...]:
    """The paths that a field names, without remarks such as ``(new)``, names of what was moved, and numbers of lines.

    Only what looks like a path is one. What stands in inline code is taken whole, spaces included.
    """
    paths = (INSIDE_FILE.sub("", path) for path in _named(value))
    return tuple(path for path in paths if path and not ELSEWHERE.match(path))


def _named(value: str) -> Iterator[str]:
    value = _MOVED.sub(" ", value)
    for code in _CODE.finditer(value):
        yield from filter(_is_path, _in_code(code[2]))
    for part in _SEPARATORS.split(_REMARK.sub(" ", _CODE.sub(" ", value))):
        word = part.strip("*'\"")
        word = word if word.startswith("__") else word.strip("_")
        word = word.rstrip(".:") or word
        if _is_path(word):
            yield word


def _in_code(text: str) -> Iterator[str]:
    """The paths in inline code: one with spaces in it, or several, each with an extension."""
    for part in text.replace(";", ",").split(","):
        words = part.split()
        yield from words if all(map(_EXTENSION.search, words)) else [part.strip()]


def _is_path(word: str) -> bool:
    """Whether it looks like the path of a file or folder."""
    return word.lower() in _WELL_KNOWN or (_PATH.match(word) is not None and _NO_PATH.search(word) is None)
