"""Old paths of moved artifacts that texts still name: in a task, in code, in prose, where no link gives them away."""

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
"""With a folder in it: `spec.md` alone is what an artifact is called, wherever it is."""


class Mention(NamedTuple):
    """An old path in a text.

    Attributes:
        path: the artifact that names it, after the moves.
        line, column: where it begins, from 1; columns in characters.
        named: the old path as it is written there.
        instead: where that artifact is after the moves, seen from where it was seen before.
    """

    path: str
    line: int
    column: int
    named: str
    instead: str


def mentions(workspace: ProjectWorkspace, new_places: Mapping[str, str]) -> Iterator[Mention]:
    """What the project's artifacts say about places that artifacts leave, wherever it stands in their text.

    Args:
        workspace: whose project.
        new_places: of each artifact that moves the path before and after, relative to the folder that holds ``.idse``.
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
    """What to write for a path; ``bases`` are the folders that it may be seen from, before and after the moves."""
    for before, after in bases:
        moved_to = new_places.get(posixpath.normpath(posixpath.join(before, named)))
        if moved_to is not None:
            return posixpath.relpath(moved_to, after) if after else moved_to
    return None
