"""Workspaces, sessions and metadata for tests: real files, made by the product itself where it can make them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Dict, Mapping, Optional

from idse_core.config import IdseConfig
from idse_core.events import Listener, ignore
from idse_core.pipeline_artifacts import BLUEPRINT, Layout, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.session_graph import NewSession, SessionGraph
from idse_core.session_metadata import SessionMetadata
from idse_core.stage_state_model import StageState, StageStatus

__all__ = [
    "PROJECT",
    "add_session",
    "config_for",
    "make_workspace",
    "metadata",
    "project_folder",
    "reopened",
    "session_folder",
    "statuses",
    "tree",
    "write_artifact",
    "write_json",
]

PROJECT = "customer-portal"


def config_for(folder: Path, *, project: Optional[str] = None) -> IdseConfig:
    """What a face decides when it is called in ``folder`` without options."""
    return IdseConfig(start=folder, project=project)


def make_workspace(
    folder: Path,
    name: str = PROJECT,
    *,
    sessions: Mapping[str, Mapping[Stage, str]] = {},
    layout: Optional[Layout] = None,
    on_event: Listener = ignore,
) -> ProjectWorkspace:
    """A project below ``folder/.idse`` with its blueprint and more sessions.

    Args:
        folder: holds ``.idse`` afterwards; made when it is missing.
        name: the project's name.
        sessions: id of a session besides the blueprint → texts of those of its artifacts that are not templates. The
            blueprint can be named too, to fill its artifacts. None of them becomes the current one.
        layout: of all sessions.
        on_event: the workspace's listener.
    """
    folder.mkdir(parents=True, exist_ok=True)
    workspace, _ = ProjectWorkspace.create(config_for(folder), name, layout=layout, on_event=on_event)
    for session, artifacts in sessions.items():
        if session != BLUEPRINT:
            add_session(workspace, session, switch=False)
        for stage, text in artifacts.items():
            write_artifact(workspace, session, stage, text)
    return workspace


def reopened(workspace: ProjectWorkspace) -> ProjectWorkspace:
    """The same project as the next command finds it."""
    return ProjectWorkspace.open(config_for(workspace.folder.parent, project=workspace.project))


def add_session(workspace: ProjectWorkspace, name: str, *, switch: bool = True, **options: object) -> SessionMetadata:
    """Creates a session; ``options`` are fields of ``NewSession``."""
    new = NewSession(name, switch=switch)._replace(**options)  # type: ignore[arg-type]  # fields of NewSession
    return SessionGraph(workspace).create(new)


def write_artifact(workspace: ProjectWorkspace, session: str, stage: Stage, text: str) -> Path:
    """Saves an artifact as an editor does, without asking anybody; UTF-8, line ends as they are in ``text``."""
    flat, nested = (session_folder(workspace, session) / layout.path(stage) for layout in Layout)
    path = nested if nested.exists() else flat
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def write_json(path: Path, value: object) -> None:
    """Saves JSON as a person's editor might."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=4), encoding="utf-8")


def metadata(session: str, parent: Optional[str] = None, **fields: object) -> SessionMetadata:
    """Metadata that stands in no file; ``fields`` are those of ``SessionMetadata``."""
    made = SessionMetadata(session, fields.pop("title", session), parent_session=parent)  # type: ignore[arg-type]
    return made._replace(**fields)  # type: ignore[arg-type]  # fields of SessionMetadata


def statuses(**states: StageState) -> Dict[Stage, StageStatus]:
    """Derived states by the stage's name, each with a digest of its own: ``statuses(intent=StageState.COMPLETED)``."""
    return {Stage(name): StageStatus(Stage(name), state, 0, 0, f"sha256:{name}") for name, state in states.items()}


def project_folder(workspace: ProjectWorkspace) -> Path:
    """``.idse/projects/<project>``."""
    return workspace.folder / "projects" / workspace.project


def session_folder(workspace: ProjectWorkspace, session: str) -> Path:
    """``.idse/projects/<project>/sessions/<session>``."""
    return project_folder(workspace) / "sessions" / session


def tree(folder: Path) -> Dict[str, bytes]:
    """Every file below a folder except those in ``.local``: its path with ``/`` → its bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: path.read_bytes() for name, path in sorted(named.items()) if ".local" not in path.parts}
