"""A file that is entirely ours: its last line is a comment, the seal, with a digest of everything above it.

Tools that read front matter expect it on the first line, so the seal is at the end.
"""

from __future__ import annotations

import re
from typing import Optional

from idse_core.agent_files.blocks import digest
from idse_core.agent_files.outcome import Edit, Outcome

__all__ = ["install", "state", "uninstall"]

_SEALS = {"#": "# idse:file sha256:{digest}\n", "<!--": "<!-- idse:file sha256:{digest} -->\n"}
_SEAL = re.compile(r"(?:# idse:file sha256:([0-9a-f]+)|<!-- idse:file sha256:([0-9a-f]+) -->)\r?\n\Z")


def install(text: Optional[str], wanted: str, *, comment: str = "<!--") -> Edit:
    """Create or update a file.

    Args:
        text: its present content; None when there is no file.
        wanted: its wanted content without the seal; must end with a line break.
        comment: how a comment begins in this kind of file: ``#`` or ``<!--``.
    """
    sealed = wanted + _SEALS[comment].format(digest=digest(wanted))
    if text is None:
        return Edit(sealed, Outcome.CREATED)
    if not _is_ours(text):
        note = "the file was edited or is not ours; to have a new one, remove it and try again"
        return Edit(text, Outcome.KEPT, note)
    if text.replace("\r\n", "\n") == sealed:
        return Edit(text, Outcome.UNCHANGED)
    return Edit(sealed, Outcome.UPDATED)


def uninstall(text: Optional[str]) -> Edit:
    """Remove a file if it is as we wrote it."""
    if text is None:
        return Edit(None, Outcome.ABSENT)
    if not _is_ours(text):
        return Edit(text, Outcome.KEPT, "the file was edited or is not ours; remove it by hand if it is not wanted")
    return Edit(None, Outcome.REMOVED)


def state(text: Optional[str], wanted: str, *, comment: str = "<!--") -> Edit:
    """The outcome of comparing the present content with ``wanted``; the text is returned unchanged."""
    if text is None:
        return Edit(None, Outcome.ABSENT)
    return install(text, wanted, comment=comment)._replace(text=text)


def _is_ours(text: str) -> bool:
    seal = _SEAL.search(text)
    return seal is not None and digest(text[: seal.start()]) == (seal.group(1) or seal.group(2))
