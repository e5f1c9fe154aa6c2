"""Whole folders: created atomically, moved without merging."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from typing import Dict, Mapping

from idse_core.errors import ConflictError, RefusedError
from idse_core.files.confinement import confined, safe_component
from idse_core.files.displacing import ABANDONED_AFTER
from idse_core.files.durable import STAGED_PREFIX, make_folders, staged_name, sync_folder, write_new
from idse_core.files.faults import told_from, translated
from idse_core.files.moves import move_to_free, publish
from idse_core.files.reading import MAX_BYTES

__all__ = ["create_tree", "ensure_local", "remove_hollow", "rename", "sweep_staging"]

_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR})


def create_tree(target: Path, files: Mapping[str, bytes], *, root: Path, staging: Path) -> None:
    """Creates a folder with files in it, completely or not at all.

    Args:
        target: the new folder below ``root``; missing parent folders are created.
        files: path relative to ``target``, with ``/`` between components, to content.
        root: the folder that must not be left.
        staging: where it is built: a folder below ``root`` on the same file system, created when it is missing.

    Raises:
        ConflictError: there is something at ``target``, even an empty folder.
        RefusedError: a path leads outside, or a file is larger than `MAX_BYTES`.
        StorageError: the file system refused; ``target`` is absent, or complete if only the last flush failed.
    """
    with translated("create", target):
        place, building = confined(target, root, follow=False), confined(staging, root)
        checked = _check(target, files)
        if os.path.lexists(place):
            raise _taken(target)
        real_root = os.path.realpath(root)
        make_folders(building, real_root)
        staged = staged_name(building)
        try:
            _build(staged, checked)
            make_folders(os.path.dirname(place), real_root)
            _move(staged, place, target)
        finally:
            _remove(staged)
        sync_folder(os.path.dirname(place))


def sweep_staging(staging: Path) -> None:
    """Removes half-built folders of killed processes once they are over an hour old; never fails.

    Args:
        staging: the folder that was passed to `create_tree`; anything else in it is left alone.
    """
    try:
        if staging.is_symlink():
            return
        names = [name for name in os.listdir(staging) if name.startswith(STAGED_PREFIX)]
    except (OSError, ValueError):
        return
    for name in names:
        left = os.path.join(staging, name)
        try:
            if time.time() - os.lstat(left).st_mtime > ABANDONED_AFTER:
                _remove(left)
        except OSError:
            continue


def rename(source: Path, target: Path, *, root: Path) -> None:
    """Moves a file or a folder inside ``root`` to a path at which there is nothing.

    Args:
        source: the file or folder; a link itself is moved.
        target: its new path; missing parent folders are created.
        root: the folder that must not be left.

    Raises:
        ConflictError: there is something at ``target``, even an empty folder.
        RefusedError: a path leads outside ``root``.
        StorageError: the file system refused, or there is nothing at ``source``.
    """
    with translated("move", source):
        old, new = confined(source, root, follow=False), confined(target, root, follow=False)
        os.lstat(old)
        if os.path.lexists(new):
            raise _taken(target)
        make_folders(os.path.dirname(new), os.path.realpath(root))
        _move(old, new, target)
        sync_folder(os.path.dirname(new))
        sync_folder(os.path.dirname(old))


def remove_hollow(folder: Path, *, root: Path) -> bool:
    """Removes a folder that contains nothing but empty folders.

    Args:
        folder: a folder below ``root``; a link is left alone.
        root: the folder that must not be left.

    Returns:
        Whether the folder is gone; False when it is a link, or contains a file or a link at any depth.

    Raises:
        RefusedError: ``folder`` leads outside ``root``.
        StorageError: the file system refused.
    """
    with translated("remove", folder):
        place = confined(folder, root, follow=False)
        if not os.path.lexists(place):
            return True
        if os.path.islink(place):
            return False
        for inner, folders, names in os.walk(place, topdown=False):
            if names or any(os.path.islink(os.path.join(inner, name)) for name in folders):
                return False
            try:
                os.rmdir(inner)
            except OSError as error:
                if error.errno in _TAKEN:
                    return False
                raise
        sync_folder(os.path.dirname(place))
        return True


def ensure_local(local: Path, *, root: Path) -> None:
    """Creates the folder for caches, locks and displaced copies, with a ``.gitignore`` that hides it from git.

    Safe to call repeatedly and from several processes at once; an existing ``.gitignore`` is kept.

    Args:
        local: the folder, below ``root``.
        root: the folder that must not be left.

    Raises:
        RefusedError: ``local`` leads outside ``root``.
        StorageError: the file system refused.
    """
    with told_from(root), translated("create", local):
        place = confined(local, root)
        ignore = os.path.join(place, ".gitignore")
        if os.path.lexists(ignore):
            return
        make_folders(place, os.path.realpath(root))
        staged = staged_name(place)
        try:
            write_new(staged, b"*\n")
            publish(staged, ignore)
        except FileExistsError:
            pass  # another process was faster
        finally:
            _remove(staged)
        sync_folder(place)


def _check(target: Path, files: Mapping[str, bytes]) -> Dict[str, bytes]:
    checked = {}
    for name, data in files.items():
        parts = name.split("/")
        if not all(safe_component(part) for part in parts):
            raise RefusedError(f"{name!r} is not a path below a folder", path=os.fspath(target))
        if len(data) > MAX_BYTES:
            message = f"{name} would have {len(data)} bytes, the limit is {MAX_BYTES}"
            raise RefusedError(message, hint="split it, or move data out of the artifact", path=os.fspath(target))
        checked[os.path.join(*parts)] = data
    return checked


def _build(staged: str, files: Mapping[str, bytes]) -> None:
    os.mkdir(staged)
    for name, data in files.items():
        path = os.path.join(staged, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_new(path, data)
    for folder, _, _ in os.walk(staged, topdown=False):
        sync_folder(folder)


def _move(source: str, place: str, target: Path) -> None:
    try:
        move_to_free(source, place)
    except OSError as error:
        if error.errno in _TAKEN and os.path.lexists(place):
            raise _taken(target) from error
        raise


def _remove(staged: str) -> None:
    """Removes a temporary file or folder of ours; anything that can't be removed is left for `sweep_staging`."""
    try:
        for folder, folders, names in os.walk(staged, topdown=False):
            for name in names:
                os.unlink(os.path.join(folder, name))
            for name in folders:
                path = os.path.join(folder, name)
                (os.unlink if os.path.islink(path) else os.rmdir)(path)
        if os.path.isdir(staged):
            os.rmdir(staged)
        elif os.path.lexists(staged):
            os.unlink(staged)
    except OSError:
        return


def _taken(target: Path) -> ConflictError:
    message = f"{target.name} exists already; nothing was changed"
    return ConflictError(message, hint="choose another name", path=os.fspath(target))
