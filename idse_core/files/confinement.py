"""Resolving where a path really leads, and whether that is inside the workspace."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Union

from idse_core.errors import RefusedError

__all__ = ["below", "confined", "inside", "known_root", "safe_component", "within"]

_DELETE = 0x7F
_LAST_CONTROL = 0x9F
_FIRST_PRINTABLE = 0x20


def safe_component(name: str) -> bool:
    """Tells whether a name is a single path component that can't lead to another folder.

    It judges safety only: ids that the product creates obey a stricter grammar.

    Args:
        name: the name, as received from a file, the network or a person.

    Returns:
        False for an empty name, one of only dots or spaces, and one with a path separator of any system, a control
        character, or what Windows takes for a drive or an alternate stream.
    """
    if not name.strip(". ") or "/" in name or "\\" in name:
        return False
    if any(ord(char) < _FIRST_PRINTABLE or _DELETE <= ord(char) <= _LAST_CONTROL for char in name):
        return False
    # On POSIX a colon is an ordinary character, so ids that contain one stay readable there.
    return name[1:2] != ":" and (os.name != "nt" or ":" not in name)


def inside(path: Path, root: Path) -> bool:
    """Tells whether a path, with all links followed, is ``root`` or lies below it; it need not exist.

    Args:
        path: the path to judge.
        root: the folder it should be in; may itself be reached through links.

    Returns:
        Whether it is; also False when the path can't be resolved.
    """
    try:
        real, real_root = _real(path), os.path.realpath(root)
    except (OSError, ValueError):
        return False
    return os.path.normcase(real) == os.path.normcase(real_root) or below(real, real_root)


def below(real: str, real_root: str) -> bool:
    """Tells whether one resolved path lies below another; the root itself is not below the root."""
    prefix = os.path.normcase(real_root).rstrip(os.sep) + os.sep
    return os.path.normcase(real).startswith(prefix) and os.path.normcase(real) != prefix


@lru_cache(maxsize=16)
def known_root(root: str) -> str:
    """The resolved path of ``root``, with a trailing separator, cached since the first call.

    A link to the workspace may be changed while the app is open: before treating a file as outside, resolve ``root``
    again (see `within`).
    """
    return os.path.realpath(root).rstrip(os.sep) + os.sep


def within(real: str, root: Path) -> bool:
    """Tells whether a resolved path is below ``root``, asking the file system where ``root`` is now."""
    known_root.cache_clear()
    return below(real, os.path.realpath(root))


def confined(path: Path, root: Path, *, follow: bool = True) -> str:
    """Resolves the path that a change of ``path`` would really touch.

    Args:
        path: the path to change; it and some of its folders may not exist yet.
        root: the folder that must not be left.
        follow: whether the last component is followed when it is a link.

    Returns:
        The path without links (without ``follow``, the last component may be one).

    Raises:
        RefusedError: the resolved path is not below ``root``.
    """
    if follow:
        real = _real(path)
    else:
        folder, name = os.path.split(os.fspath(path))
        real = os.path.join(_real(folder), name)
        if not name.strip("."):
            real = _real(path)
    if not below(real, os.path.realpath(root)):
        message = f"{os.path.basename(os.fspath(path))} leads outside the workspace; nothing was changed"
        raise RefusedError(message, hint="replace the link with the file that it points to", path=os.fspath(path))
    return real


def _real(path: Union[str, os.PathLike[str]]) -> str:
    if "\0" in os.fspath(path):  # Python 3.8 resolves it without complaint
        raise ValueError(path)
    return os.path.realpath(path)
