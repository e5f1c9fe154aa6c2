"""The hook, called by the real pre-commit.

pre-commit installs a hook of ``language: python`` from a package index. Here the hook comes from a repository with our
``.pre-commit-hooks.yaml`` in which only the language is another, ``system``: that takes the `idse` on the path, and needs
no network. All that the file says besides is what users get.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict

import pytest
import yaml

from tests.builders import tree
from tests.cli.running import SAMPLE, environment

MANIFEST = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"

needs_pre_commit = pytest.mark.skipif(
    find_spec("pre_commit") is None or shutil.which("git") is None, reason="pre-commit or git is not installed"
)


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "core.hooksPath=/dev/null"]
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, env=clean(), capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def clean(**changes: str) -> Dict[str, str]:
    """Our environment without a repository that we may run in, and with our `idse` first on the path."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    kept = {name: value for name, value in environment().items() if not name.startswith("GIT_")}
    return {**kept, "PATH": path, **changes}


def repository(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    git(folder, "init", "--quiet")
    return folder


def commit(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def published(tmp_path: Path) -> str:
    """A repository with the hook; ``path@revision``."""
    folder = repository(tmp_path / "published")
    text = MANIFEST.read_text(encoding="utf-8")
    assert text.count("language: python") == 1
    (folder / MANIFEST.name).write_text(text.replace("language: python", "language: system"), encoding="utf-8")
    return f"{folder}@{commit(folder)}"


@pytest.fixture
def consumer(tmp_path: Path) -> Path:
    """A repository with the sample workspace in its first commit."""
    folder = repository(tmp_path / "consumer")
    shutil.copytree(str(SAMPLE), str(folder / ".idse"))
    (folder / ".gitignore").write_text(".idse/.local/\n", encoding="utf-8")
    commit(folder)
    return folder


def configure(folder: Path, published: str, **hook: Any) -> None:
    repo, _, rev = published.rpartition("@")
    config = {"repos": [{"repo": repo, "rev": rev, "hooks": [{"id": "idse-validate", **hook}]}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    git(folder, "add", ".pre-commit-config.yaml")


def pre_commit(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = clean(PRE_COMMIT_HOME=str(folder.parent / "pre-commit"), PRE_COMMIT_COLOR="never")
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *words],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_the_manifest() -> None:
    (hook,) = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))

    assert (hook["id"], hook["language"]) == ("idse-validate", "python")
    assert (hook["files"], hook["pass_filenames"]) == (r"^\.idse/", False)
    assert "--no-state" in hook["entry"]


@needs_pre_commit
def test_pre_commit_accepts_the_manifest(tmp_path: Path) -> None:
    done = pre_commit(tmp_path, "validate-manifest", str(MANIFEST))

    assert (done.returncode, done.stdout) == (0, "")


@needs_pre_commit
def test_a_change_in_the_workspace_is_checked(consumer: Path, published: str) -> None:
    configure(consumer, published)
    before = tree(consumer / ".idse")
    path = consumer / ".idse" / "projects" / "customer-portal" / "sessions" / "export-csv" / "spec.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n[REQUIRES INPUT]\n", encoding="utf-8")
    git(consumer, "add", "--all")

    done = pre_commit(consumer, "run")

    assert done.returncode == 1
    assert "exit code: 1" in done.stdout
    assert "sessions/export-csv/spec.md" in done.stdout
    assert "audit-trail" in done.stdout  # the other sessions as well
    assert "files were modified" not in done.stdout
    assert {name for name, data in tree(consumer / ".idse").items() if before[name] != data} == {
        "projects/customer-portal/sessions/export-csv/spec.md"
    }


@needs_pre_commit
def test_a_change_elsewhere_is_not(consumer: Path, published: str) -> None:
    configure(consumer, published)
    (consumer / "README.md").write_text("x\n", encoding="utf-8")
    git(consumer, "add", "--all")

    done = pre_commit(consumer, "run")

    assert done.returncode == 0
    assert "no files to check" in done.stdout


@needs_pre_commit
def test_a_users_own_arguments_replace_ours(consumer: Path, published: str) -> None:
    configure(consumer, published, args=["--session", "export-csv"])

    done = pre_commit(consumer, "run", "--all-files")

    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout
