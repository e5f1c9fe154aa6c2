"""Applying a finding's fix: what would be written first, then, if that is right, writing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Tuple

from rich.text import Text

from idse_core.errors import IdseError
from idse_core.events import FileWritten
from idse_core.validation.findings import Finding
from idse_core.validation.fixes import Fix
from idse_core.validation.report import Selection
from idse_tui.diffs import diff_rows
from idse_tui.messages import Done, Failed, Learned
from idse_tui.presentation.explaining import next_step_text
from idse_tui.screens.notice import Notice

if TYPE_CHECKING:
    from idse_tui.screens.main import MainScreen

__all__ = ["Mending"]


class Mending:
    """Plans a fix in a worker, shows it, and writes it when it is wanted.

    Args:
        screen: the main screen.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def plan(self) -> None:
        """Plan the fix of the finding under the cursor."""
        screen, finding = self._screen, self._screen.finding
        if finding is None or not finding.session:
            return

        def job() -> None:
            engine = screen.following.reader.engine
            try:
                planned = engine.plan_fixes(finding.session, Selection(frozenset([finding.rule])))
            except IdseError as error:
                screen.post_message(Failed(error, "planning the fix"))
                return
            fixes = tuple(fix for fix in planned if fix.path == finding.path)
            screen.app.call_from_thread(self._show, finding, fixes)

        screen.run_worker(job, thread=True, exclusive=True, group="fix")

    def _show(self, finding: Finding, fixes: Tuple[Fix, ...]) -> None:
        screen, title = self._screen, f"{finding.rule} {finding.name}"
        if not fixes:
            steps = (f"To do: {finding.fix}", "e opens the editor at the line.")
            text = next_step_text("This finding needs a person: no fix can be applied for it", steps, "", screen.look)
            screen.app.push_screen(Notice(title, text))
            return
        text = Text(f"{finding.fix}\n\n", screen.look.styles["muted"])
        for fix in fixes:
            for row in diff_rows(fix.before_text, fix.after):
                text.append(f"{row.text}\n", screen.look.styles[row.style])
        notice = Notice(title, text, proceed="writes it")
        screen.app.push_screen(notice, lambda wanted: self._write(finding, fixes) if wanted else None)

    def _write(self, finding: Finding, fixes: Tuple[Fix, ...]) -> None:
        screen = self._screen
        reader, number = screen.following.reader, screen.following.survey_number
        line = f"idse validate --session {finding.session} --select {finding.rule} --fix"

        def job() -> None:
            try:
                for fix in fixes:
                    expected = None if fix.before is None else fix.before.digest
                    document = reader.workspace.store.write(fix.place, fix.data, expected=expected)
                    reader.recogniser.remember(FileWritten(document.path, document.digest))
                screen.post_message(Learned(reader.examine([finding.session]), number))
            except IdseError as error:
                screen.post_message(Failed(error, line))
            else:
                screen.post_message(Done(line, f"{finding.rule} is mended in {fixes[0].path}"))
            screen.app.call_from_thread(screen.following.look, screen.spot, examined=True)

        screen.run_worker(job, thread=True, group="do")
