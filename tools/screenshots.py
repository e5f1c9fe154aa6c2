"""Writes ``screenshots/*.svg`` and ``.png``: the real app on a copy of the sample workspace, driven key by key.

python -m tools.screenshots [NAME …]
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable, Dict, NamedTuple, Sequence, Tuple

from textual.pilot import Pilot

from idse_core.config import IdseConfig
from idse_tui.app import IdseApp
from idse_tui.screens.main import MainScreen
from idse_tui.settings import Settings
from tools.torn import torn

_ROOT = Path(__file__).resolve().parent.parent
_SAMPLE = _ROOT / "idse_core" / "sample" / "workspace"
_FONT = "DejaVu Sans Mono"
_SECONDS = 20.0


class Shot(NamedTuple):
    """One screenshot.

    Attributes:
        keys: the keys to press, one after the other, before it is taken.
        size: columns and rows of the terminal.
        torn: whether there is an Agency Core, and both sides changed the same lines.
    """

    keys: Sequence[str] = ()
    size: Tuple[int, int] = (120, 40)
    theme: str = "idse-dark"
    session: str = ""
    torn: bool = False


SHOTS: Dict[str, Shot] = {
    "main": Shot(["4", "down", "down"]),
    "switcher": Shot(["s", "i", "n", "v"]),
    "findings": Shot(["4", "x"]),
    "palette": Shot(["colon"]),
    "keys": Shot(["4", "question_mark"]),
    "new-session": Shot(["n", *"Refunds"]),
    "passing": Shot(session="export-csv"),
    "trace": Shot(["3", "3", "3", "3", "down", "down"], session="billing"),
    "filters": Shot(["plus", *"owner:por", "enter", "F"]),
    "suppress": Shot(["4", "slash", *"trc005", "enter", "S", *"agreed"]),
    "plan": Shot(["P", "a"], session="billing", torn=True),
    "conflict": Shot(["C", "t"], session="billing", torn=True),
    "narrow": Shot(["4"], size=(80, 24)),
    "small": Shot(size=(60, 20)),
    "wide": Shot(["4", "down"], size=(200, 60)),
    "light": Shot(["4", "down", "down"], theme="idse-light"),
    "clear": Shot(["4", "down", "down"], theme="idse-clear-dark"),
}


async def take(shot: Shot, folder: Path) -> str:
    """The SVG of one screenshot of the workspace in ``folder``."""
    agency = torn(folder) if shot.torn else None
    app = IdseApp(IdseConfig(folder), Settings(theme=shot.theme), session=shot.session, agency=agency)
    async with app.run_test(size=shot.size) as pilot:
        await _until(pilot, lambda: _settled(app))
        for key in shot.keys:
            await pilot.press(key)
            await pilot.pause(0.6 if shot.torn else 0.05)  # so that a worker's result is there before the next key
        await pilot.pause(0.4)
        return app.export_screenshot(title="idse tui")


def _settled(app: IdseApp) -> bool:
    screen = app.screen
    return (
        isinstance(screen, MainScreen)
        and screen.state.view.complete
        and screen.state.live.watching
        and not screen.state.live.checking
    )


async def _until(pilot: Pilot[int], condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < end, "the app does not settle"
        await pilot.pause(0.05)


def png(svg: str) -> bytes:
    """The picture of an SVG; its web font is replaced by an installed one."""
    import resvg_py  # noqa: PLC0415  # only where it is installed

    return bytes(resvg_py.svg_to_bytes(svg_string=svg.replace("Fira Code", _FONT)))


def _write(names: Sequence[str], target: Path) -> None:
    with_png = importlib.util.find_spec("resvg_py") is not None
    target.mkdir(exist_ok=True)
    for name in names:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "customer-portal"
            shutil.copytree(_SAMPLE, folder / ".idse")
            svg = asyncio.run(take(SHOTS[name], folder))
        (target / f"{name}.svg").write_text(svg, encoding="utf-8")
        if with_png:
            (target / f"{name}.png").write_bytes(png(svg))
        print(f"screenshots/{name}.svg" + (" and .png" if with_png else ""))


def main(names: Sequence[str]) -> None:
    """Take the screenshots with these names, or all."""
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")  # whatever the calling terminal says
    os.environ.pop("NO_COLOR", None)
    _write(names or list(SHOTS), _ROOT / "screenshots")


if __name__ == "__main__":
    main(sys.argv[1:])
