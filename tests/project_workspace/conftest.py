"""A workspace with one project, and no waiting for the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idse_core.project_workspace import ProjectWorkspace
from tests.builders import make_workspace


@pytest.fixture(autouse=True)
def no_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pulls the plug here, and real flushes would take half of the time."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    return make_workspace(tmp_path)
