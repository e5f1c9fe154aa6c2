"""Moving out of the way what somebody else may still want."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import List

import pytest

from idse_core.errors import ConflictError, RefusedError
from idse_core.files import digest, displace, rename, sweep_temporaries
from tests.files.places import Workspace, names


def test_displacing_keeps_the_bytes_and_a_readable_name(ws: Workspace, system: str) -> None:
    places = []
    for data in (b"one", b"one", b"two"):
        ws.spec.write_bytes(data)
        place = displace(ws.spec, expected=digest(data), root=ws.root, displaced=ws.displaced)
        assert place is not None
        places.append(place)
        assert place.parent == ws.displaced
        assert re.match(r"\d{8}T\d{6}Z-[0-9a-f]{16}-projects~shop~sessions~login~spec\.md$", place.name)
    assert not ws.spec.exists()
    assert len(set(places)) == 3
    assert sorted(ws.kept()) == [b"one", b"one", b"two"]


def test_displacing_nothing(ws: Workspace) -> None:
    for expected in (None, digest(b"x")):
        assert displace(ws.spec, expected=expected, root=ws.root, displaced=ws.displaced) is None
    assert not ws.displaced.exists()


def test_displacing_what_is_no_longer_what_was_read(ws: Workspace) -> None:
    ws.spec.write_bytes(b"new")
    with pytest.raises(ConflictError):
        displace(ws.spec, expected=digest(b"old"), root=ws.root, displaced=ws.displaced)
    assert ws.read() == b"new"
    assert displace(ws.spec, expected=None, root=ws.root, displaced=ws.displaced) is not None


def test_displacing_a_folder_and_a_link(ws: Workspace, system: str) -> None:
    ws.spec.write_bytes(b"x")
    if os.name == "posix":
        (ws.session / "link.md").symlink_to(ws.outside / "secret.md")
        place = displace(ws.session / "link.md", expected=None, root=ws.root, displaced=ws.displaced)
        assert place is not None
        assert place.is_symlink()
    place = displace(ws.session, expected=None, root=ws.root, displaced=ws.displaced)
    assert place is not None
    assert (place / "spec.md").read_bytes() == b"x"
    assert (ws.outside / "secret.md").read_bytes() == b"secret"


@pytest.mark.parametrize("path", ["..", "../outside/secret.md", ".", "projects/.."])
def test_displacing_refuses_what_is_not_inside(ws: Workspace, path: str) -> None:
    with pytest.raises(RefusedError):
        displace(ws.root / path, expected=None, root=ws.root, displaced=ws.displaced)
    with pytest.raises(RefusedError):
        rename(ws.root / path, ws.root / "new", root=ws.root)
    with pytest.raises(RefusedError):
        ws.tree(ws.root / path, {})


def test_sweeping_keeps_what_a_killed_write_left(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    (ws.session / ".idse-0123456789abcdef.tmp").write_bytes(b"the only copy")
    ws.spec.write_bytes(b"x")

    def sweep() -> List[Path]:
        return sweep_temporaries(ws.session, root=ws.root, displaced=ws.displaced)

    assert sweep() == []
    later = time.time() + 3700
    monkeypatch.setattr(time, "time", lambda: later)
    assert [place.read_bytes() for place in sweep()] == [b"the only copy"]
    assert names(ws.session) == ["spec.md"]
