"""Adds a block to a Markdown text, with the line ends of that text."""

from __future__ import annotations

from idse_core.late_patterns import late
from idse_core.validation.artifact_facts import ArtifactFacts

__all__ = ["insert_before"]

_LINE_END = late(r"\r\n|\r|\n")


def insert_before(artifact: ArtifactFacts, block: str, offset: int) -> str:
    """The artifact's text with a block inserted at ``offset``, with a blank line before and after; all of it is kept."""
    text = artifact.text
    end = _line_end(text)
    before, after = text[:offset], text[offset:]
    gap = end * _missing(before) if before.strip() else ""
    middle = end.join(_LINE_END.split(block.strip("\r\n")))
    return f"{before}{gap}{middle}{end}{end if after.strip() else ''}{after}"


def _line_end(text: str) -> str:
    if "\r\n" in text:
        return "\r\n"
    return "\r" if "\r" in text and "\n" not in text else "\n"


def _missing(before: str) -> int:
    """The number of line ends that a text lacks to end with a blank line."""
    *_, last, rest = ["", *_LINE_END.split(before)]
    if rest.strip(" \t"):
        return 2
    return 1 if last.strip(" \t") else 0
