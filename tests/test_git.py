"""Git is asked without starting what a repository that came from somebody names in its configuration."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from idse_core import git
from idse_core.commands.changed_files import changed_files
from idse_core.errors import UsageError
from idse_tui.diffs import git_head_text

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def call(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *words], cwd=str(folder), check=True, capture_output=True)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A repository in which comparing, showing and listing would start a program that leaves a mark."""
    folder = tmp_path / "repository"
    folder.mkdir()
    call(folder, "init", "--quiet")
    (folder / ".gitattributes").write_text("*.md diff=marking\n", encoding="utf-8")
    (folder / "spec.md").write_text("before\n", encoding="utf-8")
    call(folder, "add", "--all")
    call(folder, "commit", "--quiet", "--message", "all")
    (folder / "spec.md").write_text("now\n", encoding="utf-8")
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\ntouch "{tmp_path}/mark"\ncat "$1"\n', encoding="utf-8")
    program.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "diff.marking.textconv", "diff.marking.command"):
        call(folder, "config", key, str(program))
    return folder


def test_nothing_is_started(hostile: Path) -> None:
    assert git.ask(hostile, "diff", "HEAD").stdout
    assert changed_files(hostile, "HEAD") == {"spec.md"}
    assert git_head_text(hostile / "spec.md") == ("before\n", "")
    assert not (hostile.parent / "mark").exists()


def test_why_there_is_no_text_to_compare_with(hostile: Path, tmp_path: Path) -> None:
    (hostile / "new.md").write_text("", encoding="utf-8")
    assert git_head_text(hostile / "new.md") == (None, "git HEAD does not have this file yet: all of it is new")
    assert git_head_text(tmp_path / "spec.md")[0] is None


def test_without_git_it_says_so(hostile: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))

    with pytest.raises(UsageError, match="git is not installed"):
        git.ask(hostile, "diff")
    assert git_head_text(hostile / "spec.md") == (None, "git is not installed")
