"""Folders that appear whole, or not at all, and what a killed creation leaves."""

from __future__ import annotations

import os

import pytest

from idse_core.errors import ConflictError, RefusedError, StorageError
from idse_core.files import MAX_BYTES, moves, rename, sweep_staging
from tests.files.places import Workspace, names

TREE = {"intent.md": b"i", "metadata/session.json": b"{}", "feedback/deep/er.md": b""}


def test_a_tree_appears_whole(ws: Workspace, system: str) -> None:
    target = ws.root / "projects" / "new" / "sessions" / "first"
    ws.tree(target, TREE)
    found = {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert found == TREE
    assert names(ws.staging) == []
    ws.tree(target.with_name("empty"), {})
    assert names(target.with_name("empty")) == []


@pytest.mark.parametrize("there", ["empty folder", "folder", "file", "link"])
def test_a_tree_is_never_merged(ws: Workspace, system: str, there: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = ws.session.with_name("second")
    if there == "link":
        if os.name != "posix":
            pytest.skip("links are a matter of POSIX")
        target.symlink_to("nowhere")
    elif there == "file":
        target.write_bytes(b"x")
    else:
        target.mkdir()
    if there == "folder":
        (target / "spec.md").write_bytes(b"x")
    with pytest.raises(ConflictError, match="exists already"):
        ws.tree(target, TREE)
    with pytest.raises(ConflictError, match="exists already"):
        rename(ws.session, target, root=ws.root)
    assert not ws.staging.exists() or names(ws.staging) == []
    if there == "folder":
        assert names(target) == ["spec.md"]


def test_a_target_that_appears_at_the_last_moment(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    target, real = ws.session.with_name("second"), moves.flagged_rename

    def late(source: str, place: str, flags: int) -> bool:
        target.mkdir()
        return real(source, place, flags)

    rename(ws.session, target, root=ws.root)
    if not real(os.fspath(target), os.fspath(ws.session), moves._FREE):
        pytest.skip("this system has no rename that replaces nothing")
    monkeypatch.setattr(moves, "flagged_rename", late)
    with pytest.raises(ConflictError):
        ws.tree(target, TREE)
    assert names(target) == []
    assert names(ws.staging) == []


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "", "a/../b", "a/./b", "C:x", "a\\b", "a\0b"])
def test_a_tree_does_not_escape(ws: Workspace, name: str) -> None:
    with pytest.raises(RefusedError):
        ws.tree(ws.root / "tree", {name: b"x"})
    assert not (ws.root / "tree").exists()


def test_a_tree_has_limits_and_no_contradictions(ws: Workspace) -> None:
    with pytest.raises(RefusedError, match="limit"):
        ws.tree(ws.root / "tree", {"a.md": bytes(MAX_BYTES + 1)})
    with pytest.raises(StorageError):
        ws.tree(ws.root / "tree", {"a": b"", "a/b": b""})
    assert not (ws.root / "tree").exists()
    assert names(ws.staging) == []


def test_sweeping_removes_only_old_left_overs(ws: Workspace) -> None:
    sweep_staging(ws.staging)
    for name in (".idse-old.tmp", ".idse-new.tmp", "other"):
        (ws.staging / name / "sub").mkdir(parents=True)
        (ws.staging / name / "sub" / "a.md").write_bytes(b"x")
    if os.name == "posix":
        (ws.staging / ".idse-old.tmp" / "link").symlink_to(ws.outside)
    for name in (".idse-old.tmp", "other"):
        os.utime(ws.staging / name, (0, 0))
    sweep_staging(ws.staging)
    assert names(ws.staging) == [".idse-new.tmp", "other"]
    assert names(ws.outside) == ["secret.md"]
