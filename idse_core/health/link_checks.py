"""Checks for links below ``.idse``: one that leads outside is not followed, so its target is not in the workspace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator

from idse_core import files
from idse_core.health.check import Check, Status

__all__ = ["check_links"]

_OF_OTHERS = ("projects/*", "projects/*/sessions/*")


def check_links(folder: Path) -> Iterator[Check]:
    """One check for each link that leads outside ``.idse`` or to a missing target.

    A link to the outside in place of a project's or session's folder is left to the checks of projects and sessions.

    Args:
        folder: the ``.idse`` folder.
    """
    found = list(_links(folder))
    outside = [path for path in found if not files.inside(path, folder)]
    nowhere = [path for path in found if files.inside(path, folder) and not path.exists()]
    told = [path for path in outside if not _stands_for_more(path, folder)]
    for path in told:
        advice = f"put the {'folder' if path.is_dir() else 'file'} itself in its place"
        message = "the link leads outside .idse and is not read"
        yield Check("links", Status.FAIL, message, "", _shown(path, folder), advice)
    for path in nowhere:
        yield Check("links", Status.WARN, "the link leads nowhere", "", _shown(path, folder), "remove or correct it")
    if not told and not nowhere:
        yield Check("links", Status.OK, f"no {'other ' if outside else ''}link leads outside .idse")


def _links(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        if Path(place) == folder and ".local" in folders:
            folders.remove(".local")
        yield from (path for path in (Path(place, name) for name in sorted([*folders, *names])) if path.is_symlink())


def _shown(path: Path, folder: Path) -> str:
    return path.relative_to(folder.parent).as_posix()


def _stands_for_more(path: Path, folder: Path) -> bool:
    """Whether the link is in the place of a project's or a session's folder."""
    below = path.relative_to(folder)
    places = (place for place in _OF_OTHERS if place.count("/") + 1 == len(below.parts))
    return path.is_dir() and any(below.match(place) for place in places)
