"""The projects of a workspace, asked of the disk: there are few, and each answer is one look into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

from idse_core import discovery
from idse_core.config import IdseConfig
from idse_core.errors import IdseError
from idse_core.stores.filesystem import DesignStoreFilesystem
from idse_core.workspace_folder import find_folder

__all__ = ["choose_project", "projects_in", "undecided"]


def projects_in(folder: Path) -> Dict[str, int]:
    """Id → how many sessions it has, sorted; empty when the folder can't be read.

    Args:
        folder: the ``.idse`` folder.
    """
    store = DesignStoreFilesystem(folder)
    try:
        return {project: len(store.list_sessions(project)) for project in store.list_projects()}
    except IdseError:
        return {}


def undecided(config: IdseConfig) -> Dict[str, int]:
    """The projects to choose from when a call leaves open which; empty when there is nothing to choose."""
    if config.project:
        return {}
    try:
        found = projects_in(find_folder(config))
    except IdseError:
        return {}
    return found if len(found) > 1 else {}


def choose_project(folder: Path, project: str) -> None:
    """Make a project the one that commands mean by default.

    Raises:
        StorageError: it can't be written down.
    """
    discovery.remember_project(folder, project)
