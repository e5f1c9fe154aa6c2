"""The projects of a workspace, asked of its store: there are few."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

from idse_core import discovery
from idse_core.config import IdseConfig
from idse_core.design_store import DesignStore
from idse_core.errors import IdseError
from idse_core.stores.opening import open_store
from idse_core.workspace_folder import find_folder

__all__ = ["choose_project", "projects_in", "undecided"]


def projects_in(store: DesignStore) -> Dict[str, int]:
    """Id → how many sessions it has, sorted; empty when the store can't be read."""
    try:
        return {project: len(store.list_sessions(project)) for project in store.list_projects()}
    except IdseError:
        return {}


def undecided(config: IdseConfig) -> Dict[str, int]:
    """The projects to choose from when a call leaves open which, or names none that exists; empty for nothing to choose."""
    try:
        found = projects_in(open_store(find_folder(config), config.store))
    except IdseError:
        return {}
    return found if config.project or len(found) > 1 else {}


def choose_project(folder: Path, project: str) -> None:
    """Make a project the one that commands mean by default.

    Raises:
        StorageError: it can't be written down.
    """
    discovery.remember_project(folder, project)
