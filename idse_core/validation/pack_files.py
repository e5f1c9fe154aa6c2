"""The packs in a folder ``rules``, and what lies beside them that nobody reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, List, Tuple

from idse_core import files
from idse_core.errors import StorageError
from idse_core.events import Listener, Warned
from idse_core.late_patterns import late
from idse_core.printable import printable

__all__ = ["is_pack", "packs_in"]

_SUFFIXES = (".yaml", ".yml")
_BESIDE = late(
    r"\..* | readme.* | .*\.(?:md|txt|rst|bak|orig|rej|sw[a-p]|tmp) | .*~ | \#.*\# | ~\$.* | thumbs\.db | desktop\.ini",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""Names that nobody takes for a pack: hidden files, notes for people, and what editors and systems leave behind."""

_MOST_NAMED = 3


def is_pack(name: str) -> bool:
    """Whether a file of that name is a pack."""
    return name.lower().endswith(_SUFFIXES) and not name.startswith(".")


def packs_in(rules: Path, root: Path, on_event: Listener) -> Iterator[Tuple[str, bytes]]:
    """For each pack in a folder, in the order of their names, its path as shown to people and its content.

    Args:
        rules: the folder; it may be absent.
        root: the ``.idse`` folder.
        on_event: receives a warning about what is not read.

    Raises:
        StorageError: it is no folder, or it or a pack in it can't be read.
    """
    shown = rules.relative_to(root.parent).as_posix()
    names = _names(rules, shown)
    unread = [name for name in names if not is_pack(name) and not _BESIDE.fullmatch(name)]
    if unread:
        on_event(_warning(shown, unread))
    for name in filter(is_pack, names):
        try:
            data = files.read_bytes(rules / name, root=root)
        except StorageError as error:
            error.path = f"{shown}/{name}"
            raise
        if data is not None:
            yield f"{shown}/{name}", data


def _names(rules: Path, shown: str) -> List[str]:
    try:
        return sorted(path.name for path in rules.iterdir())
    except (FileNotFoundError, NotADirectoryError) as error:
        if not _is_there(rules):
            return []
        hint = "packs belong in a folder of that name: move it away, or make it one"
        raise StorageError(
            f"{rules.name} is not a folder, so no rule of it is in force", hint=hint, path=shown
        ) from error
    except OSError as error:
        refusal = files.storage_error("read", rules, error)
        refusal.path = shown
        raise refusal from error


def _is_there(rules: Path) -> bool:
    """Whether something is there, if only a link that leads nowhere."""
    try:
        rules.lstat()
    except OSError:
        return False
    return True


def _warning(shown: str, unread: List[str]) -> Warned:
    named = ", ".join(printable(name.encode("utf-8", "replace").decode()) for name in unread[:_MOST_NAMED])
    more = f" and {len(unread) - _MOST_NAMED} more" if len(unread) > _MOST_NAMED else ""
    verb = "are" if len(unread) > 1 else "is"
    return Warned(
        f"{shown}: {named}{more} {verb} not read, so no rule in there is in force",
        "packs are files in that folder itself whose names end in .yaml or .yml; move what is none elsewhere",
    )
