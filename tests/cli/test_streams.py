"""Streams that are closed or full change nothing but what can be read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from idse_core.project_workspace import ProjectWorkspace

pytestmark = pytest.mark.skipif(os.name == "nt", reason="it takes a shell that closes streams")

IDSE = [sys.executable, "-m", "idse_core"]
CALLS = [["validate", "--all", "--no-state"], ["status", "--json"], ["--help"], ["no-such-command"]]


def through_a_shell(redirection: str, words: List[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """A call whose streams are redirected as a shell does it."""
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", *IDSE, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-", ">&- 2>&-"])
@pytest.mark.parametrize("words", CALLS, ids=lambda words: words[0])
def test_a_stream_that_is_closed(sample: ProjectWorkspace, tmp_path: Path, words: List[str], redirection: str) -> None:
    expected = through_a_shell("", words, tmp_path)
    outcome = through_a_shell(redirection, words, tmp_path)

    assert outcome.returncode == expected.returncode
    assert outcome.stdout in {"", expected.stdout}
    assert outcome.stderr in {"", expected.stderr}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")  # noqa: PTH110
@pytest.mark.parametrize("words", CALLS[:3], ids=lambda words: words[0])
def test_a_stream_that_is_full(sample: ProjectWorkspace, tmp_path: Path, words: List[str]) -> None:
    outcome = through_a_shell(">/dev/full", words, tmp_path)

    assert outcome.returncode == 2
    assert outcome.stderr.splitlines() == [
        "error: can't write the output: No space left on device",
        "  hint: make room, or send the output elsewhere",
    ]
    assert through_a_shell(">/dev/full 2>&1", words, tmp_path).returncode == 2
