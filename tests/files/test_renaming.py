"""Renaming: never over something, never out of the root."""

from __future__ import annotations

import pytest

from idse_core.errors import ConflictError, RefusedError, StorageError
from idse_core.files import rename
from tests.files.places import Workspace, names


def test_renaming_moves_files_and_folders(ws: Workspace, system: str) -> None:
    ws.spec.write_bytes(b"x")
    rename(ws.spec, ws.session / "specs" / "spec.md", root=ws.root)
    assert (ws.session / "specs" / "spec.md").read_bytes() == b"x"
    rename(ws.session / "specs", ws.session / "other", root=ws.root)
    assert names(ws.session) == ["other"]
    with pytest.raises(StorageError, match="does not exist"):
        rename(ws.spec, ws.session / "new.md", root=ws.root)
    ws.spec.write_bytes(b"y")
    with pytest.raises(ConflictError):
        rename(ws.spec, ws.session / "other" / "spec.md", root=ws.root)
    with pytest.raises(RefusedError):
        rename(ws.spec, ws.outside / "spec.md", root=ws.root)
    assert ws.read() == b"y"
