"""What the app remembers of a workspace between two calls: the last selection, tab, filter and theme.

It lies in ``.idse/.local/``, which git ignores. A convenience: broken, absent or read-only, it is done without.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Mapping, NamedTuple, Tuple

from idse_core import files
from idse_core.errors import IdseError

__all__ = ["Remembered", "keep", "recall"]

_NAME = "tui.json"
_RECENT = 50


class Remembered(NamedTuple):
    """The state of the app when it was last left.

    Attributes:
        recent: ids of sessions, the last looked at first.
        chips: filters of the sessions that are on.
    """

    session: str = ""
    stage: str = ""
    tab: str = ""
    scope: str = ""
    filter: str = ""
    theme: str = ""
    recent: Tuple[str, ...] = ()
    chips: Tuple[str, ...] = ()


def recall(folder: Path, project: str) -> Remembered:
    """What is remembered of a project; nothing when the file is absent or broken.

    Args:
        folder: the ``.idse`` folder.
        project: the project's id.
    """
    entry = _read(folder).get(project)
    if not isinstance(entry, dict):
        return Remembered()

    def text(key: str) -> str:
        value = entry.get(key)
        return value if isinstance(value, str) else ""

    def texts(key: str) -> Tuple[str, ...]:
        value = entry.get(key)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    return Remembered(
        session=text("session"),
        stage=text("stage"),
        tab=text("tab"),
        scope=text("scope"),
        filter=text("filter"),
        theme=text("theme"),
        recent=texts("recent"),
        chips=texts("chips"),
    )


def keep(folder: Path, project: str, state: Remembered) -> bool:
    """Remember the state for the next call; says whether that was possible."""
    path = folder / ".local" / _NAME
    entry = {**state._asdict(), "recent": list(state.recent[:_RECENT]), "chips": list(state.chips)}
    document = {**_read(folder), project: entry}
    data = json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    try:
        files.ensure_local(folder / ".local", root=folder)
        before = files.read_bytes(path, root=folder)
        expected = None if before is None else files.digest(before)
        files.write_bytes(path, data, expected=expected, root=folder, displaced=folder / ".local" / "displaced")
    except IdseError:
        return False
    return True


def _read(folder: Path) -> Mapping[str, object]:
    try:
        data = files.read_bytes(folder / ".local" / _NAME, root=folder)
        document = json.loads(data) if data else {}
    except (IdseError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
