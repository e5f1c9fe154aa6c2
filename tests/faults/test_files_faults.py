"""`idse_core.files` killed, refused and interrupted at every system call, and raced by an editor that does not lock.

The oracle: whatever anybody has saved is in a live file or in a kept copy, unless the one who replaced it had read it.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import select
import signal
import sys
import time
import traceback
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, NoReturn, Optional, Set, Tuple

import pytest

from idse_core.errors import ConflictError, IdseError, StorageError
from idse_core.files import (
    create_tree,
    digest,
    displace,
    ensure_local,
    moves,
    read_bytes,
    rename,
    sweep_staging,
    sweep_temporaries,
    write_bytes,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")

OLD, NEW, THEIRS = b"old " * 500, b"new " * 700, b"theirs " * 300
TREE = {"intent.md": b"i" * 1000, "metadata/session.json": b"{}"}
WHOLE = {OLD, NEW, *TREE.values(), b"*\n"}
CALLS = ("open", "write", "fsync", "fchmod", "link", "rename", "replace", "mkdir", "unlink", "rmdir")
MOST_CALLS = 200


class Place(NamedTuple):
    """A workspace of its own for one run."""

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
        """The content of every file, wherever it is."""
        return {path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    def strays(self) -> List[str]:
        return [str(path) for path in self.root.rglob(".idse-*")]

    def tree(self) -> Dict[str, bytes]:
        files = (path for path in self.target.rglob("*") if path.is_file())
        return {path.relative_to(self.target).as_posix(): path.read_bytes() for path in files}


class Scenario(NamedTuple):
    """One operation that may be cut off anywhere.

    Attributes:
        name: what is done.
        act: does it, in a place that holds the spec.
        check: asserts that everything is as before or as after; told whether the operation said it succeeded.
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
    # Where only a second name protects from replacing, a kill may leave both names.
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
    """Lets something happen at the N-th mutating system call; counted over all of `CALLS` and the exchange.

    Args:
        at: the number of the call, from 1.
        spring: what happens: raises, kills, or returns to let the call go on. It gets the call's own function with its
            arguments bound.
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
            # Nobody pulls the plug here, and thousands of real flushes would take most of the time.
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


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Place]:
    numbers = itertools.count()

    def make() -> Place:
        place = Place(tmp_path / str(next(numbers)) / ".idse")
        place.spec.parent.mkdir(parents=True)
        place.spec.write_bytes(OLD)
        return place

    return make


def use(system: str, patch: pytest.MonkeyPatch) -> None:
    """Makes the file system one without exchange, or without hard links too."""

    def no_link(*args: object, **options: object) -> NoReturn:
        raise OSError(errno.EPERM, "no links here")

    if system != "native":
        patch.setattr(moves, "flagged_rename", lambda *args: False)
    if "no links" in system:
        patch.setattr(os, "link", no_link)


def forked(action: Callable[[], object]) -> int:
    """Runs something in a child process; returns the signal that killed it, or 0."""
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
    """Dies at a call: in the middle of a write, else before it (after it is before the next one)."""
    if name == "write":
        call()
    os.kill(os.getpid(), signal.SIGKILL)


def abandon(place: Place, patch: pytest.MonkeyPatch) -> None:
    """Lets so much time pass that what a killed process left behind is cleared away."""
    later = time.time() + 7200
    patch.setattr(time, "time", lambda: later)
    sweep_staging(place.staging)
    for folder in {path.parent for path in place.root.rglob(".idse-*")}:
        sweep_temporaries(folder, root=place.root, displaced=place.displaced)


@systems
@scenarios
def test_killed_at_every_call(scenario: Scenario, system: str, fresh: Callable[[], Place]) -> None:
    for number in range(1, MOST_CALLS):
        place = fresh()

        def run(place: Place = place, number: int = number) -> None:
            patch = pytest.MonkeyPatch()
            use(system, patch)
            Trap(number, kill).set(patch)
            scenario.act(place)

        done = forked(run) == 0
        scenario.check(place, done)
        with pytest.MonkeyPatch.context() as patch:
            abandon(place, patch)
        assert place.strays() == []
        scenario.check(place, done)
        if done:
            assert number > 4
            return
    pytest.fail("it never completed")


@scenarios
@pytest.mark.parametrize(
    ("system", "code"),
    [
        ("native", errno.ENOSPC),
        ("native", errno.EROFS),
        ("native", errno.EACCES),
        ("native", errno.EIO),
        ("no exchange", errno.EIO),
        ("no exchange, no links", errno.ENOSPC),
    ],
)
def test_refused_at_every_call(scenario: Scenario, system: str, code: int, fresh: Callable[[], Place]) -> None:
    def refuse(call: Callable[[], Any], name: str) -> NoReturn:
        if name == "write":
            call()
        raise OSError(code, os.strerror(code))

    refused = 0
    for number in range(1, MOST_CALLS):
        place, trap = fresh(), Trap(number, refuse)
        with pytest.MonkeyPatch.context() as patch:
            use(system, patch)
            trap.set(patch)
            done = succeeds(scenario, place)
        refused += not done
        scenario.check(place, done)
        # One refusal can also hit the tidying up, which is then left to the next sweep; but never a rename of it.
        assert place.everything() <= WHOLE
        left = place.strays()
        assert not left or scenario.name in {"tree", "local"}, left
        if not trap.reached:
            assert done
            assert refused > 2
            return
    pytest.fail("it never completed")


@systems
@scenarios
def test_refused_from_some_call_on(scenario: Scenario, system: str, fresh: Callable[[], Place]) -> None:
    for number in range(1, MOST_CALLS):
        place = fresh()
        trap = Trap(number, lambda call, name: None)

        def full(call: Callable[[], Any], name: str, trap: Trap = trap) -> NoReturn:
            trap.at += 1  # and the next one too
            raise OSError(errno.EROFS, "read-only since a moment ago")

        trap.spring = full
        with pytest.MonkeyPatch.context() as patch:
            use(system, patch)
            trap.set(patch)
            done = succeeds(scenario, place)
        scenario.check(place, done)
        if trap.at == number:
            return
    pytest.fail("it never completed")


def succeeds(scenario: Scenario, place: Place) -> bool:
    try:
        scenario.act(place)
    except StorageError as error:
        problem = error
    else:
        return True
    assert problem.message.startswith("can't ")
    return False


@systems
@scenarios
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_interrupted_at_every_call(scenario: Scenario, system: str, after: bool, fresh: Callable[[], Place]) -> None:
    def interrupt(call: Callable[[], Any], name: str) -> NoReturn:
        if after and name != "open":  # what a call opened before it was interrupted, nobody could know or close
            call()
        raise KeyboardInterrupt

    for number in range(1, MOST_CALLS):
        place, trap = fresh(), Trap(number, interrupt)
        done, tidying = True, False
        with pytest.MonkeyPatch.context() as patch:
            use(system, patch)
            trap.set(patch)
            try:
                scenario.act(place)
            except KeyboardInterrupt as error:
                done, tidying = False, interrupts_tidying(error)
        scenario.check(place, done)
        assert tidying or (place.strays() == [] and place.everything() <= WHOLE)
        if not trap.reached:
            return
    pytest.fail("it never completed")


def interrupts_tidying(error: BaseException) -> bool:
    """Whether it hit the removal of temporary files itself, so that a sweep has to do the rest."""
    frames = traceback.extract_tb(error.__traceback__)
    return any(frame.name in {"settle", "_remove"} for frame in frames)


# ---------------------------------------------------------------------------------------------------- somebody else


def save_between(place: Place, saves: Dict[int, bytes], patch: pytest.MonkeyPatch) -> List[bytes]:
    """Lets an editor save right before the given exchanges; returns what the editor itself has seen and replaced."""
    real, count, seen = moves.flagged_rename, itertools.count(1), [b""]

    def call(source: str, target: str, flags: int) -> bool:
        if flags == moves._EXCHANGE:
            data = saves.get(next(count))
            if data is not None:
                beside = place.spec.with_name("editor")
                beside.write_bytes(data)
                real(os.fspath(beside), os.fspath(place.spec), flags)
                seen.append(beside.read_bytes())
                beside.unlink()
        return real(source, target, flags)

    patch.setattr(moves, "flagged_rename", call)
    return seen


needs_exchange = pytest.mark.skipif(
    not sys.platform.startswith(("linux", "darwin")), reason="the system can't exchange two names"
)


@needs_exchange
@pytest.mark.parametrize("when", [chosen for n in range(1, 5) for chosen in itertools.combinations(range(1, 5), n)])
def test_an_editor_that_saves_before_any_of_our_exchanges(when: Tuple[int, ...], fresh: Callable[[], Place]) -> None:
    place = fresh()
    saves = {number: b"save %d" % number for number in when}
    with pytest.MonkeyPatch.context() as patch:
        seen = save_between(place, saves, patch)
        if 1 in saves:
            with pytest.raises(ConflictError):
                place.write(NEW, OLD)
        else:
            place.write(NEW, OLD)
    made = {1} if 1 not in when else set(itertools.takewhile(lambda number: number in when, range(1, 5)))
    happened = [data for number, data in saves.items() if number in made]
    assert set(happened) <= place.everything() | set(seen)
    assert place.spec.read_bytes() == (happened[-1] if happened else NEW)
    assert place.strays() == []


@needs_exchange
def test_a_version_that_is_newer_than_ours_and_theirs_stays_live(fresh: Callable[[], Place]) -> None:
    place, real, exchanges = fresh(), moves.flagged_rename, []

    def call(source: str, target: str, flags: int) -> bool:
        if flags != moves._EXCHANGE:
            return real(source, target, flags)
        exchanges.append(source)
        place.spec.write_bytes(THEIRS)
        done = real(source, target, flags)
        beside = place.spec.with_name("editor")
        beside.write_bytes(b"theirs again")
        beside.replace(place.spec)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moves, "flagged_rename", call)
        with pytest.raises(ConflictError, match="kept in"):
            place.write(NEW, OLD)
    assert place.spec.read_bytes() == b"theirs again"
    assert THEIRS in place.everything()
    assert len(exchanges) == 1  # the older version is never shown again, not even for a moment


@needs_exchange
@pytest.mark.parametrize("how", ["killed", "refused", "interrupted"])
def test_an_editor_saves_and_then_we_are_cut_off(how: str, fresh: Callable[[], Place]) -> None:
    def spring(call: Callable[[], Any], name: str) -> NoReturn:
        if how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(errno.EIO, "broken") if how == "refused" else KeyboardInterrupt

    def attempt(place: Place, trap: Trap) -> bool:
        tidying, patch = False, pytest.MonkeyPatch()
        try:
            trap.set(patch)
            save_between(place, {1: THEIRS}, patch)
            place.write(NEW, OLD)
        except (IdseError, KeyboardInterrupt) as error:
            tidying = interrupts_tidying(error)
        finally:
            patch.undo()
        return tidying

    for number in range(1, MOST_CALLS):
        place, trap = fresh(), Trap(number, spring)
        if how == "killed":
            finished = forked(partial(attempt, place, trap)) == 0
        else:
            tidying = attempt(place, trap)
            finished = not trap.reached
            assert tidying or place.strays() == []
        assert place.spec.read_bytes() in {OLD, NEW, THEIRS}
        # Not yet saved when we were cut off before the exchange.
        assert THEIRS in place.everything() or place.spec.read_bytes() == OLD
        if finished:
            assert place.spec.read_bytes() == THEIRS
            return
    pytest.fail("it never completed")


@needs_exchange
def test_an_editor_that_replaces_the_file_by_something_else(fresh: Callable[[], Place]) -> None:
    for kind in ("folder", "link", "nothing"):
        place, real = fresh(), moves.flagged_rename

        def call(source: str, target: str, flags: int, kind: str = kind, place: Place = place) -> bool:
            if place.spec.is_file() and place.spec.read_bytes() == OLD:
                place.spec.unlink()
                if kind == "folder":
                    place.spec.mkdir()
                    (place.spec / "theirs.md").write_bytes(THEIRS)
                elif kind == "link":
                    place.spec.symlink_to("elsewhere.md")
            return real(source, target, flags)  # noqa: B023 - the same function in every round

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(moves, "flagged_rename", call)
            with pytest.raises(ConflictError):
                place.write(NEW, OLD)
        assert place.strays() == []
        if kind == "folder":
            assert (place.spec / "theirs.md").read_bytes() == THEIRS
        else:
            assert place.spec.is_symlink() == (kind == "link")
            assert not place.spec.exists()


@systems
def test_a_file_that_appears_while_it_is_created(system: str, fresh: Callable[[], Place]) -> None:
    place = fresh()
    path = place.spec.with_name("new.md")
    with pytest.MonkeyPatch.context() as patch:
        use(system, patch)
        link = os.link

        def late(*args: Any, **options: Any) -> None:
            path.write_bytes(THEIRS)
            link(*args, **options)

        patch.setattr(os, "link", late)
        with pytest.raises(ConflictError):
            place.write(NEW, None, path)
    assert path.read_bytes() == THEIRS
    assert place.strays() == []


@pytest.mark.parametrize("scenario", SCENARIOS[:2] + SCENARIOS[3:4], ids=["replace", "create", "tree"])
def test_everything_is_flushed_before_and_after_it_gets_its_name(
    scenario: Scenario, fresh: Callable[[], Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, trace, real_sync = fresh(), [], os.fsync
    wanted = {"replace": place.spec, "create": place.root / "deep" / "er" / "a.md", "tree": place.target}[scenario.name]
    named = {"replace": NEW, "create": NEW, "tree": None}[scenario.name]

    def sync(descriptor: int) -> None:
        status = os.fstat(descriptor)
        here = wanted.exists() and (named is None or wanted.read_bytes() == named)
        trace.append(("after" if here else "before", status.st_ino))
        real_sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    scenario.act(place)
    files = [path for path in [wanted, *wanted.rglob("*")] if path != place.target or path.is_dir()]
    assert {("before", path.stat().st_ino) for path in files} <= set(trace)
    assert ("after", wanted.parent.stat().st_ino) in trace


def test_a_file_that_changes_while_it_is_displaced(fresh: Callable[[], Place], monkeypatch: pytest.MonkeyPatch) -> None:
    real = moves.flagged_rename
    for again in (False, True):
        place, saves = fresh(), [THEIRS, NEW] if again else [THEIRS]

        def call(source: str, target: str, flags: int, place: Place = place, saves: List[bytes] = saves) -> bool:
            if saves:
                place.spec.write_bytes(saves.pop(0))
            return real(source, target, flags)

        monkeypatch.setattr(moves, "flagged_rename", call)
        with pytest.raises(ConflictError, match="kept in" if again else "nothing was moved"):
            displace(place.spec, expected=digest(OLD), root=place.root, displaced=place.displaced)
        assert place.spec.read_bytes() == (NEW if again else THEIRS)
        assert THEIRS in place.everything()


def race(place: Place, theirs: int) -> Tuple[Set[bytes], Set[bytes], int]:
    """Runs our writes against an editor that saves in a tight loop, until it has done so ``theirs`` times.

    Returns:
        What either side was told is saved, what either side has read before it replaced it, and our conflicts.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            seen = []
            beside = place.spec.with_name("editor")
            for number in range(theirs):
                beside.write_bytes(b"editor %d" % number)
                moves.flagged_rename(os.fspath(beside), os.fspath(place.spec), moves._EXCHANGE)
                seen.append(beside.read_bytes().decode())
            beside.unlink()
            with os.fdopen(writing, "w") as pipe:
                json.dump(seen, pipe)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    saved, seen_by_us, conflicts = {b"editor %d" % number for number in range(theirs)}, set(), 0
    for number in itertools.count():
        if select.select([reading], [], [], 0)[0]:
            break
        before = read_bytes(place.spec, root=place.root)
        assert before is not None
        data = b"ours %d" % number
        try:
            place.write(data, before)
        except ConflictError:
            conflicts += 1
        else:
            saved.add(data)
            seen_by_us.add(before)
    with os.fdopen(reading) as pipe:
        seen_by_editor = {text.encode() for text in json.load(pipe)}
    assert os.waitpid(child, 0)[1] == 0
    return saved, seen_by_us | seen_by_editor, conflicts


@needs_exchange
def test_nothing_is_lost_to_an_editor_that_saves_in_a_loop(fresh: Callable[[], Place]) -> None:
    place = fresh()
    saved, seen, conflicts = race(place, theirs=600)
    assert saved <= place.everything() | seen
    assert conflicts > 0
    assert place.strays() == []
