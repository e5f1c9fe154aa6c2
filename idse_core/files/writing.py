"""Compare-and-swap: a file is replaced only if it is still what the caller has read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional

from idse_core.errors import ConflictError, RefusedError
from idse_core.files.confinement import confined
from idse_core.files.displacing import settle
from idse_core.files.durable import make_folders, staged_name, sync_folder, write_new
from idse_core.files.faults import translated
from idse_core.files.moves import exchange, publish
from idse_core.files.reading import MAX_BYTES, Content, digest, digest_of, read_regular

__all__ = ["write_bytes"]

#: How often we try to put back a file that somebody saved between two of our steps, before it goes to ``displaced``.
_ATTEMPTS = 16


def write_bytes(path: Path, data: bytes, *, expected: Optional[str], root: Path, displaced: Path) -> str:
    """Writes one whole file if it is still what the caller has read.

    A file that already has this content is not written again.

    Args:
        path: the file below ``root``; a link that stays below ``root`` is followed, so the real file is written.
        data: its new content, at most `MAX_BYTES`.
        expected: the digest of what the caller has read, or None when the file must not exist yet; then missing
            parent folders are created too.
        root: the folder that must not be left.
        displaced: where bytes of others are kept that can't be put back: a folder below ``root`` on the same file
            system, created when it is needed.

    Returns:
        The digest of ``data``.

    Raises:
        ConflictError: the file is not what the caller has read. It stays as it is, or the message says where the other
            version is kept.
        RefusedError: ``path`` or ``displaced`` leads outside ``root``, or ``data`` is too large.
        UnreadableError: the existing file is not a regular file or is too large.
        StorageError: the file system refused. The file is completely the old version or completely the new one: read
            it again to find out which.
    """
    with translated("write", path):
        target, keep = confined(path, root), confined(displaced, root)
        if len(data) > MAX_BYTES:
            message = f"{path.name} would have {len(data)} bytes, the limit is {MAX_BYTES}"
            raise RefusedError(message, hint="split it, or move data out of the artifact", path=os.fspath(path))
        new, present = digest(data), read_regular(target)
        _compare(path, present, expected)
        if present is not None and present.data == data:
            return new
        folder = os.path.dirname(target)
        if present is None:
            make_folders(folder, os.path.realpath(root))
        staged, swapped, kept = staged_name(folder), False, None
        try:
            write_new(staged, data, like=None if present is None else present.status)
            swapped = _create(staged, target) if expected is None else _swap(staged, target, new, expected)
        finally:
            kept = settle(staged, ours=(new, expected or new), target=target, displaced=keep, root=root)
        sync_folder(folder)
        if not swapped:
            raise _conflict(path, "was changed by somebody else at the same moment", kept)
        return new


def _compare(path: Path, present: Optional[Content], expected: Optional[str]) -> None:
    if present is None:
        if expected is not None:
            raise _conflict(path, "was removed by somebody else since it was read", None)
    elif expected is None:
        raise _conflict(path, "exists already", None)
    elif digest(present.data) != expected:
        raise _conflict(path, "was changed by somebody else since it was read", None)


def _create(staged: str, target: str) -> bool:
    try:
        publish(staged, target)
    except FileExistsError:
        return False
    return True


def _swap(staged: str, target: str, new: str, expected: str) -> bool:
    try:
        exchange(staged, target)
    except FileNotFoundError:
        return False
    came_out = digest_of(staged)
    if came_out == expected:
        return True
    _put_back(staged, target, placed=new, in_hand=came_out)
    return False


def _put_back(staged: str, target: str, *, placed: Optional[str], in_hand: Optional[str]) -> None:
    """Puts the newest version of others back into the live file; an older one may remain at ``staged``.

    Args:
        staged: the path of the version that has to go back.
        target: the live file.
        placed: the digest of what we have put at ``target``.
        in_hand: the digest of what is at ``staged``.
    """
    for _ in range(_ATTEMPTS):
        try:
            if digest_of(target) != placed:
                return  # somebody has saved over it: theirs is newer
            exchange(staged, target)
        except FileNotFoundError:
            return
        came_out = digest_of(staged)
        if came_out == placed:
            return
        # Somebody saved between the check and the exchange, so what came out is newer than what went in.
        placed, in_hand = in_hand, came_out


def _conflict(path: Path, what: str, kept: Optional[str]) -> ConflictError:
    where = f"; the version in between is kept in {kept}" if kept else "; it stays as it is"
    return ConflictError(f"{path.name} {what}{where}", hint="read it again, then repeat", path=os.fspath(path))
