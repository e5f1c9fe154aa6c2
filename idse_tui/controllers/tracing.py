"""The Trace tab: asked for when it is shown, and again whenever the session's verdict or its confirmations change."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Callable, Dict, Optional, Sequence

from idse_core.errors import NotFoundError
from idse_core.validation.report import SessionReport
from idse_tui.actions import find
from idse_tui.background import start_changing, start_looking, telling
from idse_tui.controllers.following import Following
from idse_tui.controllers.moving import Moving
from idse_tui.main_host import MainHost
from idse_tui.messages import Done, Traced
from idse_tui.presentation.tabs import Tab
from idse_tui.view import Spot
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.trace_list import TraceList

if TYPE_CHECKING:
    from idse_core.traceability import SessionTrace
    from idse_tui.presentation.tracing import TraceRow

__all__ = ["Tracing"]

_NOTHING = "no requirement yet: write the first in spec.md, such as FR-1"


class Tracing:
    """Keeps the trace of the session that is looked at.

    Args:
        screen: the main screen.
        following: what reads the project.
        moving: what remembers where we were.
    """

    def __init__(self, screen: MainHost, following: Following, moving: Moving) -> None:
        self._screen = screen
        self._state = screen.state
        self._following = following
        self._moving = moving
        self._asked: Optional[SessionReport] = None
        self._found: Optional[SessionTrace] = None
        self._rows: Sequence[TraceRow] = ()

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {"trace-accept": self._accept}

    @property
    def requirement(self) -> str:
        """The id of the requirement under the cursor; empty when the tab is not shown, or there is none."""
        panel = self._screen.query_one(ArtifactPanel)
        row = panel.trace.current if panel.tab is Tab.TRACE else None
        return "" if row is None or row.place is None else row.key.split(" ")[0]

    def _accept(self) -> None:
        """Confirm that what covers the requirement still holds; the files tell what comes of it."""
        screen, session, requirement = self._screen, self._state.spot.session, self.requirement
        line = find("trace-accept").cli.format(session=shlex.quote(session), requirement=requirement)

        def job() -> None:
            from idse_core.traceability import accept  # noqa: PLC0415  # not for the first paint: `deferred_imports`

            done = accept(screen.workspace, session, [requirement])
            words = "is covered as it stands" if done.accepted else "was confirmed already, and has not changed since"
            screen.post_message(Done(line, f"{requirement} {words}"))

        start_changing(screen, telling(screen, job, line))

    def draw(self) -> None:
        """Show what is known, when the tab is the one that is shown, and find out what is not."""
        screen, state = self._screen, self._state
        panel = screen.query_one(ArtifactPanel)
        if panel.tab is not Tab.TRACE:
            return
        report = state.view.reports.get(state.spot.session)
        if report is not None and report is not self._asked:
            self._asked = report
            self._ask(state.spot.session)
        known = self._found if self._found is not None and self._found.session == state.spot.session else None
        empty = "examining" if known is None and state.spot.session else _NOTHING
        panel.trace.show(() if known is None else self._rows, screen.look, empty=empty, key=state.wanted_row or None)
        state.wanted_row = "" if known else state.wanted_row

    def _ask(self, session: str) -> None:
        screen = self._screen

        def job() -> None:
            from idse_core.traceability import trace_facts  # noqa: PLC0415  # not for the first paint: `deferred_imports`

            try:
                (facts,) = self._following.reader.engine.facts([session])
            except NotFoundError:
                return  # the session is gone: others tell
            screen.post_message(Traced(trace_facts(facts)))

        start_looking(screen, telling(screen, job, "tracing the requirements"), group="trace")

    def traced(self, message: Traced) -> None:
        """The trace of a session is known."""
        from idse_tui.presentation.tracing import trace_rows  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        self._found, self._rows = message.trace, trace_rows(message.trace)
        self._screen.redraw()

    def open(self) -> None:
        """Show the place of the row under the cursor."""
        row = self._screen.query_one(TraceList).current
        if row is None or row.place is None or self._found is None:
            return
        self._moving.read_line(Spot(self._found.session, row.place.stage, row.place.line))
