"""Which project a call means, and remembering the choice."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Tuple

from idse_core import files
from idse_core.config import IdseConfig
from idse_core.errors import NotFoundError
from idse_core.workspace_folder import FOLDER

__all__ = ["first_line", "remember_project", "remembered_project", "select_project"]

_CURRENT_PROJECT = "CURRENT_PROJECT"


def remember_project(folder: Path, project: str) -> str:
    """Make a project the default of all commands; returns the file that records it."""
    path = folder / _CURRENT_PROJECT
    before = files.read_bytes(path, root=folder)
    files.write_bytes(
        path,
        f"{project}\n".encode(),
        expected=None if before is None else files.digest(before),
        root=folder,
        displaced=folder / ".local" / "displaced",
    )
    return f"{FOLDER}/{_CURRENT_PROJECT}"


def select_project(folder: Path, config: IdseConfig, projects: Tuple[str, ...]) -> str:
    """The project that ``config`` means: the explicit, the surrounding, the remembered, or the only one, in that order.

    Raises:
        NotFoundError: it does not exist, or several do and none is selected; the hint lists them.
    """
    if config.project:
        if config.project in projects:
            return config.project
        raise NotFoundError(f"there is no project '{config.project}'", hint=_listing(projects))
    around = _project_around(folder, config.start)
    if around in projects:
        return around
    remembered = remembered_project(folder)
    if remembered in projects:
        return remembered
    if len(projects) == 1:
        return projects[0]
    if not projects:
        raise NotFoundError(f"there is no project in {folder}", hint="`idse init` makes one")
    raise NotFoundError("which project? none is selected", hint=f"{_listing(projects)}; choose one with --project")


def _project_around(folder: Path, start: Path) -> Optional[str]:
    """The project whose folder contains ``start``."""
    try:
        parts = start.resolve().relative_to((folder / "projects").resolve()).parts
    except (OSError, RuntimeError, ValueError):  # RuntimeError: a loop of symbolic links
        return None
    return parts[0] if parts else None


def remembered_project(folder: Path) -> Optional[str]:
    """The project named by ``CURRENT_PROJECT``, or None."""
    data = files.read_bytes(folder / _CURRENT_PROJECT, root=folder)
    return None if data is None else first_line(data)


def _listing(projects: Tuple[str, ...]) -> str:
    return "the projects are " + ", ".join(projects) if projects else "`idse init` makes one"


def first_line(data: bytes) -> str:
    """The first line that is not blank, trimmed; an earlier tool wrote no newline."""
    text = data.decode("utf-8-sig", "replace")
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
