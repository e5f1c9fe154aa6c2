"""Panel 1: the sessions as a tree of lineage."""

from __future__ import annotations

from typing import ClassVar, FrozenSet, List, Sequence, Set, Tuple

from rich.text import Text
from textual.binding import Binding, BindingType

from idse_tui.look import Look
from idse_tui.presentation.sessions import (
    SessionFilter,
    TreeRow,
    ancestors,
    fold_column,
    no_match,
    session_line,
    tree_rows,
)
from idse_tui.view import ProjectView
from idse_tui.widgets.row_list import RowList

__all__ = ["SessionTree"]


class SessionTree(RowList[TreeRow]):
    """The sessions; rows exist only for what is unfolded or matches the filter."""

    BINDINGS: ClassVar[List[BindingType]] = [
        Binding("right,l", "unfold", "Unfold", show=False, id="unfold"),
        Binding("left,h", "fold", "Fold", show=False, id="fold"),
        Binding("K", "to_parent", "Parent", show=False, id="to-parent"),
    ]

    def __init__(self) -> None:
        super().__init__(id="sessions", classes="panel")
        self._view = ProjectView()
        self._filter = SessionFilter()
        self._drawn: Tuple[object, ...] = (None, None, None)
        self._listed: Tuple[object, ...] = ()
        self._folded: Set[str] = set()

    def key_of(self, row: TreeRow) -> str:
        return row.key

    def line_of(self, row: TreeRow, look: Look, width: int) -> Text:
        return session_line(row, self._view, look, width)

    def clicked(self, index: int, column: int) -> None:
        """On the sign before a session it folds or unfolds."""
        row = self.rows[index]
        if not row.parent or column != fold_column(row):
            super().clicked(index, column)
            return
        self.cursor = index
        if row.opened:
            self.action_fold()
        else:
            self.action_unfold()

    @property
    def closed(self) -> FrozenSet[str]:
        """The sessions that are folded."""
        return frozenset(self._folded)

    def update_view(self, view: ProjectView, wanted: SessionFilter, look: Look, session: str) -> None:
        """Show this view; the cursor is on ``session``."""
        drawn = (view, wanted, look)
        if all(new is old or new == old for new, old in zip(drawn[1:], self._drawn[1:])) and view is self._drawn[0]:
            self.select(session)
            return
        self._drawn, self._view, self._filter = drawn, view, wanted
        rows = self._listing(view, wanted)
        empty = no_match(view, wanted, look) if wanted.active and not rows else _without_sessions(view, look)
        self.show(rows, look, empty=empty if view.sessions or view.complete else "", key=session or None)

    def _listing(self, view: ProjectView, wanted: SessionFilter) -> Sequence[TreeRow]:
        """The rows; the same ones again when nothing has changed that they depend on: there may be thousands."""
        judged = (view.counts, view.project_counts) if wanted.failing else (None, None)
        listed = (view.nodes, view.sessions, view.texts, *judged, wanted, self.closed)
        is_same = all(new is old for new, old in zip(listed[:5], self._listed)) and listed[5:] == self._listed[5:]
        if is_same:
            return self.rows
        self._listed = listed
        return tree_rows(view, wanted, self.closed)

    def reveal(self, session: str) -> None:
        """Unfold what hides a session."""
        above = self._folded.intersection(ancestors(self._view.nodes, session)) if self._folded else ()
        if above:
            self._folded -= above
            self._refold()

    def action_unfold(self) -> None:
        """Unfold the session, or go to its first child."""
        row = self.current
        if row is not None and row.parent and not row.opened:
            self._folded.discard(row.key)
            self._refold()
        elif row is not None and row.parent:
            self.action_cursor_by(1)

    def action_fold(self) -> None:
        """Fold the session, or go to its parent."""
        row = self.current
        if row is not None and row.opened:
            self._folded.add(row.key)
            self._refold()
        else:
            self.action_to_parent()

    def action_to_parent(self) -> None:
        """Go to the parent's row."""
        row = self.current
        above = ancestors(self._view.nodes, row.key) if row is not None else ()
        index = self._index_of(above[0]) if above else None
        if index is not None:
            self.cursor = index

    def _refold(self) -> None:
        row = self.current
        rows = self._listing(self._view, self._filter)
        self.show(rows, self._look, empty=self.empty, key=row.key if row is not None else None)


def _without_sessions(view: ProjectView, look: Look) -> str:
    return "nothing here any more" if view.absent else f"no session; {look.keys['new']} brings one back"
