"""Files that come with a repository and try to say where to sync: they are ignored, with a warning."""

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
    """Whether a key of the workspace's settings would say where documents go, or with which secret."""
    return not _OF_CONNECTIONS.isdisjoint(word.casefold() for word in _WORDS.findall(key))


def belongs_to_a_project(path: Path) -> bool:
    """Whether a file lies below an ``.idse`` folder, by its name or where links lead."""
    return ".idse" in path.parts or ".idse" in Path(os.path.realpath(path)).parts


def warn_of_project_files(project: Path, own: Path, on_event: Listener) -> None:
    """Tell of each file of a project that would set a connection.

    Args:
        project: the folder that holds ``.idse``.
        own: the user's file, which may lie beside it.
        on_event: told of them.
    """
    for name in _CONFIGURATIONS:
        path = project / name
        if path != own and os.path.lexists(path) and os.path.realpath(path) != os.path.realpath(own):
            warn_ignored(path, on_event)
    if _settings_try(project):
        warn_ignored(project / _SETTINGS, on_event)


def warn_ignored(path: Path, on_event: Listener) -> None:
    """Tell that a file of a project is not read for this."""
    message = (
        f"{path} is ignored: a file of a project can't set the Agency Core's address, token, certificates or proxy"
    )
    on_event(Warned(message, hint="set them in ~/.idseconfig.json"))


def _settings_try(project: Path) -> bool:
    """Whether the workspace's settings name such a key; looked for without a YAML parser, which costs start-up time."""
    try:
        data = files.read_bytes(project / _SETTINGS, root=project) or b""
    except IdseError:  # not readable, so not followed either; `idse doctor` says why
        return False
    return any(sets_connection(key.decode("utf-8", "replace")) for key in _KEY.findall(data))
