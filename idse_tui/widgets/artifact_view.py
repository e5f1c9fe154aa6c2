"""The artifact, rendered: blocks become strips in a worker, only visible lines are drawn."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.message import Message
from textual.strip import Strip
from textual.worker import get_current_worker

from idse_core.constitution_rules import Severity
from idse_core.printable import one_line
from idse_tui.artifact import Artifact
from idse_tui.background import start_looking
from idse_tui.blocks import PENDING, Block, Canvas, Prepared, Rendered
from idse_tui.host_app import host_of
from idse_tui.interpreter import undisturbed
from idse_tui.look import Look, plain_look
from idse_tui.messages import BlocksRendered
from idse_tui.occurrences import Occurrences
from idse_tui.presentation.texts import cursor_style, pointed, strip_of
from idse_tui.widgets.block_rows import BlockRows, Spotted
from idse_tui.widgets.clicks import place_in
from idse_tui.widgets.highlights import Highlights, Match, emphasised
from idse_tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from idse_tui.rendering import Renderer

__all__ = ["ArtifactView"]

_MARGIN = 2
_FIRST_BATCH, _LONGEST_BATCH = 0.015, 0.25
"""Seconds of rendering after which the screen gets what there is: soon at first, then less and less often, since it draws all
of itself each time."""


class ArtifactView(LineView, can_focus=True):
    """A read-only view of Markdown; findings are marked in the margin of their line."""

    BINDINGS: ClassVar[List[BindingType]] = [
        Binding("down,j", "scroll_down", "Down", show=False, id="line-down"),
        Binding("up,k", "scroll_up", "Up", show=False, id="line-up"),
        Binding("pagedown,ctrl+d", "page_down", "Page down", show=False, id="text-page-down"),
        Binding("pageup,ctrl+u", "page_up", "Page up", show=False, id="text-page-up"),
        Binding("home,g", "scroll_home", "Top", show=False, id="text-top"),
        Binding("end,G", "scroll_end", "Bottom", show=False, id="text-bottom"),
    ]
    COMPONENT_CLASSES = {"artifact-view--line"}
    DEFAULT_CSS = """
    ArtifactView {
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        overflow-x: hidden;
    }
    ArtifactView > .artifact-view--line { background: $block-cursor-blurred-background; }
    """

    class Drawn(Message):
        """More of the artifact is on the screen now."""

    class LinePicked(Message):
        """A line was clicked; ``line`` is that of the file."""

        def __init__(self, line: int) -> None:
            super().__init__()
            self.line = line

    def __init__(self) -> None:
        super().__init__(id="read")
        self._look = plain_look()
        self._dark = True
        self._artifact: Optional[Artifact] = None
        self._notice: Tuple[str, ...] = ()
        self._rows = BlockRows()
        self._fresh: Set[int] = set()  # those of them that are rendered for the width and look of now
        self._fresh_for: Tuple[object, ...] = ()
        self._marks: Mapping[int, Severity] = {}
        self._rows_marked: Dict[int, Severity] = {}
        self._run = 0
        self._target = 0  # the line to be shown as soon as it is rendered; 0 for none
        self._centring = False  # whether that is the line that stands out; else it goes to the top
        self._line = 0  # the line that stands out; 0 for none
        self._origin = 0  # the row at the top before that line was gone to
        self._placed = -1  # the row at the top since; nobody has scrolled as long as it is there
        self._kept: Optional[int] = None  # how far below the top it stays; None to find it a place
        self._inside = 0  # how many rows of a target that is no such line are above the top
        self._expected = 0  # the line that will stand out in the next text; 0 when only the text can tell
        self._highlights: Optional[Highlights] = None
        self._is_lit = False  # whether they are shown; else they only say where the match is
        self.match: Optional[Match] = None  # the one that was gone to, if that is what stands out
        self.prepared: Optional[Prepared] = None  # blocks of the artifact that will be shown next, rendered already

    @property
    def top_line(self) -> int:
        """The line of the file at the top of the view, 1-based."""
        return self._rows.line_at(self.scroll_offset.y)

    @property
    def line(self) -> int:
        """The line that an editor should open at: the one that stands out, else the one at the top."""
        visible = range(self.scroll_offset.y, self.scroll_offset.y + self.size.height + 1)
        return self._line if self._line and self._row_standing_out() in visible else self.top_line

    @property
    def standing_out(self) -> int:
        """The line that stands out, as far as is known in the text that comes next; 0 for none."""
        return self._expected or self._line

    def expect(self, line: int) -> None:
        """Let another line stand out as soon as the text is shown that it is in; 0 leaves it to the text."""
        self._expected = line

    def canvas(self, look: Look, *, dark: bool, line: int) -> Optional[Canvas]:
        """What an artifact will be rendered for; None when the view is not on the screen."""
        region = self.scrollable_content_region
        width = region.width - _MARGIN
        return Canvas(width, region.height, line, look, dark) if width > 0 else None

    def show(self, artifact: Artifact, look: Look, *, dark: bool, line: int = 0) -> None:
        """Show an artifact; of the same one again, what can be seen stays where it is, unless ``line`` names another place.

        Args:
            artifact: what to show.
            look: glyphs and styles.
            dark: whether the theme is a dark one.
            line: the line to go to, 1-based; 0 to stay.
        """
        known = self._artifact
        same = known is not None and (known.session, known.stage) == (artifact.session, artifact.stage)
        if same and known == artifact and look == self._look and not line:
            return
        if not same:
            self._stand_out(0, 0)
        elif not self._target:
            self._stay()
        if known is not None and same and known.text != artifact.text:
            self._follow(known.text, artifact.text)
        self._artifact, self._look, self._dark = artifact, look, dark
        self._say((artifact.problem,) if artifact.problem else ())
        if line:
            self._stand_out(line, self.scroll_offset.y if same else 0)
        elif not same:
            self.scroll_to(y=0, animate=False, force=True)
        self._start_rendering()
        if artifact.blocks is self._rows.blocks:  # nothing will be rendered: perhaps only the line above is another one
            self.refresh()

    def clear(self, look: Look, notice: Sequence[str]) -> None:
        """Show no artifact, and perhaps some lines that say why."""
        lines = tuple(notice)
        if self._artifact is None and lines == self._notice and look == self._look:
            return
        self._run += 1  # what is being rendered comes too late
        self._artifact, self._look = None, look
        self._rows = BlockRows()
        self._say(lines)
        self._marks = {}
        self._stand_out(0, 0)
        self._measure()
        self.scroll_to(y=0, animate=False, force=True)
        self.refresh()

    def _say(self, notice: Tuple[str, ...]) -> None:
        """Put some lines above the artifact, each with an empty one below it."""
        self._notice, self._rows.above = notice, len(notice) * 2

    def mark(self, marks: Mapping[int, Severity]) -> None:
        """Mark lines: line of the file → the worst severity there."""
        if marks != self._marks:
            self._marks = marks
            self._place_marks()
            self.refresh()

    def go_to(self, line: int) -> None:
        """Scroll to a line of the file and let it stand out."""
        self._stand_out(line, self.scroll_offset.y)
        self._go()

    def _go(self) -> None:
        self._reach_target()
        if self._target:  # it is not rendered yet: now it is its turn
            self._start_rendering()
        self.refresh()

    def highlight(self, found: Optional[Occurrences], match: Optional[Match] = None) -> None:
        """Show where some words stand; nothing moves.

        Args:
            found: them; None to show nothing any more, and leave what stands out as it is.
            match: the one that was gone to, when it is another one now because the text has changed.
        """
        self._is_lit = found is not None
        if found is not None:
            is_placed = self._is_placed
            self._highlights = Highlights(found)
            if match is not None:
                self._line = match.line
                self._placed = self.scroll_offset.y if is_placed else -1
            elif self.match:
                self._line = 0
            self.match = match
            self._kept, self._expected = None, 0
        self.refresh()

    def go_to_match(self, match: Match) -> None:
        """Scroll to one of the places that are shown, as for ``go_to``."""
        self._line, self._origin, self._placed = match.line, self.scroll_offset.y, -1
        self._target, self._centring = match.line, True
        self._kept, self._expected = None, 0
        self.match = match
        self._go()

    def _stand_out(self, line: int, origin: int) -> None:
        if line != self._line or not self._is_placed:
            self._line, self._origin, self._placed = line, origin, -1
        self._target, self._centring = line, True
        self._kept, self._expected = None, 0
        self.match = None

    @property
    def _is_placed(self) -> bool:
        """Whether the line that stands out is where going to it put it: then it stays there, whatever its rows become."""
        return bool(self._line) and self.scroll_offset.y == min(self._placed, self.max_scroll_y)

    def _stay(self) -> None:
        """Come back to where we are when rows have been measured anew."""
        top = self.scroll_offset.y
        self._centring = self._is_placed
        if self._centring:
            self._target = self._line
        else:
            self._target = self.top_line if top else 0
            self._inside = top - self._rows.row_of(self._target)

    def _follow(self, before: str, after: str) -> None:
        """What stands out and what is gone to are other lines now: their words are, or their finding is, elsewhere."""
        from idse_tui.moved_lines import MovedLines  # noqa: PLC0415  # not for the first paint: `deferred_imports`

        if not before or not after:  # it is missing for a moment, as while an editor replaces it
            return
        moved, top = MovedLines(before, after), self.scroll_offset.y
        if not self.match or not self._is_lit:  # such a match has been found again already
            self._kept = self._row_standing_out() - top if self._is_placed and top else None
            self._line = self._line and (self._expected or moved(self._line))
            self.match = None
        self._expected = 0
        if self._target:
            self._target = self._line if self._centring else moved(self._target)
        if not self._centring:
            self._placed = -1

    # Rendering, in a worker

    def _start_rendering(self) -> None:
        artifact, canvas = self._artifact, self.canvas(self._look, dark=self._dark, line=self._target)
        if artifact is None or canvas is None:
            return
        self._run += 1
        run, blocks = self._run, artifact.blocks
        first, known = self._rows.block_of(self._target, blocks), self._known(blocks, canvas)
        fresh_for = (canvas.width, canvas.look, canvas.dark)
        is_here = blocks is self._rows.blocks
        if not is_here or fresh_for != self._fresh_for:
            self._fresh, self._fresh_for = set(), fresh_for
        if known or (is_here and len(self._fresh) == len(blocks)):
            self._take(blocks, known)
        order = [
            index
            for index in (*range(first, len(blocks)), *range(first))
            if index not in self._fresh and blocks[index].kind != PENDING
        ]
        longest = _LONGEST_BATCH if known else _FIRST_BATCH

        def job() -> None:
            from idse_tui.rendering import Renderer  # noqa: PLC0415  # not for the first paint: `deferred_imports`

            with undisturbed():
                renderer = Renderer(canvas.width, canvas.look, dark=canvas.dark)
                self._render_blocks(run, blocks, order, renderer, longest)

        if order or blocks is not self._rows.blocks:
            start_looking(self, job, group="render")

    def _known(self, blocks: Sequence[Block], canvas: Canvas) -> Mapping[int, Rendered]:
        """The blocks that were rendered when the artifact was read; none when they were rendered for something else."""
        prepared = self.prepared
        if prepared is None or prepared.blocks is not blocks:
            return {}
        fits = prepared.canvas._replace(height=canvas.height, line=canvas.line) == canvas
        return prepared.rendered if fits else {}

    def _render_blocks(
        self, run: int, blocks: Sequence[Block], order: Sequence[int], renderer: Renderer, longest: float
    ) -> None:
        """Render blocks in this order; hand them over in batches, the first after ``longest`` seconds."""
        worker = get_current_worker()
        give_way = host_of(self).precedence.give_way
        batch: Dict[int, Rendered] = {}
        began = time.monotonic()
        for index in order:
            if worker.is_cancelled:
                return
            give_way()
            batch[index] = renderer.render(blocks[index])
            if time.monotonic() - began > longest:
                self.post_message(BlocksRendered(run, batch, blocks))
                batch = {}
                time.sleep(0.002)  # lets the app's own thread draw and read keys
                began, longest = time.monotonic(), min(2 * longest, _LONGEST_BATCH)
        self.post_message(BlocksRendered(run, batch, blocks))

    def on_blocks_rendered(self, message: BlocksRendered) -> None:
        message.stop()
        if message.run == self._run:
            self._take(message.all_blocks, message.blocks)

    def _take(self, blocks: Sequence[Block], rendered: Mapping[int, Rendered]) -> None:
        """Some blocks are strips now."""
        before = self._in_sight()
        if self._rows.blocks is not blocks:
            self._fresh = set()
        elif not self._target:
            self._stay()
        self._rows.put(blocks, rendered)
        self._fresh.update(rendered)
        self._measure()
        self._reach_target()
        if self._in_sight() != before:  # of a long artifact, most is not
            self.refresh()
        self.call_after_refresh(self.post_message, self.Drawn())

    def _in_sight(self) -> List[Tuple[Strip, Optional[Severity], bool]]:
        """All that the screen shows: what is on each row, how it is marked, and whether it stands out."""
        top, wanted = self.scroll_offset.y, self._row_standing_out() if self._line else -1
        rows = range(top, top + self.scrollable_content_region.height)
        return [(self._content(row), self._rows_marked.get(row), row == wanted) for row in rows]

    # Rows and lines

    def _measure(self) -> None:
        self.has_lines(self._rows.total)
        self._place_marks()

    def _place_marks(self) -> None:
        self._rows_marked = {}
        for line, severity in self._marks.items():
            row = self._rows.row_of(line)
            worst = self._rows_marked.get(row, Severity.OFF)
            self._rows_marked[row] = severity if severity.at_least(worst) else worst

    def _row_standing_out(self) -> int:
        """The row of the line that stands out; of a match the one that shows it, which may be far below its line's first."""
        rows, index = self._rows, self._rows.block_of(self._line)
        rendered = rows.rendered.get(index)
        inside = None
        if self.match and rendered is not None and self._highlights is not None:
            inside = self._highlights.row(self.match, index, rows.blocks[index], rendered)
        return rows.row_of(self._line) if inside is None else rows.start(index) + inside

    def _reach_target(self) -> None:
        if not self._target or not self._rows.blocks:
            return
        row = self._row_standing_out() if self._centring else self._rows.row_of(self._target)
        self.scroll_to(y=self._top_for(row), animate=False, force=True)
        if self._centring:
            self._placed = self.scroll_offset.y
        if self._rows.block_of(self._target) in self._rows.rendered:
            self._target = 0

    def _top_for(self, row: int) -> int:
        """The row at the top when this one is in sight: the line that stands out, or else what is at the top by itself."""
        height = self.scrollable_content_region.height
        if not self._centring:
            return self._rows.within(self._target, self._inside)
        if self._kept is not None:
            return row - min(self._kept, height - 1)
        if self._origin + 1 <= row < self._origin + height - 2:
            return self._origin
        return max(row - height // 3, 0)

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        row = y + self.scroll_offset.y
        strip = Strip.join([self._margin(row), self._content(row)]).adjust_cell_length(width)
        if self._line and row == self._row_standing_out():
            style = self.get_component_rich_style("artifact-view--line")
            colours = self.app.console.color_system
            return pointed(strip, cursor_style(style, colours, focused=self.has_focus), self.ground)
        return strip.apply_style(self.ground)

    def _margin(self, row: int) -> Strip:
        severity = self._rows_marked.get(row)
        if severity is None:
            return Strip.blank(_MARGIN)
        text = Text(f"{self._look.glyphs.severities[severity]} ", self._look.severity(severity), end="")
        return strip_of(text, self.app.console)

    def _content(self, row: int) -> Strip:
        if row < self._rows.above:
            words = one_line(self._notice[row // 2]) if row % 2 == 0 else ""
            return strip_of(Text(words, self._look.styles["warning"]), self.app.console)
        spotted = self._rows.at(row)
        return Strip([]) if spotted is None else self._lit(spotted)

    def _lit(self, spotted: Spotted) -> Strip:
        """A row of a block, with the words that are looked for made visible."""
        index, rendered, row = spotted
        strip = rendered.strips[row]
        if self._highlights is None or not self._is_lit:
            return strip
        pieces = self._highlights.pieces(index, rendered, row)
        current = None
        if pieces and self.match and index == self._rows.block_of(self.match.line):
            current = self._highlights.current(self.match, index, self._rows.blocks[index], rendered)
        for number, piece in pieces:
            strip = emphasised(strip, piece, self._look.styles["current" if number == current else "match"])
        return strip

    def on_resize(self, event: Resize) -> None:
        del event
        if not self._target:
            self._stay()
        if self._centring:
            self._kept = None
        self._start_rendering()

    def on_click(self, event: Click) -> None:
        place = place_in(self, event)
        if place is not None:
            self.post_message(self.LinePicked(self._rows.line_at(place.y + self.scroll_offset.y)))
