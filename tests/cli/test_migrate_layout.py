from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Dict, List

import pytest

from idse_core.design_store import Place
from idse_core.errors import ConflictError, RefusedError
from idse_core.events import Event, FileMoved
from idse_core.layout_migration import LayoutMigration
from idse_core.pipeline_artifacts import Layout, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.memory import DesignStoreMemory
from tests.builders import add_session, make_workspace, reopened, session_folder, tree, write_artifact
from tests.cli.running import Idse

BOTH_WAYS = pytest.mark.parametrize("layout", list(Layout))


def texts(workspace: ProjectWorkspace) -> Dict[str, bytes]:
    """The content of every artifact, as it is read."""
    found: Dict[str, bytes] = {}
    for session in workspace.sessions():
        for stage in Stage:
            document = workspace.store.read(Place.artifact(workspace.project, session, stage))
            assert document is not None, (session, stage)
            found[f"{session} {stage}"] = document.data
    return found


def in_layout(folder: Path, layout: Layout) -> ProjectWorkspace:
    workspace = make_workspace(folder, sessions={"one": {Stage.SPEC: "# Spec\r\n\r\nOne.\r\n"}}, layout=layout)
    add_session(workspace, "two", switch=False)
    return workspace


@BOTH_WAYS
def test_there_and_back_is_the_same_workspace(idse: Idse, tmp_path: Path, layout: Layout) -> None:
    workspace = in_layout(tmp_path, layout.other)
    before, said = tree(workspace.folder), texts(workspace)

    there = idse("migrate", "layout", "--to", layout.value)
    moved = reopened(workspace)

    assert there.code == 0
    assert there.out.endswith("\ncustomer-portal: 15 artifacts moved\n")
    assert texts(moved) == said
    assert {moved.store.session_layout(moved.project, session) for session in moved.sessions()} == {layout}  # type: ignore[attr-defined]  # the default store
    assert idse("migrate", "layout", "--to", layout.value).out == (
        f"customer-portal has the {layout} layout already; nothing was moved\n"
    )
    back = idse("migrate", "layout", "--to", layout.other.value, "--json").document
    assert len(back["moves"]) == 15
    assert tree(workspace.folder) == before


@BOTH_WAYS
def test_a_dry_run_says_the_same_and_moves_nothing(idse: Idse, tmp_path: Path, layout: Layout) -> None:
    workspace = in_layout(tmp_path, layout.other)
    before = tree(workspace.folder)

    dry = idse("migrate", "layout", "--to", layout.value, "--dry-run")

    assert tree(workspace.folder) == before
    real = idse("migrate", "layout", "--to", layout.value)
    assert dry.out.replace("would be moved", "moved") == real.out
    path = ".idse/projects/customer-portal/sessions/one/"
    assert f"rename {path}{layout.other.path(Stage.SPEC)} -> {path}{layout.path(Stage.SPEC)}\n" in dry.out


def test_one_session_alone(idse: Idse, tmp_path: Path) -> None:
    workspace = in_layout(tmp_path, Layout.NESTED)

    document = idse("migrate", "layout", "--to", "flat", "--session", "one", "--json").document

    assert {move["session_id"] for move in document["moves"]} == {"one"}
    assert not (session_folder(workspace, "one") / "specs").exists()
    assert (session_folder(workspace, "two") / "specs" / "spec.md").is_file()
    assert idse("migrate", "layout", "--to", "flat", "--session", "zzz").code == 10
    assert idse("migrate", "layout").code == 2


@BOTH_WAYS
@pytest.mark.parametrize("number", [1, 2, 7, 15])
def test_stopped_anywhere_every_artifact_can_be_read_and_it_goes_on(
    tmp_path: Path, layout: Layout, number: int
) -> None:
    workspace = in_layout(tmp_path, layout.other)
    said = texts(workspace)
    seen: List[Event] = []

    def stop(event: Event) -> None:
        seen.append(event)
        assert isinstance(event, FileMoved)
        assert texts(reopened(workspace)) == said
        if len(seen) == number:
            raise KeyboardInterrupt

    migration = LayoutMigration(workspace, on_event=stop)
    with pytest.raises(KeyboardInterrupt):
        migration.carry_out(migration.plan(layout, workspace.sessions()))
    assert texts(reopened(workspace)) == said

    again = LayoutMigration(reopened(workspace))
    planned = again.plan(layout, workspace.sessions())
    again.carry_out(planned)
    assert len(planned.moves) == 15 - number
    assert texts(reopened(workspace)) == said


@BOTH_WAYS
def test_an_artifact_in_two_versions_stops_it_before_anything_moves(idse: Idse, tmp_path: Path, layout: Layout) -> None:
    workspace = in_layout(tmp_path, layout.other)
    second = session_folder(workspace, "two") / layout.path(Stage.PLAN)
    second.parent.mkdir(exist_ok=True)
    second.write_text("# Another plan\n", encoding="utf-8")
    before = tree(workspace.folder)

    outcome = idse("migrate", "layout", "--to", layout.value)

    assert outcome.code == ConflictError.exit_code
    assert f"two/{layout.other.path(Stage.PLAN)}" in outcome.err
    assert f"two/{layout.path(Stage.PLAN)}" in outcome.err
    assert tree(workspace.folder) == before


def test_a_copy_that_says_the_same_is_put_aside(idse: Idse, tmp_path: Path) -> None:
    workspace = in_layout(tmp_path, Layout.FLAT)
    folder = session_folder(workspace, "one")
    (folder / "specs").mkdir()
    shutil.copy(str(folder / "spec.md"), str(folder / "specs" / "spec.md"))
    said = texts(workspace)

    outcome = idse("migrate", "layout", "--to", "flat")

    assert outcome.code == 0
    assert not (folder / "specs").exists()
    assert texts(reopened(workspace)) == said
    kept = [path.read_bytes() for path in (workspace.local / "displaced").rglob("*") if path.is_file()]
    assert kept == [said["one spec"]]


def test_what_else_lies_in_a_folder_stays(idse: Idse, tmp_path: Path) -> None:
    workspace = in_layout(tmp_path, Layout.NESTED)
    notes = session_folder(workspace, "one") / "specs" / "notes.md"
    notes.write_text("mine\n", encoding="utf-8")

    idse("migrate", "layout", "--to", "flat")

    assert notes.read_text("utf-8") == "mine\n"
    assert not (session_folder(workspace, "one") / "plans").exists()


def test_links_that_would_lead_nowhere_are_listed_and_left_alone(idse: Idse, tmp_path: Path) -> None:
    workspace = in_layout(tmp_path, Layout.NESTED)
    (tmp_path / "readme.md").write_text("x", encoding="utf-8")
    links = (
        "[a](../intents/intent.md#goal) [b](../specs/spec.md) [c](../../two/plans/plan.md) [d](#here) "
        "[e](https://example.org/specs/spec.md) [f](../specs/gone.md) [g](../../../../../../readme.md) [h](/x)"
    )
    text = f"# Plan\n\n{links}\n"
    path = write_artifact(workspace, "one", Stage.PLAN, text)
    assert path.parent.name == "plans"
    write_artifact(workspace, "two", Stage.IMPLEMENTATION, "# Report\n\n[p](../plans/plan.md)\n")

    found = idse("migrate", "layout", "--to", "flat", "--json").document["links"]

    home = ".idse/projects/customer-portal/sessions"
    assert [(link["path"], link["line"], link["target"], link["instead"]) for link in found] == [
        (f"{home}/one/plan.md", 3, "../intents/intent.md#goal", "intent.md#goal"),
        (f"{home}/one/plan.md", 3, "../specs/spec.md", "spec.md"),
        (f"{home}/one/plan.md", 3, "../../two/plans/plan.md", "../two/plan.md"),
        (f"{home}/one/plan.md", 3, "../../../../../../readme.md", "../../../../../readme.md"),
        (f"{home}/two/implementation/README.md", 3, "../plans/plan.md", "../plan.md"),
    ]
    assert (session_folder(workspace, "one") / "plan.md").read_text("utf-8") == text
    for link in found:
        meant = (tmp_path / link["path"]).parent / link["instead"].partition("#")[0]
        assert meant.exists()


@pytest.mark.parametrize("linked", ["specs/spec.md", "specs"])
def test_a_link_is_not_moved(tmp_path: Path, linked: str) -> None:
    workspace = in_layout(tmp_path, Layout.NESTED)
    folder = session_folder(workspace, "one")
    (folder / linked).rename(folder / "elsewhere")
    (folder / linked).symlink_to(folder / "elsewhere")

    with pytest.raises(RefusedError, match="link"):
        LayoutMigration(workspace).plan(Layout.FLAT, workspace.sessions())


def test_documents_that_are_not_files_have_no_layout(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)

    with pytest.raises(RefusedError, match="no layout"):
        LayoutMigration(ProjectWorkspace(workspace.folder, workspace.project, store=DesignStoreMemory()))


def test_git_sees_renames(idse: Idse, tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    workspace = in_layout(tmp_path, Layout.NESTED)
    for number, session in enumerate(workspace.sessions()):
        for stage in Stage:
            write_artifact(workspace, session, stage, f"# {stage} {number}\n")

    def git(*words: str) -> str:
        options = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "core.autocrlf=false"]
        done = subprocess.run(["git", *options, *words], cwd=tmp_path, check=True, capture_output=True)
        return done.stdout.decode("utf-8")

    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "before")
    idse("migrate", "layout", "--to", "flat")
    git("add", "-A")

    assert {line.split()[0] for line in git("status", "--porcelain").splitlines()} == {"R"}


def test_old_paths_that_are_still_named_are_listed_and_left_alone(idse: Idse, tmp_path: Path) -> None:
    workspace = in_layout(tmp_path, Layout.NESTED)
    two = ".idse/projects/customer-portal/sessions/two"
    named = {
        f"{two}/specs/spec.md": f"{two}/spec.md",
        "sessions/two/plans/plan.md": "sessions/two/plan.md",
        "specs/spec.md": "spec.md",
        "../specs/spec.md": "spec.md",
        "./specs/spec.md": "spec.md",
    }
    tasks = "".join(f"- [x] T-{number} change `{path}`, at length\n" for number, path in enumerate(named, 1))
    kept = "The spec.md, docs/specs/spec.md, sessions/zzz/specs/spec.md, specs/spec.mdx, https://x.org/specs/spec.md.\n"
    text = f"# Tasks\n\n{tasks}\n{kept}\n[a link](../specs/spec.md)\n"
    write_artifact(workspace, "one", Stage.TASKS, text)

    dry = idse("migrate", "layout", "--to", "flat", "--dry-run", "--json").document
    shown = idse("migrate", "layout", "--to", "flat").out

    one = ".idse/projects/customer-portal/sessions/one/tasks.md"
    assert [(item["path"], item["line"], item["named"], item["instead"]) for item in dry["mentions"]] == [
        (one, number, before, after) for number, (before, after) in enumerate(named.items(), 3)
    ]
    assert {text.splitlines()[item["line"] - 1].index(item["named"]) + 1 for item in dry["mentions"]} == {
        item["column"] for item in dry["mentions"]
    }
    assert [link["target"] for link in dry["links"]] == ["../specs/spec.md"]
    assert f"\n5 old paths still named:\n  {one}:3:19: {two}/specs/spec.md -> {two}/spec.md\n" in shown
    assert (tmp_path / one).read_bytes().decode() == text


def test_the_name_of_an_artifact_alone_is_not_a_path(idse: Idse, tmp_path: Path) -> None:
    workspace = in_layout(tmp_path, Layout.FLAT)
    write_artifact(workspace, "one", Stage.TASKS, "# Tasks\n\nSee spec.md and sessions/two/spec.md.\n")

    document = idse("migrate", "layout", "--to", "nested", "--json").document

    assert [(item["named"], item["instead"]) for item in document["mentions"]] == [
        ("sessions/two/spec.md", "sessions/two/specs/spec.md")
    ]
