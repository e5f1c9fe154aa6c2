"""What other installed packages add to the rules, without looking it up each time.

Looking up entry points takes longer than `idse status` as a whole may take. So the result is cached in
``.idse/.local/cache/`` together with the stat of every folder that packages are imported from, and of the files that
the plug-ins came from. Installing, updating or removing a package changes the folder that holds its metadata; editing a
plug-in that was installed as editable changes one of those files.

Import this module freely: it imports next to nothing.
"""

from __future__ import annotations

import json
import sys
import time
import zlib
from pathlib import Path
from typing import Mapping, Optional, Sequence

from idse_core import small_json
from idse_core._version import __version__
from idse_core.small_json import SETTLED_SECONDS, Stamps, stamp
from idse_core.validation.plugin_record import Installed

__all__ = ["installed", "installed_stamps"]


def installed(folder: Path) -> Installed:
    """What other packages add, looked up only when something may have changed.

    Args:
        folder: the ``.idse`` folder, which holds the cache.

    Raises:
        PackError: a plug-in can't be loaded; names its distribution.
    """
    folders = _stamps(sys.path)
    known = _known(_record(folder), folders)
    if known is not None:
        return known
    # Imported here: it reads the metadata of every installed package.
    from idse_core.validation.plugins import look_up  # noqa: PLC0415

    found = look_up()
    _keep(folder, found, folders)
    return found


def installed_stamps(folder: Path) -> Stamps:
    """The stat of everything that decides which plug-ins there are and what they contain.

    Args:
        folder: the ``.idse`` folder.
    """
    files = _record(folder).get("files")
    return _stamps([*sys.path, *(files if isinstance(files, dict) else ())])


def _record(folder: Path) -> Mapping[str, object]:
    """The cached record; empty when there is none, or none that can be used."""
    return small_json.read(_path(folder)) or {}


def _known(record: Mapping[str, object], folders: Stamps) -> Optional[Installed]:
    files, packs, kinds = record.get("files"), record.get("packs"), record.get("kinds")
    if record.get("folders") != folders or not isinstance(files, dict) or _stamps(files) != files:
        return None
    if not isinstance(packs, list) or not isinstance(kinds, str):
        return None
    try:
        return Installed(tuple((str(path), text.encode("latin-1")) for path, text in packs), kinds, tuple(files))
    except (AttributeError, TypeError, ValueError):
        return None


def _keep(folder: Path, found: Installed, folders: Stamps) -> None:
    # Imported here: needed only to write, after a look-up.
    from idse_core import files  # noqa: PLC0415
    from idse_core.errors import IdseError  # noqa: PLC0415

    own = _stamps(found.files)
    if folders != _stamps(sys.path) or not _are_settled({**folders, **own}) or not folder.is_dir():
        return
    document = {
        "folders": folders,
        "files": own,
        "packs": [[path, data.decode("latin-1")] for path, data in found.packs],
        "kinds": found.kinds,
    }
    path, local = _path(folder), folder / ".local"
    try:
        files.ensure_local(local, root=folder)
        before = files.read_bytes(path, root=folder)
        data = json.dumps(document).encode("ascii")
        expected = None if before is None else files.digest(before)
        files.write_bytes(path, data, expected=expected, root=folder, displaced=local / "displaced")
    except IdseError:
        return  # a read-only checkout, or another process was faster: the next run looks it up again


def _path(folder: Path) -> Path:
    """One file for each environment that works in the workspace."""
    environment = zlib.crc32(repr([__version__, sys.version, *sys.path]).encode("utf-8", "replace"))
    return folder / ".local" / "cache" / f"installed-{environment:08x}.json"


def _stamps(paths: Sequence[str] | Mapping[str, object]) -> Stamps:
    """Path → times of modification and of status change, size, inode and mode; zeros for a missing entry."""
    stamps: Stamps = {}
    for path in map(str, paths):
        try:
            found = Path(path).stat()  # an empty path is the working directory, as for imports
        except (OSError, ValueError):
            stamps[path] = [0, 0, 0, 0, 0]
        else:
            stamps[path] = stamp(found)
    return stamps


def _are_settled(stamps: Stamps) -> bool:
    now = time.time()
    return all(abs(now - own[0] / 1e9) > SETTLED_SECONDS for own in stamps.values())
