"""The cache of results: used, ignored when it can't be used, never out of date."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Callable, Set

import pytest

from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageState
from idse_core.validation import result_cache
from idse_core.validation.report import Report
from tests.builders import (
    session_folder,
    write_artifact,
)
from tests.validation.done_sessions import (
    DONE,
    MARKER,
    NAME,
    judge,
    of,
    rules,
    states,
)


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
        for table in tables - {"results"}:  # what is cached about whole sessions depends on the results
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
def test_an_invalid_result_is_computed_again(done: ProjectWorkspace, value: bytes) -> None:
    before = judge(done)
    connection = sqlite3.connect(str(cache_of(done)))
    with connection:  # every other one as bytes, which the column never holds
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
def test_a_cache_that_cannot_be_used_is_ignored(done: ProjectWorkspace, harm: Callable[[Path], None]) -> None:
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


@pytest.mark.parametrize(("limit", "is_kept"), [(0, False), (1 << 30, True)])
def test_a_cache_that_grew_too_large_keeps_only_the_newest(
    done: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch, limit: int, is_kept: bool
) -> None:
    def keys() -> Set[str]:
        with closing(sqlite3.connect(str(cache_of(done)))) as connection:
            return {key for (key,) in connection.execute("SELECT key FROM results")}

    judge(done)
    before = keys()
    monkeypatch.setattr(result_cache, "_MOST_BYTES", limit)
    write_artifact(done, NAME, Stage.SPEC, DONE[Stage.SPEC] + "\n")

    judge(done)

    after = keys()
    assert len(after - before) == 1
    assert (before < after) is is_kept
    assert bool(before & after) is is_kept
    both(done)


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
