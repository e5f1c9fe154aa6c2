"""Three-way merge of texts by lines (diff3): changes of one side are taken, different changes of both are a conflict.

The rules are those of ``git merge-file``: adjacent changes are a conflict even if they do not overlap, lines are
compared with their line breaks (so a lone carriage return or a missing final newline is a change), and the same change
on both sides is taken once. Byte order marks, line breaks and bytes that nobody changed are preserved. Git itself is
never called.
"""

from __future__ import annotations

import enum
from typing import Iterable, List, NamedTuple, Optional, Sequence, Tuple

from idse_core.agency.hunks import Hunk
from idse_core.agency.line_diff import compare

__all__ = [
    "Chunk",
    "Kind",
    "Merge",
    "is_text",
    "joined",
    "line_end",
    "markers_left",
    "merge",
    "merge_lines",
    "split_lines",
]

_MARKER = 7
"""The minimum length of a conflict marker; markers are longer if a text contains such lines itself."""

Lines = Tuple[str, ...]


class Kind(enum.Enum):
    """Where a chunk's lines come from."""

    STABLE = "stable"
    OURS = "ours"
    THEIRS = "theirs"
    SAME = "same"
    CONFLICT = "conflict"


class Chunk(NamedTuple):
    """A part of the merge; in order, the chunks cover all lines of each of the three versions.

    Attributes:
        kind: ``STABLE`` (unchanged), ``OURS`` or ``THEIRS`` (changed by one side), ``SAME`` (changed alike by both
            sides), or ``CONFLICT``.
        base: its lines in the base, with their line breaks.
        ours: its lines in our version.
        theirs: its lines in the other side's version.
    """

    kind: Kind
    base: Lines
    ours: Lines
    theirs: Lines

    @property
    def lines(self) -> Lines:
        """The lines of the merged text; none for a conflict."""
        if self.kind is Kind.CONFLICT:
            return ()
        return self.theirs if self.kind is Kind.THEIRS else self.ours


class Merge(NamedTuple):
    """The outcome of a merge.

    Attributes:
        chunks: in order; never two stable ones in a row.
    """

    chunks: Tuple[Chunk, ...]

    @property
    def clean(self) -> bool:
        """Whether there is no conflict."""
        return not self.conflicts

    @property
    def conflicts(self) -> int:
        """How many chunks are conflicts."""
        return sum(chunk.kind is Kind.CONFLICT for chunk in self.chunks)

    @property
    def text(self) -> str:
        """The merged text; conflicts are between markers and include the base, as in git's style ``diff3``."""
        size = _marker_size(line for chunk in self.chunks for side in chunk[1:] for line in side)
        lines: List[str] = []
        for chunk in self.chunks:
            lines += _marked(chunk, size) if chunk.kind is Kind.CONFLICT else chunk.lines
        return "".join(lines)

    @property
    def data(self) -> bytes:
        """The bytes of ``text``; bytes that are not UTF-8 are preserved."""
        return self.text.encode("utf-8", "surrogateescape")


def merge(base: bytes, ours: bytes, theirs: bytes) -> Merge:
    """Merge three versions of a file.

    If one of them is not text (it contains a NUL, or is not UTF-8), they are not merged by lines: unless only one side
    changed or both are equal, the whole file is one conflict.
    """
    versions = tuple(data.decode("utf-8", "surrogateescape") for data in (base, ours, theirs))
    if all(is_text(text) for text in versions):
        return merge_lines(*(split_lines(text) for text in versions))
    return Merge((_chunk(*((text,) if text else () for text in versions)),))


def split_lines(text: str) -> Lines:
    """The lines of a text with their line breaks; only a line feed ends a line."""
    lines = text.split("\n")
    last = lines.pop()
    return (*(f"{line}\n" for line in lines), last) if last else tuple(f"{line}\n" for line in lines)


def joined(parts: Iterable[Sequence[str]], *, end: str = "") -> Lines:
    """Concatenate lists of lines; a line without a line break gets one unless it is the last.

    Args:
        parts: lists of lines.
        end: the line break to add; empty to use that of the first line that has one.
    """
    lines = [line for part in parts for line in part]
    end = end or next((line_end(line) for line in lines if line.endswith("\n")), "\n")
    return (*(line if line.endswith("\n") else line + end for line in lines[:-1]), *lines[-1:])


def line_end(line: str) -> str:
    """The line break at the end of a line: ``\\r\\n``, ``\\n`` or nothing."""
    if line.endswith("\r\n"):
        return "\r\n"
    return "\n" if line.endswith("\n") else ""


def markers_left(text: str) -> Optional[int]:
    """The 1-based number of the first line that is a conflict marker; None when there is none."""
    for number, line in enumerate(text.split("\n"), 1):
        word = line.split(" ", 1)[0].rstrip("\r")
        if len(word) >= _MARKER and set(word) in ({"<"}, {"|"}, {">"}):
            return number
    return None


def merge_lines(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Merge:
    """Merge three lists of lines, each line with its line break."""
    return Merge(tuple(_chunks(base, ours, theirs)))


def _chunks(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Iterable[Chunk]:
    our_side, their_side = _Side(base, ours), _Side(base, theirs)
    done = 0
    while our_side.upcoming is not None or their_side.upcoming is not None:
        start = min(hunk.start for hunk in (our_side.upcoming, their_side.upcoming) if hunk is not None)
        end = start
        while our_side.grows(end) or their_side.grows(end):
            end = max(end, our_side.take(end), their_side.take(end))
        if start > done:
            stable = tuple(base[done:start])
            yield Chunk(Kind.STABLE, stable, stable, stable)
        yield _chunk(tuple(base[start:end]), our_side.cut(start, end), their_side.cut(start, end))
        done = end
    if done < len(base):
        stable = tuple(base[done:])
        yield Chunk(Kind.STABLE, stable, stable, stable)


def _chunk(base: Lines, ours: Lines, theirs: Lines) -> Chunk:
    if ours == theirs:
        kind = Kind.STABLE if ours == base else Kind.SAME
    elif theirs == base:
        kind = Kind.OURS
    else:
        kind = Kind.THEIRS if ours == base else Kind.CONFLICT
    return Chunk(kind, base, ours, theirs)


class _Side:
    """The hunks of one side, consumed in order."""

    def __init__(self, base: Sequence[str], lines: Sequence[str]) -> None:
        self._lines = lines
        self._hunks: Tuple[Hunk, ...] = compare(base, lines).hunks
        self._next = 0
        self._offset = 0

    @property
    def upcoming(self) -> Optional[Hunk]:
        """The next hunk that has not been consumed."""
        return self._hunks[self._next] if self._next < len(self._hunks) else None

    def grows(self, end: int) -> bool:
        """Whether the next hunk overlaps or adjoins a chunk that ends before this line of the base."""
        hunk = self.upcoming
        return hunk is not None and hunk.start <= end

    def take(self, end: int) -> int:
        """Consume the hunks that overlap or adjoin a chunk ending at ``end``; return the extended end in the base."""
        hunk = self.upcoming
        while hunk is not None and hunk.start <= end:
            end = max(end, hunk.end)
            self._next += 1
            hunk = self.upcoming
        return end

    def cut(self, start: int, end: int) -> Lines:
        """This side's lines for a range of the base whose hunks were all consumed; to be called in order."""
        begin = start + self._offset
        if self._next:
            last = self._hunks[self._next - 1]
            self._offset = last.new_end - last.end
        return tuple(self._lines[begin : end + self._offset])


def is_text(text: str) -> bool:
    """Whether a decoded text was valid UTF-8 and has no NUL."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _marker_size(lines: Iterable[str]) -> int:
    """A marker length that exceeds any run of marker characters at the beginning of a line."""
    longest = max((_run(line) for line in lines if line[:1] in {"<", "|", "=", ">"}), default=0)
    return max(_MARKER, longest + 1)


def _run(line: str) -> int:
    return len(line) - len(line.lstrip(line[0]))


def _marked(chunk: Chunk, size: int) -> List[str]:
    sides = (chunk.ours, chunk.base, chunk.theirs)
    end = next((line_end(line) for side in sides for line in side if line.endswith("\n")), "\n")
    lines: List[str] = []
    for character, name, side in zip("<|=", (" ours", " base", ""), sides):
        lines.append(character * size + name + end)
        lines += side
        if side and not side[-1].endswith("\n"):
            lines[-1] += end
    return [*lines, ">" * size + " theirs" + end]
