"""Creating a session, killed at every mutating system call: afterwards the workspace is intact and usable.

The oracle: ``CURRENT_SESSION`` names a session with all its files, the state file can be read, no half-built session is
listed, and the creation can be repeated unless it had already taken effect.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Callable, List, NamedTuple

import pytest

from idse_core.errors import UsageError
from idse_core.pipeline_artifacts import BLUEPRINT, Layout, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.session_graph import NewSession, SessionGraph
from tests.builders import add_session, make_workspace, project_folder, session_folder, tree, write_artifact
from tests.faults.cut_off import Trap, forked, kill

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")

MOST_CALLS = 400
COMPLETE = {*(Layout.FLAT.path(stage) for stage in Stage), "metadata/session.json"}
PLAN = "# Plan: somebody's work\n"
BROKEN = b"<<<<<<< HEAD\n"


class Scenario(NamedTuple):
    """One change of a workspace with the sessions ``__blueprint__`` and ``auth``, the current one."""

    name: str
    prepare: Callable[[ProjectWorkspace], object]
    act: Callable[[ProjectWorkspace], object]
    allowed: List[str]


def spawn(workspace: ProjectWorkspace) -> None:
    SessionGraph(workspace).create(NewSession("billing", parent="auth"))


def break_both(workspace: ProjectWorkspace) -> None:
    (project_folder(workspace) / "session_state.json").write_bytes(BROKEN)
    (project_folder(workspace) / "CURRENT_SESSION").write_bytes(b"gone\n")


def nothing(workspace: ProjectWorkspace) -> None:
    """Leaves the workspace in order."""


SCENARIOS = [
    Scenario("spawn", nothing, spawn, ["auth", "billing"]),
    Scenario("spawn with pointer and state broken", break_both, spawn, [BLUEPRINT, "billing"]),
    Scenario("archive", nothing, lambda workspace: SessionGraph(workspace).archive("auth"), ["auth", BLUEPRINT]),
    Scenario("switch", nothing, lambda workspace: SessionGraph(workspace).switch(BLUEPRINT), ["auth", BLUEPRINT]),
]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> ProjectWorkspace:
    workspace = make_workspace(tmp_path_factory.mktemp("original"))
    add_session(workspace, "auth", parent=BLUEPRINT)
    write_artifact(workspace, "auth", Stage.PLAN, PLAN)
    for stage in Stage:  # short templates, because a hundred sessions are rendered here
        template = workspace.folder / "templates" / f"{stage}.md"
        template.parent.mkdir(exist_ok=True)
        template.write_text("# {{ title }}\n", encoding="utf-8")
    return workspace


def copied(original: ProjectWorkspace, folder: Path) -> ProjectWorkspace:
    """A copy of the workspace in another folder."""
    shutil.copytree(original.folder, folder / ".idse")
    return ProjectWorkspace(folder / ".idse", original.project)


def check(workspace: ProjectWorkspace, scenario: Scenario) -> None:
    """Assert that the workspace is intact, wherever the change was cut off."""
    pointer = workspace.current_session()
    assert pointer.id in scenario.allowed
    assert not pointer.problem or scenario.prepare is break_both  # a pointer that was broken before may still be broken
    for session in workspace.sessions():
        # A killed write may leave a temporary file beside the artifacts, whose name can't be mistaken for an artifact.
        found = {name for name in tree(session_folder(workspace, session)) if "/.idse-" not in f"/{name}"}
        assert found == COMPLETE
        assert workspace.metadata(session).session_id == session
    assert (session_folder(workspace, "auth") / "plan.md").read_text(encoding="utf-8") == PLAN
    state = project_folder(workspace) / "session_state.json"
    if scenario.prepare is not break_both or (state.exists() and state.read_bytes() != BROKEN):
        assert isinstance(json.loads(state.read_bytes()), dict)


def check_done(workspace: ProjectWorkspace, scenario: Scenario) -> None:
    """Assert that the change, made without a kill or repeated after one, has its effect."""
    assert workspace.current_session() == (scenario.allowed[-1], "")
    assert workspace.state().problem is None
    if scenario.act is spawn:
        assert "billing" in workspace.sessions()
        assert workspace.metadata("billing").parent_session == "auth"
    if scenario.name == "archive":
        assert workspace.metadata("auth").archived


def again(workspace: ProjectWorkspace, scenario: Scenario) -> None:
    """Do what a person does next: repeat the change, or switch to the session if it exists, as the hint says."""
    try:
        scenario.act(workspace)
    except UsageError as error:
        assert error.hint == "idse switch billing"  # noqa: PT017 - it is raised only after late kills
        SessionGraph(workspace).switch("billing")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_killed_at_every_call(scenario: Scenario, original: ProjectWorkspace, tmp_path: Path) -> None:
    # A few kills are enough for both kinds of damage; without damage, every call that builds a session is tried.
    for number in range(1, MOST_CALLS, 1 if scenario.prepare is nothing else 3):
        workspace = copied(original, tmp_path / str(number))
        scenario.prepare(workspace)

        def run(workspace: ProjectWorkspace = workspace, number: int = number) -> None:
            patch = pytest.MonkeyPatch()
            Trap(number, kill).set(patch)
            scenario.act(workspace)

        done = forked(run) == 0
        check(workspace, scenario)
        if done:
            check_done(workspace, scenario)
            assert number > 8
            return
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", lambda descriptor: None)  # no power cut is simulated here
            again(workspace, scenario)
        check(workspace, scenario)
        check_done(workspace, scenario)
        shutil.rmtree(workspace.folder)
    pytest.fail("it never completed")
