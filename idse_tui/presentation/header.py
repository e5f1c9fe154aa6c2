"""The top line: project and session on the left; on the right whether we are live, the findings, the last sync."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Optional, Tuple

from rich.text import Text

from idse_core.constitution_rules import Severity
from idse_core.printable import count
from idse_core.validation.report import Counts
from idse_tui.look import Look
from idse_tui.presentation.ages import age
from idse_tui.presentation.texts import shown, sides
from idse_tui.view import Absence, ProjectView

__all__ = ["Liveness", "header_line", "severity_counts"]


class Liveness(NamedTuple):
    """Whether the screen follows the files.

    Attributes:
        watching: changes are seen.
        checking: something is being examined.
        reason: why not, when it is not watching.
        polling: why changes are looked for again and again, when the system does not announce them.
        read_only: nothing can be written here.
    """

    watching: bool = False
    checking: bool = True
    reason: str = ""
    polling: str = ""
    read_only: bool = False


def header_line(
    view: ProjectView, session: str, live: Liveness, look: Look, *, width: int, now: datetime, conflicts: int = 0
) -> Text:
    """The top line in ``width`` cells; the narrower, the less of it. ``conflicts`` wait for a decision."""
    styles = look.styles
    left = Text(" idse ", styles["primary"], no_wrap=True, end="")
    left.append(" ")
    left.append_text(shown(view.project, styles["muted"]))
    if session:
        left.append(f" {look.glyphs.into} ", styles["faint"])
        left.append_text(shown(session, styles["text"] + styles["primary"]))
    right = _live(live, view.absent, look)
    if live.read_only:
        right.append(f" {look.glyphs.dot} read-only", styles["warning"])
    counts = view.counts_of(session)
    if counts is not None:
        right.append("   ")
        right.append_text(severity_counts(counts, look))
    if conflicts:
        right.append("   ")
        right.append(count(conflicts, "conflict"), styles["warning"])
    elif width >= 100 and session:
        synced = view.syncs.get(session)
        words = f"synced {age(synced, now)}" if synced else "never synced"
        right.append("   ")
        right.append_text(shown(words, styles["muted"]))
    right.append(" ")
    room = width - right.cell_len - left.cell_len - 1
    standing = _standing(view, session, look)[
        -1 if live.read_only else 0 :
    ]  # where nothing can be done about it, no more than that
    left.append(next((words for words in standing if len(words) <= room), ""), styles["muted"])
    return sides(left, right, width, look.glyphs.more)


def _standing(view: ProjectView, session: str, look: Look) -> Tuple[str, ...]:
    """What is said of a session that is put away, or not the current one, in more and in fewer words."""
    if session and view.about(session).archived:
        return (f"  archived; {look.keys['archive']} takes it out again", "  archived")
    if session and view.current and session != view.current:
        return (f"  looking; {look.keys['make-current']} makes it current", "  looking")
    return ()


def _live(live: Liveness, absent: Optional[Absence], look: Look) -> Text:
    glyphs, styles = look.glyphs, look.styles
    reason = absent.value if absent else live.reason
    if reason:
        return shown(f"{glyphs.off} not live: {reason}", styles["warning"])
    if live.checking or not live.watching:
        return Text(f"{glyphs.checking} checking", styles["muted"], no_wrap=True, end="")
    if live.polling:
        return shown(f"{glyphs.live} polling: {live.polling}", styles["success"])
    return Text(f"{glyphs.live} live", styles["success"], no_wrap=True, end="")


def severity_counts(counts: Counts, look: Look) -> Text:
    """``3 ✗ 5 ! 2 i``, or that nothing was found."""
    text = Text(no_wrap=True, end="")
    pairs = zip((Severity.ERROR, Severity.WARNING, Severity.INFO), counts)
    parts = [(severity, number) for severity, number in pairs if number]
    for index, (severity, number) in enumerate(parts):
        text.append(f"{'  ' if index else ''}{number} {look.glyphs.severities[severity]}", look.severity(severity))
    if not parts:
        text.append(f"{look.glyphs.passing} passing", look.styles["success"])
    return text
