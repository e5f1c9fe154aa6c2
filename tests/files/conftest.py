"""A workspace's folder with something outside of it, and the file systems that there are."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from idse_core.files import moves
from tests.files.places import Workspace


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    root, outside = tmp_path / ".idse", tmp_path / "outside"
    session = root / "projects" / "shop" / "sessions" / "login"
    session.mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.md").write_bytes(b"secret")
    return Workspace(root, outside, root / ".local" / "displaced", root / ".local" / "staging", session)


@pytest.fixture(params=["native", "no exchange", "no exchange, no links"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The file systems that there are: with an atomic exchange, without, and without hard links too."""

    def no_link(*args: object, **options: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    if request.param != "native":
        monkeypatch.setattr(moves, "flagged_rename", lambda *args: False)
    if "no links" in request.param:
        monkeypatch.setattr(os, "link", no_link)
    return str(request.param)
