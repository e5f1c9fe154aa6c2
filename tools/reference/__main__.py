"""Writes the pages below docs/reference that are generated from the code: commands, rules, kinds, exit codes.

Run ``python -m tools.reference`` after a change in a command, a rule or a kind; ``--check`` writes nothing and exits
with 1 when a page is out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Callable, Dict, Optional, Sequence

from tools.reference.commands import commands_page
from tools.reference.exit_codes import exit_codes_page
from tools.reference.kinds import kinds_page
from tools.reference.rules import rules_page

__all__ = ["FOLDER", "PAGES", "main"]

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGES: Dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "exit-codes.md": exit_codes_page,
    "kinds.md": kinds_page,
    "rules.md": rules_page,
}


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Write the pages, or with ``--check`` compare them; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.reference", description="reference pages made from the code")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is out of date")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they are (default: docs/reference)")
    options = parser.parse_args(arguments)
    stale = 0
    for name, make in PAGES.items():
        path, text = options.folder / name, make().encode("utf-8")
        if path.is_file() and path.read_bytes() == text:
            continue
        stale += 1
        print(f"{'out of date' if options.check else 'written'}: {name}")
        if not options.check:
            path.write_bytes(text)
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
