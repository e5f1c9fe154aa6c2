"""A profile in the formats of the tools: each can be read back as that tool reads it."""

from __future__ import annotations

from typing import Any, Dict, Tuple

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from idse_core.compiler import EMITTERS, AgentProfileSpec, emit
from idse_core.errors import UsageError

TEXT = st.text(st.sampled_from("ab \"'\\\n#-:{}[]`ä\u2028\x7f…*"), min_size=1, max_size=12).filter(str.strip)
PROFILES = st.builds(
    AgentProfileSpec,
    id=TEXT,
    name=TEXT,
    description=TEXT,
    goals=st.lists(TEXT, min_size=1, max_size=2),
    inputs=st.lists(TEXT, max_size=2),
    constraints=st.lists(TEXT, max_size=1),
    memory_policy=st.dictionaries(TEXT, st.one_of(TEXT, st.integers(), st.lists(TEXT, max_size=1)), max_size=2),
    source_session=st.just("tours"),
    source_blueprint=st.just("__blueprint__"),
)
PLAIN = AgentProfileSpec(
    id="Tour Watch!",
    name="Tour watch",
    description="Tells dispatchers\nwhich tours are late.",
    goals=["See late tours"],
    memory_policy={"keep": {"days": 90}, "share": "never"},
    source_session="tours",
    source_blueprint="__blueprint__",
)


def split(text: str) -> Tuple[Dict[str, Any], str]:
    """Front matter and body, as every tool of this kind takes them apart."""
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), body


@given(PROFILES)
def test_front_matter_is_yaml_and_says_what_the_profile_says(profile: AgentProfileSpec) -> None:
    for form in ("claude-code", "cursor", "copilot"):
        head, body = split(emit(profile, form).text)
        assert head["description"] == " ".join(profile.description.split())
        assert head["name"]
        assert all(" ".join(goal.split()) in body for goal in profile.goals)


@given(PROFILES)
def test_a_codex_agent_is_toml(profile: AgentProfileSpec) -> None:
    tomllib = pytest.importorskip("tomllib")
    found = tomllib.loads(emit(profile, "codex").text)
    assert set(found) == {"name", "description", "developer_instructions"}
    assert found["description"] == " ".join(profile.description.split())
    assert (
        found["developer_instructions"]
        == split(emit(profile, "claude-code").text)[1][len(f"\n# {profile.name.strip()}\n\n") :]
    )


def test_each_file_is_where_its_tool_looks() -> None:
    assert {form: emit(PLAIN, form).path for form in EMITTERS} == {
        "agents-md": "AGENTS.md",
        "claude-code": ".claude/agents/tour-watch.md",
        "codex": ".codex/agents/tour-watch.toml",
        "copilot": ".github/agents/tour-watch.agent.md",
        "cursor": ".cursor/agents/tour-watch.md",
    }
    assert [form for form in EMITTERS if emit(PLAIN, form).section] == ["agents-md"]


def test_a_name_without_a_letter_is_still_a_file_name() -> None:
    assert emit(PLAIN.model_copy(update={"id": "../…"}), "claude-code").path == ".claude/agents/agent.md"


def test_the_instructions_hold_what_the_profile_holds() -> None:
    assert emit(PLAIN, "agents-md").text == (
        "## Agent: Tour watch\n\nTells dispatchers which tours are late.\n\n### Goals\n\n- See late tours\n\n"
        '### Memory policy\n\n- `keep`: `{"days": 90}`\n- `share`: never\n\n'
        "Compiled from the specification of session `tours`, version 0.1.0.\n"
    )


def test_an_unknown_format_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        emit(PLAIN, "emacs")
    assert "claude-code" in caught.value.hint
