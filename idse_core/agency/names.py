"""Checking ids from the network: which of them may become the name of a folder."""

from __future__ import annotations

import unicodedata

from idse_core import files
from idse_core.errors import RefusedError

__all__ = ["check_id", "is_portable"]

_LONGEST = 200  # bytes; names of staged and displaced files are longer, and file systems allow 255
_DEVICES = frozenset(
    [
        "con",
        "prn",
        "aux",
        "nul",
        "conin$",
        "conout$",
        *(f"{kind}{n}" for kind in ("com", "lpt") for n in "0123456789¹²³"),
    ]
)
_UNSHOWABLE = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
_RESERVED = frozenset('<>:"|?*')


def is_portable(name: str) -> bool:
    """Whether a name is a valid folder name on every system, without hidden or ambiguous characters.

    It accepts more than the ids that this product creates, because workspaces of earlier tools have other ids.
    """
    return (
        files.safe_component(name)
        and not name.startswith(".")
        and name == name.strip()
        and not name.endswith(".")
        and name.split(".", maxsplit=1)[0].strip().casefold() not in _DEVICES
        and not any(character in _RESERVED or unicodedata.category(character) in _UNSHOWABLE for character in name)
        and unicodedata.normalize("NFC", name) == name
        and len(name.encode("utf-8")) <= _LONGEST
    )


def check_id(name: str, what: str) -> str:
    """Check an id and return it.

    Args:
        name: the id, as received.
        what: ``session`` or ``project``.

    Raises:
        RefusedError: it can't be the name of a folder.
    """
    if is_portable(name):
        return name
    raise RefusedError(
        f"the Agency Core names a {what} that can't be a folder here: {name[:100]!a}",
        hint="nothing of its answer was taken; ask whoever runs it",
    )
