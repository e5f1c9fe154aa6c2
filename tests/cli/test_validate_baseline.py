from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any, Dict, List, Set

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


def test_fixed_findings_are_reported_and_can_be_pruned(idse: Idse, sample: ProjectWorkspace) -> None:
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


def test_the_baseline_can_be_ignored_for_a_call(idse: Idse, sample: ProjectWorkspace) -> None:
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


def entries(workspace: ProjectWorkspace) -> List[Dict[str, Any]]:
    document = json.loads((workspace.folder / "baseline.json").read_text(encoding="utf-8"))
    found: List[Dict[str, Any]] = document["findings"]
    return found


def total(workspace: ProjectWorkspace) -> int:
    return sum(entry["times"] for entry in entries(workspace))


def known_sessions(workspace: ProjectWorkspace) -> Set[str]:
    """The sessions that the baseline says anything about."""
    document = json.loads((workspace.folder / "baseline.json").read_text(encoding="utf-8"))
    named = {entry["session"] for entry in document["findings"] if entry["session"]}
    return named.union(*document["artifacts"].values())


def found_by_rule(idse: Idse, *words: str) -> Dict[str, int]:
    document = idse("validate", "--all", "--no-baseline", "--statistics", "--json", *words).document
    return {item["rule"]: item["findings"] for item in document["rules"]}


def test_only_what_is_selected_is_accepted(idse: Idse, sample: ProjectWorkspace) -> None:
    found = found_by_rule(idse)
    assert len(found) > 1

    idse("validate", "--all", "--write-baseline", "--select", "requires-input")

    assert {entry["rule"] for entry in entries(sample)} == {"ART003"}
    assert total(sample) == found["ART003"]
    outcome = idse("validate", "--all", "--json")
    assert outcome.code == 1
    assert sum(outcome.document["counts"].values()) == sum(found.values()) - found["ART003"]


def test_what_is_not_selected_stays_in_the_baseline(idse: Idse, sample: ProjectWorkspace) -> None:
    idse("validate", "--all", "--write-baseline")
    before = entries(sample)
    (sample.folder / "baseline.json").unlink()
    idse("validate", "--all", "--write-baseline", "--ignore", "TRC005")
    assert {entry["rule"] for entry in entries(sample)} == {entry["rule"] for entry in before} - {"TRC005"}

    idse("validate", "--all", "--write-baseline", "--select", "TRC005")

    assert entries(sample) == before


def test_only_what_is_before_a_stage_is_accepted(idse: Idse, sample: ProjectWorkspace) -> None:
    wanted = sum(found_by_rule(idse, "--through", "spec").values())

    idse("validate", "--all", "--write-baseline", "--through", "spec")

    later = ("plan.md", "tasks.md", "README.md", "feedback.md")
    assert 0 < wanted <= total(sample)  # some stand for several
    assert not [entry for entry in entries(sample) if entry["path"].endswith(later)]
    assert idse("validate", "--all", "--through", "spec").code == 0
    assert idse("validate", "--all").code == 1


def test_only_what_changed_is_accepted(idse: Idse, sample: ProjectWorkspace) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    git = ["git", "-C", str(sample.folder.parent), "-c", "user.name=x", "-c", "user.email=x@localhost"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    spec = session_folder(sample, "auth-login") / "spec.md"
    spec.write_text(spec.read_text(encoding="utf-8") + "\n[REQUIRES INPUT] one more\n", encoding="utf-8")

    idse("validate", "--all", "--write-baseline", "--since", "HEAD")

    assert {entry["path"].rpartition("sessions/")[2] for entry in entries(sample)} == {"auth-login/spec.md"}


def test_accepted_findings_of_a_deleted_session_are_reported_and_can_be_dropped(
    idse: Idse, sample: ProjectWorkspace
) -> None:
    idse("validate", "--all", "--write-baseline")
    of_session = sum(entry["times"] for entry in entries(sample) if entry["session"] == "auth-login")
    before, kept = total(sample), (sample.folder / "baseline.json").read_bytes()
    shutil.rmtree(str(session_folder(sample, "auth-login")))

    said = idse("validate", "--all", "--format", "concise").err
    assert f"the baseline accepts {of_session} finding" in said
    assert "idse validate --all --prune-baseline" in said
    assert "no longer found" not in idse("validate", "--session", "billing", "--format", "concise").err

    idse("validate", "--all", "--prune-baseline")
    assert total(sample) <= before - of_session
    assert known_sessions(sample) == set(sample.sessions())

    (sample.folder / "baseline.json").write_bytes(kept)
    idse("validate", "--all", "--write-baseline")
    assert known_sessions(sample) == set(sample.sessions())


@pytest.mark.parametrize("option", ["--prune-baseline", "--write-baseline"])
def test_accepted_findings_of_a_deleted_project_are_reported_and_can_be_dropped(
    idse: Idse, sample: ProjectWorkspace, option: str
) -> None:
    idse("validate", "--all", "--write-baseline")
    own = total(sample)
    idse("init", "second")
    idse("init", "third")
    for name in ("second", "third"):
        idse("validate", "--all", "--write-baseline", "--project", name)
    of_each = (total(sample) - own) // 2
    shutil.rmtree(str(sample.folder / "projects" / "second"))
    words = ["--project", sample.project, "--format", "concise", "--no-state"]

    said = idse("validate", "--all", *words).err
    assert f"the baseline accepts {of_each} findings no longer found" in said
    assert "idse validate --all --prune-baseline" in said
    assert "no longer found" not in idse("validate", *words).err
    idse("validate", "--prune-baseline", *words)
    assert total(sample) == own + 2 * of_each

    idse("validate", "--all", option, *words)
    assert total(sample) == own + of_each
    document = json.loads((sample.folder / "baseline.json").read_text(encoding="utf-8"))
    assert set(document["artifacts"]) == {sample.project, "third"}
    assert "no longer found" not in idse("validate", "--all", *words).err


def test_pruning_with_a_selection_drops_only_that(idse: Idse, sample: ProjectWorkspace) -> None:
    idse("validate", "--all", "--write-baseline")
    shutil.rmtree(str(session_folder(sample, "auth-login")))

    idse("validate", "--all", "--prune-baseline", "--select", "ART003")

    left = {entry["rule"] for entry in entries(sample) if entry["session"] == "auth-login"}
    assert left
    assert "ART003" not in left
    assert idse("validate", "--all", "--prune-baseline", "--through", "spec").code == 2


@pytest.mark.parametrize("option", ["--write-baseline", "--prune-baseline"])
def test_nothing_is_written_while_a_rule_is_broken(idse: Idse, sample: ProjectWorkspace, option: str) -> None:
    idse("validate", "--all", "--write-baseline")
    before = (sample.folder / "baseline.json").read_bytes()
    (sample.folder / "rules").mkdir()
    (sample.folder / "rules" / "team.yaml").write_text(
        "pack: team\nrules:\n  - {id: TEAM001, name: slow, kind: forbid-pattern, stage: intent, severity: info, "
        "with: {pattern: '(a+)+$'}, message: m, fix: f}\n",
        encoding="utf-8",
    )
    intent = session_folder(sample, "export-csv") / "intent.md"
    intent.write_text(intent.read_text(encoding="utf-8") + f"\n{'a' * 60}!\n", encoding="utf-8")

    outcome = idse("validate", "--all", option)

    assert outcome.code == 2
    assert "TEAM001 failed" in outcome.err
    assert ".idse/rules/team.yaml" in outcome.err
    assert "mend TEAM001 or set its severity to off" in outcome.err
    assert (sample.folder / "baseline.json").read_bytes() == before


@pytest.mark.parametrize(
    "content", ['{"schema_version":1,"findings":[{"x":1}]}', '{"schema_version":1,"findings":3}', "torn"]
)
def test_the_advice_about_a_broken_baseline_helps(idse: Idse, sample: ProjectWorkspace, content: str) -> None:
    baseline = sample.folder / "baseline.json"
    baseline.write_text(content, encoding="utf-8")

    refused = idse("validate", "--all", "--write-baseline", "--no-state")

    assert refused.code == 2
    assert "mend it, or move it away" in refused.err
    assert baseline.read_text(encoding="utf-8") == content
    baseline.rename(sample.folder / "baseline.old.json")
    assert idse("validate", "--all", "--write-baseline", "--no-state").code == 0
    assert total(sample) > 0


def test_a_rule_may_be_named_by_its_name(idse: Idse, sample: ProjectWorkspace) -> None:
    idse("validate", "--all", "--write-baseline")
    path, names = sample.folder / "baseline.json", {"ART003": "requires-input"}
    found = [{**entry, "rule": names.get(entry["rule"], entry["rule"])} for entry in entries(sample)]
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "findings": found}), encoding="utf-8")
    assert idse("validate", "--all", "--format", "concise").out == ""

    shutil.rmtree(str(session_folder(sample, "auth-login")))
    idse("validate", "--all", "--prune-baseline", "--select", "ART003")

    left = {entry["rule"] for entry in entries(sample) if entry["session"] == "auth-login"}
    assert left
    assert "requires-input" not in left


def test_the_number_of_accepted_findings_is_shown(idse: Idse, sample: ProjectWorkspace) -> None:
    idse("validate", "--all", "--write-baseline", "--no-state")
    accepted = total(sample)
    of_session = sum(entry["times"] for entry in entries(sample) if entry["session"] == "auth-login")

    text = idse("validate", "--all", "--no-state").out
    document = idse("validate", "--all", "--no-state", "--json").document

    assert f"no new findings, {accepted} accepted by the baseline" in text.splitlines()[-1]
    assert "auth-login: passing" in text
    assert f"no new findings, {of_session} accepted by the baseline" in text
    assert document["accepted"] == accepted
    assert {item["session_id"]: item["accepted"] for item in document["sessions"]}["auth-login"] == of_session
    words = f"(0 errors, 0 warnings, {of_session} accepted by the baseline)"
    assert words in idse("status", "--session", "auth-login").out
    assert idse("status", "--session", "auth-login", "--json").document["sessions"][0]["accepted"] == of_session
    assert f"({of_session} accepted by the baseline)" in idse("status", "--all").out


def test_where_nothing_is_accepted_there_is_nothing_to_prune(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("validate", "--session", "export-csv", "--prune-baseline")

    assert outcome.code == 0
    assert "nothing is accepted" in outcome.err
    assert not (sample.folder / "baseline.json").exists()
