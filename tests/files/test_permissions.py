"""What a person may not read or write is said so, and left as it is."""

from __future__ import annotations

import subprocess
import sys

from tests.files.places import REPOSITORY, Workspace, names, posix
from tests.privileges import unprivileged_preexec

UNPRIVILEGED = """
import sys
from pathlib import Path
from idse_core.errors import IdseError
from idse_core.files import read_bytes, write_bytes, displace, create_tree, ensure_local, lock, digest
root = Path(sys.argv[1])
folder = root / "closed"
keep = root / "displaced"
def locked():
    with lock(folder / "lock"):
        pass
for call in (
    lambda: read_bytes(root / "unreadable.md", root=root),
    lambda: write_bytes(folder / "new.md", b"x", expected=None, root=root, displaced=keep),
    lambda: write_bytes(folder / "old.md", b"x", expected=digest(b"old"), root=root, displaced=keep),
    lambda: displace(folder / "old.md", expected=None, root=root, displaced=keep),
    lambda: create_tree(folder / "tree", {"a.md": b""}, root=root, staging=root / "staging"),
    lambda: ensure_local(folder / ".local", root=root),
    locked,
):
    try:
        print("no error:", call())
    except IdseError as error:
        print(type(error).__name__, getattr(error, "reason", "-"), error.message)
"""


@posix
def test_without_permission_every_call_says_so_and_changes_nothing(ws: Workspace) -> None:
    preexec = unprivileged_preexec()
    (ws.root / "unreadable.md").write_bytes(b"x")
    (ws.root / "unreadable.md").chmod(0)
    closed = ws.root / "closed"
    closed.mkdir()
    (closed / "old.md").write_bytes(b"old")
    closed.chmod(0o555)
    result = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, str(ws.root)],
        cwd=REPOSITORY,
        preexec_fn=preexec,
        stdout=subprocess.PIPE,
        check=True,
    )
    assert result.stdout.decode().splitlines() == [
        "UnreadableError permission can't read unreadable.md: permission denied",
        "StorageError - can't write new.md: permission denied",
        "StorageError - can't write old.md: permission denied",
        "StorageError - can't move old.md: permission denied",
        "StorageError - can't create tree: permission denied",
        "StorageError - can't create .local: permission denied",
        "StorageError - can't lock lock: permission denied",
    ]
    assert names(closed) == ["old.md"]
    assert (closed / "old.md").read_bytes() == b"old"
    assert names(ws.root / "staging") == []
