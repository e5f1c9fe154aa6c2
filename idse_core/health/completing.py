"""The remedy for missing files of a project: what `idse init` does in an existing project. It overwrites nothing."""

from __future__ import annotations

from typing import Optional

from idse_core.config import IdseConfig
from idse_core.health.check import Remedy
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["complete"]


def complete(workspace: ProjectWorkspace) -> Optional[Remedy]:
    """The remedy that adds missing files; None for a store whose documents are not files."""
    if not workspace.store.capabilities.local_files:
        return None

    def add() -> str:
        config = IdseConfig(start=workspace.folder.parent, workspace=workspace.folder)
        _, creation = ProjectWorkspace.create(config, workspace.project)
        added = count(len(creation.created), "missing file")
        return f"{workspace.project}: {added} added" if creation.created else ""

    return add
