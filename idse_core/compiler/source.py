"""Finding the profile in a spec: the first fenced YAML block in the section ``Agent Profile``."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from idse_core.design_store import Document
from idse_core.errors import ProfileError
from idse_core.files import decode
from idse_core.markdown import Fence, MarkdownDocument, Position, Section, is_called, read

__all__ = ["SECTION", "ProfileBlock", "find_block", "has_section"]

SECTION = "Agent Profile"
"""The heading, at any level; numbering and case are ignored."""

_LANGUAGES = ("yaml", "yml")
_YAML_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""The line breaks of YAML, which are more than those of an editor."""


class ProfileBlock(NamedTuple):
    """A fenced block, and the artifact that contains it.

    Attributes:
        session: the session of the spec.
        path: of the artifact, as shown to people.
        digest: of the artifact's bytes.
        document: the parsed artifact.
        fence: the block.
    """

    session: str
    path: str
    digest: str
    document: MarkdownDocument
    fence: Fence

    @property
    def text(self) -> str:
        """The block's content, which should be YAML."""
        return self.fence.text

    def position(self, line: int, column: int) -> Position:
        """Converts a position in the block (YAML's line and column, 1-based) to a position in the artifact."""
        offset = _offset(self.text, line, column)
        before = self.text[:offset]
        lines_before = before.count("\n")
        first = self.document.position(self.fence.content_start).line
        last = self.document.line_count
        own = self.text.split("\n")[lines_before]
        found = min(first + lines_before, last)
        indentation = max(0, len(self.document.line_text(found)) - len(own.rstrip("\r"))) if own else 0
        return Position(found, len(before) - before.rfind("\n") + indentation)


def has_section(document: MarkdownDocument) -> bool:
    """Whether a spec has the section."""
    return _section(document) is not None


def find_block(session: str, spec: Document) -> ProfileBlock:
    """Find the block that contains a spec's profile.

    Args:
        session: the session of the spec.
        spec: the artifact.

    Raises:
        ProfileError: there is no such section, or no YAML block in it; names the position where it should be.
        UnreadableError: the artifact is not UTF-8.
    """
    document = read(decode(spec.data, path=spec.path))
    section = _section(document)
    if section is None:
        raise ProfileError(
            f"there is no section '{SECTION}'",
            hint=f"add '## {SECTION}' with a ```yaml block; `idse rules explain AGT001` shows a valid one",
            path=spec.path,
        )
    fence = _fence(document, section)
    if fence is None:
        line, column = document.position(section.start)
        raise ProfileError(
            f"the section '{SECTION}' has no ```yaml block",
            hint="the block must be fenced and its language must be yaml",
            path=spec.path,
            line=line,
            column=column,
        )
    return ProfileBlock(session, spec.path, spec.digest, document, fence)


def _section(document: MarkdownDocument) -> Optional[Section]:
    titled = (section for section in document.sections if section.heading is not None)
    return next((section for section in titled if is_called(section.heading.text, [SECTION])), None)  # type: ignore[union-attr]  # filtered above


def _fence(document: MarkdownDocument, section: Section) -> Optional[Fence]:
    inside = (fence for fence in document.fences if section.body_start <= fence.start < section.full_end)
    return next((fence for fence in inside if fence.language in _LANGUAGES), None)


def _offset(text: str, line: int, column: int) -> int:
    """The offset in the text of a line and column as YAML counts them."""
    start = 0
    breaks = _YAML_BREAK.finditer(text)
    for _ in range(line - 1):
        found = next(breaks, None)
        if found is None:
            return len(text)
        start = found.end()
    return min(start + column - 1, len(text))
