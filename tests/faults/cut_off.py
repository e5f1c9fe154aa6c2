"""Operations of `idse_core.files`, and traps at its system calls."""

from __future__ import annotations

import errno
import os
import signal
import time
import traceback
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, NoReturn, Optional, Set

import pytest

from idse_core.files import (
    create_tree,
    digest,
    displace,
    ensure_local,
    moves,
    rename,
    sweep_staging,
    sweep_temporaries,
    write_bytes,
)

OLD, NEW, THEIRS = b"old " * 500, b"new " * 700, b"theirs " * 300

TREE = {"intent.md": b"i" * 1000, "metadata/session.json": b"{}"}

WHOLE = {OLD, NEW, *TREE.values(), b"*\n"}

CALLS = ("open", "write", "fsync", "fchmod", "link", "rename", "replace", "mkdir", "unlink", "rmdir")

MOST_CALLS = 200


class Place(NamedTuple):
    """A separate workspace for one run."""

    root: Path

    @property
    def spec(self) -> Path:
        return self.root / "session" / "spec.md"

    @property
    def displaced(self) -> Path:
        return self.root / ".local" / "displaced"

    @property
    def staging(self) -> Path:
        return self.root / ".local" / "staging"

    @property
    def target(self) -> Path:
        return self.root / "sessions" / "new"

    def write(self, data: bytes, expected: Optional[bytes], path: Optional[Path] = None) -> None:
        name = None if expected is None else digest(expected)
        write_bytes(path or self.spec, data, expected=name, root=self.root, displaced=self.displaced)

    def everything(self) -> Set[bytes]:
        """The contents of all files, wherever they are."""
        return {path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    def strays(self) -> List[str]:
        return [str(path) for path in self.root.rglob(".idse-*")]

    def tree(self) -> Dict[str, bytes]:
        files = (path for path in self.target.rglob("*") if path.is_file())
        return {path.relative_to(self.target).as_posix(): path.read_bytes() for path in files}


class Scenario(NamedTuple):
    """One operation that may be cut off anywhere.

    Attributes:
        name: of the operation.
        act: performs it, in a place that contains the spec.
        check: asserts that everything is as before or as after; gets whether the operation reported success.
    """

    name: str
    act: Callable[[Place], object]
    check: Callable[[Place, bool], object]


def check_replaced(place: Place, done: bool) -> None:
    assert place.spec.read_bytes() in ({NEW} if done else {OLD, NEW})


def check_created(place: Place, done: bool) -> None:
    path = place.root / "deep" / "er" / "a.md"
    data = path.read_bytes() if path.exists() else None
    assert data in ({NEW} if done else {None, NEW})
    check_untouched(place)


def check_untouched(place: Place) -> None:
    assert place.spec.read_bytes() == OLD


def check_displaced(place: Place, done: bool) -> None:
    kept = [path.read_bytes() for path in place.displaced.iterdir()] if place.displaced.exists() else []
    live = [place.spec.read_bytes()] if place.spec.exists() else []
    # On systems where a file is moved by a hard link, a kill may leave both names.
    assert set(live + kept) == {OLD}
    assert not done or kept == [OLD]


def check_tree(place: Place, done: bool) -> None:
    assert place.tree() == TREE if done or place.target.exists() else True
    check_untouched(place)


def check_renamed(place: Place, done: bool) -> None:
    new = place.root / "specs" / "spec.md"
    assert {path.read_bytes() for path in (place.spec, new) if path.exists()} == {OLD}
    assert not done or (new.exists() and not place.spec.exists())


def check_local(place: Place, done: bool) -> None:
    path = place.root / ".local" / ".gitignore"
    assert path.read_bytes() == b"*\n" if done or path.exists() else True
    check_untouched(place)


SCENARIOS = [
    Scenario("replace", lambda place: place.write(NEW, OLD), check_replaced),
    Scenario("create", lambda place: place.write(NEW, None, place.root / "deep" / "er" / "a.md"), check_created),
    Scenario(
        "displace",
        lambda place: displace(place.spec, expected=digest(OLD), root=place.root, displaced=place.displaced),
        check_displaced,
    ),
    Scenario("tree", lambda place: create_tree(place.target, TREE, root=place.root, staging=place.staging), check_tree),
    Scenario(
        "rename", lambda place: rename(place.spec, place.root / "specs" / "spec.md", root=place.root), check_renamed
    ),
    Scenario("local", lambda place: ensure_local(place.root / ".local", root=place.root), check_local),
]

SYSTEMS = ["native", "no exchange", "no exchange, no links"]

scenarios = pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])

systems = pytest.mark.parametrize("system", SYSTEMS)


class Trap:
    """Triggers an action at the N-th mutating system call, counted over all of `CALLS` and the exchange.

    Args:
        at: the number of the call, from 1.
        spring: the action: it raises, kills, or returns a result in place of the call. It gets the real function with
            its arguments bound, and the name of the call.
    """

    def __init__(self, at: int, spring: Callable[[Callable[[], Any], str], Any]) -> None:
        self.at = at
        self.count = 0
        self.spring = spring

    @property
    def reached(self) -> bool:
        return self.count >= self.at

    def set(self, patch: pytest.MonkeyPatch) -> None:
        for name in CALLS:
            # No power cut is simulated here, and thousands of real flushes would take most of the time.
            real = (lambda descriptor: None) if name == "fsync" else getattr(os, name)
            patch.setattr(os, name, self._wrap(name, real))
        patch.setattr(moves, "flagged_rename", self._wrap("flagged_rename", moves.flagged_rename))

    def _wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            self.count += 1
            if self.count != self.at:
                return real(*args, **options)
            if name == "write":
                args = (args[0], bytes(args[1])[: len(args[1]) // 2 or 1])
            return self.spring(lambda: real(*args, **options), name)

        return call


def use(system: str, patch: pytest.MonkeyPatch) -> None:
    """Simulates a file system without the exchange, or also without hard links."""

    def no_link(*args: object, **options: object) -> NoReturn:
        raise OSError(errno.EPERM, "no links here")

    if system != "native":
        patch.setattr(moves, "flagged_rename", lambda *args: False)
    if "no links" in system:
        patch.setattr(os, "link", no_link)


def forked(action: Callable[[], object]) -> int:
    """Runs an action in a child process; returns the signal that killed it, or 0."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            action()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def kill(call: Callable[[], Any], name: str) -> None:
    """Kills the process in the middle of a write, or before any other call (after a call is before the next one)."""
    if name == "write":
        call()
    os.kill(os.getpid(), signal.SIGKILL)


def abandon(place: Place, patch: pytest.MonkeyPatch) -> None:
    """Simulates that enough time has passed for leftovers of a killed process to be cleaned up."""
    later = time.time() + 7200
    patch.setattr(time, "time", lambda: later)
    sweep_staging(place.staging)
    for folder in {path.parent for path in place.root.rglob(".idse-*")}:
        sweep_temporaries(folder, root=place.root, displaced=place.displaced)


def interrupts_tidying(error: BaseException) -> bool:
    """Whether the error hit the removal of temporary files, so that a sweep has to do the rest."""
    frames = traceback.extract_tb(error.__traceback__)
    return any(frame.name in {"settle", "_remove"} for frame in frames)
