r"""A managed block in a user's file, between two marker lines that contain a digest of its text.

```
<!-- idse:begin NAME sha256:0123456789abcdef lead=1 -->
…
<!-- idse:end NAME -->
```

``lead`` is the number of line breaks that were added before the block to set it apart; ``made`` in its place means that
the file did not exist before. So removing the block restores exactly the previous text.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple, Optional

from idse_core.agent_files.outcome import Edit, Outcome

__all__ = ["digest", "install", "state", "uninstall"]

_DIGITS = 16
_BLOCK = (
    r"^<!-- idse:begin {name} sha256:(?P<digest>[0-9a-f]+) (?:lead=(?P<lead>[0-2])|(?P<made>made)) -->\r?\n"
    r"(?P<body>(?:.*\n)*?)"
    r"<!-- idse:end {name} -->(?:\r?\n|\Z)"
)
_EDITED = "the block was edited; to have a new one, delete it and install again"


class _Block(NamedTuple):
    """A block found in a text; the range ``[start, end)`` includes its markers."""

    start: int
    end: int
    body: str
    intact: bool
    lead: int
    made: bool
    newline: str


def digest(text: str) -> str:
    """A short digest of a text, the same for either kind of line break, since git may change them."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def install(text: Optional[str], name: str, body: str) -> Edit:
    """Add a block to a text, or update the existing one.

    Args:
        text: the content of the file; None when there is no file.
        name: the name of the block: letters, digits and hyphens.
        body: the text between the markers.
    """
    body = _without_markers(body)
    if text is None:
        return Edit(_block(name, body, "made", "\n"), Outcome.CREATED)
    newline = "\r\n" if "\r\n" in text else "\n"
    if not _mentions(text, name):
        lead = _lead(text)
        return Edit(text + newline * lead + _block(name, body, f"lead={lead}", newline), Outcome.UPDATED)
    found = _find(text, name)
    if found is None or not found.intact:
        return Edit(text, Outcome.KEPT, _EDITED)
    if found.body.replace("\r\n", "\n") == body:
        return Edit(text, Outcome.UNCHANGED)
    origin = "made" if found.made else f"lead={found.lead}"
    block = _block(name, body, origin, found.newline)
    return Edit(text[: found.start] + block + text[found.end :], Outcome.UPDATED)


def uninstall(text: Optional[str], name: str) -> Edit:
    """Remove a block, and the line breaks that were added before it."""
    if text is None or not _mentions(text, name):
        return Edit(text, Outcome.ABSENT)
    found = _find(text, name)
    if found is None or not found.intact:
        return Edit(text, Outcome.KEPT, "the block was edited; delete it by hand if it is not wanted")
    rest = _without_lead(text[: found.start], found) + text[found.end :]
    return Edit(None if found.made and not rest else rest, Outcome.REMOVED)


def state(text: Optional[str], name: str, body: str) -> Edit:
    """The outcome of comparing the existing block with ``body``; the text is returned unchanged."""
    return (
        install(text, name, body)._replace(text=text) if text and _mentions(text, name) else Edit(text, Outcome.ABSENT)
    )


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"^<!-- idse:(?:begin|end) {re.escape(name)}(?![\w-])", text, re.MULTILINE) is not None


def _find(text: str, name: str) -> Optional[_Block]:
    """The block; None when it is malformed or occurs twice."""
    pattern = re.compile(_BLOCK.replace("{name}", re.escape(name)), re.MULTILINE)
    match = pattern.search(text)
    if match is None or _mentions(text[: match.start()] + text[match.end() :], name):
        return None
    body = match.group("body")
    return _Block(
        start=match.start(),
        end=match.end(),
        body=body,
        intact=digest(body) == match.group("digest"),
        lead=int(match.group("lead") or 0),
        made=match.group("made") is not None,
        newline="\r\n" if "\r\n" in match.group() else "\n",
    )


def _without_lead(before: str, block: _Block) -> str:
    for _ in range(block.lead):
        ending = next((ending for ending in (block.newline, "\n") if before.endswith(ending)), "")
        before = before[: len(before) - len(ending)]
    return before


def _block(name: str, body: str, origin: str, newline: str) -> str:
    lines = f"<!-- idse:begin {name} sha256:{digest(body)} {origin} -->\n{body}<!-- idse:end {name} -->\n"
    return lines.replace("\n", newline)


def _lead(text: str) -> int:
    """How many line breaks to add between the text and a block after it."""
    if not text or text.endswith(("\n\n", "\r\n\r\n")):
        return 0
    return 1 if text.endswith("\n") else 2


def _without_markers(body: str) -> str:
    """A body in which no line can be mistaken for one of our markers, whatever the specification contains."""
    plain = re.sub(r"^<!-- idse:", "<!--  idse:", body.replace("\r\n", "\n").replace("\r", "\n"), flags=re.MULTILINE)
    return plain if plain.endswith("\n") else plain + "\n"
