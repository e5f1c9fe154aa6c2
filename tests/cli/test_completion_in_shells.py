"""The completion script in real shells: what a person gets on pressing Tab."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from idse_core.project_workspace import ProjectWorkspace
from tests.cli.running import environment, own_home

if sys.platform == "win32":
    pytest.skip("shells of Unix", allow_module_level=True)

import pty
import select

_PATIENCE = 60.0  # seconds; only a shell that hangs takes that long


def shell(name: str) -> str:
    """The program; CI must have all three."""
    found = shutil.which(name)
    if found is None:
        if os.environ.get("IDSE_REQUIRE_SHELLS"):
            pytest.fail(f"{name} is required here and is not installed")
        pytest.skip(f"{name} is not here")
    return found


def surroundings(folder: Path) -> dict[str, str]:
    """An environment whose PATH has the `idse` under test, and whose home is empty."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return environment({"PATH": path, "TERM": "dumb", **own_home(folder)})


def said(program: str, script: str, folder: Path) -> str:
    done = subprocess.run(
        [program, "-c", script],
        cwd=str(folder),
        env=surroundings(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_PATIENCE,
        check=False,
    )
    return done.stdout.decode("utf-8")


def test_bash(sample: ProjectWorkspace, tmp_path: Path) -> None:
    script = (
        'eval "$(idse completion bash)"; COMP_WORDS=(idse switch au); COMP_CWORD=2; _idse_completion idse; '
        'printf "%s\\n" "${COMPREPLY[@]}"; complete -p idse'
    )
    lines = said(shell("bash"), script, tmp_path).splitlines()

    assert lines[:2] == ["audit-trail", "auth-login"]
    assert "_idse_completion idse" in lines[-1]


def test_fish(sample: ProjectWorkspace, tmp_path: Path) -> None:
    script = 'idse completion fish | source; complete -C "idse switch au"'

    assert said(shell("fish"), script, tmp_path).split() == ["audit-trail", "auth-login"]


def test_zsh(sample: ProjectWorkspace, tmp_path: Path) -> None:
    """Only an interactive zsh completes, so one is started on a terminal of its own, and Tab is pressed."""
    program = shell("zsh")
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(str(tmp_path))
        os.execve(program, ["zsh", "-f", "-i"], surroundings(tmp_path))
    try:
        os.write(
            terminal,
            b"PS1='ready> '; autoload -Uz compinit; compinit -u -D; eval \"$(idse completion zsh)\"; echo set-up-is-$((1+1))\n",
        )
        wait_for(terminal, b"set-up-is-2")
        os.write(terminal, b"idse switch auth-\t")
        wait_for(terminal, b"auth-login")
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


def wait_for(terminal: int, text: bytes) -> None:
    seen, end = b"", time.monotonic() + _PATIENCE
    while text not in seen:
        left = end - time.monotonic()
        assert left > 0, seen.decode("utf-8", "replace")
        if select.select([terminal], [], [], left)[0]:
            seen += os.read(terminal, 4096)
