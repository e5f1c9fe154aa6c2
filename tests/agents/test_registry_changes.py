"""Changing the registry: unknown fields and the order stay, and the file is what it was when nothing may change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.agent_registry import Agent, AgentMode, AgentRegistry
from idse_core.errors import NotFoundError, UsageError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder, write_json
from tests.cli.running import Idse

FILE: Dict[str, Any] = {
    "$comment": "ours",
    "agents": [
        {"model": "x", "id": "one", "stages": ["plan", "spec"], "role": "planner", "mode": "planning", "cost": 1.5},
        {"id": "two", "stages": ["implementation"], "name": "Two", "nested": {"a": [1]}},
    ],
    "version": 3,
}


def registry() -> AgentRegistry:
    return AgentRegistry.parse(json.dumps(FILE).encode(), path="agent_registry.json")


def document(changed: AgentRegistry) -> Dict[str, Any]:
    found: Dict[str, Any] = json.loads(changed.serialize())
    return found


def test_an_agent_is_added_at_either_end() -> None:
    last = document(registry().added(Agent("three", (Stage.SPEC,), mode=AgentMode.PLANNING)))
    assert last == {**FILE, "agents": [*FILE["agents"], {"id": "three", "stages": ["spec"], "mode": "planning"}]}
    assert list(last) == list(FILE)
    first = document(registry().added(Agent("three", ()), first=True))
    assert [agent["id"] for agent in first["agents"]] == ["three", "one", "two"]


@pytest.mark.parametrize("agent_id", ["", "a b", "-x", "../x", "a" * 65, "ä", "x\n"])
def test_an_id_must_be_a_word(agent_id: str) -> None:
    with pytest.raises(UsageError):
        registry().added(Agent(agent_id, ()))


def test_an_id_is_taken_once() -> None:
    with pytest.raises(UsageError, match="already"):
        registry().added(Agent("one", ()))


def test_an_agent_is_removed_and_the_others_stay() -> None:
    assert document(registry().without("one")) == {**FILE, "agents": FILE["agents"][1:]}


def test_a_changed_agent_keeps_its_place_and_what_we_do_not_know() -> None:
    one = registry().require("one")
    changed = document(registry().changed(one._replace(stages=(Stage.INTENT,), role="", mode=None, name="One")))
    expected = {"model": "x", "id": "one", "stages": ["intent"], "cost": 1.5, "name": "One"}
    assert changed == {**FILE, "agents": [expected, FILE["agents"][1]]}
    assert list(changed["agents"][0]) == list(expected)
    moved = document(registry().changed(registry().require("two"), first=True))
    assert moved == {**FILE, "agents": FILE["agents"][::-1]}


def test_an_unknown_agent_is_answered_with_those_there_are() -> None:
    for change in (registry().without, registry().require, lambda name: registry().changed(Agent(name, ()))):
        with pytest.raises(NotFoundError) as caught:
            change("nobody")
        assert caught.value.hint == "the agents are one, two"
    with pytest.raises(NotFoundError, match="nobody") as caught:
        AgentRegistry().require("nobody")
    assert "idse agents add" in caught.value.hint


@given(st.lists(st.sampled_from(list(Stage)), unique=True), st.sampled_from(["one", "two"]))
def test_setting_what_is_there_changes_nothing(stages: list, agent_id: str) -> None:  # type: ignore[type-arg]
    agent = registry().require(agent_id)
    assert registry().changed(agent).serialize() == registry().serialize()
    there_and_back = registry().changed(agent._replace(stages=tuple(stages))).changed(agent)
    assert there_and_back.serialize() == registry().serialize()
    assert registry().added(Agent("new", tuple(stages))).without("new").serialize() == registry().serialize()


# The command


@pytest.fixture
def project(started: ProjectWorkspace) -> ProjectWorkspace:
    write_json(project_folder(started) / "agent_registry.json", FILE)
    return started


def on_disk(project: ProjectWorkspace) -> Dict[str, Any]:
    found: Dict[str, Any] = json.loads((project_folder(project) / "agent_registry.json").read_text(encoding="utf-8"))
    return found


def test_agents_are_listed_in_order_of_preference(idse: Idse, project: ProjectWorkspace) -> None:
    assert [item["id"] for item in idse("agents", "list", "--json").document["agents"]] == ["one", "two"]
    assert idse("agents", "list").out == "  one  plan, spec  (planner, planning)\n  two  implementation  (Two)\n"
    assert on_disk(project) == FILE


def test_who_handles_a_stage(idse: Idse, project: ProjectWorkspace) -> None:
    found = idse("agents", "for", "plan", "--json").document
    assert (found["stage"], [agent["id"] for agent in found["agents"]]) == ("plan", ["one"])
    assert idse("agents", "for", "implementation").out.startswith("  two  ")


def test_a_stage_that_nobody_handles(idse: Idse, project: ProjectWorkspace) -> None:
    answer = idse("agents", "for", "feedback")
    assert (answer.code, answer.out) == (10, "")
    assert "no agent handles the stage 'feedback'" in answer.err
    assert "`idse agents set one --add-stage feedback`" in answer.err
    assert idse("agents", "for", "feedback", "--json").error["code"] == "not-found"
    assert idse("agents", "set", "one", "--add-stage", "feedback").code == 0
    assert idse("agents", "for", "feedback").code == 0


def test_a_registry_without_agents_says_how_to_add_one(idse: Idse, started: ProjectWorkspace) -> None:
    (project_folder(started) / "agent_registry.json").unlink()
    assert "idse agents add" in idse("agents", "list").out
    assert "idse agents add <agent-id> --stages spec" in idse("agents", "for", "spec").err
    assert idse("agents", "add", "one", "--stages", "spec,plan", "--mode", "planning").code == 0
    assert on_disk(started) == {"agents": [{"id": "one", "stages": ["spec", "plan"], "mode": "planning"}]}


def test_adding_setting_and_removing(idse: Idse, project: ProjectWorkspace) -> None:
    added = idse("agents", "add", "three", "--stages", "all", "--name", "Three", "--first", "--json").document
    assert [agent["id"] for agent in added["agents"]] == ["three", "one", "two"]
    assert added["agents"][0]["stages"] == [stage.value for stage in Stage]
    changed = idse("agents", "set", "two", "--stages", "none", "--mode", "implementation", "--json").document
    assert changed["agents"][2] == {"id": "two", "name": "Two", "role": "", "mode": "implementation", "stages": []}
    assert idse("agents", "set", "two", "--mode", "none", "--stages", "implementation").code == 0
    assert idse("agents", "remove", "three").code == 0
    assert on_disk(project) == FILE


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "one"), 2),
        (("add", "x y"), 2),
        (("add", "x", "--stages", "cooking"), 2),
        (("remove", "nobody"), 10),
        (("set", "nobody", "--first"), 10),
    ],
)
def test_a_call_that_can_not_be_changes_nothing(
    idse: Idse,
    project: ProjectWorkspace,
    words: Tuple[str, ...],
    code: int,
) -> None:
    assert idse("agents", *words).code == code
    assert on_disk(project) == FILE


def test_a_broken_registry_is_named_and_left_alone(idse: Idse, project: ProjectWorkspace, tmp_path: Path) -> None:
    path = project_folder(project) / "agent_registry.json"
    path.write_text('{"agents": [{"id": "x", "stages": ["cooking"]}]}', encoding="utf-8")
    before = path.read_bytes()
    for words in (("list",), ("add", "y"), ("remove", "x"), ("for", "spec")):
        answer = idse("agents", *words)
        assert answer.code == 2
        assert "agent_registry.json:1:36: agent 'x' names an unknown stage" in answer.err
    assert path.read_bytes() == before
