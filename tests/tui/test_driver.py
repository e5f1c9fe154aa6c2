"""Reading keys: bytes in, keys out, however they are cut; and a thread that sleeps until there are any."""

from __future__ import annotations

import select
import threading
import time
from pathlib import Path
from typing import List

import pytest
from textual import events
from textual.message import Message

pytest.importorskip("termios", reason="there is no such driver on Windows")

from idse_tui import driver as module
from idse_tui.driver import PatientDriver, _Reading, _Waking


class Keys:
    """Stands in for the driver: keeps the keys that it is told of."""

    def __init__(self) -> None:
        self.found: List[str] = []

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Key):
            self.found.append(message.key)


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def reading(keys: Keys) -> _Reading:
    return _Reading(keys)  # type: ignore[arg-type]  # it needs no more of a driver


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([b"abc"], ["a", "b", "c"]),
        (["é".encode()[:1], "é".encode()[1:]], ["é"]),
        ([b"\x1b", b"[A"], ["up"]),
        ([b"\x1b[", b"A", b"q"], ["up", "q"]),
        ([b"a\xff", b"b"], ["b"]),
        ([b"\xc3", b"x", b"y"], ["y"]),
    ],
    ids=["letters", "half a letter", "half a sequence", "two halves", "no text", "half a letter and another"],
)
def test_keys_however_they_come(reading: _Reading, keys: Keys, pieces: List[bytes], expected: List[str]) -> None:
    for piece in pieces:
        assert reading.take(piece)
        reading.tick()
    assert keys.found == expected


def test_escape_is_a_key_when_nothing_follows(reading: _Reading, keys: Keys) -> None:
    reading.take(b"\x1b")
    assert keys.found == []
    end = time.monotonic() + 30
    while not keys.found and time.monotonic() < end:
        assert reading.patience is not None  # or nobody would ever look again
        time.sleep(0.02)
        reading.tick()
    assert keys.found == ["escape"]


def test_it_is_told_when_there_is_nothing_more(reading: _Reading) -> None:
    assert not reading.take(b"")


def test_without_keys_it_waits_for_ever(reading: _Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reading.patience is None
    reading.take(b"x")
    assert reading.patience is not None
    now = time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now + 60)
    assert reading.patience is None


def test_who_waits_is_woken_up_when_the_event_is_set() -> None:
    event = _Waking()
    woken = threading.Event()

    def wait() -> None:
        select.select([event.bell], [], [])
        woken.set()

    threading.Thread(target=wait, daemon=True).start()
    event.set()
    assert woken.wait(30)
    assert event.is_set()


def test_it_is_the_driver_of_the_app(tmp_path: Path) -> None:
    from idse_core.config import IdseConfig
    from idse_tui.app import IdseApp
    from idse_tui.settings import Settings

    assert IdseApp(IdseConfig(tmp_path), Settings()).get_driver_class() is PatientDriver
