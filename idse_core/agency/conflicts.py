"""Conflicts laid aside for a person: one folder each, named after the other side's version, never deleted by us.

``.idse/.local/conflicts/<project>/<session>/<document>-<8 digits of the remote digest>/`` contains ``base``, ``ours``,
``theirs`` and ``merged`` (``.md``, or ``.json`` for metadata). The live document stays our version, without markers,
because editors, agents and validators read it. When the same conflict occurs again its folder is kept, since a person
may have edited ``merged`` in it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional

from idse_core import files, json_text
from idse_core.agency.documents import NAMES, is_json
from idse_core.agency.protocol import Revision
from idse_core.errors import ConfigError, ConflictError
from idse_core.project_workspace import ProjectWorkspace

__all__ = [
    "Conflict",
    "Versions",
    "is_laid_aside",
    "lay_aside",
    "list_conflicts",
    "new_conflict",
    "put_away",
    "shown_folder",
]

_ABOUT = "conflict.json"
_DELETED = "deleted"
_SHORT = 8


class Versions(NamedTuple):
    """The contents of the files of a conflict; None for a file that does not exist.

    Attributes:
        merged: with markers where both sides differ, for a person to edit.
    """

    base: Optional[bytes]
    ours: Optional[bytes]
    theirs: Optional[bytes]
    merged: Optional[bytes]


class Conflict(NamedTuple):
    """A document that was changed on both sides.

    Attributes:
        key: of the document in the protocol.
        base: the revision that both sides had; None when they never agreed.
        remote: the revision at the Agency Core; None when it was deleted there.
        folder: the folder with its versions.
    """

    project: str
    session: str
    key: str
    base: Optional[str]
    remote: Optional[str]
    folder: Path

    @property
    def name(self) -> str:
        """The document's name for people: a stage, ``metadata`` or ``state``."""
        return NAMES[self.key]

    def path(self, version: str) -> Path:
        """The file of a version: ``base``, ``ours``, ``theirs`` or ``merged``; it need not exist."""
        return self.folder / f"{version}{'.json' if is_json(self.key) else '.md'}"


def lay_aside(workspace: ProjectWorkspace, conflict: Conflict, versions: Versions) -> None:
    """Store the versions of a conflict, unless the same conflict is stored there already.

    Raises:
        StorageError: the file system refused.
    """
    known = _read(conflict.folder, workspace)
    if known == conflict:
        return
    if os.path.lexists(conflict.folder):
        put_away(workspace, conflict)
    tree: Dict[str, bytes] = {}
    for version, data in versions._asdict().items():
        if data is not None:
            tree[conflict.path(version).name] = data
    tree[_ABOUT] = json_text.dump({"key": conflict.key, "base": conflict.base, "remote": conflict.remote})
    files.ensure_local(workspace.local, root=workspace.folder)
    try:
        staging = workspace.local / "staging"
        files.create_tree(conflict.folder, tree, root=workspace.folder, staging=staging)
    except ConflictError:
        return  # another process of ours has stored it first


def new_conflict(
    workspace: ProjectWorkspace, session: str, key: str, *, base: Optional[str], remote: Optional[str]
) -> Conflict:
    """The conflict between these revisions, with its folder; reads and writes no file."""
    mark = _DELETED if remote is None else Revision.parse(remote).digest[:_SHORT]
    folder = _folder(workspace) / session / f"{NAMES[key]}-{mark}"
    return Conflict(workspace.project, session, key, base, remote, folder)


def is_laid_aside(workspace: ProjectWorkspace, conflict: Conflict) -> bool:
    """Whether exactly this conflict is stored, waiting for a person's decision."""
    return _read(conflict.folder, workspace) == conflict


def list_conflicts(workspace: ProjectWorkspace) -> List[Conflict]:
    """All conflicts laid aside in the project, sorted by session and name, including ones that are settled by now."""
    found = (_read(folder, workspace) for folder in _folders(_folder(workspace)))
    return [conflict for conflict in found if conflict is not None]


def put_away(workspace: ProjectWorkspace, conflict: Conflict) -> Optional[Path]:
    """Move a conflict's folder to the displaced copies and return its new path."""
    displaced = workspace.local / "displaced" / workspace.project
    return files.displace(conflict.folder, expected=None, root=workspace.folder, displaced=displaced)


def shown_folder(workspace: ProjectWorkspace, conflict: Conflict) -> str:
    """The folder of a conflict, relative to the folder that contains ``.idse``."""
    return conflict.folder.relative_to(workspace.folder.parent).as_posix()


def _folder(workspace: ProjectWorkspace) -> Path:
    return workspace.local / "conflicts" / workspace.project


def _folders(project: Path) -> Iterator[Path]:
    for session in _subfolders(project):
        yield from _subfolders(session)


def _subfolders(folder: Path) -> List[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise files.storage_error("read", folder, error) from error


def _read(folder: Path, workspace: ProjectWorkspace) -> Optional[Conflict]:
    """The conflict stored in a folder; None when there is none."""
    data = files.read_bytes(folder / _ABOUT, root=workspace.folder)
    if data is None:
        return None
    try:
        about = json_text.parse_object(data, path=_ABOUT)
    except ConfigError:
        return None
    key, base, remote = about.get("key"), about.get("base"), about.get("remote")
    if not isinstance(key, str) or key not in NAMES:
        return None
    if not isinstance(base, (str, type(None))) or not isinstance(remote, (str, type(None))):
        return None
    return Conflict(workspace.project, folder.parent.name, key, base, remote, folder)
