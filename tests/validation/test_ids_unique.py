"""``ids-define`` beyond one artifact, with packs as teams write them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

import pytest

from idse_core.errors import PackError
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores import file_stamps
from idse_core.validation.defined_ids import DefinedIds
from idse_core.validation.facts import Definition, IdQuestion
from idse_core.validation.packs import PackSource, compile_packs
from idse_core.validation_engine import ValidationEngine
from tests.builders import add_session, make_workspace, reopened, write_artifact

PACK = """\
pack: team
rules:
  - id: TEAM001
    name: one-home
    kind: ids-define
    with: {{prefix: REQ, stage: spec, unique: {unique}{more}}}
    message: "{{id}} is defined again; first in line {{first}}"
    fix: "Give it a number of its own."
"""
SPEC = "# Spec\n\n## Requirements\n\n- REQ-1: a\n- REQ-2: b\n"

Found = List[Tuple[str, str, int, str]]


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    made = make_workspace(tmp_path, sessions={"auth": {Stage.SPEC: SPEC}})
    add_session(made, "billing", switch=False)
    return made


def with_rule(workspace: ProjectWorkspace, unique: str, more: str = "") -> None:
    folder = workspace.folder / "rules"
    folder.mkdir(exist_ok=True)
    (folder / "team.yaml").write_text(PACK.format(unique=unique, more=more), "utf-8")


def found(workspace: ProjectWorkspace, sessions: Optional[Sequence[str]] = None) -> Found:
    opened = reopened(workspace)
    report = ValidationEngine(opened).validate(sessions or opened.sessions())
    mine = [item for item in report.findings if item.rule == "TEAM001"]
    return [(item.session, item.path.rpartition("/")[2], item.line, item.message) for item in mine]


def path(workspace: ProjectWorkspace, session: str, name: str = "spec.md") -> str:
    folder = f".idse/projects/{workspace.project}/sessions/{session}"
    (file,) = (workspace.folder.parent / folder).rglob(name)
    return file.relative_to(workspace.folder.parent).as_posix()


def test_in_a_session_another_artifact_must_not_define_the_id_again(workspace: ProjectWorkspace) -> None:
    plan = "# Plan\n\n- REQ-1 is met by x\n\n## Requirements\n\n- REQ-2: of another kind\n- REQ-3: only here\n"
    write_artifact(workspace, "auth", Stage.PLAN, plan)
    again = ("auth", "plan.md", 7, f"REQ-2 is defined again; first in line 6 of {path(workspace, 'auth')}")

    with_rule(workspace, "artifact")
    assert found(workspace) == []
    with_rule(workspace, "session")
    assert found(workspace) == [again]
    with_rule(workspace, "session", ", under: [Needs]")
    assert found(workspace) == []


def test_the_artifact_of_the_rule_comes_first_and_its_own_repetitions_count(workspace: ProjectWorkspace) -> None:
    write_artifact(workspace, "auth", Stage.INTENT, "# Intent\n\n## Requirements\n\n- REQ-1: early\n")
    write_artifact(workspace, "auth", Stage.SPEC, SPEC + "- REQ-2: c\n")
    with_rule(workspace, "session")

    assert found(workspace) == [
        ("auth", "intent.md", 5, f"REQ-1 is defined again; first in line 5 of {path(workspace, 'auth')}"),
        ("auth", "spec.md", 7, "REQ-2 is defined again; first in line 6"),
    ]


def test_in_a_project_a_later_session_must_not_define_the_id_again(workspace: ProjectWorkspace) -> None:
    write_artifact(workspace, "billing", Stage.SPEC, "# Spec\n\n## Requirements\n\n- REQ-2: c\n- REQ-3: d\n")
    again = ("billing", "spec.md", 5, f"REQ-2 is defined again; first in line 6 of {path(workspace, 'auth')}")

    with_rule(workspace, "session")
    assert found(workspace) == []
    with_rule(workspace, "project")
    assert found(workspace) == found(workspace) == [again]
    assert found(workspace, ["billing"]) == [again]
    assert found(workspace, ["auth"]) == []


def test_the_blueprint_comes_before_all_other_sessions(workspace: ProjectWorkspace) -> None:
    write_artifact(workspace, BLUEPRINT, Stage.SPEC, SPEC)
    with_rule(workspace, "project")

    assert [item[:3] for item in found(workspace)] == [("auth", "spec.md", 5), ("auth", "spec.md", 6)]


@pytest.mark.parametrize("settled", [True, False])
def test_when_another_session_changes_the_unchanged_one_is_judged_anew(
    workspace: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch, settled: bool
) -> None:
    if settled:
        monkeypatch.setattr(file_stamps, "_SETTLED", -(10**15))
    write_artifact(workspace, "billing", Stage.SPEC, "# Spec\n\n## Requirements\n\n- REQ-2: c\n")
    with_rule(workspace, "project")
    assert [item[:3] for item in found(workspace)] == [("billing", "spec.md", 5)]

    write_artifact(workspace, "auth", Stage.SPEC, SPEC.replace("REQ-2", "REQ-9"))
    assert found(workspace) == found(workspace) == []
    write_artifact(workspace, "auth", Stage.SPEC, SPEC)
    assert [item[:3] for item in found(workspace)] == [("billing", "spec.md", 5)]


def test_a_session_that_appears_or_goes_counts(workspace: ProjectWorkspace) -> None:
    write_artifact(workspace, "billing", Stage.SPEC, "# Spec\n\n## Requirements\n\n- REQ-7: c\n")
    with_rule(workspace, "project")
    assert found(workspace) == []

    add_session(workspace, "ads", switch=False)
    write_artifact(workspace, "ads", Stage.SPEC, "# Spec\n\n## Requirements\n\n- REQ-7: c\n")
    assert [item[:3] for item in found(workspace)] == [("billing", "spec.md", 5)]
    shutil.rmtree(workspace.folder / "projects" / workspace.project / "sessions" / "ads")
    assert found(workspace) == []


def test_nothing_is_read_again_while_nothing_changes(
    workspace: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_artifact(workspace, "billing", Stage.SPEC, "# Spec\n\n## Requirements\n\n- REQ-2: c\n")
    with_rule(workspace, "project")
    monkeypatch.setattr(file_stamps, "_SETTLED", -(10**15))
    expected = found(workspace)
    asked: List[str] = []
    of = DefinedIds._of

    def noted(self: DefinedIds, session: str, kind: IdQuestion) -> Dict[str, Definition]:
        asked.append(session)
        return of(self, session, kind)

    monkeypatch.setattr(DefinedIds, "_of", noted)

    assert found(workspace) == expected
    assert asked == []
    write_artifact(workspace, "auth", Stage.SPEC, SPEC + "- REQ-5: c\n")
    assert found(workspace) == expected
    assert asked == ["auth"]


def test_several_processes_find_the_same(workspace: ProjectWorkspace) -> None:
    for number in range(45):
        add_session(workspace, f"s{number:02}", switch=False)
        write_artifact(workspace, f"s{number:02}", Stage.SPEC, f"# Spec\n\n## Requirements\n\n- REQ-{number // 2}: c\n")
    with_rule(workspace, "project")
    opened = reopened(workspace)

    def findings(jobs: int) -> List[str]:
        report = ValidationEngine(opened, use_cache=False, jobs=jobs).validate(opened.sessions())
        return [f"{item.session} {item.message}" for item in report.findings if item.rule == "TEAM001"]

    assert findings(2) == findings(1)
    assert len(findings(1)) == 24


def test_another_scope_is_refused_with_what_there_is() -> None:
    with pytest.raises(PackError) as caught:
        compile_packs([PackSource("team.yaml", PACK.format(unique="projects", more="").encode())])

    assert "unique: " in caught.value.message
    assert "did you mean 'project'?" in caught.value.hint
