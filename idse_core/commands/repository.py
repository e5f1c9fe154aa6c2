"""The place of a workspace in its repository."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Callable

__all__ = ["repository_paths"]


def repository_paths(folder: Path) -> Callable[[str], str]:
    """The function from paths relative to the folder that holds ``.idse`` to paths relative to the repository's root.

    Both with ``/``. The root is the nearest folder above with a ``.git``, which in a linked work tree or a submodule is
    a file. Without one it is the folder that holds ``.idse``.

    Args:
        folder: the folder that holds ``.idse``, absolute.
    """
    root = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)
    within = PurePosixPath(folder.relative_to(root).as_posix())
    return lambda path: str(within / path)
