"""What the workers of sync tell the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from textual.message import Message

from idse_core.agency.resolution import Resolution
from idse_core.events import Warned
from idse_tui.presentation.syncing import SyncState

if TYPE_CHECKING:
    from idse_core.agency.conflicts import Conflict
    from idse_tui.conflict_files import Versions

__all__ = ["ConflictOpened", "ConflictsFound", "Settled", "SyncMoved", "SyncWarned"]


class SyncMoved(Message, bubble=False):
    """A push or pull got on; ``run`` numbers it."""

    def __init__(self, state: SyncState, run: int) -> None:
        super().__init__()
        self.state = state
        self.run = run

    def can_replace(self, message: Message) -> bool:
        """Of many steps only the last one is shown."""
        return isinstance(message, SyncMoved) and message.run == self.run


class SyncWarned(Message, bubble=False):
    """Something was wrong and worked around."""

    def __init__(self, warning: Warned) -> None:
        super().__init__()
        self.warning = warning


class ConflictsFound(Message, bubble=False):
    """The conflicts that wait for a decision; ``choose`` when somebody asked for them."""

    def __init__(self, conflicts: Sequence[Conflict], *, choose: bool) -> None:
        super().__init__()
        self.conflicts = tuple(conflicts)
        self.choose = choose


class ConflictOpened(Message, bubble=False):
    """The versions of a conflict were read, and nothing is decided yet."""

    def __init__(self, conflict: Conflict, versions: Versions, resolution: Resolution) -> None:
        super().__init__()
        self.conflict = conflict
        self.versions = versions
        self.resolution = resolution


class Settled(Message, bubble=False):
    """A conflict was resolved; ``options`` say the same to ``idse sync resolve``."""

    def __init__(self, conflict: Conflict, options: str) -> None:
        super().__init__()
        self.conflict = conflict
        self.options = options
