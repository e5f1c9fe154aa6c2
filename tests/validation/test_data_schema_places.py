"""``data-schema`` in the front matter of an artifact and in a YAML file of a session, with packs as teams write them."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Iterable, List, Tuple

import pytest

from idse_core.constitution_rules import ConstitutionRules
from idse_core.design_store import Place
from idse_core.errors import PackError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.overlay import DesignStoreOverlay
from idse_core.validation.constitution import Constitution, load_constitution
from idse_core.validation.examples import run_examples
from idse_core.validation.findings import Finding
from idse_core.validation.packs import PackSource, compile_packs
from idse_core.validation_engine import ValidationEngine
from tests.builders import make_workspace, reopened, session_folder, write_artifact

PACK = """\
pack: team
rules:
  - id: TEAM001
    name: owner-named
    kind: data-schema
    {stage}
    with: {given}
    message: "{{problem}}"
    fix: "Write it."
"""
FRONT = "{front_matter: true, required: {owner: text}, optional: {tags: texts}}"
FILE = "{file: deploy/plan.yaml, required: {regions: texts}, optional: {note: text}}"

Found = List[Tuple[str, int, int, str]]


def pack(given: str, stage: str = "stage: spec") -> str:
    return PACK.format(given=given, stage=stage)


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    return make_workspace(tmp_path, sessions={"auth": {}})


def with_rules(workspace: ProjectWorkspace, text: str) -> None:
    folder = workspace.folder / "rules"
    folder.mkdir(exist_ok=True)
    (folder / "team.yaml").write_text(text, "utf-8")


def found(workspace: ProjectWorkspace) -> Found:
    report = ValidationEngine(reopened(workspace)).validate(["auth"])
    mine = [item for item in report.findings if item.rule == "TEAM001"]
    return [(item.path.rpartition("/")[2], item.line, item.column, item.message) for item in mine]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\nowner: Ada\ntags: [a]\n---\n\n# Spec\n", []),
        ("---\nowner: Ada\n...\n\n# Spec\n", []),
        ("# Spec\n", [("spec.md", 1, 1, "has no front matter; it needs 'owner'")]),
        ("\n---\nowner: Ada\n---\n", [("spec.md", 1, 1, "has no front matter; it needs 'owner'")]),
        ("---\nowner: 3\n---\n", [("spec.md", 2, 1, "'owner' must be a text, not a number or date")]),
        (
            "---\r\nowner: Ada\r\ntag: a\r\n---\r\n",
            [("spec.md", 3, 1, "has an unknown field 'tag' (did you mean 'tags'?)")],
        ),
        ("---\n- owner\n---\n", [("spec.md", 2, 1, "must be a mapping of fields")]),
        ("---\nowner: [REQUIRES INPUT]\n---\n", []),
        ("# Spec\n\n```yaml\nowner: 3\n```\n", [("spec.md", 1, 1, "has no front matter; it needs 'owner'")]),
    ],
)
def test_front_matter_is_checked_at_its_place(workspace: ProjectWorkspace, text: str, expected: Found) -> None:
    with_rules(workspace, pack(FRONT))
    write_artifact(workspace, "auth", Stage.SPEC, text)

    assert found(workspace) == expected


def test_front_matter_that_need_not_be_there_may_be_absent(workspace: ProjectWorkspace) -> None:
    with_rules(workspace, pack("{front_matter: true, optional: {owner: text}}"))
    write_artifact(workspace, "auth", Stage.SPEC, "# Spec\n")

    assert found(workspace) == []


def test_a_file_is_checked_anew_whenever_it_changes(workspace: ProjectWorkspace) -> None:
    with_rules(workspace, pack(FILE, "scope: session"))
    path = session_folder(workspace, "auth") / "deploy" / "plan.yaml"
    missing = [("plan.yaml", 1, 1, "does not exist; it needs 'regions'")]

    assert found(workspace) == found(workspace) == missing
    path.parent.mkdir()
    said: Dict[str, Found] = {
        "regions: [eu]\n": [],
        "regions: [eu]\nnote: 3\n": [("plan.yaml", 2, 1, "'note' must be a text, not a number or date")],
        "regions: [eu\n": [
            (
                "plan.yaml",
                2,
                1,
                "is not valid YAML: while parsing a flow sequence, expected ',' or ']', but got '<stream end>'",
            )
        ],
        "\ufeffregions: [eu]\r\nnote: a\r\n": [],
        "- eu\n": [("plan.yaml", 1, 1, "must be a mapping of fields")],
    }
    for text, expected in said.items():
        path.write_bytes(text.encode())
        assert found(workspace) == found(workspace) == expected
    path.write_bytes(b"regions: [\xff]\n")
    assert [item[3] for item in found(workspace)] == ["can't be read: byte 0xFF at offset 10 is not UTF-8"]
    path.unlink()
    path.mkdir()
    assert [item[3] for item in found(workspace)] == ["can't be read: it is a folder, not a file"]
    path.rmdir()
    assert found(workspace) == missing


def test_a_file_outside_the_workspace_is_not_read(workspace: ProjectWorkspace, tmp_path: Path) -> None:
    with_rules(workspace, pack("{file: plan.yaml, required: {a: text}}", "scope: session"))
    (tmp_path / "outside.yaml").write_text("a: b\n", "utf-8")
    (session_folder(workspace, "auth") / "plan.yaml").symlink_to(tmp_path / "outside.yaml")

    assert [item[3] for item in found(workspace)] == [
        "can't be read: a link leads outside the workspace; it is not read"
    ]


def test_an_unsaved_text_hides_no_file(workspace: ProjectWorkspace) -> None:
    (session_folder(workspace, "auth") / "plan.yaml").write_text("a: 1\n", "utf-8")
    overlay = DesignStoreOverlay(workspace.store, Place.artifact(workspace.project, "auth", Stage.SPEC), b"# Spec\n")

    read = overlay.read_beside(workspace.project, "auth", "plan.yaml")

    assert read is not None
    assert read.data == b"a: 1\n"
    assert read.path.startswith(".idse/")


def test_the_examples_of_such_a_rule_name_the_file(workspace: ProjectWorkspace) -> None:
    text = pack(FILE, "scope: session") + (
        "    examples:\n"
        "      valid: [{deploy/plan.yaml: 'regions: [eu]'}]\n"
        "      invalid: [{deploy/plan.yaml: 'regions: 3'}, {spec: x}, {deploy/plan.yml: 'regions: [eu]'}]\n"
    )
    with_rules(workspace, text)
    rules = load_constitution(workspace.folder, workspace.project).rules

    def judge(example: ProjectWorkspace, in_force: ConstitutionRules) -> Iterable[Finding]:
        engine = ValidationEngine(example, constitution=Constitution(in_force, "x"), use_cache=False)
        return engine.validate(["example"]).findings

    results = run_examples(rules, judge, folder=workspace.folder, only=[rules.get("TEAM001")])

    assert [item.problem for item in results] == ["", "", "", "there is no document 'deploy/plan.yml'"]


@pytest.mark.parametrize(
    ("given", "stage", "message"),
    [
        ("{required: {a: text}}", "stage: spec", "nothing says where the fields are"),
        ("{under: [A], front_matter: true, required: {a: text}}", "stage: spec", "exclude each other"),
        ("{front_matter: true, file: a.yaml, required: {a: text}}", "stage: spec", "exclude each other"),
        ("{front_matter: 'yes', required: {a: text}}", "stage: spec", "front_matter: "),
        ("{file: ../a.yaml, required: {a: text}}", "scope: session", "no path of a file in the session's folder"),
        ("{file: /etc/a.yaml, required: {a: text}}", "scope: session", "no path of a file in the session's folder"),
        ("{file: 'C:a.yaml', required: {a: text}}", "scope: session", "no path of a file in the session's folder"),
        ("{file: 'a\\b.yaml', required: {a: text}}", "scope: session", "no path of a file in the session's folder"),
        ("{file: a//b.yaml, required: {a: text}}", "scope: session", "no path of a file in the session's folder"),
        ("{file: a.yaml, required: {a: text}}", "stage: spec", "with 'file' looks at a whole session"),
        (
            "{file: a.yaml, required: {a: text}}",
            "scope: project",
            "with 'file' looks at one session, not at one project",
        ),
        ("{front_matter: true, required: {a: text}}", "scope: session", "needs 'stage' or 'stages'"),
        ("{under: [A], required: {a: text}, optional: {a: text}}", "stage: spec", "'a' is both required and optional"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(given: str, stage: str, message: str) -> None:
    with pytest.raises(PackError) as caught:
        compile_packs([PackSource("team.yaml", pack(given, stage).encode())])

    assert message in caught.value.message
    assert caught.value.hint
    assert caught.value.line


def test_a_clause_looks_at_the_artifact_and_a_change_keeps_what_is_looked_at() -> None:
    clause = "{clause: {kind: data-schema, with: {file: a.yaml, required: {a: text}}}}"
    refused = {
        pack(clause).replace("kind: data-schema\n", "kind: not\n"): "a clause can't have 'file'",
        pack(FRONT) + "  - {extend: TEAM001, with: {front_matter: false, file: a.yaml}}\n": "no longer at one file",
    }
    for text, message in refused.items():
        with pytest.raises(PackError, match=message):
            compile_packs([PackSource("team.yaml", text.encode())])
