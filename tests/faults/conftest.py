from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.faults.cut_off import OLD, Place
from tests.faults.sink import Sink, sink


@pytest.fixture
def quiet_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hides the variables and files of the person who runs the tests."""
    for name in list(os.environ):
        if name.startswith("IDSE_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))


@pytest.fixture
def dry() -> Iterator[Sink]:
    """A listener to which nobody may connect; checked when the test is over."""
    with sink() as place:
        yield place
        assert place.is_dry()


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Place]:
    numbers = itertools.count()

    def make() -> Place:
        place = Place(tmp_path / str(next(numbers)) / ".idse")
        place.spec.parent.mkdir(parents=True)
        place.spec.write_bytes(OLD)
        return place

    return make
