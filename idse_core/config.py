"""Settings that a face (command line or TUI) passes to the core. Only faces read the environment and arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Mapping, NamedTuple, Optional

__all__ = ["IdseConfig", "user_file"]

_USER_FILE = ".idseconfig.json"


class IdseConfig(NamedTuple):
    """Where to look for a workspace, and which project is meant.

    Attributes:
        start: the folder from which a workspace is searched for, upwards.
        workspace: an explicit folder: the one that holds ``.idse``, or ``.idse`` itself.
        project: an explicit project id.
        store: the address of the store that holds the documents; empty for plain files.
    """

    start: Path
    workspace: Optional[Path] = None
    project: Optional[str] = None
    store: str = ""

    @classmethod
    def from_environment(
        cls,
        environment: Mapping[str, str],
        start: Path,
        *,
        workspace: Optional[str] = None,
        project: Optional[str] = None,
    ) -> IdseConfig:
        """Combine options with the environment; empty values count as absent.

        Options win over ``IDSE_WORKSPACE`` and ``IDSE_PROJECT``; ``IDSE_STORE`` has no option.
        """
        folder = workspace or environment.get("IDSE_WORKSPACE") or None
        return cls(
            start=start,
            workspace=None if folder is None else start / _expanded(Path(folder)),
            project=project or environment.get("IDSE_PROJECT") or None,
            store=environment.get("IDSE_STORE") or "",
        )


def user_file(environment: Mapping[str, str], *, home: Path, start: Path = Path()) -> Path:
    """The user's configuration file: ``IDSE_CONFIG``, relative to ``start``, else ``~/.idseconfig.json``."""
    return start / (environment.get("IDSE_CONFIG") or home / _USER_FILE)


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # no user has that name: it is a folder whose name begins with a tilde
        return path
