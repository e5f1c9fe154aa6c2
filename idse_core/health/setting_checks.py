"""Checks of the workspace as a whole: the selected project, its settings, the names of its projects."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, Mapping, Sequence, Tuple, Union

from idse_core import discovery, files
from idse_core.agency.project_files import sets_connection
from idse_core.errors import StorageError, UnreadableError
from idse_core.health.check import Check, Status
from idse_core.health.session_checks import colliding
from idse_core.yaml_text import YamlError, load

__all__ = ["check_settings"]

_CONFIG = "config.yaml"

_NOT_READ = (".idseconfig.json", "idseconfig.json", ".idse/.idseconfig.json", ".idse/idseconfig.json")

_Pointer = Tuple[Union[str, int], ...]


def check_settings(folder: Path, projects: Sequence[str]) -> Iterator[Check]:
    """Checks CURRENT_PROJECT, config.yaml, the projects' names, and misplaced connection settings.

    Args:
        folder: the ``.idse`` folder.
        projects: the ids of all projects.
    """
    yield _selected(folder, projects)
    yield from _config(folder)
    yield from colliding("project-ids", projects)
    for name in _NOT_READ:
        if (folder.parent / name).is_file():
            message = "settings of the connection beside a workspace are not read: who clones it would trust them"
            yield Check("connection-settings", Status.WARN, message, path=name, advice="move it to ~/.idseconfig.json")


def _selected(folder: Path, projects: Sequence[str]) -> Check:
    path = ".idse/CURRENT_PROJECT"
    try:
        named = discovery.remembered_project(folder)
    except StorageError as error:
        return Check("current-project", Status.FAIL, error.message, path=path, advice=error.hint)
    if named in projects:
        return Check("current-project", Status.OK, f"CURRENT_PROJECT names '{named}'", path=path)
    if not projects:
        advice = "idse init"
        return Check("current-project", Status.FAIL, "there is no project", path=path, advice=advice)
    if not named:
        message = "CURRENT_PROJECT is missing or empty"
        if len(projects) == 1:
            return Check("current-project", Status.OK, f"{message}; there is only '{projects[0]}'", path=path)
        advice = f"idse project switch {projects[0]}, or --project with each command"
        return Check("current-project", Status.WARN, message, path=path, advice=advice)

    def select() -> str:
        return f"{discovery.remember_project(folder, projects[0])} names '{projects[0]}'"

    message = f"CURRENT_PROJECT names no project: '{named}'"
    advice, remedy = f"idse project switch {projects[0]}", select if len(projects) == 1 else None
    return Check("current-project", Status.FAIL, message, "", path, advice, remedy)


def _config(folder: Path) -> Iterator[Check]:
    path = f".idse/{_CONFIG}"
    try:
        data = files.read_bytes(folder / _CONFIG, root=folder)
        loaded = None if data is None else load(files.decode(data, path=path))
    except YamlError as error:
        place = f"{path}:{error.line}:{error.column}"
        yield Check("config", Status.FAIL, f"{place}: {error.message}", path=path, advice="correct it by hand")
        return
    except (UnreadableError, StorageError) as error:
        yield Check("config", Status.FAIL, error.message, path=path, advice=error.hint)
        return
    if loaded is None:
        yield Check("config", Status.OK, "there is no config.yaml", path=path)
        return
    found = list(_forbidden(loaded.value, ()))
    for pointer in found:
        line, column = loaded.key_place(pointer)
        key = ".".join(map(str, pointer))
        message = f"{path}:{line}:{column}: '{key}' must not stand in a file that comes with the repository"
        advice = "set it in ~/.idseconfig.json or the environment; if it is a secret, revoke it"
        yield Check("config", Status.FAIL, message, path=path, advice=advice)
    if not found:
        yield Check("config", Status.OK, "config.yaml sets nothing that it must not", path=path)


def _forbidden(value: object, pointer: _Pointer) -> Iterator[_Pointer]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if sets_connection(str(key)):
                yield (*pointer, key)
            else:
                yield from _forbidden(inner, (*pointer, key))
    elif isinstance(value, list):
        items: List[object] = value
        for index, inner in enumerate(items):
            yield from _forbidden(inner, (*pointer, index))
