"""`agent_registry.json`: typed agents, precise complaints, and a file that keeps what it held."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.agent_registry import DEFAULT_AGENTS, Agent, AgentMode, AgentRegistry
from idse_core.errors import ConfigError
from idse_core.pipeline_artifacts import Stage

PATH = ".idse/projects/p/agent_registry.json"

DOCUMENTED = """\
{
  "agents": [
    {
      "id": "claude-code",
      "stages": [
        "intent",
        "context"
      ],
      "mode": "planning"
    },
    {
      "id": "gpt-codex",
      "stages": [
        "implementation"
      ],
      "name": "Codex"
    }
  ]
}
"""


def parse(text: str) -> AgentRegistry:
    return AgentRegistry.parse(text.encode(), path=PATH)


def test_agents_are_read_in_their_order() -> None:
    registry = parse(DOCUMENTED)
    assert [agent.id for agent in registry.agents] == ["claude-code", "gpt-codex"]
    claude, codex = registry.agents
    assert (claude.stages, claude.mode, claude.label) == (
        (Stage.INTENT, Stage.CONTEXT),
        AgentMode.PLANNING,
        "claude-code",
    )
    assert (codex.stages, codex.mode, codex.label) == ((Stage.IMPLEMENTATION,), None, "Codex")
    assert registry.get("gpt-codex") is codex
    assert registry.get("nobody") is None
    assert registry.for_stage(Stage.CONTEXT) == (claude,)
    assert registry.for_stage(Stage.FEEDBACK) == ()


def test_a_file_that_is_only_read_is_written_the_same() -> None:
    assert parse(DOCUMENTED).serialize() == DOCUMENTED.encode()


junk = st.one_of(st.none(), st.integers(), st.text(max_size=4), st.lists(st.integers(), max_size=2))
unknown = st.dictionaries(st.sampled_from(["aa", "zz", "color", "\u00e9"]), junk, max_size=2)


@st.composite
def registries(draw: st.DrawFn) -> Dict[str, Any]:
    """Documents with known and unknown keys in any order."""
    ids: List[str] = draw(st.lists(st.text(min_size=1, max_size=4).filter(str.strip), max_size=3, unique=True))
    agents = []
    for agent_id in ids:
        entry: Dict[str, Any] = {
            "id": agent_id,
            "stages": draw(st.lists(st.sampled_from([stage.value for stage in Stage]))),
        }
        for key, values in (("name", st.text()), ("role", st.text()), ("mode", st.sampled_from(["planning", ""]))):
            value: Optional[str] = draw(st.one_of(st.none(), values))
            if value is not None:
                entry[key] = value
        entry.update(draw(unknown))
        agents.append({key: entry[key] for key in draw(st.permutations(list(entry)))})
    document: Dict[str, Any] = {"agents": agents, **draw(unknown)}
    return {key: document[key] for key in draw(st.permutations(list(document)))}


@settings(max_examples=80, deadline=None)
@given(document=registries())
def test_unknown_fields_and_the_order_of_fields_are_kept_to_the_byte(document: Dict[str, Any]) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    assert parse(text).serialize().decode() == text


def test_a_changed_agent_keeps_its_other_fields_where_they_were() -> None:
    registry = parse('{"v": 1, "agents": [{"color": "red", "stages": ["plan"], "id": "a", "name": "A"}]}')
    changed = AgentRegistry([registry.agents[0]._replace(stages=(Stage.SPEC,), role="r")], {"v": 1})
    document = json.loads(changed.serialize())
    assert list(document["agents"][0].items()) == [
        ("color", "red"),
        ("stages", ["spec"]),
        ("id", "a"),
        ("name", "A"),
        ("role", "r"),
    ]


def test_the_default_agents_cover_every_stage_and_read_back() -> None:
    registry = AgentRegistry(DEFAULT_AGENTS)
    again = AgentRegistry.parse(registry.serialize(), path=PATH)
    assert [agent._replace(raw={}) for agent in again.agents] == list(DEFAULT_AGENTS)
    assert all(registry.for_stage(stage) for stage in Stage)
    assert list(json.loads(registry.serialize())["agents"][0]) == ["id", "stages", "role", "mode"]


def test_a_file_without_agents_has_none() -> None:
    assert parse("{}").agents == ()
    assert AgentRegistry().agents == ()
    assert Agent("a", ()).document() == {"id": "a", "stages": []}


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ('{"agents": {}}', 1, 12, "'agents' must be a list"),
        ('{"agents": null}', 1, 12, "'agents' must be a list"),
        ('{"agents": [\n  "claude"]}', 2, 3, "an agent must be an object with 'id' and 'stages'"),
        ('{"agents": [\n  {"stages": []}]}', 2, 3, "an agent needs an 'id'"),
        ('{"agents": [\n  {"id": " ", "stages": []}]}', 2, 10, "an agent needs an 'id'"),
        ('{"agents": [\n  {"id": 3, "stages": []}]}', 2, 10, "an agent needs an 'id'"),
        ('{"agents": [\n  {"id": "a"}]}', 2, 3, "agent 'a' needs 'stages'"),
        ('{"agents": [\n  {"id": "a", "stages": "spec"}]}', 2, 25, "agent 'a' needs 'stages'"),
        (
            '{"agents": [{"id": "a",\n  "stages": ["plan",\n  "specs"]}]}',
            3,
            3,
            "agent 'a' names an unknown stage: \"specs\"",
        ),
        ('{"agents": [{"id": "a", "stages": [null]}]}', 1, 36, "agent 'a' names an unknown stage: null"),
        ('{"agents": [{"id": "a", "stages": []},\n {"stages": [], "id": "a"}]}', 2, 23, "agent 'a' is listed twice"),
        ('{"agents": [{"id": "a", "stages": [],\n "mode": "coding"}]}', 2, 10, "agent 'a' has an unknown mode"),
        ('{"agents": [{"id": "a", "stages": [],\n "name": 3}]}', 2, 10, "'name' must be a text"),
        ('{"agents": [{"id": "a", "stages": []}}', 1, 38, "not valid JSON"),
        ('{\n<<<<<<< HEAD\n"agents": []\n=======\n>>>>>>> x\n}', 2, 1, "git conflict markers"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        parse(text)
    assert caught.value.location == f"{PATH}:{line}:{column}"


def test_an_unknown_stage_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError) as caught:
        parse('{"agents": [{"id": "a", "stages": ["Spec"]}]}')
    assert caught.value.hint == "the stages are intent, context, spec, plan, tasks, implementation, feedback"
