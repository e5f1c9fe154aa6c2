from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import List

import pytest

from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder
from tests.cli.running import Idse, environment, own_home, run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_prints_a_script_that_calls_us(idse: Idse, tmp_path: Path, shell: str) -> None:
    outcome = idse("completion", shell)

    assert (outcome.code, outcome.err) == (0, "")
    assert "_IDSE_COMPLETE" in outcome.out
    assert outcome.out.endswith("\n")


def test_json_holds_the_script(idse: Idse, tmp_path: Path) -> None:
    document = idse("completion", "bash", "--json").document

    assert document == {"schema": "idse.completion/1", "shell": "bash", "script": idse("completion", "bash").out}


def test_another_shell_is_refused(idse: Idse, tmp_path: Path) -> None:
    assert idse("completion", "tcsh").code == 2
    assert idse("completion").code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_accept_the_script(idse: Idse, tmp_path: Path, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not here")
    script = tmp_path / "script"
    script.write_text(idse("completion", shell).out, encoding="utf-8")

    command = "source ./script" if shell != "zsh" else "compdef() { :; }; source ./script"
    done = subprocess.run(
        [program, "-c", command],
        cwd=tmp_path,
        env=environment(own_home(tmp_path)),
        capture_output=True,
        check=False,
        timeout=30,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def completed(folder: Path, line: str, **more: str) -> List[str]:
    words = line.split(" ")
    env = {
        "_IDSE_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        **more,
    }
    outcome = run(cwd=folder, env=env)
    assert outcome.err == ""
    return [entry.partition(",")[2] for entry in outcome.out.splitlines() if entry]


def test_names_are_completed_live(sample: ProjectWorkspace, tmp_path: Path) -> None:
    assert completed(tmp_path, "idse switch au") == ["audit-trail", "auth-login"]
    assert completed(tmp_path, "idse validate --ignore SPEC00")[:2] == ["SPEC001", "SPEC002"]
    assert completed(tmp_path, "idse project switch ") == ["customer-portal"]


def test_what_cannot_be_completed_is_empty(tmp_path: Path) -> None:
    assert completed(tmp_path, "idse switch ") == []


def test_a_name_that_would_do_something_in_a_shell_is_not_offered(sample: ProjectWorkspace, tmp_path: Path) -> None:
    """A completed word goes into the command line as it is: on return, the shell would run what is in it."""
    for name in ("zz$(touch pwned)", "zz`id`", "zz;id", "zz white space", "zz'quote", "-rf", "zz\u202e", "zz-fine.1"):
        (project_folder(sample) / "sessions" / name).mkdir()

    assert completed(tmp_path, "idse switch zz") == ["zz-fine.1"]
    assert "-rf" not in completed(tmp_path, "idse switch ")
