"""Masks: the text with parts of it blanked, so that matches of a regular expression have offsets in the original."""

from __future__ import annotations

import re
from typing import Iterable, List, Tuple

__all__ = ["blank", "keep_only", "without"]

_VISIBLE = re.compile(r"[^\r\n]+")


def blank(text: str) -> str:
    """``text`` with every character but line ends replaced by a space."""
    if "\n" not in text and "\r" not in text:
        return " " * len(text)
    return _VISIBLE.sub(lambda found: " " * (found.end() - found.start()), text)


def without(text: str, spans: Iterable[Tuple[int, int]]) -> str:
    """``text`` with ``spans`` blanked.

    Args:
        text: the text.
        spans: character offsets, half-open, disjoint, in any order.
    """
    parts: List[str] = []
    done = 0
    for start, end in sorted(spans):
        parts.append(text[done:start])
        parts.append(blank(text[start:end]))
        done = end
    parts.append(text[done:])
    return "".join(parts)


def keep_only(text: str, spans: Iterable[Tuple[int, int]]) -> str:
    """``text`` with everything but ``spans`` blanked; ``spans`` as for ``without``."""
    parts: List[str] = []
    done = 0
    for start, end in sorted(spans):
        parts.append(blank(text[done:start]))
        parts.append(text[start:end])
        done = end
    parts.append(blank(text[done:]))
    return "".join(parts)
