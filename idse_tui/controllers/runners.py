"""What runs which action of the registry: all controllers' tables as one, with those that the first paint does without."""

from __future__ import annotations

from typing import Callable, Dict

from idse_tui.controllers.asking import Asking
from idse_tui.controllers.comparing import Comparing
from idse_tui.controllers.compiling import Compiling
from idse_tui.controllers.doing import Doing
from idse_tui.controllers.filtering import Filtering
from idse_tui.controllers.following import Following
from idse_tui.controllers.mending import Mending
from idse_tui.controllers.moving import Moving
from idse_tui.controllers.searching import Searching
from idse_tui.controllers.settling import Settling
from idse_tui.controllers.syncing import Syncing
from idse_tui.controllers.tracing import Tracing
from idse_tui.main_host import MainHost

__all__ = ["runners"]


def runners(
    screen: MainHost,
    *,
    following: Following,
    filtering: Filtering,
    searching: Searching,
    comparing: Comparing,
    moving: Moving,
    tracing: Tracing,
    settling: Settling,
    syncing: Syncing,
) -> Dict[str, Callable[[], None]]:
    """Action id → what runs it.

    Args:
        screen: the main screen.
        following: its controller of that name, like the others.
        filtering: see ``Filtering``.
        searching: see ``Searching``.
        comparing: see ``Comparing``.
        moving: see ``Moving``.
        tracing: see ``Tracing``.
        settling: see ``Settling``.
        syncing: see ``Syncing``.
    """
    doing = Doing(screen, following, moving, syncing)
    asking = Asking(screen, following, moving, doing)
    mending = Mending(screen, following, doing)
    compiling = Compiling(screen, following)
    parts = (moving, filtering, searching, comparing, tracing, doing, asking, mending, compiling, syncing, settling)
    return {action: run for part in parts for action, run in part.table().items()}
