"""The lock: exclusive, free at its holder's death, refused where there is none."""

from __future__ import annotations

import errno
import subprocess
import sys
from typing import Any, NoReturn

import pytest

from idse_core.errors import LockedError, StorageError
from idse_core.files import lock
from tests.files.places import REPOSITORY, Workspace, names, posix

HOLDER = """
import sys, time
from pathlib import Path
from idse_core.files import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lock_excludes_frees_itself_at_death_and_remains_as_a_file(ws: Workspace) -> None:
    path = ws.root / ".local" / "locks" / "shop.lock"
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(LockedError, match=r"0\.[1-9] s") as caught, lock(path, timeout=0.2):
            pass
        assert caught.value.path == str(path)
        holder.kill()
    with lock(path, timeout=5), pytest.raises(LockedError), lock(path, timeout=0):
        pass
    with pytest.raises(LockedError), lock(path), lock(path, timeout=0):
        pass
    assert path.exists()
    with lock(path, timeout=0):
        pass


def test_an_error_inside_a_lock_passes_and_frees_it(ws: Workspace) -> None:
    path = ws.root / "shop.lock"
    with pytest.raises(KeyError), lock(path):
        raise KeyError
    with lock(path, timeout=0):
        pass


@posix
def test_a_file_system_without_locks_is_refused(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def missing(*args: object) -> None:
        raise OSError(errno.ENOSYS, "no locks here")

    monkeypatch.setattr(fcntl, "flock", missing)
    with pytest.raises(StorageError), lock(ws.root / "shop.lock", timeout=0.2):
        pytest.fail("the lock was given")


def test_a_lock_that_would_outlive_its_holder_is_refused(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    class Fallen(filelock.SoftFileLock):
        """What a release of filelock that falls back by itself hands out."""

        def __init__(self, path: str, timeout: float) -> None:
            super().__init__(path, timeout)

    monkeypatch.setattr(filelock, "FileLock", Fallen)
    with pytest.raises(StorageError, match="no locks"), lock(ws.root / "shop.lock", timeout=0.2):
        pytest.fail("the lock was given")
    assert names(ws.root) == ["projects"]


def test_a_thread_that_waits_for_itself_is_told(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    class Noticing(filelock.FileLock):
        """What newer releases of filelock do, where older ones wait for ever."""

        def acquire(self, *args: Any, **options: Any) -> NoReturn:
            raise RuntimeError("deadlock")

    monkeypatch.setattr(filelock, "FileLock", Noticing)
    with pytest.raises(LockedError), lock(ws.root / "shop.lock", timeout=-1):
        pytest.fail("the lock was given")
