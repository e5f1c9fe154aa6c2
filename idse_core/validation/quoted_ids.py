"""Ids between backticks: some people write all of theirs so. Pure."""

from __future__ import annotations

from typing import FrozenSet, List, Tuple

from idse_core.markdown import MarkdownDocument
from idse_core.validation.id_forms import identifiers_in

__all__ = ["with_quoted_ids"]

_LONGEST = 60
"""Longer code is no id."""


def with_quoted_ids(document: MarkdownDocument) -> Tuple[str, FrozenSet[int]]:
    """The prose with the code that is an id and nothing else, and the offsets at which these ids start.

    Offsets and line ends are those of the prose.
    """
    prose, text = document.prose, document.text
    parts: List[str] = []
    starts: List[int] = []
    done = 0
    for span in document.code_spans:
        if span.end - span.start > _LONGEST or not _is_id(span.text):
            continue
        parts += [prose[done : span.start], text[span.start : span.end]]
        done = span.end
        starts.append(text.index(span.text.strip(), span.start))
    return ("".join([*parts, prose[done:]]) if parts else prose), frozenset(starts)


def _is_id(code: str) -> bool:
    word = code.strip()
    if not ("A" <= word[:1] <= "Z" and "-" in word):
        return False
    found = identifiers_in(word)
    return len(found) == 1 and found[0].id == word
