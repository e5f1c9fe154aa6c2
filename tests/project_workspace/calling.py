"""Creating and opening a project as a face does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from idse_core.config import IdseConfig
from idse_core.project_workspace import Creation, ProjectWorkspace
from tests.builders import PROJECT, config_for

__all__ = ["create", "opened"]


def create(folder: Path, name: str = PROJECT, **options: Any) -> Creation:
    return ProjectWorkspace.create(config_for(folder), name, **options)[1]


def opened(folder: Path, **options: Any) -> ProjectWorkspace:
    return ProjectWorkspace.open(IdseConfig(start=folder, **options))
