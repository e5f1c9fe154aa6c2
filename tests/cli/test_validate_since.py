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
    assert ["export-csv/plan.md" in line for line in outcome.out.splitlines()] == [True]


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


def test_what_others_did_on_the_other_branch_is_not_our_change(
    idse: Idse, committed: ProjectWorkspace, tmp_path: Path
) -> None:
    git(tmp_path, "branch", "-M", "trunk")
    git(tmp_path, "checkout", "--quiet", "-b", "ours")
    plan = session_folder(committed, "export-csv") / "plan.md"
    plan.write_text(plan.read_text(encoding="utf-8") + "\n[REQUIRES INPUT]\n", encoding="utf-8")
    git(tmp_path, "commit", "--quiet", "--all", "--message", "ours")
    git(tmp_path, "checkout", "--quiet", "trunk")
    theirs = session_folder(committed, "export-csv") / "intent.md"
    theirs.write_text(theirs.read_text(encoding="utf-8") + "\n[REQUIRES INPUT]\n", encoding="utf-8")
    git(tmp_path, "commit", "--quiet", "--all", "--message", "theirs")
    git(tmp_path, "checkout", "--quiet", "ours")

    outcome = idse("validate", "--all", "--since", "trunk", "--no-state", "--format", "concise")

    assert {line.split(":")[0].rpartition("/")[2] for line in outcome.out.splitlines()} == {"plan.md"}


def test_a_revision_that_has_nothing_in_common_is_a_usage_error(
    idse: Idse, committed: ProjectWorkspace, tmp_path: Path
) -> None:
    git(tmp_path, "branch", "-M", "trunk")
    git(tmp_path, "checkout", "--quiet", "--orphan", "other")
    git(tmp_path, "commit", "--quiet", "--message", "anew")

    outcome = idse("validate", "--all", "--since", "trunk")

    assert outcome.code == 2
    assert "no commit in common" in outcome.err
    assert "fetch-depth" in outcome.err


def test_a_workspace_that_git_ignores_is_not_said_to_be_unchanged(
    idse: Idse, sample: ProjectWorkspace, tmp_path: Path
) -> None:
    (tmp_path / ".gitignore").write_text(".idse/\n", encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "all")

    outcome = idse("validate", "--all", "--since", "HEAD")

    assert outcome.code == 2
    assert "git ignores .idse" in outcome.err

    git(tmp_path, "add", "--force", ".idse")  # a workspace that is tracked all the same is compared
    git(tmp_path, "commit", "--quiet", "--message", "tracked")
    assert idse("validate", "--all", "--since", "HEAD", "--no-state").code == 0


@pytest.mark.parametrize("revision", ["", "nowhere", "-x", "--output=x", "HEAD; rm -rf ."])
def test_an_unknown_revision_is_a_usage_error(idse: Idse, committed: ProjectWorkspace, revision: str) -> None:
    outcome = idse("validate", f"--since={revision}")

    assert outcome.code == 2
    assert "revision" in outcome.err


def test_outside_a_repository(idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(sample.folder.parent.parent))

    assert idse("validate", "--since", "HEAD").code == 2
