"""Push and pull: the plan first, then the run; both in a worker, which only posts messages."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Callable, Dict, Optional

from idse_core.agency.outcome import Direction
from idse_core.errors import IdseError
from idse_core.events import Event, SyncProgressed, Warned
from idse_tui.background import in_background
from idse_tui.controllers.settling import Settling
from idse_tui.dialogs.sync import SyncScreen
from idse_tui.host_app import host_of
from idse_tui.main_host import MainHost
from idse_tui.presentation.syncing import Phase, SyncState, result_words
from idse_tui.sync_messages import SyncMoved, SyncWarned

if TYPE_CHECKING:
    from idse_core.agency.engine import AgencySyncEngine
    from idse_tui.agency import Agency

__all__ = ["Syncing"]


class Syncing:
    """The actions ``push`` and ``pull``.

    Args:
        screen: the main screen.
        settling: what looks for conflicts when a run has ended.
    """

    def __init__(self, screen: MainHost, settling: Settling) -> None:
        self._screen = screen
        self._settling = settling
        self._state: Optional[SyncState] = None
        self._shown: Optional[SyncScreen] = None
        self._run = 0
        self._job: Optional[_Job] = None

    @property
    def running(self) -> str:
        """Which run goes on, as a text of its own for each; empty when none does."""
        state = self._state
        return f"{state.direction.value} {self._run}" if state is not None and state.phase is Phase.RUNNING else ""

    def leave(self) -> None:
        """Begin nothing more: the app ends."""
        if self._job is not None:
            self._job.stop()

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {
            "push": lambda: self._begin(Direction.PUSH),
            "pull": lambda: self._begin(Direction.PULL),
        }

    def _begin(self, direction: Direction) -> None:
        """Show the plan, or the run that is still going on."""
        if self._state is None or self._state.phase is not Phase.RUNNING:
            self._ask(SyncState(direction, self._screen.state.spot.session))
        else:
            self._show(self._state)

    def _show(self, state: SyncState) -> None:
        if self._shown is None:
            self._shown = SyncScreen(state, self._screen.look, self._act)
            self._screen.app.push_screen(self._shown, self._closed)
        else:
            self._shown.show(state)

    def _closed(self, nothing: Optional[object]) -> None:
        del nothing
        self._shown = None

    def _ask(self, state: SyncState) -> None:
        self._work(SyncState(state.direction, state.session))

    def _stop(self, state: SyncState) -> None:
        """End the run as soon as nothing is half done."""
        if self._job is not None:
            self._job.stop()
        self._state = state._replace(stopping=True)
        self._show(self._state)

    def _act(self, action: str) -> None:
        """Do what was chosen on the screen."""
        state = self._state
        if state is None:
            return
        if action == "plan-go":
            self._work(state._replace(phase=Phase.RUNNING))
        elif action == "plan-stop":
            self._stop(state)
        elif action == "plan-all":
            self._ask(state._replace(session="" if state.session else self._screen.state.spot.session))
        elif action in {"plan-pull", "plan-push"}:
            direction = Direction.PULL if action == "plan-pull" else Direction.PUSH
            self._ask(state._replace(direction=direction))
        elif action == "plan-again":
            self._ask(state)
        elif action == "plan-conflicts":
            self._screen.action_run("conflicts")

    def _work(self, state: SyncState) -> None:
        """Plan or run, in a worker."""
        self._run += 1
        self._state = state
        self._show(state)
        self._job = job = _Job(self._screen, host_of(self._screen).agency, state, self._run)
        self._screen.run_worker(in_background(job), group="sync")

    def moved(self, message: SyncMoved) -> None:
        """A worker got on."""
        if message.run != self._run:
            return
        stopping = self._state is not None and self._state.stopping
        state = self._state = message.state._replace(stopping=stopping and message.state.phase is Phase.RUNNING)
        if state.phase is Phase.ENDED:
            self._screen.state.command_log.append(_line(state))
            self._settling.look()
        if self._shown is not None:
            self._shown.show(state)
        elif state.error is not None:
            self._screen.tell(f"{state.error}. {state.error.hint}".strip(), severity="error", seconds=8)
        elif state.report is not None:
            self._screen.tell(f"{state.direction.value}: {result_words(state.report)}")


def _line(state: SyncState) -> str:
    """The command that does the same."""
    which = f"--session {shlex.quote(state.session)}" if state.session else "--all"
    return f"idse sync {state.direction.value} {which}"


class _Job:
    """One plan or run. Called in a thread; says everything by messages."""

    def __init__(self, screen: MainHost, agency: Agency, state: SyncState, run: int) -> None:
        self._screen = screen
        self._agency = agency
        self._state = state
        self._run = run
        self._engine: Optional[AgencySyncEngine] = None
        self._unwanted = False

    def stop(self) -> None:
        """Begin nothing more; for any thread, also before anything is begun."""
        self._unwanted = True
        if self._engine is not None:
            self._engine.stop()

    def __call__(self) -> None:
        state, sessions = self._state, [self._state.session] if self._state.session else None
        is_dry = state.phase is Phase.ASKING
        try:
            with self._agency.engine(self._screen.workspace, self._hear) as engine:
                self._engine = engine
                if self._unwanted:  # meanwhile
                    engine.stop()
                act = engine.push if state.direction is Direction.PUSH else engine.pull
                report = act(sessions, dry_run=is_dry)
        except IdseError as error:
            self._tell(state._replace(phase=Phase.FAILED, error=error))
            return
        if is_dry:
            self._tell(state._replace(phase=Phase.PLANNED, plan=report))
            return
        self._tell(state._replace(phase=Phase.ENDED, report=report))

    def _hear(self, event: Event) -> None:
        # Written files are left to the watcher: unlike other writes of ours they are news to the screen.
        if isinstance(event, SyncProgressed):
            self._tell(self._state._replace(progress=event))
        elif isinstance(event, Warned):
            self._screen.post_message(SyncWarned(event))

    def _tell(self, state: SyncState) -> None:
        self._screen.post_message(SyncMoved(state, self._run))
