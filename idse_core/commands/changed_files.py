"""The files that changed since a git revision, for `--since`."""

from __future__ import annotations

from pathlib import Path
from typing import FrozenSet

from idse_core import git
from idse_core.errors import UsageError
from idse_core.printable import one_line

__all__ = ["changed_files"]


def changed_files(folder: Path, revision: str) -> FrozenSet[str]:
    """Paths that changed since we branched off from the revision, or are untracked; relative to ``folder``, with ``/``.

    For an ancestor of ours that point is the revision itself; for another branch, the last common commit: what others
    did on that branch meanwhile is not our change.

    Args:
        folder: the folder that holds ``.idse``.
        revision: anything that names a commit.

    Raises:
        UsageError: git is not installed, the folder is in no repository, the revision is unknown or has nothing in
            common with ours, or git ignores the workspace.
    """
    if not revision or revision.startswith("-"):
        raise UsageError(
            f"'{revision}' is not a revision", hint="--since takes what git calls a commit: HEAD, a branch"
        )
    named = ["--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    _refuse_outside(folder)
    commit = _said(folder, revision, "rev-parse", *named)
    parted = _parted_at(folder, commit.strip(), revision)
    _refuse_ignored(folder)
    listed = _said(folder, revision, "diff", "--name-only", "-z", "--relative", parted, "--", ".")
    listed += _said(folder, revision, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    return frozenset(path for path in listed.split("\0") if path)


def _parted_at(folder: Path, commit: str, revision: str) -> str:
    found = git.ask(folder, "merge-base", commit, "HEAD")
    if found.returncode == 0:
        return found.stdout.decode("ascii", "replace").strip()
    if git.ask(folder, "rev-parse", "--verify", "--quiet", "HEAD").returncode != 0:
        return commit  # nothing is committed here yet
    raise UsageError(
        f"'{revision}' and what is checked out have no commit in common here",
        hint="fetch more of the history (fetch-depth: 0 for actions/checkout), or name an earlier commit",
    )


def _refuse_outside(folder: Path) -> None:
    """Refuse a folder outside any repository, where no revision exists."""
    found = git.ask(folder, "rev-parse", "--is-inside-work-tree")
    if found.returncode == 0 and found.stdout.strip() == b"true":
        return
    said = one_line(found.stderr.decode("utf-8", "replace"))
    raise UsageError(
        "the workspace is in no repository that git reads" + (f": {said}" if said else ""),
        hint="leave --since out, or see what `git status` says there",
    )


def _refuse_ignored(folder: Path) -> None:
    """Refuse a workspace that git ignores, since git would never report a change in it."""
    if git.ask(folder, "check-ignore", "--quiet", "--", ".idse").returncode != 0:
        return
    if not git.ask(folder, "ls-files", "-z", "--", ".idse").stdout:
        raise UsageError("git ignores .idse, so it can't say what changed", hint="leave --since out")


def _said(folder: Path, revision: str, command: str, *arguments: str) -> str:
    found = git.ask(folder, command, *arguments)
    if found.returncode != 0:
        said = one_line(found.stderr.decode("utf-8", "replace"))
        raise UsageError(
            f"git does not know the revision '{revision}'" + (f": {said}" if said else ""),
            hint="`git log --oneline --all` lists those it knows; fetch what only a remote has",
        )
    return found.stdout.decode("utf-8", "surrogateescape")
