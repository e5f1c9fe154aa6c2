"""Words in the border of a panel or box that do something when they are clicked."""

from __future__ import annotations

__all__ = ["CLOSES", "ENTER", "clickable", "hint_line"]

ENTER = "screen.enter"
"""The action of a dialog that does what Enter does where something is typed."""


def clickable(words: str, action: str) -> str:
    """Markup for some words.

    Args:
        words: of ours, as they are.
        action: Textual's, with whom it is an action of: ``screen.leave``.
    """
    return f"[@click={action}]{words}[/]"


def hint_line(*parts: str) -> str:
    """What stands in the lower border of a box: keys, and what they do."""
    return "  ·  ".join(parts)


CLOSES = clickable("Esc closes", "screen.leave")
