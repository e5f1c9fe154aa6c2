"""Ids of projects and sessions: what a new one may look like, and how a title becomes one."""

from __future__ import annotations

import re
import unicodedata
from typing import Iterable, Optional

from idse_core.errors import UsageError

__all__ = ["MAX_LENGTH", "fold", "is_valid", "new_id", "single_line", "taken_by"]

MAX_LENGTH = 64
"""The longest id, in characters."""

_VALID = re.compile(r"[a-z0-9_][a-z0-9._-]{0,63}")
_SEPARATORS = re.compile(r"[^a-z0-9._]+")
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l"})
"""Letters that are not another one with an accent."""

_WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)


def is_valid(candidate: str) -> bool:
    """Whether a new project or session may have this id (which must work on every file system we know of)."""
    return (
        _VALID.fullmatch(candidate) is not None
        and ".." not in candidate
        and not candidate.endswith(".")
        and candidate.split(".", maxsplit=1)[0] not in _WINDOWS_DEVICES
    )


def new_id(title: str, *, what: str) -> str:
    """The id for a new project or session of this name; a name that is not a valid id is turned into a slug.

    Args:
        title: what the user typed.
        what: ``project`` or ``session``, for error messages.

    Raises:
        UsageError: nothing usable is left, the name contains a path, or it is reserved.
    """
    name = title.strip()
    if not name:
        raise UsageError(f"the {what} name is empty", hint=f"choose a name such as 'customer-{what}'")
    if any(character in name for character in "/\\\0") or name in {".", ".."}:
        raise UsageError(
            f"a {what} name can't hold a path: '{name}'", hint="use letters, digits, '-', '_' and '.' only"
        )
    slug = name if is_valid(name) else _slug(name)
    if slug.split(".")[0] in _WINDOWS_DEVICES:
        raise UsageError(f"'{name}' is a reserved device name on Windows", hint=f"try '{what}-{slug}'")
    if not is_valid(slug):
        raise UsageError(
            f"'{name}' can't be made into a {what} id",
            hint="use letters a-z, digits, '-', '_' and '.', at most 64 of them",
        )
    return slug


def single_line(text: str) -> str:
    """A title as it is stored: on one line, without control characters and lone surrogates.

    Titles appear in headings, in metadata and in lists, where a newline would begin something else.
    """
    kept = (c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs"})
    return " ".join("".join(kept).split())


def fold(identifier: str) -> str:
    """The form in which ids must differ: the same for ids that one file system or another takes for equal."""
    return unicodedata.normalize("NFC", identifier).casefold()


def taken_by(identifier: str, existing: Iterable[str]) -> Optional[str]:
    """The existing id that this one collides with (itself, when it exists already), or None."""
    folded = fold(identifier)
    found = [other for other in existing if fold(other) == folded]
    return identifier if identifier in found else next(iter(found), None)


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.casefold().translate(_LETTERS))  # casefold: ß is ss
    ascii_text = plain.encode("ascii", "ignore").decode("ascii")
    slug = _SEPARATORS.sub("-", ascii_text)
    slug = re.sub(r"\.{2,}", ".", slug)[:MAX_LENGTH]
    return slug.strip("-.")
