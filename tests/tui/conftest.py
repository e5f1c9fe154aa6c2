"""The app on a copy of the sample workspace, driven without a terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from idse_core.config import IdseConfig
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation_engine import ValidationEngine

SAMPLE = Path(__file__).parents[2] / "idse_core" / "sample" / "workspace"


@pytest.fixture(scope="session")
def examined_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample workspace with everything in the cache, as on a second day; to be copied."""
    folder = tmp_path_factory.mktemp("sample") / "customer-portal"
    shutil.copytree(SAMPLE, folder / ".idse")
    workspace = ProjectWorkspace.open(IdseConfig(folder))
    ValidationEngine(workspace).validate(workspace.sessions())
    return folder


@pytest.fixture
def sample(tmp_path: Path, examined_sample: Path) -> Path:
    """A folder that holds a copy of the sample workspace."""
    folder = tmp_path / "customer-portal"
    shutil.copytree(examined_sample, folder)
    return folder


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's editor, theme or configuration."""
    monkeypatch.setenv("IDSE_CONFIG", str(tmp_path / "no-such-config.json"))
    for name in ("VISUAL", "EDITOR", "NO_COLOR", "DISPLAY", "WAYLAND_DISPLAY", "IDSE_WORKSPACE", "IDSE_PROJECT"):
        monkeypatch.delenv(name, raising=False)
