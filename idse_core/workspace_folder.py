"""Finds the folder of a workspace. Imports little on purpose: every command begins with it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional

from idse_core.config import IdseConfig
from idse_core.errors import NotFoundError

__all__ = ["FOLDER", "config_around", "find_folder", "folder_for_new"]

FOLDER = ".idse"
"""The name of the folder that holds a workspace."""


def find_folder(config: IdseConfig) -> Path:
    """The ``.idse`` folder: the explicit one, else the nearest from ``config.start`` upwards.

    Raises:
        NotFoundError: there is none.
    """
    if config.workspace is not None:
        folder = _workspace_folder(config.workspace)
        if _is_folder(folder):
            return folder
        raise NotFoundError(f"there is no workspace in {config.workspace}", hint="`idse init` makes one")
    for candidate in (config.start, *config.start.parents):
        if _is_folder(candidate / FOLDER):
            return candidate / FOLDER
    raise NotFoundError(f"no .idse folder in {config.start} or above", hint="`idse init` makes one here")


def config_around(config: IdseConfig, path: Path) -> Optional[IdseConfig]:
    """The configuration with ``start`` set to where the workspace that governs a path is found.

    That workspace is the explicit one, else the nearest above the path (with links resolved, then as given), else the
    nearest above ``config.start``.

    Args:
        config: the configuration of the call.
        path: absolute; it need not exist.

    Returns:
        None when there is no workspace at all.
    """
    for start in (Path(os.path.realpath(path)).parent, path.parent, config.start):
        around = config._replace(start=start)
        try:
            find_folder(around)
        except NotFoundError:
            continue
        return around
    return None


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # no permission to look into a folder above it
        return False


def _workspace_folder(given: Path) -> Path:
    return given if given.name == FOLDER else given / FOLDER


def folder_for_new(config: IdseConfig) -> Path:
    """The ``.idse`` folder that a new project goes into; it need not exist yet."""
    if config.workspace is not None:
        return _workspace_folder(config.workspace)
    try:
        return find_folder(config)
    except NotFoundError:
        return config.start / FOLDER
