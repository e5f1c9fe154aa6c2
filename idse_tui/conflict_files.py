"""Reading a conflict's versions and writing what was decided, in a worker's thread."""

from __future__ import annotations

import shlex
from typing import NamedTuple, Optional, Tuple

from idse_core import files
from idse_core.agency.conflicts import Conflict
from idse_core.agency.documents import as_object, is_json, place_of
from idse_core.agency.json_lines import json_of, json_versions
from idse_core.agency.resolution import Resolution, resolution_of
from idse_core.agency.resolving import Choice, resolve
from idse_core.errors import ConflictError
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["Versions", "open_conflict", "settle"]


class Versions(NamedTuple):
    """The files of a conflict, None where there is none.

    Attributes:
        ours: the live document as it is now, which may be newer than the copy beside the conflict.
    """

    base: Optional[bytes]
    ours: Optional[bytes]
    theirs: Optional[bytes]


def open_conflict(workspace: ProjectWorkspace, conflict: Conflict) -> Tuple[Versions, Resolution]:
    """The versions, and the state in which nothing is decided.

    Raises:
        IdseError: one of them can't be read.
    """
    base, theirs = (files.read_bytes(conflict.path(name), root=workspace.folder) for name in ("base", "theirs"))
    versions = Versions(base, _live(workspace, conflict), theirs)
    if not is_json(conflict.key) or versions.ours is None or theirs is None:
        return versions, resolution_of(*versions)
    objects = ({} if data is None else as_object(data, path=conflict.name) for data in versions)
    texts = (text.encode("utf-8") for text in json_versions(*objects))
    return versions, resolution_of(*texts)


def settle(workspace: ProjectWorkspace, conflict: Conflict, versions: Versions, resolution: Resolution) -> str:
    """Write what was decided; gives the options that say the same to ``idse sync resolve``.

    Args:
        workspace: the project.
        conflict: which one.
        versions: what was read when it was opened.
        resolution: a complete one.

    Raises:
        ConflictError: somebody saved the document since it was opened.
        IdseError: as for ``resolve``.
    """
    if _live(workspace, conflict) != versions.ours:
        raise ConflictError(
            f"{conflict.name} of {conflict.session} was saved since this conflict was opened",
            hint="open the conflict again: nothing was written",
        )
    data = _result(conflict, versions, resolution)
    if data in {versions.ours, versions.theirs}:
        choice = Choice.OURS if data == versions.ours else Choice.THEIRS
        resolve(workspace, conflict, choice)
        return f"--{choice}"
    return f"--{Choice.FILE} {shlex.quote(resolve(workspace, conflict, Choice.FILE, data))}"


def _result(conflict: Conflict, versions: Versions, resolution: Resolution) -> Optional[bytes]:
    """The document's new bytes; None when it is to be deleted."""
    if versions.theirs is None and resolution.data == b"":
        return None
    is_text_of_json = is_json(conflict.key) and None not in {versions.ours, versions.theirs}
    return json_of(resolution.text) if is_text_of_json else resolution.data


def _live(workspace: ProjectWorkspace, conflict: Conflict) -> Optional[bytes]:
    found = workspace.store.read(place_of(workspace.project, conflict.session, conflict.key))
    return None if found is None else found.data
