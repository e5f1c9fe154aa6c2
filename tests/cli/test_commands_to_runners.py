"""Text of documents is never a command to a CI runner that reads the log, whichever of our commands prints it."""

from __future__ import annotations

import json
from typing import Tuple

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder, session_folder, write_artifact, write_json
from tests.cli.running import Idse
from tests.reports.reading import commands

HOSTILE = "##[group]x ##vso[task.setvariable variable=a]b"

CALLS = [
    ("status", "--session", "billing"),
    ("status", "--all"),
    ("session", "list"),
    ("session", "show", "billing"),
    ("session", "set", "billing", "--owner", "x"),
    ("next", "--session", "billing"),
    ("trace", "--session", "billing"),
    ("validate", "--session", "billing", "--show-suppressed"),
    ("agents", "list"),
    ("doctor",),
    ("status", "--session", HOSTILE),
    ("init", HOSTILE),
    ("project", "switch", HOSTILE),
]


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_no_output_commands_a_runner(idse: Idse, sample: ProjectWorkspace, words: Tuple[str, ...]) -> None:
    path = session_folder(sample, "billing") / "metadata" / "session.json"
    metadata = json.loads(path.read_bytes())
    write_json(path, {**metadata, "title": HOSTILE, "owner": f"::error::{HOSTILE}", "tags": [HOSTILE]})
    agents = [{"id": "a", "name": HOSTILE, "stages": [stage.value for stage in Stage]}]
    write_json(project_folder(sample) / "agent_registry.json", {"agents": agents})
    spec = (session_folder(sample, "billing") / "spec.md").read_text("utf-8")
    write_artifact(sample, "billing", Stage.SPEC, f"{spec}\n- FR-99: {HOSTILE}\n- TODO {HOSTILE}\n")

    outcome = idse(*words)

    said = outcome.out + outcome.err
    assert "##[" not in said
    assert "##vso[" not in said
    assert commands(said) == []
