"""The remedy for what is missing of a project: what `idse init` does on one that exists. It overwrites nothing."""

from __future__ import annotations

from typing import Optional

from idse_core.config import IdseConfig
from idse_core.health.check import Remedy
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["complete"]


def complete(workspace: ProjectWorkspace) -> Optional[Remedy]:
    """Adds what is missing; None where the documents are no files."""
    if not workspace.store.capabilities.local_files:
        return None

    def add() -> str:
        config = IdseConfig(start=workspace.folder.parent, workspace=workspace.folder)
        _, creation = ProjectWorkspace.create(config, workspace.project)
        added = count(len(creation.created), "missing file")
        return f"{workspace.project}: {added} added" if creation.created else ""

    return add
