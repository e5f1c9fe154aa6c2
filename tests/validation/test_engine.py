from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Callable, Dict, List, Set

import pytest

from idse_core.errors import NotFoundError
from idse_core.events import Event, FileWritten, SessionExamined, Warned
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_basis import parse_basis
from idse_core.stage_state_model import StageState, ValidationStatus
from idse_core.validation.findings import Finding
from idse_core.validation.report import Report
from idse_core.validation_engine import ValidationEngine
from tests.builders import (
    add_session,
    config_for,
    make_workspace,
    project_folder,
    reopened,
    session_folder,
    tree,
    write_artifact,
    write_json,
)

SAMPLE = Path(__file__).parents[2] / "idse_core" / "sample" / "workspace" / "projects" / "customer-portal" / "sessions"
DONE: Dict[Stage, str] = {
    stage: (SAMPLE / "export-csv" / name).read_text(encoding="utf-8")
    for stage, name in {
        Stage.INTENT: "intent.md",
        Stage.CONTEXT: "context.md",
        Stage.SPEC: "spec.md",
        Stage.PLAN: "plan.md",
        Stage.TASKS: "tasks.md",
        Stage.IMPLEMENTATION: "implementation/README.md",
        Stage.FEEDBACK: "feedback/feedback.md",
    }.items()
}
"""Artifacts that the core pack has nothing against."""

MARKER = "[REQUIRES INPUT]"
NAME = "export"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both workspaces below, made once; tests get copies."""
    folder = tmp_path_factory.mktemp("made")
    for name, artifacts in (("new", {}), ("done", DONE)):
        (folder / name).mkdir()
        record(make_workspace(folder / name, sessions={NAME: artifacts}))
    return folder


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> ProjectWorkspace:
    """A project with a session whose artifacts are untouched templates."""
    return copied(made / "new", tmp_path)


@pytest.fixture
def done(made: Path, tmp_path: Path) -> ProjectWorkspace:
    """A project with a session that passes, and is recorded as passing."""
    return copied(made / "done", tmp_path)


def copied(made: Path, folder: Path) -> ProjectWorkspace:
    shutil.copytree(str(made / ".idse"), str(folder / ".idse"))
    return ProjectWorkspace.open(config_for(folder))


def judge(workspace: ProjectWorkspace, *sessions: str, cache: bool = True) -> Report:
    return ValidationEngine(reopened(workspace), use_cache=cache).validate(sessions or (NAME,))


def record(workspace: ProjectWorkspace, *sessions: str) -> Report:
    again = reopened(workspace)
    engine = ValidationEngine(again)
    report = engine.validate(sessions or (NAME,))
    engine.record(report)
    return report


def states(report: Report) -> List[str]:
    return [status.state.value for status in report.sessions[0].stages.values()]


def rules(report: Report) -> Set[str]:
    return {item.rule for item in report.findings}


def of(report: Report, rule: str) -> List[Finding]:
    return [item for item in report.findings if item.rule == rule]


def recorded(workspace: ProjectWorkspace) -> Dict[str, object]:
    path = project_folder(workspace) / "session_state.json"
    document: Dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return document


# A session through its life


def test_a_new_session_is_pending_and_failing_for_its_markers(workspace: ProjectWorkspace) -> None:
    report = judge(workspace)

    assert states(report) == ["pending"] * 7
    assert report.sessions[0].validation_status is ValidationStatus.FAILING
    markers = {
        stage: (session_folder(workspace, NAME) / path).read_text("utf-8").count(MARKER) for stage, path in PATHS
    }
    counted = {stage: status.open_markers for stage, status in report.sessions[0].stages.items()}
    assert counted == markers
    assert len(of(report, "ART003")) + len(of(report, "AGT002")) == sum(markers.values())
    assert not of(report, "SEQ001")


PATHS = [
    (Stage.INTENT, "intent.md"),
    (Stage.CONTEXT, "context.md"),
    (Stage.SPEC, "spec.md"),
    (Stage.PLAN, "plan.md"),
    (Stage.TASKS, "tasks.md"),
    (Stage.IMPLEMENTATION, "implementation/README.md"),
    (Stage.FEEDBACK, "feedback/feedback.md"),
]


def test_stage_by_stage_to_passing(workspace: ProjectWorkspace) -> None:
    for number, stage in enumerate(Stage, start=1):
        write_artifact(workspace, NAME, stage, DONE[stage])
        report = record(workspace)
        assert states(report) == ["completed"] * number + ["pending"] * (7 - number)
        verdict = ValidationStatus.PASSING if number == 7 else ValidationStatus.FAILING
        assert report.sessions[0].validation_status is verdict
        entry = recorded(workspace)["sessions"][NAME]  # type: ignore[index]  # as the format says
        assert list(entry["stages"].values()) == states(report)
        assert entry["validation_status"] == verdict.value
        assert list(entry["basis"]) == [stage.value]  # the entries of the stages before it can be seen from it
        assert list(parse_basis(entry["basis"])) == list(Stage)[:number]
    assert report.findings == ()


def test_the_first_words_make_a_stage_in_progress(workspace: ProjectWorkspace) -> None:
    path = session_folder(workspace, NAME) / "intent.md"
    path.write_text(path.read_text("utf-8").replace(MARKER, "Shorter queues.", 1), encoding="utf-8")

    status = judge(workspace).sessions[0].stages[Stage.INTENT]

    assert status.state is StageState.IN_PROGRESS
    assert status.open_markers == path.read_text("utf-8").count(MARKER)


def test_a_marker_that_comes_back_fails_the_session_at_its_place(done: ProjectWorkspace) -> None:
    text = DONE[Stage.PLAN].replace("## Phases\n", f"## Phases\n\nWhen? {MARKER}\n", 1)
    write_artifact(done, NAME, Stage.PLAN, text)

    report = judge(done)

    assert report.sessions[0].stages[Stage.PLAN].state is StageState.IN_PROGRESS
    (marker,) = of(report, "ART003")
    assert text.splitlines()[marker.line - 1] == f"When? {MARKER}"
    assert (marker.column, marker.stage, marker.open_marker) == (7, Stage.PLAN, True)
    assert marker.path == f".idse/projects/customer-portal/sessions/{NAME}/plan.md"
    assert [item.stage for item in of(report, "SEQ001")] == [Stage.TASKS, Stage.IMPLEMENTATION, Stage.FEEDBACK]


def test_a_plan_on_a_specification_with_open_markers_is_out_of_sequence(done: ProjectWorkspace) -> None:
    write_artifact(done, NAME, Stage.SPEC, DONE[Stage.SPEC] + f"\n{MARKER} one\n\n{MARKER} two\n")
    for stage in (Stage.TASKS, Stage.IMPLEMENTATION, Stage.FEEDBACK):
        write_artifact(done, NAME, stage, "")

    report = judge(done)

    (found,) = of(report, "SEQ001")
    assert found.stage is Stage.PLAN
    assert found.message == "plan has content, but spec has 2 open markers"
    assert found.fix == "Complete the spec first, or take the plan back to its template."
    assert report.sessions[0].stages[Stage.PLAN].state is StageState.IN_PROGRESS
    assert report.sessions[0].stages[Stage.PLAN].errors == 1


@pytest.mark.parametrize("content", [None, "", " \r\n\t"])
def test_an_artifact_that_is_absent_or_empty_is_pending(done: ProjectWorkspace, content: str) -> None:
    path = write_artifact(done, NAME, Stage.FEEDBACK, content or "")
    if content is None:
        path.unlink()

    report = judge(done)

    assert states(report) == ["completed"] * 6 + ["pending"]
    (found,) = of(report, "ART001")
    assert found.message == f"feedback.md is {'missing' if content is None else 'empty'}"
    assert found.path.endswith("/feedback/feedback.md")


def test_a_stage_is_stale_when_an_earlier_one_changed_until_it_is_accepted(done: ProjectWorkspace) -> None:
    write_artifact(done, NAME, Stage.INTENT, DONE[Stage.INTENT] + "\nOne sentence more.\n")

    report = record(done)

    stale = [stage for stage, status in report.sessions[0].stages.items() if status.stale]
    assert stale == [stage for stage in Stage if stage is not Stage.INTENT]
    assert report.sessions[0].validation_status is ValidationStatus.PASSING
    assert {item.severity.value for item in of(report, "SEQ002")} == {"warning"}
    assert of(report, "SEQ002")[0].message == "context was completed before intent changed"
    assert states(report) == ["completed"] * 7

    digests = {stage: status.digest for stage, status in report.sessions[0].stages.items()}
    done.update_state(lambda model: model.accept(NAME, Stage.CONTEXT, digests))
    again = record(done)
    assert [item.stage for item in of(again, "SEQ002")] == list(Stage)[2:]


def test_a_stale_stage_that_is_edited_is_not_stale_any_more(done: ProjectWorkspace) -> None:
    write_artifact(done, NAME, Stage.INTENT, DONE[Stage.INTENT] + "\nOne sentence more.\n")
    write_artifact(done, NAME, Stage.SPEC, DONE[Stage.SPEC] + "\nAnd here as well.\n")

    report = record(done)

    assert Stage.SPEC not in {item.stage for item in of(report, "SEQ002")}
    assert of(report, "SEQ002")[-1].message == "feedback was completed before intent and spec changed"


def test_the_change_that_is_taken_back_makes_nothing_stale(done: ProjectWorkspace) -> None:
    write_artifact(done, NAME, Stage.INTENT, DONE[Stage.INTENT] + "\nMore.\n")
    assert of(record(done), "SEQ002")
    write_artifact(done, NAME, Stage.INTENT, DONE[Stage.INTENT])

    assert record(done).findings == ()


def test_the_text_of_another_workspaces_template_is_content(workspace: ProjectWorkspace) -> None:
    templates = workspace.folder / "templates"
    templates.mkdir()
    ours = "# Our intent: {{ title }}\n\n## Goal\n\nWrite here.\n"
    before = judge(workspace)
    write_artifact(workspace, NAME, Stage.INTENT, ours.replace("{{ title }}", "T"))
    assert judge(workspace).sessions[0].stages[Stage.INTENT].state is StageState.IN_PROGRESS

    (templates / "intent.md").write_text(ours, encoding="utf-8")
    report = judge(workspace)
    assert report.sessions[0].stages[Stage.INTENT].state is StageState.PENDING
    assert [item.message for item in of(report, "ART005") if item.stage is Stage.INTENT] == [
        "section 'Goal' is still the template's text"
    ]
    assert before.sessions[0].stages[Stage.INTENT].state is StageState.PENDING


# Recording


def test_recording_writes_nothing_when_nothing_changed(done: ProjectWorkspace) -> None:
    path = project_folder(done) / "session_state.json"
    before, stat = path.read_bytes(), path.stat()

    record(done)

    assert path.read_bytes() == before
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (stat.st_ino, stat.st_mtime_ns)


def test_judging_writes_nothing_outside_of_the_local_folder(workspace: ProjectWorkspace) -> None:
    before = tree(workspace.folder)

    judge(workspace, BLUEPRINT, NAME)

    assert tree(workspace.folder) == before


def test_recording_one_session_keeps_the_others(done: ProjectWorkspace) -> None:
    add_session(done, "other", switch=False)
    before = recorded(done)["sessions"][NAME]  # type: ignore[index]  # as the format says

    record(done, "other")

    assert recorded(done)["sessions"][NAME] == before  # type: ignore[index]
    assert recorded(done)["session_id"] == BLUEPRINT


def test_recording_over_a_broken_state_file_keeps_it_aside_and_judges_all_sessions(done: ProjectWorkspace) -> None:
    path = project_folder(done) / "session_state.json"
    path.write_bytes(b'{"sessions": {<<<<<<< ours\n')
    events: List[Event] = []
    again = ProjectWorkspace(done.folder, done.project, on_event=events.append)
    engine = ValidationEngine(again)

    report = engine.validate([BLUEPRINT])
    engine.record(report)

    assert "WS003" in rules(report)
    assert list(recorded(done)["sessions"]) == [BLUEPRINT, NAME]  # type: ignore[call-overload]  # an object
    kept = [file for file in (done.folder / ".local" / "displaced").rglob("*") if file.is_file()]
    assert [file.read_bytes() for file in kept] == [b'{"sessions": {<<<<<<< ours\n']
    assert len([event for event in events if isinstance(event, Warned)]) == 1
    assert [event.path for event in events if isinstance(event, FileWritten)][-1].endswith("session_state.json")
    assert not of(judge(done), "WS003")


def test_unknown_keys_of_the_state_file_survive(done: ProjectWorkspace) -> None:
    path = project_folder(done) / "session_state.json"
    document = {"zeta": [1], **recorded(done), "alpha": {"b": None}}
    document["sessions"][NAME]["note"] = "ours"  # type: ignore[index]  # as the format says
    write_json(path, document)
    write_artifact(done, NAME, Stage.SPEC, "")

    record(done)

    after = recorded(done)
    assert list(after) == list(document)
    assert (after["zeta"], after["alpha"]) == ([1], {"b": None})
    assert after["sessions"][NAME]["note"] == "ours"  # type: ignore[index]


# The report


def test_a_session_that_does_not_exist(workspace: ProjectWorkspace) -> None:
    with pytest.raises(NotFoundError):
        judge(workspace, "nowhere")


def test_findings_stand_in_the_fixed_order(workspace: ProjectWorkspace) -> None:
    add_session(workspace, "a-first", switch=False)
    (project_folder(workspace) / "agent_registry.json").write_text("{", encoding="utf-8")
    write_json(session_folder(workspace, NAME) / "metadata" / "session.json", {"parent_session": "gone"})

    findings = judge(workspace, NAME, BLUEPRINT, "a-first").findings

    assert findings[0].rule == "WS004"
    sessions = [item.session for item in findings if item.session]
    assert list(dict.fromkeys(sessions)) == [BLUEPRINT, "a-first", NAME]
    for session in set(sessions):
        places = [
            (-1 if item.stage is None else item.stage.position, item.line, item.column, item.rule)
            for item in findings
            if item.session == session
        ]
        assert places == sorted(places)


def test_findings_of_the_project_that_stand_at_a_session_belong_to_that_session(workspace: ProjectWorkspace) -> None:
    write_json(session_folder(workspace, NAME) / "metadata" / "session.json", {"depends_on": [NAME]})

    report = judge(workspace, NAME)
    other = judge(workspace, BLUEPRINT)

    assert [item.session for item in of(report, "WS007")] == [NAME]
    assert not of(other, "WS007")
    assert of(report, "WS007")[0].path.endswith(f"{NAME}/metadata/session.json")


def test_progress_is_announced_session_by_session(workspace: ProjectWorkspace) -> None:
    events: List[Event] = []

    ValidationEngine(workspace, on_event=events.append).validate([NAME, BLUEPRINT])

    assert events == [SessionExamined(NAME, 1, 2), SessionExamined(BLUEPRINT, 2, 2)]


def test_a_project_on_disk_may_have_a_name_with_spaces(workspace: ProjectWorkspace) -> None:
    project_folder(workspace).rename(workspace.folder / "projects" / "my old project")
    spaced = ProjectWorkspace(workspace.folder, "my old project")
    (workspace.folder / "projects" / "my old project" / "CURRENT_SESSION").write_text("gone\n", encoding="utf-8")

    (found,) = of(ValidationEngine(spaced).validate([NAME]), "WS001")

    assert found.message == "CURRENT_SESSION names no session: 'gone'"
    assert found.path == ".idse/projects/my old project/CURRENT_SESSION"


# Fingerprints


def fingerprints(report: Report) -> List[str]:
    return [item.fingerprint for item in report.findings]


def test_fingerprints_survive_moved_lines_and_other_line_ends(done: ProjectWorkspace) -> None:
    text = DONE[Stage.SPEC] + f"\n## Open\n\n- a {MARKER}\n- b {MARKER}\n"
    write_artifact(done, NAME, Stage.SPEC, text)
    before = of(judge(done), "ART003")

    write_artifact(done, NAME, Stage.SPEC, "\n\n" + text.replace("\n", "\r\n").replace(f"a {MARKER}", f"a   {MARKER}"))
    after = of(judge(done), "ART003")

    assert [item.fingerprint for item in after] == [item.fingerprint for item in before]
    assert [item.line for item in after] == [item.line + 2 for item in before]
    assert len({item.fingerprint for item in after}) == 2


def test_fingerprints_tell_a_swap_another_section_and_another_session_apart(done: ProjectWorkspace) -> None:
    def one(text: str, session: str = NAME) -> str:
        write_artifact(done, session, Stage.SPEC, DONE[Stage.SPEC] + text)
        return of(judge(done, session), "ART003")[0].fingerprint

    add_session(done, "twin", switch=False)

    found = [
        one(f"\n## Open\n\n- a {MARKER}\n"),
        one(f"\n## Open\n\n- b {MARKER}\n"),
        one(f"\n## Closed\n\n- a {MARKER}\n"),
        one(f"\n## Open\n\n- a {MARKER}\n", "twin"),
    ]

    assert len(set(found)) == 4
    assert all(len(item) == 16 and set(item) <= set("0123456789abcdef") for item in found)


# The cache


def cache_of(workspace: ProjectWorkspace) -> Path:
    return workspace.folder / ".local" / "cache" / "results.sqlite3"


def both(workspace: ProjectWorkspace) -> Report:
    """The report, after making sure that cold, warm and uncached runs agree on it."""
    uncached = judge(workspace, BLUEPRINT, NAME, cache=False)
    assert judge(workspace, BLUEPRINT, NAME) == uncached
    assert judge(workspace, BLUEPRINT, NAME) == uncached
    return uncached


def test_cached_and_uncached_runs_give_equal_reports(workspace: ProjectWorkspace) -> None:
    write_artifact(workspace, NAME, Stage.SPEC, f"# S\r\n\r\n## 😀\r\n\r\n- größer {MARKER}\x1b[31m {{{{ x }}}}\r\n")
    write_artifact(workspace, NAME, Stage.TASKS, '## Agent Profile\n\n```yaml\n"\\uD800": 1\n```\n')
    (session_folder(workspace, NAME) / "plan.md").write_bytes(b"\xff")

    report = both(workspace)

    assert cache_of(workspace).is_file()
    assert {"ART002", "ART003", "ART004"} <= rules(report)


def test_the_cache_is_used(done: ProjectWorkspace) -> None:
    judge(done)
    connection = sqlite3.connect(str(cache_of(done)))
    with connection:
        ((count,),) = connection.execute("SELECT count(*) FROM results")
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in tables - {"results"}:  # what is remembered of whole sessions rests on the results
            connection.execute(f"DELETE FROM {table}")
        connection.execute("UPDATE results SET value = '[false' || substr(value, 6)")
    connection.close()

    assert count >= 7
    assert states(judge(done)) == ["pending"] * 7
    assert states(judge(done, cache=False)) == ["completed"] * 7


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff\xfe",
        b"no json",
        b"[]",
        b"null",
        b"[true, {}]",
        b"[true, [], [[], [], [], []], []]",
        b"[true, {}, [[], [], []], []]",
        b"[true, {}, [[3], [], [], []], []]",
        b"[true, {}, [[], [[]], [], []], []]",
        b"[true, {}, [[], [], [], []], [[1]]]",
        b'[true, {"ART003": 3}, [[], [], [], []], []]',
        b'[true, {"ART003": [[1, 1, 1, [], "", [], "", null, "", "", 11]]}, [[], [], [], []], []]',
        b'[true, {"NOSUCH001": [[1, 1, 1, [], "", [], ""]]}, [[], [], [], []], []]',
        b"[" * 5000,
    ],
    ids=lambda value: value[:40].decode("latin-1"),
)
def test_a_result_that_is_not_one_is_worked_out_again(done: ProjectWorkspace, value: bytes) -> None:
    before = judge(done)
    connection = sqlite3.connect(str(cache_of(done)))
    with connection:  # every other one as bytes, which is not what the column holds
        connection.execute("UPDATE results SET value = ?", (value.decode("latin-1"),))
        connection.execute("UPDATE results SET value = ? WHERE key < '8'", (value,))
    connection.close()

    assert judge(done) == before


def garbage(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def other_schema(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(str(path))
    connection.execute("CREATE TABLE results (a, b, c)")
    connection.close()


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def link_out(path: Path) -> None:
    outside = path.parents[3] / "outside.sqlite3"
    shutil.move(str(path), str(outside))
    path.symlink_to(outside)


def folder_out(path: Path) -> None:
    outside = path.parents[3] / "outside"
    shutil.move(str(path.parent), str(outside))
    path.parent.symlink_to(outside, target_is_directory=True)


@pytest.mark.parametrize("harm", [garbage, truncated, other_schema, folder, empty, link_out, folder_out])
def test_a_cache_that_can_not_be_used_is_ignored(done: ProjectWorkspace, harm: Callable[[Path], None]) -> None:
    before = judge(done)
    harm(cache_of(done))
    outside = {path: path.read_bytes() for path in done.folder.parent.glob("outside*/*") if path.is_file()}
    outside.update({path: path.read_bytes() for path in done.folder.parent.glob("outside*") if path.is_file()})

    write_artifact(done, NAME, Stage.SPEC, DONE[Stage.SPEC] + "\n")
    assert judge(done).sessions[0].findings == judge(done, cache=False).sessions[0].findings
    write_artifact(done, NAME, Stage.SPEC, DONE[Stage.SPEC])
    assert judge(done) == before
    assert {path: path.read_bytes() for path in outside} == outside


def test_a_cache_that_another_process_has_locked_is_ignored(done: ProjectWorkspace) -> None:
    before = judge(done)
    connection = sqlite3.connect(str(cache_of(done)), isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        assert judge(done) == before
    finally:
        connection.close()


def test_results_do_not_survive_a_changed_pack(done: ProjectWorkspace) -> None:
    assert both(done).sessions[1].findings == ()
    packs = done.folder / "rules"
    packs.mkdir()
    pack = (
        "pack: team\nrules:\n  - id: TEAM001\n    name: no-csv\n    kind: forbid-pattern\n    stages: all\n"
        "    with: {{literals: [{}]}}\n    message: '{{match}}'\n    fix: x\n"
    )

    (packs / "team.yaml").write_text(pack.format("CSV"), encoding="utf-8")
    assert {item.message for item in of(both(done), "TEAM001")} == {"CSV"}
    (packs / "team.yaml").write_text(pack.format("invoices"), encoding="utf-8")
    assert {item.message for item in of(both(done), "TEAM001")} == {"invoices"}
    (packs / "team.yaml").unlink()
    assert both(done).sessions[1].findings == ()


def test_results_do_not_survive_a_changed_template(done: ProjectWorkspace) -> None:
    assert states(judge(done))[0] == "completed"
    templates = done.folder / "templates"
    templates.mkdir()

    (templates / "intent.md").write_text(DONE[Stage.INTENT], encoding="utf-8")
    assert both(done).sessions[1].stages[Stage.INTENT].state is StageState.PENDING
    (templates / "intent.md").write_text("# Other\n", encoding="utf-8")
    assert both(done).sessions[1].stages[Stage.INTENT].state is StageState.COMPLETED


def test_results_are_those_of_the_stage(workspace: ProjectWorkspace) -> None:
    for stage in Stage:
        write_artifact(workspace, NAME, stage, "# The same text everywhere\n\nx\n")

    report = both(workspace)

    missing = {item.rule for item in report.sessions[1].findings}
    assert {"INT001", "CTX001", "SPEC002", "PLAN001", "TASK001", "IMPL001", "FDBK001"} <= missing


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_link_out_of_the_workspace_is_not_read(done: ProjectWorkspace) -> None:
    secret = done.folder.parent / "secret.md"
    secret.write_text(f"TOP SECRET {MARKER}\n", encoding="utf-8")
    path = session_folder(done, NAME) / "spec.md"
    path.unlink()
    path.symlink_to(secret)

    report = both(done)

    (found,) = of(report, "ART002")
    assert "outside" in found.message
    assert "SECRET" not in repr(report)
    assert report.sessions[1].stages[Stage.SPEC].state is StageState.IN_PROGRESS
