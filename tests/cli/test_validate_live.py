from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Iterator, Tuple

import pytest

from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder, session_folder
from tests.cli.running import command, environment, run

SPEC = ".idse/projects/customer-portal/sessions/export-csv/spec.md"


def test_validates_the_text_in_an_editor(sample: ProjectWorkspace, tmp_path: Path) -> None:
    before = (tmp_path / SPEC).read_bytes()

    outcome = run("validate", "--stdin-filename", SPEC, "--format", "concise", cwd=tmp_path, input=b"# Spec\n")

    assert outcome.code == 1
    assert f"{SPEC}:1:1: error SPEC003 section 'Acceptance Criteria' is missing" in outcome.out
    assert all(line.startswith(f"{SPEC}:") for line in outcome.out.splitlines())
    assert (tmp_path / SPEC).read_bytes() == before


def test_the_saved_text_on_stdin_is_judged_as_the_file_is(sample: ProjectWorkspace, tmp_path: Path) -> None:
    text = (tmp_path / SPEC).read_text(encoding="utf-8")

    outcome = run("validate", "--stdin-filename", SPEC, cwd=tmp_path, input=text.encode("utf-8"))

    assert outcome.code == 0


@pytest.mark.parametrize("name", ["README.md", ".idse/projects/customer-portal/sessions/export-csv/notes.md"])
def test_a_file_that_is_not_an_artifact_has_no_findings(sample: ProjectWorkspace, tmp_path: Path, name: str) -> None:
    outcome = run(
        "validate", "--stdin-filename", name, "--format", "concise", cwd=tmp_path, input=b"# [REQUIRES INPUT]\n"
    )

    assert outcome.code == 0
    assert outcome.out == ""
    assert "no artifact" in outcome.err

    document = json.loads(run("validate", "--stdin-filename", name, "--json", cwd=tmp_path, input=b"x").out)
    assert document["findings"] == []


def test_an_artifact_of_another_project_is_judged_there(sample: ProjectWorkspace, tmp_path: Path) -> None:
    run("init", "second", cwd=tmp_path)
    path = ".idse/projects/second/sessions/__blueprint__/spec.md"

    outcome = run(
        "validate",
        "--stdin-filename",
        path,
        "--project",
        "customer-portal",
        "--format",
        "concise",
        cwd=tmp_path,
        input=b"# Spec\n",
    )

    assert outcome.code == 1
    assert f"{path}:1:1: error SPEC003" in outcome.out


def test_the_workspace_is_the_one_that_the_file_is_in(sample: ProjectWorkspace, tmp_path: Path) -> None:
    part = tmp_path / "services" / "api"
    part.mkdir(parents=True)
    (tmp_path / ".idse").rename(part / ".idse")
    path = part / SPEC

    outcome = run("validate", "--stdin-filename", str(path), "--format", "concise", cwd=tmp_path, input=b"# Spec\n")
    unsaved = run("validate", "--stdin-filename", str(part / "new" / "a.md"), cwd=tmp_path, input=b"# Spec\n")

    assert outcome.code == 1
    assert f"services/api/{SPEC}:1:1: error SPEC003" in outcome.out
    assert unsaved.code == 0
    assert run("validate", "--stdin-filename", "a.md", cwd=tmp_path, input=b"").code == 10


def test_a_buffer_without_a_name_is_refused(sample: ProjectWorkspace, tmp_path: Path) -> None:
    outcome = run("validate", "--stdin-filename", "", cwd=tmp_path, input=b"# Spec\n")

    assert outcome.code == 2
    assert "--stdin-filename names no file" in outcome.err


class Watching:
    """`idse validate --watch` in a process of its own, with its streams in files, so that no test waits for ever."""

    def __init__(self, folder: Path) -> None:
        self.out, self.err = folder / "out.txt", folder / "err.txt"
        words = command("validate", "--watch", "--session", "export-csv", "--format", "concise")
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                words,
                cwd=str(folder),
                env=environment(),
                stdout=out,
                stderr=err,
                preexec_fn=_take_interrupts,  # noqa: PLW1509  # no threads here
            )

    def looks(self, times: int) -> bool:
        """Whether it has validated that often, within twenty seconds."""
        return _soon(lambda: self.err.read_text(encoding="utf-8").count("watching") >= times)


def _soon(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def _take_interrupts() -> None:
    """A shell that runs tests in the background makes its children ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def watching(sample: ProjectWorkspace, tmp_path: Path) -> Iterator[Watching]:
    started = Watching(tmp_path)
    yield started
    started.process.kill()
    started.process.wait(timeout=20)


@pytest.mark.parametrize(
    ("words", "code"), [(("--session", "nope"), 10), (("--select", "NOPE"), 2), (("--since", "nope"), 2)]
)
def test_watching_does_not_wait_for_what_does_not_exist(
    sample: ProjectWorkspace, tmp_path: Path, words: Tuple[str, str], code: int
) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True, timeout=60)
    outcome = run("validate", "--watch", *words, cwd=tmp_path)

    assert outcome.code == code
    assert words[1] in outcome.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
def test_validates_again_after_a_change_and_ends_on_ctrl_c(sample: ProjectWorkspace, watching: Watching) -> None:
    state = (project_folder(sample) / "session_state.json").read_bytes()
    assert watching.looks(1)  # changes from here on are noticed, though not everything may be watched yet
    plan = session_folder(sample, "export-csv") / "plan.md"
    plan.write_text(plan.read_text(encoding="utf-8") + "\n[REQUIRES INPUT]\n", encoding="utf-8")

    assert watching.looks(2)
    assert "ART003" in watching.out.read_text(encoding="utf-8")
    os.kill(watching.process.pid, signal.SIGINT)

    assert watching.process.wait(timeout=20) == 130
    assert (project_folder(sample) / "session_state.json").read_bytes() == state
