"""Caches the output of calls until something that it depends on has changed.

For `idse status` in a small workspace, which people, prompts and agents call all the time. The text itself is cached,
together with the stat of every file and folder of the workspace and of what ships with the package. After any
difference (time of change, size, inode, a new or a missing name) the output is computed again. Modification times are
coarse, so nothing is cached while one of them is younger than two seconds.
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

_MOST_ENTRIES = 600  # files and folders; looking at a larger workspace takes longer than examining one session
_OWN = Path(__file__).resolve().parent.parent


class RememberedOutput:
    """The output of one call.

    Args:
        folder: the ``.idse`` folder.
        call: everything but files that the output depends on: options, current folder, appearance.
    """

    def __init__(self, folder: Path, call: Sequence[str]) -> None:
        self._folder = folder
        self._call = [__version__, *call]
        self._path = folder / ".local" / "cache" / f"output-{zlib.crc32(repr(self._call).encode()):08x}.json"
        self._stamps = _stamps(folder)

    def get(self) -> Optional[str]:
        """The cached output, or None when there is none or it may be out of date."""
        if self._stamps is None:
            return None
        kept = small_json.read(self._path)
        if kept is None or kept.get("call") != self._call or kept.get("stamps") != self._stamps:
            return None
        output = kept.get("output")
        return output if isinstance(output, str) else None

    def keep(self, output: str) -> None:
        """Cache the output, if everything that it depends on is still as it was before the output was computed."""
        # Imported here: a call that finds its output in the cache must not pay for it.
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
            return  # read-only, or another process is writing it: the next call computes it again


def _stamps(folder: Path) -> Optional[Stamps]:
    """The stats of the workspace without ``.local``, of the package's data and of plug-ins; None if too many."""
    stamps: Stamps = {}
    try:
        for place in (_OWN.parent, _OWN / "validation"):
            stamps[str(place)] = stamp(place.stat())
        for place in (_OWN / "constitution", _OWN / "templates"):  # data, which may be edited in place
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
                raise OverflowError  # too many, or a link, whose own stat does not tell whether its target changed
            name = f"{prefix}{entry.name}"
            stamps[name] = stamp(entry.stat(follow_symlinks=False))
            if entry.is_dir(follow_symlinks=False):
                _add(entry.path, f"{name}/", stamps)


def _youngest(stamps: Stamps) -> float:
    """The latest time of change, in seconds since the epoch."""
    return max(max(own[0], own[1]) for own in stamps.values()) / 1e9
