"""`.local`, which hides itself from git."""

from __future__ import annotations

import os

from idse_core.files import ensure_local
from tests.files.places import Workspace, names, posix


def test_local_hides_itself_from_git(ws: Workspace, system: str) -> None:
    local = ws.root / ".local"
    ensure_local(local, root=ws.root)
    assert (local / ".gitignore").read_bytes() == b"*\n"
    (local / ".gitignore").write_bytes(b"theirs\n")
    ensure_local(local, root=ws.root)
    assert (local / ".gitignore").read_bytes() == b"theirs\n"
    assert names(local) == [".gitignore"]


@posix
def test_local_is_created_by_many_at_once(ws: Workspace) -> None:
    for _ in range(5):
        local = ws.root / f"local-{_}"
        children = []
        for _child in range(4):
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    ensure_local(local, root=ws.root)
                    status = 0
                finally:
                    os._exit(status)
            children.append(child)
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
        assert names(local) == [".gitignore"]
        assert (local / ".gitignore").read_bytes() == b"*\n"
