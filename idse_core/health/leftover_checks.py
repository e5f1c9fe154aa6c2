"""Checks for leftovers of processes below ``.idse``: half-built folders, temporary files, displaced copies, locks."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Iterator, List

from idse_core import files
from idse_core.errors import LockedError, StorageError
from idse_core.files.displacing import ABANDONED_AFTER
from idse_core.files.durable import STAGED_PREFIX, STAGED_SUFFIX
from idse_core.health.check import Check, Status
from idse_core.printable import count

__all__ = ["check_leftovers"]

_DAY = 86_400.0
_MIB = 1 << 20


def check_leftovers(folder: Path) -> Iterator[Check]:
    """Checks for anything in ``.local`` that may need attention, and for temporary files beside artifacts.

    Args:
        folder: the ``.idse`` folder.
    """
    local = folder / ".local"
    if local.is_dir():
        yield _ignored(folder, local)
    yield _staging(folder, local)
    yield _temporaries(folder, local)
    yield _displaced(local)
    yield _locks(local)


def _ignored(folder: Path, local: Path) -> Check:
    path, message = ".idse/.local/.gitignore", "git leaves .idse/.local alone"
    if (local / ".gitignore").is_file():
        return Check("local-ignored", Status.OK, message, path=path)

    def write() -> str:
        files.ensure_local(local, root=folder)
        return f"{path} is written"

    missing = "nothing keeps git from .idse/.local: caches and displaced copies could be committed"
    return Check("local-ignored", Status.WARN, missing, path=path, advice=f'echo "*" > {path}', remedy=write)


def _staging(folder: Path, local: Path) -> Check:
    staging = local / "staging"
    left = [staging / name for name in _names(staging) if _abandoned(staging / name)]
    if not left:
        return Check("staging", Status.OK, "nothing half-built is left", path=".idse/.local/staging")

    def put_aside() -> str:
        for path in left:
            files.displace(path, expected=None, root=folder, displaced=local / "displaced")
        return f"{_folders(len(left))} moved from .idse/.local/staging to .idse/.local/displaced"

    message = f"{_folders(len(left))} left by commands that were killed"
    advice = "idse doctor --fix"
    return Check("staging", Status.WARN, message, path=".idse/.local/staging", advice=advice, remedy=put_aside)


def _folders(number: int) -> str:
    return count(number, "half-built folder")


def _temporaries(folder: Path, local: Path) -> Check:
    found: List[Path] = []
    for place, _, names in os.walk(folder / "projects"):
        found += [
            Path(place, name)
            for name in names
            if name.startswith(STAGED_PREFIX) and name.endswith(STAGED_SUFFIX) and _abandoned(Path(place, name))
        ]
    if not found:
        return Check("temporary-files", Status.OK, "no temporary file is left beside artifacts")

    def put_aside() -> str:
        for parent in sorted({path.parent for path in found}):
            files.sweep_temporaries(parent, root=folder, displaced=local / "displaced")
        return f"{count(len(found), 'temporary file')} moved to .idse/.local/displaced"

    message = f"{count(len(found), 'temporary file')} left by writes that were killed; they may hold somebody's words"
    path = found[0].relative_to(folder.parent).as_posix()
    return Check("temporary-files", Status.WARN, message, path=path, advice="idse doctor --fix", remedy=put_aside)


def _displaced(local: Path) -> Check:
    oldest, size, number = time.time(), 0, 0
    for place, _, names in os.walk(local / "displaced"):
        for name in names:
            try:
                found = Path(place, name).lstat()
            except OSError:
                continue
            number, size, oldest = number + 1, size + found.st_size, min(oldest, found.st_ctime)
    path = ".idse/.local/displaced"
    if not number:
        return Check("displaced-copies", Status.OK, "no displaced copy is kept", path=path)
    days = count(int((time.time() - oldest) / _DAY), "day")
    noun = "displaced copy is" if number == 1 else "displaced copies are"
    message = f"{number} {noun} kept ({size / _MIB:.1f} MiB), the oldest since {days}"
    advice = f"look through {path}, take out what you miss, remove the rest"
    return Check("displaced-copies", Status.WARN, message, path=path, advice=advice)


def _locks(local: Path) -> Check:
    held: List[str] = []
    for name in _names(local / "locks"):
        try:
            with files.lock(local / "locks" / name, timeout=0):
                continue
        except LockedError:
            held.append(name.rpartition(".")[0] or name)
        except StorageError as error:
            return Check("locks", Status.FAIL, error.message, path=".idse/.local/locks", advice=error.hint)
    if held:
        message = f"another process is at work on {', '.join(held)}"
        advice = "wait for it to end; a lock frees itself when its process does"
        return Check("locks", Status.WARN, message, path=".idse/.local/locks", advice=advice)
    return Check("locks", Status.OK, "no lock is held", path=".idse/.local/locks")


def _names(folder: Path) -> List[str]:
    try:
        return sorted(path.name for path in folder.iterdir()) if not folder.is_symlink() else []
    except OSError:
        return []


def _abandoned(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_ctime > ABANDONED_AFTER
    except OSError:
        return False
