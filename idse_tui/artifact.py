"""One artifact as it is on disk, ready to be shown: its text and blocks, or why there are none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple, Optional, Tuple

from idse_core import files
from idse_core.design_store import Place
from idse_core.errors import UnreadableError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_tui.rendering import Block, readable, split

__all__ = ["Artifact", "load_artifact"]


class Artifact(NamedTuple):
    """An artifact as it was read.

    Attributes:
        shown: its path, relative to the folder that holds ``.idse``.
        path: the file itself, for an editor.
        digest: of its bytes; empty when it is absent.
        text: harmless text, line by line as in the file; empty when there is none.
        problem: why it can't be read, or that it is missing or empty; else empty.
    """

    session: str
    stage: Stage
    shown: str
    path: Path
    digest: str = ""
    text: str = ""
    blocks: Tuple[Block, ...] = ()
    problem: str = ""
    read_only: bool = False

    @property
    def name(self) -> str:
        """What its panel is called."""
        parts = self.shown.split("/")
        return "/".join(parts[-2:]) if parts[-1] == "README.md" else parts[-1]


def load_artifact(workspace: ProjectWorkspace, session: str, stage: Stage) -> Artifact:
    """Read and split an artifact; what is wrong with the file itself is part of the result.

    Raises:
        NotFoundError: there is no such session.
        StorageError: the disk failed.
    """
    place = Place.artifact(workspace.project, session, stage)
    shown = workspace.store.locate(place)
    path = workspace.folder.parent / shown
    artifact = Artifact(session, stage, shown, path, read_only=_read_only(path))
    try:
        document = workspace.store.read(place)
    except UnreadableError as error:
        return artifact._replace(problem=f"{error.message}. {error.hint}".strip(" ."))
    if document is None:
        return artifact._replace(problem=f"{artifact.name} is missing; e opens an editor that can write it")
    if not document.data.strip():
        return artifact._replace(digest=document.digest, problem=f"{artifact.name} is empty; e opens it in your editor")
    text, problem = _decoded(document.data, shown)
    harmless = readable(text)
    return artifact._replace(digest=document.digest, text=harmless, blocks=split(harmless), problem=problem)


def _decoded(data: bytes, shown: str) -> Tuple[str, str]:
    """The text; bytes that are not UTF-8 are shown as escapes, with what is wrong beside."""
    try:
        return files.decode(data, path=shown), ""
    except UnreadableError as error:
        return data.decode("utf-8", "backslashreplace"), _with_line(error)


def _with_line(error: UnreadableError) -> str:
    return f"line {error.line}: {error.message}; {error.hint}"


def _read_only(path: Path) -> bool:
    existing: Optional[Path] = next((item for item in (path, *path.parents) if item.exists()), None)
    return existing is not None and not os.access(str(existing), os.W_OK)
