"""What workers tell the main screen, handed to whoever takes it in."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from idse_tui.controllers.comparing import Comparing
from idse_tui.controllers.hearing import Hearing
from idse_tui.controllers.tracing import Tracing
from idse_tui.main_host import MainHost

if TYPE_CHECKING:
    from idse_tui.controllers.settling import Settling
    from idse_tui.controllers.syncing import Syncing
    from idse_tui.messages import (
        ArtifactLoaded,
        Compared,
        Done,
        Failed,
        FilesChanged,
        Followed,
        Learned,
        Polling,
        Traced,
        WatchingEnded,
    )
    from idse_tui.sync_messages import ConflictOpened, ConflictsFound, Settled, SyncMoved, SyncWarned

__all__ = ["Listening"]


class Listening(MainHost):
    """The part of the main screen that workers' messages reach."""

    hearing: Hearing
    comparing: Comparing
    tracing: Tracing

    @property
    @abstractmethod
    def syncing(self) -> Syncing:
        """Push and pull."""

    @property
    @abstractmethod
    def settling(self) -> Settling:
        """Conflicts."""

    def on_learned(self, message: Learned) -> None:
        known = self.state.view.complete
        self.hearing.learned(message)
        if self.state.view.complete and not known:
            self.settling.look()

    def on_artifact_loaded(self, message: ArtifactLoaded) -> None:
        self.hearing.artifact_loaded(message)

    def on_files_changed(self, message: FilesChanged) -> None:
        self.hearing.files_changed(message)

    def on_followed(self, message: Followed) -> None:
        self.hearing.followed(message)
        self.settling.look()

    def on_polling(self, message: Polling) -> None:
        self.hearing.polling(message)

    def on_watching_ended(self, message: WatchingEnded) -> None:
        self.hearing.watching_ended(message)

    def on_failed(self, message: Failed) -> None:
        self.hearing.failed(message)

    def on_compared(self, message: Compared) -> None:
        self.comparing.compared(message)

    def on_traced(self, message: Traced) -> None:
        self.tracing.traced(message)

    def on_done(self, message: Done) -> None:
        self.hearing.done(message)

    def on_sync_moved(self, message: SyncMoved) -> None:
        self.syncing.moved(message)

    def on_sync_warned(self, message: SyncWarned) -> None:
        warning = message.warning
        self.tell(f"{warning.message}. {warning.hint}".strip(), severity="warning", seconds=8)

    def on_conflicts_found(self, message: ConflictsFound) -> None:
        self.settling.found(message)

    def on_conflict_opened(self, message: ConflictOpened) -> None:
        self.settling.opened(message)

    def on_settled(self, message: Settled) -> None:
        self.settling.settled(message)
