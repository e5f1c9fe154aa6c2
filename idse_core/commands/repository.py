"""Where a workspace lies in its repository."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Callable

__all__ = ["repository_paths"]


def repository_paths(folder: Path) -> Callable[[str], str]:
    """From a path relative to the workspace's folder to one relative to the repository's root, both with ``/``.

    The root is the nearest folder above with a ``.git``, which in a linked work tree or a submodule is a file. Without
    one it is the workspace's folder.

    Args:
        folder: the one that holds ``.idse``, absolute.
    """
    root = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)
    within = PurePosixPath(folder.relative_to(root).as_posix())
    return lambda path: str(within / path)
