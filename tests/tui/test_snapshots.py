"""How the app looks, as SVG; from one version of Textual, because every version draws a little differently.

After a change on purpose: ``pytest tests/tui/test_snapshots.py --snapshot-update``, then look at the pictures.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Callable, Dict, Sequence, Tuple

import pytest
import textual
from textual.pilot import Pilot

from idse_core.config import IdseConfig
from idse_core.project_workspace import ProjectWorkspace
from idse_core.session_graph import NewSession, SessionGraph
from idse_core.validation_engine import ValidationEngine
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


@pytest.fixture
def here(still: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample under a path that is the same in every run: some states name it."""
    monkeypatch.chdir(still.parent)
    return Path(still.name)


@pytest.fixture(scope="session")
def thousands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of 2,000 sessions, all of them alike and examined."""
    folder = tmp_path_factory.mktemp("thousands")
    workspace, _ = ProjectWorkspace.create(IdseConfig(folder), "customer-portal")
    SessionGraph(workspace).create(NewSession("s-0000"))
    first = folder / SESSIONS / "s-0000"
    document = json.loads((first / "metadata" / "session.json").read_text())
    for number in range(1, 2_000):
        target = folder / SESSIONS / f"s-{number:04}"
        (target / "metadata").mkdir(parents=True)
        record = {**document, "session_id": target.name, "title": f"Session {number}"}
        (target / "metadata" / "session.json").write_text(json.dumps(record))
        (target / "intent.md").write_text("# Intent\n\nOne line.\n")
    ValidationEngine(workspace).validate(workspace.sessions())
    return folder


def compared(
    snap_compare: Compare,
    folder: Path,
    keys: Sequence[str] = (),
    *,
    size: Tuple[int, int] = (120, 40),
    session: str = "",
    then: Callable[[], None] = lambda: None,
    until: str = "",
    **settings: object,
) -> bool:
    """Whether the app looks as it did, settled, after some keys.

    Args:
        snap_compare: the plugin's fixture.
        folder: holds the workspace.
        keys: pressed one after the other.
        size: columns and rows.
        session: the one that is looked at first.
        then: what happens after the keys.
        until: what is on the screen when that has been taken in.
        settings: fields of ``Settings``.
    """
    app = IdseApp(IdseConfig(folder), Settings(**settings), session=session)  # type: ignore[arg-type]

    async def drive(pilot: Pilot[int]) -> None:
        driver = Driver(pilot, folder)
        if any(isinstance(screen, MainScreen) for screen in app.screen_stack):
            await driver.settled()
        for key in keys:
            await driver.press(key)
        then()
        await driver.until(lambda: until in driver.text)
        await driver.at_rest()

    return snap_compare(app, terminal_size=size, run_before=drive)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys", [(), ("4", "down", "down"), ("s", "i", "n", "v")], ids=["start", "finding", "switcher"]
)
def test_main(snap_compare: Compare, still: Path, size: Tuple[int, int], keys: Sequence[str]) -> None:
    assert compared(snap_compare, still, keys, size=size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "keys",
    [("3", "3", "3", "3", "g"), ("F", "plus", "f", "e", "a", "enter"), ("3", "slash", *"invoice", "enter")],
    ids=["trace", "chips", "find"],
)
def test_billing(snap_compare: Compare, still: Path, size: Tuple[int, int], keys: Sequence[str]) -> None:
    assert compared(snap_compare, still, keys, size=size, session="billing")


@pytest.mark.parametrize("theme", ["idse-light", "idse-clear-dark", "idse-clear-light"])
def test_themes(snap_compare: Compare, still: Path, theme: str) -> None:
    assert compared(snap_compare, still, theme=theme)


def test_ascii(snap_compare: Compare, still: Path) -> None:
    assert compared(snap_compare, still, glyphs=ASCII)


@pytest.mark.parametrize("keys", [(), ("3",), ("4",), ("s",), ("n",)], ids=["start", "artifact", "findings", "s", "n"])
def test_very_small(snap_compare: Compare, still: Path, keys: Sequence[str]) -> None:
    assert compared(snap_compare, still, keys, size=(60, 20))


DIALOGS = {
    "palette": ["colon"],
    "keys": ["question_mark"],
    "new": ["n"],
    "help": ["f1"],
    "suppress": ["4", "slash", *"trc005", "enter", "S"],
    "fix": ["4", "full_stop"],
    "filters": ["plus"],
}


@pytest.mark.parametrize("name", DIALOGS)
def test_dialogs(snap_compare: Compare, still: Path, name: str) -> None:
    assert compared(snap_compare, still, DIALOGS[name])


# The states that must look right, each at every size


State = Callable[[Path], None]


def _nowhere(folder: Path) -> None:
    shutil.rmtree(folder / ".idse")


def _no_session(folder: Path) -> None:
    shutil.rmtree(folder / SESSIONS)


def _missing(folder: Path) -> None:
    (folder / SESSIONS / "auth-login" / "spec.md").unlink()


def _empty(folder: Path) -> None:
    (folder / SESSIONS / "auth-login" / "spec.md").write_bytes(b" \n")


def _not_utf8(folder: Path) -> None:
    (folder / SESSIONS / "auth-login" / "spec.md").write_bytes(b"# Spec\n\nr\xe9sum\xe9 [REQUIRES INPUT]\n")


def _large(folder: Path) -> None:
    part = "## Part {0}\n\n[REQUIRES INPUT] A paragraph with `code` and **words**.\n\n- one\n- two\n\n"
    (folder / SESSIONS / "auth-login" / "spec.md").write_text("# L\n\n" + "".join(map(part.format, range(2_500))))


def _wide(folder: Path) -> None:
    text = "# 漢字かな交じり文 🙂\n\n| 幅 | 二 |\n|---|---|\n| 🙂🙂 | [REQUIRES INPUT] 長い文 |\n\n- \x1b[31m \u202e\n"
    (folder / SESSIONS / "auth-login" / "spec.md").write_text(text)


def _broken_registry(folder: Path) -> None:
    (folder / PROJECT / "agent_registry.json").write_text('{"agents": [}')


def _broken_everything(folder: Path) -> None:
    _broken_registry(folder)
    (folder / PROJECT / "session_state.json").write_text("not json")
    (folder / ".idse" / "rules").mkdir()
    (folder / ".idse" / "rules" / "team.yaml").write_text("rules:\n  - id: [\n")


def _read_only(folder: Path) -> None:
    del folder  # see the test


STATES: Dict[str, State] = {
    "no-workspace": _nowhere,
    "no-session": _no_session,
    "missing-artifact": _missing,
    "empty-artifact": _empty,
    "not-utf-8": _not_utf8,
    "large-artifact": _large,
    "wide-characters": _wide,
    "broken-registry": _broken_registry,
    "broken-pack-state-registry": _broken_everything,
    "read-only": _read_only,
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_states(
    snap_compare: Compare, here: Path, monkeypatch: pytest.MonkeyPatch, state: str, size: Tuple[int, int]
) -> None:
    STATES[state](here)
    if state == "read-only":  # said of every path, since root may write everywhere
        monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK)
    assert compared(snap_compare, here, ["3"] if "-artifact" in state or state == "read-only" else [], size=size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_workspace_is_gone(snap_compare: Compare, here: Path, size: Tuple[int, int]) -> None:
    def gone() -> None:
        shutil.rmtree(here / ".idse")

    assert compared(snap_compare, here, size=size, then=gone, until="not there any more")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_thousands_of_sessions(snap_compare: Compare, thousands: Path, size: Tuple[int, int]) -> None:
    (thousands / ".idse/.local/tui.json").unlink(missing_ok=True)  # where the test before this one was
    assert compared(snap_compare, thousands, ["down", "slash", *"s-12"], size=size)
