"""How the app looks, as SVG; from one version of Textual, because every version draws a little differently.

After a change on purpose: ``pytest tests/tui/test_snapshots.py --snapshot-update``, then look at the pictures.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Callable, Sequence, Tuple

import pytest
import textual
from textual.pilot import Pilot

from idse_core.config import IdseConfig
from idse_tui.app import IdseApp
from idse_tui.glyphs import ASCII
from idse_tui.screens.main import MainScreen
from idse_tui.settings import Settings
from tests.tui.driving import SESSIONS, Driver

pytestmark = pytest.mark.skipif(
    textual.__version__ != "8.2.8", reason="snapshots are taken and compared with Textual 8.2.8 only"
)

SIZES = [(80, 24), (120, 40), (200, 60)]
PROJECT = Path(".idse/projects/customer-portal")
Compare = Callable[..., bool]


@pytest.fixture
def still(sample: Path) -> Path:
    """The sample without what depends on the time of day."""
    path = sample / PROJECT / "session_state.json"
    state = json.loads(path.read_text())
    for entry in (state, *state["sessions"].values()):
        entry["last_sync"] = None
    path.write_text(json.dumps(state))
    return sample


def compared(
    snap_compare: Compare,
    folder: Path,
    keys: Sequence[str] = (),
    *,
    size: Tuple[int, int] = (120, 40),
    **settings: object,
) -> bool:
    """Whether the app looks as it did, settled, after some keys."""
    app = IdseApp(IdseConfig(folder), Settings(**settings))  # type: ignore[arg-type]  # fields of Settings

    async def drive(pilot: Pilot[int]) -> None:
        driver = Driver(pilot, folder)
        if any(isinstance(screen, MainScreen) for screen in app.screen_stack):
            await driver.settled()
        for key in keys:
            await driver.press(key)
        await pilot.pause(0.3)

    return snap_compare(app, terminal_size=size, run_before=drive)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys", [(), ("4", "down", "down"), ("s", "i", "n", "v")], ids=["start", "finding", "switcher"]
)
def test_main(snap_compare: Compare, still: Path, size: Tuple[int, int], keys: Sequence[str]) -> None:
    assert compared(snap_compare, still, keys, size=size)


@pytest.mark.parametrize("theme", ["idse-light", "idse-clear-dark", "idse-clear-light"])
def test_themes(snap_compare: Compare, still: Path, theme: str) -> None:
    assert compared(snap_compare, still, theme=theme)


def test_ascii(snap_compare: Compare, still: Path) -> None:
    assert compared(snap_compare, still, glyphs=ASCII)


def test_very_small(snap_compare: Compare, still: Path) -> None:
    assert compared(snap_compare, still, size=(60, 20))


@pytest.mark.parametrize("key", ["colon", "question_mark", "n", "f1"], ids=["palette", "keys", "new", "help"])
def test_dialogs(snap_compare: Compare, still: Path, key: str) -> None:
    assert compared(snap_compare, still, [key])


def test_broken_registry(snap_compare: Compare, still: Path) -> None:
    (still / PROJECT / "agent_registry.json").write_text('{"agents": [}')
    assert compared(snap_compare, still)


def test_missing_artifact(snap_compare: Compare, still: Path) -> None:
    (still / SESSIONS / "auth-login" / "spec.md").unlink()
    assert compared(snap_compare, still)


def test_no_session(snap_compare: Compare, still: Path) -> None:
    shutil.rmtree(still / SESSIONS)
    assert compared(snap_compare, still)


def test_wide_characters(snap_compare: Compare, still: Path) -> None:
    spec = still / SESSIONS / "auth-login" / "spec.md"
    spec.write_text(
        "# 漢字かな交じり文 🙂\n\n| 幅 | 二 |\n|---|---|\n| 🙂🙂 | [REQUIRES INPUT] 長い文 |\n\n- \x1b[31m \u202e\n"
    )
    assert compared(snap_compare, still)
