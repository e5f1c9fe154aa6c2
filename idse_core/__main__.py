"""The entry point of ``idse`` and ``python -m idse_core``."""

from __future__ import annotations

import sys
from typing import NoReturn

from idse_core._version import __version__

__all__ = ["main"]


def main() -> NoReturn:
    """Run ``idse``. ``--version`` is answered without building the command line: prompts and scripts ask for it."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"idse {__version__}\n")
        sys.exit(0)
    # Imported here: it imports click, without which ``--version`` is answered much faster.
    from idse_core.cli import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
