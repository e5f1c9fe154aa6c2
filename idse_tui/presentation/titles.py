"""What stands in the panels' borders."""

from __future__ import annotations

from typing import Optional

from rich.markup import escape

from idse_core.printable import count, one_line
from idse_tui.artifact import Artifact
from idse_tui.glyphs import GlyphSet
from idse_tui.presentation.borders import clickable
from idse_tui.presentation.findings import Grouping, Level, Scope
from idse_tui.presentation.tabs import Tab
from idse_tui.view import ProjectView

__all__ = ["artifact_title", "findings_number", "findings_title", "sessions_title"]


def sessions_title(view: ProjectView, shown: int, glyphs: GlyphSet, *, filtered: bool, archived: bool) -> str:
    """How many sessions there are, and how many of them pass the filter.

    Args:
        view: the project.
        shown: how many rows match.
        glyphs: the signs.
        filtered: whether anything is left out.
        archived: whether archived sessions are shown.
    """
    hidden = 0 if archived else sum(item.archived for item in view.metadata.values())
    if filtered:
        return f"{shown} of {len(view.sessions) - hidden} {glyphs.dot} Esc clears"
    more = f" {glyphs.dot} {hidden} archived" if hidden else ""
    return f"{count(len(view.sessions) - hidden, 'session')}{more}"


def artifact_title(artifact: Optional[Artifact], tab: Tab, glyphs: GlyphSet) -> str:
    """The file's name and the tabs, each of which can be clicked; the one that is shown is underlined."""
    name = "artifact" if artifact is None else one_line(artifact.name)
    words = (f"[b u]{item.value.capitalize()}[/]" if item is tab else item.value.capitalize() for item in Tab)
    tabs = f" {glyphs.dot} ".join(clickable(word, f"screen.open_tab('{item.value}')") for item, word in zip(Tab, words))
    return f"3 {escape(name)} {glyphs.dash} {tabs}"


def findings_number(found: int, accepted: int, glyphs: GlyphSet) -> str:
    """How many findings are listed, and how many more the baseline lets pass; empty when there are none of either."""
    parts = [str(found)] if found else []
    parts += [f"{accepted} accepted by the baseline"] if accepted else []
    return f" {glyphs.dot} ".join(parts)


def findings_title(scope: Scope, level: Level, grouping: Grouping, query: str, glyphs: GlyphSet) -> str:
    """About what, how bad, in which order: each can be clicked for the next one."""
    parts = [clickable(scope.value, "screen.run('panel-4')"), clickable(level.value, "screen.run('severity')")]
    parts += [clickable(grouping.value, "screen.run('grouping')")] if grouping is not Grouping.NONE else []
    parts += [escape(f"/{one_line(query)}")] if query else []
    return f"4 Findings {glyphs.dash} " + f" {glyphs.dot} ".join(parts)
