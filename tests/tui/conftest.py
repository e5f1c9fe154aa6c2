"""The app on a copy of the sample workspace, driven without a terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from idse_core.config import IdseConfig
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation_engine import ValidationEngine
from idse_tui.reading import ProjectReader
from idse_tui.view import ProjectView

SAMPLE = Path(__file__).parents[2] / "idse_core" / "sample" / "workspace"


@pytest.fixture(scope="session")
def examined_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample workspace with everything in the cache, as on a second day; to be copied."""
    folder = tmp_path_factory.mktemp("sample") / "customer-portal"
    shutil.copytree(SAMPLE, folder / ".idse")
    workspace = ProjectWorkspace.open(IdseConfig(folder))
    ValidationEngine(workspace).validate(workspace.sessions())
    return folder


@pytest.fixture(scope="session")
def view(examined_sample: Path) -> ProjectView:
    """The sample workspace, looked at in full."""
    reader = ProjectReader(ProjectWorkspace.open(IdseConfig(examined_sample)))
    view = ProjectView()
    sessions = reader.workspace.sessions()
    for change in (
        reader.skeleton(),
        reader.rules(),
        reader.documents(),
        reader.metadata(sessions),
        reader.examine(sessions),
        reader.whole(),
    ):
        view = change(view)
    return view


@pytest.fixture
def sample(tmp_path: Path, examined_sample: Path) -> Path:
    """A folder that holds a copy of the sample workspace."""
    folder = tmp_path / "customer-portal"
    shutil.copytree(examined_sample, folder)
    return folder


@pytest.fixture(autouse=True)
def _short_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual looks after each key, in naps of 20 ms, whether the app is idle; shorter naps halve the time of the tests."""
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 0.004)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's editor, theme, configuration or terminal."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("IDSE_CONFIG", str(tmp_path / "no-such-config.json"))
    for name in ("VISUAL", "EDITOR", "NO_COLOR", "DISPLAY", "WAYLAND_DISPLAY", "IDSE_WORKSPACE", "IDSE_PROJECT"):
        monkeypatch.delenv(name, raising=False)
