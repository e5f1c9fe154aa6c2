"""action.yml: what it says, and what its scripts do when a shell runs them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest
import yaml

from tests.cli.running import SAMPLE, environment
from tests.reports.reading import sarif

ROOT = Path(__file__).parents[2]
ACTION: Dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, VALIDATE = ACTION["runs"]["steps"]
HOSTILE = ["$(touch pwned)", "`touch pwned`", "; touch pwned", "* ~ $HOME", "a'b\"c", "\ntouch pwned\n"]

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="a composite action runs in bash")


@pytest.fixture
def stub(tmp_path: Path) -> Path:
    """An environment whose programs only say what they were called with."""
    return programs(
        tmp_path / "environment",
        f"{shlex.quote(sys.executable)} -c 'import json, sys; print(json.dumps(sys.argv[1:]))'",
    )


@pytest.fixture
def no_python3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ``python3`` on the path that does nothing: the environment that it should make is the stub already."""
    fake = programs(tmp_path / "fake", "true")
    (fake / "bin" / "python").rename(fake / "bin" / "python3")
    monkeypatch.setenv("PATH", f"{fake / 'bin'}{os.pathsep}{os.environ['PATH']}")


def programs(folder: Path, command: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    for name in ("idse", "python"):
        path = folder / "bin" / name
        path.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
    return folder


def shell(step: Dict[str, Any], cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A step as a runner calls it: the script in a file, the variables of its ``env`` and no others of ours."""
    assert set(variables) == set(step["env"])
    script = cwd / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    return subprocess.run(
        words, cwd=cwd, env=environment(variables), stdout=subprocess.PIPE, text=True, check=False, timeout=60
    )


def arguments(step: Dict[str, Any], cwd: Path, **variables: str) -> List[str]:
    done = shell(step, cwd, **variables)
    assert done.returncode == 0
    words: List[str] = json.loads(done.stdout)
    return words


def test_it_is_a_composite_action_of_shell_steps() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert [step["shell"] for step in ACTION["runs"]["steps"]] == ["bash", "bash"]
    assert {"name", "description", "inputs", "runs"} <= set(ACTION)


def test_every_input_is_described_optional_and_used() -> None:
    steps = json.dumps(ACTION["runs"]["steps"])

    assert list(ACTION["inputs"]) == ["version", "args", "sarif-file", "working-directory"]
    for name, declared in ACTION["inputs"].items():
        assert declared["description"]
        assert isinstance(declared["default"], str)
        assert declared["required"] is False
        assert f"${{{{ inputs.{name} }}}}" in steps


def test_nothing_from_outside_is_part_of_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        used = [name for name in step["env"] if f"${name}" in step["run"] or f"${{{name}" in step["run"]]
        assert used == list(step["env"])


@needs_bash
@pytest.mark.parametrize("value", ["1.2.3", *HOSTILE])
def test_a_version_is_one_requirement(tmp_path: Path, no_python3: None, stub: Path, value: str) -> None:
    words = arguments(INSTALL, tmp_path, IDSE_VERSION=value, IDSE_SOURCE="/action", IDSE_ENVIRONMENT=str(stub))

    assert words[:3] == ["-m", "pip", "install"]
    assert words[-1] == f"idse-orchestrator=={value}"
    assert not (tmp_path / "pwned").exists()


@needs_bash
def test_without_a_version_the_action_installs_what_it_came_with(tmp_path: Path, no_python3: None, stub: Path) -> None:
    words = arguments(INSTALL, tmp_path, IDSE_VERSION="", IDSE_SOURCE="/the action", IDSE_ENVIRONMENT=str(stub))

    assert words[-1] == "/the action"


@needs_bash
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("--all", ["--all"]),
        ("", []),
        ("  --all\n--through   spec\n", ["--all", "--through", "spec"]),
        *((value, value.split()) for value in HOSTILE),
    ],
)
def test_arguments_are_split_and_nothing_else(tmp_path: Path, stub: Path, given: str, expected: List[str]) -> None:
    words = arguments(VALIDATE, tmp_path, IDSE_ARGS=given, IDSE_SARIF_FILE="", IDSE_ENVIRONMENT=str(stub))

    assert words == ["validate", "--no-state", "--format", "github", *expected]
    assert not (tmp_path / "pwned").exists()


@needs_bash
@pytest.mark.parametrize(
    ("given", "annotates"),
    [
        ("--all --format text", False),
        ("--format=concise --all", False),
        ("--all --format json:out.json", True),
        ("--format=json:out.json", True),
        ("--format json:out.json --format text", False),
        ("--select format text", True),
        ("--all --json", False),
        ("--diff --all", False),
        ("--statistics", False),
        ("--all --jobs 2", True),
    ],
)
def test_another_format_takes_the_place_of_annotations(tmp_path: Path, stub: Path, given: str, annotates: bool) -> None:
    words = arguments(VALIDATE, tmp_path, IDSE_ARGS=given, IDSE_SARIF_FILE="", IDSE_ENVIRONMENT=str(stub))

    assert words == ["validate", "--no-state", *(["--format", "github"] if annotates else []), *given.split()]


@needs_bash
@pytest.mark.parametrize("name", ["idse.sarif", *(value for value in HOSTILE)])
def test_a_sarif_file_is_one_argument(tmp_path: Path, stub: Path, name: str) -> None:
    words = arguments(VALIDATE, tmp_path, IDSE_ARGS="--all", IDSE_SARIF_FILE=name, IDSE_ENVIRONMENT=str(stub))

    assert words[-2:] == ["--format", f"sarif:{name}"]
    assert not (tmp_path / "pwned").exists()


@needs_bash
def test_with_the_real_idse(tmp_path: Path) -> None:
    shutil.copytree(str(SAMPLE), str(tmp_path / ".idse"))
    real = programs(tmp_path / "environment", f"{shlex.quote(sys.executable)} -m idse_core")

    failing = shell(VALIDATE, tmp_path, IDSE_ARGS="--all", IDSE_SARIF_FILE="out.sarif", IDSE_ENVIRONMENT=str(real))
    passing = shell(
        VALIDATE, tmp_path, IDSE_ARGS="--session export-csv", IDSE_SARIF_FILE="", IDSE_ENVIRONMENT=str(real)
    )

    assert failing.returncode == 1
    assert failing.stdout.startswith("::error file=.idse/projects/customer-portal/sessions/")
    assert len(sarif((tmp_path / "out.sarif").read_text(encoding="utf-8"))["results"]) == failing.stdout.count("\n")
    assert passing.returncode == 0
