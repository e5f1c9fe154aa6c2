"""Identifiers such as FR-1 in a document's prose."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterable, Iterator, NamedTuple, Pattern, Tuple

from idse_core.markdown.document import MarkdownDocument

__all__ = ["PREFIXES", "Identifier", "identifiers"]

PREFIXES = ("FR", "AC", "NFR", "T")


class Identifier(NamedTuple):
    """An identifier as it is written; offsets are characters."""

    id: str
    start: int
    end: int


def identifiers(document: MarkdownDocument, prefixes: Iterable[str] = PREFIXES) -> Tuple[Identifier, ...]:
    """The identifiers in the prose, in order: a prefix, a hyphen, digits (``FR-1``, ``AC-2.1``, ``T-3a``).

    Code, comments and front matter are ignored, and so are longer words: ``NFR-1`` and ``X-FR-1`` contain no ``FR-1``.

    Args:
        document: the document to search.
        prefixes: the prefixes, in upper or lower case as they are written.
    """
    prose = document.prose
    found = [identifier for prefix in dict.fromkeys(prefixes) for identifier in _with_prefix(prose, prefix)]
    return tuple(sorted(found, key=_start_of))


def _with_prefix(prose: str, prefix: str) -> Iterator[Identifier]:
    # `in` first, then a pattern that starts with a literal: both search with memchr, a lookbehind would not.
    if f"{prefix}-" not in prose:
        return
    for match in _pattern(prefix).finditer(prose):
        start, end = match.span()
        before = prose[start - 1] if start else " "
        if not (before.isalnum() or before in "_-"):
            yield Identifier(match.group(), start, end)


@lru_cache(maxsize=None)
def _pattern(prefix: str) -> Pattern[str]:
    return re.compile(rf"{re.escape(prefix)}-[0-9]+(?:\.[0-9]+)*[a-z]?(?!\w)")


def _start_of(identifier: Identifier) -> int:
    return identifier.start
