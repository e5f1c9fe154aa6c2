"""`idse_core.files` killed, refused and interrupted at every system call.

The oracle: every saved version is in a live file or in a kept copy, unless whoever replaced it had read it.
"""

from __future__ import annotations

import errno
import os
from typing import Any, Callable, NoReturn

import pytest

from idse_core.errors import StorageError
from tests.faults.cut_off import (
    MOST_CALLS,
    WHOLE,
    Place,
    Scenario,
    Trap,
    abandon,
    forked,
    interrupts_tidying,
    kill,
    scenarios,
    systems,
    use,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


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
        # A refusal can also hit the clean-up of a folder, which is then left to the next sweep; a file that can't be
        # deleted is moved to `displaced`.
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
            trap.at += 1  # refuse the next call too
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
        if after and name != "open":  # a descriptor opened by an interrupted call could not be known or closed
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
