"""``idse compile agent-spec``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import add_session, project_folder, tree, write_artifact
from tests.cli.running import Idse, environment
from tests.compiler.profiles import PROFILE, SPEC

COMPILE = ("compile", "agent-spec")


@pytest.fixture
def tours(started: ProjectWorkspace) -> ProjectWorkspace:
    add_session(started, "tours")
    write_artifact(started, "tours", Stage.SPEC, SPEC.replace("{profile}", PROFILE))
    return started


def built(workspace: ProjectWorkspace, name: str = "tours.profile.yaml") -> Path:
    return project_folder(workspace) / "build" / "agents" / name


def test_the_current_session_is_compiled(idse: Idse, tours: ProjectWorkspace) -> None:
    answer = idse(*COMPILE)
    path = ".idse/projects/customer-portal/build/agents/tours.profile.yaml"
    assert (answer.code, answer.out) == (0, f"Compiled into {path}\n")
    found = idse(*COMPILE, "--json").document
    assert (found["path"], found["current"], found["profile"]["id"]) == (path, True, "tour-watch")
    assert {"field": "version", "value": '"1.2"', "source": "session"}.items() <= found["origins"][-3].items()


def test_json_goes_into_a_file_of_its_own(idse: Idse, tours: ProjectWorkspace) -> None:
    assert idse(*COMPILE, "--session", "tours", "--format", "json").code == 0
    assert json.loads(built(tours, "tours.profile.json").read_text(encoding="utf-8"))["name"] == "Tour watch"


def test_stdout_check_and_explain_write_nothing(idse: Idse, tours: ProjectWorkspace, tmp_path: Path) -> None:
    before = tree(tmp_path)
    printed = idse(*COMPILE, "--stdout").out
    explained = idse(*COMPILE, "--explain").out
    checked = idse(*COMPILE, "--check")
    assert tree(tmp_path) == before
    assert yaml.safe_load(printed)["id"] == "tour-watch"
    assert "(session .idse/projects/customer-portal/sessions/tours/spec.md:" in explained
    assert checked.code == 1
    assert "is out of date: run `idse compile agent-spec --session " in checked.out
    assert idse(*COMPILE).code == 0
    assert idse(*COMPILE, "--check").code == 0
    assert built(tours).read_text(encoding="utf-8") == printed


def test_a_folder_can_be_named(idse: Idse, tours: ProjectWorkspace, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert idse(*COMPILE, "--out", "out").out == "Compiled into out/tours.profile.yaml\n"
    assert idse(*COMPILE, "--out", "out", "--check").code == 0
    assert not built(tours).exists()


def test_the_schema_describes_the_output(idse: Idse, tours: ProjectWorkspace, tmp_path: Path) -> None:
    schema = json.loads(idse(*COMPILE, "--schema").out)
    assert json.loads(idse(*COMPILE, "--schema", cwd=tmp_path.parent).out) == schema, "no workspace is needed"
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(idse(*COMPILE, "--stdout", "--format", "json").out), schema)


def test_a_mistake_is_an_error_with_its_place(idse: Idse, tours: ProjectWorkspace) -> None:
    write_artifact(tours, "tours", Stage.SPEC, SPEC.replace("{profile}", PROFILE.replace("goals:", "goal:")))
    answer = idse(*COMPILE)
    assert (answer.code, answer.out) == (2, "")
    assert "sessions/tours/spec.md:30:1: 'goal' is not a field of an agent profile: did you mean 'goals'?" in answer.err
    error = idse(*COMPILE, "--json").error
    assert (error["code"], error["line"], error["column"]) == ("profile", 30, 1)
    assert not built(tours).exists()


def test_a_new_session_has_its_profile_still_to_write(idse: Idse, started: ProjectWorkspace) -> None:
    answer = idse(*COMPILE)
    assert answer.code == 2
    assert "[REQUIRES INPUT] is still open in 'description'" in answer.err


@pytest.mark.parametrize("words", [("--stdout", "--check"), ("--explain", "--check"), ("--emit", "emacs")])
def test_calls_that_contradict_themselves(idse: Idse, tours: ProjectWorkspace, words: tuple[str, ...]) -> None:
    assert idse(*COMPILE, *words).code == 2


def test_an_agent_file_is_written_where_its_tool_looks(idse: Idse, tours: ProjectWorkspace, tmp_path: Path) -> None:
    path = tmp_path / ".claude" / "agents" / "tour-watch.md"
    assert idse(*COMPILE, "--emit", "claude-code", "--check").code == 1
    assert not path.exists()
    assert idse(*COMPILE, "--emit", "claude-code").out == "Compiled into .claude/agents/tour-watch.md\n"
    assert path.read_text(encoding="utf-8").startswith('---\nname: "tour-watch"\n')
    assert idse(*COMPILE, "--emit", "claude-code", "--check").code == 0
    path.write_text(path.read_text(encoding="utf-8").replace("Tour watch", "Mine"), encoding="utf-8")
    kept = idse(*COMPILE, "--emit", "claude-code")
    assert kept.code == 9
    assert "is kept as it is" in kept.err
    assert "Mine" in path.read_text(encoding="utf-8")


def test_a_section_of_agents_md_stands_beside_what_is_there(
    idse: Idse, tours: ProjectWorkspace, tmp_path: Path
) -> None:
    (tmp_path / "AGENTS.md").write_text("# Ours\n", encoding="utf-8")
    assert idse("agents", "install", "agents-md").code == 0
    assert idse(*COMPILE, "--emit", "agents-md").code == 0
    text = (tmp_path / "AGENTS.md").read_text(encoding="utf-8")
    assert text.startswith("# Ours\n")
    assert "## Agent: Tour watch" in text
    assert "## How work goes here: IDSE" in text
    assert idse("agents", "uninstall", "agents-md").code == 0
    assert "## Agent: Tour watch" in (tmp_path / "AGENTS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["agents-md", "claude-code", "codex", "copilot", "cursor"])
def test_every_format_can_be_printed(idse: Idse, tours: ProjectWorkspace, tmp_path: Path, form: str) -> None:
    before = tree(tmp_path)
    assert "Late tours are seen before the customer calls" in idse(*COMPILE, "--emit", form, "--stdout").out
    assert tree(tmp_path) == before


def test_help_does_not_pay_for_the_compiler(tmp_path: Path) -> None:
    code = (
        "import sys; from idse_core.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print({'pydantic', 'yaml'} & set(sys.modules), file=sys.stderr)"
    )
    words = [sys.executable, "-c", code, *COMPILE, "--help"]
    done = subprocess.run(words, cwd=tmp_path, env=environment(), capture_output=True, check=True, timeout=60)
    assert done.stderr.decode() == "set()\n"
