"""One conflict: base, ours and theirs side by side, decided hunk by hunk."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Callable, ClassVar, Dict, List, NamedTuple, Optional

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from idse_core.agency.merge import Kind, Merge, markers_left
from idse_core.agency.resolution import Resolution, Take
from idse_core.printable import count, one_line
from idse_tui.actions import Action
from idse_tui.dialogs.picker import Picked, Picker
from idse_tui.editing import EditingError, edit_text
from idse_tui.editor import choose_editor
from idse_tui.host_app import host_of
from idse_tui.look import Look
from idse_tui.presentation.conflicts import Sides, conflict_rows, hunk_key
from idse_tui.presentation.rows import PickItem
from idse_tui.presentation.texts import shown, sides
from idse_tui.screen_actions import CONFLICT_ACTIONS
from idse_tui.widgets.bars import KeyBar
from idse_tui.widgets.conflict_view import SIDE_BY_SIDE, ConflictView, column_titles
from idse_tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from idse_core.agency.conflicts import Conflict
    from idse_tui.conflict_files import Versions

__all__ = ["ConflictScreen", "Left"]


class Left(NamedTuple):
    """How the screen was left: what is decided, and whether that is to be written."""

    resolution: Resolution
    write: bool


class ConflictScreen(Screen[Left]):
    """Resolves a conflict; writes nothing itself.

    Args:
        conflict: what it is about.
        versions: as they were read.
        resolution: as far as it has come.
        look: glyphs and styles.
        editor: the configured one; empty for the environment's.
    """

    CSS_PATH = "conflict.tcss"
    BINDINGS: ClassVar[List[BindingType]] = [
        Binding(",".join(action.keys), f"run('{action.id}')", action.label, show=False, id=action.id)
        for action in CONFLICT_ACTIONS
    ]

    def __init__(
        self, conflict: Conflict, versions: Versions, resolution: Resolution, look: Look, *, editor: str = ""
    ) -> None:
        super().__init__()
        self.resolution = resolution
        self._conflict = conflict
        self._look = look
        self._editor = editor
        self._sides = _sides(conflict, versions)
        self._width = 0  # the screen's, as it was drawn last
        self._table = self._runners()

    def compose(self) -> ComposeResult:
        yield Static(id="conflict-title")
        yield Static(id="conflict-columns")
        yield ConflictView(id="conflict-view")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(ConflictView).focus()
        self._draw(jump=True)

    def on_resize(self, event: Resize) -> None:
        other_width = event.size.width != self._width  # then the rows are others
        self._width = event.size.width
        self.call_after_refresh(partial(self._draw, jump=other_width))

    # Drawing

    def _draw(self, *, jump: bool = False) -> None:
        """Draw everything; ``jump`` puts the cursor on the current hunk."""
        view, resolution, look = self.query_one(ConflictView), self.resolution, self._look
        width = max(view.scrollable_content_region.width, 20)
        wide = self.size.width >= SIDE_BY_SIDE and not resolution.edited_whole
        rows = conflict_rows(resolution, look, self._sides, width=width, columns=wide)
        view.show(rows, look, empty="nothing to decide", key=hunk_key(resolution.current) if jump else None)
        if jump:
            above = max(view.cursor - 3, 0)
            view.scroll_to(y=above, animate=False, force=True)
        titles = self.query_one("#conflict-columns", Static)
        titles.display = wide
        titles.update(column_titles(self._sides, look, width))
        self.query_one("#conflict-title", Static).update(self._title())
        self._draw_keys()

    def _title(self) -> Text:
        look, resolution, conflict = self._look, self.resolution, self._conflict
        left = Text(" conflict ", look.styles["warning"], no_wrap=True, end="")
        left.append_text(shown(conflict.session, look.styles["muted"]))
        left.append(f" {look.glyphs.into} ", look.styles["faint"])
        left.append_text(shown(conflict.name, look.styles["text"] + look.styles["primary"]))
        if resolution.is_complete:
            right = Text(f"{look.glyphs.passing} decided; w writes it ", look.styles["success"], end="")
        elif resolution.edited_whole:
            right = Text("! conflict markers are left ", look.styles["warning"], end="")
        else:
            words = f"{resolution.open} of {count(len(resolution.hunks), 'hunk')} open "
            right = Text(words, look.styles["warning"], end="")
        return sides(left, right, max(self.size.width, 20), look.glyphs.more)

    def _draw_keys(self) -> None:
        keys = host_of(self).keys_of
        usable = [(action, keys(action)) for action in CONFLICT_ACTIONS if action.footer and not self._obstacle(action)]
        self.query_one(KeyBar).update_view(usable, self._look)

    # Actions

    def _runners(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {
            "take-ours": lambda: self._become(self.resolution.take(Take.OURS)),
            "take-theirs": lambda: self._become(self.resolution.take(Take.THEIRS)),
            "take-both": lambda: self._become(self.resolution.take(Take.BOTH)),
            "all-ours": lambda: self._become(self.resolution.take_all(Take.OURS)),
            "all-theirs": lambda: self._become(self.resolution.take_all(Take.THEIRS)),
            "reopen-hunk": lambda: self._become(self.resolution.reopen()),
            "next-hunk": lambda: self._become(self.resolution.next()),
            "previous-hunk": lambda: self._become(self.resolution.previous()),
            "undo": lambda: self._become(self.resolution.undo()),
            "redo": lambda: self._become(self.resolution.redo()),
            "edit-hunk": self._edit_hunk,
            "edit-whole": self._edit_whole,
            "write-result": lambda: self._leave(write=True),
            "leave-conflict": lambda: self._leave(write=False),
            "conflict-keys": self._keys,
        }

    def _obstacle(self, action: Action) -> str:
        """Why an action can't be done now; empty when it can."""
        resolution = self.resolution
        if action.id == "write-result" and not resolution.is_complete:
            open_ones = "conflict markers are left" if resolution.edited_whole else f"{resolution.open} still open"
            return f"decide about every hunk first: {open_ones}"
        if action.id == "undo" and not resolution.past:
            return "there is nothing to take back"
        if action.id == "redo" and not resolution.future:
            return "there is nothing to do again"
        if action.id in {"take-ours", "take-theirs", "take-both", "edit-hunk"} and not resolution.hunks:
            return "there is nothing to decide"
        return ""

    def action_run(self, action_id: str) -> None:
        """Run an action of the registry, or say why it can't be run now."""
        action = next(item for item in CONFLICT_ACTIONS if item.id == action_id)
        problem = self._obstacle(action)
        if problem:
            self.notify(problem, severity="warning", timeout=3, markup=False)
        else:
            self._table[action_id]()

    def _leave(self, *, write: bool) -> None:
        self.dismiss(Left(self.resolution, write))

    def _become(self, resolution: Resolution) -> None:
        self.resolution = resolution
        self._draw(jump=True)

    @on(RowList.Moved, "#conflict-view")
    def _moved(self, event: RowList.Moved) -> None:
        """The hunk under the cursor is the current one."""
        event.stop()
        row = self.query_one(ConflictView).current
        if row is not None and row.hunk is not None and row.hunk != self.resolution.current:
            self.resolution = self.resolution.go(row.hunk)
            self._draw()

    @on(RowList.Chosen, "#conflict-view")
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()

    # Editing

    def _edit_hunk(self) -> None:
        hunk, decision = (
            self.resolution.hunks[self.resolution.current],
            self.resolution.decisions[self.resolution.current],
        )
        text = Merge((hunk,)).text if decision is None else "".join(decision.lines)
        edited = self._edited(text)
        if edited is None or edited == text:
            return
        if markers_left(edited) is not None and hunk.kind is Kind.CONFLICT:
            self.notify("conflict markers are left: nothing was taken", severity="warning", timeout=5)
            return
        self._become(self.resolution.edit(edited))

    def _edit_whole(self) -> None:
        edited = self._edited(self.resolution.text)
        if edited is not None:
            self._become(self.resolution.edit_whole(edited))

    def _edited(self, text: str) -> Optional[str]:
        command = choose_editor(os.environ, self._editor)
        if command is None:
            self.notify("no editor is known: set VISUAL or EDITOR", severity="warning", timeout=6)
            return None
        try:
            edited = edit_text(self.app, command, text, name=self._conflict.path("merged").name)
        except EditingError as error:
            self.notify(one_line(str(error)), title=one_line(command), severity="error", timeout=8, markup=False)
            return None
        finally:
            self.refresh(layout=True)
        return edited

    # Keys

    def _keys(self) -> None:
        items = [
            PickItem(
                action.id, action.help, lead=f"{self._look.keys[action.id]:<9}", faint=bool(self._obstacle(action))
            )
            for action in CONFLICT_ACTIONS
            if action.id != "conflict-keys"
        ]
        self.app.push_screen(Picker("Keys", items, self._look, hint="Enter runs one"), self._run_picked)

    def _run_picked(self, picked: Optional[Picked]) -> None:
        if picked is not None:
            self.action_run(picked.key)


def _sides(conflict: Conflict, versions: Versions) -> Sides:
    names = Sides()
    if conflict.base is None:
        names = names._replace(base="base: there is none")
    if versions.ours is None:
        names = names._replace(ours="ours, here: deleted")
    if versions.theirs is None:
        names = names._replace(theirs="theirs, at the Agency Core: deleted")
    return names
