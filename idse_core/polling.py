"""When a folder has to be polled: the system reports none of its changes, or not all of them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Mapping, Tuple

__all__ = ["polling_reason"]

_SILENT = frozenset(
    [
        "9p",
        "afs",
        "cifs",
        "drvfs",
        "fuse.rclone",
        "fuse.sshfs",
        "fuse.vmhgfs-fuse",
        "nfs",
        "nfs4",
        "prl_fs",
        "smb3",
        "vboxsf",
    ]
)
"""File systems that do not report changes made elsewhere."""

_MOUNTS = Path("/proc/self/mounts")
_VARIABLE = "WATCHFILES_FORCE_POLLING"
_NO = frozenset(["", "false", "disable", "disabled"])


def polling_reason(folder: Path, environment: Mapping[str, str], mounts: Path = _MOUNTS) -> str:
    """Why this folder has to be polled; empty when it can be watched.

    Args:
        folder: a resolved path.
        environment: ``WATCHFILES_FORCE_POLLING`` asks for polling, or forbids it with ``false``.
        mounts: the system's list of mounted file systems; without it, their types are unknown.
    """
    asked = environment.get(_VARIABLE)
    if asked is not None:
        return "" if asked.lower() in _NO else f"{_VARIABLE} is set"
    kind = _kind_of(folder, mounts)
    return f"{kind} announces no changes" if kind in _SILENT else ""


def _kind_of(folder: Path, mounts: Path) -> str:
    """The type of file system that a folder is on; empty when it is unknown."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    inside = PurePosixPath(folder.as_posix())
    found: Tuple[int, str] = (-1, "")
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = PurePosixPath(fields[1].replace("\\040", " "))
        if point == inside or point in inside.parents:
            here = (len(point.parts), fields[2])
            found = here if here[0] >= found[0] else found  # of two mounts at one point, the later one is on top
    return found[1]
