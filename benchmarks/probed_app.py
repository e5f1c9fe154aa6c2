"""The app with a pulse: ``python -m benchmarks.probed_app FILE`` records how late its event loop was, and when.

Each line of the file has two numbers in seconds: when the pulse came, on the clock of ``time.perf_counter`` (one for
all processes of a machine), and how late it was. The pulse costs next to nothing, but not nothing: what the app takes
at rest is measured without it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from array import array
from pathlib import Path

from idse_core.config import IdseConfig
from idse_tui.app import IdseApp
from idse_tui.interpreter import pause_collecting
from idse_tui.precedence import run
from idse_tui.settings import read_settings

__all__ = ["main"]

_EVERY = 0.01  # seconds


class _Probed(IdseApp):
    def __init__(self, target: Path, config: IdseConfig) -> None:
        super().__init__(config, read_settings(os.environ, Path.home()))
        self._target = target
        self._found = array("d")

    def on_load(self) -> None:
        self._beat(time.perf_counter())

    def _beat(self, due: float) -> None:
        now = time.perf_counter()
        self._found.extend((now, now - due))
        asyncio.get_running_loop().call_later(_EVERY, self._beat, now + _EVERY)

    def write(self) -> None:
        """Write the recorded pulses."""
        pairs = zip(self._found[::2], self._found[1::2])
        self._target.write_text("".join(f"{at:.6f} {late:.6f}\n" for at, late in pairs), encoding="ascii")


def main(target: str) -> None:
    """Run the app on the workspace of the current folder, as ``idse tui`` runs it."""
    pause_collecting()
    app = _Probed(Path(target), IdseConfig.from_environment({}, Path.cwd()))
    run(app)
    app.write()


if __name__ == "__main__":
    main(sys.argv[1])
