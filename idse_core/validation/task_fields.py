"""What a task says of itself in fields: ``(Deps: 0.1)``, ``(Files: src/a.py)``, or items such as ``- Files: …`` below it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Dict, Match

from idse_core.late_patterns import late
from idse_core.markdown import MarkdownDocument
from idse_core.markdown.masks import without
from idse_core.validation.task_dependencies import listed_tasks, named_tasks

__all__ = ["TaskFields"]

_NAME = r"(?P<name>Dep(?:s|ends(?:\s+on)?|endency|endencies)?|Blocked\s+by|Requires|Files?|Acceptance|Covers|Owner)"
_FIELD = late(
    rf"\({_NAME}(?:\s*(?P<colon>:)|\s)(?P<value>[^()]*(?:\([^()]*\)[^()]*)*)\)",
    re.IGNORECASE,
)
_LISTED_FIELD = late(
    rf"""
    ^(?P<indent>[ \t]+)[-+*][ \t]+[*_]*{_NAME}[*_]*(?:[ \t]*(?P<colon>:)[*_]*|[ \t])
    (?P<value>[ \t]*[^\s].*|[ \t\r]*(?:\n(?:[ \t\r]*\n)*(?P=indent)[ \t]+(?:[-+*]|\d+[.)])[ \t]+.*)*)$
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_NAMES = {
    "dep": "dep", "blo": "dep", "req": "dep", "fil": "file", "acc": "acceptance", "cov": "covers", "own": "owner"
}  # fmt: skip
_LIST = late(r"[ \t\r]*\n\s*(?:[-+*]|\d+[.)])[ \t]")
_WITHOUT_COLON = frozenset(["deps", "depends", "depends on", "blocked by", "requires"])


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
        fields: Dict[str, str] = {}
        for match in found:
            name, value = _NAMES[match["name"][:3].lower()], self._value(match)
            if name == "dep":
                value = _dependencies(match, value)
                value = f"{fields[name]}, {value}" if value and name in fields else value
            elif not match["colon"]:
                continue
            if value:
                fields[name] = value
        return fields

    def _value(self, match: Match[str]) -> str:
        start, end = match.span("value")
        written = self._document.text[start:end]
        return written.strip() if written == match["value"] else self._readable[start:end].strip()

    @cached_property
    def _readable(self) -> str:
        """The text with all blanked that says nothing, but not inline code."""
        document = self._document
        spans = [(block.start, block.end) for block in document.fences]
        spans += [(comment.start, comment.end) for comment in document.comments]
        return without(document.text, [*spans, *document.blocks.indented])


def _dependencies(match: Match[str], value: str) -> str:
    """The value of a field with dependencies; where it may as well be a sentence, only the tasks that it names.

    Args:
        match: the field.
        value: what it says.
    """
    name = " ".join(match["name"].lower().split())
    if not match["colon"] and name not in _WITHOUT_COLON:
        return ""
    if _LIST.match(match["value"]):
        return listed_tasks(value)
    return value if match["colon"] and name != "requires" else named_tasks(value)
