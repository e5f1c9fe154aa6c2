from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Optional

import pytest

from idse_core import cli
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import config_for
from tests.cli.running import SAMPLE, VARIABLES, Idse, Outcome, run


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment variable of the person who runs the tests reaches a call."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def no_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip flushing to disk: no test cuts the power, and waiting for the disk would take a third of the time."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def idse(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Idse:
    """Calls the command line in this process, in ``tmp_path`` unless told otherwise."""

    def call(*words: str, cwd: Optional[Path] = None) -> Outcome:
        monkeypatch.chdir(cwd or tmp_path)
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(list(words))
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        code = left.value.code
        assert isinstance(code, int)
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample workspace and its caches filled; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("warm")
    shutil.copytree(str(SAMPLE), str(folder / ".idse"))
    assert run("validate", "--all", "--no-state", cwd=folder).code == 1
    return folder


@pytest.fixture
def sample(warm: Path, tmp_path: Path) -> ProjectWorkspace:
    """A copy of the bundled sample workspace."""
    shutil.copytree(str(warm / ".idse"), str(tmp_path / ".idse"))
    return ProjectWorkspace.open(config_for(tmp_path))


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace that `idse init customer-portal` made; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("fresh")
    outcome = run("init", "customer-portal", cwd=folder)
    assert outcome.code == 0
    run("validate", cwd=folder)
    return folder


@pytest.fixture
def started(fresh: Path, tmp_path: Path) -> ProjectWorkspace:
    """A copy of a workspace with one project that nobody has written in yet."""
    shutil.copytree(str(fresh / ".idse"), str(tmp_path / ".idse"))
    return ProjectWorkspace.open(config_for(tmp_path))
