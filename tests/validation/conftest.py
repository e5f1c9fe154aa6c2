"""The workspaces that tests of the engine start with, made once for each module."""

from __future__ import annotations

from pathlib import Path

import pytest

from idse_core.project_workspace import ProjectWorkspace
from tests.builders import (
    make_workspace,
)
from tests.validation.done_sessions import (
    DONE,
    NAME,
    copied,
    record,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both workspaces below, made once; tests get copies."""
    folder = tmp_path_factory.mktemp("made")
    for name, artifacts in (("new", {}), ("done", DONE)):
        (folder / name).mkdir()
        record(make_workspace(folder / name, sessions={NAME: artifacts}))
    return folder


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> ProjectWorkspace:
    """A project with a session whose artifacts are untouched templates."""
    return copied(made / "new", tmp_path)


@pytest.fixture
def done(made: Path, tmp_path: Path) -> ProjectWorkspace:
    """A project with a session that passes, and is recorded as passing."""
    return copied(made / "done", tmp_path)
