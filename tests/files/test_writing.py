"""Writing a file: against the bytes that were read, whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.errors import ConflictError, RefusedError, StorageError
from idse_core.files import digest, displace, ensure_local, write_bytes
from tests.files.places import Workspace, any_file, names, posix


@any_file
@given(first=st.binary(max_size=300), second=st.binary(max_size=300))
def test_what_was_written_is_read(ws: Workspace, system: str, first: bytes, second: bytes) -> None:
    if ws.spec.exists():
        ws.spec.unlink()
    assert ws.write(first, None) == digest(first)
    assert ws.read() == first
    assert ws.write(second, digest(first)) == digest(second)
    assert ws.read() == second
    assert names(ws.session) == ["spec.md"]
    assert ws.kept() == []


def test_creating_never_overwrites(ws: Workspace, system: str) -> None:
    ws.write(b"theirs", None)
    for data in (b"ours", b"theirs"):
        with pytest.raises(ConflictError, match="exists already"):
            ws.write(data, None)
    assert ws.read() == b"theirs"


def test_creating_makes_the_folders(ws: Workspace) -> None:
    path = ws.root / "projects" / "new" / "session_state.json"
    ws.write(b"{}", None, path)
    assert path.read_bytes() == b"{}"


def test_a_stale_writer_is_told_and_nothing_changes(ws: Workspace, system: str) -> None:
    ws.write(b"one", None)
    ws.write(b"two", digest(b"one"))
    for data in (b"three", b"two"):
        with pytest.raises(ConflictError, match="changed by somebody else"):
            ws.write(data, digest(b"one"))
    assert ws.read() == b"two"
    ws.spec.unlink()
    with pytest.raises(ConflictError, match="removed"):
        ws.write(b"three", digest(b"two"))
    assert names(ws.session) == []


def test_identical_bytes_are_not_written_again(ws: Workspace) -> None:
    ws.write(b"same", None)
    before = ws.spec.stat()
    assert ws.write(b"same", digest(b"same")) == digest(b"same")
    assert ws.spec.stat() == before


@posix
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o755, 0o444])
def test_the_mode_stays(ws: Workspace, system: str, mode: int) -> None:
    ws.write(b"one", None)
    ws.spec.chmod(mode)
    ws.write(b"two", digest(b"one"))
    assert stat.S_IMODE(ws.spec.stat().st_mode) == mode


@posix
def test_a_new_file_has_the_mode_of_the_umask(ws: Workspace) -> None:
    old = os.umask(0o027)
    try:
        ws.write(b"one", None)
    finally:
        os.umask(old)
    assert stat.S_IMODE(ws.spec.stat().st_mode) == 0o640


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root has files of others to change")
def test_root_leaves_the_owner_as_it_was(ws: Workspace, system: str) -> None:
    ws.write(b"one", None)
    os.chown(ws.spec, 12345, 23456)
    ws.write(b"two", digest(b"one"))
    assert (ws.spec.stat().st_uid, ws.spec.stat().st_gid) == (12345, 23456)


@posix
def test_writing_follows_a_link_that_stays_inside(ws: Workspace, system: str) -> None:
    real = ws.root / "shared.md"
    real.write_bytes(b"one")
    ws.spec.symlink_to(real)
    ws.write(b"two", digest(b"one"))
    assert ws.spec.is_symlink()
    assert real.read_bytes() == b"two"


@posix
@pytest.mark.parametrize("expected", [None, digest(b"secret")])
def test_writing_refuses_what_leads_outside(ws: Workspace, expected: Optional[str]) -> None:
    ws.spec.symlink_to(ws.outside / "secret.md")
    (ws.session / "sub").symlink_to(ws.outside)
    for path in (ws.spec, ws.session / "sub" / "secret.md", ws.root / ".." / "x.md", ws.outside / "x.md", ws.root):
        with pytest.raises(RefusedError):
            ws.write(b"changed", expected, path)
    assert names(ws.outside) == ["secret.md"]
    assert (ws.outside / "secret.md").read_bytes() == b"secret"


@posix
def test_a_local_folder_that_leads_outside_is_refused(ws: Workspace) -> None:
    ws.spec.write_bytes(b"one")
    (ws.root / ".local").symlink_to(ws.outside)
    with pytest.raises(RefusedError):
        ws.write(b"two", digest(b"one"))
    with pytest.raises(RefusedError):
        displace(ws.spec, expected=None, root=ws.root, displaced=ws.displaced)
    with pytest.raises(RefusedError):
        ws.tree(ws.root / "tree", {"a.md": b""})
    with pytest.raises(RefusedError):
        ensure_local(ws.root / ".local", root=ws.root)
    assert names(ws.outside) == ["secret.md"]


def test_a_root_that_does_not_exist_is_not_created(tmp_path: Path) -> None:
    root = tmp_path / ".idse"
    with pytest.raises(StorageError, match="does not exist"):
        write_bytes(root / "a" / "b.md", b"x", expected=None, root=root, displaced=root / "d")
    assert names(tmp_path) == []


def test_a_name_that_is_too_long(ws: Workspace) -> None:
    with pytest.raises(StorageError, match="too long"):
        ws.write(b"x", None, ws.session / ("n" * 300))
    longest = ws.session / ("n" * 252 + ".md")
    ws.write(b"x", None, longest)
    ws.write(b"y", digest(b"x"), longest)
    place = displace(longest, expected=None, root=ws.root, displaced=ws.displaced)
    assert place is not None
    assert place.read_bytes() == b"y"


@posix
def test_a_reader_never_sees_a_part(ws: Workspace, system: str) -> None:
    versions = [bytes([letter]) * 200_000 for letter in b"ab"]
    ws.write(versions[0], None)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            for number in range(30):
                ws.write(versions[(number + 1) % 2], digest(versions[number % 2]))
            status = 0
        finally:
            os._exit(status)
    seen, reads, done, status = set(), 0, 0, 1
    while not done:
        data = ws.spec.read_bytes()
        assert len(data) == 200_000
        seen.add(data)
        reads += 1
        done, status = os.waitpid(child, os.WNOHANG)
    assert status == 0
    assert reads > 20
    assert all(data in versions for data in seen)
