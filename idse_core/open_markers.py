"""The marker ``[REQUIRES INPUT]``: it stands where a person still has to answer. All that look for it look here."""

from __future__ import annotations

from idse_core.late_patterns import late

__all__ = ["MARKER", "MARKER_PATTERN", "OPEN_MARKERS", "awaits_input", "is_open"]

MARKER = "[REQUIRES INPUT]"
"""The marker as the templates write it."""

# One line break, maybe in a quotation; two end a paragraph.
_GAP = r"(?:[^\S\n]{1,20}|[^\S\n]{0,20}\n[^\S\n]{0,40}(?:>[^\S\n]{0,9}){0,9})"
_TO_THE_BRACKET = r"(?:[^\[\]\n]|\n(?![ \t>]*\r?\n)){0,300}\]"

MARKER_PATTERN = rf"\\?\[[ \t*_]{{0,4}}REQUIRES{_GAP}INPUT(?!_?[^\W_])(?:{_TO_THE_BRACKET})?"
r"""Its other forms: with a question in it, emphasised, with escaped brackets, over two lines.

What opens the marker makes it one. The rest, up to the bracket that closes it, is there to be shown.
"""

OPEN_MARKERS = late(MARKER_PATTERN)


def is_open(text: str, marker: str = "") -> bool:
    """Whether a text contains the marker in one of its forms, or exactly another marker."""
    return marker in text if marker else "REQUIRES" in text and OPEN_MARKERS.search(text) is not None


def awaits_input(value: object, marker: str = "") -> bool:
    """Whether a value of YAML has the marker in it; without quotes, its brackets make it a list."""
    if isinstance(value, dict):
        return any(awaits_input(item, marker) for item in value.values())
    if isinstance(value, list):
        return is_open(f"[{_first_words(value)}]", marker) or any(awaits_input(item, marker) for item in value)
    return isinstance(value, str) and is_open(value, marker)


def _first_words(items: object) -> str:
    """What comes first in a list; a question after a colon made a mapping of it."""
    while isinstance(items, (list, dict)):
        items = next(iter(items), "")
    return items if isinstance(items, str) else ""
