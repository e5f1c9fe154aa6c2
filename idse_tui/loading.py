"""Reading one artifact, in a worker's thread."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, Optional

from idse_core import files
from idse_core.design_store import Place
from idse_core.errors import UnreadableError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_tui.artifact import Artifact
from idse_tui.blocks import PENDING
from idse_tui.key_names import DEFAULT_KEYS, KeyNames
from idse_tui.presentation.texts import readable_bytes
from idse_tui.rendering import split, split_beginning

__all__ = ["load_artifact"]


def load_artifact(
    workspace: ProjectWorkspace,
    session: str,
    stage: Stage,
    on_beginning: Callable[[Artifact], object],
    *,
    known: Optional[Artifact] = None,
    give_way: Callable[[], object] = lambda: None,
    keys: KeyNames = DEFAULT_KEYS,
) -> Artifact:
    """Read and split an artifact; what is wrong with the file itself is part of the result.

    Args:
        workspace: the project.
        session: its id.
        stage: whose artifact.
        on_beginning: told of a long one before all of it is split.
        known: one that was read before; when nothing has changed, it is not split again.
        give_way: called now and then.
        keys: what the keys are called.

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
        return artifact._replace(
            problem=f"{artifact.name} is missing; {keys['edit']} opens an editor that can write it"
        )
    if not document.data.strip():
        return artifact._replace(
            digest=document.digest, problem=f"{artifact.name} is empty; {keys['edit']} opens it in your editor"
        )
    if known is not None and known[:5] == (*artifact[:4], document.digest) and not _is_begun(known):
        return known._replace(read_only=artifact.read_only)
    harmless = readable_bytes(document.data)
    artifact = artifact._replace(digest=document.digest, text=harmless, problem=_misread(document.data, shown))
    beginning = split_beginning(harmless)
    if beginning:
        on_beginning(artifact._replace(blocks=beginning))
    return artifact._replace(blocks=split(harmless, give_way))


def _is_begun(artifact: Artifact) -> bool:
    """Whether only its beginning has been split so far."""
    return bool(artifact.blocks) and artifact.blocks[-1].kind == PENDING


def _misread(data: bytes, shown: str) -> str:
    """Why the bytes are no text; empty when they are."""
    try:
        files.decode(data, path=shown)
    except UnreadableError as error:
        return f"line {error.line}: {error.message}; {error.hint}"
    return ""


def _read_only(path: Path) -> bool:
    existing: Optional[Path] = next((item for item in (path, *path.parents) if item.exists()), None)
    return existing is not None and not os.access(str(existing), os.W_OK)
