"""Finds code, links and comments within lines, as long as their form leaves no doubt."""

from __future__ import annotations

from bisect import bisect_left
from typing import Iterator, List, Sequence, Tuple

from idse_core.late_patterns import late
from idse_core.markdown.facts import CodeSpan, Comment, Link
from idse_core.markdown.line_parts import Region, Unsure

__all__ = ["HOLD", "LineInline"]

_SPECIAL = "`<[\\"
_RUN = late("`+")
_BRACKETS = late(r"\[[^\[\]\\`<\n]*(?:`[^`\n]+`(?!`)[^\[\]\\`<\n]*)*\]")
_TARGET = late(r"\(([^\s\x00-\x1f\x7f()<>\\&\[\]`]*)(?: +\"[^\"\\&\n`<\[\]]*\")? *\)")
_AUTOLINK = late(r"<(https?://[^\s<>\x00-\x1f]*)>")
_LITERAL_LESS = late(r"<(?![A-Za-z/!?])")
_EMPHASIS = late(r"(\*{1,2})(?=[^\s*])([^*]*)(?<=[^\s*(])\1(?=[ !-)+-/:-@\[-^`{-~]|\Z)")
_IN_WORD = late(r"(?<=[A-Za-z0-9])_+(?=[A-Za-z0-9])")
_ENTITY = late(r"&[#A-Za-z]")
_ESCAPE = late(r"\\([!-/:-@\[-`{-~])")
HOLD = "\ue000"  # replaces a token while emphasis is looked for; punctuation, like the characters it replaces


Token = Tuple[int, int, str]
"""The start and end of something that is not plain text, and its text in the rendered page."""

# Takes half the time of calling the class, whose __new__ is Python code.
_new = tuple.__new__


class LineInline:
    """Code spans, links and comments of one text.

    Args:
        source: the text.
        regions: the spans of inline text, in order.

    Attributes:
        code_spans, links, comments: what was found, in order.

    Raises:
        Unsure: the text contains something that needs a full parser.
    """

    def __init__(self, source: str, regions: Sequence[Region]) -> None:
        self._source = source
        self.code_spans: List[CodeSpan] = []
        self.links: List[Link] = []
        self.comments: List[Comment] = []
        self._tokens: List[Token] = []
        self._starts: List[int] = []
        self._scan(regions)
        self._starts = [start for start, _, _ in self._tokens]

    def text(self, region: Region) -> str:
        """The inline text of a region, without markup.

        Raises:
            Unsure: its markup needs a full parser.
        """
        start, end = region
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end, first)
        if first == last:
            return _plain(self._source[start:end]).strip()
        parts: List[str] = []
        texts: List[str] = []
        for before, after, text in self._tokens[first:last]:
            parts.append(self._source[start:before])
            texts.append(text)
            start = after
        parts.append(self._source[start:end])
        return _plain(HOLD.join(parts), texts).strip()

    def _scan(self, regions: Sequence[Region]) -> None:
        source = self._source
        number, end, done = -1, -1, 0
        for at in _places(source):
            if at < done:
                continue
            if at >= end:
                while number + 1 < len(regions) and regions[number + 1][1] <= at:
                    number += 1
                if number + 1 == len(regions):
                    return
                if at < regions[number + 1][0]:
                    continue  # in a block without inline text
                number += 1
                end = regions[number][1]
            done = self._special(at, regions[number][0], end)

    def _special(self, at: int, low: int, end: int) -> int:
        """Read what starts at ``at``; returns the offset at which to go on."""
        mark = self._source[at]
        if mark == "`":
            return self._code(at, end)
        if mark == "[":
            return self._bracket(at, low, end)
        if mark == "\\":
            return self._escape(at, end)
        return self._less(at, end)

    def _code(self, at: int, end: int) -> int:
        source = self._source
        length = 1
        while at + length < end and source[at + length] == "`":
            length += 1
        close = self._closing(at + length, end, length)
        if close < 0:
            return at + length
        text = source[at + length : close]
        if "\n" in text:
            raise Unsure
        if text[0] == " " and text[-1] == " " and text.strip(" "):
            text = text[1:-1]
        self.code_spans.append(_new(CodeSpan, (text, at, close + length)))
        self._tokens.append((at, close + length, text))
        return close + length

    def _closing(self, start: int, end: int, length: int) -> int:
        """The start of the next run of exactly ``length`` backticks, or -1."""
        if length == 1:
            close = self._source.find("`", start, end)
            if close < 0 or self._source[close + 1 : close + 2] != "`":
                return close
        for run in _RUN.finditer(self._source, start, end):
            if run.end() - run.start() == length:
                return run.start()
        return -1

    def _bracket(self, at: int, low: int, end: int) -> int:
        found = _BRACKETS.match(self._source, at, end)
        if found is None:
            raise Unsure
        if self._source[found.end() : found.end() + 1] != "(" or found.end() >= end:
            return at + 1
        target = _TARGET.match(self._source, found.end(), end)
        if target is None:
            raise Unsure
        image = at > low and self._source[at - 1] == "!" and self._source[at - 2 : at - 1] != "\\"
        start = at - 1 if image else at
        text = self._inside(at + 1, found.end() - 1)
        self.links.append(_new(Link, (text.strip(), target.group(1), image, start, target.end())))
        self._tokens.append((start, target.end(), text))
        return target.end()

    def _inside(self, start: int, end: int) -> str:
        """The text of a link; the code spans in it are collected as well."""
        parts: List[str] = []
        texts: List[str] = []
        at = self._source.find("`", start, end)
        while at >= 0:
            close = self._source.index("`", at + 1) + 1
            text = self._source[at + 1 : close - 1]
            text = text[1:-1] if text[0] == text[-1] == " " and text.strip(" ") else text
            self.code_spans.append(CodeSpan(text, at, close))
            parts.append(self._source[start:at])
            texts.append(text)
            start = close
            at = self._source.find("`", start, end)
        return _plain(HOLD.join([*parts, self._source[start:end]]), texts)

    def _escape(self, at: int, end: int) -> int:
        if at + 1 < end and self._source[at + 1] in "`<!\\&":
            raise Unsure
        return at + 2

    def _less(self, at: int, end: int) -> int:
        if _LITERAL_LESS.match(self._source, at):
            return at + 1
        if self._source.startswith("<!--", at):
            close = self._source.find("-->", at + 4, end)
            if close < 0 or "\n" in self._source[at:close] or self._source.startswith(("<!-->", "<!--->"), at):
                raise Unsure
            if self._source[close + 3 : end].lstrip(" ").startswith("\n"):
                raise Unsure  # it ends the line: parsers differ in whether the space before it counts
            self.comments.append(Comment(self._source[at + 4 : close], at, close + 3))
            self._tokens.append((at, close + 3, ""))
            return close + 3
        found = _AUTOLINK.match(self._source, at, end)
        if found is None:
            raise Unsure
        self.links.append(Link(found.group(1), found.group(1), False, at, found.end()))  # noqa: FBT003  # a field
        self._tokens.append((at, found.end(), found.group(1)))
        return found.end()


def _places(source: str) -> Sequence[int]:
    """The offsets of the characters that may start inline markup, in order."""
    found: List[int] = []
    kinds = 0
    for mark in _SPECIAL:
        before = len(found)
        found.extend(_all(source, mark))
        kinds += len(found) > before
    return found if kinds < 2 else sorted(found)


def _all(source: str, mark: str) -> Iterator[int]:
    at = source.find(mark)
    while at >= 0:
        yield at
        at = source.find(mark, at + 1)


def _plain(text: str, tokens: Sequence[str] = ()) -> str:
    """Text without emphasis and escapes, its lines joined.

    Args:
        text: the source text, with ``HOLD`` in place of each token.
        tokens: the texts of these tokens.

    Raises:
        Unsure: its markup needs a full parser.
    """
    if "\n" in text:
        if "\\\n" in text:
            raise Unsure
        text = " ".join([line.strip(" ") for line in text.split("\n")])
    if "*" in text:
        text = _without_stars(text)
    if "_" in text and "_" in _IN_WORD.sub("", text):
        raise Unsure
    if "~" in text and text.count("~") > 1:
        raise Unsure
    if "&" in text and _ENTITY.search(text):
        raise Unsure
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    if not tokens:
        return text
    if any(token.endswith(" ") for token in tokens):
        raise Unsure  # before a line end, such a space does not count
    parts = text.split(HOLD)
    return "".join([word for pair in zip(parts, tokens) for word in pair]) + parts[-1]


def _without_stars(text: str) -> str:
    """Text without emphasis, if that is certain: around whole words, with no further emphasis inside."""
    if "\\" in text:
        raise Unsure
    parts: List[str] = []
    done, at = 0, text.find("*")
    while at >= 0:
        if at == 0 or text[at - 1] in " (":
            found = _EMPHASIS.match(text, at)
            if found is not None:
                parts += text[done:at], found.group(2)
                done = found.end()
            elif text[at - 1 : at + 2] == " * ":
                parts.append(text[done : at + 1])
                done = at + 1
            else:
                raise Unsure
        else:
            raise Unsure
        at = text.find("*", done)
    return "".join([*parts, text[done:]])
