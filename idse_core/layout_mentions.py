"""Old paths of moved artifacts that texts still mention: in a task, in code, in prose, where no link reveals them."""

from __future__ import annotations

import posixpath
import re
from typing import Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core.design_store import Place
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.workspace_folder import FOLDER

__all__ = ["Mention", "mentions"]

_PATH = re.compile(r"[\w.+-]*/[\w./+-]*\.md(?!\w)")
"""A path with a folder in it: `spec.md` alone is the name of an artifact, wherever it is."""


class Mention(NamedTuple):
    """A mention of an old path in a text.

    Attributes:
        path: the artifact that contains it, after the moves.
        line, column: where it begins, 1-based; columns in characters.
        named: the old path as it is written there.
        instead: the new path, relative to what the old one is relative to.
    """

    path: str
    line: int
    column: int
    named: str
    instead: str


def mentions(workspace: ProjectWorkspace, new_places: Mapping[str, str]) -> Iterator[Mention]:
    """Find the old paths of moved artifacts in the texts of a project's artifacts.

    Args:
        workspace: opened at the project.
        new_places: old path → new path of each artifact that moves, relative to the folder that holds ``.idse``.
    """
    project = f"{FOLDER}/projects/{workspace.project}"
    for session in workspace.sessions():
        own_session = f"{project}/sessions/{session}"
        loaded = workspace.store.load_session(workspace.project, session)
        for stage in Stage:
            document = loaded.documents.get(stage.value)
            if document is None:
                continue
            before = workspace.store.locate(Place.artifact(workspace.project, session, stage))
            after = new_places.get(before, before)
            fixed = ("", FOLDER, f"{FOLDER}/projects", project)
            own = (posixpath.dirname(before), posixpath.dirname(after))
            bases = (*((base, base) for base in fixed), own, (own_session, own_session))
            for line, column, named, instead in _in_text(document.data, bases, new_places):
                yield Mention(after, line, column, named, instead)


def _in_text(
    data: bytes, bases: Sequence[Tuple[str, str]], new_places: Mapping[str, str]
) -> Iterator[Tuple[int, int, str, str]]:
    for number, line in enumerate(data.decode("utf-8-sig", "replace").split("\n"), start=1):
        for match in _PATH.finditer(line) if ".md" in line else ():
            instead = _instead(match.group(), bases, new_places)
            if instead is not None:
                yield number, match.start() + 1, match.group(), instead


def _instead(named: str, bases: Sequence[Tuple[str, str]], new_places: Mapping[str, str]) -> Optional[str]:
    """The new path to write for an old one, or None if it is not one.

    ``bases`` are the folders that the path may be relative to, each before and after the moves.
    """
    for before, after in bases:
        moved_to = new_places.get(posixpath.normpath(posixpath.join(before, named)))
        if moved_to is not None:
            return posixpath.relpath(moved_to, after) if after else moved_to
    return None
