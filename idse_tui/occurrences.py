"""Where some words occur in a text: asked anew for every letter that is typed, also of a text of megabytes."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import List, Optional

__all__ = ["Occurrences", "Searched", "is_exact", "like"]


def is_exact(words: str) -> bool:
    """Whether capital and small letters are different ones: when somebody types a capital one."""
    return words != words.lower()


def like(text: str) -> str:
    """The text in small letters, as long as before: of all letters only this one would become two."""
    return text.replace("İ", "i").lower()


class Searched:
    """A text made ready to be searched: its lines on one, so that what a paragraph wraps is found.

    Args:
        text: with ``\\n`` between its lines.
    """

    def __init__(self, text: str) -> None:
        lines = [line.strip() for line in text.split("\n")]
        self.starts: List[int] = [0, *accumulate(len(line) + 1 for line in lines)]
        self.text = " ".join(lines)
        self._folded: Optional[str] = None

    @property
    def folded(self) -> str:
        """It in small letters."""
        if self._folded is None:
            self._folded = like(self.text)
        return self._folded

    def line_of(self, place: int) -> int:
        """The line, 1-based, of a place."""
        return min(bisect_right(self.starts, place), len(self.starts) - 1)

    def place_of(self, line: int) -> int:
        """Where a line begins; 1-based."""
        return self.starts[max(0, min(line - 1, len(self.starts) - 1))]


class Occurrences:
    """All places of some words in a text. None is kept: to look is faster than to list hundreds of thousands.

    Args:
        searched: the text.
        words: what was typed; in small letters it also means capital ones.
    """

    def __init__(self, searched: Searched, words: str) -> None:
        self.searched = searched
        self.words = words
        self._text = searched.text if is_exact(words) else searched.folded
        self.total = self._text.count(words) if words else 0

    def after(self, place: int) -> Optional[int]:
        """The first one at a place or after it, or from the beginning on; None when there is none."""
        if not self.total:
            return None
        found = self._text.find(self.words, place)
        return found if found >= 0 else self._text.find(self.words)

    def before(self, place: int) -> Optional[int]:
        """The last one that ends before a place, or the last of all; None when there is none."""
        if not self.total:
            return None
        found = self._text.rfind(self.words, 0, place)
        return found if found >= 0 else self._text.rfind(self.words)

    def number(self, place: int) -> int:
        """Which one stands at a place, from 1 on."""
        return min(self._text.count(self.words, 0, place) + 1, self.total)

    def within(self, first: int, end: int) -> int:
        """How many stand between two places."""
        return self._text.count(self.words, first, end)
