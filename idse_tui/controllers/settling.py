"""Conflicts: how many there are, choosing one, resolving it on its own screen, writing the result."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Callable, Dict, Optional, Tuple

from idse_core.printable import one_line
from idse_tui.background import telling
from idse_tui.dialogs.conflict import ConflictScreen, Left
from idse_tui.dialogs.picker import Picked, Picker
from idse_tui.main_host import MainHost
from idse_tui.messages import Done
from idse_tui.presentation.rows import PickItem
from idse_tui.sync_messages import ConflictOpened, ConflictsFound, Settled

if TYPE_CHECKING:
    from idse_core.agency.conflicts import Conflict
    from idse_core.agency.resolution import Resolution
    from idse_tui.conflict_files import Versions

__all__ = ["Settling"]


class Settling:
    """The action ``conflicts``, and what follows from it.

    Args:
        screen: the main screen.
    """

    def __init__(self, screen: MainHost) -> None:
        self._screen = screen
        self._begun: Dict[str, Tuple[Versions, Resolution]] = {}

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {"conflicts": lambda: self.look(choose=True)}

    def look(self, *, choose: bool = False) -> None:
        """Find out, in a worker, which conflicts there are; then let one be chosen, if that is wanted."""
        screen, workspace = self._screen, self._screen.workspace
        folder = workspace.local / "conflicts" / workspace.project

        def job() -> None:
            if not folder.is_dir():
                screen.post_message(ConflictsFound((), choose=choose))
                return
            # Imported here: the agency's modules cost too much for a workspace without conflicts.
            from idse_core.agency.resolving import open_conflicts  # noqa: PLC0415

            screen.post_message(ConflictsFound(open_conflicts(workspace), choose=choose))

        self._work(job, "looking for conflicts", group="conflicts")

    def found(self, message: ConflictsFound) -> None:
        """They are known."""
        screen = self._screen
        if screen.state.conflicts != message.conflicts:
            screen.state.conflicts = message.conflicts
            screen.redraw()
        if not message.choose:
            return
        if not message.conflicts:
            screen.tell("there is no conflict")
        elif len(message.conflicts) == 1:
            self._open(message.conflicts[0])
        else:
            items = [_item(conflict) for conflict in message.conflicts]
            picker = Picker("Conflicts", items, screen.look, hint="Enter opens it")
            screen.app.push_screen(picker, self._picked)

    def _picked(self, picked: Optional[Picked]) -> None:
        chosen = [item for item in self._screen.state.conflicts if picked and str(item.folder) == picked.key]
        if chosen:
            self._open(chosen[0])

    def _open(self, conflict: Conflict) -> None:
        screen, workspace = self._screen, self._screen.workspace

        def job() -> None:
            from idse_tui.conflict_files import open_conflict  # noqa: PLC0415  # as above

            screen.post_message(ConflictOpened(conflict, *open_conflict(workspace, conflict)))

        self._work(job, f"opening the conflict about {conflict.name}")

    def opened(self, message: ConflictOpened) -> None:
        """The versions of a conflict are known: show them, with what was decided before if they are the same."""
        screen, key = self._screen, str(message.conflict.folder)
        versions, resolution = self._begun.get(key, (message.versions, message.resolution))
        if versions != message.versions:
            screen.tell("the document was saved meanwhile: earlier decisions are dropped", severity="warning")
            resolution = message.resolution
        shown = ConflictScreen(
            message.conflict, message.versions, resolution, screen.look, editor=screen.settings.editor
        )
        screen.app.push_screen(shown, lambda left: self._left(message.conflict, message.versions, left))

    def _left(self, conflict: Conflict, versions: Versions, left: Optional[Left]) -> None:
        if left is None:
            return
        self._begun[str(conflict.folder)] = (versions, left.resolution)
        if left.write:
            self._write(conflict, versions, left.resolution)

    def _write(self, conflict: Conflict, versions: Versions, resolution: Resolution) -> None:
        screen, workspace = self._screen, self._screen.workspace
        what = f"{conflict.name} of {one_line(conflict.session)}"

        def job() -> None:
            from idse_tui.conflict_files import settle  # noqa: PLC0415  # as above

            screen.post_message(Settled(conflict, settle(workspace, conflict, versions, resolution)))

        self._work(job, f"resolving {what}")

    def settled(self, message: Settled) -> None:
        """A conflict was resolved."""
        conflict, screen = message.conflict, self._screen
        self._begun.pop(str(conflict.folder), None)
        what = f"{conflict.name} --session {shlex.quote(conflict.session)} {message.options}"
        words = f"{conflict.name} of {one_line(conflict.session)} is resolved; the next push sends it"
        screen.post_message(Done(f"idse sync resolve {what}", words))
        self.look()

    def _work(self, job: Callable[[], None], what: str, *, group: str = "do") -> None:
        self._screen.run_worker(telling(self._screen, job, what), thread=True, group=group)


def _item(conflict: Conflict) -> PickItem:
    how = "deleted there" if conflict.remote is None else "no common base" if conflict.base is None else "both changed"
    return PickItem(str(conflict.folder), conflict.name, one_line(conflict.session), right=((how, "warning"),))
