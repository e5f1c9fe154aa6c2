"""Classifying a path: an artifact, a record written by `idse`, code of the project, or outside the project."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import Dict, NamedTuple, Optional, Tuple

from idse_core.pipeline_artifacts import Layout, Stage
from idse_core.workspace_folder import FOLDER

__all__ = ["Target", "TargetKind", "classify"]


class TargetKind(str, Enum):
    """What kind of file a path leads to."""

    ARTIFACT = "artifact"
    RECORD = "record"
    CODE = "code"
    OUTSIDE = "outside"

    def __str__(self) -> str:
        return str(self.value)


class Target(NamedTuple):
    """A path, classified by where it leads.

    Attributes:
        path: relative to the folder that contains ``.idse``, with ``/``; absolute when it is outside.
        project, session: of an artifact; None for everything else.
        stage: of an artifact; None for another file in the session's folder.
    """

    kind: TargetKind
    path: str
    project: Optional[str] = None
    session: Optional[str] = None
    stage: Optional[Stage] = None


_ARTIFACTS: Dict[str, Stage] = {layout.path(stage): stage for layout in Layout for stage in Stage}
_FOLDERS: Dict[str, Stage] = {path.split("/")[0]: stage for path, stage in _ARTIFACTS.items() if "/" in path}

_WIRING = frozenset(
    [
        ".claude/settings.json",
        ".claude/settings.local.json",
        ".codex/hooks.json",
        ".codex/config.toml",
        ".github/hooks/idse-guard.json",
    ]
)
"""Files that make a tool call the guard: an agent that could write them could switch it off."""


def classify(folder: Path, path: Path) -> Target:
    """Classify a path.

    Args:
        folder: the ``.idse`` folder.
        path: an absolute path, which need not exist. Links are followed: what counts is the file that would change.
    """
    root = os.path.realpath(folder.parent)
    parts = _below(os.path.realpath(path), root)
    if parts is None:
        inside = _below(os.path.normpath(path), os.path.normpath(folder.parent))
        # A link inside the project counts as part of it even if it leads outside.
        return Target(TargetKind.OUTSIDE, str(path)) if inside is None else Target(TargetKind.CODE, "/".join(inside))
    shown = "/".join(parts)
    if parts and parts[0].casefold() == FOLDER:
        return _within(shown, parts)
    return Target(TargetKind.RECORD if shown.casefold() in _WIRING else TargetKind.CODE, shown)


def _below(path: str, root: str) -> Optional[Tuple[str, ...]]:
    try:
        return Path(path).relative_to(root).parts
    except ValueError:
        return None


def _within(shown: str, parts: Tuple[str, ...]) -> Target:
    """An artifact below ``.idse/projects/<project>/sessions/<session>/``, except for metadata; otherwise a record."""
    if len(parts) <= 5 or parts[1] != "projects" or parts[3] != "sessions":
        return Target(TargetKind.RECORD, shown)
    rest = parts[5:]
    stage = _ARTIFACTS.get("/".join(rest)) or (_FOLDERS.get(rest[0]) if len(rest) > 1 else None)
    if rest[0].casefold() == "metadata":
        return Target(TargetKind.RECORD, shown)
    return Target(TargetKind.ARTIFACT, shown, parts[2], parts[4], stage)
