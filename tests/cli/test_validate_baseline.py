from __future__ import annotations

import pytest

from idse_core.design_store import Place
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder, session_folder
from tests.cli.running import Idse


def test_accepted_findings_are_not_reported_again(idse: Idse, sample: ProjectWorkspace) -> None:
    assert idse("validate", "--all").code == 1

    written = idse("validate", "--all", "--write-baseline", "--format", "concise")
    again = idse("validate", "--all", "--format", "concise")

    assert (written.code, written.out) == (0, "")
    assert (again.code, again.out, again.err) == (0, "", "")
    assert (sample.folder / "baseline.json").is_file()


def test_one_new_marker_is_reported_alone(idse: Idse, sample: ProjectWorkspace) -> None:
    idse("validate", "--all", "--write-baseline")
    feedback = session_folder(sample, "export-csv") / "feedback" / "feedback.md"
    feedback.write_text(feedback.read_text(encoding="utf-8") + "\n[REQUIRES INPUT] one more\n", encoding="utf-8")
    line = feedback.read_text(encoding="utf-8").count("\n")

    outcome = idse("validate", "--all", "--format", "concise")

    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        (
            f".idse/projects/customer-portal/sessions/export-csv/feedback/feedback.md:{line}:1: "
            "error ART003 [REQUIRES INPUT] is still open"
        )
    ]


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("session", ["__blueprint__", "auth-login", "billing", "export-csv"])
def test_a_marker_in_any_stage_that_is_begun_is_reported_alone(
    idse: Idse, sample: ProjectWorkspace, session: str, stage: Stage
) -> None:
    idse("validate", "--all", "--write-baseline")
    path = sample.folder.parent / sample.store.locate(Place.artifact(sample.project, session, stage))
    begun = idse("status", "--session", session, "--json").document["sessions"][0]["stages"][stage.position]
    if begun["state"] == "pending":
        pytest.skip("a template with another line in it is a stage that is begun: more than a marker is new")
    path.write_bytes(path.read_bytes() + b"\n\n[REQUIRES INPUT] one more\n")

    outcome = idse("validate", "--all", "--json")

    assert outcome.code == 1
    (finding,) = outcome.document["findings"]
    assert (finding["rule"], finding["session"], finding["stage"]) == ("ART003", session, stage.value)


def test_what_is_written_on_an_open_stage_after_the_baseline_is_out_of_sequence(
    idse: Idse, sample: ProjectWorkspace
) -> None:
    idse("validate", "--all", "--write-baseline")
    folder = session_folder(sample, "export-csv")
    for name, line in (("spec.md", "[REQUIRES INPUT] one more"), ("plan.md", "The plan goes on.")):
        (folder / name).write_text((folder / name).read_text("utf-8") + f"\n\n{line}\n", encoding="utf-8")

    outcome = idse("validate", "--all", "--json")

    findings = outcome.document["findings"]
    found = [(item["rule"], item["stage"]) for item in findings if item["severity"] == "error"]
    assert found == [("ART003", "spec"), ("SEQ001", "plan")]
    idse("validate", "--all", "--write-baseline")
    assert idse("validate", "--all").code == 0


def test_moved_lines_stay_accepted(idse: Idse, sample: ProjectWorkspace) -> None:
    idse("validate", "--all", "--write-baseline")
    spec = session_folder(sample, "auth-login") / "spec.md"
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text.replace("## Overview", "\n\n## Overview", 1), encoding="utf-8")

    assert idse("validate", "--all").code == 0


def test_what_is_mended_is_said_and_can_be_pruned(idse: Idse, sample: ProjectWorkspace) -> None:
    idse("validate", "--all", "--write-baseline")
    before = (sample.folder / "baseline.json").read_bytes()
    spec = session_folder(sample, "auth-login") / "spec.md"
    spec.write_text(spec.read_text(encoding="utf-8").replace("[REQUIRES INPUT]", "Settled:"), encoding="utf-8")

    said = idse("validate", "--all", "--format", "concise")
    assert "no longer found" in said.err
    assert "--prune-baseline" in said.err
    assert (sample.folder / "baseline.json").read_bytes() == before

    idse("validate", "--all", "--prune-baseline")
    assert (sample.folder / "baseline.json").read_bytes() != before
    assert "no longer found" not in idse("validate", "--all").err


def test_can_be_set_aside_for_a_call(idse: Idse, sample: ProjectWorkspace) -> None:
    idse("validate", "--all", "--write-baseline")

    assert idse("validate", "--all", "--no-baseline").code == 1


def test_the_states_stay_what_the_artifacts_say(idse: Idse, sample: ProjectWorkspace) -> None:
    idse("validate", "--all", "--write-baseline")

    document = idse("status", "--session", "auth-login", "--json").document

    stages = {stage["stage"]: stage["state"] for stage in document["sessions"][0]["stages"]}
    assert stages[Stage.SPEC.value] == "in_progress"
    assert document["sessions"][0]["validation_status"] == "passing"


def test_a_broken_baseline_is_a_precise_error(idse: Idse, sample: ProjectWorkspace) -> None:
    (sample.folder / "baseline.json").write_text('{"schema_version": 1,\n "findings": [3]}', encoding="utf-8")
    state = (project_folder(sample) / "session_state.json").read_bytes()

    outcome = idse("validate")

    assert outcome.code == 2
    assert ".idse/baseline.json:2:15: this is not an entry of a baseline" in outcome.err
    assert (project_folder(sample) / "session_state.json").read_bytes() == state
