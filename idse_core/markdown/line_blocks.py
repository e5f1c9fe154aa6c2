"""Finds the blocks of a Markdown text line by line, as long as their form leaves no doubt.

``LineBlocks`` knows the constructs that most documents consist of. At the first line that it is not sure of (lazy
continuation, nested quotations, raw HTML, tables in lists, odd indentation and the like) it gives up with ``Unsure``,
and a full CommonMark parser reads the text. So it need not be complete, only right.
"""

from __future__ import annotations

from typing import Callable, Dict, List, Optional

from idse_core.late_patterns import late
from idse_core.markdown.facts import Fence
from idse_core.markdown.line_parts import Grid, Item, Region, Title, Unsure

__all__ = ["LineBlocks"]

_CODE_INDENT = 4
_BULLET = late(r"[-+*]( {1,4})(?=[^ ])")
_ORDERED = late(r"\d{1,9}([.)])( {1,4})(?=[^ ])")
_TASK = late(r"\[([ xX])\] +(?=[^ ])")
_BLOCK_START = late(r"[-+*](?: |$)|\d{1,9}[.)](?: |$)|#{1,6}(?: |$)|[>|<=\x00-\x1f]|`{3}|~{3}|([-*_])(?: *\1){2,} *$")
_RULE = late(r"([-*_])(?: *\1){2,} *$")
_UNDERLINE = late(r"(?:=+|-+) *$")
_DELIMITERS = late(r"[|:\- ]+$")
_TABLE_DELIMITERS = late(r"\|(?: *:?-+:? *\|)+ *$")
_CLOSING_SIGNS = late(r"(?:^| )#+$")
_PLAIN_INFO = late(r"[^`\\&]*$")


class LineBlocks:
    """The blocks of one text.

    Args:
        source: the text; it must contain neither tabs nor CR, nor anything that looks like a reference definition.
        lines: its lines, without their ends.
        starts: the offsets at which they start.

    Attributes:
        regions: the spans of inline text, in order.
        titles: the headings; none of them is in a list or block quote.
        items: the list items, in order.
        fences: the fenced code blocks.
        tables: for each table the cells of its rows, the header's first, and its start and end.
        html: block-level comments, to the end of their last line.

    Raises:
        Unsure: the text contains something that needs a full parser.
    """

    def __init__(self, source: str, lines: List[str], starts: List[int]) -> None:
        self._source = source
        self._lines = lines
        self._starts = starts
        self._number = 0
        self._paragraph = -1  # the start of the open paragraph
        self._first_of: Optional[Item] = None  # the item whose first paragraph is the open one
        self._last_end = 0  # the end of the last line that is not blank
        self._open: List[Item] = []
        self.regions: List[Region] = []
        self.titles: List[Title] = []
        self.items: List[Item] = []
        self.fences: List[Fence] = []
        self.tables: List[Grid] = []
        self.html: List[Region] = []
        self._scan()

    def _scan(self) -> None:
        lines, count, starts, opened = self._lines, len(self._lines), self._starts, self._open
        handlers = _HANDLERS
        while self._number < count:
            number = self._number
            line = lines[number]
            self._number = number + 1
            stripped = line.lstrip(" ")
            if not stripped:
                if self._paragraph >= 0:
                    self._end_paragraph()
                continue
            indent = len(line) - len(stripped)
            left = ""
            if opened:
                if indent < opened[-1].content:
                    left = self._leave(indent)
                inner = indent - opened[-1].content if opened else indent
            else:
                inner = indent
            if inner >= _CODE_INDENT:
                self._indented(starts[number] + indent, stripped, left)
            else:
                handle = handlers.get(stripped[0])
                if handle is None:
                    self._text(starts[number] + indent, stripped, left)
                else:
                    handle(self, starts[number] + indent, stripped, left)
        self._end_paragraph()
        self._leave(-1)

    def _indented(self, start: int, line: str, left: str) -> None:
        """A line that continues the open paragraph, whatever it looks like; without one it would be code."""
        if self._paragraph < 0 or left or _DELIMITERS.match(line):
            raise Unsure
        self._last_end = start + len(line.rstrip(" "))

    def _leave(self, indent: int) -> str:
        """Close the items that a line with this indentation does not belong to; returns the mark of the outermost."""
        left = ""
        while self._open and indent < self._open[-1].content:
            item = self._open.pop()
            left = item.mark
            item.full_end = self._last_end
            if item.end < 0:
                item.end = self._last_end
        return left

    def _end_paragraph(self) -> None:
        if self._paragraph >= 0:
            region = (self._paragraph, self._last_end)
            self.regions.append(region)
            if self._first_of is not None:
                self._first_of.region = region
                self._first_of = None
            self._paragraph = -1

    def _text(self, start: int, line: str, left: str) -> None:
        if self._paragraph < 0:
            self._paragraph = start
        elif left:  # an item just closed had an open paragraph, which this line continues lazily
            raise Unsure
        self._last_end = start + (len(line) if line[-1] != " " else len(line.rstrip(" ")))

    def _dash(self, start: int, line: str, left: str) -> None:
        """A list item, a thematic break, a heading's underline, or text that starts like one."""
        if line[0] == "_" or line[1:2] != " ":
            if self._paragraph >= 0 and line[0] == "-" and _UNDERLINE.match(line):
                self._underline(start, line, left, 2)
            elif _RULE.match(line):
                self._rule(start, line)
            elif len(line) == 1 or (line[0] == "-" and _DELIMITERS.match(line)):
                raise Unsure
            else:
                self._text(start, line, left)
            return
        rest = line[2:3]
        if rest.isalpha() or (rest == "*" and line[3:4] == "*" and line[4:5].isalpha()):
            self._item(start, line, 2, line[0])
            self._siblings(self._lines[self._number - 1][: self._open[-1].content])
        elif rest == line[0] and _RULE.match(line):
            self._rule(start, line)
        else:
            found = _BULLET.match(line)
            if found is None:
                raise Unsure
            self._item(start, line, found.end(), line[0])

    def _digit(self, start: int, line: str, left: str) -> None:
        found = _ORDERED.match(line)
        if found is None:
            if _BLOCK_START.match(line):
                raise Unsure  # an item without text
            self._text(start, line, left)
            return
        mark = found.group(1)
        if self._paragraph >= 0 and line[: found.start(1)] != "1" and left != mark:
            if left:
                raise Unsure
            self._text(start, line, left)
            return
        self._item(start, line, found.end(), mark)

    def _item(self, start: int, line: str, width: int, mark: str) -> None:
        if self._paragraph >= 0:
            self._end_paragraph()
        opened = self._open
        item = Item(start, start - self._starts[self._number - 1] + width, len(opened), mark)
        if opened and opened[-1].end < 0:
            opened[-1].end = self._last_end
        opened.append(item)
        self.items.append(item)
        if not line[width].isalpha():
            width = self._beginning(item, line, width)
        self._paragraph = start + width
        self._first_of = item
        self._last_end = start + (len(line) if line[-1] != " " else len(line.rstrip(" ")))

    def _siblings(self, prefix: str) -> None:
        """Read the items of one line each that follow the open one, as ``_item`` would, in half the time.

        Args:
            prefix: what comes before their text.
        """
        lines, starts, opened, width = self._lines, self._starts, self._open, len(prefix)
        item, number = opened[-1], self._number
        while number < len(lines) and lines[number].startswith(prefix):
            line = lines[number]
            first = line[width : width + 1]
            if not first.isalpha() and not (
                first == line[width + 1 : width + 2] == "*" and line[width + 2 : width + 3].isalpha()
            ):
                break
            region = (self._paragraph, self._last_end)
            self.regions.append(region)
            item.region = region
            item.end = item.full_end = self._last_end
            start = starts[number] + width
            item = Item(start - 2, width, item.depth, item.mark)
            self.items.append(item)
            self._paragraph = start
            self._last_end = starts[number] + (len(line) if line[-1] != " " else len(line.rstrip(" ")))
            number += 1
        self._number = number
        opened[-1] = self._first_of = item

    def _beginning(self, item: Item, line: str, width: int) -> int:
        """Handle an item that does not start with a letter; returns the column of its text."""
        rest = line[width:]
        if rest[0] == "[" and rest[2:3] == "]":
            task = _TASK.match(rest)
            if task is not None:
                item.checked = task.group(1) != " "
                width += task.end()
                rest = line[width:]
            elif rest[1] in " xX":
                raise Unsure
        if not rest[0].isalpha() and _BLOCK_START.match(rest) is not None:
            raise Unsure
        return width

    def _rule(self, start: int, line: str) -> None:
        self._end_paragraph()
        self._last_end = start + len(line.rstrip(" "))

    def _equals(self, start: int, line: str, left: str) -> None:
        if self._paragraph >= 0 and _UNDERLINE.match(line):
            self._underline(start, line, left, 1)
        else:
            self._text(start, line, left)

    def _underline(self, start: int, line: str, left: str, level: int) -> None:
        region = (self._paragraph, self._last_end)
        if self._open or left or "|" in self._source[region[0] : region[1]]:  # some read it as a table of one column
            raise Unsure
        self._end_paragraph()
        self._last_end = start + len(line.rstrip(" "))
        self.titles.append(Title(level, region[0], self._last_end, region, setext=True))

    def _heading(self, start: int, line: str, left: str) -> None:
        level = len(line) - len(line.lstrip("#"))
        if level > 6 or line[level : level + 1] not in {"", " "}:
            self._text(start, line, left)
            return
        if self._open:
            raise Unsure
        self._end_paragraph()
        shown = line.rstrip(" ")
        self._last_end = start + len(shown)
        text = shown[level:]
        if text.endswith("#"):
            text = _CLOSING_SIGNS.sub("", text)
        first = start + level + len(text) - len(text.lstrip(" "))
        region = (first, max(first, start + level + len(text.rstrip(" "))))
        self.regions.append(region)
        self.titles.append(Title(level, start, self._last_end, region, setext=False))

    def _fence(self, start: int, line: str, left: str) -> None:
        mark = line[0]
        length = len(line) - len(line.lstrip(mark))
        info = line[length:]
        if length < 3 or (mark == "`" and "`" in info):
            self._text(start, line, left)
            return
        if _PLAIN_INFO.match(info) is None:
            raise Unsure
        self._end_paragraph()
        info = info.strip()
        begin = self._starts[self._number - 1]
        first = self._number
        content = self._fenced(start - begin, mark * length)
        last = self._number - 1
        self._last_end = self._starts[last] + len(self._lines[last].rstrip(" "))
        language = info.split(None, 1)[0].lower() if info else ""
        self.fences.append(Fence(info, language, content, start, self._last_end, self._starts[first]))

    def _fenced(self, indent: int, closing: str) -> str:
        """The content up to the line that closes the fence; that line is skipped."""
        container = self._open[-1].content if self._open else 0
        content: List[str] = []
        for number in range(self._number, len(self._lines)):
            line = self._lines[number]
            stripped = line.lstrip(" ")
            depth = len(line) - len(stripped)
            if stripped and depth < container:
                break
            if (
                depth - container < _CODE_INDENT
                and stripped.startswith(closing)
                and not stripped.rstrip(" ").strip(closing)
            ):
                self._number = number + 1
                return "".join(content)
            content.append(line[min(depth, indent) :] + "\n")
        raise Unsure  # it is never closed, or its item ends first

    def _comment(self, start: int, line: str, left: str) -> None:
        if not line.startswith("<!--") or line.startswith(("<!-->", "<!--->")):
            raise Unsure
        del left
        close = self._source.find("-->", start + 4)
        end = self._source.find("\n", max(close, start))
        end = len(self._source) if end < 0 else end
        if close < 0 or (self._open and "-->" not in line):
            raise Unsure
        self._end_paragraph()
        while self._number < len(self._starts) and self._starts[self._number] <= close:
            self._number += 1
        self._last_end = start + len(self._source[start:end].rstrip(" "))
        self.html.append((start, self._last_end))

    def _quote(self, start: int, line: str, left: str) -> None:
        del left, line
        number = self._number - 1
        if self._open or start != self._starts[number]:
            raise Unsure
        self._end_paragraph()
        while number < len(self._lines) and self._lines[number].startswith(">"):
            self._quoted(number)
            number += 1
        self._end_paragraph()
        if number < len(self._lines) and self._lines[number].strip(" "):
            raise Unsure
        self._number = number

    def _quoted(self, number: int) -> None:
        line = self._lines[number]
        inner = line[1:].lstrip(" ")
        if not inner:
            self._end_paragraph()
            return
        width = len(line) - len(inner)
        if width > _CODE_INDENT or _BLOCK_START.match(inner) or _DELIMITERS.match(inner):
            raise Unsure
        self._text(self._starts[number] + width, inner, "")

    def _pipe(self, start: int, line: str, left: str) -> None:
        following = self._lines[self._number] if self._number < len(self._lines) else ""
        if "-" in following and _DELIMITERS.match(following):
            if self._paragraph >= 0 or self._open or not _TABLE_DELIMITERS.match(following):
                raise Unsure
            self._table(start)
        elif _DELIMITERS.match(line):
            raise Unsure
        else:
            self._text(start, line, left)

    def _colon(self, start: int, line: str, left: str) -> None:
        if _DELIMITERS.match(line):
            raise Unsure
        self._text(start, line, left)

    def _table(self, start: int) -> None:
        rows = [self._row(start)]
        columns = len(rows[0])
        if self._lines[self._number].count("|") != columns + 1:
            raise Unsure
        self._number += 1
        self._last_end = self._starts[self._number - 1] + len(self._lines[self._number - 1].rstrip(" "))
        while self._number < len(self._lines) and self._lines[self._number].strip(" "):
            line = self._lines[self._number]
            if not line.startswith("|"):
                raise Unsure
            self._number += 1
            rows.append(self._row(self._starts[self._number - 1]))
            if len(rows[-1]) != columns:
                raise Unsure
        self.tables.append((rows, start, self._last_end))

    def _row(self, start: int) -> List[Region]:
        line = self._lines[self._number - 1].strip(" ")
        if line[-1] != "|" or len(line) < 2 or "\\" in line:
            raise Unsure
        cells: List[Region] = []
        at = start + 1
        for part in line[1:-1].split("|"):
            end = at + len(part)
            first = end - len(part.lstrip(" "))
            cells.append((first, max(first, at + len(part.rstrip(" ")))))
            at = end + 1
        self._last_end = start + len(line)
        self.regions.extend(cells)
        return cells


def _unsure(blocks: LineBlocks, start: int, line: str, left: str) -> None:
    del blocks, start, line, left
    raise Unsure


_HANDLERS: Dict[str, Callable[[LineBlocks, int, str, str], None]] = {
    **dict.fromkeys("-*+_", LineBlocks._dash),  # private methods: this table belongs to the class
    **dict.fromkeys("0123456789", LineBlocks._digit),
    **dict.fromkeys("`~", LineBlocks._fence),
    **dict.fromkeys(map(chr, range(32)), _unsure),
    "#": LineBlocks._heading,
    "<": LineBlocks._comment,
    ">": LineBlocks._quote,
    "=": LineBlocks._equals,
    "|": LineBlocks._pipe,
    ":": LineBlocks._colon,
}
