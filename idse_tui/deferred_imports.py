"""What the first paint does without, and how it is loaded while the frame stands already.

The frame needs Textual, the widgets and the list of sessions. Judging, rendering Markdown and dialogs take as long to import
as all of that; they are imported where they are used first, which is in a thread, and the rest of them by ``load``.
"""

from __future__ import annotations

from importlib import import_module

__all__ = ["LATER", "load"]

LATER = (
    "idse_tui.reading",
    "idse_tui.loading",
    "idse_tui.rendering",
    "idse_tui.preparing",
    "idse_tui.moved_lines",
    "idse_tui.dialogs.picker",
    "idse_tui.controllers.doing",
    "idse_tui.controllers.asking",
    "idse_tui.controllers.syncing",
    "idse_tui.controllers.settling",
    "idse_tui.controllers.runners",
    "idse_tui.diffs",
    "idse_tui.presentation.diffing",
    "idse_tui.presentation.tracing",
    "idse_core.traceability",
)
"""In the order in which somebody may miss them."""


def load() -> None:
    """Import them all, for a thread; so that no key has to wait for an import."""
    for name in LATER:
        import_module(name)
