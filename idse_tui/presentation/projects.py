"""The projects of a workspace as things to pick."""

from __future__ import annotations

from typing import List, Mapping

from idse_core.printable import count
from idse_tui.look import Look
from idse_tui.presentation.rows import PickItem

__all__ = ["project_items"]


def project_items(projects: Mapping[str, int], selected: str, look: Look) -> List[PickItem]:
    """All projects, in their order.

    Args:
        projects: id → how many sessions it has.
        selected: the one that is marked; may be empty.
        look: glyphs and styles.
    """
    return [
        PickItem(
            project,
            project,
            right=((count(number, "session"), "muted"),),
            lead=look.glyphs.current if project == selected else " ",
        )
        for project, number in projects.items()
    ]
