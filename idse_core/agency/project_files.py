"""Files of a repository that try to configure the connection to an Agency Core: they are ignored, with a warning."""

from __future__ import annotations

import os
import re
from pathlib import Path

from idse_core import files
from idse_core.errors import IdseError
from idse_core.events import Listener, Warned

__all__ = ["belongs_to_a_project", "sets_connection", "warn_ignored", "warn_of_project_files"]

_CONFIGURATIONS = (".idse/.idseconfig.json", ".idse/idseconfig.json", ".idseconfig.json")
_SETTINGS = ".idse/config.yaml"
_KEY = re.compile(rb"^[ \t]*[\"']?([\w-]+)[\"']?[ \t]*:", re.MULTILINE)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_OF_CONNECTIONS = frozenset(["ca", "certificate", "endpoint", "password", "proxy", "secret", "token", "uri", "url"])


def sets_connection(key: str) -> bool:
    """Whether the name of a setting suggests that it determines where documents are sent, or with which secret."""
    return not _OF_CONNECTIONS.isdisjoint(word.casefold() for word in _WORDS.findall(key))


def belongs_to_a_project(path: Path) -> bool:
    """Whether a file is below an ``.idse`` folder, by its path as given or with links followed."""
    return ".idse" in path.parts or ".idse" in Path(os.path.realpath(path)).parts


def warn_of_project_files(project: Path, own: Path, on_event: Listener) -> None:
    """Warn of each file of a project that would configure the connection.

    Args:
        project: the folder that contains ``.idse``.
        own: the user's file, which may be in the same folder.
        on_event: called with each warning.
    """
    for name in _CONFIGURATIONS:
        path = project / name
        if path != own and os.path.lexists(path) and os.path.realpath(path) != os.path.realpath(own):
            warn_ignored(path, on_event)
    if _settings_try(project):
        warn_ignored(project / _SETTINGS, on_event)


def warn_ignored(path: Path, on_event: Listener) -> None:
    """Warn that the connection settings in a file of a project are ignored."""
    message = (
        f"{path} is ignored: a file of a project can't set the Agency Core's address, token, certificates or proxy"
    )
    on_event(Warned(message, hint="set them in ~/.idseconfig.json"))


def _settings_try(project: Path) -> bool:
    """Whether the workspace's settings have such a key; searched without a YAML parser, which costs start-up time."""
    try:
        data = files.read_bytes(project / _SETTINGS, root=project) or b""
    except IdseError:  # an unreadable file sets nothing; `idse doctor` reports why it is unreadable
        return False
    return any(sets_connection(key.decode("utf-8", "replace")) for key in _KEY.findall(data))
