"""Resolving one conflict, hunk by hunk: a pure state machine over the chunks of a merge, without I/O or a screen.

Every step returns a new ``Resolution``; earlier decisions can be undone and redone. Nothing is written here: the caller
writes the ``text`` of a complete resolution.
"""

from __future__ import annotations

import enum
from typing import NamedTuple, Optional, Tuple

from idse_core.agency.line_diff import compare
from idse_core.agency.merge import Chunk, Kind, Merge, is_text, joined, line_end, markers_left, merge, split_lines

__all__ = ["Decision", "Resolution", "Take", "resolution_of"]

Lines = Tuple[str, ...]


class Take(enum.Enum):
    """Which lines replace a hunk."""

    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"
    """Our lines, then theirs."""
    EDITED = "edited"


class Decision(NamedTuple):
    """The decision about one hunk; ``lines`` are the lines that replace it."""

    take: Take
    lines: Lines


class _State(NamedTuple):
    """The part of a resolution that can be undone.

    Attributes:
        decisions: one per hunk, None for an open one.
        whole: the whole text, if it was edited as a whole; it then replaces the decisions. None otherwise.
    """

    decisions: Tuple[Optional[Decision], ...]
    whole: Optional[str] = None


class Resolution(NamedTuple):
    """The resolution of one conflict, step by step. Begin with ``resolution_of``.

    Attributes:
        merge: the chunks; those that are conflicts are the *hunks*, counted from 0.
        now: the present decisions.
        current: the index of the selected hunk.
        past: earlier states, the latest one last.
        future: undone states, the next one to redo last.
    """

    merge: Merge
    now: _State
    current: int = 0
    past: Tuple[_State, ...] = ()
    future: Tuple[_State, ...] = ()

    @property
    def hunks(self) -> Tuple[Chunk, ...]:
        """The chunks that have to be decided."""
        return tuple(chunk for chunk in self.merge.chunks if chunk.kind is Kind.CONFLICT)

    @property
    def decisions(self) -> Tuple[Optional[Decision], ...]:
        """One per hunk."""
        return self.now.decisions

    @property
    def edited_whole(self) -> bool:
        """Whether the text was edited as a whole, so that the decisions no longer apply."""
        return self.now.whole is not None

    @property
    def open(self) -> int:
        """The number of undecided hunks; for a text that was edited as a whole, 1 while it has conflict markers."""
        if self.now.whole is not None:
            return int(markers_left(self.now.whole) is not None)
        return self.now.decisions.count(None)

    @property
    def is_complete(self) -> bool:
        """Whether everything is decided, so that ``text`` is the final result."""
        return self.open == 0

    @property
    def text(self) -> str:
        """The present text; open hunks are between conflict markers."""
        if self.now.whole is not None:
            return self.now.whole
        left = iter(self.now.decisions)
        chunks = (_decided(chunk, next(left)) if chunk.kind is Kind.CONFLICT else chunk for chunk in self.merge.chunks)
        return Merge(tuple(chunks)).text

    @property
    def data(self) -> bytes:
        """The bytes of ``text``; bytes that are not UTF-8 are preserved."""
        return self.text.encode("utf-8", "surrogateescape")

    # Deciding

    def take(self, what: Take) -> Resolution:
        """Decide the current hunk, and select the next open one.

        Raises:
            ValueError: there is no hunk, or ``what`` is ``EDITED``, for which `edit` is needed.
        """
        if what is Take.EDITED:
            raise ValueError("use `edit`")
        if not self.hunks:
            raise ValueError("there is no hunk")
        return self._decide(_taken(self.hunks[self.current], what))

    def edit(self, text: str) -> Resolution:
        """Replace the current hunk by other lines, and select the next open one.

        Raises:
            ValueError: there is no hunk.
        """
        if not self.hunks:
            raise ValueError("there is no hunk")
        lines = split_lines(text)
        is_last = self.current == len(self.hunks) - 1 and self.merge.chunks[-1].kind is Kind.CONFLICT
        if lines and not is_last and not lines[-1].endswith("\n"):
            lines = (*lines[:-1], lines[-1] + (line_end(lines[0]) or "\n"))  # other lines follow
        return self._decide(Decision(Take.EDITED, lines))

    def reopen(self) -> Resolution:
        """Make the current hunk undecided again."""
        if not self.hunks or (self.decisions[self.current] is None and not self.edited_whole):
            return self
        return self._step(_State(_replaced(self.decisions, self.current, None)))

    def take_all(self, what: Take) -> Resolution:
        """Decide all open hunks at once; a single step for ``undo``."""
        pairs = zip(self.hunks, self.decisions)
        now = _State(tuple(_taken(hunk, what) if decision is None else decision for hunk, decision in pairs))
        return self._step(now) if now != self.now else self

    def edit_whole(self, text: str) -> Resolution:
        """Replace the whole text; deciding a hunk afterwards discards this text again."""
        return self if text == self.text else self._step(_State(self.decisions, text))

    # Looking

    def go(self, hunk: int) -> Resolution:
        """Select a hunk; an index out of range changes nothing."""
        return self._replace(current=hunk) if 0 <= hunk < len(self.hunks) else self

    def next(self) -> Resolution:
        """Select the next hunk."""
        return self.go(self.current + 1)

    def previous(self) -> Resolution:
        """Select the previous hunk."""
        return self.go(self.current - 1)

    # Taking back

    def undo(self) -> Resolution:
        """Undo the last step, and select the hunk that it changed."""
        if not self.past:
            return self
        before = self.past[-1]
        changed = self._replace(now=before, past=self.past[:-1], future=(*self.future, self.now))
        return changed.go(_difference(before, self.now, self.current))

    def redo(self) -> Resolution:
        """Redo the step that was undone last, and select the hunk that it changed."""
        if not self.future:
            return self
        after = self.future[-1]
        changed = self._replace(now=after, past=(*self.past, self.now), future=self.future[:-1])
        return changed.go(_difference(after, self.now, self.current))

    def _decide(self, decision: Decision) -> Resolution:
        decided = self._step(_State(_replaced(self.decisions, self.current, decision)))
        return decided.go(_next_open(decided.decisions, self.current))

    def _step(self, now: _State) -> Resolution:
        return self._replace(now=now, past=(*self.past, self.now), future=())


def resolution_of(base: Optional[bytes], ours: Optional[bytes], theirs: Optional[bytes]) -> Resolution:
    """Begin a resolution, with nothing decided yet.

    Args:
        base: the version that both sides had; None if there was none: then every difference between them is a hunk.
        ours: our version; None if the document was deleted here, which counts as empty.
        theirs: likewise for the other side.
    """
    if base is None and ours is not None and theirs is not None:
        found = _without_base(ours, theirs)
    else:
        found = merge(base or b"", ours or b"", theirs or b"")
    return Resolution(found, _State((None,) * found.conflicts))


def _without_base(ours: bytes, theirs: bytes) -> Merge:
    """A merge in which equal lines count as unchanged, and any other part as a conflict with an empty base."""
    versions = [data.decode("utf-8", "surrogateescape") for data in (ours, theirs)]
    if not all(is_text(text) for text in versions):
        return merge(b"", ours, theirs)
    here, there = (split_lines(text) for text in versions)
    chunks = []
    done = 0
    for hunk in compare(here, there).hunks:
        if hunk.start > done:
            chunks.append(_agreed(here[done : hunk.start]))
        sides = here[hunk.start : hunk.end], there[hunk.new_start : hunk.new_end]
        chunks.append(Chunk(Kind.CONFLICT, (), *sides))
        done = hunk.end
    if done < len(here):
        chunks.append(_agreed(here[done:]))
    return Merge(tuple(chunks))


def _agreed(lines: Lines) -> Chunk:
    return Chunk(Kind.STABLE, lines, lines, lines)


def _decided(hunk: Chunk, decision: Optional[Decision]) -> Chunk:
    """The chunk that results from a decision; the hunk itself if it is open."""
    return hunk if decision is None else Chunk(Kind.OURS, hunk.base, decision.lines, hunk.base)


def _taken(hunk: Chunk, what: Take) -> Decision:
    sides = {Take.OURS: (hunk.ours,), Take.THEIRS: (hunk.theirs,), Take.BOTH: (hunk.ours, hunk.theirs)}
    return Decision(what, joined(sides[what]))


def _replaced(
    decisions: Tuple[Optional[Decision], ...], hunk: int, decision: Optional[Decision]
) -> Tuple[Optional[Decision], ...]:
    return (*decisions[:hunk], decision, *decisions[hunk + 1 :])


def _next_open(decisions: Tuple[Optional[Decision], ...], hunk: int) -> int:
    """The next open hunk, continuing from the top after the last; the same one when all are decided."""
    count = len(decisions)
    order = (number % count for number in range(hunk + 1, hunk + count))
    return next((number for number in order if decisions[number] is None), hunk)


def _difference(one: _State, other: _State, hunk: int) -> int:
    """The first hunk whose decision differs between two states; the given one when none does."""
    pairs = enumerate(zip(one.decisions, other.decisions))
    return next((number for number, (before, after) in pairs if before != after), hunk)
