"""The workspace that is shipped with the package to show what it looks like, and the repository's own."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Dict, List, Tuple

import pytest

import idse_core
from idse_core.pipeline_artifacts import Layout, PipelineArtifacts, Stage, TemplateValues
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageState
from idse_core.validation.findings import Finding
from idse_core.validation.report import Report
from idse_core.validation_engine import ValidationEngine
from tests.builders import config_for, project_folder, session_folder, tree

SAMPLE = Path(idse_core.__file__).parent / "sample" / "workspace"
REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> ProjectWorkspace:
    """A copy, on which nothing is written."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(str(SAMPLE), str(folder / ".idse"))
    return ProjectWorkspace.open(config_for(folder))


@pytest.fixture(scope="module")
def report(sample: ProjectWorkspace) -> Report:
    return ValidationEngine(sample, use_cache=False).validate(sample.sessions())


def of(report: Report, session: str) -> List[Finding]:
    return [item for item in report.findings if item.session == session]


def untouched(sample: ProjectWorkspace, report: Report) -> List[Tuple[str, Stage]]:
    return [
        (item.session, stage)
        for item in report.sessions
        for stage, status in item.stages.items()
        if status.state is StageState.PENDING
    ]


@pytest.mark.parametrize("session", ["__blueprint__", "export-csv"])
def test_what_is_done_has_no_findings(report: Report, session: str) -> None:
    (own,) = (item for item in report.sessions if item.session == session)

    assert {status.state for status in own.stages.values()} == {StageState.COMPLETED}
    assert [item for item in own.findings if item.severity.value != "info"] == []
    assert not any(status.stale for status in own.stages.values())


def test_what_is_in_work_has_the_findings_that_it_is_there_to_show(report: Report) -> None:
    found = [item for item in of(report, "auth-login") if item.severity.value == "error"]

    spec = Counter(item.rule for item in found if item.stage is Stage.SPEC)
    assert spec == {"ART003": 2, "SPEC003": 1}
    plan = Counter(item.rule for item in found if item.stage is Stage.PLAN)
    assert plan.pop("SEQ001") == 1
    assert set(plan) == {"ART003"}
    assert not [item for item in of(report, "auth-login") if item.stage in {Stage.INTENT, Stage.CONTEXT}]
    (sequence,) = (item for item in found if item.rule == "SEQ001")
    assert sequence.message == "plan has content, but spec has 2 open markers and 1 other error"


def test_the_project_itself_is_sound(report: Report) -> None:
    assert report.project_findings == ()
    assert not [item for item in report.findings if item.rule.startswith("WS")]


def test_what_nobody_wrote_in_is_a_fresh_rendering_of_its_template(sample: ProjectWorkspace, report: Report) -> None:
    templates = PipelineArtifacts()
    found = untouched(sample, report)
    assert len(found) > 10
    for session, stage in found:
        metadata = sample.metadata(session)
        values = TemplateValues(metadata.title, sample.project, session, metadata.session_type.value)
        shown = (session_folder(sample, session) / Layout.FLAT.path(stage)).read_text("utf-8")
        stacked = templates.render(stage, values._replace(stack="\0"))
        fresh = templates.render(stage, values)
        if stacked != fresh:  # the stack was filled in by whoever created the session
            before, _, after = stacked.partition("\0")
            assert shown == fresh or (shown.startswith(before) and shown.endswith(after))
        else:
            assert shown == fresh


def test_it_shows_every_state_and_both_verdicts(report: Report) -> None:
    states = {status.state for item in report.sessions for status in item.stages.values()}
    verdicts = {item.validation_status.value for item in report.sessions}

    assert states == set(StageState)
    assert verdicts == {"passing", "failing"}


def test_the_record_is_what_validating_all_would_write(tmp_path: Path) -> None:
    shutil.copytree(str(SAMPLE), str(tmp_path / ".idse"))
    workspace = ProjectWorkspace.open(config_for(tmp_path))
    engine = ValidationEngine(workspace)

    engine.record(engine.validate(workspace.sessions()))

    assert tree(tmp_path / ".idse") == tree(SAMPLE)
    path = project_folder(workspace) / "session_state.json"
    assert path.read_bytes().endswith(b"}\n")


def test_every_reference_of_the_metadata_is_a_session(sample: ProjectWorkspace) -> None:
    known, all_named = set(sample.sessions()), set()
    for session in known:
        metadata = sample.metadata(session)
        named = {*metadata.depends_on, *metadata.related_sessions, *filter(None, [metadata.parent_session])}
        assert named <= known - {session}
        all_named |= named
        assert metadata.present
    assert all_named


def test_no_local_folder_is_shipped() -> None:
    assert not (SAMPLE / ".local").exists()
    record: Dict[str, object] = json.loads(
        (SAMPLE / "projects" / "customer-portal" / "session_state.json").read_text("utf-8")
    )
    assert record["schema_version"] == 1


def test_this_repositorys_own_workspace_passes(tmp_path: Path) -> None:
    if not (REPOSITORY / ".idse" / "projects").is_dir():
        pytest.skip("not a checkout of the repository: it has no .idse of its own")
    shutil.copytree(str(REPOSITORY / ".idse"), str(tmp_path / ".idse"), ignore=shutil.ignore_patterns(".local"))
    for path in REPOSITORY.iterdir():  # what its artifacts refer to
        if path.name not in {".idse", ".git"}:
            (tmp_path / path.name).symlink_to(path)
    workspace = ProjectWorkspace.open(config_for(tmp_path))
    engine = ValidationEngine(workspace)

    report = engine.validate(workspace.sessions())

    assert [f"{item.path}:{item.line} {item.rule} {item.message}" for item in report.findings if _is_error(item)] == []
    before = tree(tmp_path / ".idse")
    engine.record(report)
    assert tree(tmp_path / ".idse") == before


def _is_error(item: Finding) -> bool:
    return item.severity.value == "error"
