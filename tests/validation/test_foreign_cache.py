from __future__ import annotations

import shutil
from pathlib import Path

from idse_core.validation.constitution import load_constitution
from tests.builders import make_workspace


def test_a_cache_that_came_with_a_copy_is_not_used(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "one")
    mine = load_constitution(workspace.folder, workspace.project)
    shutil.copytree(str(tmp_path / "one"), str(tmp_path / "two"))

    copied = load_constitution(tmp_path / "two" / ".idse", workspace.project)

    assert copied.key != mine.key
    assert load_constitution(workspace.folder, workspace.project).key == mine.key
