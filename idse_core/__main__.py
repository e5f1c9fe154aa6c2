"""``python -m idse_core`` is ``idse``."""

from __future__ import annotations

from idse_core.cli import main

if __name__ == "__main__":
    main()
