"""Markdown to strips, block by block, so that each line on the screen knows its line in the file.

Slow (some 5 ms a kilobyte), so it runs in a worker; blocks are cached by text, width and look.
"""

from __future__ import annotations

import io
import re
from copy import copy
from typing import Callable, ClassVar, Dict, Iterable, Iterator, List, Mapping, Sequence, Tuple, Type

from markdown_it import MarkdownIt
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text
from rich.theme import Theme
from textual.strip import Strip

from idse_core.open_markers import OPEN_MARKERS
from idse_tui.blocks import PENDING, Block, Rendered
from idse_tui.look import Look

__all__ = ["Renderer", "split", "split_beginning"]

_CACHE = 4000
_PARSER = MarkdownIt().enable(["table", "strikethrough"])
"""One for all: it keeps nothing of what it has parsed, and to make one takes a millisecond and a quarter of a megabyte."""
_PARSER.parse("<https://example.org/%20>")  # fills tables that are kept, and that another thread could see half full

_PART = 80
"""Lines that are split at once, some milliseconds of work."""

_HEADING = re.compile(r"#{1,6}( |$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_OPENS_HTML = re.compile(r" {0,3}<(!--(?!.*-->)|script|pre|style|textarea|\?|![A-Za-z]|!\[CDATA\[)", re.IGNORECASE)
_WHOLE = frozenset(["heading_open", "paragraph_open", "blockquote_open", "table_open", "fence", "code_block", "hr"])


def split(text: str, give_way: Callable[[], object] = lambda: None) -> Tuple[Block, ...]:
    """The blocks of a text that ``readable`` gave; list items are blocks of their own.

    Args:
        text: as ``readable`` gave it.
        give_way: called now and then while a long one is split.
    """
    lines = text.split("\n")
    start = _front_matter(lines)
    found: List[Block] = []
    if start:
        found.append(Block("```yaml\n" + "\n".join(lines[1 : start - 1]) + "\n```", 1, start, gap=False, kind="fence"))
    cuts = [start, *_safe_cuts(lines, start, _PART), len(lines)]
    for begin, end in zip(cuts, cuts[1:]):
        found += _blocks(lines[begin:end], begin, is_first=not found)
        give_way()
    return tuple(found)


def _blocks(lines: Sequence[str], above: int, *, is_first: bool) -> Iterator[Block]:
    """The blocks of a part that no block reaches out of.

    Args:
        lines: the part.
        above: how many lines of the file come before it.
        is_first: whether no block comes before it.
    """
    last_list = 0
    for token in _PARSER.parse("\n".join(lines)):
        is_item = token.type == "list_item_open" and token.level == 1
        if token.map is None or not (
            is_item or (token.level == 0 and (token.type in _WHOLE or token.type == "html_block"))
        ):
            last_list = 0 if token.level == 0 and token.nesting >= 0 else last_list
            continue
        first, end = token.map
        while end > first + 1 and not lines[end - 1].strip():
            end -= 1
        gap = not is_first and not (is_item and last_list)
        last_list, is_first = 1 if is_item else 0, False
        kind = f"heading{token.tag[1:]}" if token.type == "heading_open" else token.type
        yield Block("\n".join(lines[first:end]), above + first + 1, end - first, gap, kind)


def split_beginning(text: str, least: int = 80) -> Tuple[Block, ...]:
    """The blocks at the beginning of a long text, as ``split`` would give them, and one of kind ``pending`` for all the rest.

    Markdown takes a millisecond a kilobyte to parse; nobody should wait for what is below the first screen. Empty for a text
    that is short, or that has no heading where it could be cut.

    Args:
        text: what ``readable`` gave.
        least: lines that the beginning has at least.
    """
    lines = text.split("\n")
    cut = next(_safe_cuts(lines, _front_matter(lines), least), 0) if len(lines) > 2 * least else 0
    if not cut:
        return ()
    rest = Block("", cut + 1, len(lines) - cut, gap=True, kind=PENDING)
    return (*split("\n".join(lines[:cut])), rest)


def _safe_cuts(lines: Sequence[str], start: int, least: int) -> Iterator[int]:
    """How many lines come before headings that no block reaches over.

    Args:
        lines: the whole text.
        start: how many of them are no Markdown.
        least: lines between two such headings, and before the first one.
    """
    fence, last = "", start
    for at, line in enumerate(lines[start:], start):
        opened = _FENCE.match(line)
        if fence:
            if opened and opened[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif opened:
            fence = opened[1]
        elif _OPENS_HTML.match(line):
            return  # such a block ends who knows where: too rare to look for its end
        elif at - last >= least and _HEADING.match(line) and not lines[at - 1].strip():
            last = at
            yield at


def _front_matter(lines: Sequence[str]) -> int:
    """How many lines of YAML stand at the very top, fences included."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    return next((at + 1 for at, line in enumerate(lines[1:], start=1) if line.rstrip() in {"---", "..."}), 0)


class Renderer:
    """Renders blocks for one width and one look.

    Args:
        width: cells in a line.
        look: styles.
        dark: whether the theme is a dark one, for highlighted code.
    """

    _kept: Dict[Tuple[object, ...], Tuple[Strip, ...]] = {}  # shared: the same text is the same text everywhere

    def __init__(self, width: int, look: Look, *, dark: bool = True) -> None:
        self.width = max(width, 8)
        self._look = look
        self._code_theme = "one-dark" if dark else "xcode"
        self._key = (
            self.width,
            dark,
            *look.glyphs.drawn,
            tuple(sorted((name, str(style)) for name, style in look.styles.items())),
        )
        self._console = Console(
            width=self.width,
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
            legacy_windows=False,
            theme=Theme(_markdown_styles(look.styles)),
            highlight=False,
        )

    def render(self, block: Block) -> Rendered:
        """The block's strips."""
        key = (block.text, block.gap, block.kind, *self._key)
        strips = self._kept.get(key)
        if strips is None:
            strips = tuple(self._strips(block))
            if len(self._kept) > _CACHE:
                self._kept.clear()
            self._kept[key] = strips
        return Rendered(strips, tuple(_lines(block, len(strips))))

    def _strips(self, block: Block) -> Iterator[Strip]:
        if block.gap:
            yield Strip.blank(self.width)
        shown = list(self._verbatim(block) if block.kind == "html_block" else self._markdown(block))
        while shown and not shown[-1].text.strip():
            shown.pop()
        begin = next((at for at, strip in enumerate(shown) if strip.text.strip()), 0)
        yield from shown[begin:]

    def _markdown(self, block: Block) -> Iterator[Strip]:
        markdown = copy(_NOTHING)  # one that is made anew brings a parser of its own
        markdown.markup, markdown.parsed = block.text, _PARSER.parse(block.text)
        markdown.code_theme = markdown.inline_code_theme = self._code_theme
        options = self._console.options.update(width=self.width)
        for segments in self._console.render_lines(markdown, options, style=self._look.styles["text"], pad=False):
            yield self._marked(Strip(_translated(segments, self._look.glyphs.drawn)))

    def _verbatim(self, block: Block) -> Iterator[Strip]:
        """HTML, which comments are: as it stands in the file."""
        text = Text(block.text, self._look.styles["faint"])
        for segments in self._console.render_lines(text, self._console.options.update(width=self.width)):
            yield Strip(segments)

    def _marked(self, strip: Strip) -> Strip:
        """Open markers stand out."""
        found = OPEN_MARKERS.search(strip.text) if "REQUIRES" in strip.text else None
        if found is None:
            return strip
        begin = cell_len(strip.text[: found.start()])
        end = begin + cell_len(found.group())
        strong = self._look.styles["warning"] + Style(bold=True)
        middle = Strip([Segment(piece.text, (piece.style or Style()) + strong) for piece in strip.crop(begin, end)])
        return Strip.join([strip.crop(0, begin), middle, strip.crop(end, strip.cell_length)])


def _translated(segments: Iterable[Segment], signs: Mapping[int, int]) -> Iterable[Segment]:
    return [piece._replace(text=piece.text.translate(signs)) for piece in segments] if signs else segments


def _lines(block: Block, height: int) -> Iterator[int]:
    """For each strip of a block the line of the file that it shows, as near as can be told."""
    above = 1 if block.gap else 0
    rows = max(height - above, 1)
    fenced = 1 if block.kind == "fence" and rows <= block.size - 1 else 0  # its first line is not shown
    for row in range(height):
        inside = max(row - above, 0)
        at = inside + fenced if fenced else inside * block.size // rows
        yield block.first + max(0, min(at, block.size - 1))


def _markdown_styles(styles: Mapping[str, Style]) -> Dict[str, Style]:
    return {
        **{f"markdown.h{level}": Style.null() for level in range(1, 7)},
        "markdown.code": styles["code"],
        "markdown.strong": Style(bold=True),
        "markdown.item.bullet": styles["accent"],
        "markdown.item.number": styles["accent"],
        "markdown.block_quote": styles["muted"],
        "markdown.hr": styles["faint"],
        "markdown.link": styles["info"],
        "markdown.link_url": styles["info"] + Style(underline=True),
        "markdown.table.border": styles["faint"],
        "markdown.table.header": styles["primary"],
        "idse.heading1": styles["primary"] + Style(bold=True, underline=True),
        "idse.heading2": styles["primary"] + Style(bold=True),
        "idse.heading3": styles["accent"],
        "idse.bar": styles["faint"],
    }


class _Heading(Heading):
    """Flush left, with the level's sign, as people know it from the file."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        level = int(self.tag[1:])
        text = self.text.copy()
        text.stylize_before(f"idse.heading{min(level, 3)}")
        text.justify = "left"
        yield Text(f"{'#' * level} ", "idse.bar", end="") + text if level > 1 else text


class _Code(CodeBlock):
    """Without a box, on the panel's own ground, a little to the right."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).rstrip()
        syntax = Syntax(code, self.lexer_name, theme=self.theme, word_wrap=True, background_color="default")
        yield Padding(syntax, (0, 0, 0, 2))


class _Markdown(Markdown):
    elements: ClassVar[Dict[str, Type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
    }


_NOTHING = _Markdown("", hyperlinks=False)
"""What every block is rendered as a copy of."""
