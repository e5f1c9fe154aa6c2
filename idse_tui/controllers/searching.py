"""Finding words in the artifact: shown while they are typed, then from match to match."""

from __future__ import annotations

from typing import Callable, Dict, Optional, Tuple

from idse_core.printable import one_line
from idse_tui.actions import Panel
from idse_tui.artifact import Artifact
from idse_tui.main_host import MainHost
from idse_tui.occurrences import Occurrences, Searched
from idse_tui.presentation.tabs import Tab
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.artifact_view import ArtifactView
from idse_tui.widgets.find_field import FindField
from idse_tui.widgets.highlights import Match

__all__ = ["Searching"]

_AROUND = 40
"""Characters on both sides of a match by which it is known again in a text that has changed."""


class Searching:
    """The action ``find``, and those of its field.

    Args:
        screen: the main screen.
    """

    def __init__(self, screen: MainHost) -> None:
        self._screen = screen
        self._state = screen.state
        self._is_opening = False
        self._artifact: Optional[Artifact] = None  # the one that is searched
        self._searched = Searched("")
        self._found: Optional[Occurrences] = None
        self._origin = 0  # the line from which the first match is looked for
        self._last = ""

    @property
    def takes_keys(self) -> bool:
        """Whether the field has the focus when it was asked for: it comes later than that."""
        self._is_opening = self._is_opening and not self._field.has_focus
        return not self._is_opening

    @property
    def is_open(self) -> bool:
        """Whether something is looked for."""
        return self._field.has_class("-shown")

    @property
    def has_focus(self) -> bool:
        """Whether what is typed goes into the field."""
        return self._field.has_focus

    @property
    def words(self) -> str:
        """What was found: which of how many, or that there is nothing; empty when nothing is looked for."""
        if self._found is None or not self._found.words:
            return ""
        if not self._found.total:
            return "no match"
        match, total = self._view.match, self._found.total
        if match is None:
            return "1 match" if total == 1 else f"{total} matches"
        return f"{self._found.number(match.place)}/{total}"

    @property
    def _panel(self) -> ArtifactPanel:
        return self._screen.query_one(ArtifactPanel)

    @property
    def _view(self) -> ArtifactView:
        return self._panel.view

    @property
    def _field(self) -> FindField:
        return self._screen.query_one(FindField)

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {"find": self._open, "find-next": self._next, "find-previous": self._previous, "find-close": self.close}

    # Opening and closing

    def _open(self) -> None:
        screen, field, artifact = self._screen, self._field, self._state.artifact
        if artifact is None or not artifact.text:
            screen.tell(artifact.problem if artifact else "there is nothing to look through", severity="warning")
            return
        self._panel.open_tab(Tab.READ)
        if not self.is_open:
            self._origin = self._view.line
            again = f"; Enter finds {one_line(self._last)} again" if self._last else ""
            field.placeholder = f"find in {one_line(artifact.name)}{again}"
            field.value = ""
            field.add_class("-shown")
            screen.app.clear_notifications()  # they would stand over the field and over what it finds
            self._look_through(artifact)
        field.focus()
        self._is_opening = True
        screen.redraw()

    def close(self) -> None:
        """Look for nothing any more, and stay where we are."""
        had_focus = self._field.has_focus
        self._forget()
        if had_focus:
            self._screen.focus_panel(Panel.ARTIFACT)
        self._screen.redraw()

    def _forget(self) -> None:
        self._field.remove_class("-shown")
        self._view.highlight(None)
        self._artifact, self._searched, self._found = None, Searched(""), None

    # Finding

    def typed(self, words: str) -> None:
        """Go to the first match from where we began on."""
        if not self.is_open:
            return
        self._last = words or self._last
        self._found = Occurrences(self._searched, words)
        self._view.highlight(self._found)
        self._go(self._found.after(self._searched.place_of(self._origin)))

    def _next(self) -> None:
        self._by(lambda found, here: found.after(here[1]))

    def _previous(self) -> None:
        self._by(lambda found, here: found.before(here[0]))

    def _by(self, step: Callable[[Occurrences, Tuple[int, int]], Optional[int]]) -> None:
        """Go to another match, from the one that is looked at or the line that stands out."""
        if not self._field.value and self._last:
            self._field.value = self._last  # which goes to the first one
            return
        if self._found is None:
            return
        self._go(step(self._found, self._here(self._found)))

    def _here(self, found: Occurrences) -> Tuple[int, int]:
        """Where the match that is looked at begins and ends."""
        match = self._view.match
        if match is None:
            place = self._searched.place_of(self._view.line)
            return place, place
        return match.place, match.place + len(found.words)

    def _go(self, place: Optional[int]) -> None:
        if place is not None:
            self._origin = self._searched.line_of(place) if self._view.match else self._origin
            self._view.go_to_match(Match(place, self._searched.line_of(place)))
        self._screen.draw_titles()
        self._screen.draw_keys()

    # Following

    def follow(self, artifact: Optional[Artifact]) -> None:
        """The artifact that is shown next: the same one as it was saved now, or another one, in which nothing is looked for.

        Args:
            artifact: the one; None when it is not read yet.
        """
        before = self._artifact
        if before is None or artifact is before or not self.is_open:
            return
        is_same = artifact is not None and (artifact.session, artifact.stage) == (before.session, before.stage)
        if artifact is None or not is_same or self._panel.tab is not Tab.READ:
            self._leave()
        elif artifact.text != before.text and self._found is not None:
            old, match = self._found, self._view.match
            self._look_through(artifact)
            self._found = Occurrences(self._searched, old.words)
            place = _again(old, self._found, match.place) if match else None
            self._view.highlight(self._found, None if place is None else Match(place, self._searched.line_of(place)))
        else:
            self._artifact = artifact

    def left(self) -> None:
        """Another tab is shown."""
        if self.is_open and self._panel.tab is not Tab.READ:
            self._leave()

    def _leave(self) -> None:
        if self._field.has_focus:
            self._screen.focus_panel(Panel.ARTIFACT)
        self._forget()

    def _look_through(self, artifact: Artifact) -> None:
        self._artifact, self._searched = artifact, Searched(artifact.text)


def _again(old: Occurrences, new: Occurrences, place: int) -> Optional[int]:
    """Where a match is in a text that has changed: with the same words around it, else the next one from there on.

    Args:
        old: where it was.
        new: where it may be.
        place: in the old text.
    """
    before, after = old.searched.text, new.searched.text
    around = before[max(place - _AROUND, 0) : place + len(old.words) + _AROUND]
    lead = place - max(place - _AROUND, 0)
    for start in (place - lead, place - lead + len(after) - len(before)):
        if start >= 0 and after[start : start + len(around)] == around:
            return start + lead
    return new.after(min(place, len(after)))
