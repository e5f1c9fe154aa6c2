"""Why a finding is to be let pass: a reason, and the comment that it becomes while it is typed."""

from __future__ import annotations

from typing import ClassVar, List, Optional

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from idse_core.errors import UsageError
from idse_core.printable import one_line
from idse_core.suppression_writing import check_reason, comment_for
from idse_core.validation.findings import Finding
from idse_tui.dialogs.dialog import Dialog
from idse_tui.look import Look
from idse_tui.presentation.borders import CLOSES, ENTER, clickable, hint_line
from idse_tui.widgets.field import Field

__all__ = ["ReasonScreen"]

_WHERE = {
    "disable-next-line": "above the line",
    "disable-line": "at the end of the line",
    "disable-file": "at the end of the file, and holds for all of it: no narrower place would do",
}


class ReasonScreen(Dialog[Optional[str]]):
    """Asks for the reason of a suppression; gives it, or None.

    Args:
        finding: what is to be suppressed.
        look: glyphs and styles.
    """

    CSS_PATH = "reason.tcss"
    ASKS = True
    BINDINGS: ClassVar[List[BindingType]] = [Binding("escape", "leave", "Close", id="reason-close")]

    def __init__(self, finding: Finding, look: Look) -> None:
        super().__init__()
        self._finding = finding
        self._look = look
        self._directive = ""  # until somebody has found out what would do

    def compose(self) -> ComposeResult:
        finding, look = self._finding, self._look
        with Vertical(id="reason") as box:
            box.border_title = f"Suppress {finding.rule} {finding.name}"
            box.border_subtitle = hint_line(look.glyphs.dot, clickable("Enter shows what is written", ENTER), CLOSES)
            said = Text(f"{look.glyphs.severities[finding.severity]} ", look.severity(finding.severity))
            said.append(f"{one_line(finding.message)}\n", look.styles["text"])
            said.append(f"{one_line(finding.path)}:{finding.line}", look.styles["muted"])
            yield Static(said)
            yield Static("Why does the rule not hold here?", classes="label")
            yield Field(id="reason-text", placeholder="the next reader wants to know")
            yield Static(id="reason-comment")

    def on_mount(self) -> None:
        self.query_one(Field).focus()
        self._show_comment()

    def found(self, directive: str) -> None:
        """What the comment will say is known now; empty when there can be none, so that no reason is asked for."""
        if not self.is_current:
            return
        self._directive = directive
        if directive:
            self._show_comment()
        else:
            self.action_leave()

    @on(Input.Changed)
    def _show_comment(self) -> None:
        styles = self._look.styles
        try:
            reason = check_reason(self.query_one(Field).value)
        except UsageError as error:
            text = Text(f"! {error.message}", styles["warning"])
        else:
            directive = self._directive or self._look.glyphs.more
            text = Text(comment_for(self._finding.rule, reason, directive), styles["code"])
        if self._directive:
            text.append(f"\nstands {_WHERE[self._directive]}", styles["muted"])
        self.query_one("#reason-comment", Static).update(text)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            reason = check_reason(event.value)
        except UsageError:
            return
        self.dismiss(reason)

    def action_leave(self) -> None:
        """Close; nothing is suppressed."""
        self.dismiss(None)
