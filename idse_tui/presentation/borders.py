"""Words in the border of a panel or box that do something when they are clicked."""

from __future__ import annotations

from rich.text import Text

__all__ = ["CLOSES", "ENTER", "clickable", "fitting", "hint_line"]

ENTER = "screen.enter"
"""The action of a dialog that does what Enter does where something is typed."""


def clickable(words: str, action: str) -> str:
    """Markup for some words.

    Args:
        words: of ours, as they are.
        action: Textual's, with whom it is an action of: ``screen.leave``.
    """
    return f"[@click={action}]{words}[/]"


def hint_line(dot: str, *parts: str) -> str:
    """What stands in the lower border of a box.

    Args:
        dot: what stands between its parts.
        parts: keys, and what they do.
    """
    return f"  {dot}  ".join(parts)


def fitting(room: int, dot: str, *lines: str) -> str:
    """The first of some lines for a border that fits, perhaps with less between its parts; else the last one.

    Args:
        room: cells.
        dot: see ``hint_line``.
        lines: markup, the one that says most first.
    """
    tight = [line.replace(f"  {dot}  ", f" {dot} ") for line in lines]
    candidates = [line for pair in zip(lines, tight) for line in pair]
    return next((line for line in candidates if Text.from_markup(line).cell_len <= room), candidates[-1])


CLOSES = clickable("Esc closes", "screen.leave")
