"""Which files changed against a git revision. The only place where git is run, and only for `--since`."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import FrozenSet, List

from idse_core.errors import UsageError
from idse_core.printable import one_line

__all__ = ["changed_files"]

_TIMEOUT = 60  # seconds
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false")


def changed_files(folder: Path, revision: str) -> FrozenSet[str]:
    """Paths that differ from the revision or are not tracked yet, relative to ``folder``, with ``/``.

    Args:
        folder: the folder that holds ``.idse``.
        revision: anything that names a commit.

    Raises:
        UsageError: git is not there, the folder is in no repository, or the revision is unknown.
    """
    if revision.startswith("-"):
        raise UsageError(f"'{revision}' is not a revision")
    commit = _git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"], revision)
    diff = ["diff", "--name-only", "-z", "--relative", "--no-ext-diff", "--no-textconv", commit.strip(), "--", "."]
    new = ["ls-files", "--others", "--exclude-standard", "-z", "--", "."]
    listed = _git(folder, diff, revision) + _git(folder, new, revision)
    return frozenset(path for path in listed.split("\0") if path)


def _git(folder: Path, arguments: List[str], revision: str) -> str:
    try:
        found = subprocess.run(
            ["git", *_SAFE, "-C", str(folder), *arguments], capture_output=True, check=False, timeout=_TIMEOUT
        )
    except FileNotFoundError:
        raise UsageError("--since needs git, which is not installed") from None
    except subprocess.TimeoutExpired:
        raise UsageError("git took too long to answer") from None
    if found.returncode != 0:
        said = one_line(found.stderr.decode("utf-8", "replace"))
        raise UsageError(f"git does not know the revision '{revision}'" + (f": {said}" if said else ""))
    return found.stdout.decode("utf-8", "surrogateescape")
