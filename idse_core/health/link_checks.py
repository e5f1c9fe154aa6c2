"""Links below ``.idse``: one that leads outside is not followed, so what it stands for is not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator

from idse_core import files
from idse_core.health.check import Check, Status

__all__ = ["check_links"]


def check_links(folder: Path) -> Iterator[Check]:
    """A check for each link that leads outside or nowhere.

    Args:
        folder: the ``.idse`` folder.
    """
    sound = True
    for place, folders, names in os.walk(folder):
        if Path(place) == folder and ".local" in folders:
            folders.remove(".local")
        for path in (Path(place, name) for name in sorted([*folders, *names])):
            if not path.is_symlink():
                continue
            shown = path.relative_to(folder.parent).as_posix()
            if not files.inside(path, folder):
                sound = False
                advice = "put the file itself in its place"
                yield Check("links", Status.FAIL, "the link leads outside .idse and is not read", "", shown, advice)
            elif not path.exists():
                sound = False
                yield Check("links", Status.WARN, "the link leads nowhere", "", shown, "remove or correct it")
    if sound:
        yield Check("links", Status.OK, "no link leads outside .idse")
