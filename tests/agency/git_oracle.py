"""Merging three versions of a file with ``git merge-file``; many at once, since starting git takes most of the time."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import List, NamedTuple, Sequence, Tuple

import pytest

__all__ = ["GitMerge", "Triple", "merged_by_git", "needs_git"]

Triple = Tuple[bytes, bytes, bytes]
"""Base, ours, theirs."""

needs_git = pytest.mark.skipif(
    shutil.which("git") is None or shutil.which("sh") is None, reason="git and sh are needed for the comparison"
)

_SCRIPT = """
number=0
while [ "$number" -lt "$1" ]; do
    git merge-file -p --diff3 -L ours -L base -L theirs "$number.ours" "$number.base" "$number.theirs" >"$number.out"
    echo "$?" >"$number.code"
    number=$((number + 1))
done
"""


class GitMerge(NamedTuple):
    """Git's result: ``text``, with conflict markers unless it is ``clean``."""

    clean: bool
    data: bytes


def merged_by_git(triples: Sequence[Triple], folder: Path) -> List[GitMerge]:
    """Merge each triple with git, in one shell; ``folder`` must be empty, and is used for the files."""
    for number, versions in enumerate(triples):
        for name, data in zip(("base", "ours", "theirs"), versions):
            (folder / f"{number}.{name}").write_bytes(data)
    subprocess.run(["sh", "-c", _SCRIPT, "sh", str(len(triples))], cwd=folder, check=True, capture_output=True)
    answers = []
    for number in range(len(triples)):
        code = int((folder / f"{number}.code").read_bytes())
        assert 0 <= code <= 127, "git failed"  # git reports more than 127 conflicts as 127
        answers.append(GitMerge(code == 0, (folder / f"{number}.out").read_bytes()))
    return answers
