"""Gives what is added to a text ids that the text does not use yet."""

from __future__ import annotations

import re
from typing import Dict

from idse_core.late_patterns import late

__all__ = ["with_free_ids"]

_LEADING = late(
    r"^[ \t>|#*+`_~-]{0,20}(?:\[[ xX]\][ \t]{0,9})?[*_`]{0,3}([A-Z][A-Z0-9]{0,9}-)(\d{1,6})(?![\w-])", re.MULTILINE
)
"""An id that comes first in a line, as where it is defined."""


def with_free_ids(block: str, text: str) -> str:
    """The block with other numbers for the ids that come first in its lines, where one of their kind does so in the text.

    Args:
        block: to be added.
        text: what it is added to.
    """
    used = [found.groups() for found in _LEADING.finditer(text)]
    taken = {
        prefix for prefix, number in (found.groups() for found in _LEADING.finditer(block)) if (prefix, number) in used
    }
    last: Dict[str, int] = {prefix: max(int(number) for kind, number in used if kind == prefix) for prefix in taken}

    def free(found: re.Match[str]) -> str:
        prefix, number = found.groups()
        if prefix not in taken:
            return found.group()
        last[prefix] += 1
        return f"{found.group()[: -len(number)]}{last[prefix]}"

    return _LEADING.sub(free, block)
