"""Reading a file: all of it, within the limit, or an error that says why not."""

from __future__ import annotations

import os
import signal
import socket
from typing import List

import pytest

from idse_core.errors import RefusedError, StorageError, UnreadableError
from idse_core.files import MAX_BYTES, digest, inside, reading
from tests.files.places import Workspace, posix


def test_reading_gives_the_bytes_or_none(ws: Workspace) -> None:
    assert ws.read() is None
    assert ws.read(ws.root / "no" / "such" / "folder" / "spec.md") is None
    ws.spec.write_bytes(b"\xef\xbb\xbfa\r\nb\xff")
    assert ws.read() == b"\xef\xbb\xbfa\r\nb\xff"
    assert ws.read(ws.spec / "below-a-file.md") is None


@posix
def test_a_file_that_is_saved_by_rename_while_it_is_read(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = [b"three", b"two"]

    def save(descriptor: int) -> str:
        if versions:
            beside = ws.session / "editor"
            beside.write_bytes(versions.pop())
            beside.replace(ws.spec)
        return ""

    ws.spec.write_bytes(b"one")
    monkeypatch.setattr(reading, "_place", save)
    assert ws.read() == b"three"


@posix
@pytest.mark.parametrize("kind", ["pipe", "folder", "socket", "circle"])
def test_what_is_not_a_file_is_refused_at_once(ws: Workspace, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = socket.socket(socket.AF_UNIX)
    if kind == "pipe":
        os.mkfifo(ws.spec)
    elif kind == "folder":
        ws.spec.mkdir()
    elif kind == "socket":
        monkeypatch.chdir(ws.session)  # the name of a socket may have 107 bytes only
        listener.bind("spec.md")
    else:
        ws.spec.symlink_to("spec.md")
    signal.alarm(5)
    try:
        with pytest.raises(UnreadableError) as caught:
            ws.read()
        with pytest.raises(StorageError):
            ws.write(b"x", digest(b"y"))
    finally:
        signal.alarm(0)
        listener.close()
    assert caught.value.reason == "not-a-file"
    assert caught.value.path == str(ws.spec)


@pytest.mark.parametrize("name", ["nul\0.md", "surrogate\ud800.md"])
def test_a_name_that_is_none_is_refused(ws: Workspace, name: str) -> None:
    if os.name != "posix" and "\0" not in name:
        pytest.skip("this system allows it")
    path = ws.session / name
    with pytest.raises(UnreadableError) as caught:
        ws.read(path)
    assert caught.value.reason == "not-a-file"
    with pytest.raises(RefusedError):
        ws.write(b"x", None, path)
    assert not inside(path, ws.root) or "\0" not in name


def test_a_large_file_is_refused_without_reading_it(ws: Workspace) -> None:
    with ws.spec.open("wb") as file:
        file.truncate(20 * 1024 * 1024)
    with pytest.raises(UnreadableError, match=r"20\.0 MiB, the limit is 8 MiB") as caught:
        ws.read()
    assert caught.value.reason == "too-large"


def test_the_limit_itself_is_allowed_for_reading_and_writing(ws: Workspace) -> None:
    data = bytes(MAX_BYTES)
    ws.write(data, None)
    assert ws.read() == data
    with pytest.raises(RefusedError, match="limit"):
        ws.write(data + b"x", digest(data))
    assert ws.read() == data


def test_a_file_that_grows_while_it_is_read_is_read_or_refused(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real, growth = os.read, [b""]
    grown: List[bool] = []

    def growing(descriptor: int, size: int) -> bytes:
        if not grown:
            with ws.spec.open("ab") as file:
                file.write(growth[0])
            grown.append(True)
        return real(descriptor, size)

    for more, allowed in ((b"more", True), (bytes(MAX_BYTES), False)):
        ws.spec.write_bytes(b"some")
        grown.clear()
        growth[0] = more
        monkeypatch.setattr(os, "read", growing)
        if allowed:
            assert ws.read() == b"somemore"
        else:
            with pytest.raises(UnreadableError, match="limit"):
                ws.read()
        monkeypatch.undo()


def test_a_file_system_that_hands_out_pieces(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.read
    ws.spec.write_bytes(b"abcdefghij")
    monkeypatch.setattr(os, "read", lambda descriptor, size: real(descriptor, min(size, 3)))
    assert ws.read() == b"abcdefghij"
