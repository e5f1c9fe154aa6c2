"""Output that need not be worked out again: kept as long as nothing that it rests on has changed.

For `idse status` in a small workspace, which people, prompts and agents call all the time. What is kept is the text
itself, together with the stat of every file and folder of the workspace and of what ships with the package. Any
difference (time of change, size, inode, a new or a missing name) and it is worked out anew. Modification times are
coarse, so nothing is kept while one of them is younger than two seconds.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from pathlib import Path
from typing import Optional, Sequence

from idse_core import small_json
from idse_core._version import __version__
from idse_core.small_json import SETTLED_SECONDS, Stamps, stamp
from idse_core.validation.installed_plugins import installed_stamps

__all__ = ["RememberedOutput"]

_MOST_ENTRIES = 600  # files and folders; a larger workspace takes longer to look at than to examine one session
_OWN = Path(__file__).resolve().parent.parent


class RememberedOutput:
    """The output of one call.

    Args:
        folder: the ``.idse`` folder.
        call: all that the output depends on beside files: options, current folder, appearance.
    """

    def __init__(self, folder: Path, call: Sequence[str]) -> None:
        self._folder = folder
        self._call = [__version__, *call]
        self._path = folder / ".local" / "cache" / f"output-{zlib.crc32(repr(self._call).encode()):08x}.json"
        self._stamps = _stamps(folder)

    def get(self) -> Optional[str]:
        """The output, or None when it is not known or may be out of date."""
        if self._stamps is None:
            return None
        kept = small_json.read(self._path)
        if kept is None or kept.get("call") != self._call or kept.get("stamps") != self._stamps:
            return None
        output = kept.get("output")
        return output if isinstance(output, str) else None

    def keep(self, output: str) -> None:
        """Remember the output, if everything that it rests on is still what it was before it was worked out."""
        # Imported here: a call that finds its output remembered must not pay for it.
        from idse_core import files  # noqa: PLC0415
        from idse_core.errors import IdseError  # noqa: PLC0415

        stamps = _stamps(self._folder)
        if stamps is None or stamps != self._stamps or _youngest(stamps) > time.time() - SETTLED_SECONDS:
            return
        document = {"call": self._call, "stamps": stamps, "output": output}
        try:
            files.ensure_local(self._path.parent, root=self._folder)
            before = files.read_bytes(self._path, root=self._folder)
            files.write_bytes(
                self._path,
                json.dumps(document).encode("utf-8"),
                expected=None if before is None else files.digest(before),
                root=self._folder,
                displaced=self._folder / ".local" / "displaced",
            )
        except IdseError:
            return  # read-only, or another process is at it: the next call works it out again


def _stamps(folder: Path) -> Optional[Stamps]:
    """The stat of all in the workspace but ``.local``, of the package's data and of plug-ins; None when it is too much."""
    stamps: Stamps = {}
    try:
        for place in (_OWN.parent, _OWN / "validation"):
            stamps[str(place)] = stamp(place.stat())
        for place in (_OWN / "constitution", _OWN / "templates"):  # data, which may be edited where it is
            stamps[str(place)] = stamp(place.stat())
            with os.scandir(place) as entries:
                stamps.update({entry.path: stamp(entry.stat()) for entry in entries if entry.is_file()})
        stamps["."] = stamp(folder.stat())
        _add(str(folder), "", stamps)
        stamps.update(installed_stamps(folder))
    except (OSError, OverflowError):
        return None
    return stamps


def _add(folder: str, prefix: str, stamps: Stamps) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == ".local" and not prefix:
                continue
            if len(stamps) > _MOST_ENTRIES or entry.is_symlink():
                raise OverflowError  # too much to look at, or more than its own stat tells
            name = f"{prefix}{entry.name}"
            stamps[name] = stamp(entry.stat(follow_symlinks=False))
            if entry.is_dir(follow_symlinks=False):
                _add(entry.path, f"{name}/", stamps)


def _youngest(stamps: Stamps) -> float:
    """The latest time of change, in seconds since the epoch, as far as the workspace's own entries go."""
    return max(max(own[0], own[1]) for own in stamps.values()) / 1e9
