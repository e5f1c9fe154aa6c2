"""Bytes of every kind, large ones, links and both layouts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idse_core.agency.outcome import Result
from idse_core.agency.protocol import written
from idse_core.pipeline_artifacts import Layout, Stage
from tests.agency.conftest import ENDPOINT, Clone
from tests.agency.memory_core import MemoryCore
from tests.agency.observing import SPEC, results
from tests.builders import PROJECT, make_workspace, session_folder, write_artifact


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00binary", b"", b"no newline", b"\xef\xbb\xbfbom\r\n", "ünïcödé\n".encode()]
)
def test_bytes_survive_the_journey(first: Clone, second: Clone, data: bytes) -> None:
    first.path("login").write_bytes(data)
    assert first.push().exit_code == 0
    assert second.pull().exit_code == 0
    assert second.path("login").read_bytes() == data


def test_binary_edits_on_both_sides_are_a_conflict(first: Clone, second: Clone) -> None:
    first.path("login").write_bytes(b"\0ours")
    second.path("login").write_bytes(b"\0theirs")
    first.push()
    assert second.pull().exit_code == 3
    (folder,) = second.conflicts()
    assert not (folder / "merged.md").exists()


def test_an_artifact_that_is_too_large_is_skipped_and_the_rest_is_synced(first: Clone, core: MemoryCore) -> None:
    with first.path("login").open("wb") as file:
        file.truncate(9 << 20)
    first.write("login", "a plan\n", Stage.PLAN)

    report = first.push()

    assert report.exit_code == 7
    assert results(report)[f"login {SPEC}"] is Result.SKIPPED
    assert core.get(PROJECT, "login", "plan_md") == b"a plan\n"


def test_a_session_that_is_too_large_for_one_request_is_sent_in_parts(first: Clone, core: MemoryCore) -> None:
    for stage in Stage:
        first.write("login", "x" * (7 << 20) + stage.value, stage)
    core.pushed.clear()

    assert first.push().exit_code == 0

    sizes = [len(written(request)) for request in core.pushed]
    assert len(sizes) > 1
    assert max(sizes) < 32 << 20
    assert {stage: (core.get(PROJECT, "login", f"{stage.value}_md") or b"")[7 << 20 :].decode() for stage in Stage} == {
        stage: stage.value for stage in Stage
    }


def test_a_link_that_leads_outside_is_not_sent(first: Clone, core: MemoryCore, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    first.path("login").unlink()
    try:
        first.path("login").symlink_to(secret)
    except OSError:
        pytest.skip("no links here")

    assert first.push().exit_code == 7
    assert all(data != b"secret" for data in core.documents(PROJECT).values())


def test_workspaces_with_different_layouts_can_sync(first: Clone, tmp_path: Path, core: MemoryCore) -> None:
    nested = Clone(make_workspace(tmp_path / "nested", layout=Layout.NESTED), MemoryCore("x"), [])
    nested = nested._replace(transport=core)
    nested.pull()
    assert (session_folder(nested.workspace, "login") / "specs" / "spec.md").read_text("utf-8") == "one\ntwo\nthree\n"
    write_artifact(nested.workspace, "login", Stage.SPEC, "edited\n")
    assert nested.push(sessions=["login"]).exit_code == 0
    assert first.pull().exit_code == 0
    assert first.read("login") == "edited\n"


def test_the_endpoint_is_remembered(first: Clone) -> None:
    path = first.workspace.local / "sync" / "remotes.json"
    assert json.loads(path.read_text("utf-8")) == {
        PROJECT: {"endpoint": ENDPOINT, "project_id": PROJECT, "server_id": "memory"}
    }
