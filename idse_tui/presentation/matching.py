"""Fuzzy matching as people expect it: every word must match, better places first, then the more recent.

Letters with others in between count within the first word only, which is the id: in a whole sentence nearly any
letters would be found.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterable, List, Optional, Pattern, Sequence, Set, Tuple

from idse_core.session_metadata import SessionMetadata

__all__ = ["matching", "positions", "rank", "score", "search_text", "words"]

_START, _WORD, _INSIDE, _LETTERS = 100, 80, 50, 10
_BREAKS = " -_./"


def words(query: str) -> Tuple[str, ...]:
    """The words of a query, folded."""
    return tuple(query.casefold().split())


def score(wanted: Sequence[str], text: str) -> Optional[int]:
    """How well a text matches: None when any word does not match at all, more is better.

    Args:
        wanted: folded words.
        text: folded text.
    """
    total = 0
    for word in wanted:
        found = _word_score(word, text)
        if found is None:
            return None
        total += found
    return total


def matching(wanted: Sequence[str], texts: Sequence[str]) -> Sequence[int]:
    """The places of the texts that match, in their order; as ``score`` would have it, but made for thousands of them.

    Args:
        wanted: folded words.
        texts: folded texts.
    """
    found: Sequence[int] = range(len(texts))
    for word in wanted:
        in_order = _in_order(word).match
        found = [at for at in found if word in texts[at] or in_order(texts[at])]
    return found


def search_text(metadata: SessionMetadata) -> str:
    """What a session is searched by, folded: id, title, owner and tags."""
    return " ".join((metadata.session_id, metadata.title, metadata.owner, *metadata.tags)).casefold()


def rank(query: str, candidates: Sequence[str], among: Optional[Iterable[int]] = None) -> List[int]:
    """The indices of the candidates that match, best first; equal ones keep their order.

    Args:
        query: words.
        candidates: folded texts.
        among: the only indices to look at; by default all.
    """
    wanted = words(query)
    if not wanted and among is None:
        return list(range(len(candidates)))
    scored = []
    for index in range(len(candidates)) if among is None else among:
        found = score(wanted, candidates[index])
        if found is not None:
            scored.append((-found, index))
    scored.sort()
    return [index for _, index in scored]


def positions(query: str, text: str) -> Tuple[int, ...]:
    """Which characters of a text to emphasise for a query that matches it."""
    folded = text.casefold()
    if len(folded) != len(text):  # some letters fold to two: emphasis would be off
        return ()
    found: Set[int] = set()
    for word in words(query):
        start = folded.find(word)
        found.update(range(start, start + len(word)) if start >= 0 else _letters(word, folded))
    return tuple(sorted(found))


def _word_score(word: str, text: str) -> Optional[int]:
    start = text.find(word)
    if start == 0:
        return _START
    if start > 0:
        return _WORD if text[start - 1] in _BREAKS or _after_break(word).search(text, start) else _INSIDE
    return _LETTERS if _in_order(word).match(text) else None


@lru_cache(maxsize=64)
def _after_break(word: str) -> Pattern[str]:
    return re.compile(f"[{re.escape(_BREAKS)}]{re.escape(word)}")


@lru_cache(maxsize=64)
def _in_order(letters: str) -> Pattern[str]:
    """Matches a text whose first word has these letters in this order; in time that grows with the text alone."""
    return re.compile("".join(f"[^ {re.escape(letter)}]*{re.escape(letter)}" for letter in letters))


def _letters(word: str, text: str) -> List[int]:
    found: List[int] = []
    start = 0
    for letter in word:
        start = text.find(letter, start) + 1
        if not start:
            return []
        found.append(start - 1)
    return found
