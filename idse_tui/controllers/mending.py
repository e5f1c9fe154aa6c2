"""Fixing and suppressing a finding: what would be written first, then, if that is right, writing it."""

from __future__ import annotations

import shlex
from functools import partial
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

from rich.console import Group, RenderableType
from rich.text import Text

from idse_core.errors import UsageError
from idse_core.printable import one_line
from idse_core.suppression_writing import SuppressionPlan, directive_for, plan_suppression
from idse_core.validation.findings import Finding
from idse_core.validation.fixes import Fix, apply_fix
from idse_core.validation.report import Selection
from idse_tui.background import start_changing, start_looking, telling
from idse_tui.controllers.doing import Doing
from idse_tui.controllers.following import Following
from idse_tui.dialogs.notice import Notice
from idse_tui.dialogs.reason import ReasonScreen
from idse_tui.main_host import MainHost
from idse_tui.messages import Done, Learned
from idse_tui.presentation.diffing import DiffText, diff_lines
from idse_tui.presentation.explaining import next_step_text

__all__ = ["Mending"]


class _Change(NamedTuple):
    """Files to write. ``line`` stands in the command log, ``words`` are told afterwards, ``after`` heads what will be."""

    session: str
    fixes: Tuple[Fix, ...]
    line: str
    words: str
    after: str = "after the fix"


class Mending:
    """Plans a change in a worker, shows it, and writes it when it is wanted.

    Args:
        screen: the main screen.
        following: what reads the project.
        doing: what opens the editor.
    """

    def __init__(self, screen: MainHost, following: Following, doing: Doing) -> None:
        self._screen = screen
        self._state = screen.state
        self._following = following
        self._doing = doing

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {"fix": self._fix, "suppress": self._suppress}

    # Fixing

    def _fix(self) -> None:
        """Plan the fix of the finding under the cursor."""
        screen, finding = self._screen, self._screen.finding
        if finding is None or not finding.session:
            return

        def job() -> None:
            planned = self._following.reader.engine.plan_fixes(finding.session, Selection(frozenset([finding.rule])))
            fixes = tuple(fix for fix in planned if fix.path == finding.path)
            screen.app.call_from_thread(self._show_fix, finding, fixes)

        self._plan(job, "planning the fix")

    def _show_fix(self, finding: Finding, fixes: Tuple[Fix, ...]) -> None:
        title = f"{finding.rule} {finding.name}"
        if not fixes:
            self._show_way("This finding needs a person: no fix can be applied for it", title, finding)
            return
        line = f"idse validate --session {shlex.quote(finding.session)} --select {finding.rule} --fix"
        words = f"{finding.rule} is mended in {fixes[0].path}"
        self._show(title, finding.fix, _Change(finding.session, fixes, line, words))

    # Suppressing

    def _suppress(self) -> None:
        """Ask why the finding under the cursor is to be let pass."""
        screen, finding = self._screen, self._screen.finding
        if finding is None:
            return
        if self._is_locked(finding):
            what = f"{finding.rule} is locked: it protects what everything else stands on, so it can't be suppressed"
            self._show_way(what, f"Suppress {finding.rule} {finding.name}", finding)
            return
        dialog = ReasonScreen(finding, screen.look)
        screen.app.push_screen(dialog, lambda reason: self._reasoned(finding, reason))

        def job() -> None:
            directive = ""
            try:
                directive = directive_for(self._following.reader.workspace, finding)
            finally:
                screen.app.call_from_thread(dialog.found, directive)

        self._plan(job, "planning the suppression")

    def _is_locked(self, finding: Finding) -> bool:
        try:
            return self._following.reader.engine.rules.get(finding.rule).locked
        except UsageError:  # the rule went away meanwhile
            return False

    def _reasoned(self, finding: Finding, reason: Optional[str]) -> None:
        if reason is None:
            return
        screen = self._screen

        def job() -> None:
            plan = plan_suppression(self._following.reader.workspace, finding, reason)
            screen.app.call_from_thread(self._show_suppression, finding, plan)

        self._plan(job, "planning the suppression")

    def _show_suppression(self, finding: Finding, plan: SuppressionPlan) -> None:
        where = f"{plan.fix.path}:{plan.line}"
        about = f"This comment is written into {where}; without it the finding comes back."
        if plan.whole_file:
            about = f"{about} It holds for the whole file: no narrower place would do."
        line = f"# {where}: {plan.comment}"
        words = f"{finding.rule} is suppressed in {where}"
        change = _Change(finding.session, (plan.fix,), line, words, after="with the comment")
        self._show(f"Suppress {finding.rule} {finding.name}", about, change)

    # Both

    def _show_way(self, what: str, title: str, finding: Finding) -> None:
        """Say what a person is to do, and take them there."""
        screen, steps = self._screen, [f"To do: {finding.fix}"]
        edit = partial(self._doing.edit_finding, finding) if finding.path else None
        steps += ["e opens the editor at the line."] if edit else []
        screen.app.push_screen(Notice(title, next_step_text(what, steps, "", screen.look), edit=edit))

    def _plan(self, job: Callable[[], None], what: str) -> None:
        start_looking(self._screen, telling(self._screen, job, what), group="fix")

    def _show(self, title: str, about: str, change: _Change) -> None:
        screen = self._screen
        parts: List[RenderableType] = [Text(f"{about}\n", screen.look.styles["muted"])]
        for fix in change.fixes:
            name = one_line(fix.path.split("/")[-1])
            lines = diff_lines(fix.before_text, fix.after, (f"{name}, now", f"{name}, {change.after}"))
            parts.append(DiffText(lines, screen.look))
        notice = Notice(title, Group(*parts), proceed="writes it")
        screen.app.push_screen(notice, lambda wanted: self._write(change) if wanted else None)

    def _write(self, change: _Change) -> None:
        screen = self._screen
        reader, number = self._following.reader, self._following.survey_number

        def job() -> None:
            try:
                for fix in change.fixes:
                    apply_fix(reader.workspace, fix, on_event=reader.recogniser.remember)
                screen.post_message(Learned(reader.examine([change.session]), number))
                screen.post_message(Done(change.line, change.words))
            finally:
                screen.app.call_from_thread(self._following.look, self._state.spot, examined=True)

        start_changing(screen, telling(screen, job, change.line))
