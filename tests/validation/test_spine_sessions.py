from __future__ import annotations

from pathlib import Path
from typing import List, Tuple

import pytest

from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores import file_stamps
from idse_core.validation.session_mentions import SessionNames
from idse_core.validation_engine import ValidationEngine
from tests.builders import add_session, make_workspace, reopened, session_folder, write_artifact, write_json

SPINE = """# Spec

## 4. Product Spine Table

| # | Primitive | Module | Milestone |
|---|-----------|--------|-----------|
| 1 | DesignStore | design_store.py | In progress |
| 2 | CLIInterface | cli.py | Concept |
| 3 | AgentRegistry | agent_registry.py | \N{CONSTRUCTION SIGN} In Progress (60 %) |
"""


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    made = make_workspace(tmp_path)
    write_artifact(made, BLUEPRINT, Stage.SPEC, SPINE)
    add_session(made, "other", switch=False)
    return made


def found(workspace: ProjectWorkspace, session: str = BLUEPRINT) -> List[Tuple[str, int]]:
    report = ValidationEngine(reopened(workspace)).validate([session])
    return [(item.message, item.line) for item in report.findings if item.rule == "SPN002"]


STORE = ("DesignStore is 'In progress', but no session names it", 7)
REGISTRY = ("AgentRegistry is '\N{CONSTRUCTION SIGN} In Progress (60 %)', but no session names it", 9)


def test_a_primitive_in_work_without_a_session_is_a_finding_at_its_row(workspace: ProjectWorkspace) -> None:
    assert found(workspace) == [STORE, REGISTRY]
    assert found(workspace, "other") == []


@pytest.mark.parametrize(
    "text",
    ["DesignStore", "the design store.", "`design_store.py`", "- design-stores", "DESIGNSTORE", "(Design  Store)"],
)
def test_an_artifact_that_names_it_is_enough_however_it_is_spelled(workspace: ProjectWorkspace, text: str) -> None:
    write_artifact(workspace, "other", Stage.INTENT, f"# Intent\n\nThis is about {text} and more.\n")

    assert found(workspace) == [REGISTRY]


@pytest.mark.parametrize("text", ["Design and Store", "redesignstore", "DesignStorey", "design .... store"])
def test_something_else_is_not_its_name(workspace: ProjectWorkspace, text: str) -> None:
    write_artifact(workspace, "other", Stage.INTENT, f"# Intent\n\nThis is about {text} and more.\n")

    assert found(workspace) == [STORE, REGISTRY]


def test_the_id_and_the_metadata_of_a_session_count(workspace: ProjectWorkspace) -> None:
    add_session(workspace, "design-store-files", switch=False)
    add_session(workspace, "more", switch=False, tags=("agent-registry",))

    assert found(workspace) == []


@pytest.mark.parametrize("settled", [file_stamps._SETTLED, -(10**15)])
def test_the_answer_is_cached_and_asked_again_when_it_may_have_changed(
    workspace: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch, settled: int
) -> None:
    monkeypatch.setattr(file_stamps, "_SETTLED", settled)
    assert bool(SessionNames(workspace).stamp()) is (settled < 0)
    assert found(workspace) == [STORE, REGISTRY] == found(workspace)

    write_artifact(workspace, "other", Stage.INTENT, "# Intent\n\nDesignStore\n")
    assert found(workspace) == [REGISTRY] == found(workspace)

    add_session(workspace, "another", switch=False)
    write_artifact(workspace, "another", Stage.PLAN, "# Plan\n\nAgentRegistry\n")
    assert found(workspace) == [] == found(workspace)

    write_artifact(workspace, "other", Stage.INTENT, "# Intent\n\nElse.\n")
    assert found(workspace) == [STORE] == found(workspace)


def test_a_copy_of_the_spine_beside_the_blueprint_asks_nothing(workspace: ProjectWorkspace) -> None:
    write_artifact(workspace, "other", Stage.SPEC, SPINE)

    assert found(workspace, "other") == []
    assert found(workspace) == []  # the copy names them all


def test_a_row_that_names_its_session_and_one_without_a_name_are_skipped(workspace: ProjectWorkspace) -> None:
    text = (
        "# Spec\n\n## Product Spine\n\n| Primitive | Status | Session |\n|---|---|---|\n"
        "| A | Active | store |\n| | Active | |\n| C | Active | \N{EM DASH} |\n| D | | |\n"
    )
    write_artifact(workspace, BLUEPRINT, Stage.SPEC, text)

    assert found(workspace) == [("C is 'Active', but no session names it", 9)]


def test_the_answer_is_unknown_while_a_session_cannot_be_listed(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    names = SessionNames(ProjectWorkspace(workspace.folder, "gone"))

    assert names.find(BLUEPRINT, ["DesignStore"]) == {}
    assert names.stamp() == ""
    assert not names.still(BLUEPRINT, {"DesignStore": "x"})


def test_an_artifact_that_is_not_text_is_searched_all_the_same(workspace: ProjectWorkspace) -> None:
    (session_folder(workspace, "other") / "plan.md").write_bytes(b"\xff\xfe DesignStore\n")
    write_json(session_folder(workspace, "other") / "metadata" / "session.json", {"title": "Agent registry"})

    assert found(workspace) == []
