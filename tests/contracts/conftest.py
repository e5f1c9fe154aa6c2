from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from idse_core.design_store import (
    CURRENT_SESSION,
    DesignStore,
    Place,
)
from tests.contracts.design_stores import ALL, KINDS, PROJECT, SESSION, Kit


@pytest.fixture
def no_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pulls the plug here, and real flushes would take half of the time."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture(params=list(KINDS))
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Kit:
    return KINDS[request.param](tmp_path)


@pytest.fixture
def store(kit: Kit) -> DesignStore:
    """A store with one project and one complete session."""
    documents = {Place(PROJECT, SESSION, name): data for name, data in ALL.items()}
    documents[Place(PROJECT, None, CURRENT_SESSION)] = b"auth\n"
    kit.store.create_project(PROJECT, documents, kit.layout)
    return kit.store


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was written within the last two seconds, as far as a store can see."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 10_000_000_000)
