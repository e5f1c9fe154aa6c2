"""The reference page of the app's keys, made from the registry: ``python -m idse_tui.reference > docs/reference/tui.md``."""

from __future__ import annotations

import sys
from typing import List

from idse_tui.actions import ACTIONS, Action, Group, Situation, cli_line
from idse_tui.key_names import key_name
from idse_tui.screen_actions import SCREEN_ACTIONS

__all__ = ["reference_page"]

_HEAD = """# `idse tui`: keys and commands

Made from the app's registry of actions; every action can be given another key by its id, under `"tui"` in
`~/.idseconfig.json`:

```json
{"tui": {"keys": {"switch": "ctrl+t"}, "theme": "idse-light", "glyphs": "ascii", "editor": "nvim"}}
```

In lists, `j` `k` and the arrows move, `g` `G` go to the ends, `h` `l` fold and unfold, Enter opens. These keys, Esc,
`ctrl+c` and `ctrl+z` belong to no action and can't be given to one.
"""


def reference_page() -> str:
    """The page, in Markdown."""
    parts = [_HEAD]
    for group in Group:
        rows = [_row(action) for action in (*ACTIONS, *SCREEN_ACTIONS) if action.group is group]
        parts.append(
            "\n".join([f"## {group.value}\n", "| Key | Id | What it does | Command |", "|---|---|---|---|", *rows])
        )
    return "\n".join(f"{part}\n" if part is not _HEAD else part for part in parts)


def _row(action: Action) -> str:
    keys: List[str] = [f"`{key_name(key)}`" for key in action.keys]
    line = cli_line(action, Situation())
    return f"| {' '.join(keys)} | `{action.id}` | {action.help} | {f'`{line}`' if line else ''} |"


if __name__ == "__main__":
    sys.stdout.write(reference_page())
