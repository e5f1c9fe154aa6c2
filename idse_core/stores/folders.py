"""Listing the folders of projects and sessions: which of them count, which are ignored, and why."""

from __future__ import annotations

import os
from pathlib import Path
from typing import List, NamedTuple, Tuple

from idse_core import files
from idse_core.design_store import PassedOver
from idse_core.errors import StorageError
from idse_core.printable import printable
from idse_core.stores.names import is_name, problem_of

__all__ = ["Folders", "folders_in", "shown_name"]

_RENAME = "rename the folder: letters a-z, digits, '-', '_' and '.'"
_MOVE = "move the folder itself to the link's place, or remove the link"
_REMOVE = "correct or remove the link"


class Folders(NamedTuple):
    """The subfolders of a folder.

    Attributes:
        names: the ones that count as projects or sessions, sorted.
        passed_over: the ones that are ignored, sorted; without hidden ones, which are never projects or sessions.
    """

    names: Tuple[str, ...] = ()
    passed_over: Tuple[PassedOver, ...] = ()


def folders_in(folder: Path, *, root: Path) -> Folders:
    """The subfolders of a folder; none when it is absent.

    Args:
        folder: the folder of all projects, or of a project's sessions.
        root: the ``.idse`` folder; links that lead outside of it are not followed.

    Raises:
        StorageError: the folder can't be read, or is a link that leads outside.
    """
    names: List[str] = []
    odd: List[PassedOver] = []
    try:
        if folder.is_symlink() and not files.inside(folder, root):
            raise StorageError(
                f"{folder.name} is a link that leads outside the workspace; it is not read",
                hint=_MOVE,
                path=str(folder),
            )
        with os.scandir(folder) as entries:
            for entry in entries:  # there may be many thousands
                name = entry.name
                if name.startswith("."):
                    continue
                if is_name(name) and not entry.is_symlink():
                    if entry.is_dir():
                        names.append(name)
                else:
                    odd += _judged(entry, names, root)
    except (FileNotFoundError, NotADirectoryError):
        return Folders()
    except OSError as error:
        raise files.storage_error("read", folder, error) from error
    return Folders(tuple(sorted(names)), tuple(sorted(odd)))


def _judged(entry: os.DirEntry[str], names: List[str], root: Path) -> List[PassedOver]:
    """Reports what is wrong with a link, or a folder with an invalid name; adds a valid one to ``names``."""
    name, problem, advice = entry.name, "", ""
    if not is_name(name):
        problem, advice = problem_of(name) if _is_folder(entry) else "", _RENAME
    elif not _leads_somewhere(Path(entry.path)):
        problem, advice = "it is a link that leads nowhere", _REMOVE
    elif entry.is_dir() and not files.inside(Path(entry.path), root):
        problem, advice = "it is a link that leads outside the workspace, where nothing is read", _MOVE
    elif entry.is_dir():
        names.append(name)
    return [PassedOver(name, shown_name(name), problem, advice)] if problem else []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link into a folder that may not be entered
        return False


def _leads_somewhere(link: Path) -> bool:
    try:
        return link.exists()
    except (OSError, RuntimeError):  # a cycle of links, or a folder that may not be entered
        return False


def shown_name(name: str) -> str:
    r"""A name from the disk, safe to print and on one line: bytes that are not UTF-8 become ``\\xNN``."""
    plain = "".join(f"\\x{ord(c) - 0xDC00:02x}" if "\udc80" <= c <= "\udcff" else c for c in name)
    return printable(plain).replace("\n", "\\x0a").replace("\t", "\\x09")
