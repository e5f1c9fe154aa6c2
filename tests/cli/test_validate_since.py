from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from idse_core.project_workspace import ProjectWorkspace
from tests.builders import session_folder
from tests.cli.running import Idse

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *words], cwd=str(folder), check=True, capture_output=True)


@pytest.fixture
def committed(sample: ProjectWorkspace, tmp_path: Path) -> ProjectWorkspace:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "all")
    return sample


def test_only_changed_artifacts_are_reported(idse: Idse, committed: ProjectWorkspace) -> None:
    assert idse("validate", "--all", "--since", "HEAD", "--no-state").code == 0

    plan = session_folder(committed, "export-csv") / "plan.md"
    plan.write_text(plan.read_text(encoding="utf-8") + "\n[REQUIRES INPUT]\n", encoding="utf-8")
    outcome = idse("validate", "--all", "--since", "HEAD", "--no-state", "--format", "concise")

    assert outcome.code == 1
    assert all("export-csv/plan.md" in line for line in outcome.out.splitlines())


def test_new_files_count_as_changed(idse: Idse, committed: ProjectWorkspace) -> None:
    idse("spawn", "fresh")

    outcome = idse("validate", "--all", "--since", "HEAD", "--format", "concise")

    assert {line.split("/sessions/")[1].split("/")[0] for line in outcome.out.splitlines()} == {"fresh"}


def test_a_workspace_below_the_repository(idse: Idse, committed: ProjectWorkspace, tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    shutil.move(str(tmp_path / ".idse"), str(below / ".idse"))

    outcome = idse("validate", "--all", "--since", "HEAD", "--format", "concise", "--no-state", cwd=below)

    assert outcome.code == 1


@pytest.mark.parametrize("revision", ["nowhere", "-x", "--output=x", "HEAD; rm -rf ."])
def test_an_unknown_revision_is_a_usage_error(idse: Idse, committed: ProjectWorkspace, revision: str) -> None:
    outcome = idse("validate", f"--since={revision}")

    assert outcome.code == 2
    assert "revision" in outcome.err


def test_outside_of_a_repository(idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(sample.folder.parent.parent))

    assert idse("validate", "--since", "HEAD").code == 2
