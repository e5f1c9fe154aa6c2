"""Which agent for which stage."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from idse_core.agent_registry import DEFAULT_AGENTS, Agent, AgentRegistry
from idse_core.ide_agent_routing import IDEAgentRouting
from idse_core.pipeline_artifacts import Stage

agents = st.lists(st.lists(st.sampled_from(list(Stage)), max_size=3), max_size=5).map(
    lambda chosen: [Agent(f"agent-{number}", tuple(stages)) for number, stages in enumerate(chosen)]
)


def test_the_first_agent_that_handles_a_stage_is_suggested() -> None:
    routing = IDEAgentRouting(
        AgentRegistry([Agent("a", (Stage.PLAN,)), Agent("b", (Stage.SPEC, Stage.PLAN)), Agent("c", (Stage.SPEC,))])
    )
    assert [agent.id for agent in routing.candidates(Stage.SPEC)] == ["b", "c"]
    suggested = {stage: agent.id for stage, agent in routing.suggestions().items() if agent is not None}
    assert suggested == {Stage.SPEC: "b", Stage.PLAN: "a"}


def test_nobody_is_suggested_when_nobody_handles_the_stage() -> None:
    routing = IDEAgentRouting(AgentRegistry())
    assert routing.suggest(Stage.SPEC) is None
    assert routing.suggestions() == dict.fromkeys(Stage)


def test_the_default_agents_plan_everything_but_the_implementation() -> None:
    routing = IDEAgentRouting(AgentRegistry(DEFAULT_AGENTS))
    suggested = {stage: agent.id for stage, agent in routing.suggestions().items() if agent is not None}
    assert suggested.pop(Stage.IMPLEMENTATION) == "gpt-codex"
    assert set(suggested.values()) == {"claude-code"}
    assert list(suggested) == [stage for stage in Stage if stage is not Stage.IMPLEMENTATION]


@given(known=agents)
def test_candidates_are_exactly_those_that_handle_the_stage_in_the_registrys_order(known: list[Agent]) -> None:
    routing = IDEAgentRouting(AgentRegistry(known))
    for stage in Stage:
        expected = tuple(agent for agent in known if stage in agent.stages)
        assert routing.candidates(stage) == expected
        assert routing.suggest(stage) == (expected[0] if expected else None)
