"""What the main screen begins with, and what it hands over to the next call."""

from __future__ import annotations

from pathlib import Path

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_tui.actions import Panel
from idse_tui.artifact import Artifact
from idse_tui.main_state import MainState
from idse_tui.presentation.findings import Scope
from idse_tui.presentation.tabs import Tab
from idse_tui.remembered import Remembered
from idse_tui.view import Spot

KEPT = Remembered("billing", "plan", "diff", "project", "is:failing", "idse-dark", ("auth-login",), ("type:feature",))


def test_what_was_remembered_is_begun_with_and_remembered_again() -> None:
    state = MainState.recalled(KEPT, "customer-portal")
    assert state.view.project == "customer-portal"
    assert (state.spot, state.stage_chosen, state.scope) == (Spot("billing", Stage.PLAN), True, Scope.PROJECT)
    assert state.session_filter.failing
    assert state.to_remember(Tab.DIFF, "idse-dark") == KEPT


def test_a_session_that_is_asked_for_goes_before_the_last_one() -> None:
    assert MainState.recalled(KEPT, "customer-portal", "auth-login").spot.session == "auth-login"


@pytest.mark.parametrize("unknown", [Remembered(), Remembered(stage="design", scope="planet")])
def test_what_is_not_known_begins_as_new(unknown: Remembered) -> None:
    state = MainState.recalled(unknown, "customer-portal")
    assert (state.spot.stage, state.scope) == (Stage.INTENT, Scope.SESSION)
    assert state.stage_chosen is bool(unknown.stage)


@pytest.mark.parametrize(
    ("session", "stage", "shown"), [("one", Stage.PLAN, True), ("one", Stage.SPEC, False), ("two", Stage.PLAN, False)]
)
def test_an_artifact_is_looked_at_when_session_and_stage_are_the_ones(session: str, stage: Stage, shown: bool) -> None:
    state = MainState.recalled(Remembered("one", "plan"), "customer-portal")
    state.spot = state.spot._replace(line=7)
    assert state.is_looked_at(Artifact(session, stage, "plan.md", Path("plan.md"))) is shown


def test_filters_of_one_screen_are_not_those_of_another() -> None:
    one, other = (MainState.recalled(Remembered(), "customer-portal") for _ in range(2))
    one.filters[Panel.FINDINGS] = "ART"
    one.command_log.append("idse status")
    assert (other.filters.get(Panel.FINDINGS), other.command_log) == (None, [])
