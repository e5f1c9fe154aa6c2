"""Our merge compared with ``git merge-file --diff3``: the same verdict, and the same text to the byte.

``IDSE_MERGE_TRIPLES`` is the number of random triples to compare (2,000 by default, some seconds; `.ci/run` takes
20,000, about a minute, nearly all of it spent on starting git).
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Iterator, List, Sequence

import pytest

from idse_core.agency.merge import merge
from tests.agency.git_oracle import Triple, merged_by_git, needs_git
from tests.agency.triples import random_triple, real_triple

pytestmark = needs_git

ROOT = Path(__file__).parents[2]
TRIPLES = int(os.environ.get("IDSE_MERGE_TRIPLES", "2000"))
PARTS = 4


class _Counts:
    """How often the two agree over many triples."""

    def __init__(self, triples: Sequence[Triple], folder: Path) -> None:
        self.clean = self.conflicts = 0
        self.other_outcome: List[int] = []
        self.other_conflict: List[int] = []
        for number, (versions, git) in enumerate(zip(triples, merged_by_git(triples, folder))):
            found = merge(*versions)
            self.clean += found.clean
            self.conflicts += not found.clean
            if found.clean != git.clean or (found.clean and found.data != git.data):
                self.other_outcome.append(number)
            # Git uses other lines than we do to decide whether its markers end with a carriage return.
            elif _bare(found.data) != _bare(git.data):
                self.other_conflict.append(number)


def _bare(data: bytes) -> bytes:
    return data.replace(b"\r", b"")


@pytest.mark.parametrize("part", range(PARTS))
def test_random_triples(part: int, tmp_path: Path) -> None:
    count = TRIPLES // PARTS
    found = _Counts([random_triple(seed) for seed in range(part * count, (part + 1) * count)], tmp_path)
    assert found.other_outcome == []
    assert found.other_conflict == []
    assert found.clean > count // 3
    assert found.conflicts > count // 5


def test_random_edits_of_real_files(tmp_path: Path) -> None:
    files = [*sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("idse_core/**/*.py"))]
    texts = [path.read_text(encoding="utf-8") for path in files[:: max(1, len(files) // 80)]]
    triples = [real_triple(text, seed) for text in texts for seed in range(5)]
    found = _Counts(triples, tmp_path)
    assert len(triples) >= 300
    assert found.clean > 50
    assert found.conflicts > 50
    _nearly_alike(found, len(triples))


def test_versions_from_this_repository(tmp_path: Path) -> None:
    triples = list(_triples_of_history())
    if len(triples) < 100:
        pytest.skip("not a clone with its history")
    found = _Counts(triples, tmp_path)
    assert found.clean
    assert found.conflicts
    _nearly_alike(found, len(triples))


def _nearly_alike(found: _Counts, count: int) -> None:
    # In large files git uses heuristics: it ignores frequent lines (empty ones) next to lines that only one side has,
    # and guesses when a comparison takes long. So the extent of a conflict may differ (in 6 of 716 triples when this
    # was written); the outcome might differ too, although it never did.
    assert len(found.other_outcome) <= count // 100, found.other_outcome
    assert len(found.other_conflict) <= count // 20, found.other_conflict


def _triples_of_history() -> Iterator[Triple]:
    """Three versions of often changed files: an old one, a newer one, and an edit of the old or a third version."""
    for number, path in enumerate(_changed_often()[:40]):
        ids = _git("log", "--format=%H", "--max-count=8", "--", path).split()
        versions = [_git("show", f"{commit}:{path}") for commit in reversed(ids)]
        for before, after, later in zip(versions, versions[1:], versions[2:]):
            yield before.encode(), after.encode(), later.encode()
            yield before.encode(), after.encode(), real_triple(before, number)[1]
            yield after.encode(), later.encode(), before.encode()


def _changed_often() -> List[str]:
    names = _git("log", "--format=", "--name-only", "--diff-filter=M", "--max-count=300").split("\n")
    times = {
        name: names.count(name) for name in names if name.endswith((".md", ".py", ".toml")) and (ROOT / name).is_file()
    }
    return sorted((name for name in times if times[name] >= 2), key=lambda name: (-times[name], name))


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
