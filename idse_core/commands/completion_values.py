"""Live names for shell completion. Never fails and never complains: when names can't be found, there are none."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import List, Optional

import click

from idse_core.config import IdseConfig
from idse_core.errors import IdseError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.opening import open_store
from idse_core.workspace_folder import find_folder

__all__ = ["agents", "projects", "rules", "sessions"]

_PLAIN = re.compile(r"[\w.][\w.+@%:,=-]*")
"""Words that a shell takes literally. A completed word ends up in the command line, where ``$(…)`` would be run."""


def projects(ctx: click.Context, param: click.Parameter, incomplete: str) -> List[str]:
    """Projects of the workspace."""
    del param
    try:
        config = _config(ctx)
        found = open_store(find_folder(config), config.store).list_projects()
    except IdseError:
        return []
    return _starting(found, incomplete)


def sessions(ctx: click.Context, param: click.Parameter, incomplete: str) -> List[str]:
    """Sessions of the project."""
    del param
    try:
        found = ProjectWorkspace.open(_config(ctx)).sessions()
    except IdseError:
        return []
    return _starting(found, incomplete)


def agents(ctx: click.Context, param: click.Parameter, incomplete: str) -> List[str]:
    """Agents of the project's registry."""
    del param
    try:
        found = ProjectWorkspace.open(_config(ctx)).registry().agents
    except IdseError:
        return []
    return _starting([agent.id for agent in found], incomplete)


def rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> List[str]:
    """Ids and names of the rules in force."""
    del param
    from idse_core.validation.constitution import load_constitution  # noqa: PLC0415  # only while completing rules

    try:
        workspace = ProjectWorkspace.open(_config(ctx))
        found = load_constitution(workspace.folder, workspace.project).rules
    except IdseError:
        return []
    return _starting([word for rule in found for word in (rule.id, rule.name)], incomplete)


def _config(ctx: click.Context) -> IdseConfig:
    return IdseConfig.from_environment(
        os.environ, Path.cwd(), workspace=_given(ctx, "workspace"), project=_given(ctx, "project")
    )


def _given(ctx: Optional[click.Context], name: str) -> Optional[str]:
    while ctx is not None:
        value = ctx.params.get(name)
        if isinstance(value, str):
            return value
        ctx = ctx.parent
    return None


def _starting(words: tuple[str, ...] | List[str], incomplete: str) -> List[str]:
    return [word for word in words if word.startswith(incomplete) and _PLAIN.fullmatch(word)]
