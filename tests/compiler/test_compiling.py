"""From spec.md to a profile on disk."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from idse_core.compiler import AgentProfileSpec, DocToAgentProfileSpecCompiler, ProfileFormat, json_schema
from idse_core.errors import NotFoundError, ProfileError
from idse_core.files import digest
from idse_core.pipeline_artifacts import BLUEPRINT, Layout, Stage
from tests.builders import add_session, make_workspace, session_folder, tree, write_artifact
from tests.compiler.profiles import PROFILE, SPEC, compiled, spec_of, workspace_with

WHOLE = SPEC.replace("{profile}", PROFILE)


def test_the_numbered_section_and_its_first_block_are_the_profile(tmp_path: Path) -> None:
    profile = compiled(tmp_path, WHOLE).profile
    assert profile == AgentProfileSpec(
        id="tour-watch",
        name="Tour watch",
        description="Tells dispatchers which tours are late.",
        goals=["Late tours are seen before the customer calls"],
        inputs=["Positions of vehicles"],
        outputs=["A list of late tours"],
        constraints=["Never: guess a position"],
        memory_policy={"keep": {"days": 90, "of": ["delays"]}},
        version="1.2",
        source_session="tours",
        source_blueprint=BLUEPRINT,
    )


@pytest.mark.parametrize(
    "heading", ["# Agent Profile", "###### 4.2 agent profile", "Agent Profile\n---", "## *Agent* Profile:"]
)
def test_the_heading_may_be_of_any_level_and_numbered(tmp_path: Path, heading: str) -> None:
    assert compiled(tmp_path, spec_of(PROFILE).replace("## Agent Profile", heading)).profile.id == "tour-watch"


def test_windows_line_ends_a_byte_order_mark_and_tildes_change_nothing(tmp_path: Path) -> None:
    text = "\ufeff" + WHOLE.replace("```", "~~~").replace("\n", "\r\n")
    assert compiled(tmp_path / "a", text).profile == compiled(tmp_path / "b", WHOLE).profile


def test_the_output_says_where_it_comes_from(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, WHOLE)
    compiler = DocToAgentProfileSpecCompiler(workspace)
    made = compiler.compile("tours")
    path = compiler.write(made, ProfileFormat.YAML)
    assert path.relative_to(workspace.folder).as_posix() == "projects/customer-portal/build/agents/tours.profile.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert document.pop("provenance") == {
        "schema": "idse.agent-profile/1",
        "session": "tours",
        "spec": ".idse/projects/customer-portal/sessions/tours/spec.md",
        "spec_digest": digest(WHOLE.encode()),
    }
    assert document == made.profile.plain()


def test_the_same_spec_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (compiled(tmp_path / name, WHOLE) for name in ("a", "b"))
    for form in ProfileFormat:
        assert first.serialize(form) == second.serialize(form)


def test_nothing_but_the_profile_is_written(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, WHOLE)
    before = tree(tmp_path)
    compiler = DocToAgentProfileSpecCompiler(workspace)
    compiler.write(compiler.compile("tours"), ProfileFormat.JSON)
    after = tree(tmp_path)
    assert set(after) - set(before) == {".idse/projects/customer-portal/build/agents/tours.profile.json"}
    assert {name: after[name] for name in before} == before


def test_json_and_yaml_say_the_same_and_match_the_schema(tmp_path: Path) -> None:
    hints = 'runtime_hints: {since: 2026-05-01, note: "ä\\u2028"}'
    made = compiled(tmp_path, spec_of(PROFILE.replace("runtime_hints: {}", hints)))
    from_json = json.loads(made.serialize(ProfileFormat.JSON))
    assert from_json == yaml.safe_load(made.serialize(ProfileFormat.YAML).decode("utf-8"))
    assert from_json["runtime_hints"]["since"] == "2026-05-01"
    jsonschema.validate(from_json, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**from_json, "goals": []}, json_schema())


def test_check_notices_every_change(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, WHOLE)
    compiler = DocToAgentProfileSpecCompiler(workspace)
    assert not compiler.is_current(compiler.compile("tours"), ProfileFormat.YAML)
    path = compiler.write(compiler.compile("tours"), ProfileFormat.YAML)
    assert compiler.is_current(compiler.compile("tours"), ProfileFormat.YAML)
    assert not compiler.is_current(compiler.compile("tours"), ProfileFormat.JSON)
    write_artifact(workspace, "tours", Stage.SPEC, WHOLE.replace('"1.2"', '"1.3"'))
    assert not compiler.is_current(compiler.compile("tours"), ProfileFormat.YAML)
    compiler.write(compiler.compile("tours"), ProfileFormat.YAML)
    path.write_text("mine", encoding="utf-8")
    assert not compiler.is_current(compiler.compile("tours"), ProfileFormat.YAML)


def test_a_folder_of_ones_own_gets_the_file(tmp_path: Path) -> None:
    compiler = DocToAgentProfileSpecCompiler(workspace_with(tmp_path, WHOLE))
    out = tmp_path / "out"
    out.mkdir()
    made = compiler.compile("tours")
    assert not compiler.is_current(made, ProfileFormat.YAML, out=out)
    assert compiler.write(made, ProfileFormat.YAML, out=out) == out / "tours.profile.yaml"
    assert compiler.is_current(made, ProfileFormat.YAML, out=out)


def test_the_nested_layout_is_read_in_place(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, layout=Layout.NESTED)
    add_session(workspace, "tours", switch=False)
    path = write_artifact(workspace, "tours", Stage.SPEC, WHOLE)
    assert path == session_folder(workspace, "tours") / "specs" / "spec.md"
    assert DocToAgentProfileSpecCompiler(workspace).compile("tours").profile.id == "tour-watch"


def test_an_unknown_session_and_a_missing_spec_are_said(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, WHOLE)
    compiler = DocToAgentProfileSpecCompiler(workspace)
    with pytest.raises(NotFoundError):
        compiler.compile("nobody")
    with pytest.raises(NotFoundError):
        compiler.compile("tours", blueprint="nobody")
    (session_folder(workspace, "tours") / "spec.md").unlink()
    with pytest.raises(ProfileError, match="missing"):
        compiler.compile("tours")
