"""Which Agency Core a project is bound to: recorded at the first sync, changed only by a person.

``.idse/.local/sync/remotes.json`` has one entry per project. It is neither synced nor committed, so nothing that comes
with a repository can send a project's documents elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict, NamedTuple, Optional

from idse_core import files, json_text
from idse_core.errors import ConfigError, ConflictError
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["PinnedRemote", "pin", "pinned_remote"]

_ATTEMPTS = 5


class PinnedRemote(NamedTuple):
    """The Agency Core that a project is bound to.

    Attributes:
        endpoint: its address.
        project_id: the project's id there.
        server_id: identifies its data; empty until the first contact.
    """

    endpoint: str
    project_id: str
    server_id: str = ""


def pinned_remote(workspace: ProjectWorkspace) -> Optional[PinnedRemote]:
    """The Agency Core that the project is bound to; None before its first sync.

    Raises:
        ConfigError: the file is broken.
    """
    entry = _read(workspace.folder).get(workspace.project)
    if entry is None:
        return None
    values = [entry.get(name) for name in PinnedRemote._fields] if isinstance(entry, dict) else []
    if not values or not all(isinstance(value, str) for value in values):
        raise ConfigError(
            f"what project '{workspace.project}' is bound to can't be understood",
            path=str(_path(workspace.folder)),
            hint="idse sync remote set",
        )
    return PinnedRemote(*map(str, values))


def pin(workspace: ProjectWorkspace, remote: PinnedRemote) -> None:
    """Bind the project to an Agency Core.

    Raises:
        ConflictError: another process keeps changing the file.
    """
    files.ensure_local(workspace.local, root=workspace.folder)
    files.ensure_local(workspace.local / "sync", root=workspace.folder)
    for attempt in range(_ATTEMPTS):
        path = _path(workspace.folder)
        before = files.read_bytes(path, root=workspace.folder)
        try:
            entries = _read(workspace.folder)
        except ConfigError:
            entries = {}
        if entries.get(workspace.project) == remote._asdict():
            return
        entries[workspace.project] = remote._asdict()
        try:
            files.write_bytes(
                path,
                json_text.dump(entries),
                expected=None if before is None else files.digest(before),
                root=workspace.folder,
                displaced=workspace.local / "displaced",
            )
        except ConflictError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def _read(folder: Path) -> Dict[str, object]:
    data = files.read_bytes(_path(folder), root=folder)
    if data is None:
        return {}
    return json_text.parse_object(data, path=".idse/.local/sync/remotes.json", hint="idse sync remote set")


def _path(folder: Path) -> Path:
    return folder / ".local" / "sync" / "remotes.json"
