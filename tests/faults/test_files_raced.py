"""`idse_core.files` racing with an editor that does not lock; what the editor saves stays, or is kept as a copy."""

from __future__ import annotations

import errno
import itertools
import json
import os
import select
import signal
import sys
from functools import partial
from typing import Any, Callable, Dict, List, NoReturn, Set, Tuple

import pytest

from idse_core.errors import ConflictError, IdseError
from idse_core.files import (
    digest,
    displace,
    moves,
    read_bytes,
)
from tests.faults.cut_off import (
    MOST_CALLS,
    NEW,
    OLD,
    SCENARIOS,
    THEIRS,
    Place,
    Scenario,
    Trap,
    forked,
    interrupts_tidying,
    systems,
    use,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


def save_between(place: Place, saves: Dict[int, bytes], patch: pytest.MonkeyPatch) -> List[bytes]:
    """Let an editor save right before the given exchanges; return the versions that it has seen and replaced."""
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
        # The editor has not saved yet if we were cut off before the exchange.
        assert THEIRS in place.everything() or place.spec.read_bytes() == OLD
        if finished:
            assert place.spec.read_bytes() == THEIRS
            return
    pytest.fail("it never completed")


@needs_exchange
def test_an_editor_that_replaces_the_file_with_something_else(fresh: Callable[[], Place]) -> None:
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
def test_everything_is_flushed_before_and_after_it_gets_its_final_name(
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
    """Run our writes against an editor that saves in a tight loop, until it has saved ``theirs`` times.

    Returns:
        The versions that either side has saved successfully, the versions that either side read before replacing them,
        and the number of our conflicts.
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
