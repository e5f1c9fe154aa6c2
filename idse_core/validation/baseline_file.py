"""``.idse/baseline.json``: the workspace's accepted findings on disk. Tracked by git; teams review its changes."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from idse_core import files
from idse_core.errors import StorageError
from idse_core.validation.baseline import BASELINE, Baseline

__all__ = ["load_baseline", "save_baseline"]


def load_baseline(folder: Path) -> Baseline:
    """The baseline of a workspace; an empty one when there is no file.

    Args:
        folder: the ``.idse`` folder.

    Raises:
        ConfigError: the file is broken.
        StorageError: it can't be read.
    """
    data = _read(folder)
    return Baseline() if data is None else Baseline.parse(data, path=f"{folder.name}/{BASELINE}")


def save_baseline(folder: Path, baseline: Baseline) -> str:
    """Write the baseline; returns the file's path as shown to people.

    Raises:
        StorageError: the file system refused.
        ConflictError: somebody else writes it at the same time.
    """
    before = _read(folder)
    files.ensure_local(folder / ".local", root=folder)
    with files.told_from(folder):
        files.write_bytes(
            folder / BASELINE,
            baseline.serialize(),
            expected=None if before is None else files.digest(before),
            root=folder,
            displaced=folder / ".local" / "displaced",
        )
    return f"{folder.name}/{BASELINE}"


def _read(folder: Path) -> Optional[bytes]:
    try:
        with files.told_from(folder):
            return files.read_bytes(folder / BASELINE, root=folder)
    except StorageError as error:
        error.hint = error.hint or "move it away and accept what is found now: idse validate --all --write-baseline"
        raise
