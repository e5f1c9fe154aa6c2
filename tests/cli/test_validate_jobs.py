"""`idse validate --jobs`: several processes, the same bytes, and a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import List

import pytest

from benchmarks.workspaces import generate
from idse_core.validation_engine import _WORTHWHILE
from tests.cli.running import Idse, command, environment

CALL = ("validate", "--all", "--json", "--no-state", "--no-cache")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with just enough to do for several processes; no test changes it."""
    return generate(tmp_path_factory.mktemp("large"), sessions=_WORTHWHILE).folder


def test_the_same_bytes_with_several_processes(idse: Idse, large: Path) -> None:
    alone = idse(*CALL, cwd=large)
    assert alone.code == 1
    assert idse(*CALL, "--jobs", "2", cwd=large) == alone


@pytest.mark.parametrize("given", ["0", "-1", "65", "100", "1.5", "", "x", "\u0663"])
def test_an_invalid_number_of_processes(idse: Idse, large: Path, given: str) -> None:
    outcome = idse("validate", "--jobs", given, cwd=large)
    assert outcome.code == 2
    assert "--jobs takes a number from 1 to 64, or auto" in outcome.err


def test_auto_is_a_number(idse: Idse, large: Path) -> None:
    assert idse("validate", "--jobs", "auto", "--no-state", "--session", "branch-00002", cwd=large).code in {0, 1}


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _children(pid: int) -> List[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the processes in /proc")
def test_an_interrupt_ends_all_processes_quietly(large: Path) -> None:
    """Sent as a terminal does it: to all of the processes."""
    with subprocess.Popen(
        command(*CALL, "--jobs", "2"),
        cwd=large,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=_hear_interrupts,  # noqa: PLW1509  # no threads here
    ) as process:
        deadline = time.monotonic() + 60
        children: List[int] = []
        while len(children) < 3 and process.poll() is None and time.monotonic() < deadline:  # and a tracker
            children = _children(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert len(children) == 3, (out, err)
    assert process.returncode == 130
    assert b"Traceback" not in err
    deadline = time.monotonic() + 30  # the resource tracker notices by itself that its owner has gone
    while any(map(_lives, children)) and time.monotonic() < deadline:
        continue
    assert not [child for child in children if _lives(child)]
