"""The context pack: an agent that reads only this can do the stage."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest

from idse_core.files import digest
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import add_session, project_folder, session_folder, tree, write_artifact, write_json
from tests.cli.running import Idse

INTENT = (
    "# Intent\n\n## Goal\n\nLate tours are seen.\n\n## Problem\n\n140 calls a month.\n\n## Users\n\n- Dispatchers.\n\n"
    "## Success Criteria\n\n- 60 calls a month.\n\n## Scope\n\n- In: the list.\n"
)


@pytest.fixture
def tours(started: ProjectWorkspace) -> ProjectWorkspace:
    add_session(started, "tours")
    return started


def pack_of(idse: Idse, *words: str) -> Dict[str, Any]:
    return idse("next", "--json", *words).document


def test_a_new_session_begins_with_the_intent(idse: Idse, tours: ProjectWorkspace, tmp_path: Path) -> None:
    pack = pack_of(idse)
    assert (pack["project"], pack["session_id"], pack["stage"], pack["state"]) == (
        "customer-portal",
        "tours",
        "intent",
        "pending",
    )
    assert pack["why"] == "intent is still its template"
    assert pack["agent"] == {"id": "claude-code", "name": "", "mode": "planning"}
    assert pack["read"] == []
    intent = session_folder(tours, "tours") / "intent.md"
    assert pack["write"]["path"] == intent.relative_to(tmp_path).as_posix()
    assert pack["write"]["digest"] == digest(intent.read_bytes())
    assert {item["stage"] for item in pack["findings"]} == {"intent"}


def test_the_rules_are_those_that_the_stage_must_meet_and_say_how(idse: Idse, tours: ProjectWorkspace) -> None:
    rules = {rule["id"]: rule for rule in pack_of(idse)["rules"]}
    assert {"ART003", "INT001", "SEQ001"} <= set(rules)
    assert not {"SPEC002", "TASK001", "CTX001", "PLAN001"} & set(rules)
    goal = rules["INT001"]
    assert goal["headings"][0] == "Goal"
    assert goal["fix"].startswith("Add '## Goal'")
    assert goal["docs"]
    assert "## " in goal["example"]
    assert all(rule["fix"] and "{" not in rule["fix"] for rule in rules.values())
    assert (rules["ART003"]["locked"], rules["ART003"]["severity"]) == (True, "error")


def test_the_next_stage_reads_the_earlier_ones_and_the_blueprint(idse: Idse, tours: ProjectWorkspace) -> None:
    intent = write_artifact(tours, "tours", Stage.INTENT, INTENT)
    write_artifact(tours, BLUEPRINT, Stage.SPEC, "# Spec\n\n## Overview\n\nThe product.\n")
    pack = pack_of(idse)
    assert (pack["stage"], pack["why"]) == ("context", "intent is completed and context is still its template")
    assert [(item["session_id"], item["stage"]) for item in pack["read"]] == [(BLUEPRINT, "spec"), ("tours", "intent")]
    assert pack["read"][1]["digest"] == digest(intent.read_bytes())
    assert pack["read"][1]["state"] == "completed"


def test_a_stage_in_progress_says_what_is_open(idse: Idse, tours: ProjectWorkspace) -> None:
    write_artifact(tours, "tours", Stage.INTENT, INTENT.replace("Late tours are seen.", "[REQUIRES INPUT] What?"))
    pack = pack_of(idse)
    assert pack["why"] == "intent is in progress: it has 1 open marker"
    (finding,) = [item for item in pack["findings"] if item["severity"] == "error"]
    assert (finding["rule"], finding["line"]) == ("ART003", 5)


def test_a_missing_artifact_is_to_be_written(idse: Idse, tours: ProjectWorkspace) -> None:
    (session_folder(tours, "tours") / "intent.md").unlink()
    pack = pack_of(idse)
    assert (pack["why"], pack["write"]["digest"]) == ("intent is missing or can't be read", None)


def test_nobody_handles_the_stage(idse: Idse, tours: ProjectWorkspace) -> None:
    write_json(project_folder(tours) / "agent_registry.json", {"agents": []})
    assert pack_of(idse)["agent"] is None
    assert "nobody yet (idse agents for intent)" in idse("next").out


def test_another_session_can_be_asked_for(idse: Idse, tours: ProjectWorkspace) -> None:
    assert pack_of(idse, "--session", BLUEPRINT)["session_id"] == BLUEPRINT
    assert idse("next", "--session", "nobody", "--json").error["code"] == "not-found"


def test_the_commands_it_names_work(idse: Idse, tours: ProjectWorkspace) -> None:
    pack = pack_of(idse)
    assert idse(*pack["check"].split()[1:]).code == 1
    assert idse(*pack["then"].split()[1:]).document == pack


def test_people_read_the_same(idse: Idse, tours: ProjectWorkspace) -> None:
    out = idse("next").out
    for part in (
        "intent is still its template",
        "claude-code",
        "intent.md",
        "INT001",
        "idse validate --through intent",
    ):
        assert part in out


def test_asking_changes_nothing(idse: Idse, tours: ProjectWorkspace, tmp_path: Path) -> None:
    before = tree(tmp_path)
    pack_of(idse)
    assert tree(tmp_path) == before


def test_the_sample_has_sessions_at_every_point(idse: Idse, sample: ProjectWorkspace) -> None:
    stages = {session: pack_of(idse, "--session", session)["stage"] for session in sample.sessions()}
    assert len(set(stages.values())) > 1
    for session, stage in stages.items():
        status = idse("status", "--session", session, "--json").document["sessions"][0]["next"]["stage"]
        assert status == stage
