"""The other side of ``folder_watch``: watches a folder and says what changed, until its owner ends."""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

from idse_core.folder_watch import watched

__all__ = ["main"]


def main() -> None:
    """A JSON list of paths a line, or a JSON text that says what went wrong. The folder is the second argument."""
    threading.Thread(target=_end_with_owner, daemon=True).start()
    try:
        for paths in watched(Path(sys.argv[2]), None):
            _say(sorted(paths))
    except (OSError, RuntimeError) as error:  # an owner that is gone among them
        with suppress(OSError):
            _say(str(error))
    os._exit(0)  # the thread may wait for ever, and there is nothing to tidy up


def _say(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


def _end_with_owner() -> None:
    sys.stdin.buffer.read()
    os._exit(0)
