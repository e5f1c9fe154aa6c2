"""Caches answers of the guard until something in the workspace changes: hooks ask before every single edit.

Library imports are inside the function that needs them: a cached answer needs none of them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple, Optional, Tuple

from idse_core.commands.remembered_output import RememberedOutput
from idse_core.config import IdseConfig
from idse_core.workspace_folder import FOLDER, config_around, find_folder

__all__ = ["Answer", "answer"]

_WIRED = frozenset([FOLDER, ".claude", ".codex", ".github"])
"""Folders in which the guard does not take every file for code."""


class Answer(NamedTuple):
    """The answer of `idse guard` about one file; the fields are those of its JSON document."""

    kind: str
    path: str
    session: Optional[str]
    stage: Optional[str]
    allowed: bool
    reason: str
    advice: str


def answer(config: IdseConfig, agent: str, path: Path, session: Optional[str]) -> Optional[Answer]:
    """Whether an agent may write a file now; None when no workspace governs it.

    Args:
        config: the configuration of the call.
        agent: the id of the agent that asks.
        path: the absolute path of the file.
        session: the session that the agent works on; None for the current one.

    Raises:
        NotFoundError: no such project, agent or session.
        ConfigError: the registry is broken.
    """
    around = config_around(config, path)
    if around is None:
        return None
    folder = find_folder(around)
    key, shown = _key(folder, path)
    remembered = RememberedOutput(folder, ["guard", agent, str(session), str(around.project), str(folder), key])
    kept = None if around.store else remembered.get()
    if kept is None:
        found = _judged(around, agent, path, session)
        if not around.store:  # only the stats of plain files can tell that nothing changed
            remembered.keep(json.dumps(found))
    else:
        found = Answer(*json.loads(kept))
    return found._replace(path=shown) if shown else found


def _key(folder: Path, path: Path) -> Tuple[str, str]:
    """The cache key, and the path to show: for all code of the project the answer is the same."""
    real, root = os.path.realpath(path), os.path.realpath(folder.parent).rstrip(os.sep) + os.sep
    inside = real[len(root) :] if real.startswith(root) else ""
    if not inside or Path(inside).parts[0].casefold() in _WIRED:
        return f"{path}\0{real}", ""
    return "code", inside.replace(os.sep, "/")


def _judged(config: IdseConfig, agent: str, path: Path, session: Optional[str]) -> Answer:
    from idse_core.agent_guard import judge  # noqa: PLC0415  # see the module's docstring
    from idse_core.project_workspace import ProjectWorkspace  # noqa: PLC0415  # see the module's docstring

    target, judged, decision = judge(ProjectWorkspace.open(config), agent, path, session=session)
    stage = target.stage.value if target.stage else None
    return Answer(target.kind.value, target.path, judged, stage, decision.allowed, decision.reason, decision.advice)
