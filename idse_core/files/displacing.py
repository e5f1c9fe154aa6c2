"""Moving files out of the way without destroying them."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Collection, List, Optional

from idse_core.errors import ConflictError
from idse_core.files.confinement import confined
from idse_core.files.durable import STAGED_PREFIX, STAGED_SUFFIX, make_folders, second_name, sync_folder
from idse_core.files.faults import translated
from idse_core.files.moves import move_to_free
from idse_core.files.reading import digest, digest_of, read_bytes

__all__ = ["ABANDONED_AFTER", "displace", "settle", "sweep_temporaries"]

#: Seconds after which the process that began a write is taken for dead; a write takes milliseconds.
ABANDONED_AFTER = 3600.0
_LONGEST_LABEL = 180  # bytes; with the timestamp in front, the name stays below the usual limit of 255


def displace(path: Path, *, expected: Optional[str], root: Path, displaced: Path) -> Optional[Path]:
    """Moves a file away into ``displaced`` instead of deleting it.

    Args:
        path: the file or folder below ``root``; a link itself is moved, not its target.
        expected: the digest of what the caller has read, or None to move whatever is there.
        root: the folder that must not be left.
        displaced: where to keep it: a folder below ``root`` on the same file system, created when it is missing.

    Returns:
        The new path, whose name contains the time, some random digits and the old path relative to ``root``; None when
        nothing was there.

    Raises:
        ConflictError: the file is not what the caller has read. It stays where it was, or, if a new file has been put
            there in the meantime, it is in ``displaced``.
        RefusedError: ``path`` or ``displaced`` leads outside ``root``.
        UnreadableError: ``expected`` is given and the file can't be read.
        StorageError: the file system refused.
    """
    with translated("move", path):
        source, keep = confined(path, root, follow=False), confined(displaced, root)
        if not os.path.lexists(source):
            return None
        if expected is not None:
            data = read_bytes(path, root=root)
            if data is None or digest(data) != expected:
                raise _changed(path, "nothing was moved")
        is_link = os.path.islink(source)
        try:
            place = _keep(source, keep, root)
        except FileNotFoundError:
            return None
        if expected is not None and not is_link and digest_of(place) != expected:
            try:
                move_to_free(place, source)
            except FileExistsError:
                raise _changed(path, f"the version in between is kept in {place}") from None
            raise _changed(path, "nothing was moved")
        sync_folder(os.path.dirname(source))
        return Path(place)


def settle(staged: str, *, ours: Collection[str], target: str, displaced: str, root: Path) -> Optional[str]:
    """Cleans up the temporary files of a write: known bytes are deleted, all others are kept.

    It decides by the content of the file, not by how far the write got, so it is correct after any error or interrupt.

    Args:
        staged: the path of the temporary file; its `second_name` is cleaned up too.
        ours: digests of content that may be deleted, because the caller wrote it or has read it.
        target: the file that was written; the kept copy is named after it.
        displaced: the folder for kept copies, as a path without links.
        root: the folder that the copy's name is relative to.

    Returns:
        The path at which unknown bytes are kept, None when there were none.
    """
    kept = None
    for name in (staged, second_name(staged)):
        with suppress(OSError):  # on failure, it is kept below
            if digest_of(name) in ours:
                os.unlink(name)
        if os.path.lexists(name):
            try:
                kept = _keep(name, displaced, root, label=target)
            except OSError:
                kept = name
    return kept


def sweep_temporaries(folder: Path, *, root: Path, displaced: Path) -> List[Path]:
    """Moves temporary files of killed writes from a folder into ``displaced``, once they are over an hour old.

    Such a file may be the only copy of what somebody saved at that instant, so it is not deleted.

    Args:
        folder: a folder of artifacts below ``root``; its subfolders are not searched.
        root: the folder that must not be left.
        displaced: where to keep it: a folder below ``root``, created when it is missing.

    Returns:
        The new paths.

    Raises:
        RefusedError: ``folder`` or ``displaced`` leads outside ``root``.
        StorageError: the file system refused.
    """
    with translated("clear", folder):
        place, keep = confined(folder, root), confined(displaced, root)
        moved = []
        for name in sorted(os.listdir(place)) if os.path.isdir(place) else ():
            if name.startswith(STAGED_PREFIX) and name.endswith(STAGED_SUFFIX):
                left = os.path.join(place, name)
                # Not st_mtime: after an exchange, the file keeps the modification time it had before.
                if time.time() - os.lstat(left).st_ctime > ABANDONED_AFTER:
                    moved.append(Path(_keep(left, keep, root)))
        return moved


def _keep(source: str, displaced: str, root: Path, *, label: str = "") -> str:
    place = os.path.relpath(label or source, os.path.realpath(root)).replace(os.sep, "~")
    place = os.fsencode(place)[-_LONGEST_LABEL:].decode("utf-8", "ignore")
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    target = os.path.join(displaced, f"{stamp}-{os.urandom(8).hex()}-{place}")
    make_folders(displaced, os.path.realpath(root))
    move_to_free(source, target)
    sync_folder(displaced)
    return target


def _changed(path: Path, outcome: str) -> ConflictError:
    return ConflictError(
        f"{path.name} was changed by somebody else since it was read; {outcome}",
        hint="read it again, then repeat",
        path=os.fspath(path),
    )
